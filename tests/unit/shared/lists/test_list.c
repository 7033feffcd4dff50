#include "lists/list.h"

#include <errno.h>

#include "core/public_suffix.h"
#include "unit.h"

#define BLOCK 65536		/* octets that list.c reads at a time */

/* What specs are given besides. */
static const struct list_limits *with_limits;

/* The names that a list gave, as text, each with = or . for its mode. */
struct given {
	size_t count, most;
	char text[100000];
};

static int
take(void *ctx, const struct list_entry *e)
{
	struct given *g = ctx;
	char text[DNS_NAME_TEXT_SIZE];
	size_t used = strlen(g->text);

	if (g->most > 0 && g->count == g->most)
		return -1;
	dns_name_to_text(&e->name, text);
	g->count++;
	snprintf(g->text + used, sizeof(g->text) - used, "%s%s ",
	    e->match == LIST_MATCH_EXACT ? "=" : ".", text);
	return 0;
}

static int
read_octets(const char *octets, size_t length, const char *spec_text,
    struct given *g, struct list_report *report)
{
	FILE *f = length > 0 ? fmemopen((void *)(uintptr_t)octets, length,
	    "r") : fopen("/dev/null", "re");
	struct list_spec spec;
	char error[256];
	int status;

	assert_non_null(f);
	assert_int_equal(list_spec_parse(spec_text, &spec, error,
	    sizeof(error)), 0);
	spec.limits = with_limits;
	g->text[0] = '\0';
	g->count = 0;
	status = list_read(f, &spec, take, NULL, g, report);
	fclose(f);
	return status;
}

static struct given given;
static struct list_report report;

static const char *
read_text(const char *text, const char *spec)
{
	given.most = 0;
	assert_int_equal(read_octets(text, strlen(text), spec, &given,
	    &report), 0);
	assert_int_equal(report.entries, given.count);
	return given.text;
}

static void
plain_lists(void **state)
{
	static const struct {
		const char *text, *names;
	} lists[] = {
		{ "bad.example\n", ".bad.example " },
		{ "bad.example", ".bad.example " },
		{ "Bad.Example.\r\nevil.test\r\n",
		    ".bad.example .evil.test " },
		{ "\xef\xbb\xbf" "bad.example\n", ".bad.example " },
		{ "\xef\xbb\xbf# words\nbad.example\n", ".bad.example " },
		{ "a.b\n\xef\xbb\xbf" "c.d\n", ".a.b .c.d " },
		{ "# a\n; b\n! c\n\n   \n\t# d\nbad.example\n",
		    ".bad.example " },
		{ "bad.example # why\nbad.test\t#why\n",
		    ".bad.example .bad.test " },
		{ "bad.example#why\n", "" },
		{ "  bad.example \t\v\f\r\n", ".bad.example " },
		{ ".bad.example\n*.evil.test\n", ".bad.example .evil.test " },
		{ "*.*.bad.example\n..bad.example\n", "" },
		{ "_x-1.bad.example\n", "._x-1.bad.example " },
		{ "a\\.b.example\na\\032b.example\n",
		    ".a\\.b.example .a\\032b.example " },
		{ "xn--bcher-kva.example\n", ".xn--bcher-kva.example " },
		{ "a.b\r\rc.d\n", "" },
		{ "http://bad.example/\nbad.example:80\nb@d.example\n", "" },
		{ "", "" }, { "\n", "" }, { "\n\n\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		const char *names = read_text(lists[i].text,
		    "x,format=plain");

		if (strcmp(names, lists[i].names) != 0)
			fail_msg("'%s' gives '%s'", lists[i].text, names);
	}
}

static void
a_plain_lists_own_mode_yields_to_a_leading_dot(void **state)
{
	(void)state;
	assert_string_equal(read_text("a.b\n.c.d\n*.e.f\ncom\n",
	    "x,match=exact"), "=a.b .c.d .e.f =com ");
}

