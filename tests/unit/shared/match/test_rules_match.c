/* Goal: is this name bad, for whom, for what and for how long? */

#include "match/rules.h"

#include "core/timestamp.h"
#include "unit.h"

static char error[256];

#define TXT 16
#define A 1

struct source {
	const char *settings;		/* after the path of a -b */
	const char *text;
};

/* Load these lists and, unless NULL, allow rules; without what is ${known}. */
static struct rules *
load_sources(const struct source *sources, size_t count, const char *allow,
    const struct rules *known)
{
	static struct rules_list lists[8];
	static struct rules_allow file;
	const struct dns_name zone = unit_name("dept.example.edu");
	struct rules *r;

	for (size_t i = 0; i < count; i++) {
		char spec[128];

		snprintf(spec, sizeof(spec), "l%zu%s", i,
		    sources[i].settings);
		assert_int_equal(list_spec_parse(spec, &lists[i].spec, error,
		    sizeof(error)), 0);
		lists[i].file = fmemopen((void *)(uintptr_t)sources[i].text,
		    strlen(sources[i].text), "r");
	}
	if (allow != NULL)
		file.file = fmemopen((void *)(uintptr_t)allow, strlen(allow),
		    "r");
	snprintf(file.label, sizeof(file.label), "site");
	r = rules_load(&(struct rules_options){
		.lists = lists, .count = count, .zones = &zone,
		.zone_count = 1, .allow = &file, .allow_count = allow != NULL,
		.known = known,
	    }, error, sizeof(error));
	if (r == NULL)
		fail_msg("%s", error);
	for (size_t i = 0; i < count; i++)
		fclose(lists[i].file);
	if (allow != NULL)
		fclose(file.file);
	return r;
}

static int64_t
at(const char *text)
{
	int64_t time = 0;

	assert_int_equal(timestamp_parse(text, &time), 0);
	return time;
}

/* Ask as ${client} for ${text} with ${qtype} at ${time}. */
static enum rules_verdict
ask_all(const struct rules *r, const char *text, const char *client,
    uint16_t qtype, int64_t time, struct rules_match *ret)
{
	struct dns_name name = unit_name(text);
	struct address address = unit_address(client);
	const struct rules_question q = {
		.name = &name, .client = &address, .qtype = qtype,
		.time = time, .count = true,
	};
	enum rules_verdict verdict = rules_match(r, rules_scratch(r, 0), &q,
	    ret);

	if (verdict != RULES_CLEAN &&
	    !rules_may_match(r, rules_scratch(r, 0), &name))
		fail_msg("%s is bad, and may not be", text);
	return verdict;
}

static enum rules_verdict
ask(const struct rules *r, const char *text, struct rules_match *ret)
{
	return ask_all(r, text, "10.0.0.1", A, at("2030-01-01"), ret);
}

static void
an_entry_expires_to_the_microsecond(void **state)
{
	static const struct source sources[] = {
		{ ",format=native", "name,match,expires\n"
		    "bad.example,exact,2040-01-02T03:04:05Z\n" },
		{ "", "example.net\n" },
	};
	struct rules *r = load_sources(sources, 2, NULL, NULL);
	int64_t end = at("2040-01-02T03:04:05Z");
	struct rules_match m = { .lists = 0xdead };

	(void)state;
	assert_int_equal(ask_all(r, "bad.example", "::1", A, end, &m),
	    RULES_CLEAN);
	assert_true(m.lists == 0xdead);
	assert_int_equal(ask_all(r, "bad.example", "::1", A, end - 1, &m),
	    RULES_BAD);
	assert_int_equal(m.mode, LIST_MATCH_EXACT);
	assert_true(m.lists == 1 && m.detail.expires == 0);
	assert_int_equal(ask_all(r, "x.bad.example", "::1", A, end - 1, &m),
	    RULES_CLEAN);
	rules_free(r);
}

