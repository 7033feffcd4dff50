#include "match/conditions.h"

#include "unit.h"

/* The entry bad.example, as list 0 has it, and how it was found. */
struct found {
	struct matcher_note note;
	struct match match;
	struct dns_name name;
	struct address client;
	uint16_t qtype;
	int64_t time;
};

/* Found of ${name}, an entry that matches in the way ${match}. */
static struct found
of(const char *name, enum list_match match)
{
	struct found f = {
		.note = { .match = match, .conditional = true },
		.match = { .entry = unit_name("bad.example") },
		.name = unit_name(name), .client = unit_address("10.1.2.3"),
		.qtype = 1, .time = 1000,
	};

	f.match.cut = (size_t)(f.name.length - f.match.entry.length);
	return f;
}

static bool
holds(const struct found *f)
{
	const struct rules_question q = {
		.name = &f->name, .client = &f->client, .qtype = f->qtype,
		.time = f->time,
	};

	return conditions_hold(&f->note, &q, &f->match);
}

static bool
holds_with(struct found *f, const struct list_condition *c)
{
	f->note.detail.condition = c;
	return holds(f);
}

static void
the_way_to_match_fits(void **state)
{
	/* By way: of the name itself, of one below, and with a zone. */
	static const bool wanted[4][3] = {
		[LIST_MATCH_EXACT] = { true, false, false },
		[LIST_MATCH_SUFFIX] = { true, true, false },
		[LIST_MATCH_BELOW] = { false, true, false },
		[LIST_MATCH_SEARCH] = { true, true, true },
	};

	(void)state;
	for (int i = LIST_MATCH_EXACT; i <= LIST_MATCH_SEARCH; i++) {
		struct found itself = of("bad.example", (enum list_match)i);
		struct found below = of("x.bad.example", (enum list_match)i);
		struct found zone = of("bad.example", (enum list_match)i);

		zone.name = unit_name("bad.example.lab");
		zone.match.zone = 1;
		assert_int_equal(holds(&itself), wanted[i][0]);
		assert_int_equal(holds(&below), wanted[i][1]);
		assert_int_equal(holds(&zone), wanted[i][2]);
	}
}

static void
the_time_of_expiry_is_the_first_without_it(void **state)
{
	struct found f = of("bad.example", LIST_MATCH_SUFFIX);

	(void)state;
	f.time = INT64_MAX;
	assert_true(holds(&f));
	f.note.detail.expires = 1700000000000001;
	f.time = 1700000000000000;
	assert_true(holds(&f));
	f.time++;
	assert_false(holds(&f));
	f.time++;
	assert_false(holds(&f));
	f.note.detail.expires = INT64_MAX;
	assert_true(holds(&f));
	f.time = -1;
	assert_true(holds(&f));
}

static void
types_are_wanted_or_not(void **state)
{
	struct list_condition c = { .types = 2, .type = { 16, 65535 } };
	struct found f = of("bad.example", LIST_MATCH_SUFFIX);

	(void)state;
	assert_false(holds_with(&f, &c));
	f.qtype = 16;
	assert_true(holds_with(&f, &c));
	c.not_types = 1;
	assert_false(holds_with(&f, &c));
	f.qtype = 65534;
	assert_true(holds_with(&f, &c));
	f.qtype = 65535;
	assert_false(holds_with(&f, &c));
	c.types = 0;
	assert_true(holds_with(&f, &c));
	for (c.types = 0; c.types < LIST_CONDITION_TYPES; c.types++)
		c.type[c.types] = (uint16_t)(100 + c.types);
	c.not_types = 0;
	f.qtype = 100 + LIST_CONDITION_TYPES - 1;
	assert_true(holds_with(&f, &c));
	f.qtype++;
	assert_false(holds_with(&f, &c));
}

static void
clients_are_wanted_or_not(void **state)
{
	struct list_condition c = {
		.clients = 2, .client = { unit_netblock("10.1.2.0/24"),
		    unit_netblock("2001:db8::/33") },
	};
	struct found f = of("bad.example", LIST_MATCH_SUFFIX);
	static const struct { const char *client; bool in; } clients[] = {
		{ "10.1.2.0", true }, { "10.1.2.255", true },
		{ "10.1.3.0", false }, { "10.1.1.255", false },
		{ "2001:db8:7fff:ffff::1", true }, { "2001:db8:8000::", false },
		{ "::a01:200", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(clients); i++) {
		f.client = unit_address(clients[i].client);
		c.not_clients = 0;
		assert_int_equal(holds_with(&f, &c), clients[i].in);
		c.not_clients = 1;
		assert_int_equal(holds_with(&f, &c), !clients[i].in);
	}
	/* One that is not known is in no netblock. */
	memset(&f.client, 0, sizeof(f.client));
	assert_true(holds_with(&f, &c));
	c.not_clients = 0;
	assert_false(holds_with(&f, &c));
	c.clients = 0;
	assert_true(holds_with(&f, &c));
}

static void
names_below_may_be_none_of_it(void **state)
{
	const struct list_condition c = {
		.names = 2, .not_name = { unit_name("ok.bad.example"),
		    unit_name("b.a.bad.example") },
	};
	static const struct { const char *name; bool wanted; } names[] = {
		{ "bad.example", true }, { "ok.bad.example", false },
		{ "x.ok.bad.example", false }, { "nok.bad.example", true },
		{ "a.bad.example", true }, { "b.a.bad.example", false },
		{ "x\\.ok.bad.example", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct found f = of(names[i].name, LIST_MATCH_SEARCH);
		char behind[64];

		assert_int_equal(holds_with(&f, &c), names[i].wanted);
		snprintf(behind, sizeof(behind), "%s.x.lab", names[i].name);
		f.name = unit_name(behind);
		f.match.zone = 2;
		assert_int_equal(holds_with(&f, &c), names[i].wanted);
	}
}

static void
all_conditions_are_to_hold(void **state)
{
	struct list_condition c = {
		.types = 1, .type = { 1 }, .clients = 1,
		.client = { unit_netblock("10.0.0.0/8") }, .names = 1,
		.not_name = { unit_name("ok.bad.example") },
	};
	struct found f = of("bad.example", LIST_MATCH_SUFFIX), other = f;

	(void)state;
	assert_true(holds_with(&f, &c));
	other.qtype = 2;
	assert_false(holds_with(&other, &c));
	other = f;
	other.client = unit_address("11.0.0.0");
	assert_false(holds_with(&other, &c));
	other = of("ok.bad.example", LIST_MATCH_SUFFIX);
	assert_false(holds_with(&other, &c));
	other = f;
	other.note.detail.expires = other.time;
	assert_false(holds_with(&other, &c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_way_to_match_fits),
		cmocka_unit_test(the_time_of_expiry_is_the_first_without_it),
		cmocka_unit_test(types_are_wanted_or_not),
		cmocka_unit_test(clients_are_wanted_or_not),
		cmocka_unit_test(names_below_may_be_none_of_it),
		cmocka_unit_test(all_conditions_are_to_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
