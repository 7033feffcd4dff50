/*
 * Goal: a message counts behind the name of its own program only, whatever
 * another one was made to log.
 */

#include "formats/syslog_header.h"
#include "guarded.h"
#include "unit.h"

static void
check_of(const char *program, const char *header, enum syslog_header kind,
    const char *time)
{
	char line[512];
	struct cursor c;
	struct text t;
	int n = snprintf(line, sizeof(line), "%smessage", header);

	c = cursor_over((const char *)guarded_copy(line, (size_t)n), (size_t)n);
	assert_int_equal(syslog_header_scan(&c, program, &t), kind);
	if (kind != SYSLOG_HEADER_OURS && kind != SYSLOG_HEADER_NONE)
		return;
	assert_int_equal(cursor_left(&c), strlen("message"));
	assert_int_equal(t.length, strlen(time));
	assert_memory_equal(t.length > 0 ? t.at : "", time, t.length);
}

static void
check(const char *header, enum syslog_header kind, const char *time)
{
	check_of("dnsd", header, kind, time);
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
	check("<30>1 - - dnsd - - - \xEF\xBB\xBF", SYSLOG_HEADER_OURS, "");
}

static void
of_the_journal(void **state)
{
	(void)state;
	check("Nov 23 07:39:21.237871 vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Nov 23 07:39:21.237871");
	check("2026-11-23T07:39:21+0100 vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "2026-11-23T07:39:21+0100");
	check("2026-11-23T07:39:21.237871+0100 vm dnsd[7]: ",
	    SYSLOG_HEADER_OURS, "2026-11-23T07:39:21.237871+0100");
	check("Mon 2026-11-23 07:39:21 UTC vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Mon 2026-11-23 07:39:21 UTC");
	check("1795419914.591000 vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "1795419914.591000");
}

static void
with_facility_and_level(void **state)
{
	(void)state;
	check("Mon Nov 23 07:39:21 2026 daemon.info dnsd[7]: ",
	    SYSLOG_HEADER_OURS, "Mon Nov 23 07:39:21 2026");
	check("Nov 23 07:39:21 vm local7.warn dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Nov 23 07:39:21");
	check("Nov 23 07:39:21 <daemon.info> vm dnsd[7]: ",
	    SYSLOG_HEADER_OURS, "Nov 23 07:39:21");
	check("Nov 23 07:39:21 <3.6> vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Nov 23 07:39:21");
	check("<30>Nov 23 07:39:21 vm some.thing dnsd[7]: ",
	    SYSLOG_HEADER_FOREIGN, "");
	check("<30>Nov 23 07:39:21 vm some.info dnsd[7]: ",
	    SYSLOG_HEADER_FOREIGN, "");
	check("<30>Nov 23 07:39:21 vm daemon.thing dnsd[7]: ",
	    SYSLOG_HEADER_FOREIGN, "");
	check("<30>Nov 23 07:39:21 vm 3. dnsd[7]: ", SYSLOG_HEADER_FOREIGN, "");
	check("<30>Nov 23 07:39:21 vm <3.6 dnsd[7]: ", SYSLOG_HEADER_FOREIGN,
	    "");
}

static void
of_one_of_several(void **state)
{
	(void)state;
	check_of("dnsd*", "Nov 23 07:39:21 vm dnsd-dmz_1[7]: ",
	    SYSLOG_HEADER_OURS, "Nov 23 07:39:21");
	check_of("dnsd*", "Nov 23 07:39:21 vm dnsd[7]: ", SYSLOG_HEADER_OURS,
	    "Nov 23 07:39:21");
	check_of("dnsd*", "<30>1 - vm dnsd.2 7 - - ", SYSLOG_HEADER_OURS, "");
	check_of("dnsd*", "<30>Nov 23 07:39:21 vm dns[7]: ",
	    SYSLOG_HEADER_FOREIGN, "");
	check_of("dnsd*", "<30>1 - vm dnsd@x 7 - - ", SYSLOG_HEADER_FOREIGN,
	    "");
	check("<30>1 - vm dnsd-x 7 - - ", SYSLOG_HEADER_FOREIGN, "");
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
	check("<30>Nov 23 07:39:21 sshd[7]: dnsd[7]: ", SYSLOG_HEADER_FOREIGN,
	    "");
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
		cmocka_unit_test(of_the_journal),
		cmocka_unit_test(with_facility_and_level),
		cmocka_unit_test(of_one_of_several),
		cmocka_unit_test(of_none),
		cmocka_unit_test(of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
