#include "dnstap/dnstap_connection.h"

#include <sys/socket.h>

#include "feeds.h"

static struct dnstap_connection c;

/* The nameserver's end of a new connection. */
static int
connected(void)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fds), 0);
	dnstap_connection_begin(&c, fds[0], 7);
	return fds[1];
}

static void
finish(int fd)
{
	close(fd);
	close(c.fd);
}

static void
send_all(int fd, const struct octets *o)
{
	assert_int_equal(write(fd, o->octets, o->length), o->length);
}

static struct octets
query_frame(unsigned type)
{
	struct octets m = taps_message(type, taps_query, TAPS_QUERY_LENGTH);
	struct octets payload = taps_payload(&m), o = { .length = 0 };

	taps_frame(&o, &payload);
	return o;
}

static void
expect_answer(int fd, uint32_t type, const char *content)
{
	struct octets expected = { .length = 0 };
	uint8_t got[128];

	taps_control(&expected, type, content);
	assert_int_equal(read(fd, got, sizeof(got)), expected.length);
	assert_memory_equal(got, expected.octets, expected.length);
}

static void
both_ways_from_its_start_to_its_end(void **state)
{
	struct feeds *f = *state;
	int fd = connected();
	struct octets o = { .length = 0 };
	struct octets frame = query_frame(5), other = query_frame(1);

	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_OPEN);
	taps_control(&o, TAPS_READY, TAPS_CONTENT);
	send_all(fd, &o);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_OPEN);
	expect_answer(fd, TAPS_ACCEPT, TAPS_CONTENT);
	assert_false(dnstap_connection_started(&c));
	o.length = 0;
	taps_control(&o, TAPS_START, TAPS_CONTENT);
	send_all(fd, &o);
	for (size_t i = 0; i < frame.length; i++) {	/* octet by octet */
		assert_int_equal(write(fd, frame.octets + i, 1), 1);
		assert_int_equal(f->printed, 0);
		assert_int_equal(dnstap_connection_read(&c, f->feed),
		    DNSTAP_CONNECTION_OPEN);
	}
	assert_true(dnstap_connection_started(&c));
	assert_int_equal(f->printed, 1);
	o = frame;			/* one and a half, then the rest */
	octets_add(&o, other.octets, other.length / 2);
	send_all(fd, &o);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_OPEN);
	assert_int_equal(f->printed, 2);
	o.length = 0;
	octets_add(&o, other.octets + other.length / 2,
	    other.length - other.length / 2);
	taps_control(&o, TAPS_STOP, NULL);
	send_all(fd, &o);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_ENDED);
	assert_int_equal(f->printed, 3);
	assert_int_equal(feeds_count(f, "dnstap", "auth"), 1);
	expect_answer(fd, TAPS_FINISH, NULL);
	finish(fd);
}

static void
an_end_without_stop_is_a_cut(void **state)
{
	struct feeds *f = *state;
	int fd = connected();
	struct octets o = { .length = 0 };

	taps_control(&o, TAPS_START, TAPS_CONTENT);
	send_all(fd, &o);
	shutdown(fd, SHUT_WR);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_OPEN);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_CUT);
	finish(fd);
	fd = connected();		/* who says nothing at all has no tail */
	shutdown(fd, SHUT_WR);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_ENDED);
	finish(fd);
}

static void
something_else_is_broken(void **state)
{
	struct feeds *f = *state;
	int fd = connected();

	assert_int_equal(write(fd, "GET / HTTP/1.0\r\n", 16), 16);
	assert_int_equal(dnstap_connection_read(&c, f->feed),
	    DNSTAP_CONNECTION_BROKEN);
	finish(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FEEDS_TEST(both_ways_from_its_start_to_its_end),
		FEEDS_TEST(an_end_without_stop_is_a_cut),
		FEEDS_TEST(something_else_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
