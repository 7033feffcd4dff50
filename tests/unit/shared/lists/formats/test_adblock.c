#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row names[] = {
	{ "||bad.example^", ".bad.example ", NONE },
	{ "||Bad.Example.^\r\n", ".bad.example ", NONE },
	{ "||bad.example", ".bad.example ", NONE },
	{ "||bad.example|", ".bad.example ", NONE },
	{ "||bad.example^|", ".bad.example ", NONE },
	{ "||bad.example^*", ".bad.example ", NONE },
	{ "||bad.example/", ".bad.example ", NONE },
	{ "||*.bad.example^", "<bad.example ", NONE },
	{ "*.bad.example^", "<bad.example ", NONE },
	{ "*.bad.example", "<bad.example ", NONE },
	{ ".bad.example^", "<bad.example ", NONE },
	{ "|bad.example^", "=bad.example ", NONE },
	{ "|bad.example|", "=bad.example ", NONE },
	{ "|bad.example", "=bad.example ", NONE },
	{ "bad.example", "=bad.example ", NONE },
	{ "bad.example^", ".bad.example ", NONE },
	{ "bad.example|", ".bad.example ", NONE },
	{ "@@||ok.example^", "+.ok.example ", NONE },
	{ "@@|ok.example^|", "+=ok.example ", NONE },
	{ "@@ok.example", "+=ok.example ", NONE },
	{ "||b\xc3\xbc" "cher.example^", ".xn--bcher-kva.example ", NONE },
	{ "||_x-1.bad.example^", "._x-1.bad.example ", NONE },
	{ "||bad.example^ # why", ".bad.example ", NONE },
	{ "\xef\xbb\xbf||bad.example^", ".bad.example ", NONE },
	{ "0.0.0.0 bad.example www.bad.example # why",
	    "=bad.example =www.bad.example ", NONE },
	{ "::1 bad.example", "=bad.example ", NONE },
	{ "127.0.0.1 localhost", "", LIST_LOCAL },
};

static const struct lists_row modifiers[] = {
	{ "||bad.example^$important", "!.bad.example ", NONE },
	{ "@@||ok.example^$important", "+!.ok.example ", NONE },
	{ "||bad.example^$badfilter", "-.bad.example ", NONE },
	{ "||bad.example^$important,badfilter", "-!.bad.example ", NONE },
	{ "||bad.example^$dnstype=A",
	    ".bad.example[types 1] ", NONE },
	{ "||bad.example^$dnstype=a|AAAA|A",
	    ".bad.example[types 1 28] ", NONE },
	{ "||bad.example^$dnstype=~A|~TYPE65",
	    ".bad.example[types not 1 65] ", NONE },
	{ "||bad.example^$dnstype=A|~AAAA",
	    ".bad.example[types 1] ", NONE },
	{ "||bad.example^$dnstype=A|~A", "", LIST_MODIFIER },
	{ "||bad.example^$dnstype=", "", LIST_MODIFIER },
	{ "||bad.example^$dnstype=A|", "", LIST_MODIFIER },
	{ "||bad.example^$dnstype=WHAT", "", LIST_MODIFIER },
	{ "||bad.example^$dnstype", "", LIST_MODIFIER },
	{ "||bad.example^$dnstype=TYPE1|TYPE2|TYPE3|TYPE4|TYPE5|TYPE6|TYPE7"
	    "|TYPE8|TYPE9|TYPE10|TYPE11|TYPE12|TYPE13|TYPE14|TYPE15|TYPE16",
	    ".bad.example[types 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16] ",
	    NONE },
	{ "||bad.example^$dnstype=TYPE1|TYPE2|TYPE3|TYPE4|TYPE5|TYPE6|TYPE7"
	    "|TYPE8|TYPE9|TYPE10|TYPE11|TYPE12|TYPE13|TYPE14|TYPE15|TYPE16"
	    "|TYPE17", "", LIST_TOO_COMPLEX },
	{ "||bad.example^$client=192.0.2.7|2001:db8::/32",
	    ".bad.example[clients 192.0.2.7 2001:db8::/32] ", NONE },
	{ "||bad.example^$client=~192.0.2.7",
	    ".bad.example[clients not 192.0.2.7] ", NONE },
	{ "||bad.example^$client=192.0.2.0/24|~192.0.2.7", "",
	    LIST_TOO_COMPLEX },
	{ "||bad.example^$client=192.0.2.7/24", "", LIST_HOST_BITS },
	{ "||bad.example^$client='Frank\\'s laptop'", "", LIST_MODIFIER },
	{ "||bad.example^$client=kids", "", LIST_MODIFIER },
	{ "||bad.example^$client=", "", LIST_MODIFIER },
	{ "||bad.example^$client=192.0.2.1|192.0.2.2|192.0.2.3|192.0.2.4"
	    "|192.0.2.5|192.0.2.6|192.0.2.7|192.0.2.8|192.0.2.9", "",
	    LIST_TOO_COMPLEX },
	{ "||bad.example^$denyallow=a.bad.example|b.bad.example",
	    ".bad.example[but a.bad.example b.bad.example] ", NONE },
	{ "||bad.example^$denyallow=a..b", "", LIST_MODIFIER },
	{ "||bad.example^$denyallow=a.b|a.b|a.b|a.b|a.b|a.b|a.b|a.b|a.b", "",
	    LIST_TOO_COMPLEX },
	{ "||bad.example^$important,dnstype=A,client=192.0.2.7",
	    "!.bad.example[types 1][clients 192.0.2.7] ", NONE },
	{ "||bad.example^$third-party", "", LIST_MODIFIER },
	{ "||bad.example^$ctag=device_phone", "", LIST_MODIFIER },
	{ "||bad.example^$dnsrewrite=NXDOMAIN", "", LIST_MODIFIER },
	{ "||bad.example^$important,popup", "", LIST_MODIFIER },
	{ "||bad.example^$", "", LIST_MODIFIER },
	{ "@@||ok.example^$domain=other.example", "", LIST_MODIFIER },
	{ "||bad.example^$IMPORTANT", "!.bad.example ", NONE },
};

