#include "dnstap/dnstap_file.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "feeds.h"

static void
add_stream(struct octets *o)
{
	struct octets m = taps_message(5, taps_query, TAPS_QUERY_LENGTH);
	struct octets payload = taps_payload(&m);

	taps_control(o, TAPS_START, TAPS_CONTENT);
	taps_frame(o, &payload);
	taps_control(o, TAPS_STOP, NULL);
}

static int
file_of(const void *octets, size_t length)
{
	int fd = memfd_create("test", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, octets, length), length);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static enum dnstap_file_status
read_all(struct feeds *f, const void *octets, size_t length)
{
	struct dnstap_file *file = dnstap_file_new(file_of(octets, length),
	    "test", f->feed);
	enum dnstap_file_status status;

	assert_non_null(file);
	while ((status = dnstap_file_read(file, 0)) == DNSTAP_FILE_MORE)
		;
	dnstap_file_free(file);
	return status;
}

static void
streams_that_follow_each_other_are_read(void **state)
{
	struct feeds *f = *state;
	struct octets o = { .length = 0 };

	add_stream(&o);
	add_stream(&o);
	assert_int_equal(read_all(f, o.octets, o.length), DNSTAP_FILE_END);
	assert_int_equal(f->printed, 2);
}

static void
what_comes_before_trouble_is_read(void **state)
{
	struct feeds *f = *state;
	struct octets o = { .length = 0 };

	add_stream(&o);
	assert_int_equal(read_all(f, o.octets, o.length - 5),
	    DNSTAP_FILE_END);
	assert_int_equal(f->printed, 1);
	octets_add(&o, "junk and more", 13);
	assert_int_equal(read_all(f, o.octets, o.length),
	    DNSTAP_FILE_FAILED);
	assert_int_equal(f->printed, 2);
	assert_int_equal(read_all(f, "23-Nov-2026 07:47:07.324", 24),
	    DNSTAP_FILE_FAILED);
	assert_int_equal(read_all(f, "", 0), DNSTAP_FILE_END);
}

static void
a_file_is_told_by_its_content(void **state)
{
	struct octets o = { .length = 0 };
	int fds[2], fd;

	(void)state;
	add_stream(&o);
	fd = file_of(o.octets, o.length);
	assert_true(dnstap_file_recognise(fd));
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
	close(fd);
	fd = file_of(o.octets, 11);
	assert_false(dnstap_file_recognise(fd));
	close(fd);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], o.octets, o.length), o.length);
	assert_false(dnstap_file_recognise(fds[0]));
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FEEDS_TEST(streams_that_follow_each_other_are_read),
		FEEDS_TEST(what_comes_before_trouble_is_read),
		FEEDS_TEST(a_file_is_told_by_its_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
