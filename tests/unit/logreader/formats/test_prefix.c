/*
 * Goal: every way in which a line of named can begin is stepped over, and
 * another program's line in the same syslog file is not taken for one.
 */

#include "formats/prefix.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *prefix, enum prefix_kind kind, const char *time)
{
	static const char message[] = "client 1.2.3.4#5";
	char line[1024];
	struct cursor c;
	struct text t;
	int n = snprintf(line, sizeof(line), "%s%s", prefix, message);

	c = cursor_over((const char *)guarded_copy(line, (size_t)n), (size_t)n);
	assert_int_equal(prefix_scan(&c, &t), kind);
	if (kind != PREFIX_NAMED)
		return;
	assert_int_equal(cursor_left(&c), strlen(message));
	assert_int_equal(t.length, strlen(time));
	assert_memory_equal(t.length > 0 ? t.at : "", time, t.length);
}

static void
test_native(void **state)
{
	(void)state;
	check("", PREFIX_NAMED, "");
	check("queries: ", PREFIX_NAMED, "");
	check("queries: info: ", PREFIX_NAMED, "");
	check("tag-1: queries: client.c: debug 12: ", PREFIX_NAMED, "");
	check("23-Nov-2026 08:38:08.264 ", PREFIX_NAMED,
	    "23-Nov-2026 08:38:08.264");
	check("Nov 23 08:05:40.684 queries: ", PREFIX_NAMED,
	    "Nov 23 08:05:40.684");
	check("2026-11-23T08:38:08.264+01:00 error: ", PREFIX_NAMED,
	    "2026-11-23T08:38:08.264+01:00");
	check("Bad 00 99:99:99.999 ", PREFIX_NAMED, "Bad 00 99:99:99.999");
}

static void
test_syslog(void **state)
{
	(void)state;
	check("<134>Nov 23 08:38:08 named[24007]: queries: info: ",
	    PREFIX_NAMED, "Nov 23 08:38:08");
	check("Nov  3 07:39:21 ns1.example named[27769]: ", PREFIX_NAMED,
	    "Nov  3 07:39:21");
	check("Nov 23 07:39:21 vm named: ", PREFIX_NAMED, "Nov 23 07:39:21");
	check("Nov 23 07:39:21 named named[1]: ", PREFIX_NAMED,
	    "Nov 23 07:39:21");
	check("2026-11-23T07:39:21.237871+00:00 vm named[27769]: ",
	    PREFIX_NAMED, "2026-11-23T07:39:21.237871+00:00");
	check("<142>1 2026-11-23T07:39:21.237871+00:00 vm named 27769 - -  ",
	    PREFIX_NAMED, "2026-11-23T07:39:21.237871+00:00");
	check("<142>1 - - named - - [a@1 b=\"c \\\"]\"][d] ", PREFIX_NAMED,
	    "");
	/* two times: named's own says more */
	check("<30>Mar 24 13:01:51 named[6085]: 24-Mar-2011 13:01:51.865 "
	    "queries: info: ", PREFIX_NAMED, "24-Mar-2011 13:01:51.865");
	check("Mar 24 13:01:51 vm named[6085]: 99-Bad-9999 99:99:99.999 ",
	    PREFIX_NAMED, "Mar 24 13:01:51");
}

static void
test_others(void **state)
{
	(void)state;
	check("Nov 23 07:39:21 vm sshd[1]: Invalid user ", PREFIX_FOREIGN, "");
	check("Nov 23 07:39:21 vm sshd[1]: named[2]: ", PREFIX_FOREIGN, "");
	check("Nov 23 07:39:21 ", PREFIX_FOREIGN, "");
	check("<30>x", PREFIX_FOREIGN, "");
	check("2026-11-23T07:39:21.237871+00:00 vm sshd[1]: user ",
	    PREFIX_FOREIGN, "");
	check("2026-11-23T07:39:21Z sshd: ", PREFIX_FOREIGN, "");
	check("<142>1 2026-11-23T07:39:21Z vm sshd 1 - - ", PREFIX_FOREIGN,
	    "");
	check("<142>1 2026-11-23T07:39:21Z vm named 1 - ", PREFIX_UNKNOWN, "");
	check("sshd: ", PREFIX_UNKNOWN, "");
	check("23-Nov-2026 08:38:08.264", PREFIX_UNKNOWN, "");
}

/* What bind9_glance builds on. */
static void
test_digits_do_not_matter(void **state)
{
	char line[] = "<134>Nov 23 08:38:08 ns1 named[24007]: queries: "
	    "debug 1: client 1.2.3.4#5";
	struct cursor c;
	struct text t;

	(void)state;
	for (char *d = line; strncmp(d, "client", 6) != 0; d++) {
		char was = *d;

		for (char digit = '0'; was >= '0' && was <= '9' &&
		    digit <= '9'; digit++) {
			*d = digit;
			c = cursor_over(line, sizeof(line) - 1);
			assert_int_equal(prefix_scan(&c, &t), PREFIX_NAMED);
			assert_int_equal(*c.at, 'c');
		}
		*d = was;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_syslog),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_digits_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
