#include "core/byte_stream.h"

#include <fcntl.h>
#include <lzma.h>
#include <sys/mman.h>
#include <zlib.h>
#include <zstd.h>

#include "unit.h"

#define MOST ((size_t)64 * 1024)
#define SIZE ((size_t)3 * 1024 * 1024 + 17)	/* several blocks */

static uint8_t *content;	/* SIZE octets that compress by half or so */

static int
make_content(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	content = malloc(SIZE);
	assert_non_null(content);
	for (size_t i = 0; i < SIZE; i++)
		content[i] = (uint8_t)(i % 3 == 0 ? i / 300 :
		    unit_random(&seed, 16));
	content[0] = 0xd4;		/* as a capture, say */
	return 0;
}

static int
free_content(void **state)
{
	(void)state;
	free(content);
	return 0;
}

/* A file, as it may be compressed. */
struct file {
	uint8_t *octets;
	size_t length, room;
};

static struct file
new_file(void)
{
	struct file f = { .room = 2 * SIZE + 1024 * 1024 };

	f.octets = malloc(f.room);
	assert_non_null(f.octets);
	return f;
}

static void
add(struct file *f, const void *octets, size_t length)
{
	assert_true(f->room - f->length >= length);
	memcpy(f->octets + f->length, octets, length);
	f->length += length;
}

static void
gzip_to(struct file *f, const uint8_t *octets, size_t length, int flush)
{
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)octets,
	    .avail_in = (uInt)length, .next_out = f->octets + f->length,
	    .avail_out = (uInt)(f->room - f->length) };

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, MAX_WBITS + 16, 8,
	    Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, flush), flush == Z_FINISH ?
	    Z_STREAM_END : Z_OK);
	f->length += z.total_out;
	deflateEnd(&z);
}

static void
add_gzip(struct file *f, const uint8_t *octets, size_t length)
{
	gzip_to(f, octets, length, Z_FINISH);
}

static void
add_zstd(struct file *f, const uint8_t *octets, size_t length)
{
	size_t made = ZSTD_compress(f->octets + f->length,
	    f->room - f->length, octets, length, 1);

	assert_false(ZSTD_isError(made));
	f->length += made;
}

static void
add_xz(struct file *f, const uint8_t *octets, size_t length)
{
	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL,
	    octets, length, f->octets, &f->length, f->room), LZMA_OK);
}

typedef void add_packed(struct file *f, const uint8_t *octets, size_t length);

static const struct {
	const char *name;
	add_packed *add;
} packers[] = {
	{ "gzip", add_gzip }, { "zstd", add_zstd }, { "xz", add_xz },
};

/* A stream over a file on disk (in memory) that holds these octets. */
static struct byte_stream *
stream_over(const uint8_t *octets, size_t length)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct byte_stream *s;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, octets, length), (ssize_t)length);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	s = byte_stream_new(fd, "name", MOST);
	assert_non_null(s);
	return s;
}

/* Take everything in pieces of ${piece} octets; how many are as expected,
 * or SIZE_MAX if one is not. */
static size_t
take_all(struct byte_stream *s, size_t piece, enum byte_stream_status *ret)
{
	enum byte_stream_status status = BYTE_STREAM_MORE;
	size_t at = 0;

	while (status == BYTE_STREAM_MORE) {
		struct cursor c = byte_stream_waiting(s);
		size_t left = cursor_left(&c);

		while (left >= piece || (left > 0 && piece > SIZE - at)) {
			size_t n = left < piece ? left : piece;

			if (at + n > SIZE ||
			    memcmp(cursor_take(&c, n), content + at, n) != 0)
				return SIZE_MAX;
			byte_stream_take(s, n);
			at += n;
			left -= n;
		}
		status = byte_stream_fill(s, 0);
	}
	*ret = status;
	return at;
}

static void
expect_content(const struct file *f)
{
	static const size_t pieces[] = { 1, 24, 1000, MOST, 37777 };

	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct byte_stream *s = stream_over(f->octets, f->length);
		enum byte_stream_status status;

		assert_int_equal(take_all(s, pieces[i], &status), SIZE);
		assert_int_equal(status, BYTE_STREAM_END);
		assert_int_equal(byte_stream_position(s).done, f->length);
		assert_int_equal(byte_stream_position(s).total, f->length);
		byte_stream_free(s);
	}
}

static void
plain_content_comes_as_it_is(void **state)
{
	struct file f = { .octets = content, .length = SIZE };

	(void)state;
	expect_content(&f);
}

static void
compressed_content_comes_unpacked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct file f = new_file();

		packers[i].add(&f, content, SIZE);
		assert_true(f.length < SIZE);
		expect_content(&f);
		free(f.octets);
	}
}

