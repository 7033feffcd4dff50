#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row rules[] = {
	{ "address=/bad.example/0.0.0.0", ".bad.example ", NONE },
	{ "address=/bad.example/::", ".bad.example ", NONE },
	{ "address=/bad.example/#", ".bad.example ", NONE },
	{ "address=/bad.example/", ".bad.example ", NONE },
	{ "address=/bad.example/evil.test/192.0.2.1",
	    ".bad.example .evil.test ", NONE },
	{ "address=/.bad.example/0.0.0.0", ".bad.example ", NONE },
	{ "address=/*.bad.example/0.0.0.0", "<bad.example ", NONE },
	{ "address=/*bad.example/0.0.0.0", ".bad.example ", NONE },
	{ "ADDRESS = /Bad.Example./0.0.0.0 # why\r\n", ".bad.example ",
	    NONE },
	{ "--address=/bad.example/0.0.0.0", ".bad.example ", NONE },
	{ "server=/bad.example/", ".bad.example ", NONE },
	{ "local=/bad.example/", ".bad.example ", NONE },
	{ "local=/bad.example/evil.test/", ".bad.example .evil.test ", NONE },
	{ "server=/ok.example/#", "+.ok.example ", NONE },
	{ "server=/other.example/192.0.2.53", "", LIST_OTHER_KIND },
	{ "local=/other.example/192.0.2.53#5353", "", LIST_OTHER_KIND },
	{ "server=//192.0.2.53", "", LIST_OTHER_KIND },
	{ "address=/#/0.0.0.0", "", LIST_OTHER_KIND },
	{ "address=/*/0.0.0.0", "", LIST_OTHER_KIND },
	{ "address=/com/0.0.0.0", "", LIST_SINGLE_LABEL },
	{ "address=/192.0.2.7/0.0.0.0", "", LIST_ADDRESS },
	{ "address=/bad example/0.0.0.0", "", LIST_NOT_A_NAME },
	{ "address=//bad.example/0.0.0.0", ".bad.example ",
	    LIST_OTHER_KIND },
	{ "nftset=/bad.example/4#inet#filter#bad", "", LIST_OTHER_KIND },
	{ "ipset=/bad.example/bad", "", LIST_OTHER_KIND },
	{ "rebind-domain-ok=/ok.example/", "", LIST_OTHER_KIND },
	{ "cname=bad.example,sinkhole.example", "", LIST_OTHER_KIND },
	{ "host-record=printer.example,192.0.2.9", "", LIST_OTHER_KIND },
	{ "# comment\n! comment\n; comment", "", NONE },
	{ "no-resolv\nport=53\nserver=192.0.2.53\nconf-dir=/etc/dnsmasq.d\n"
	    "addn-hosts=/etc/hosts.d/bad", "", NONE },
	{ "bad.example", "", LIST_NOT_A_RULE },
	{ "0.0.0.0 bad.example", "", LIST_NOT_A_RULE },
	{ "<p>address=/bad.example/0.0.0.0", "", LIST_NOT_A_RULE },
	{ "address=/", "", LIST_OTHER_KIND },
	{ "=", "", LIST_NOT_A_RULE },
};

static void
each_rule_says_what_its_names_are(void **state)
{
	(void)state;
	lists_rows(rules, COUNT(rules), ",format=dnsmasq");
}

static void
a_mode_that_is_given_holds(void **state)
{
	(void)state;
	assert_string_equal(lists_read("address=/com/*.a.b/c.d/0.0.0.0\n",
	    ",format=dnsmasq,match=exact"), "=com <a.b =c.d ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_says_what_its_names_are),
		cmocka_unit_test(a_mode_that_is_given_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
