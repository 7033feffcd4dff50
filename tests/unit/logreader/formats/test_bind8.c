/*
 * Goal: BIND 8's lines are read from both ends, so that no name, slashes and
 * all, can change client, type or class.
 */

#include "../fields.h"
#include "formats/bind8.h"
#include "formats/name.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *line, const char *expected)
{
	struct log_fields f;
	char text[2048];
	size_t n = strlen(line);
	enum log_verdict v = bind8_parse((const char *)guarded_copy(line, n), n, &f);

	assert_string_equal(fields_text(v, &f, text, sizeof(text)), expected);
}

static void
test_usual(void **state)
{
	(void)state;
	check("23-Nov-2026 08:12:08.268 queries: info: "
	    "XX+/127.0.0.1/www.example.com/A/IN",
	    "query time=23-Nov-2026 08:12:08.268 client=127.0.0.1 "
	    "name=www.example.com class=IN type=A flags=+");
	check("XX /127.0.0.1/./NS/IN",
	    "query client=127.0.0.1 name=. class=IN type=NS");
	check("XX+/127.0.0.1/version.bind/TXT/CHAOS",
	    "query client=127.0.0.1 name=version.bind class=CHAOS type=TXT "
	    "flags=+");
	check("XX+/127.0.0.1/a.b/BADTYPE/CLASS7",
	    "query client=127.0.0.1 name=a.b class=CLASS7 type=BADTYPE "
	    "flags=+");
	check("Nov 23 08:12:08 ns named[7]: XX+/10.0.0.1/a.b/MX/IN",
	    "query time=Nov 23 08:12:08 client=10.0.0.1 name=a.b class=IN "
	    "type=MX flags=+");
}

static void
test_before_8_2(void **state)
{
	(void)state;
	check("XX /10.0.0.1/a.b/A",
	    "query client=10.0.0.1 name=a.b type=A");
	check("XX /10.0.0.1/a.b/ANY",
	    "query client=10.0.0.1 name=a.b type=ANY");
	check("XX /10.0.0.1/a.b/A/ANY",
	    "query client=10.0.0.1 name=a.b class=ANY type=A");
	check("XX /10.0.0.1/a.b/c.d/ANY",
	    "query client=10.0.0.1 name=a.b/c.d type=ANY");
}

static void
test_hostile(void **state)
{
	(void)state;
	check("XX+/127.0.0.1/x/A/IN/A/IN",
	    "query client=127.0.0.1 name=x/A/IN class=IN type=A flags=+");
	check("XX+/127.0.0.1/10.9.8.7/evil.example.com/MX/IN/A/IN",
	    "query client=127.0.0.1 name=10.9.8.7/evil.example.com/MX/IN "
	    "class=IN type=A flags=+");
	check("XX+/127.0.0.1/a b/A/IN", "broken: name");
	check("XX+/127.0.0.1/\\[x8/8].b/A/IN", "broken: name");
	check("XX+/127.0.0.1//A/IN", "broken: type");
	check("XX+/300.0.0.1/a.b/A/IN", "broken: client");
	check("XX+/127.0.0.1/a.b/IN", "broken: type");
	check("XX+/127.0.0.1/a.b/A/in", "broken: type");
	check("XX+/127.0.0.1", "broken: client");
	check("Nov 23 08:12:08 ns sshd[7]: XX+/10.0.0.1/a.b/MX/IN", "other");
}

static void
test_others(void **state)
{
	(void)state;
	check("", "other");
	check("XX", "other");
	check("XX /127.0.0.1/127.0.0.1/-A", "other");	/* inverse query */
	check("23-Nov-2026 08:12:08.268 default: info: starting", "other");
}

static void
test_plain_names(void **state)
{
	static const struct {
		const char *name;
		bool plain;
	} rows[] = {
		{ "a.b", true }, { "a\\[b", false }, { "a\\\\[b", true },
		{ "<unknown>", false }, { "", false }, { "a\\", true },
		{ "a b", false }, { "a\x7f", false }, { "a\\\xe4", false },
		{ "a\\ b", false }, { "a[b]", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].name);
		struct text t = { (const char *)guarded_copy(rows[i].name, n), n };

		assert_int_equal(name_is_plain(t), rows[i].plain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_before_8_2),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_plain_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