static void
conditions_are_for_types_and_clients(void **state)
{
	static const struct source sources[] = {
		{ ",format=adblock", "||txt.example^$dnstype=TXT\n"
		    "||not.example^$dnstype=~TXT\n"
		    "||some.example^$client=10.0.0.0/8\n"
		    "||rest.example^$client=~10.0.0.0/8\n"
		    "||deny.example^$denyallow=ok.deny.example\n"
		    "||back.example^$dnstype=A\n"
		    "||back.example^$dnstype=A,badfilter\n" },
	};
	struct rules *r = load_sources(sources, 1, NULL, NULL);
	static const struct {
		const char *name, *client;
		uint16_t qtype;
		enum rules_verdict wanted;
	} asked[] = {
		{ "x.txt.example", "10.0.0.1", TXT, RULES_BAD },
		{ "x.txt.example", "10.0.0.1", A, RULES_CLEAN },
		{ "not.example", "10.0.0.1", TXT, RULES_CLEAN },
		{ "not.example", "10.0.0.1", A, RULES_BAD },
		{ "some.example", "10.255.255.255", A, RULES_BAD },
		{ "some.example", "11.0.0.0", A, RULES_CLEAN },
		{ "some.example", "::a00:1", A, RULES_CLEAN },
		{ "rest.example", "10.0.0.0", A, RULES_CLEAN },
		{ "rest.example", "9.255.255.255", A, RULES_BAD },
		{ "rest.example", "2001:db8::1", A, RULES_BAD },
		{ "deny.example", "::1", A, RULES_BAD },
		{ "ok.deny.example", "::1", A, RULES_CLEAN },
		{ "x.ok.deny.example", "::1", A, RULES_CLEAN },
		{ "notok.deny.example", "::1", A, RULES_BAD },
		{ "back.example", "::1", A, RULES_CLEAN },
	};
	struct rules_match m;

	(void)state;
	for (size_t i = 0; i < COUNT(asked); i++) {
		if (ask_all(r, asked[i].name, asked[i].client, asked[i].qtype,
		    at("2030-01-01"), &m) != asked[i].wanted)
			fail_msg("%s by %s, type %u", asked[i].name,
			    asked[i].client, asked[i].qtype);
	}
	rules_free(r);
}

/* The longest entry does not hold: the next one that does. */
static void
a_shorter_entry_may_hold(void **state)
{
	static const struct source sources[] = {
		{ ",format=adblock", "||a.b.bad.example^$dnstype=TXT\n"
		    "||b.bad.example^$dnstype=MX\n" },
		{ ",match=search", "bad.example\n" },
		{ ",format=native", "name,match,expires\n"
		    "b.bad.example,search,2039-01-01\n" },
	};
	struct rules *r = load_sources(sources, 3, NULL, NULL);
	int64_t late = at("2039-01-01");
	struct rules_match m;

	(void)state;
	assert_int_equal(ask_all(r, "a.b.bad.example", "::1", TXT, late, &m),
	    RULES_BAD);
	assert_true(m.lists == 1);
	assert_int_equal(ask_all(r, "a.b.bad.example", "::1", A, late, &m),
	    RULES_BAD);
	assert_true(m.lists == 2 && m.mode == LIST_MATCH_SUFFIX);
	assert_int_equal(ask_all(r, "a.b.bad.example.dept.example.edu", "::1",
	    A, late - 1, &m), RULES_BAD);
	assert_true(m.lists == 4 && m.mode == LIST_MATCH_SEARCH);
	assert_int_equal(ask_all(r, "a.b.bad.example.dept.example.edu", "::1",
	    A, late, &m), RULES_BAD);
	assert_true(m.lists == 2 && m.mode == LIST_MATCH_SEARCH);
	rules_free(r);
}

static void
what_lists_say_comes_together(void **state)
{
	static const struct source sources[] = {
		{ ",format=native", "name,match,threat,severity,confidence,"
		    "reference\nbad.example,exact,first,low,20,\n"
		    "bad.example,below,lower,critical,99,\n"
		    "only.example,suffix,t,medium,,\n" },
		{ ",format=native", "name,match,threat,severity,confidence,"
		    "reference\nbad.example,suffix,second,medium,70,ref\n" },
		{ ",severity=high", "bad.example\nplain.example\n" },
		{ ",severity=critical,format=native",
		    "name,severity\nother.example,low\n" },
	};
	struct rules *r = load_sources(sources, 4, NULL, NULL);
	struct rules_match m;

	(void)state;
	assert_int_equal(ask(r, "bad.example", &m), RULES_BAD);
	assert_true(m.lists == 7 && m.rated == 3);
	assert_int_equal(m.mode, LIST_MATCH_EXACT);
	assert_string_equal(m.detail.threat, "first");
	assert_string_equal(m.detail.reference, "ref");
	assert_int_equal(m.detail.confidence, 70);
	/* That of the list whose entry says nothing. */
	assert_int_equal(m.detail.severity, LIST_SEVERITY_HIGH);
	assert_int_equal(ask(r, "x.bad.example", &m), RULES_BAD);
	assert_string_equal(m.detail.threat, "lower");
	assert_int_equal(m.detail.severity, LIST_SEVERITY_CRITICAL);
	assert_int_equal(m.detail.confidence, 99);
	assert_int_equal(ask(r, "only.example", &m), RULES_BAD);
	assert_int_equal(m.detail.severity, LIST_SEVERITY_MEDIUM);
	assert_int_equal(m.detail.confidence, LIST_CONFIDENCE_NONE);
	assert_int_equal(ask(r, "plain.example", &m), RULES_BAD);
	assert_int_equal(m.detail.severity, LIST_SEVERITY_HIGH);
	assert_true(m.rated == 0);
	/* What the configuration says of a list is for silent entries. */
	assert_int_equal(ask(r, "other.example", &m), RULES_BAD);
	assert_int_equal(m.detail.severity, LIST_SEVERITY_LOW);
	assert_int_equal(rules_severity(r, 4 | 1), LIST_SEVERITY_HIGH);
	assert_int_equal(rules_severity(r, 1), LIST_SEVERITY_NONE);
	rules_free(r);
}

