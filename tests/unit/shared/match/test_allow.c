#include "match/allow.h"

#include <pthread.h>

#include "unit.h"

#define NOW INT64_C(1795417200000000)
#define ALL ALLOW_ALL_LISTS

/* A rule in short: name, clients and effect. */
struct given {
	const char *name;	/* "=exact", "+only below", "*": all */
	const char *client;	/* NULL: all */
	uint64_t lists;
	enum allow_effect effect;
	int64_t expires;	/* 0: never */
	bool by_length;
};

static const char *
reach_of(const char *text, enum allow_reach *ret)
{
	*ret = *text == '=' ? ALLOW_EXACT : *text == '+' ? ALLOW_BELOW :
	    ALLOW_SUFFIX;
	return *ret != ALLOW_SUFFIX ? text + 1 : text;
}

static struct allow *
build(const struct given *given, size_t count)
{
	struct allow_builder *b = allow_builder_new();
	struct allow *a;

	assert_non_null(b);
	for (size_t i = 0; i < count; i++) {
		struct allow_rule rule = {
			.lists = given[i].lists, .effect = given[i].effect,
			.expires = given[i].expires != 0 ? given[i].expires :
			    ALLOW_FOR_GOOD,
			.by_length = given[i].by_length,
			.author = "", .comment = "", .file = "site",
			.line = i + 1
		};
		const char *name = reach_of(given[i].name, &rule.reach);
		struct netblock client;

		rule.name = unit_name(strcmp(name, "*") == 0 ? "." : name);
		if (given[i].client != NULL) {
			client = unit_netblock(given[i].client);
			rule.clients = &client;
			rule.client_count = 1;
		}
		assert_int_equal(allow_builder_add(b, &rule), 0);
	}
	a = allow_builder_finish(b);
	assert_non_null(a);
	assert_int_equal(allow_count(a), count);
	return a;
}

/* Ask about ${qname}, found by the bad name ${entry} on ${lists} for
 * ${client}: rule ${rule} must hold and leave ${left}; -1: none. */
static void
expect_at(const struct allow *a, const char *qname, const char *entry,
    const char *client, uint64_t lists, int64_t now, int rule, uint64_t left)
{
	struct dns_name name = unit_name(qname);
	struct address from = { .family = 0 };
	struct allow_hit hit = { .name = &name, .client = &from,
		.lists = lists, .now = now };
	struct allow_found found = { .rule = 0xdead }, looked;
	struct allow_rule told;
	uint64_t held;

	if (entry != NULL)
		hit.entry_length = unit_name(entry).length;
	if (client != NULL)
		from = unit_address(client);
	if (rule < 0) {
		if (allow_find(a, &hit, &found))
			fail_msg("%s is held by rule %zu", qname, found.rule);
		assert_int_equal(found.rule, 0xdead);
		return;
	}
	held = allow_held(a, (size_t)rule);
	if (!allow_look(a, &hit, &looked))
		fail_msg("%s is not held", qname);
	assert_int_equal(allow_held(a, (size_t)rule), held);
	assert_true(allow_find(a, &hit, &found));
	if (found.rule != (size_t)rule)
		fail_msg("%s is held by rule %zu, not %d", qname, found.rule,
		    rule);
	assert_int_equal(allow_held(a, found.rule), held + 1);
	assert_int_equal(looked.rule, found.rule);
	allow_rule(a, found.rule, &told);
	assert_int_equal(found.effect, told.effect);
	assert_int_equal(looked.effect, told.effect);
	assert_true(found.left == left && looked.left == left);
	assert_true(found.held == (lists & ~left) && found.held != 0);
	assert_true(looked.held == found.held);
}

static void
expect(const struct allow *a, const char *qname, const char *entry, int rule)
{
	expect_at(a, qname, entry, "192.0.2.1", 1, NOW, rule, 0);
}

