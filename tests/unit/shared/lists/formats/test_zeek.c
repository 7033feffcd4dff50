#include "lists.h"

#define NONE LIST_REASONS
#define HEAD "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc" \
    "\tmeta.url\n"

static const struct lists_row rows[] = {
	{ HEAD "bad.example\tIntel::DOMAIN\tfeed\tEmotet\thttps://x.example/\n",
	    "=bad.example[Emotet][https://x.example/] ", NONE },
	{ HEAD "Bad.Example.\tIntel::DOMAIN\tfeed\t-\t-\r\n",
	    "=bad.example[feed][feed] ", NONE },
	{ HEAD "bad.example\tIntel::DOMAIN\t-\t-\t-\n", "=bad.example ",
	    NONE },
	{ HEAD "bad.example\tIntel::DOMAIN\n", "=bad.example ", NONE },
	{ "#separator \\x09\n#set_separator\t,\n"
	    "#fields\tmeta.desc\tindicator_type\tindicator\tmeta.do_notice\n"
	    "Emotet\tIntel::DOMAIN\tbad.example\tT\n#close\tx\n",
	    "=bad.example[Emotet] ", NONE },
	{ "bad.example\tIntel::DOMAIN\tfeed\tEmotet\n",
	    "=bad.example[Emotet][feed] ", NONE },
	{ HEAD "single\tIntel::DOMAIN\t-\n", "=single ", NONE },
	{ HEAD "192.0.2.7\tIntel::ADDR\tfeed\n", "", LIST_OTHER_KIND },
	{ HEAD "bad.example/x\tIntel::URL\tfeed\n", "", LIST_OTHER_KIND },
	{ HEAD "192.0.2.0/24\tIntel::SUBNET\tfeed\n", "", LIST_OTHER_KIND },
	{ HEAD "192.0.2.7\tIntel::DOMAIN\tfeed\n", "", LIST_ADDRESS },
	{ HEAD "-\tIntel::DOMAIN\tfeed\n", "", LIST_NOT_A_NAME },
	{ HEAD "a b\tIntel::DOMAIN\tfeed\n", "", LIST_NOT_A_NAME },
	{ HEAD "bad.example Intel::DOMAIN feed\n", "", LIST_NOT_A_RULE },
	{ HEAD "bad.example\n", "", LIST_NOT_A_RULE },
	{ "#fields\tindicator\nbad.example\tIntel::DOMAIN\n", "",
	    LIST_NOT_A_RULE },
};

static void
domains_with_what_is_said_of_them(void **state)
{
	(void)state;
	lists_rows(rows, COUNT(rows), ",format=zeek");
}

static void
a_mode_that_is_given_holds(void **state)
{
	(void)state;
	assert_string_equal(lists_read("a.b\tIntel::DOMAIN\n",
	    ",format=zeek,match=suffix"), ".a.b ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_with_what_is_said_of_them),
		cmocka_unit_test(a_mode_that_is_given_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
