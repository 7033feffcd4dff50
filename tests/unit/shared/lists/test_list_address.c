#include "lists/list.h"
#include "unit.h"

/* The netblocks that a list gave, as text, each with a blank after it. */
struct given {
	size_t count;
	char text[4096];
};

static struct given given;
static struct list_report report;

static int
take(void *ctx, const struct netblock *block)
{
	struct given *g = ctx;
	size_t used = strlen(g->text);
	char text[NETBLOCK_TEXT_SIZE];

	g->count++;
	netblock_format(block, text);
	snprintf(g->text + used, sizeof(g->text) - used, "%s ", text);
	return 0;
}

static const char *
read_text(const char *text)
{
	FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct list_spec spec;
	char error[256];

	assert_non_null(f);
	assert_int_equal(list_spec_parse("x,match=address", &spec, error,
	    sizeof(error)), 0);
	given.text[0] = '\0';
	given.count = 0;
	assert_int_equal(list_read(f, &spec, NULL, take, &given, &report), 0);
	fclose(f);
	assert_int_equal(report.format, LIST_FORMAT_ADDRESS);
	assert_int_equal(report.entries, given.count);
	return given.text;
}

static void
addresses_and_netblocks(void **state)
{
	static const struct {
		const char *text, *blocks;
	} lists[] = {
		{ "192.0.2.7\n", "192.0.2.7 " },
		{ "192.0.2.7", "192.0.2.7 " },
		{ "192.0.2.7/32\n", "192.0.2.7 " },
		{ "192.0.2.0/24\r\n2001:db8::/32\r\n",
		    "192.0.2.0/24 2001:db8::/32 " },
		{ "2001:DB8:0::1\n2001:db8::1/128\n",
		    "2001:db8::1 2001:db8::1 " },
		{ "\xef\xbb\xbf" "192.0.2.7\n", "192.0.2.7 " },
		{ "# a\n; b\n! c\n\n   \n\t# d\n192.0.2.7\n",
		    "192.0.2.7 " },
		{ "  192.0.2.7 \t\r\n", "192.0.2.7 " },
		{ "192.0.2.7 # why\n192.0.2.8#why\n192.0.2.9;why\n"
		    "192.0.2.0/28 ; SBL123\n", "192.0.2.7 192.0.2.8 "
		    "192.0.2.9 192.0.2.0/28 " },
		{ "192.0.2.7\t3\n192.0.2.8 bad.example\n",
		    "192.0.2.7 192.0.2.8 " },
		{ "10.0.0.0/8\n2001::/16\n", "10.0.0.0/8 2001::/16 " },
		{ "0.0.0.0\n::\n", "0.0.0.0 :: " },
		{ "::ffff:192.0.2.7\n", "::ffff:192.0.2.7 " },
		{ "", "" }, { "\n\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		const char *blocks = lists[i].text[0] == '\0' ? "" :
		    read_text(lists[i].text);

		if (strcmp(blocks, lists[i].blocks) != 0)
			fail_msg("'%s' gives '%s'", lists[i].text, blocks);
		for (int k = 0; k < LIST_REASONS; k++)
			assert_int_equal(report.refused[k], 0);
	}
}

static void
what_is_none_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *text;
		enum list_reason reason;
	} lines[] = {
		{ "bad.example", LIST_NOT_AN_ADDRESS },
		{ "*.bad.example", LIST_NOT_AN_ADDRESS },
		{ "0.0.0.0,bad.example", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.7:53", LIST_NOT_AN_ADDRESS },
		{ "192.0.2", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.256", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.7/", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.0/33", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.0/24/24", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.0 /24x", LIST_REASONS },
		{ "192.0.2.0/255.255.255.0", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.1-192.0.2.9", LIST_NOT_AN_ADDRESS },
		{ "2001:db8::/129", LIST_NOT_AN_ADDRESS },
		{ "fe80::1%eth0", LIST_NOT_AN_ADDRESS },
		{ "[2001:db8::1]", LIST_NOT_AN_ADDRESS },
		{ "192.0.2.1/24", LIST_HOST_BITS },
		{ "192.0.2.7/31", LIST_HOST_BITS },
		{ "2001:db8::1/64", LIST_HOST_BITS },
		{ "0.0.0.0/0", LIST_TOO_WIDE },
		{ "::/0", LIST_TOO_WIDE },
		{ "10.0.0.0/7", LIST_TOO_WIDE },
		{ "2001::/15", LIST_TOO_WIDE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		read_text(lines[i].text);
		for (int k = 0; k < LIST_REASONS; k++) {
			if (report.refused[k] != ((int)lines[i].reason == k))
				fail_msg("'%s': %s", lines[i].text,
				    list_reason_text((enum list_reason)k));
		}
		assert_int_equal(given.count, lines[i].reason == LIST_REASONS);
		assert_int_equal(report.examples, 1 - given.count);
		if (given.count == 0)
			assert_string_equal(report.example[0].text,
			    lines[i].text);
	}
}

static void
the_good_lines_around_bad_ones_are_taken(void **state)
{
	(void)state;
	assert_string_equal(read_text("192.0.2.7\nbad.example\n192.0.2.8/24\n"
	    "192.0.2.9\n"), "192.0.2.7 192.0.2.9 ");
	assert_int_equal(report.lines, 4);
	assert_int_equal(report.example[0].line, 2);
	assert_int_equal(report.example[1].line, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_and_netblocks),
		cmocka_unit_test(what_is_none_is_refused_with_its_reason),
		cmocka_unit_test(the_good_lines_around_bad_ones_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