static void
parts_after_one_another_are_one(void **state)
{
	static const uint8_t skipped[] = "\x5a\x2a\x4d\x18\4\0\0\0any?";

	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct file f = new_file();

		if (packers[i].add == add_zstd)
			add(&f, skipped, 12);
		packers[i].add(&f, content, 1000);
		packers[i].add(&f, content, 0);
		if (packers[i].add == add_zstd)
			add(&f, skipped, 12);
		else
			add(&f, "\0\0\0\0\0\0\0\0", 8);
		packers[i].add(&f, content + 1000, SIZE - 1000);
		if (packers[i].add != add_zstd)
			add(&f, "\0\0\0\0", 4);
		expect_content(&f);
		free(f.octets);
	}
}

/* Everything before the cut comes, then a sentence. */
static void
cut_files_are_read_as_far_as_they_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct file f = new_file();
		enum byte_stream_status status;
		struct byte_stream *s;
		char expected[80];
		size_t got;

		packers[i].add(&f, content, SIZE);
		f.length /= 2;
		s = stream_over(f.octets, f.length);
		got = take_all(s, 1, &status);
		assert_int_equal(status, BYTE_STREAM_FAILED);
		assert_in_range(got, SIZE / 3, SIZE);
		snprintf(expected, sizeof(expected), "name: the %s data is "
		    "cut off after %zu octets", packers[i].name, f.length);
		assert_string_equal(byte_stream_error(s), expected);
		byte_stream_free(s);
		free(f.octets);
	}
}

static void
broken_files_are_read_as_far_as_they_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(packers); i++) {
		struct file f = new_file();
		enum byte_stream_status status;
		struct byte_stream *s;
		char expected[80];

		packers[i].add(&f, content, 100000);
		add(&f, "\x1f\x8b\x08 this is something else", 26);
		s = stream_over(f.octets, f.length);
		assert_int_equal(take_all(s, 1, &status), 100000);
		assert_int_equal(status, BYTE_STREAM_FAILED);
		snprintf(expected, sizeof(expected), "name: the %s data "
		    "cannot be read after ", packers[i].name);
		assert_memory_equal(byte_stream_error(s), expected,
		    strlen(expected));
		assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_FAILED);
		byte_stream_free(s);
		free(f.octets);
	}
}

/* Much comes out of hardly anything: what a library holds back counts. */
static void
long_runs_come_whole(void **state)
{
	uint8_t *kept = malloc(SIZE);

	(void)state;
	assert_non_null(kept);
	memcpy(kept, content, SIZE);
	memset(content, 'x', SIZE);
	parts_after_one_another_are_one(state);
	memcpy(content, kept, SIZE);
	free(kept);
}

/* What came out of the step that fails is not lost. */
static void
what_comes_before_damage_is_given(void **state)
{
	enum byte_stream_status status = BYTE_STREAM_MORE;
	struct file f = new_file();
	struct byte_stream *s;
	struct cursor c;

	(void)state;
	add_gzip(&f, content, 200000);
	assert_true(f.length < BYTE_STREAM_BLOCK);
	memset(f.octets + f.length * 3 / 4, 0xff, 64);
	s = stream_over(f.octets, f.length);
	while (status == BYTE_STREAM_MORE)
		status = byte_stream_fill(s, 0);
	assert_int_equal(status, BYTE_STREAM_FAILED);
	c = byte_stream_waiting(s);
	assert_true(cursor_left(&c) > 100000);
	assert_memory_equal(c.at, content, 100000);
	byte_stream_free(s);
	free(f.octets);
}

/* A file cannot ask for as much memory as it likes. */
static void
too_much_memory_is_refused(void **state)
{
	/* A zstd frame with a window of 2^31 octets. */
	static const uint8_t zstd[] = "\x28\xb5\x2f\xfd\0\xa8\1\0\0";
	struct file f = new_file();
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	lzma_filter filters[] = {
		{ LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL }
	};
	enum byte_stream_status status;
	struct byte_stream *s;

	(void)state;
	s = stream_over(zstd, sizeof(zstd) - 1);
	assert_int_equal(take_all(s, 1, &status), 0);
	assert_int_equal(status, BYTE_STREAM_FAILED);
	assert_non_null(strstr(byte_stream_error(s), "too much memory"));
	byte_stream_free(s);

	lzma_lzma_preset(&options, 0);
	options.dict_size = 256 * 1024 * 1024;
	/* Only the header tells; to write one takes no such dictionary. */
	z = (lzma_stream)LZMA_STREAM_INIT;
	assert_int_equal(lzma_stream_encoder(&z, filters, LZMA_CHECK_NONE),
	    LZMA_OK);
	z.next_in = content;
	z.avail_in = 100;
	z.next_out = f.octets;
	z.avail_out = f.room;
	assert_int_equal(lzma_code(&z, LZMA_FINISH), LZMA_STREAM_END);
	s = stream_over(f.octets, f.room - z.avail_out);
	lzma_end(&z);
	assert_int_equal(take_all(s, 1, &status), 0);
	assert_int_equal(status, BYTE_STREAM_FAILED);
	assert_non_null(strstr(byte_stream_error(s), "too much memory"));
	byte_stream_free(s);
	free(f.octets);
}

