/*
 * Goal: a plain name read by blocks is what dns_name_from_text makes of the
 * same text, plain names are not refused, and no octet is read past the end.
 */

#include "core/plain_name.h"
#include "guarded.h"
#include "unit.h"

#define TEXT_SIZE 400
#define LONGEST (DNS_NAME_MAX - BLOCK_SIZE)	/* ends in the last block */

/* A space or a backslash ends a name. */
static uint32_t
ends(block b)
{
	return block_bits(block_or(block_equal(b, ' '), block_equal(b, '\\')));
}

/* Read ${length} octets, of which the last may be read and none after it;
 * what is taken must be right. */
static size_t
read_name(const char *text, size_t length)
{
	const uint8_t *copy = guarded_copy(text, length);
	struct dns_name name, other;
	size_t n = plain_name_read(copy, copy + length, ends, &name);

	if (n == 0)
		return 0;
	assert_true(n < length && (copy[n] == ' ' || copy[n] == '\\'));
	assert_null(memchr(copy, ' ', n));
	assert_null(memchr(copy, '\\', n));
	assert_int_equal(dns_name_from_text((const char *)copy, n, &other),
	    0);
	assert_true(dns_name_equal(&name, &other));
	return n;
}

/* Is the text up to the first space such a name as has to be taken? */
static bool
is_plain(const char *text, size_t n)
{
	struct dns_name name;

	return n > 0 && n < LONGEST && text[n - 1] != '.' &&
	    memchr(text, '\\', n) == NULL &&
	    dns_name_from_text(text, n, &name) == 0;
}

static void
random_names_are_read_alike(void **state)
{
	uint64_t seed = unit_seed();
	char text[TEXT_SIZE];
	size_t taken = 0;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		size_t n = unit_random(&seed, round % 2 == 0 ? 40 : 270);
		unsigned label = 2 + unit_random(&seed, 80);

		for (size_t i = 0; i < n; i++) {
			text[i] = (char)unit_random(&seed, 256);
			if (text[i] == ' ' || (text[i] == '\\' &&
			    unit_random(&seed, 8) != 0))
				text[i] = 'Q';
			if (unit_random(&seed, label) == 0)
				text[i] = '.';
		}
		memset(text + n, ' ', BLOCK_SIZE);
		if (is_plain(text, n)) {
			assert_int_equal(read_name(text, n + BLOCK_SIZE), n);
			taken++;
		} else {
			assert_true(read_name(text, n + BLOCK_SIZE) < n ||
			    n >= LONGEST || n == 0);
		}
		/* With less to read it may be refused, but not misread. */
		(void)read_name(text, unit_random(&seed,
		    (unsigned)(n + BLOCK_SIZE)));
	}
	assert_true(taken > 1000);
}

static void
labels_and_names_have_their_bounds(void **state)
{
	char text[TEXT_SIZE];

	(void)state;
	for (size_t n = 1; n < 300; n++) {
		/* One label; labels of 50. */
		memset(text, 'a', sizeof(text));
		text[n] = ' ';
		assert_int_equal(read_name(text, sizeof(text)),
		    n <= DNS_LABEL_MAX ? n : 0);
		for (size_t i = 50; i < n; i += 51)
			text[i] = '.';
		assert_int_equal(read_name(text, sizeof(text)),
		    n <= LONGEST && n % 51 != 0 ? n : 0);
	}
}

static void
what_is_not_plain_is_refused(void **state)
{
	static const char *const refused[] = {
		" ", ". ", ".a ", "a. ", "a..b ", "a.b.. ", "\\ ", "a.\\065 ",
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		memset(text, 'x', sizeof(text));
		memcpy(text, refused[i], strlen(refused[i]));
		if (read_name(text, sizeof(text)) != 0)
			fail_msg("'%s' is taken", refused[i]);
	}
}

static void
every_octet_is_lowered_as_it_should(void **state)
{
	char text[BLOCK_SIZE];

	(void)state;
	for (int c = 0; c < 256; c++) {
		memset(text, ' ', sizeof(text));
		text[0] = 'x';
		text[1] = (char)c;
		assert_int_equal(read_name(text, sizeof(text)),
		    c == '.' ? 0 : c == ' ' || c == '\\' ? 1 : 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_names_are_read_alike),
		cmocka_unit_test(labels_and_names_have_their_bounds),
		cmocka_unit_test(what_is_not_plain_is_refused),
		cmocka_unit_test(every_octet_is_lowered_as_it_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
