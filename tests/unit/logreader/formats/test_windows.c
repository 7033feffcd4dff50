/*
 * Goal: the packets of clients in a Windows DNS debug log, whatever the
 * region's dates and the file's encoding, and nothing out of their names.
 */

#include "../fields.h"
#include "formats/windows.h"
#include "unit.h"

static struct log_memory memory;

static void
check(const char *line, const char *expected)
{
	char text[2048];

	assert_string_equal(fields_parse(windows_parse, &memory, line,
	    strlen(line), text, sizeof(text)), expected);
}

/* In an input of its own. */
static void
check_new(const char *line, const char *expected)
{
	memory = (struct log_memory){ .columns = 0 };
	check(line, expected);
}

#define ID "0E70 PACKET  00000000033397A0 "
#define ASK "UDP Rcv 10.1.2.3        5b47   Q [0001   D   NOERROR] A      "
#define NAME "(3)www(7)example(3)com(0)"
#define TOLD " client=10.1.2.3 name=www.example.com type=A flags=+ " \
    "udp"

static void
test_packets(void **state)
{
	(void)state;
	check_new("6/5/2013 10:00:32 AM " ID ASK NAME,
	    "query time=2013-06-05T10:00:32" TOLD);
	check("6/5/2013 10:00:32 AM " ID "UDP Snd 10.1.2.3        5b47 R Q "
	    "[8385 A DR NXDOMAIN] AAAA   " NAME, "response "
	    "time=2013-06-05T10:00:32 client=10.1.2.3 name=www.example.com "
	    "type=AAAA rcode=NXDOMAIN flags=+ udp");
	check("6/5/2013 10:00:32 AM " ID "TCP Rcv 2001:db8::1:2:3:4:5 5b47   Q "
	    "[0000       NOERROR] 65     (0)", "query "
	    "time=2013-06-05T10:00:32 client=2001:db8::1:2:3:4:5 name=. "
	    "type=TYPE65 flags=- tcp");
	check("20130605 10:00:32 588 PACKET  UDP Rcv 10.1.2.3        5b47   Q "
	    "[0001   D   NOERROR] (1)a(0)", "query time=2013-06-05T10:00:32 "
	    "client=10.1.2.3 name=a flags=+ udp");
	check("20130605 10:00:32 588 PACKET  01CF8F50 " ASK NAME,
	    "query time=2013-06-05T10:00:32" TOLD);
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3        5b47   Q "
	    "[0001   D   NOERROR] ALL    (1)a(0)", "query "
	    "time=2013-06-05T10:00:32 client=10.1.2.3 name=a type=ANY "
	    "flags=+ udp");
}

static void
test_others(void **state)
{
	(void)state;
	/* to and from other servers */
	check("6/5/2013 10:00:32 AM " ID "UDP Snd 10.1.2.3        5b47   Q "
	    "[0001   D   NOERROR] A      " NAME, "other");
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3        5b47 R Q "
	    "[8081   DR  NOERROR] A      " NAME, "other");
	/* an update, an event, the header, a detail */
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3        5b47   U "
	    "[0028       NOERROR] SOA    " NAME, "other");
	check("2017-01-01 00:00:00 01A0 EVENT   The DNS server has started.",
	    "other");
	check("DNS Server log file creation at 4/11/2026 3:29:17 PM", "other");
	check("    Name      \"(3)www(7)example(3)com(0)\"", "other");
	check("UDP question info at 000002DAEC36D650", "other");
	check("  Remote addr 10.1.2.3, port 54159", "other");
	check("", "other");
}

static void
test_dates(void **state)
{
	(void)state;
	check_new("20.01.2026 23:00:18 " ID ASK NAME,
	    "query time=2026-01-20T23:00:18" TOLD);
	check_new("2017-01-02 00:00:00 " ID ASK NAME,
	    "query time=2017-01-02T00:00:00" TOLD);
	check_new("2024/12/2 15:51:54 " ID ASK NAME,
	    "query time=2024-12-02T15:51:54" TOLD);
	check_new("5-6-13 9:05:03 " ID ASK NAME,
	    "query time=2013-06-05T09:05:03" TOLD);
	check_new("5.6.2013 9.05.03 " ID ASK NAME,
	    "query time=2013-06-05T09:05:03" TOLD);
	check_new("05/06/2013 16:05:31 " ID ASK NAME,
	    "query time=2013-06-05T16:05:31" TOLD);
	check_new("5/6/2013 12:05:31 AM " ID ASK NAME,
	    "query time=2013-05-06T00:05:31" TOLD);
	check_new("5/6/2013 12:05:31 PM " ID ASK NAME,
	    "query time=2013-05-06T12:05:31" TOLD);
	/* a day over 12 tells for the rest of the input */
	check_new("20/06/2013 9:05:31 PM " ID ASK NAME,
	    "query time=2013-06-20T21:05:31" TOLD);
	check("05/06/2013 9:05:31 AM " ID ASK NAME,
	    "query time=2013-06-05T09:05:31" TOLD);
	check_new("6/20/2013 9:05:31 " ID ASK NAME,
	    "query time=2013-06-20T09:05:31" TOLD);
	check("6/5/2013 9:05:31 " ID ASK NAME,
	    "query time=2013-06-05T09:05:31" TOLD);
	check_new("13/13/2013 9:05:31 " ID ASK NAME, "other");
	check_new("6/5/2013 13:05:31 AM " ID ASK NAME, "other");
	check_new("6/5/2013 9:60:31 " ID ASK NAME, "other");
	check_new("6/5-2013 9:05:31 " ID ASK NAME, "other");
}

