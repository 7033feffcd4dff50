#include "lists/known_names.h"

#include <errno.h>

#include "lists/canaries.h"
#include "unit.h"

static uint64_t bad;

/* Read ${text}, which must work; the caller frees what is returned. */
static struct known_names *
read_text(const char *text)
{
	struct known_names *n = known_names_new();
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_true(n != NULL && file != NULL);
	bad = 0;
	assert_int_equal(known_names_read(n, file, &bad), 0);
	fclose(file);
	return n;
}

/* Are the names in ${n} those of ${wanted}, each with a blank behind? */
static void
expect(const struct known_names *n, const char *wanted)
{
	char text[DNS_NAME_TEXT_SIZE], all[4096] = "";
	struct dns_name name;
	size_t at = 0, used = 0, count = 0;

	while (known_names_next(n, &at, &name)) {
		dns_name_to_text(&name, text);
		used += (size_t)snprintf(all + used, sizeof(all) - used,
		    "%s ", text);
		count++;
	}
	assert_string_equal(all, wanted);
	assert_int_equal(count, known_names_count(n));
	/* The end stays the end. */
	assert_false(known_names_next(n, &at, &name));
}

static void
names_with_ranks_and_without(void **state)
{
	struct known_names *n = read_text("\xef\xbb\xbf" "1,First.Example\r\n"
	    "# a comment\n\n  22,second.example \nthird.example # why\n"
	    "b\xc3\xbc" "cher.example\n333\nlast.example.");

	(void)state;
	expect(n, "first.example second.example third.example "
	    "xn--bcher-kva.example 333 last.example ");
	assert_int_equal(bad, 0);
	known_names_free(n);
	known_names_free(NULL);
}

static void
what_is_no_name_is_counted(void **state)
{
	char text[4096];
	struct known_names *n;

	(void)state;
	/* A header, a rank alone, two dots, an overlong line, the same as a
	 * comment, and a name behind them that is still read. */
	snprintf(text, sizeof(text), "rank,name\n7,\n7, # none\n.\na..b\n"
	    "%01500d\n#%01500d\ngood.example\n", 0, 0);
	n = read_text(text);
	expect(n, "good.example ");
	assert_int_equal(bad, 6);
	known_names_free(n);
}

static void
a_name_of_255_octets_is_kept_whole(void **state)
{
	char text[300];
	struct known_names *n;
	struct dns_name name;
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 253; i++)
		text[i] = i % 2 == 0 ? 'a' : '.';
	memcpy(text + 253, "\nb.c\n", 6);
	n = read_text(text);
	assert_true(known_names_next(n, &at, &name));
	assert_int_equal(name.length, 255);
	assert_true(known_names_next(n, &at, &name));
	assert_int_equal(name.length, 5);
	assert_int_equal(bad, 0);
	known_names_free(n);
}

static void
an_error_of_reading_is_told(void **state)
{
	struct known_names *n = known_names_new();
	FILE *folder = fopen("/", "r");

	(void)state;
	assert_true(n != NULL && folder != NULL);
	assert_int_equal(known_names_read(n, folder, &bad), -1);
	assert_int_equal(errno, EISDIR);
	fclose(folder);
	known_names_free(n);
}

/* Each line of canaries.txt is a name, in lower case, and there once. */
static void
the_shipped_canaries_are_sound(void **state)
{
	struct known_names *n = known_names_new(), *twice;
	FILE *file = fopen("shared/lists/canaries.txt", "r");
	struct dns_name a, b;
	size_t at = 0, other;
	int same;

	(void)state;
	assert_true(n != NULL && file != NULL);
	assert_int_equal(canaries_add(n), 0);
	twice = known_names_new();
	bad = 0;
	assert_int_equal(known_names_read(twice, file, &bad), 0);
	fclose(file);
	assert_int_equal(bad, 0);
	assert_true(known_names_count(n) > 300);
	assert_int_equal(known_names_count(n), known_names_count(twice));
	while (known_names_next(n, &at, &a)) {
		same = 0;
		other = 0;
		while (known_names_next(twice, &other, &b))
			same += dns_name_equal(&a, &b);
		assert_int_equal(same, 1);
	}
	known_names_free(n);
	known_names_free(twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_with_ranks_and_without),
		cmocka_unit_test(what_is_no_name_is_counted),
		cmocka_unit_test(a_name_of_255_octets_is_kept_whole),
		cmocka_unit_test(an_error_of_reading_is_told),
		cmocka_unit_test(the_shipped_canaries_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
