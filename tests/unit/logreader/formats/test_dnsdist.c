/*
 * Goal: the lines of LogAction and LogResponseAction, and no others.
 */

#include "../fields.h"
#include "formats/dnsdist.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *line, const char *expected)
{
	struct log_fields f;
	char text[2048];
	size_t n = strlen(line);
	enum log_verdict v = dnsdist_parse((const char *)guarded_copy(line, n),
	    n, &f);

	assert_string_equal(fields_text(v, &f, text, sizeof(text)), expected);
}

static void
queries(void **state)
{
	(void)state;
	check("[1795420005.17947167] Packet from 192.0.2.1:53 for "
	    "www.example.com. PTR with id 37361",
	    "query time=[1795420005.17947167] client=192.0.2.1 port=53 "
	    "name=www.example.com. type=PTR");
	check("Packet from [2001:db8::1]:53 for a\\032b\\.c. TYPE65280 with "
	    "id 0",
	    "query client=2001:db8::1 port=53 name=a\\032b\\.c. "
	    "type=TYPE65280");
	check("Packet from 192.0.2.1:53 for . NS with id 65535",
	    "query client=192.0.2.1 port=53 name=. type=NS");
	check("Nov 23 07:39:21 vm dnsdist[7]: Packet from 192.0.2.1:53 for "
	    "a. A with id 1",
	    "query time=Nov 23 07:39:21 client=192.0.2.1 port=53 name=a. "
	    "type=A");
	check("Nov 23 07:39:21 vm dnsdist[7]: [1795420005.5] Packet from "
	    "192.0.2.1:53 for a. A with id 1",
	    "query time=[1795420005.5] client=192.0.2.1 port=53 name=a. "
	    "type=A");
}

static void
responses_tell_the_rcode(void **state)
{
	(void)state;
	check("[1795420005.5] Answer to 192.0.2.1:53 for a.b. A (No Error) "
	    "with id 7",
	    "response time=[1795420005.5] client=192.0.2.1 port=53 name=a.b. "
	    "type=A rcode=NOERROR");
	check("Answer to 192.0.2.1:53 for a.b. A (Non-Existent domain) with "
	    "id 7",
	    "response client=192.0.2.1 port=53 name=a.b. type=A "
	    "rcode=NXDOMAIN");
	check("Answer to 192.0.2.1:53 for a.b. A (Server Not Authoritative "
	    "for zone / Not Authorized) with id 7",
	    "response client=192.0.2.1 port=53 name=a.b. type=A rcode=NOTAUTH");
	check("Answer to 192.0.2.1:53 for a.b. A (Err#11) with id 7",
	    "response client=192.0.2.1 port=53 name=a.b. type=A");
}

static void
names_do_not_forge(void **state)
{
	(void)state;
	check("Packet from 192.0.2.1:53 for x\\032A\\032with\\032id\\0321.b. "
	    "A with id 1",
	    "query client=192.0.2.1 port=53 "
	    "name=x\\032A\\032with\\032id\\0321.b. type=A");
	check("Packet from 192.0.2.1:53 for x. A with id 1 for y. A with id 1",
	    "broken: after_type");
	check("Nov 23 07:39:21 vm sshd[7]: Packet from 192.0.2.1:53 for a. A "
	    "with id 1", "other");
	check("Nov 23 07:39:21 Packet from 192.0.2.1:53 for a. A with id 1",
	    "other");
	check("x Packet from 192.0.2.1:53 for a. A with id 1", "other");
}

static void
not_all_of_it_is_dnsdists(void **state)
{
	(void)state;
	check("", "other");
	check("Packet from", "other");
	check("[1795420005.5]Packet from 192.0.2.1:53 for a. A with id 1",
	    "other");
	check("Packet from 192.0.2.300:53 for a. A with id 1",
	    "broken: client");
	check("Packet from 192.0.2.1:53", "broken: client");
	check("Packet from 192.0.2.1:53 for ", "broken: name");
	check("Packet from 192.0.2.1:53 for a.", "broken: name");
	check("Packet from 192.0.2.1:53 for a\177. A with id 1",
	    "broken: name");
	check("Packet from 192.0.2.1:53 for a. a with id 1", "broken: type");
	check("Packet from 192.0.2.1:53 for a. A", "broken: after_type");
	check("Packet from 192.0.2.1:53 for a. A with id ",
	    "broken: after_type");
	check("Packet from 192.0.2.1:53 for a. A with id 65536",
	    "broken: after_type");
	check("Packet from 192.0.2.1:53 for a. A (No Error) with id 1",
	    "broken: after_type");
	check("Answer to 192.0.2.1:53 for a. A with id 1",
	    "broken: after_type");
	check("Answer to 192.0.2.1:53 for a. A () with id 1",
	    "broken: after_type");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries),
		cmocka_unit_test(responses_tell_the_rcode),
		cmocka_unit_test(names_do_not_forge),
		cmocka_unit_test(not_all_of_it_is_dnsdists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