static void
names_hold_for_themselves_and_all_below(void **state)
{
	static const struct given given[] = {
		{ "ok.bad.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "=www.bad.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "+cdn.bad.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "a\\.b.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
	};
	struct allow *a = build(given, COUNT(given));

	(void)state;
	expect(a, "ok.bad.example", "bad.example", 0);
	expect(a, "OK.Bad.Example.", "bad.example", 0);
	expect(a, "x.y.ok.bad.example", "bad.example", 0);
	expect(a, "notok.bad.example", "bad.example", -1);
	expect(a, "ok.bad.example.org", "bad.example.org", -1);
	expect(a, "bad.example", "bad.example", -1);
	expect(a, "www.bad.example", "bad.example", 1);
	expect(a, "x.www.bad.example", "bad.example", -1);
	expect(a, "cdn.bad.example", "bad.example", -1);
	expect(a, "x.cdn.bad.example", "bad.example", 2);
	expect(a, "a\\.b.example", "a\\.b.example", 3);
	expect(a, "a.b.example", "a.b.example", -1);
	expect(a, ".", ".", -1);
	allow_free(a);
}

static void
the_longer_of_bad_and_allowed_name_wins(void **state)
{
	static const struct given given[] = {
		{ "mid.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "net.example", "192.0.2.0/24", ALL, ALLOW_NO_RECORD, 0,
		    false },
		{ "list.example", NULL, 3, ALLOW_NO_RECORD, 0, false },
		{ "rpz.example", NULL, 3, ALLOW_NO_RECORD, 0, true },
	};
	struct allow *a = build(given, COUNT(given));

	(void)state;
	expect(a, "x.mid.example", "example", 0);
	expect(a, "x.mid.example", "mid.example", 0);
	expect(a, "x.mid.example", "x.mid.example", -1);
	/* Octets of wire form count: one more label, one octet more. */
	expect(a, "a.mid.example", "a.mid.example", -1);
	/* A scope makes up for that, */
	expect(a, "x.net.example", "x.net.example", 1);
	expect(a, "x.list.example", "x.list.example", 2);
	/* unless the rule says not. */
	expect(a, "x.rpz.example", "rpz.example", 3);
	expect(a, "x.rpz.example", "x.rpz.example", -1);
	/* What is listed may be no name. */
	expect(a, "x.mid.example", NULL, 0);
	allow_free(a);
}

static void
rules_for_all_names(void **state)
{
	static const struct given given[] = {
		{ "*", "192.0.2.7", ALL, ALLOW_NO_ALERT, 0, false },
		{ "*", NULL, 4, ALLOW_NO_ACTION, 0, false },
		/* These never hold. */
		{ "*", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "*", "192.0.2.7", ALL, ALLOW_NO_RECORD, 0, true },
		{ "ok.example", NULL, 0, ALLOW_NO_RECORD, 0, false },
	};
	struct allow *a = build(given, COUNT(given));

	(void)state;
	expect_at(a, "x.example", "x.example", "192.0.2.7", 1, NOW, 0, 0);
	expect_at(a, ".", ".", "192.0.2.7", 1, NOW, 0, 0);
	expect_at(a, "x.example", NULL, "192.0.2.7", 1, NOW, 0, 0);
	expect_at(a, "x.example", "x.example", "192.0.2.8", 1, NOW, -1, 0);
	expect_at(a, "x.example", NULL, "192.0.2.8", 1, NOW, -1, 0);
	expect_at(a, "x.example", "x.example", "192.0.2.8", 5, NOW, 1, 1);
	expect_at(a, "ok.example", "ok.example", "192.0.2.8", 1, NOW, -1, 0);
	allow_free(a);
}

static void
clients_are_in_a_netblock_or_not(void **state)
{
	static const struct given given[] = {
		{ "ok.example", "10.0.0.0/8", ALL, ALLOW_NO_ACTION, 0, false },
		{ "ok.example", "10.1.0.0/16", ALL, ALLOW_NO_ALERT, 0, false },
		{ "ok.example", "10.1.2.3", ALL, ALLOW_NO_RECORD, 0, false },
		{ "ok.example", "10.1.2.0/25", 2, ALLOW_NO_RECORD, 0, false },
		{ "ok.example", "2001:db8::/32", ALL, ALLOW_NO_ALERT, 0,
		    false },
		{ "ok.example", "10.9.0.0/17", ALL, ALLOW_NO_RECORD, 0,
		    false },
	};
	struct allow *a = build(given, COUNT(given));
	static const struct {
		const char *client;
		int rule;
	} clients[] = {
		{ "10.0.0.0", 0 }, { "10.255.255.255", 0 },
		{ "9.255.255.255", -1 }, { "11.0.0.0", -1 },
		{ "10.1.0.0", 1 }, { "10.1.2.2", 1 }, { "10.1.2.3", 2 },
		{ "10.1.2.4", 1 }, { "10.2.0.0", 0 }, { "10.9.127.255", 5 },
		{ "10.9.128.0", 0 }, { "2001:db8::1", 4 },
		{ "2001:db9::", -1 }, { "a00::", -1 }, { NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(clients); i++)
		expect_at(a, "ok.example", "ok.example", clients[i].client, 1,
		    NOW, clients[i].rule, 0);
	expect_at(a, "ok.example", "ok.example", "10.1.2.9", 2, NOW, 3, 0);
	allow_free(a);
}

static void
a_rule_for_lists_leaves_the_others(void **state)
{
	static const struct given given[] = {
		{ "ok.example", NULL, 1, ALLOW_NO_RECORD, 0, false },
		{ "ok.example", NULL, 6, ALLOW_NO_ALERT, 0, false },
		{ "x.ok.example", NULL, UINT64_C(1) << 63, ALLOW_NO_ACTION, 0,
		    false },
	};
	struct allow *a = build(given, COUNT(given));
	uint64_t last = UINT64_C(1) << 63;

	(void)state;
	expect_at(a, "ok.example", "ok.example", NULL, 1, NOW, 0, 0);
	expect_at(a, "ok.example", "ok.example", NULL, 9, NOW, 0, 8);
	expect_at(a, "ok.example", "ok.example", NULL, 8, NOW, -1, 0);
	expect_at(a, "ok.example", "ok.example", NULL, 7, NOW, 0, 6);
	expect_at(a, "ok.example", "ok.example", NULL, 6, NOW, 1, 0);
	expect_at(a, "x.ok.example", "ok.example", NULL, last, NOW, 2, 0);
	expect_at(a, "x.ok.example", "ok.example", NULL, last | 9, NOW, 0,
	    last | 8);
	assert_int_equal(allow_held(a, 0), 4);
	assert_int_equal(allow_held(a, 1), 1);
	assert_int_equal(allow_held(a, 2), 1);
	allow_free(a);
}

static void
one_rule_goes_before_the_others(void **state)
{
	static const struct given given[] = {
		{ "ok.example", NULL, ALL, ALLOW_NO_ACTION, 0, false },
		{ "ok.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "ok.example", NULL, ALL, ALLOW_NO_ALERT, 0, false },
		/* For clients, though weaker; and then the stronger. */
		{ "ok.example", "10.1.0.0/16", ALL, ALLOW_NO_ACTION, 0,
		    false },
		{ "ok.example", "10.0.0.0/8", ALL, ALLOW_NO_ALERT, 0, false },
		{ "ok.example", "10.1.2.3", ALL, ALLOW_NO_ACTION, 0, false },
		/* The longer name, if the effect is the same. */
		{ "www.ok.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
		{ "www.ok.example", NULL, ALL, ALLOW_NO_ACTION, 0, false },
		/* The later expiry, and the first. */
		{ "b.example", NULL, ALL, ALLOW_NO_RECORD, NOW + 5, false },
		{ "b.example", NULL, ALL, ALLOW_NO_RECORD, NOW + 6, false },
		{ "b.example", NULL, ALL, ALLOW_NO_RECORD, NOW + 6, false },
		{ "=b.example", NULL, ALL, ALLOW_NO_RECORD, NOW + 6, false },
	};
	struct allow *a = build(given, COUNT(given));

	(void)state;
	expect_at(a, "ok.example", "example", "192.0.2.1", 1, NOW, 1, 0);
	expect_at(a, "ok.example", "example", "10.2.0.0", 1, NOW, 4, 0);
	expect_at(a, "ok.example", "example", "10.1.2.3", 1, NOW, 4, 0);
	expect_at(a, "x.www.ok.example", "example", NULL, 1, NOW, 6, 0);
	expect_at(a, "b.example", "example", NULL, 1, NOW, 9, 0);
	allow_free(a);
}

static void
a_rule_holds_until_the_microsecond_of_its_expiry(void **state)
{
	static const struct given given[] = {
		{ "ok.example", NULL, ALL, ALLOW_NO_RECORD, NOW, false },
		{ "ok.example", NULL, ALL, ALLOW_NO_ALERT, NOW + 1, false },
		{ "for.good.example", NULL, ALL, ALLOW_NO_ALERT, 0, false },
	};
	struct allow *a = build(given, COUNT(given));

	(void)state;
	expect_at(a, "ok.example", "example", NULL, 1, NOW - 1, 0, 0);
	expect_at(a, "ok.example", "example", NULL, 1, NOW, 1, 0);
	expect_at(a, "ok.example", "example", NULL, 1, NOW + 1, -1, 0);
	expect_at(a, "for.good.example", "example", NULL, 1, INT64_MAX - 1, 2,
	    0);
	assert_false(allow_expired(a, 0, NOW - 1));
	assert_true(allow_expired(a, 0, NOW));
	assert_false(allow_expired(a, 1, NOW));
	assert_true(allow_expired(a, 1, NOW + 1));
	assert_false(allow_expired(a, 2, NOW + 1));
	allow_free(a);
}

static void
rules_are_told_as_they_were_added(void **state)
{
	static const char *const labels[] = { "urlhaus", "ads" };
	struct netblock clients[] = {
		unit_netblock("2001:db8::/32"), unit_netblock("10.1.2.3"),
	};
	struct allow_rule first = {
		.name = unit_name("ok.example"), .reach = ALLOW_EXACT,
		.effect = ALLOW_NO_ALERT, .lists = 5, .clients = clients,
		.client_count = 2, .expires = NOW, .labels = labels,
		.label_count = 2, .author = "mj", .comment = "a, \"b\"",
		.file = "site", .line = 7, .by_length = true
	};
	struct allow_rule second = {
		.name = unit_name("."), .lists = 2, .expires = ALLOW_FOR_GOOD,
		.author = "", .comment = "", .file = "site"
	};
	struct allow_builder *b = allow_builder_new();
	struct allow_rule told;
	struct allow *a;

	(void)state;
	assert_int_equal(allow_builder_add(b, &first), 0);
	assert_int_equal(allow_builder_add(b, &second), 0);
	second.file = "adblock";
	second.labels = labels + 1;
	second.label_count = 1;
	assert_int_equal(allow_builder_add(b, &second), 0);
	a = allow_builder_finish(b);
	assert_non_null(a);
	allow_rule(a, 0, &told);
	assert_true(dns_name_equal(&told.name, &first.name));
	assert_int_equal(told.reach, ALLOW_EXACT);
	assert_int_equal(told.effect, ALLOW_NO_ALERT);
	assert_true(told.by_length);
	assert_int_equal(told.lists, 5);
	assert_int_equal(told.client_count, 2);
	assert_memory_equal(told.clients, clients, sizeof(clients));
	assert_true(told.expires == NOW);
	assert_int_equal(told.label_count, 2);
	assert_string_equal(told.labels[0], "urlhaus");
	assert_string_equal(told.labels[1], "ads");
	assert_string_equal(told.author, "mj");
	assert_string_equal(told.comment, "a, \"b\"");
	assert_string_equal(told.file, "site");
	assert_int_equal(told.line, 7);
	allow_rule(a, 1, &told);
	assert_int_equal(told.name.length, 1);
	assert_int_equal(told.client_count, 0);
	assert_int_equal(told.label_count, 0);
	assert_string_equal(told.author, "");
	assert_string_equal(told.comment, "");
	assert_string_equal(told.file, "site");
	allow_rule(a, 2, &told);
	assert_string_equal(told.file, "adblock");
	assert_int_equal(told.label_count, 1);
	assert_string_equal(told.labels[0], "ads");
	allow_free(a);
}

static void
no_rules_hold_nothing_back(void **state)
{
	struct allow *a = build(NULL, 0);

	(void)state;
	expect(a, "ok.example", "example", -1);
	assert_int_equal(allow_count(a), 0);
	allow_free(a);
	allow_free(NULL);
	allow_builder_free(NULL);
	allow_builder_free(allow_builder_new());
}

#define THREADS 4
#define TIMES 1000000

static void *
ask_often(void *ctx)
{
	struct dns_name name = unit_name("x.ok.example");
	struct address client = unit_address("10.1.2.3");
	struct allow_hit hit = { .name = &name, .client = &client, .lists = 1,
		.now = NOW };
	struct allow_found found;

	for (int i = 0; i < TIMES; i++) {
		if (!allow_find(ctx, &hit, &found))
			return NULL;
	}
	return ctx;
}

static void
threads_count_together(void **state)
{
	static const struct given given[] = {
		{ "ok.example", NULL, ALL, ALLOW_NO_RECORD, 0, false },
	};
	struct allow *a = build(given, COUNT(given));
	pthread_t threads[THREADS];
	void *result;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often,
		    a), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		assert_ptr_equal(result, a);
	}
	assert_int_equal(allow_held(a, 0), THREADS * TIMES);
	allow_free(a);
}

/* --- against the plain reading of the rules ------------------------------ */

#define RULES 24
#define CLIENTS 3

/* A rule as text, for the slow way. */
struct plain {
	char name[40];		/* presentation form; "": all names */
	struct allow_rule rule;
	struct netblock clients[CLIENTS];
	uint64_t held;
};

/* Few labels, so that names meet. */
static void
random_name(uint64_t *seed, char text[40])
{
	static const char *const labels[] = { "a", "b", "cc", "example" };

	text[0] = '\0';
	for (unsigned left = unit_random(seed, 5); left > 0; left--) {
		size_t used = strlen(text);

		snprintf(text + used, 40 - used, "%s%s", used > 0 ? "." : "",
		    labels[unit_random(seed, COUNT(labels))]);
	}
}

/* One of few addresses, with neighbours in all octets that count. */
static struct address
random_address(uint64_t *seed)
{
	struct address a = { .family = 0 };
	uint8_t bytes[16] = { 10 };

	for (int i = 1; i < 16; i++)
		bytes[i] = (uint8_t)(unit_random(seed, 2) * 0x81);
	switch (unit_random(seed, 8)) {
	case 0:
		return a;
	case 1: case 2: case 3:
		return address_v6(bytes);
	default:
		return address_v4(bytes);
	}
}

static struct netblock
random_netblock(uint64_t *seed)
{
	struct netblock n;

	do
		n.base = random_address(seed);
	while (n.base.family == 0);
	n.prefix = (uint8_t)unit_random(seed, address_bits(&n.base) + 1);
	for (unsigned i = n.prefix; i < address_bits(&n.base); i++)
		n.base.bytes[i / 8] &= (uint8_t)~(0x80 >> i % 8);
	return n;
}

static uint64_t
random_lists(uint64_t *seed)
{
	return unit_random(seed, 3) == 0 ? ALL : unit_random(seed, 16);
}

static void
random_rule(uint64_t *seed, struct plain *p, size_t line)
{
	random_name(seed, p->name);
	p->held = 0;
	p->rule = (struct allow_rule){
		.name = unit_name(p->name[0] != '\0' ? p->name : "."),
		.reach = (enum allow_reach)unit_random(seed, 3),
		.by_length = unit_random(seed, 4) == 0,
		.effect = (enum allow_effect)unit_random(seed, 3),
		.lists = random_lists(seed),
		.clients = p->clients,
		.expires = unit_random(seed, 2) == 0 ? ALLOW_FOR_GOOD :
		    NOW - 2 + unit_random(seed, 5),
		.author = "", .comment = "", .file = "f", .line = line
	};
	if (unit_random(seed, 2) == 0)
		p->rule.client_count = unit_random(seed, CLIENTS + 1);
	for (size_t i = 0; i < CLIENTS; i++)
		p->clients[i] = random_netblock(seed);
}

static bool
in_netblock(const struct netblock *n, const struct address *a)
{
	if (n->base.family != a->family)
		return false;
	for (unsigned i = 0; i < n->prefix; i++) {
		if ((n->base.bytes[i / 8] ^ a->bytes[i / 8]) & 0x80 >> i % 8)
			return false;
	}
	return true;
}

/* Is ${name} that of the rule, or below it?  As text, by dots. */
static bool
plain_reaches(const struct plain *p, const char *name)
{
	size_t length = strlen(name), own = strlen(p->name);
	bool whole = strcmp(name, p->name) == 0, below;

	below = !whole && (own == 0 || (length > own + 1 &&
	    name[length - own - 1] == '.' &&
	    strcmp(name + length - own, p->name) == 0));
	if (p->rule.reach == ALLOW_EXACT)
		return whole;
	return p->rule.reach == ALLOW_BELOW ? below : whole || below;
}

static bool
plain_holds(const struct plain *p, const char *name,
    const struct allow_hit *hit, unsigned list)
{
	bool client = p->rule.client_count == 0;
	bool scoped = !client || p->rule.lists != ALL;

	for (size_t i = 0; i < p->rule.client_count; i++)
		client = client || in_netblock(&p->clients[i], hit->client);
	if (!client || !plain_reaches(p, name) ||
	    (p->rule.lists >> list & 1) == 0 || p->rule.expires <= hit->now)
		return false;
	if (scoped && !p->rule.by_length)
		return true;
	return p->name[0] != '\0' &&
	    p->rule.name.length >= hit->entry_length;
}

/* The highest number goes first; lower ones where they are equal. */
static int
plain_order(const struct plain *x, const struct plain *y)
{
	const int64_t keys[][2] = {
		{ x->rule.client_count > 0, y->rule.client_count > 0 },
		{ (int64_t)x->rule.effect, (int64_t)y->rule.effect },
		{ x->rule.name.length, y->rule.name.length },
		{ x->rule.expires, y->rule.expires },
		{ -(int64_t)x->rule.line, -(int64_t)y->rule.line },
	};

	for (size_t i = 0; i < COUNT(keys); i++) {
		if (keys[i][0] != keys[i][1])
			return keys[i][0] > keys[i][1] ? 1 : -1;
	}
	return 0;
}

/* The rule that holds back what ${list} found; NULL: none. */
static struct plain *
plain_find(struct plain *rules, size_t count, const char *name,
    const struct allow_hit *hit, unsigned list)
{
	struct plain *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (plain_holds(&rules[i], name, hit, list) &&
		    (best == NULL || plain_order(&rules[i], best) > 0))
			best = &rules[i];
	}
	return best;
}

/* Ask until nothing is held or left; each list must have been held by the
 * rule that the slow way finds for it. */
static uint64_t
compare_one(const struct allow *a, struct plain *rules, size_t count,
    const char *name, struct allow_hit *hit)
{
	uint64_t asked = hit->lists, held = 0;
	struct allow_found found;

	while (hit->lists != 0 && allow_find(a, hit, &found)) {
		assert_true(found.rule < count && found.held != 0);
		assert_true((found.held | found.left) == hit->lists);
		assert_true((found.held & found.left) == 0);
		assert_int_equal(found.effect, rules[found.rule].rule.effect);
		for (unsigned list = 0; list < 4; list++) {
			if (found.held >> list & 1)
				assert_ptr_equal(plain_find(rules, count,
				    name, hit, list), &rules[found.rule]);
		}
		rules[found.rule].held++;
		held |= found.held;
		hit->lists = found.left;
	}
	for (unsigned list = 0; list < 4; list++) {
		if ((asked & ~held) >> list & 1)
			assert_null(plain_find(rules, count, name, hit, list));
	}
	return held;
}

static void
agrees_with_the_plain_reading(void **state)
{
	uint64_t seed = unit_seed(), held = 0;
	static struct plain rules[RULES];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct allow_builder *b = allow_builder_new();
		size_t count = unit_random(&seed, RULES + 1);
		struct allow *a;

		for (size_t i = 0; i < count; i++) {
			random_rule(&seed, &rules[i], i + 1);
			assert_int_equal(allow_builder_add(b, &rules[i].rule),
			    0);
		}
		a = allow_builder_finish(b);
		assert_non_null(a);
		for (int i = 0; i < 100; i++) {
			struct address client = random_address(&seed);
			struct dns_name name;
			struct allow_hit hit = {
				.name = &name, .client = &client,
				.entry_length = unit_random(&seed, 20),
				.lists = unit_random(&seed, 16),
				.now = NOW - 2 + unit_random(&seed, 5)
			};
			char text[40];

			random_name(&seed, text);
			name = unit_name(text[0] != '\0' ? text : ".");
			held += compare_one(a, rules, count, text, &hit) != 0;
		}
		for (size_t i = 0; i < count; i++)
			assert_int_equal(allow_held(a, i), rules[i].held);
		allow_free(a);
	}
	/* Enough was held back and enough was not. */
	assert_true(held > 60000 && held < 240000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_hold_for_themselves_and_all_below),
		cmocka_unit_test(the_longer_of_bad_and_allowed_name_wins),
		cmocka_unit_test(rules_for_all_names),
		cmocka_unit_test(clients_are_in_a_netblock_or_not),
		cmocka_unit_test(a_rule_for_lists_leaves_the_others),
		cmocka_unit_test(one_rule_goes_before_the_others),
		cmocka_unit_test(
		    a_rule_holds_until_the_microsecond_of_its_expiry),
		cmocka_unit_test(rules_are_told_as_they_were_added),
		cmocka_unit_test(no_rules_hold_nothing_back),
		cmocka_unit_test(threads_count_together),
		cmocka_unit_test(agrees_with_the_plain_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
