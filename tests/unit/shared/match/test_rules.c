#include "match/rules.h"

#include "core/timestamp.h"
#include "match/prefixes.h"
#include "unit.h"

static char error[256];

/* Load lists of these texts; the labels are l0, l1, ...; a text that starts
 * with "#:" is one of addresses. */
static struct rules *
load(const char *const *texts, size_t count, const struct prefixes *monitored,
    const struct prefixes *excluded)
{
	static struct rules_list lists[MATCHER_LISTS_MAX];
	struct rules *r;

	for (size_t i = 0; i < count; i++) {
		char spec[64];

		snprintf(spec, sizeof(spec), "list %zu,label=l%zu%s", i, i,
		    strncmp(texts[i], "#:", 2) == 0 ? ",match=address" : "");
		assert_int_equal(list_spec_parse(spec, &lists[i].spec, error,
		    sizeof(error)), 0);
		lists[i].file = fmemopen((void *)(uintptr_t)texts[i],
		    strlen(texts[i]), "r");
		assert_non_null(lists[i].file);
	}
	error[0] = '\0';
	r = rules_load(&(struct rules_options){
		.lists = lists, .count = count, .monitored = monitored,
		.excluded = excluded,
	    }, error, sizeof(error));
	for (size_t i = 0; i < count; i++)
		fclose(lists[i].file);
	return r;
}

static struct prefixes *
set_of(const char *text)
{
	struct netblock block = unit_netblock(text);

	return prefixes_new(&block, 1);
}

static void
lists_are_numbered_in_their_order(void **state)
{
	const char *const texts[] = {
		"a.example\n", "b.example\na.example\n", "*.a.example\n"
	};
	struct rules *r = load(texts, 3, NULL, NULL);
	struct dns_name name = unit_name("x.a.example");
	struct match match;
	char labels[64];

	(void)state;
	assert_non_null(r);
	assert_true(matcher_find(rules_matcher(r), &name, &match));
	assert_int_equal(match.lists, 7);
	rules_labels(r, match.lists, labels, sizeof(labels));
	assert_string_equal(labels, "l0,l1,l2");
	rules_labels(r, 5, labels, sizeof(labels));
	assert_string_equal(labels, "l0,l2");
	rules_labels(r, 0, labels, sizeof(labels));
	assert_string_equal(labels, "");
	rules_free(r);
	rules_free(NULL);
}

static void
labels_are_written_whole_or_not(void **state)
{
	const char *const texts[] = { "a.b\n", "a.b\n", "a.b\n" };
	struct rules *r = load(texts, 3, NULL, NULL);
	char labels[9];

	(void)state;
	assert_non_null(r);
	for (size_t size = 1; size <= sizeof(labels); size++) {
		memset(labels, '!', sizeof(labels));
		rules_labels(r, 7, labels, size);
		assert_true(strlen(labels) < size);
		assert_true(strcmp(labels, "") == 0 ||
		    strcmp(labels, "l0") == 0 ||
		    strcmp(labels, "l0,l1") == 0 ||
		    strcmp(labels, "l0,l1,l2") == 0);
		for (size_t i = size; i < sizeof(labels); i++)
			assert_int_equal(labels[i], '!');
	}
	rules_free(r);
}

/* It is for the guards to refuse. */
static void
a_list_may_hold_nothing(void **state)
{
	const char *const texts[] = {
		"a.b\n", "# nothing\ncom\n", "#:\nbad.example\n::/0\n"
	};
	struct rules *r = load(texts, 3, NULL, NULL);
	struct dns_name name = unit_name("x.com");
	struct address a = unit_address("2001:db8::1");
	struct address_match address_match;
	struct match match;

	(void)state;
	assert_non_null(r);
	assert_false(matcher_find(rules_matcher(r), &name, &match));
	assert_false(rules_address(r, &a, &address_match));
	rules_free(r);
}

static void
a_limit_is_named_with_its_key(void **state)
{
	static const struct list_limits small = { .octets = 5 };
	static const struct list_limits few = { .entries = 1 };
	static struct rules_list list;
	static char text[] = "a.example\nb.example\n";

	(void)state;
	list_spec_parse("l", &list.spec, error, sizeof(error));
	list.file = fmemopen(text, strlen(text), "r");
	list.spec.limits = &small;
	assert_null(rules_load(&(struct rules_options){
	    .lists = &list, .count = 1 }, error, sizeof(error)));
	assert_string_equal(error, "list l: over 5 octets: is it a list?  If "
	    "so, raise list_size");
	rewind(list.file);
	list.spec.limits = &few;
	assert_null(rules_load(&(struct rules_options){
	    .lists = &list, .count = 1 }, error, sizeof(error)));
	assert_string_equal(error, "list l: over 1 entries: if that is meant, "
	    "raise list_entries");
	fclose(list.file);
}