static void
what_is_taken_may_be_to_come(void **state)
{
	struct byte_stream *s = stream_over(content, SIZE);
	struct cursor c;

	(void)state;
	while (byte_stream_fill(s, 0) == BYTE_STREAM_MORE) {
		c = byte_stream_waiting(s);
		if (cursor_left(&c) > 0)
			break;
	}
	byte_stream_take(s, SIZE - 5);
	do {
		c = byte_stream_waiting(s);
	} while (cursor_left(&c) == 0 &&
	    byte_stream_fill(s, 0) == BYTE_STREAM_MORE);
	assert_int_equal(cursor_left(&c), 5);
	assert_memory_equal(c.at, content + SIZE - 5, 5);
	byte_stream_take(s, 6);
	assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_FAILED);
	assert_string_equal(byte_stream_error(s),
	    "name: 1 octets are missing");
	byte_stream_free(s);
}

static void
too_much_left_waiting_is_said(void **state)
{
	struct byte_stream *s = stream_over(content, SIZE);
	enum byte_stream_status status = BYTE_STREAM_MORE;

	(void)state;
	for (int i = 0; i < 20 && status == BYTE_STREAM_MORE; i++)
		status = byte_stream_fill(s, 0);
	assert_int_equal(status, BYTE_STREAM_FAILED);
	byte_stream_free(s);
}

static void
tiny_files_are_plain(void **state)
{
	static const char *const files[] = { "", "\x1f", "\x1f\x8b", "\xfd" };

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		size_t length = strlen(files[i]);
		struct byte_stream *s = stream_over(
		    (const uint8_t *)files[i], length);
		struct cursor c;

		while (byte_stream_fill(s, 0) == BYTE_STREAM_MORE)
			;
		c = byte_stream_waiting(s);
		assert_int_equal(cursor_left(&c), length);
		assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_END);
		byte_stream_free(s);
	}
}

static size_t
waiting(const struct byte_stream *s)
{
	struct cursor c = byte_stream_waiting(s);

	return cursor_left(&c);
}

/* What has come through a pipe is there, and nobody waits for more. */
static void
pipes_give_what_has_come(void **state)
{
	struct file f = new_file();
	struct byte_stream *s;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	s = byte_stream_new(fds[0], "name", MOST);
	assert_non_null(s);
	assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_QUIET);
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(write(fds[1], content + i, 1), 1);
		assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_MORE);
		assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_QUIET);
	}
	assert_int_equal(waiting(s), 100);
	assert_int_equal(byte_stream_position(s).total, 0);
	assert_memory_equal(byte_stream_waiting(s).at, content, 100);
	close(fds[1]);
	assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_END);
	byte_stream_free(s);

	/* A whole frame of zstd, of which not the end of the file. */
	assert_int_equal(pipe(fds), 0);
	s = byte_stream_new(fds[0], "name", MOST);
	add_zstd(&f, content, 1000);
	assert_int_equal(write(fds[1], f.octets, f.length),
	    (ssize_t)f.length);
	while (byte_stream_fill(s, 0) == BYTE_STREAM_MORE)
		;
	assert_int_equal(waiting(s), 1000);
	close(fds[1]);
	assert_int_equal(byte_stream_fill(s, 0), BYTE_STREAM_END);
	byte_stream_free(s);
	free(f.octets);
}

/* What a library holds back is given before more is waited for. */
static void
pipes_give_all_that_has_come(void **state)
{
	enum byte_stream_status status = BYTE_STREAM_MORE;
	uint8_t *zeros = calloc(1, SIZE);
	struct file f = new_file();
	struct byte_stream *s;
	size_t got = 0;
	int fds[2];

	(void)state;
	assert_non_null(zeros);
	gzip_to(&f, zeros, SIZE, Z_SYNC_FLUSH);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], f.octets, f.length),
	    (ssize_t)f.length);
	s = byte_stream_new(fds[0], "name", MOST);
	assert_non_null(s);
	while (status == BYTE_STREAM_MORE) {
		got += waiting(s);
		byte_stream_take(s, waiting(s));
		status = byte_stream_fill(s, 0);
	}
	assert_int_equal(status, BYTE_STREAM_QUIET);
	assert_int_equal(got, SIZE);
	close(fds[1]);
	byte_stream_free(s);
	free(f.octets);
	free(zeros);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_content_comes_as_it_is),
		cmocka_unit_test(compressed_content_comes_unpacked),
		cmocka_unit_test(parts_after_one_another_are_one),
		cmocka_unit_test(cut_files_are_read_as_far_as_they_go),
		cmocka_unit_test(broken_files_are_read_as_far_as_they_go),
		cmocka_unit_test(long_runs_come_whole),
		cmocka_unit_test(what_comes_before_damage_is_given),
		cmocka_unit_test(too_much_memory_is_refused),
		cmocka_unit_test(what_is_taken_may_be_to_come),
		cmocka_unit_test(too_much_left_waiting_is_said),
		cmocka_unit_test(tiny_files_are_plain),
		cmocka_unit_test(pipes_give_what_has_come),
		cmocka_unit_test(pipes_give_all_that_has_come),
	};

	return cmocka_run_group_tests(tests, make_content, free_content);
}
