/* Goal: patterns read back are the same, and damage is an error. */

#include "match/patterns.h"

#include "guarded.h"
#include "listed_patterns.h"
#include "match/name_hash.h"
#include "unit.h"

/* Read ${length} octets up against a page that nobody may read. */
static struct patterns *
read_back(const uint8_t *bytes, size_t length, char *error)
{
	error[0] = '\0';
	return patterns_deserialize(guarded_copy(bytes, length), length,
	    error);
}

static void
expect_some(const struct patterns *p)
{
	assert_int_equal(patterns_count(p, PATTERNS_SUBSTRING), 2);
	assert_int_equal(patterns_count(p, PATTERNS_REGEX), 2);
	expect(p, "a-badware", "=badware", UINT64_C(1) << 63 | 1);
	expect(p, "www.evil.example", "=.evil.", 2);
	expect(p, "bot12.example", "~^bot[0-9]+\\.", 4);
	expect(p, "x.bot12.example", NULL, 0);
	expect(p, "commander", "~c[0o]mmand", 8);
	expect(p, "www.example", NULL, 0);
}

static void
read_back_they_are_the_same(void **state)
{
	struct patterns *p = build(some, COUNT(some)), *empty = build(NULL, 0);
	char error[PATTERNS_ERROR_SIZE];
	uint8_t *bytes, *again;
	size_t length, length_again;

	(void)state;
	assert_int_equal(patterns_serialize(p, &bytes, &length), 0);
	patterns_free(p);
	p = read_back(bytes, length, error);
	assert_string_equal(error, "");
	expect_some(p);
	assert_int_equal(patterns_serialize(p, &again, &length_again), 0);
	assert_int_equal(length, length_again);
	assert_memory_equal(bytes, again, length);
	free(bytes);
	free(again);
	patterns_free(p);

	assert_int_equal(patterns_serialize(empty, &bytes, &length), 0);
	patterns_free(empty);
	empty = read_back(bytes, length, error);
	assert_non_null(empty);
	expect(empty, "www.example", NULL, 0);
	patterns_free(empty);
	free(bytes);
}

/* Make the checksum right again. */
static void
seal(uint8_t *bytes, size_t length)
{
	uint64_t hash = name_hash(bytes, length - 8);

	for (size_t i = 0; i < 8; i++)
		bytes[length - 1 - i] = (uint8_t)(hash >> 8 * i);
}

/* Where the database begins: behind its own length, which ends the buffer. */
static size_t
database_of(const uint8_t *bytes, size_t length)
{
	for (size_t at = 20; at + 12 < length; at++) {
		size_t n = (size_t)bytes[at] << 24 |
		    (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 |
		    bytes[at + 3];

		if (at + 4 + n + 8 == length)
			return at + 4;
	}
	fail_msg("no database");
	return 0;
}

static void
another_version_or_processor_compiles_anew(void **state)
{
	struct patterns *p = build(some, COUNT(some));
	char error[PATTERNS_ERROR_SIZE];
	uint8_t *bytes;
	size_t length, database;

	(void)state;
	assert_int_equal(patterns_serialize(p, &bytes, &length), 0);
	patterns_free(p);
	database = database_of(bytes, length);
	/* The library's header: u32 magic, version and length, u64 platform. */
	for (size_t field = 4; field <= 12; field += 8) {
		bytes[database + field] ^= 0x40;
		seal(bytes, length);
		p = read_back(bytes, length, error);
		assert_string_equal(error, "");
		expect_some(p);
		patterns_free(p);
		bytes[database + field] ^= 0x40;
	}
	free(bytes);
}

/* Octets that end too early or too late are an error, whatever the checksum. */
static void
another_length_is_an_error(void **state)
{
	struct patterns *p = build(some, COUNT(some));
	char error[PATTERNS_ERROR_SIZE];
	uint8_t *bytes, *other;
	size_t length;

	(void)state;
	assert_int_equal(patterns_serialize(p, &bytes, &length), 0);
	patterns_free(p);
	other = calloc(1, length + 1);
	assert_non_null(other);
	for (size_t cut = 16; cut <= length + 1; cut++) {
		if (cut == length || (cut > 400 && cut + 20 < length &&
		    cut % 97 != 0))
			continue;
		memcpy(other, bytes, cut < length ? cut : length);
		seal(other, cut);
		assert_null(read_back(other, cut, error));
		assert_string_not_equal(error, "");
	}
	free(other);
	free(bytes);
}

static void
damage_is_an_error(void **state)
{
	struct patterns *p = build(some, COUNT(some));
	char error[PATTERNS_ERROR_SIZE];
	uint8_t *bytes;
	size_t length, database;

	(void)state;
	assert_int_equal(patterns_serialize(p, &bytes, &length), 0);
	patterns_free(p);
	database = database_of(bytes, length);
	for (size_t cut = 0; cut < length; cut += cut < database ? 1 : 97) {
		assert_null(read_back(bytes, cut, error));
		assert_string_not_equal(error, "");
	}
	for (size_t i = 0; i < length; i += i < database + 32 ? 1 : 97) {
		bytes[i] ^= 0x10;
		assert_null(read_back(bytes, length, error));
		assert_string_not_equal(error, "");
		/* The same with a right checksum: an error or patterns. */
		if (i < length - 8) {
			seal(bytes, length);
			p = read_back(bytes, length, error);
			assert_int_equal(p == NULL, error[0] != '\0');
			patterns_free(p);
		}
		bytes[i] ^= 0x10;
		seal(bytes, length);
	}
	p = read_back(bytes, length, error);
	expect_some(p);
	patterns_free(p);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_back_they_are_the_same),
		cmocka_unit_test(another_version_or_processor_compiles_anew),
		cmocka_unit_test(another_length_is_an_error),
		cmocka_unit_test(damage_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
