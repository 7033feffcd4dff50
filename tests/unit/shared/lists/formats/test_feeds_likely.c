/* No format of a data feed claims a list of another kind: all published lists
 * at hand are shown to each. */

#include <glob.h>

#include "feed_lists.h"

static const enum list_format feeds[] = {
	LIST_FORMAT_RPZ, LIST_FORMAT_URLHAUS, LIST_FORMAT_THREATFOX,
	LIST_FORMAT_NATIVE, LIST_FORMAT_MISP, LIST_FORMAT_STIX,
};

static char head[65536];

static size_t
read_head(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t length;

	assert_non_null(f);
	length = fread(head, 1, sizeof(head), f);
	fclose(f);
	return length;
}

static void
check_claims(const char *path, bool zone)
{
	size_t length = read_head(path);

	for (size_t i = 0; i < COUNT(feeds); i++) {
		const struct list_format_ops *ops = &list_formats[feeds[i]];

		if (ops->likely(head, length) != (zone && feeds[i] ==
		    LIST_FORMAT_RPZ))
			fail_msg("%s: %s", ops->name, path);
	}
}

/* How many lists there are; each a zone, or none. */
static size_t
check_all(const char *pattern, bool zone)
{
	glob_t found;
	size_t count = 0;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		bool named = strstr(found.gl_pathv[i], "rpz-") != NULL;

		if (named != zone)
			continue;
		check_claims(found.gl_pathv[i], zone);
		count++;
	}
	globfree(&found);
	return count;
}

static void
published_lists_are_told_apart(void **state)
{
	(void)state;
	if (check_all("../shared/data/badnames/*.*", false) == 0)
		skip();
	check_all("../shared/data/names/allow/*", false);
	assert_true(check_all("../shared/data/badnames/*.conf", true) > 0);
	assert_true(check_all("../shared/data/badnames/rpz-bind9/*", true) >
	    20);
}

/* An empty file, and each list cut anywhere in its first lines. */
static void
nothing_is_read_behind_the_end(void **state)
{
	static const char text[] = "# id,url,urlhaus_link\n@ SOA . . (\n{\"";

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++) {
		char *copy = malloc(length > 0 ? length : 1);

		assert_non_null(copy);
		memcpy(copy, text, length);
		for (size_t i = 0; i < COUNT(feeds); i++)
			list_formats[feeds[i]].likely(copy, length);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_lists_are_told_apart),
		cmocka_unit_test(nothing_is_read_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
