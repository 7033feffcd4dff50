#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row statements[] = {
	{ "zone \"bad.example\" { type master; notify no; "
	    "file \"null.zone.file\"; };", ".bad.example ", NONE },
	{ "zone \"bad.example\" IN { type primary; file \"x\"; };",
	    ".bad.example ", NONE },
	{ "zone bad.example {type master;file \"x\";};", ".bad.example ",
	    NONE },
	{ "zone\"bad.example\"{type master;};", ".bad.example ", NONE },
	{ "ZONE \"Bad.Example.\" { TYPE MASTER; };\r\n", ".bad.example ",
	    NONE },
	{ "zone \"bad.example\"\n{\n\tnotify no;\n\ttype master;\n"
	    "\tfile \"x\";\n};\n", ".bad.example ", NONE },
	{ "zone\n\"bad.example\"\nIN\n{\ntype\nmaster\n;\n}\n;\n",
	    ".bad.example ", NONE },
	{ "zone \"a.b\" {type master;}; zone \"c.d\" {type master;};",
	    ".a.b .c.d ", NONE },
	{ "// why\n# why\n/* zone \"x.y\" { type master; }; */\n"
	    "zone \"a.b\" { /* type slave;\n*/ type master; // why\n};",
	    ".a.b ", NONE },
	{ "/* zone \"x.y\"\n { type master; };\n*/zone \"a.b\""
	    "{type master;};", ".a.b ", NONE },
	{ "view \"inside\" { zone \"a.b\" { type master; };\n"
	    "zone \"c.d\" { type master; }; };\nzone \"e.f\" "
	    "{ type master; };", ".a.b .c.d .e.f ", NONE },
	{ "zone \"a.b\" { allow-query { none; }; type master; };", ".a.b ",
	    NONE },
	{ "zone \"a.b\" { options { type slave; }; type master; };",
	    ".a.b ", NONE },
	{ "options { directory \"/var\"; response-policy { zone \"rpz.x\"; "
	    "zone \"rpz.y\" policy given; }; };\ninclude \"x\";\n"
	    "acl \"inside\" { 192.0.2.0/24; };\n", "", NONE },
	{ "zone \"x.y\" { type slave; masters { 192.0.2.1; }; };", "",
	    LIST_OTHER_KIND },
	{ "zone \"x.y\" { type forward; forwarders { }; };", "",
	    LIST_OTHER_KIND },
	{ "zone \".\" { type hint; file \"root\"; };", "", LIST_OTHER_KIND },
	{ "zone \"x.y\" { in-view \"inside\"; };", "", LIST_OTHER_KIND },
	{ "zone \"x.y\" { };", "", LIST_OTHER_KIND },
	{ "zone \"localhost\" { type master; };", "", LIST_LOCAL },
	{ "zone \"127.in-addr.arpa\" { type master; };", "",
	    LIST_OTHER_KIND },
	{ "zone \"com\" { type master; };", "", LIST_SINGLE_LABEL },
	{ "zone \"\" { type master; };", "", LIST_NOT_A_NAME },
	{ "zone \"bad example\" { type master; };", "", LIST_NOT_A_NAME },
	{ "! comment\n; comment\n", "", NONE },
	{ "bad.example\nzone \"a.b\" { type master; };", ".a.b ",
	    LIST_NOT_A_RULE },
	{ "0.0.0.0 bad.example", "", LIST_NOT_A_RULE },
	/* Slips that cost no more than the zone they are in. */
	{ "zone \"a.b\" { type master; }\nzone \"c.d\" { type master; };",
	    ".a.b .c.d ", NONE },
	{ "zone \"a.b\" { type master;\nzone \"c.d\" { type master; };\n"
	    "zone \"e.f\" { type master; };", ".a.b .c.d .e.f ", NONE },
	{ "}; zone \"a.b\" { type master; };", ".a.b ", NONE },
	{ "zone", "", NONE }, { "zone \"a.b\" {", "", NONE },
	{ "zone \"a.b", "", NONE }, { "/* zone", "", NONE },
	{ "\"", "", LIST_NOT_A_RULE },
};

static void
zones_that_are_held_are_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(statements); i++)
		lists_rows(&statements[i], 1, ",format=bind");
}

static void
a_name_of_any_length_is_one_refusal(void **state)
{
	char text[2000];

	(void)state;
	for (size_t length = 240; length < 1100; length += 13) {
		snprintf(text, sizeof(text), "zone \"%0*d.b\" "
		    "{ type master; };\n", (int)length, 0);
		assert_string_equal(lists_read(text, ",format=bind"), "");
		assert_int_equal(lists_report.refused[LIST_NOT_A_NAME], 1);
	}
}

static void
a_mode_that_is_given_holds(void **state)
{
	(void)state;
	assert_string_equal(lists_read("zone \"a.b\" { type master; };",
	    ",format=bind,match=exact"), "=a.b ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_that_are_held_are_bad),
		cmocka_unit_test(a_name_of_any_length_is_one_refusal),
		cmocka_unit_test(a_mode_that_is_given_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
