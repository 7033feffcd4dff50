#include "lists/allow_list.h"

#include <errno.h>

#include "core/timestamp.h"
#include "unit.h"

#define HEADER "name,client,list,effect,author,comment,expires\n"
#define L50 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"

/* What a file gave: one line a rule. */
static struct given {
	char text[20000];
	size_t used;
	int answer;		/* of the callback, to rules for this line */
	uint64_t answered;
} given;

static struct allow_list_report report;

static void __attribute__((format(printf, 1, 2)))
note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	given.used += (size_t)vsnprintf(given.text + given.used,
	    sizeof(given.text) - given.used, format, args);
	va_end(args);
	assert_true(given.used < sizeof(given.text));
}

/* "=name client,client [list,list] effect author;comment @expires" */
static int
take(void *ctx, struct allow_rule *rule)
{
	char text[DNS_NAME_TEXT_SIZE];

	assert_ptr_equal(ctx, &given);
	assert_string_equal(rule->file, "site");
	if (rule->line == given.answered)
		return given.answer;
	dns_name_to_text(&rule->name, text);
	note("%s%s", rule->reach == ALLOW_EXACT ? "=" : "", text);
	for (size_t i = 0; i < rule->client_count; i++) {
		netblock_format(&rule->clients[i], text);
		note("%s%s", i == 0 ? " " : ",", text);
	}
	for (size_t i = 0; i < rule->label_count; i++)
		note("%s%s", i == 0 ? " [" : ",", rule->labels[i]);
	assert_true(rule->lists ==
	    (rule->label_count > 0 ? 0 : ALLOW_ALL_LISTS));
	note("%s", rule->label_count > 0 ? "]" : "");
	if (rule->effect != ALLOW_NO_RECORD)
		note(" %s", allow_list_effect_text(rule->effect));
	if (*rule->author != '\0' || *rule->comment != '\0')
		note(" %s;%s", rule->author, rule->comment);
	if (rule->expires != ALLOW_FOR_GOOD) {
		timestamp_format(rule->expires, text);
		note(" @%s", text);
	}
	note("\n");
	return ALLOW_LIST_TAKEN;
}

static int
read_octets(const char *octets, size_t length)
{
	FILE *f = length > 0 ? fmemopen((void *)(uintptr_t)octets, length,
	    "r") : fopen("/dev/null", "re");
	int status;

	assert_non_null(f);
	given.text[0] = '\0';
	given.used = 0;
	status = allow_list_read(f, "site", take, &given, &report);
	fclose(f);
	return status;
}

static const char *
read_text(const char *text)
{
	assert_int_equal(read_octets(text, strlen(text)), 0);
	return given.text;
}

static void
expect(const char *text, const char *rules)
{
	if (strcmp(read_text(text), rules) != 0)
		fail_msg("'%s' gives\n%s", text, given.text);
}

/* The last line of ${text} must be the only one refused, for ${reason}. */
static void
expect_refusal(const char *text, enum allow_list_reason reason)
{
	uint64_t refused = 0;

	read_text(text);
	for (int i = 0; i < ALLOW_LIST_REASONS; i++)
		refused += report.refused[i];
	if (refused != 1 || report.refused[reason] != 1)
		fail_msg("'%s': %s", text, refused == 0 ? "taken" :
		    allow_list_reason_text(report.example[0].reason));
	assert_int_equal(report.examples, 1);
	assert_int_equal(report.example[0].reason, reason);
	assert_int_equal(report.example[0].line, report.lines);
}