static void
a_list_excepts_from_itself_only(void **state)
{
	static const struct source sources[] = {
		{ ",format=adblock", "||bad.example^\n"
		    "@@||ok.bad.example^\n||must.bad.example^$important\n"
		    "@@||must.bad.example^\n@@||x.example^\n"
		    "@@||much.bad.example^$dnstype=TXT\n||y.x.example^\n"
		    "||deep.both.example^\n@@||deep.both.example^\n" },
		{ "", "both.example\nok.bad.example\n" },
	};
	struct rules *r = load_sources(sources, 1, NULL, NULL);
	struct rules *two = load_sources(sources, 2, NULL, NULL);
	struct rules_match m = { .lists = 0xdead };

	(void)state;
	assert_int_equal(ask(r, "ok.bad.example", &m), RULES_ALLOWED);
	assert_true(m.lists == 0xdead);
	assert_int_equal(ask(r, "nok.bad.example", &m), RULES_BAD);
	assert_int_equal(ask(r, "must.bad.example", &m), RULES_BAD);
	assert_true(m.detail.important);
	/* The exception is shorter than what is bad. */
	assert_int_equal(ask(r, "y.x.example", &m), RULES_BAD);
	/* A condition that cannot be kept makes no exception. */
	assert_int_equal(ask(r, "much.bad.example", &m), RULES_BAD);
	assert_int_equal(ask(two, "ok.bad.example", &m), RULES_BAD);
	assert_true(m.lists == 2);
	/* What one list excepts hides no shorter entry of another. */
	assert_int_equal(ask(r, "deep.both.example", &m), RULES_ALLOWED);
	assert_int_equal(ask(two, "deep.both.example", &m), RULES_BAD);
	assert_true(m.lists == 2);
	assert_int_equal(m.entry.length, 14);
	rules_free(r);
	rules_free(two);
}

static void
the_site_has_the_last_word(void **state)
{
	static const struct source sources[] = {
		{ "", "bad.example\n" }, { "", "bad.example\nb.example\n" },
	};
	static const char allow[] = "name,client,list,effect,expires\n"
	    "ok.bad.example,,,no-record,\n"
	    "told.bad.example,,,no-alert,\n"
	    "act.bad.example,,,no-action,\n"
	    "*,192.0.2.7,,no-record,\n"
	    "one.bad.example,,l0,no-record,\n"
	    "late.bad.example,,,no-record,2030-06-01T00:00:00Z\n";
	struct rules *r = load_sources(sources, 2, allow, NULL);
	int64_t late = at("2030-06-01");
	struct rules_match m;

	(void)state;
	assert_int_equal(ask(r, "bad.example", &m), RULES_BAD);
	assert_true(m.lists == 3 && m.effect == RULES_ALERT);
	assert_int_equal(ask(r, "ok.bad.example", &m), RULES_ALLOWED);
	assert_int_equal(ask(r, "told.bad.example", &m), RULES_BAD);
	assert_int_equal(m.effect, RULES_NO_ALERT);
	assert_int_equal(ask(r, "act.bad.example", &m), RULES_BAD);
	assert_int_equal(m.effect, RULES_NO_ACTION);
	assert_int_equal(ask_all(r, "b.example", "192.0.2.7", A, late, &m),
	    RULES_ALLOWED);
	assert_int_equal(ask_all(r, "b.example", "192.0.2.8", A, late, &m),
	    RULES_BAD);
	assert_int_equal(ask(r, "one.bad.example", &m), RULES_BAD);
	assert_true(m.lists == 2 && m.effect == RULES_ALERT);
	assert_int_equal(ask_all(r, "late.bad.example", "::1", A, late - 1,
	    &m), RULES_ALLOWED);
	assert_int_equal(ask_all(r, "late.bad.example", "::1", A, late, &m),
	    RULES_BAD);
	rules_free(r);
}

