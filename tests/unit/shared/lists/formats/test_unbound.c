#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row rules[] = {
	{ "local-zone: \"bad.example\" always_nxdomain", ".bad.example ",
	    NONE },
	{ "local-zone: \"bad.example.\" always_null", ".bad.example ", NONE },
	{ "local-zone: bad.example redirect", ".bad.example ", NONE },
	{ "local-zone: 'bad.example' refuse", ".bad.example ", NONE },
	{ "local-zone:\"bad.example\" deny # why\r\n", ".bad.example ",
	    NONE },
	{ "LOCAL-ZONE: \"Bad.Example\" STATIC", ".bad.example ", NONE },
	{ "  local-zone:\t\"bad.example\"\talways_nodata",
	    ".bad.example ", NONE },
	{ "local-zone: \"bad.example\" always_refuse", ".bad.example ",
	    NONE },
	{ "local-zone: \"bad.example\" always_deny", ".bad.example ", NONE },
	{ "local-zone: \"bad.example\" inform", ".bad.example ", NONE },
	{ "local-zone: \"bad.example\" inform_deny", ".bad.example ", NONE },
	{ "server: local-zone: \"bad.example\" static", ".bad.example ",
	    NONE },
	{ "local-zone: \"ok.example\" always_transparent", "+.ok.example ",
	    NONE },
	{ "local-zone: \"x.example\" transparent", "", LIST_OTHER_KIND },
	{ "local-zone: \"x.example\" typetransparent", "", LIST_OTHER_KIND },
	{ "local-zone: \"10.in-addr.arpa.\" nodefault", "",
	    LIST_OTHER_KIND },
	{ "local-zone: \"x.example\" block_a", "", LIST_OTHER_KIND },
	{ "local-zone: \"x.example\" whatever", "", LIST_NOT_A_RULE },
	{ "local-zone: \"x.example\"", "", LIST_NOT_A_RULE },
	{ "local-zone:", "", LIST_NOT_A_RULE },
	{ "local-zone: \"\" static", "", LIST_OTHER_KIND },
	{ "local-zone: \"com\" static", "", LIST_SINGLE_LABEL },
	{ "local-zone: \".\" static", "", LIST_NOT_A_NAME },
	{ "local-zone: \"bad.example static", "", LIST_NOT_A_RULE },
	{ "local-data: \"bad.example A 0.0.0.0\"", "=bad.example ", NONE },
	{ "local-data: 'bad.example. 60 IN AAAA ::'", "=bad.example ", NONE },
	{ "local-data: \"bad.example IN CNAME sinkhole.example.\"",
	    "=bad.example ", NONE },
	{ "local-data: \"bad.example TXT why\"", "", LIST_OTHER_KIND },
	{ "local-data: \"\"", "", LIST_NOT_A_RULE },
	{ "local-data:", "", LIST_NOT_A_RULE },
	{ "local-data-ptr: \"192.0.2.7 bad.example\"", "", LIST_OTHER_KIND },
	{ "local-zone-tag: \"bad.example\" \"x\"", "", LIST_OTHER_KIND },
	{ "server:\ninclude: \"/etc/unbound/x\"\nverbosity: 1\n"
	    "# comment\n! comment\n; comment\nforward-zone:\n"
	    "name: \"x.example\"\n", "", NONE },
	{ "bad.example", "", LIST_NOT_A_RULE },
	{ "||bad.example^", "", LIST_NOT_A_RULE },
};

static void
the_type_of_a_zone_says_whether_it_is_bad(void **state)
{
	(void)state;
	lists_rows(rules, COUNT(rules), ",format=unbound");
}

static void
data_of_the_zone_before_is_nothing_new(void **state)
{
	static const struct lists_row lists[] = {
		{ "local-zone: \"bad.example\" redirect\n"
		    "local-data: \"bad.example A 0.0.0.0\"\n"
		    "local-data: \"Bad.Example. AAAA ::\"\n"
		    "local-data: \"evil.test A 0.0.0.0\"\n",
		    ".bad.example =evil.test ", NONE },
		{ "local-zone: \"x.example\" transparent\n"
		    "local-data: \"x.example A 0.0.0.0\"\n",
		    "=x.example ", LIST_OTHER_KIND },
	};

	(void)state;
	lists_rows(lists, COUNT(lists), ",format=unbound");
}

static void
a_mode_that_is_given_holds(void **state)
{
	(void)state;
	assert_string_equal(lists_read("local-zone: \"a.b\" static\n"
	    "local-data: \"c.d A 0.0.0.0\"\n",
	    ",format=unbound,match=exact"), "=a.b =c.d ");
	assert_string_equal(lists_read("local-data: \"c.d A 0.0.0.0\"\n",
	    ",format=unbound,match=suffix"), ".c.d ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_type_of_a_zone_says_whether_it_is_bad),
		cmocka_unit_test(data_of_the_zone_before_is_nothing_new),
		cmocka_unit_test(a_mode_that_is_given_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