static void
plain_names(void **state)
{
	(void)state;
	expect("", "");
	expect("\n \n\t\n", "");
	expect("ok.example", "ok.example\n");
	expect("OK.example.\r\n.a.example\r\n*.b.example\r\n=c.example\r\n",
	    "ok.example\na.example\nb.example\n=c.example\n");
	expect("\xef\xbb\xbf# words\n  # more\nok.example\n", "ok.example\n");
	expect("ok.example # why, \"so\" \n", "ok.example ;why, \"so\"\n");
	expect("ok.example#why\n", "");
	expect(" a\\.b.example\t#\n_x-1.example\n",
	    "a\\.b.example\n_x-1.example\n");
	expect("=com\n", "=com\n");
	expect(L50 "." L50 "." L50 "." L50
	    ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefg.x\n",
	    L50 "." L50 "." L50 "." L50
	    ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefg.x\n");
	assert_false(report.header);
	assert_int_equal(report.rules, 1);
}

static void
columns_are_bound_by_name(void **state)
{
	(void)state;
	expect(HEADER
	    "ok.example,192.0.2.7,urlhaus,no-alert,mj,why,2027-01-31\n",
	    "ok.example 192.0.2.7 [urlhaus] no-alert mj;why "
	    "@2027-01-31T00:00:00.000000Z\n");
	assert_true(report.header);
	assert_int_equal(report.lines, 2);
	expect("\xef\xbb\xbf# words\r\n Expires ,\"NAME\"\r\n"
	    "2027-01-31T12:00:00+01:00,=ok.example\r\n",
	    "=ok.example @2027-01-31T11:00:00.000000Z\n");
	expect("name\nok.example\n.b.example\n", "ok.example\nb.example\n");
	expect(HEADER "ok.example\nb.example,,,,,,\n",
	    "ok.example\nb.example\n");
	expect(HEADER "# ok.example\n\n   \nb.example\n", "b.example\n");
	/* A name may be called as the column is. */
	expect("ok.example\nname\n", "ok.example\n");
}

static void
fields_may_be_quoted(void **state)
{
	(void)state;
	expect(HEADER "\"ok.example\",,,,\"O'Neill, M.\",\"the \"\"lab\"\"\","
	    "\nb.example,,,,,#1,\n",
	    "ok.example O'Neill, M.;the \"lab\"\nb.example ;#1\n");
	expect(HEADER "ok.example,,,,,a\tb\xc3\xa9,\n",
	    "ok.example ;a\tb\xc3\xa9\n");
	expect_refusal(HEADER "ok.example,,,,\"mj", ALLOW_LIST_QUOTE);
	expect_refusal(HEADER "ok.example,,,,m\"j", ALLOW_LIST_QUOTE);
	/* One slip costs one line. */
	expect(HEADER "a.example,,,,,\"x\nb.example\n", "b.example\n");
}

static void
scopes(void **state)
{
	(void)state;
	expect("name,client,list\n"
	    "*,192.0.2.7\n"
	    "*,,urlhaus\n"
	    "ok.example, 10.0.0.0/8  2001:db8::/32 , a b-1_.c \n"
	    "com,10.1.2.3/32,\n"
	    "com,,x\n",
	    ". 192.0.2.7\n"
	    ". [urlhaus]\n"
	    "ok.example 10.0.0.0/8,2001:db8::/32 [a,b-1_.c]\n"
	    "com 10.1.2.3\n"
	    "com [x]\n");
	expect("name,effect\na.example,no-record\nb.example,no-alert\n"
	    "c.example,no-action\nd.example,\n",
	    "a.example\nb.example no-alert\nc.example no-action\n"
	    "d.example\n");
}

static void
what_is_no_rule_is_refused(void **state)
{
	static const struct {
		const char *line;
		enum allow_list_reason reason;
	} lines[] = {
		{ ",192.0.2.1", ALLOW_LIST_NAME },
		{ "a..b,", ALLOW_LIST_NAME },
		{ ".,192.0.2.1", ALLOW_LIST_NAME },
		{ "..,192.0.2.1", ALLOW_LIST_NAME },
		{ "=*,192.0.2.1", ALLOW_LIST_NAME },
		{ "*.*.example", ALLOW_LIST_NAME },
		{ "**,192.0.2.1", ALLOW_LIST_NAME },
		{ "b\xc3\xbc" "cher.example", ALLOW_LIST_NAME },
		{ "https://ok.example/", ALLOW_LIST_NAME },
		{ "ok.example:53", ALLOW_LIST_NAME },
		{ "two names.example", ALLOW_LIST_NAME },
		{ "a.example\\", ALLOW_LIST_NAME },
		{ "192.0.2.1", ALLOW_LIST_ADDRESS },
		{ "192.0.2.1.", ALLOW_LIST_ADDRESS },
		{ "=2001:db8::1", ALLOW_LIST_ADDRESS },
		{ "*", ALLOW_LIST_TOO_WIDE },
		{ "*, , ", ALLOW_LIST_TOO_WIDE },
		{ "com", ALLOW_LIST_TOO_WIDE },
		{ "*.com", ALLOW_LIST_TOO_WIDE },
		{ "ok.example,10.1.2.3/8", ALLOW_LIST_CLIENT },
		{ "ok.example,10.0.0.0/33", ALLOW_LIST_CLIENT },
		{ "ok.example,\"10.0.0.1,10.0.0.2\"", ALLOW_LIST_CLIENT },
		{ "ok.example,10.0.0.1 lab", ALLOW_LIST_CLIENT },
		{ "ok.example,fe80::1%eth0", ALLOW_LIST_CLIENT },
		{ "*,0.0.0.0/0", ALLOW_LIST_ALL_CLIENTS },
		{ "ok.example,::/0", ALLOW_LIST_ALL_CLIENTS },
		{ "ok.example,,a/b", ALLOW_LIST_LABEL },
		{ "ok.example,," L50 "abcdefghijabcde", ALLOW_LIST_LABEL },
		{ "ok.example,,,no-recrod", ALLOW_LIST_EFFECT },
		{ "ok.example,,,No-Alert", ALLOW_LIST_EFFECT },
		{ "ok.example,,,,,,tomorrow", ALLOW_LIST_EXPIRES },
		{ "ok.example,,,,,,2027-02-29", ALLOW_LIST_EXPIRES },
		{ "ok.example,,,,,,,", ALLOW_LIST_FIELDS },
		{ "ok.example,,,,,a\x1b[31m", ALLOW_LIST_CONTROL },
		{ "ok.example,,,,,a\x7f", ALLOW_LIST_CONTROL },
		{ "ok.example,,,,,a\rb", ALLOW_LIST_CONTROL },
	};
	char text[500];

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		snprintf(text, sizeof(text), HEADER "good.example\n%s\n",
		    lines[i].line);
		expect_refusal(text, lines[i].reason);
		assert_string_equal(given.text, "good.example\n");
	}
	expect_refusal("ok.example,10.0.0.1\n", ALLOW_LIST_NAME);
	expect_refusal("name,client\na.example,,\n", ALLOW_LIST_FIELDS);
	expect_refusal("a.example\n\xef\xbb\xbf" "b.example\n",
	    ALLOW_LIST_NAME);
	assert_int_equal(read_octets("a.example\n\0\n", 12), 0);
	assert_int_equal(report.refused[ALLOW_LIST_CONTROL], 1);
}

