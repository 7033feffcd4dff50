#include "match/details.h"

#include "unit.h"

#define MANY 20000

enum { TEXTS, RECORDS, CONDITIONS };

static struct list_condition
some_condition(void)
{
	struct list_condition c;

	/* What is not in use may be anything. */
	memset(&c, 0xa5, sizeof(c));
	c.types = 2;
	c.type[0] = 16;
	c.type[1] = 65535;
	c.not_types = 1;
	c.clients = 2;
	c.client[0] = unit_netblock("10.0.0.0/8");
	c.client[1] = unit_netblock("2001:db8::/32");
	c.not_clients = 0;
	c.names = 1;
	c.not_name[0] = unit_name("ok.example");
	return c;
}

static void
expect_condition(const struct list_condition *c)
{
	struct address inside = unit_address("10.255.0.1");
	struct dns_name name = unit_name("ok.example");

	assert_int_equal(c->types, 2);
	assert_int_equal(c->type[0], 16);
	assert_int_equal(c->type[1], 65535);
	assert_int_equal(c->not_types, 1);
	assert_int_equal(c->clients, 2);
	assert_true(netblock_holds(&c->client[0], &inside));
	assert_int_equal(c->client[1].prefix, 32);
	assert_int_equal(c->not_clients, 0);
	assert_int_equal(c->names, 1);
	assert_true(dns_name_equal(&c->not_name[0], &name));
}

/* A detail that tells its number. */
static struct list_detail
detail_of(unsigned i)
{
	struct list_detail d = {
		.severity = (enum list_severity)(i % 5),
		.confidence = i % 7 == 0 ? LIST_CONFIDENCE_NONE :
		    (uint8_t)(i % 101),
		.expires = i % 3 == 0 ? 0 : INT64_MAX - i,
		.important = i % 2 == 0,
	};

	snprintf(d.threat, sizeof(d.threat), "threat %u", i / 2);
	if (i % 4 != 0)
		snprintf(d.reference, sizeof(d.reference), "ref %u", i);
	return d;
}

static void
expect_detail(const struct details *d, uint32_t number, unsigned i)
{
	struct list_detail wanted = detail_of(i), got;
	struct list_condition c;

	details_get(d, number, &got, &c);
	assert_string_equal(got.threat, wanted.threat);
	assert_string_equal(got.reference, wanted.reference);
	assert_int_equal(got.severity, wanted.severity);
	assert_int_equal(got.confidence, wanted.confidence);
	assert_true(got.expires == wanted.expires);
	assert_int_equal(got.important, wanted.important);
	assert_null(got.condition);
}

static void
expect_nothing(const struct details *d, uint32_t number)
{
	struct list_detail got;
	struct list_condition c;

	memset(&got, 0xa5, sizeof(got));
	details_get(d, number, &got, &c);
	assert_string_equal(got.threat, "");
	assert_string_equal(got.reference, "");
	assert_int_equal(got.severity, LIST_SEVERITY_NONE);
	assert_int_equal(got.confidence, LIST_CONFIDENCE_NONE);
	assert_true(got.expires == 0);
	assert_false(got.important);
	assert_null(got.condition);
}

static void
what_was_added_comes_back(void **state)
{
	struct details *d = details_new();
	static int32_t number[MANY];
	size_t bytes;

	(void)state;
	assert_non_null(d);
	expect_nothing(d, 0);
	for (unsigned i = 0; i < MANY; i++) {
		struct list_detail detail = detail_of(i);

		number[i] = details_add(d, &detail);
		assert_int_equal(number[i], i);
	}
	bytes = details_bytes(d);
	for (unsigned i = 0; i < MANY; i++) {
		struct list_detail detail = detail_of(i);

		assert_int_equal(details_add(d, &detail), number[i]);
		expect_detail(d, (uint32_t)number[i], i);
	}
	assert_int_equal(details_bytes(d), bytes);
	expect_nothing(d, MANY);
	expect_nothing(d, UINT32_MAX);
	details_free(d);
	details_free(NULL);
}

static void
the_longest_texts_fit(void **state)
{
	struct details *d = details_new();
	struct list_detail detail = { .confidence = 100 }, got;
	struct list_condition c;
	int32_t number;

	(void)state;
	assert_non_null(d);
	memset(detail.threat, 'x', LIST_THREAT_SIZE - 1);
	memset(detail.reference, 'y', LIST_REFERENCE_SIZE - 1);
	number = details_add(d, &detail);
	assert_int_equal(number, 0);
	details_get(d, 0, &got, &c);
	assert_string_equal(got.threat, detail.threat);
	assert_string_equal(got.reference, detail.reference);
	details_free(d);
}

static void
equal_conditions_are_one(void **state)
{
	struct details *d = details_new();
	struct list_condition c = some_condition(), again = c, got;
	struct list_detail detail = { .condition = &c }, same;
	size_t length;

	(void)state;
	assert_non_null(d);
	assert_int_equal(details_add(d, &detail), 0);
	/* Other octets where nothing is. */
	memset(&again.type[2], 0, sizeof(again.type[2]));
	memset(&again.client[2], 0, sizeof(again.client[2]));
	again.not_name[0].wire[100] = 7;
	detail.condition = &again;
	assert_int_equal(details_add(d, &detail), 0);
	details_octets(d, CONDITIONS, &length);
	assert_int_equal(length, sizeof(c));
	again.not_types = 0;
	assert_int_equal(details_add(d, &detail), 1);
	details_get(d, 0, &same, &got);
	assert_ptr_equal(same.condition, &got);
	expect_condition(&got);
	details_free(d);
}

