#include "core/public_suffix.h"

#include "unit.h"

static void
what_is_registered(void **state)
{
	static const struct {
		const char *name, *registered;	/* "": nothing is */
	} cases[] = {
		{ "www.bad.example", "bad.example" },
		{ "bad.example", "bad.example" },
		{ "example", "" },
		{ "com", "" },
		{ ".", "" },
		{ "a.b.bad.com", "bad.com" },
		{ "www.bad.co.uk", "bad.co.uk" },
		{ "co.uk", "" },
		/* A wildcard, and an exception to it. */
		{ "www.bad.foo.ck", "bad.foo.ck" },
		{ "foo.ck", "" },
		{ "a.www.ck", "www.ck" },
		{ "4.3.2.1.in-addr.arpa", "1.in-addr.arpa" },
		/* Neither dots in labels nor other octets mislead. */
		{ "x.a\\.co.uk", "a\\.co.uk" },
		{ "www.b\\000d.co.uk", "b\\000d.co.uk" },
		{ "www.bad.c\\.o.uk", "c\\.o.uk" },
		{ "_sip._udp.bad.com", "bad.com" },
	};
	struct public_suffix *p = public_suffix_open();

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dns_name name = unit_name(cases[i].name);
		size_t length = public_suffix_registered(p, &name);
		struct dns_name wanted;

		if (cases[i].registered[0] == '\0') {
			assert_int_equal(length, 0);
			continue;
		}
		wanted = unit_name(cases[i].registered);
		assert_int_equal(length, wanted.length);
		assert_memory_equal(name.wire + name.length - length,
		    wanted.wire, length);
	}
	public_suffix_close(p);
}

static void
the_longest_name_has_a_domain(void **state)
{
	struct public_suffix *p = public_suffix_open();
	char text[256];
	struct dns_name name;

	(void)state;
	for (int i = 0; i < 253; i++)
		text[i] = i % 2 == 0 ? 'a' : '.';
	text[253] = '\0';
	name = unit_name(text);
	assert_int_equal(name.length, 255);
	assert_int_equal(public_suffix_registered(p, &name), 5);
	public_suffix_close(p);
}

static const char small_list[] =
    "// a comment with com.test in it\n"
    "example\nco.example // what follows is not read\n"
    "*.wide.example\r\n!kept.wide.example\n"
    "  indented.example\n\n"
    "\xd1\x80\xd1\x83\xd1\x81.example\n"	/* three letters, Cyrillic */
    "// ===BEGIN PRIVATE DOMAINS===\n"
    "free.host.test\n"
    "last.test";

static struct public_suffix *
read_list(const char *text, size_t length)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, length, "r");
	struct public_suffix *p;

	assert_non_null(file);
	p = public_suffix_read(file);
	fclose(file);
	assert_non_null(p);
	return p;
}

static void
what_is_a_suffix(void **state)
{
	static const struct {
		const char *name;
		bool is;
	} cases[] = {
		{ ".", true }, { "example", true }, { "nowhere", true },
		{ "co.example", true }, { "x.co.example", false },
		{ "com.test", false },
		{ "a.wide.example", true }, { "x.a.wide.example", false },
		{ "kept.wide.example", false },
		{ "x.kept.wide.example", false },
		{ "indented.example", true }, { "x.indented.example", false },
		{ "xn--p1acf.example", true }, { "xn--p1acg.example", false },
		{ "free.host.test", true }, { "host.test", false },
		{ "x.free.host.test", false }, { "last.test", true },
		{ "co\\.example", true },	/* one label, and so wide */
		{ "x.co\\.example", false },
	};
	struct public_suffix *p = read_list(small_list,
	    sizeof(small_list) - 1);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dns_name name = unit_name(cases[i].name);

		if (public_suffix_is(p, &name) != cases[i].is)
			fail_msg("%s: %d", cases[i].name, !cases[i].is);
	}
	public_suffix_close(p);
}

/* Each rule, and names above, below and beside it: the filter in front of the
 * list stops none that libpsl calls a suffix, which shows by what is
 * registered in it. */
static void
the_filter_lets_no_suffix_through(void **state)
{
	static const char *const before[] = { "", "a.", "www.", "x.y.", "x" };
	FILE *file = fopen("/usr/share/publicsuffix/public_suffix_list.dat",
	    "r");
	struct public_suffix *p = public_suffix_open();
	size_t suffixes = 0;
	char line[256], text[300];

	(void)state;
	assert_non_null(p);
	if (file == NULL)
		skip();
	while (fgets(line, sizeof(line), file) != NULL) {
		char *rule = line + (line[0] == '!');

		rule[strcspn(rule, " \t\r\n")] = '\0';
		if (rule[0] == '\0' || rule[0] == '/')
			continue;
		rule += strncmp(rule, "*.", 2) == 0 ? 2 : 0;
		for (size_t i = 0; i < COUNT(before); i++) {
			struct dns_name name;
			int length = snprintf(text, sizeof(text), "%s%s",
			    before[i], rule);
			bool is;

			if (dns_name_from_text(text, (size_t)length,
			    &name) != 0)
				continue;
			is = public_suffix_registered(p, &name) == 0;
			if (public_suffix_is(p, &name) != is)
				fail_msg("%s: %d", text, !is);
			suffixes += is;
		}
	}
	assert_true(suffixes > 8000);
	fclose(file);
	public_suffix_close(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_registered),
		cmocka_unit_test(the_longest_name_has_a_domain),
		cmocka_unit_test(what_is_a_suffix),
		cmocka_unit_test(the_filter_lets_no_suffix_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
