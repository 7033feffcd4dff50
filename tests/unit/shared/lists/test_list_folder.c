#include "lists/list_folder.h"

#include <fcntl.h>

#include "feed_lists.h"

static char folder_path[] = "/tmp/list_folder.XXXXXX";
static int folder;

static void
write_file(const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(folder_path) == NULL)
		return -1;
	folder = open(folder_path, O_RDONLY | O_DIRECTORY);
	return folder >= 0 ? 0 : -1;
}

static int
end(void **state)
{
	static const char *const names[] = { "manifest.json", "u-1.json",
	    "u-2.json", "hashes.csv", ".x.json" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		unlinkat(folder, names[i], 0);
	close(folder);
	return rmdir(folder_path);
}

static void
without_a_manifest_it_is_a_folder(void **state)
{
	(void)state;
	write_file("u-1.json", "{}");
	assert_null(list_folder_open(folder));
	assert_int_equal(errno, EISDIR);
}

static void
all_files_are_one(void **state)
{
	static const char wanted[] = "\x1e{\"u-1\":{}}\n\x1e{1}\n\x1e{2}\n\n";
	char got[100];
	FILE *f;

	(void)state;
	write_file("u-2.json", "{2}\n");
	write_file("u-1.json", "{1}");
	write_file("hashes.csv", "x");
	write_file(".x.json", "x");
	write_file("manifest.json", "{\"u-1\":{}}");
	f = list_folder_open(folder);
	assert_non_null(f);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(got, wanted);
}

static void
it_is_read_as_misp(void **state)
{
	(void)state;
	write_file("u-1.json", "{\"Event\":{\"uuid\":\"u-1\",\"Attribute\":["
	    "{\"type\":\"domain\",\"value\":\"a.b\",\"to_ids\":true}]}}");
	write_file("u-2.json", "{\"Event\":{\"uuid\":\"u-2\",\"Attribute\":["
	    "{\"type\":\"domain\",\"value\":\"c.d\",\"to_ids\":true}]}}");
	assert_string_equal(feed_lists_file(list_folder_open(folder), "x"),
	    ".a.b{;u-1;;;}\n");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_MISP);
	assert_int_equal(feed_lists_report.refused[LIST_EXPIRED], 1);
}

static void
links_and_pipes_are_refused(void **state)
{
	(void)state;
	unlinkat(folder, "u-2.json", 0);
	assert_int_equal(symlinkat("u-1.json", folder, "u-2.json"), 0);
	assert_null(list_folder_open(folder));
	assert_int_equal(errno, ELOOP);
	unlinkat(folder, "u-2.json", 0);
	assert_int_equal(mkfifoat(folder, "u-2.json", 0600), 0);
	assert_null(list_folder_open(folder));
	assert_int_equal(errno, EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_manifest_it_is_a_folder),
		cmocka_unit_test(all_files_are_one),
		cmocka_unit_test(it_is_read_as_misp),
		cmocka_unit_test(links_and_pipes_are_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
