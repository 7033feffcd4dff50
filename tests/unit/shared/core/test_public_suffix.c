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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_registered),
		cmocka_unit_test(the_longest_name_has_a_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