static void
dates_of_more_regions(void **state)
{
	(void)state;
	check_new("24. 11. 2026 10:00:32 " ID ASK NAME,		/* Slovak */
	    "query time=2026-11-24T10:00:32" TOLD);
	check_new("5. 6. 2026 9:00:32 " ID ASK NAME,
	    "query time=2026-06-05T09:00:32" TOLD);
	check_new("5.6.2026. 9:00:32 " ID ASK NAME,		/* Croatian */
	    "query time=2026-06-05T09:00:32" TOLD);
	check_new("2026. 11. 24. 9:00:32 " ID ASK NAME,		/* Hungarian */
	    "query time=2026-11-24T09:00:32" TOLD);
	check_new("24.11.2026 9.00.32 " ID ASK NAME,		/* Finnish */
	    "query time=2026-11-24T09:00:32" TOLD);
	check_new("2026-11-24 1:00:32 p.m. " ID ASK NAME,	/* Canadian */
	    "query time=2026-11-24T13:00:32" TOLD);
	check_new("24/11/2026 12:00:32 a. m. " ID ASK NAME,	/* Mexican */
	    "query time=2026-11-24T00:00:32" TOLD);
	check_new("24/11/2026 1:00:32 pm " ID ASK NAME,
	    "query time=2026-11-24T13:00:32" TOLD);
	check_new("24/ 11/ 2026 10:00:32 " ID ASK NAME, "other");
	check_new("24-11-2026. 10:00:32 " ID ASK NAME, "other");
	check_new("24. 11. 2026 10:00:32 p. " ID ASK NAME, "other");
	check_new("24. 11.  2026 10:00:32 " ID ASK NAME, "other");
}

/* As it is, with a mark, and as UTF-16 makes of it. */
static void
test_encodings(void **state)
{
	static const char line[] = "6/5/2013 10:00:32 AM " ID ASK NAME;
	char wide[2 * sizeof(line) + 8] = "\xFF\xFE", text[2048];
	size_t n = 2;

	(void)state;
	check_new("\xEF\xBB\xBF" "6/5/2013 10:00:32 AM " ID ASK NAME,
	    "query time=2013-06-05T10:00:32" TOLD);
	for (size_t i = 0; i < sizeof(line) - 1; i++) {
		wide[n++] = line[i];
		wide[n++] = '\0';
	}
	assert_string_equal(fields_parse(windows_parse, &memory, wide, n,
	    text, sizeof(text)), "query time=2013-06-05T10:00:32" TOLD);
	wide[n++] = '\r';
	wide[n++] = '\0';
	wide[1] = '\0';		/* of the line feed before */
	assert_string_equal(fields_parse(windows_parse, &memory, wide + 1,
	    n - 1, text, sizeof(text)), "query time=2013-06-05T10:00:32" TOLD);
	wide[n - 5] = 1;
	assert_string_equal(fields_parse(windows_parse, &memory, wide + 1,
	    n - 1, text, sizeof(text)), "broken: name");
	assert_string_equal(fields_parse(windows_parse, &memory, wide + 1,
	    n - 2, text, sizeof(text)), "broken: name");
}

#define BEFORE "6/5/2013 10:00:32 AM " ID ASK

static void
test_names(void **state)
{
	(void)state;
	check_new(BEFORE "(3)a.b(4)c\\ \xC3(5)(3)(0(0)", "query "
	    "time=2013-06-05T10:00:32 client=10.1.2.3 "
	    "name=a\\.b.c\\\\\\032\\195.(3)(0 type=A flags=+ "
	    "udp");
	check(BEFORE "(3)www(7)example(3)com(0) ", "broken: name");
	check(BEFORE "(3)www(8)example(3)com(0)", "broken: name");
	check(BEFORE "(3)www(64)example(3)com(0)", "broken: name");
	check(BEFORE "(3)www(7)example(3)com", "broken: name");
	check(BEFORE "(3)ww", "broken: name");
	check(BEFORE "(", "broken: name");
	check(BEFORE "www.example.com", "broken: name");
	check(BEFORE "", "broken: name");
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3 5b47   Q [0001   D  "
	    " NOERROR] A      " NAME, "broken: client");
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3        5b47   Q "
	    "[0001   D  NOERROR] A      " NAME, "broken: after_type");
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3        5b47   Q "
	    "[0001   D   NOERROR] A  " NAME, "broken: type");
	check("6/5/2013 10:00:32 AM " ID "UDP Rcv 10.1.2.3        5b47 X Q "
	    "[0001   D   NOERROR] A      " NAME, "broken: before_query");
	check("6/5/2013 10:00:32 AM " ID "ICMP Rcv 10.1.2.3       5b47   Q "
	    "[0001   D   NOERROR] A      " NAME, "broken: prefix");
}

static void
test_cut(void **state)
{
	static const char line[] = BEFORE NAME;

	(void)state;
	assert_true(fields_cut_are_none(windows_parse, &memory, line,
	    sizeof(line) - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(dates_of_more_regions),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
