#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row trails[] = {
	{ "bad.example", ".bad.example ", NONE },
	{ "Bad.Example.\r\n", ".bad.example ", NONE },
	{ "bad.example # why", ".bad.example ", NONE },
	{ ".bad.example\n*.evil.test", ".bad.example .evil.test ", NONE },
	{ "http://bad.example", ".bad.example ", NONE },
	{ "https://bad.example/", ".bad.example ", NONE },
	{ "bad.example/", ".bad.example ", NONE },
	{ "# Reference: https://www.example/\n# Aliases: x, y\n", "", NONE },
	{ "192.0.2.7", "", LIST_ADDRESS },
	{ "http://192.0.2.7", "", LIST_ADDRESS },
	{ "192.0.2.7:8080", "", LIST_ADDRESS },
	{ "192.0.2.0/24", "", LIST_ADDRESS },
	{ "2001:db8::1", "", LIST_ADDRESS },
	{ "[2001:db8::1]:443", "", LIST_ADDRESS },
	{ "/neam.meow", "", LIST_OTHER_KIND },
	{ "bad.example/path/x.php", "", LIST_OTHER_KIND },
	{ "http://192.0.2.7/index.php", "", LIST_OTHER_KIND },
	{ "bad.example:8080", "", LIST_OTHER_KIND },
	{ "/", "", LIST_OTHER_KIND }, { "://", "", LIST_OTHER_KIND },
	{ "dga[0-9]+\\.bad\\.example", "", LIST_TOO_COMPLEX },
	{ "evilname", "", LIST_SINGLE_LABEL },
	{ "bad example", "", LIST_NOT_A_NAME },
	{ "bad.example,asyncrat (malware),(static)",
	    ".bad.example[asyncrat (malware)][(static)] ", NONE },
	{ "bad.example,\"emotet, and trickbot\",feed.example\r\n",
	    ".bad.example[emotet, and trickbot][feed.example] ", NONE },
	{ "\"bad.example\", \"emotet\" , \"feed.example\"",
	    ".bad.example[emotet][feed.example] ", NONE },
	{ "bad.example,emotet", ".bad.example[emotet] ", NONE },
	{ "bad.example,,", ".bad.example ", NONE },
	{ "bad.example,caf\xc3\xa9,x", ".bad.example[caf??][x] ", NONE },
	{ "trail,info,reference\n", "", NONE },
	{ "192.0.2.7:8443,malware,(static)", "", LIST_ADDRESS },
	{ ",malware,(static)", "", LIST_NOT_A_NAME },
	{ "\"\",malware,(static)", "", LIST_NOT_A_NAME },
	{ "\"", "", LIST_NOT_A_NAME },
};

static void
names_among_other_trails(void **state)
{
	(void)state;
	lists_rows(trails, COUNT(trails), ",format=maltrail");
}

static void
long_words_are_cut(void **state)
{
	char text[1024], wanted[64 + 1];

	(void)state;
	memset(wanted, 'x', 64);
	wanted[64] = '\0';
	snprintf(text, sizeof(text), "a.b,%s%s,ref\n", wanted, wanted);
	lists_read(text, ",format=maltrail");
	snprintf(text, sizeof(text), ".a.b[%s][ref] ", wanted);
	assert_string_equal(lists_text, text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_among_other_trails),
		cmocka_unit_test(long_words_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