static void
what_is_held_back_is_counted_if_wanted(void **state)
{
	static const struct source sources[] = { { "", "bad.example\n" } };
	struct rules *r = load_sources(sources, 1, "ok.bad.example\n", NULL);
	struct dns_name name = unit_name("ok.bad.example");
	struct address client = unit_address("::1");
	struct rules_question q = { .name = &name, .client = &client };
	struct rules_match m;

	(void)state;
	assert_int_equal(rules_match(r, NULL, &q, &m), RULES_ALLOWED);
	assert_int_equal(allow_held(rules_allow(r), 0), 0);
	q.count = true;
	assert_int_equal(rules_match(r, NULL, &q, &m), RULES_ALLOWED);
	assert_int_equal(allow_held(rules_allow(r), 0), 1);
	rules_free(r);
}

static void
patterns_count_where_no_entry_does(void **state)
{
	static const struct source sources[] = {
		{ ",match=substring", "ad.ex\nevilcorp\n" },
		{ ",match=regex,severity=high", "^x[0-9]+\\.example$\n" },
		{ "", "bad.example\n" },
	};
	struct rules *r = load_sources(sources, 3, "x7.example\n", NULL);
	struct rules_size size = rules_size(r);
	struct rules_match m;

	(void)state;
	assert_int_equal(size.names, 1);
	assert_int_equal(size.substrings, 2);
	assert_int_equal(size.regexes, 1);
	assert_true(size.bytes > 0 && size.shared == 0);
	assert_int_equal(ask(r, "bad.example", &m), RULES_BAD);
	assert_true(m.lists == 4 && m.entry.length == 13);
	assert_string_equal(m.pattern, "");
	assert_int_equal(ask(r, "www.EvilCorp.test", &m), RULES_BAD);
	assert_true(m.lists == 1 && m.entry.length == 0);
	assert_int_equal(m.mode, LIST_MATCH_SUBSTRING);
	assert_string_equal(m.pattern, "evilcorp");
	assert_int_equal(ask(r, "x42.example", &m), RULES_BAD);
	assert_int_equal(m.mode, LIST_MATCH_REGEX);
	assert_int_equal(m.detail.severity, LIST_SEVERITY_HIGH);
	assert_int_equal(ask(r, "x7.example", &m), RULES_ALLOWED);
	assert_int_equal(ask(r, "xy.example", &m), RULES_CLEAN);
	rules_free(r);
}

/* What was known already is left out; what only was under a condition, or is
 * known to match less, is not. */
static void
only_what_is_new_is_asked_of_the_past(void **state)
{
	static const struct source known_lists[] = {
		{ "", "old.example\n" },
		{ ",match=exact", "host.example\nwww.old.example\n" },
		{ ",format=native", "name,expires\nsoon.example,2031-01-01\n" },
		{ ",match=below", "below.example\n" },
	};
	static const struct source lists[] = {
		{ "", "old.example\nx.old.example\nwww.old.example\n"
		    "host.example\nsoon.example\nnew.example\n" },
		{ ",match=exact", "host.example\n" },
		{ ",match=search", "old.example\n" },
		{ ",match=below", "below.example\nx.below.example\n" },
	};
	struct rules *known = load_sources(known_lists, 4, NULL, NULL);
	struct rules *r = load_sources(lists, 4, NULL, known);
	struct rules_match m;

	(void)state;
	assert_true(rules_retro(r) && !rules_retro(known));
	assert_int_equal(ask(r, "new.example", &m), RULES_BAD);
	assert_int_equal(ask(r, "soon.example", &m), RULES_BAD);
	assert_int_equal(ask(r, "host.example", &m), RULES_BAD);
	assert_true(m.lists == 1);
	assert_int_equal(ask(r, "x.old.example", &m), RULES_BAD);
	assert_true(m.lists == 4);
	assert_int_equal(ask(r, "x.below.example", &m), RULES_CLEAN);
	assert_int_equal(rules_size(r).names, 4);
	rules_free(r);
	rules_free(known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_expires_to_the_microsecond),
		cmocka_unit_test(conditions_are_for_types_and_clients),
		cmocka_unit_test(a_shorter_entry_may_hold),
		cmocka_unit_test(what_lists_say_comes_together),
		cmocka_unit_test(a_list_excepts_from_itself_only),
		cmocka_unit_test(the_site_has_the_last_word),
		cmocka_unit_test(what_is_held_back_is_counted_if_wanted),
		cmocka_unit_test(patterns_count_where_no_entry_does),
		cmocka_unit_test(only_what_is_new_is_asked_of_the_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