/* A store over copies of the parts of ${d}; free_parts frees them. */
static struct details *
map(const struct details *d, void *parts[DETAILS_PARTS],
    size_t lengths[DETAILS_PARTS])
{
	const void *given[DETAILS_PARTS];

	for (unsigned i = 0; i < DETAILS_PARTS; i++) {
		const void *octets = details_octets(d, i, &lengths[i]);

		parts[i] = malloc(lengths[i]);
		assert_true(lengths[i] == 0 || parts[i] != NULL);
		if (lengths[i] > 0)
			memcpy(parts[i], octets, lengths[i]);
		given[i] = parts[i];
	}
	return details_map(given, lengths);
}

static void
free_parts(void *parts[DETAILS_PARTS])
{
	for (int i = 0; i < DETAILS_PARTS; i++)
		free(parts[i]);
}

/* 100 details, and one with a condition. */
static struct details *
some_details(void)
{
	struct details *d = details_new();
	struct list_condition c = some_condition();
	struct list_detail with = { .condition = &c };

	assert_non_null(d);
	for (unsigned i = 0; i < 100; i++) {
		struct list_detail detail = detail_of(i);

		assert_int_equal(details_add(d, &detail), i);
	}
	assert_int_equal(details_add(d, &with), 100);
	return d;
}

static void
a_map_says_the_same(void **state)
{
	struct details *d = some_details(), *mapped;
	void *parts[DETAILS_PARTS];
	size_t lengths[DETAILS_PARTS];
	struct list_detail got;
	struct list_condition c;

	(void)state;
	mapped = map(d, parts, lengths);
	assert_non_null(mapped);
	details_free(d);
	for (unsigned i = 0; i < 100; i++)
		expect_detail(mapped, i, i);
	expect_nothing(mapped, 101);
	details_get(mapped, 100, &got, &c);
	assert_ptr_equal(got.condition, &c);
	expect_condition(&c);
	details_free(mapped);
	free_parts(parts);
}

static void
parts_of_wrong_sizes_are_refused(void **state)
{
	struct details *d = some_details(), *mapped;
	const void *parts[DETAILS_PARTS];
	size_t lengths[DETAILS_PARTS];

	(void)state;
	for (unsigned i = 0; i < DETAILS_PARTS; i++)
		parts[i] = details_octets(d, i, &lengths[i]);
	lengths[RECORDS]--;
	assert_null(details_map(parts, lengths));
	lengths[RECORDS]++;
	lengths[CONDITIONS]--;
	assert_null(details_map(parts, lengths));
	lengths[CONDITIONS] = 0;
	lengths[TEXTS] = 0;
	mapped = details_map(parts, lengths);
	assert_non_null(mapped);
	expect_nothing(mapped, 101);
	details_free(mapped);
	memset(lengths, 0, sizeof(lengths));
	mapped = details_map(parts, lengths);
	assert_non_null(mapped);
	expect_nothing(mapped, 0);
	details_free(mapped);
	details_free(d);
}

/* All that is read out of damaged octets is within its bounds. */
static void
damage_does_no_harm(void **state)
{
	struct details *d = some_details();
	uint64_t seed = unit_seed();

	(void)state;
	for (int round = 0; round < 1000; round++) {
		void *parts[DETAILS_PARTS];
		size_t lengths[DETAILS_PARTS];
		struct details *mapped = map(d, parts, lengths);

		assert_non_null(mapped);
		for (unsigned n = unit_random(&seed, 100); n > 0; n--) {
			unsigned i = unit_random(&seed, DETAILS_PARTS);

			((uint8_t *)parts[i])[unit_random(&seed,
			    (unsigned)lengths[i])] =
			    (uint8_t)unit_random(&seed, 256);
		}
		for (uint32_t i = 0; i < 103; i++) {
			struct list_detail got;
			struct list_condition c;

			details_get(mapped, i, &got, &c);
			assert_true(got.severity <= LIST_SEVERITY_CRITICAL);
			assert_true(got.confidence <= 100 ||
			    got.confidence == LIST_CONFIDENCE_NONE);
			assert_true(strlen(got.threat) < LIST_THREAT_SIZE);
			assert_true(got.condition == NULL ||
			    (c.types <= LIST_CONDITION_TYPES &&
			    c.clients <= LIST_CONDITION_CLIENTS &&
			    c.names <= LIST_CONDITION_NAMES));
		}
		details_free(mapped);
		free_parts(parts);
	}
	details_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_comes_back),
		cmocka_unit_test(the_longest_texts_fit),
		cmocka_unit_test(equal_conditions_are_one),
		cmocka_unit_test(a_map_says_the_same),
		cmocka_unit_test(parts_of_wrong_sizes_are_refused),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