static void
addresses_are_told_with_their_lists(void **state)
{
	const char *const texts[] = {
		"#:\n192.0.2.0/24\n192.0.2.7\n", "192.0.2.9.example\n",
		"#:\n192.0.2.7\n2001:db8::/32\n"
	};
	struct rules *r = load(texts, 3, NULL, NULL);
	struct address a = unit_address("192.0.2.7");
	struct address wide = unit_address("192.0.2.9");
	struct address other = unit_address("198.51.100.7");
	struct dns_name name = unit_name("192.0.2.9.example");
	struct address_match match = { .lists = 0 };
	struct match found;
	char labels[64];

	(void)state;
	assert_non_null(r);
	assert_true(rules_has_addresses(r));
	assert_int_equal(address_matcher_count(rules_addresses(r)), 3);
	assert_true(rules_address(r, &a, &match));
	assert_int_equal(match.entry.prefix, 32);
	assert_int_equal(match.lists, 5);
	rules_labels(r, match.lists, labels, sizeof(labels));
	assert_string_equal(labels, "l0,l2");
	assert_true(rules_address(r, &wide, &match));
	assert_int_equal(match.entry.prefix, 24);
	assert_int_equal(match.lists, 1);
	assert_false(rules_address(r, &other, &match));
	assert_true(matcher_find(rules_matcher(r), &name, &found));
	assert_int_equal(found.lists, 2);
	rules_free(r);
}

static void
lists_of_addresses_may_be_alone_or_absent(void **state)
{
	const char *const addresses[] = { "#:\n192.0.2.7\n" };
	const char *const names[] = { "a.example\n" };
	struct rules *only = load(addresses, 1, NULL, NULL);
	struct rules *without = load(names, 1, NULL, NULL);
	struct address a = unit_address("192.0.2.7");
	struct dns_name name = unit_name("a.example");
	struct address_match match;
	struct match found;

	(void)state;
	assert_true(only != NULL && without != NULL);
	assert_true(rules_has_addresses(only));
	assert_true(rules_address(only, &a, &match));
	assert_false(matcher_find(rules_matcher(only), &name, &found));
	assert_false(rules_has_addresses(without));
	assert_null(rules_addresses(without));
	assert_false(rules_address(without, &a, &match));
	rules_free(only);
	rules_free(without);
}

static void
clients_count_by_netblock(void **state)
{
	struct prefixes *monitored = set_of("10.0.0.0/8");
	struct prefixes *excluded = set_of("10.0.0.53");
	struct address inside = unit_address("10.1.2.3");
	struct address resolver = unit_address("10.0.0.53");
	struct address outside = unit_address("192.0.2.1");
	const char *const texts[] = { "a.b\n" };
	struct rules *both = load(texts, 1, monitored, excluded);
	struct rules *neither = load(texts, 1, NULL, NULL);
	struct rules *only = load(texts, 1, NULL, excluded);

	(void)state;
	assert_true(both != NULL && neither != NULL && only != NULL);
	assert_true(rules_screen(both));
	assert_int_equal(rules_client(both, &inside), RULES_COUNTS);
	assert_int_equal(rules_client(both, &resolver), RULES_EXCLUDED);
	assert_int_equal(rules_client(both, &outside), RULES_UNMONITORED);
	assert_false(rules_screen(neither));
	assert_int_equal(rules_client(neither, &outside), RULES_COUNTS);
	assert_true(rules_screen(only));
	assert_int_equal(rules_client(only, &outside), RULES_COUNTS);
	assert_int_equal(rules_client(only, &resolver), RULES_EXCLUDED);
	rules_free(both);
	rules_free(neither);
	rules_free(only);
	prefixes_free(monitored);
	prefixes_free(excluded);
}

/* --- is this name bad? ----------------------------------------------------- */

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
		cmocka_unit_test(lists_are_numbered_in_their_order),
		cmocka_unit_test(labels_are_written_whole_or_not),
		cmocka_unit_test(a_list_may_hold_nothing),
		cmocka_unit_test(a_limit_is_named_with_its_key),
		cmocka_unit_test(addresses_are_told_with_their_lists),
		cmocka_unit_test(lists_of_addresses_may_be_alone_or_absent),
		cmocka_unit_test(clients_count_by_netblock),
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