static void
refusals_are_told_with_line_and_field(void **state)
{
	(void)state;
	read_text(HEADER "good.example\n"
	    "ok.example,10.0.0.1 lab,,,,,\n"
	    "ok.example,,,none,,,\n"
	    "a\"b,,,,,,\n"
	    "com\n");
	assert_int_equal(report.lines, 6);
	assert_int_equal(report.rules, 1);
	assert_int_equal(report.examples, LIST_EXAMPLES);
	assert_int_equal(report.example[0].line, 3);
	assert_string_equal(report.example[0].text, "lab");
	assert_int_equal(report.example[1].line, 4);
	assert_string_equal(report.example[1].text, "none");
	assert_int_equal(report.example[2].line, 5);
	assert_string_equal(report.example[2].text, "a\"b,,,,,,");
	assert_int_equal(report.refused[ALLOW_LIST_TOO_WIDE], 1);
}

static void
a_header_that_cannot_be_used_refuses_the_file(void **state)
{
	static const struct {
		const char *text, *culprit;
		enum allow_list_reason reason;
	} files[] = {
		{ "name,clients\nok.example,10.0.0.1\n", "clients",
		    ALLOW_LIST_COLUMN },
		{ "#\n\nname,list,NAME\nok.example\n", "NAME",
		    ALLOW_LIST_COLUMN },
		{ "name,\nok.example\n", "", ALLOW_LIST_COLUMN },
		{ HEADER "", NULL, ALLOW_LIST_TAKEN },
		{ "name,\"client\nok.example\n", "name,\"client",
		    ALLOW_LIST_QUOTE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		int status = read_octets(files[i].text,
		    strlen(files[i].text));

		assert_string_equal(given.text, "");
		assert_true(report.header);
		if (files[i].culprit == NULL) {
			assert_int_equal(status, 0);
			continue;
		}
		assert_int_equal(status, -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(report.refused[files[i].reason], 1);
		assert_int_equal(report.example[0].line, report.lines);
		assert_string_equal(report.example[0].text,
		    files[i].culprit);
	}
}

/* ${text} and then ${octets} more of ${fill}, and a line end or two. */
static const char *
padded(const char *text, char fill, size_t octets, const char *end)
{
	static char buf[10000];
	size_t length = (size_t)snprintf(buf, sizeof(buf), "%s", text);

	memset(buf + length, fill, octets);
	snprintf(buf + length + octets, sizeof(buf) - length - octets, "%s",
	    end);
	return buf;
}

static void
lines_are_bounded(void **state)
{
	static const char *const ends[] = { "\n", "\r\n", "" };

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		read_text(padded("ok.example #", 'x', 4095 - 12, ends[i]));
		assert_int_equal(report.rules, 1);
		expect_refusal(padded("ok.example #", 'x', 4096 - 12,
		    ends[i]), ALLOW_LIST_TOO_LONG);
		expect_refusal(padded("ok.example #", 'x', 9000, ends[i]),
		    ALLOW_LIST_TOO_LONG);
		assert_int_equal(strlen(report.example[0].text),
		    LIST_EXAMPLE_SIZE - 1);
	}
	expect_refusal(padded("ok.example #", 'x', 4095 - 12, "\rmore\n"),
	    ALLOW_LIST_TOO_LONG);
	expect(padded("#", 'x', 9000, "\nok.example\n"), "ok.example\n");
	expect(padded("", ' ', 9000, "\nok.example\n"), "ok.example\n");
	assert_int_equal(report.refused[ALLOW_LIST_TOO_LONG], 1);
}

static void
clients_and_lists_are_bounded(void **state)
{
	char text[4000];

	(void)state;
	for (int list = 0; list < 2; list++) {
		for (int count = 64; count <= 65; count++) {
			size_t used = (size_t)snprintf(text, sizeof(text),
			    "name,%s\nok.example,", list ? "list" : "client");

			for (int i = 0; i < count; i++)
				used += (size_t)snprintf(text + used,
				    sizeof(text) - used,
				    list ? " l%d" : " 10.0.0.%d", i);
			read_text(text);
			assert_int_equal(report.rules, count == 64);
			assert_int_equal(
			    report.refused[ALLOW_LIST_TOO_MANY], count == 65);
		}
	}
}

static void
the_callback_may_refuse_a_rule_or_end_it_all(void **state)
{
	static const char text[] =
	    "name,list\na.example,x\nb.example,y z\nc.example\n";

	(void)state;
	given.answered = 3;
	given.answer = ALLOW_LIST_UNKNOWN;
	expect(text, "a.example [x]\nc.example\n");
	assert_int_equal(report.rules, 2);
	assert_int_equal(report.refused[ALLOW_LIST_UNKNOWN], 1);
	assert_int_equal(report.example[0].line, 3);
	given.answer = -1;
	assert_int_equal(read_octets(text, strlen(text)), -1);
	assert_int_equal(errno, ENOMEM);
	assert_string_equal(given.text, "a.example [x]\n");
	assert_int_equal(report.rules, 1);
	given.answered = 0;
}

static void
a_file_that_cannot_be_read_is_an_error(void **state)
{
	FILE *f = fopen("/dev/null", "we");

	(void)state;
	assert_non_null(f);
	assert_int_equal(allow_list_read(f, "site", take, &given, &report),
	    -1);
	assert_int_equal(errno, EBADF);
	fclose(f);
}

static void
every_reason_and_effect_has_words(void **state)
{
	(void)state;
	for (int i = 0; i < ALLOW_LIST_REASONS; i++)
		assert_true(strlen(allow_list_reason_text(
		    (enum allow_list_reason)i)) > 3);
	for (int i = 0; i < ALLOW_EFFECTS; i++)
		assert_memory_equal(allow_list_effect_text(
		    (enum allow_effect)i), "no-", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_names),
		cmocka_unit_test(columns_are_bound_by_name),
		cmocka_unit_test(fields_may_be_quoted),
		cmocka_unit_test(scopes),
		cmocka_unit_test(what_is_no_rule_is_refused),
		cmocka_unit_test(refusals_are_told_with_line_and_field),
		cmocka_unit_test(
		    a_header_that_cannot_be_used_refuses_the_file),
		cmocka_unit_test(lines_are_bounded),
		cmocka_unit_test(clients_and_lists_are_bounded),
		cmocka_unit_test(the_callback_may_refuse_a_rule_or_end_it_all),
		cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
		cmocka_unit_test(every_reason_and_effect_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