static void
hosts_lists(void **state)
{
	static const struct {
		const char *text, *names;
		uint64_t local, refused;	/* refused: not the local */
	} lists[] = {
		{ "0.0.0.0 bad.example\n", "=bad.example ", 0, 0 },
		{ "127.0.0.1\tbad.example evil.test  x.y # why\r\n",
		    "=bad.example =evil.test =x.y ", 0, 0 },
		{ "::1 localhost ip6-loopback bad.example\n",
		    "=bad.example ", 2, 0 },
		{ "127.0.0.1 LocalHost.LocalDomain\n0.0.0.0 0.0.0.0\n", "",
		    1, 1 },
		{ "0.0.0.0\nbad.example\n0.0.0.0 good.test\n",
		    "=good.test ", 0, 2 },
		{ "fe80::1%lo0 bad.example\n", "=bad.example ", 0, 0 },
		{ "0.0.0.0 single\n", "=single ", 0, 0 },
		{ "0.0.0.0 localhosts.example\n", "=localhosts.example ",
		    0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		const char *names = read_text(lists[i].text,
		    "x,format=hosts,match=exact");
		uint64_t refused = 0;

		if (strcmp(names, lists[i].names) != 0)
			fail_msg("'%s' gives '%s'", lists[i].text, names);
		for (int reason = 0; reason < LIST_REASONS; reason++)
			refused += report.refused[reason];
		assert_int_equal(report.refused[LIST_LOCAL], lists[i].local);
		assert_int_equal(refused,
		    lists[i].local + lists[i].refused);
	}
}

static void
the_first_line_with_something_on_it_tells_the_format(void **state)
{
	static const struct {
		const char *text;
		enum list_format format;
	} lists[] = {
		{ "# x\n\n0.0.0.0 bad.example\n", LIST_FORMAT_HOSTS },
		{ "::1\tbad.example\n", LIST_FORMAT_HOSTS },
		{ "\xef\xbb\xbf" "0.0.0.0 bad.example\n", LIST_FORMAT_HOSTS },
		{ "bad.example\n0.0.0.0 x.y\n", LIST_FORMAT_PLAIN },
		{ "0.0.0.0\n", LIST_FORMAT_PLAIN },
		{ "# only words\n", LIST_FORMAT_PLAIN },
		{ "", LIST_FORMAT_PLAIN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		read_text(lists[i].text, "x");
		assert_int_equal(report.format, lists[i].format);
	}
	read_text("bad.example\n", "x,format=hosts");
	assert_int_equal(report.format, LIST_FORMAT_HOSTS);
	assert_int_equal(report.entries, 0);
}

static void
what_is_refused_is_counted_by_reason(void **state)
{
	(void)state;
	read_text("com\n"			/* 1 */
	    "192.0.2.1\n"
	    "good.example\n"
	    "2001:db8::1\n"			/* 4 */
	    "not a name\n"
	    "a..b\n"
	    ".\n"
	    "fe80::1%eth0\n"
	    "COM.\n"
	    "1.2.3.4.5\n", "x,format=plain");
	assert_int_equal(report.lines, 10);
	assert_int_equal(report.entries, 2);	/* 1.2.3.4.5 is a name */
	assert_int_equal(report.refused[LIST_SINGLE_LABEL], 2);
	assert_int_equal(report.refused[LIST_ADDRESS], 3);
	assert_int_equal(report.refused[LIST_NOT_A_NAME], 3);
	assert_int_equal(report.examples, LIST_EXAMPLES);
	assert_int_equal(report.example[0].line, 1);
	assert_int_equal(report.example[0].reason, LIST_SINGLE_LABEL);
	assert_string_equal(report.example[0].text, "com");
	assert_int_equal(report.example[1].line, 2);
	assert_int_equal(report.example[1].reason, LIST_ADDRESS);
	assert_int_equal(report.example[2].line, 4);
	assert_string_equal(report.example[2].text, "2001:db8::1");
}

static void
nuls_do_no_harm(void **state)
{
	static const char octets[] = "a.b\n\0\nc\0.d\n\0\0e.f\ng.h\n";

	(void)state;
	assert_int_equal(read_octets(octets, sizeof(octets) - 1, "x", &given,
	    &report), 0);
	assert_string_equal(given.text, ".a.b .g.h ");
	assert_int_equal(report.refused[LIST_NOT_A_NAME], 3);
}

static void
every_reason_and_format_has_words(void **state)
{
	(void)state;
	for (int i = 0; i < LIST_REASONS; i++)
		assert_non_null(list_reason_text((enum list_reason)i));
	assert_string_equal(list_format_text(LIST_FORMAT_HOSTS), "hosts");
	assert_string_equal(list_format_text(LIST_FORMAT_ADDRESS), "address");
	assert_string_equal(list_match_text(LIST_MATCH_EXACT), "exact");
	assert_string_equal(list_match_text(LIST_MATCH_SUFFIX), "suffix");
	assert_string_equal(list_match_text(LIST_MATCH_ADDRESS), "address");
}

static void
a_callback_may_end_it(void **state)
{
	(void)state;
	given.most = 2;
	errno = 0;
	assert_int_equal(read_octets("a.b\nc.d\ne.f\ng.h\n", 16, "x", &given,
	    &report), -1);
	assert_int_equal(errno, ENOMEM);
	assert_string_equal(given.text, ".a.b .c.d ");
	assert_int_equal(report.entries, 2);
}

static void
a_folder_cannot_be_read(void **state)
{
	struct list_spec spec = { .path = "/" };
	FILE *f = fopen("/", "re");

	(void)state;
	assert_non_null(f);
	given.most = 0;
	assert_int_equal(list_read(f, &spec, take, NULL, &given, &report), -1);
	assert_int_equal(errno, EISDIR);
	fclose(f);
}

/* A line of ${length} octets, then two more. */
static void
try_line_length(size_t length, bool newline)
{
	static char octets[4 * BLOCK];
	size_t used = length;

	memset(octets, 'a', length);
	if (newline) {
		memcpy(octets + used, "\nc.d\ne.f", 8);
		used += 8;
	}
	given.most = 0;
	assert_int_equal(read_octets(octets, used, "x,format=plain", &given,
	    &report), 0);
	if (strcmp(given.text, newline ? ".c.d .e.f " : "") != 0)
		fail_msg("after a line of %zu: '%s'", length, given.text);
	assert_int_equal(report.lines, newline ? 3 : 1);
	assert_int_equal(report.refused[LIST_TOO_LONG], length > 4095);
	assert_int_equal(report.refused[LIST_NOT_A_NAME], length <= 4095);
	assert_int_equal(report.examples, 1);
	assert_int_equal(strlen(report.example[0].text),
	    LIST_EXAMPLE_SIZE - 1);
}

static void
over_long_lines_are_stepped_over(void **state)
{
	static const size_t lengths[] = {
		4094, 4095, 4096, 4097, BLOCK - 2, BLOCK - 1, BLOCK,
		BLOCK + 1, BLOCK + 2, 2 * BLOCK - 1, 2 * BLOCK,
		2 * BLOCK + 1, 3 * BLOCK,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		try_line_length(lengths[i], true);
		try_line_length(lengths[i], false);
	}
}

/* Lines that meet the end of a block at every possible place. */
static void
lines_may_cross_blocks(void **state)
{
	static char octets[BLOCK + 4096];
	const char line[] = "abcdefg.example\r\n";	/* 17 octets */
	const size_t size = sizeof(line) - 1;

	(void)state;
	given.most = 0;
	for (size_t first = 0; first < 2 * size; first++) {
		size_t used = first, lines = first > 0;

		memset(octets, ' ', first);
		if (first > 0)
			octets[first - 1] = '\n';
		for (; used < BLOCK + 100; used += size, lines++)
			memcpy(octets + used, line, size);
		assert_int_equal(read_octets(octets, used - 2, "x", &given,
		    &report), 0);
		assert_int_equal(report.lines, lines);
		assert_int_equal(report.entries, lines - (first > 0));
		assert_int_equal(report.examples, 0);
	}
}

/* Input that comes in small pieces, as from a pipe. */
static void
pieces_make_the_same_lines(void **state)
{
	static const char text[] = "a.b\r\n# x\nc.d\n\ne.f";
	struct list_spec spec = { .match = LIST_MATCH_SUFFIX };

	(void)state;
	for (size_t buffer = 1; buffer < 8; buffer++) {
		FILE *f = fmemopen((void *)(uintptr_t)text, sizeof(text) - 1,
		    "r");
		char small[8];

		assert_non_null(f);
		setvbuf(f, small, _IOFBF, buffer);
		given.text[0] = '\0';
		given.count = given.most = 0;
		assert_int_equal(list_read(f, &spec, take, NULL, &given, &report),
		    0);
		assert_string_equal(given.text, ".a.b .c.d .e.f ");
		assert_int_equal(report.lines, 5);
		fclose(f);
	}
}

/* Read ${text} within ${limits}; EFBIG where ${status} is -1. */
static void
limited(const char *text, const char *spec, const struct list_limits *limits,
    int status)
{
	given.most = 0;
	with_limits = limits;
	errno = 0;
	assert_int_equal(read_octets(text, strlen(text), spec, &given,
	    &report), status);
	assert_int_equal(errno, status == 0 ? 0 : EFBIG);
	with_limits = NULL;
}

static struct public_suffix *
suffixes(void)
{
	static char text[] = "test\nco.test\n*.wide.test\n!ours.wide.test\n";
	FILE *file = fmemopen(text, strlen(text), "r");
	struct public_suffix *p = public_suffix_read(file);

	fclose(file);
	assert_non_null(p);
	return p;
}

static void
public_suffixes_are_no_entries_for_all_below(void **state)
{
	static const char text[] = "co.test\nbad.co.test\n*.co.test\n"
	    "a.wide.test\nours.wide.test\nCO.TEST.\nlast.test";
	struct list_limits limits = { .suffixes = suffixes() };
	struct public_suffix *p =
	    (struct public_suffix *)(uintptr_t)limits.suffixes;

	(void)state;
	limited(text, "l", &limits, 0);
	assert_string_equal(given.text,
	    ".bad.co.test .ours.wide.test .last.test ");
	assert_int_equal(report.refused[LIST_PUBLIC_SUFFIX], 4);
	assert_int_equal(report.example[1].line, 3);
	assert_string_equal(report.example[1].text, "co.test");
	assert_int_equal(report.suffixes, 0);
	/* As itself, anything may be bad. */
	limited("co.test\na.wide.test\n", "l,match=exact", &limits, 0);
	assert_int_equal(report.entries, 2);
	limited("co.test\n", "l,match=below", &limits, 0);
	assert_int_equal(report.refused[LIST_PUBLIC_SUFFIX], 1);
	limited("co.test\n", "l,match=search", &limits, 0);
	assert_int_equal(report.refused[LIST_PUBLIC_SUFFIX], 1);
	limits.take_suffixes = true;
	limited(text, "l", &limits, 0);
	assert_int_equal(report.entries, 7);
	assert_int_equal(report.suffixes, 4);
	assert_int_equal(report.refused[LIST_PUBLIC_SUFFIX], 0);
	public_suffix_close(p);
}

static void
a_list_has_so_many_octets(void **state)
{
	struct list_limits limits = { .octets = 20 };
	static char large[3 * BLOCK];

	(void)state;
	limited("a.example\nb.example\n", "l", &limits, 0);
	assert_int_equal(report.excess, LIST_FITS);
	limited("a.example\nb.example\n\n", "l", &limits, -1);
	assert_int_equal(report.excess, LIST_TOO_LARGE);
	/* One line without an end ends too. */
	memset(large, 'x', sizeof(large) - 1);
	for (limits.octets = BLOCK - 1; limits.octets < sizeof(large) - 1;
	    limits.octets += BLOCK) {
		limited(large, "l", &limits, -1);
		assert_int_equal(report.excess, LIST_TOO_LARGE);
	}
	limits.octets = sizeof(large) - 1;
	limited(large, "l", &limits, 0);
	assert_int_equal(report.refused[LIST_TOO_LONG], 1);
	memcpy(large + 2 * BLOCK + 100, "\nbad.example\n", 13);
	limited(large, "l", &limits, 0);
	assert_string_equal(given.text, ".bad.example ");
	assert_int_equal(report.refused[LIST_TOO_LONG], 2);
}

static void
a_list_has_so_many_entries(void **state)
{
	const struct list_limits limits = { .entries = 2 };

	(void)state;
	limited("a.example\nb.example\ncom\n", "l", &limits, 0);
	assert_int_equal(report.excess, LIST_FITS);
	limited("a.example\nb.example\n c.example\n", "l", &limits, -1);
	assert_int_equal(report.excess, LIST_TOO_MANY);
	assert_int_equal(report.entries, 2);
	limited("192.0.2.1 a.example b.example c.example d.example\n", "l",
	    &limits, -1);
	assert_int_equal(report.excess, LIST_TOO_MANY);
	assert_int_equal(report.entries, 2);
}

static void
details_say_together_the_most(void **state)
{
	struct list_detail into = { .confidence = LIST_CONFIDENCE_NONE };
	const struct list_detail first = {
		.threat = "first", .severity = LIST_SEVERITY_MEDIUM,
		.confidence = 0, .expires = 5,
	};
	const struct list_detail more = {
		.threat = "more", .reference = "ref", .important = true,
		.severity = LIST_SEVERITY_LOW, .confidence = 40,
	};
	const struct list_detail nothing = {
		.confidence = LIST_CONFIDENCE_NONE
	};

	(void)state;
	list_detail_merge(&into, &nothing);
	assert_int_equal(into.confidence, LIST_CONFIDENCE_NONE);
	list_detail_merge(&into, &first);
	assert_int_equal(into.confidence, 0);
	assert_string_equal(into.threat, "first");
	assert_false(into.important);
	list_detail_merge(&into, &more);
	list_detail_merge(&into, &nothing);
	assert_string_equal(into.threat, "first");
	assert_string_equal(into.reference, "ref");
	assert_int_equal(into.severity, LIST_SEVERITY_MEDIUM);
	assert_int_equal(into.confidence, 40);
	assert_true(into.important);
	list_detail_merge(&into, &first);
	assert_int_equal(into.confidence, 40);
	/* When it expires is a condition, and no part of that. */
	assert_true(into.expires == 0);
}

static void
a_compressed_list_is_not_read_as_text(void **state)
{
	static const struct {
		const char *octets;
		size_t length;
	} packed[] = {
		{ "\x1f\x8b\x08\0bad.example\n", 16 },
		{ "\xfd" "7zXZ\0bad.example\n", 18 },
		{ "\x28\xb5\x2f\xfd" "bad.example\n", 16 },
	};

	(void)state;
	given.most = 0;
	for (size_t i = 0; i < COUNT(packed); i++) {
		assert_int_equal(read_octets(packed[i].octets,
		    packed[i].length, "x", &given, &report), -1);
		assert_int_equal(report.excess, LIST_PACKED);
		assert_int_equal(given.count, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_compressed_list_is_not_read_as_text),
		cmocka_unit_test(plain_lists),
		cmocka_unit_test(
		    a_plain_lists_own_mode_yields_to_a_leading_dot),
		cmocka_unit_test(hosts_lists),
		cmocka_unit_test(
		    the_first_line_with_something_on_it_tells_the_format),
		cmocka_unit_test(what_is_refused_is_counted_by_reason),
		cmocka_unit_test(nuls_do_no_harm),
		cmocka_unit_test(every_reason_and_format_has_words),
		cmocka_unit_test(a_callback_may_end_it),
		cmocka_unit_test(a_folder_cannot_be_read),
		cmocka_unit_test(over_long_lines_are_stepped_over),
		cmocka_unit_test(lines_may_cross_blocks),
		cmocka_unit_test(pieces_make_the_same_lines),
		cmocka_unit_test(public_suffixes_are_no_entries_for_all_below),
		cmocka_unit_test(a_list_has_so_many_octets),
		cmocka_unit_test(a_list_has_so_many_entries),
		cmocka_unit_test(details_say_together_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
