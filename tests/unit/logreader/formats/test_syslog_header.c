/*
 * Goal: a message counts behind the name of its own program only, whatever
 * another one was made to log.
 */

#include "formats/syslog_header.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *header, enum syslog_header kind, const char *time)
{
	char line[512];
	struct cursor c;
	struct text t;
	int n = snprintf(line, sizeof(line), "%smessage", header);

	c = cursor_over((const char *)guarded_copy(line, (size_t)n), (size_t)n);
	assert_int_equal(syslog_header_scan(&c, "dnsd", &t), kind);
	if (kind != SYSLOG_HEADER_OURS && kind != SYSLOG_HEADER_NONE)
		return;
	assert_int_equal(cursor_left(&c), strlen("message"));
	assert_int_equal(t.length, strlen(time));
	assert_memory_equal(t.length > 0 ? t.at : "", time, t.length);
}

static void
of_the_program(void **state)
{
	(void)state;
	check("Nov 23 07:39:21 vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Nov 23 07:39:21");
	check("Nov 23 07:39:21 dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Nov 23 07:39:21");
	check("<30>Nov  3 07:39:21 vm dnsd:  ", SYSLOG_HEADER_OURS,
	    "Nov  3 07:39:21");
	check("2026-11-23T07:39:21.237871+00:00 vm dnsd[7]: ",
	    SYSLOG_HEADER_OURS, "2026-11-23T07:39:21.237871+00:00");
	check("<30>1 2026-11-23T07:39:21Z vm dnsd 7 - -  ",
	    SYSLOG_HEADER_OURS, "2026-11-23T07:39:21Z");
	check("<30>1 - - dnsd - - [a@1 b=\"]\"] ", SYSLOG_HEADER_OURS, "");
}

static void
of_none(void **state)
{
	(void)state;
	check("", SYSLOG_HEADER_NONE, "");
	check("Nov 23 07:39:21 ", SYSLOG_HEADER_NONE, "Nov 23 07:39:21");
}

static void
of_others(void **state)
{
	(void)state;
	check("<30>Nov 23 07:39:21 vm sshd[7]: dnsd[7]: ",
	    SYSLOG_HEADER_FOREIGN, "");
	check("<30>Nov 23 07:39:21 vm dnsd-x[7]: ", SYSLOG_HEADER_FOREIGN, "");
	check("<30>Nov 23 07:39:21 vm dnsd[x]: ", SYSLOG_HEADER_FOREIGN, "");
	check("<30>1 - vm sshd 7 - - ", SYSLOG_HEADER_FOREIGN, "");
	check("<30>1 - vm dnsd 7 - ", SYSLOG_HEADER_BROKEN, "");
	check("Nov 23 07:39:21", SYSLOG_HEADER_BROKEN, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_the_program),
		cmocka_unit_test(of_none),
		cmocka_unit_test(of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