static const struct lists_row refused[] = {
	{ "! comment", "", NONE }, { "[Adblock Plus 2.0]", "", NONE },
	{ "# comment", "", NONE }, { "#comment", "", NONE },
	{ "#", "", NONE }, { "##", "", NONE },
	{ "## Section", "", NONE }, { "#### Section ####", "", NONE },
	{ "// comment", "", NONE },
	{ "bad.example##.banner", "", LIST_COSMETIC },
	{ "##.banner", "", LIST_COSMETIC },
	{ "###banner", "", LIST_COSMETIC },
	{ "bad.example#@#.banner", "", LIST_COSMETIC },
	{ "bad.example#?#div:has(a)", "", LIST_COSMETIC },
	{ "bad.example#%#window.x = 1", "", LIST_COSMETIC },
	{ "bad.example$$script[x=\"y\"]", "", LIST_COSMETIC },
	{ "/banner[0-9]+/", "", LIST_OTHER_KIND },
	{ "/^ads\\./$important", "", LIST_OTHER_KIND },
	{ "@@/^ok\\./", "", LIST_OTHER_KIND },
	{ "/banner/*/ad", "", LIST_OTHER_KIND },
	{ "||bad.example/path", "", LIST_OTHER_KIND },
	{ "||bad.example^path", "", LIST_OTHER_KIND },
	{ "|http://bad.example^", "", LIST_OTHER_KIND },
	{ "||bad.*^", "", LIST_OTHER_KIND },
	{ "||ads*.bad.example^", "", LIST_OTHER_KIND },
	{ "@@||aax-*.ok.*^", "", LIST_OTHER_KIND },
	{ "*", "", LIST_OTHER_KIND }, { "||", "", LIST_OTHER_KIND },
	{ "*$denyallow=ok.example", "", LIST_OTHER_KIND },
	{ "-bad.example^", "", LIST_OTHER_KIND },
	{ "||ads.", "", LIST_OTHER_KIND },
	{ "||bad.example:8080^", "", LIST_OTHER_KIND },
	{ "||192.0.2.7^", "", LIST_ADDRESS },
	{ "||[2001:db8::1]^", "", LIST_ADDRESS },
	{ "||com^", "", LIST_SINGLE_LABEL },
	{ "||bad example^", "", LIST_NOT_A_NAME },
	{ "<html>", "", LIST_NOT_A_NAME },
};

static void
rules_are_for_names(void **state)
{
	(void)state;
	lists_rows(names, COUNT(names), ",format=adblock");
}

static void
a_condition_that_is_not_understood_refuses_the_rule(void **state)
{
	(void)state;
	lists_rows(modifiers, COUNT(modifiers), ",format=adblock");
}

static void
what_is_no_rule_for_names_is_refused(void **state)
{
	(void)state;
	lists_rows(refused, COUNT(refused), ",format=adblock");
}

static void
a_mode_that_is_given_is_for_rules_and_hosts(void **state)
{
	(void)state;
	assert_string_equal(lists_read("||a.b^\n|c.d^\ne.f\n0.0.0.0 g.h\n",
	    ",format=adblock,match=exact"), "=a.b =c.d =e.f =g.h ");
	assert_string_equal(lists_read("||a.b^\n|c.d^\ne.f\n0.0.0.0 g.h\n",
	    ",format=adblock,match=suffix"), ".a.b =c.d =e.f .g.h ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_for_names),
		cmocka_unit_test(
		    a_condition_that_is_not_understood_refuses_the_rule),
		cmocka_unit_test(what_is_no_rule_for_names_is_refused),
		cmocka_unit_test(a_mode_that_is_given_is_for_rules_and_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
