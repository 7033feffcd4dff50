#include "capture_file.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "capture_filter.h"
#include "core/timestamp.h"
#include "guarded.h"
#include "pcap_savefile.h"
#include "pcapng.h"
#include "unit.h"

#define SECOND TIMESTAMP_SECOND
#define RAW 101
#define UNREAD 189

/* --- files in memory ------------------------------------------------------- */

static uint8_t file[8 * 1024 * 1024];
static size_t length;
static bool little;

static void
put(uint64_t v, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		file[length + i] = (uint8_t)(v >> 8 * (little ? i :
		    octets - 1 - i));
	length += octets;
}

static void
put_octets(size_t count, uint8_t octet)
{
	memset(file + length, octet, count);
	length += count;
}

static void
start_pcap(bool order, uint32_t magic, uint16_t major, uint16_t minor,
    uint32_t link)
{
	length = 0;
	little = order;
	put(magic, 4);
	put(major, 2);
	put(minor, 2);
	put(0, 8);
	put(65535, 4);
	put(link, 4);
}

static void
put_record(uint32_t seconds, uint32_t fraction, uint32_t caplen, uint32_t len)
{
	put(seconds, 4);
	put(fraction, 4);
	put(caplen, 4);
	put(len, 4);
}

static size_t block_start;

static void
start_block(uint32_t type)
{
	block_start = length;
	put(type, 4);
	put(0, 4);
}

static void
end_block(void)
{
	size_t end, whole;

	while (length % 4 != 0)
		put_octets(1, 0);
	end = length;
	whole = end + 4 - block_start;
	length = block_start + 4;
	put(whole, 4);
	length = end;
	put(whole, 4);
}

static void
put_section(bool order)
{
	little = order;
	start_block(0x0a0d0d0a);
	put(0x1a2b3c4d, 4);
	put(1, 2);
	put(0, 2);
	put(UINT64_MAX, 8);
	end_block();
}

static void
start_pcapng(bool order)
{
	length = 0;
	put_section(order);
}

/* An interface, with a resolution if it is not -1 and an offset if that is
 * not 0. */
static void
put_interface(uint16_t link, uint32_t snaplen, int resolution, int64_t offset)
{
	start_block(1);
	put(link, 2);
	put(0, 2);
	put(snaplen, 4);
	put(2, 2);			/* if_name */
	put(3, 2);
	put_octets(4, 'x');
	if (resolution >= 0) {
		put(9, 2);
		put(1, 2);
		put_octets(1, (uint8_t)resolution);
		put_octets(3, 0);
	}
	if (offset != 0) {
		put(14, 2);
		put(8, 2);
		put((uint64_t)offset, 8);
	}
	put(0, 4);
	end_block();
}

static void
put_packet(uint32_t interface, uint64_t time, size_t octets, uint8_t octet)
{
	start_block(6);
	put(interface, 4);
	put(time >> 32, 4);
	put(time, 4);
	put(octets, 4);
	put(octets + 1, 4);
	put_octets(octets, octet);
	end_block();
}

/* --- reading them ---------------------------------------------------------- */

static struct {
	int64_t time;
	enum link_type link;
	size_t length;
	uint8_t first, last;
} seen[64];
static size_t frames;
static struct capture_counters counters;
static char error[CAPTURE_ERROR_SIZE];

static void
take(void *ctx, int64_t time, enum link_type link, const uint8_t *frame,
    size_t size)
{
	assert_ptr_equal(ctx, seen);
	if (frames < COUNT(seen)) {
		seen[frames].time = time;
		seen[frames].link = link;
		seen[frames].length = size;
		seen[frames].first = size > 0 ? frame[0] : 0;
		seen[frames].last = size > 0 ? frame[size - 1] : 0;
	}
	frames++;
}

static enum capture_status
read_all(struct capture_file *f)
{
	enum capture_status status;

	frames = 0;
	do {
		status = capture_file_run(f, 0, take, seen);
	} while (status == CAPTURE_MORE);
	snprintf(error, sizeof(error), "%s", capture_file_error(f));
	capture_file_counters(f, &counters);
	return status;
}

/* Read what was put together. */
static enum capture_status
read_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	char path[32], reason[CAPTURE_ERROR_SIZE];
	enum capture_status status;
	struct capture_file *f;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, length), (ssize_t)length);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	f = capture_file_open(path, NULL, reason);
	assert_non_null(f);
	close(fd);
	status = read_all(f);
	capture_file_close(f);
	return status;
}

static void
expect_frame(size_t i, int64_t time, enum link_type link, size_t size,
    uint8_t octet)
{
	assert_true(i < frames);
	assert_int_equal(seen[i].time, time);
	assert_int_equal(seen[i].link, link);
	assert_int_equal(seen[i].length, size);
	assert_int_equal(seen[i].first, octet);
	assert_int_equal(seen[i].last, octet);
}

static void
expect_failure(const char *why)
{
	assert_int_equal(read_file(), CAPTURE_FAILED);
	if (strstr(error, why) == NULL)
		fail_msg("'%s' does not say '%s'", error, why);
}

/* --- pcap ------------------------------------------------------------------ */

static void
pcap_in_every_order_and_resolution(void **state)
{
	static const struct {
		uint32_t magic;
		uint32_t fraction;
		size_t more;
	} kinds[] = {
		{ 0xa1b2c3d4, 999999, 0 },
		{ 0xa1b23c4d, 999999999, 0 },
		{ 0xa1b2cd34, 999999, 8 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(kinds); i++) {
		start_pcap(i % 2, kinds[i / 2].magic, 2, 4, RAW);
		put_record(1790000000, kinds[i / 2].fraction, 20, 60);
		put_octets(kinds[i / 2].more, 0xee);
		put_octets(20, 7);
		/* After 2038; nothing captured; longer than the header says. */
		put_record(0xffffffff, 0, 0, 60);
		put_octets(kinds[i / 2].more, 0xee);
		put_record(1, 0, 262144, 262144);
		put_octets(kinds[i / 2].more, 0xee);
		put_octets(262144, 9);
		assert_int_equal(read_file(), CAPTURE_END);
		assert_int_equal(frames, 3);
		expect_frame(0, 1790000000 * SECOND + 999999, LINK_RAW, 20,
		    7);
		expect_frame(1, INT64_C(4294967295) * SECOND, LINK_RAW, 0,
		    0);
		expect_frame(2, SECOND, LINK_RAW, 262144, 9);
		assert_int_equal(counters.received, 3);
	}
}

/* Once the lengths of a frame stood in the other order. */
static void
pcap_of_old_versions(void **state)
{
	static const struct {
		uint16_t major, minor;
		bool swapped, may_be_swapped;
	} versions[] = {
		{ 2, 0, true, false }, { 2, 2, true, false },
		{ 543, 0, true, false }, { 2, 3, false, true },
		{ 2, 4, false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++) {
		start_pcap(true, 0xa1b2c3d4, versions[i].major,
		    versions[i].minor, RAW);
		put_record(1, 0, versions[i].swapped ? 60 : 20,
		    versions[i].swapped ? 20 : 60);
		put_octets(20, 7);
		if (versions[i].may_be_swapped) {
			put_record(2, 0, 60, 20);
			put_octets(20, 8);
		}
		assert_int_equal(read_file(), CAPTURE_END);
		expect_frame(0, SECOND, LINK_RAW, 20, 7);
		if (versions[i].may_be_swapped)
			expect_frame(1, 2 * SECOND, LINK_RAW, 20, 8);
	}
}

static void
pcap_with_a_checksum_in_its_link_type(void **state)
{
	(void)state;
	start_pcap(true, 0xa1b2c3d4, 2, 4, 0x24000001);
	put_record(1, 0, 20, 20);
	put_octets(20, 7);
	assert_int_equal(read_file(), CAPTURE_END);
	expect_frame(0, SECOND, LINK_ETHERNET, 20, 7);
}

static void
pcap_that_cannot_be_read(void **state)
{
	(void)state;
	start_pcap(true, 0xa1b2c3d4, 2, 5, RAW);
	expect_failure(": pcap version 2.5 is not known");
	start_pcap(false, 0xa1b2c3d4, 1, 4, RAW);
	expect_failure(": pcap version 1.4 is not known");
	start_pcap(true, 0xa1b2c3d4, 2, 4, UNREAD);
	expect_failure(": link type USB_LINUX (189) is not supported");
	start_pcap(true, 0xa1b2c3d5, 2, 4, RAW);
	expect_failure(": this is neither pcap nor pcapng");
	start_pcap(true, 0xa1b2c3d4, 2, 4, RAW);
	length = 23;
	expect_failure(": it is cut off in its header");
	length = 0;
	expect_failure(": this is an empty file");
	start_pcap(true, 0xa1b2c3d4, 2, 4, RAW);
	put_record(1, 0, 20, 20);
	put_octets(20, 7);
	put_record(1, 0, 262145, 262145);
	put_octets(300, 0);
	expect_failure(": after 1 frames: a frame of 262145 octets");
	expect_frame(0, SECOND, LINK_RAW, 20, 7);
}

static void
what_is_cut_is_read_as_far_as_it_goes(void **state)
{
	size_t whole, header;

	(void)state;
	start_pcap(true, 0xa1b2c3d4, 2, 4, RAW);
	header = length;
	for (int i = 0; i < 3; i++) {
		put_record(1, 0, 20, 20);
		put_octets(20, 7);
	}
	for (whole = length; length > header; length--) {
		size_t in_file = (length - header) / 36;

		assert_int_equal(read_file(), (length - header) % 36 == 0 ?
		    CAPTURE_END : CAPTURE_FAILED);
		assert_int_equal(frames, in_file);
	}
	start_pcapng(true);
	put_interface(RAW, 0, -1, 0);
	header = length;
	put_packet(0, 1, 20, 7);
	put_packet(0, 1, 20, 7);
	for (whole = length - header; length > header; length--) {
		assert_int_equal(read_file(),
		    (length - header) % (whole / 2) == 0 ? CAPTURE_END :
		    CAPTURE_FAILED);
		assert_int_equal(frames, (length - header) / (whole / 2));
	}
	length++;
	expect_failure(": it is cut off after 0 frames");
}

/* --- pcapng ---------------------------------------------------------------- */

static void
pcapng_tells_time_in_many_ways(void **state)
{
	static const struct {
		int resolution;
		int64_t offset;
		uint64_t time;
		int64_t expected;
	} ways[] = {
		{ -1, 0, 1790000000123456, 1790000000123456 },
		{ 6, 0, 1790000000123456, 1790000000123456 },
		{ 0, 0, 1790000000, 1790000000 * SECOND },
		{ 3, 0, 1790000000123, 1790000000123000 },
		{ 9, 0, 1790000000123456789, 1790000000123456 },
		{ 12, 0, 1790000000123456, 1790000000 },
		{ 19, 0, UINT64_C(18446744073709551615), 1844674 },
		{ 0x80, 0, 1790000000, 1790000000 * SECOND },
		{ 0x80 | 10, 0, UINT64_C(1790000000) << 10 | 512,
		    1790000000 * SECOND + 500000 },
		{ 0x80 | 20, 0, UINT64_C(1790000000) << 20 | 1048575,
		    1790000000 * SECOND + 999999 },
		{ 0x80 | 32, 0, UINT64_C(1790000000) << 32 | 0xffffffff,
		    1790000000 * SECOND + 999999 },
		{ 0x80 | 63, 0, UINT64_MAX, SECOND + 999999 },
		{ 6, 1700000000, 90000000123456, 1790000000123456 },
		{ 9, -10, 1790000010123456789, 1790000000123456 },
		/* Beyond the year 9999, or before 0: as far as it goes. */
		{ 0, 0, UINT64_MAX, INT64_C(253402296505) * SECOND },
		{ 0, INT64_MAX, 5, INT64_C(253402296505) * SECOND },
		{ 0, INT64_MIN, 5, INT64_C(-62167219200) * SECOND },
	};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(ways); i++) {
		start_pcapng(i % 2);
		put_interface(RAW, 0, ways[i / 2].resolution,
		    ways[i / 2].offset);
		put_packet(0, ways[i / 2].time, 21, 7);
		assert_int_equal(read_file(), CAPTURE_END);
		expect_frame(0, ways[i / 2].expected, LINK_RAW, 21, 7);
	}
}

/* Interfaces of several kinds, in sections of either byte order. */
static void
pcapng_with_several_interfaces_and_sections(void **state)
{
	(void)state;
	start_pcapng(true);
	put_interface(RAW, 100, -1, 0);
	put_interface(1, 0, 3, 0);
	put_interface(UNREAD, 0, -1, 0);
	put_packet(1, 5000, 20, 1);
	put_packet(2, 5000, 20, 2);
	put_packet(0, 5000, 20, 3);
	put_section(false);
	put_interface(113, 0, 0, 0);
	put_packet(0, 7, 21, 4);
	put_section(true);
	put_interface(276, 0, 0, 0);
	put_packet(0, 8, 22, 5);
	put_packet(0, 8, 23, 6);
	assert_int_equal(read_file(), CAPTURE_END);
	assert_int_equal(frames, 5);
	expect_frame(0, 5 * SECOND, LINK_ETHERNET, 20, 1);
	expect_frame(1, 5000, LINK_RAW, 20, 3);
	expect_frame(2, 7 * SECOND, LINK_SLL, 21, 4);
	expect_frame(3, 8 * SECOND, LINK_SLL2, 22, 5);
	expect_frame(4, 8 * SECOND, LINK_SLL2, 23, 6);
	assert_int_equal(counters.received, 6);
	assert_int_equal(counters.unread, 1);
	/* The interfaces of a section are not those of the next. */
	put_section(true);
	put_packet(0, 7, 21, 4);
	expect_failure(": after 6 frames: a frame comes from interface 0");
	put_section(true);
}

static void
pcapng_of_other_blocks(void **state)
{
	(void)state;
	start_pcapng(false);
	start_block(5);
	put_octets(40, 5);
	end_block();
	put_interface(RAW, 30, 0, 0);
	start_block(2);			/* a packet as of old */
	put(0, 2);
	put(9, 2);
	put(0, 4);
	put(77, 4);
	put(20, 4);
	put(20, 4);
	put_octets(20, 7);
	end_block();
	start_block(3);			/* a simple packet, cut */
	put(50, 4);
	put_octets(30, 8);
	end_block();
	start_block(3);
	put(10, 4);
	put_octets(10, 9);
	end_block();
	/* Nobody knows it, and it is larger than anything that is held. */
	start_block(0xbad);
	put_octets(3 * 1024 * 1024, 9);
	end_block();
	put_packet(0, 2, 20, 6);
	assert_int_equal(read_file(), CAPTURE_END);
	assert_int_equal(frames, 4);
	expect_frame(0, 77 * SECOND, LINK_RAW, 20, 7);
	expect_frame(1, 0, LINK_RAW, 30, 8);
	expect_frame(2, 0, LINK_RAW, 10, 9);
	expect_frame(3, 2 * SECOND, LINK_RAW, 20, 6);
	length -= 600;
	start_block(0xbad);
	put_octets(3 * 1024 * 1024, 9);
	length -= 1024 * 1024;
	expect_failure("");
}

static void
pcapng_that_cannot_be_read(void **state)
{
	static const size_t bad[] = { 0, 8, 13, 0xfffffffc };

	(void)state;
	start_pcapng(true);
	expect_failure(": it describes no interface");
	file[8] ^= 1;
	expect_failure(": a section has no byte order");
	start_pcapng(true);
	file[12] = 2;
	expect_failure(": pcapng version 2.0 is not known");
	start_pcapng(true);
	put_packet(0, 1, 20, 7);
	expect_failure(": a frame comes from interface 0");
	for (size_t i = 0; i < COUNT(bad); i++) {
		start_pcapng(true);
		put_interface(RAW, 0, -1, 0);
		put_packet(0, 1, 20, 7);
		put(6, 4);
		put(bad[i], 4);
		put_octets(100, 0);
		expect_failure(": after 1 frames: a block of ");
	}
	start_pcapng(true);
	put_interface(RAW, 0, -1, 0);
	put_packet(0, 1, 20, 7);
	file[length - 4] ^= 4;
	expect_failure(": after 0 frames: a block does not end as it began");
	start_pcapng(true);
	put_interface(RAW, 0, 20, 0);
	expect_failure(": the time resolution of interface 0 is none");
	start_pcapng(true);
	put_interface(RAW, 0, 0x80 | 64, 0);
	expect_failure(": the time resolution of interface 0 is none");
	/* Two resolutions; an end of the options with a length; cut options. */
	for (int i = 0; i < 3; i++) {
		start_pcapng(true);
		start_block(1);
		put(RAW, 8);
		put(i == 1 ? 0 : 9, 2);
		put(i == 2 ? 10 : 1, 2);
		put(6, 4);
		if (i == 0) {
			put(9, 2);
			put(1, 2);
			put(6, 4);
		}
		end_block();
		expect_failure(": the options of interface 0 are not "
		    "well-formed");
	}
	start_pcapng(true);
	put_interface(RAW, 0, -1, 0);
	start_block(6);			/* a frame longer than its block */
	put_octets(12, 0);
	put(24, 4);
	put(24, 4);
	put_octets(20, 7);
	end_block();
	expect_failure(": a frame is longer than its block");
}

/* --- octets that nobody may read ------------------------------------------- */

/* Whatever part of a file has been read, nothing behind it is looked at. */
static void
readers_stay_within_bounds(void **state)
{
	struct file_frame frame;
	uint64_t skip;

	(void)state;
	start_pcap(false, 0xa1b2cd34, 2, 4, RAW);
	put_record(1, 0, 20, 20);
	put_octets(28, 7);
	for (size_t i = 0; i <= length; i++) {
		struct cursor c = cursor_over(guarded_copy(file, i), i);
		struct pcap_savefile s;

		pcap_savefile_magic(c);
		if (pcap_savefile_begin(&s, &c) != FILE_FRAME_NONE)
			continue;
		assert_int_equal(pcap_savefile_next(&s, &c, &frame),
		    i == length ? FILE_FRAME_ONE : FILE_FRAME_SHORT);
	}
	start_pcapng(false);
	put_interface(RAW, 0, 9, 5);
	put_packet(0, 1, 20, 7);
	for (size_t i = 0; i <= length; i++) {
		struct cursor c = cursor_over(guarded_copy(file, i), i);
		struct pcapng *p = pcapng_new();
		enum file_frame_result result;

		assert_non_null(p);
		pcapng_magic(c);
		do {
			result = pcapng_next(p, &c, &frame, &skip);
		} while (result == FILE_FRAME_NONE);
		assert_int_equal(result, i == length ? FILE_FRAME_ONE :
		    FILE_FRAME_SHORT);
		pcapng_free(p);
	}
}

/* --- pipes and folders ----------------------------------------------------- */

/* A frame comes out when its last octet is there. */
static void
pipes_give_frames_as_they_come(void **state)
{
	char path[32], reason[CAPTURE_ERROR_SIZE];
	struct capture_file *f;
	int fds[2];

	(void)state;
	start_pcap(true, 0xa1b2c3d4, 2, 4, RAW);
	put_record(1, 0, 20, 20);
	put_octets(20, 7);
	assert_int_equal(pipe(fds), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	f = capture_file_open(path, NULL, reason);
	assert_non_null(f);
	for (size_t i = 0; i < length; i++) {
		assert_int_equal(read_all(f), CAPTURE_QUIET);
		assert_int_equal(frames, 0);
		assert_int_equal(capture_file_begun(f), i >= 24);
		assert_int_equal(write(fds[1], file + i, 1), 1);
	}
	assert_int_equal(read_all(f), CAPTURE_QUIET);
	expect_frame(0, SECOND, LINK_RAW, 20, 7);
	close(fds[1]);
	assert_int_equal(read_all(f), CAPTURE_END);
	capture_file_close(f);
	close(fds[0]);
}

static void
what_cannot_be_opened_is_said(void **state)
{
	char reason[CAPTURE_ERROR_SIZE];

	(void)state;
	assert_null(capture_file_open("/no/such.pcap", NULL, reason));
	assert_string_equal(reason,
	    "/no/such.pcap: No such file or directory");
	assert_null(capture_file_open("/", NULL, reason));
	assert_memory_equal(reason, "/: this is a folder", 19);
}

/* --- filters --------------------------------------------------------------- */

static void
filters_know_link_types(void **state)
{
	static const uint8_t packet[20] = { 0x45, 0, 0, 20, 0, 0, 0, 0, 64,
	    17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2 };
	static const uint8_t ether[34] = { [12] = 8, [14] = 0x45, 0, 0, 20, 0,
	    0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2 };
	const struct link_type_entry *raw = link_types_find(RAW);
	char reason[CAPTURE_ERROR_SIZE];
	struct capture_filter *filter;

	(void)state;
	assert_null(capture_filter_new("no such thing", reason));
	assert_memory_equal(reason, "filter 'no such thing': ", 24);
	filter = capture_filter_new("src host 192.0.2.1 and udp", reason);
	assert_non_null(filter);
	assert_int_equal(capture_filter_pass(filter, raw, packet, 20, 20), 1);
	assert_int_equal(capture_filter_pass(filter, raw, packet, 8, 20), 0);
	assert_int_equal(capture_filter_pass(filter, link_types_find(1),
	    ether, 34, 34), 1);
	capture_filter_free(filter);
	filter = capture_filter_new("src host 192.0.2.2", reason);
	assert_non_null(filter);
	assert_int_equal(capture_filter_pass(filter, raw, packet, 20, 20), 0);
	capture_filter_free(filter);
	filter = capture_filter_new("ether src 2:0:0:0:0:1", reason);
	assert_non_null(filter);
	assert_int_equal(capture_filter_pass(filter, raw, packet, 20, 20),
	    -1);
	capture_filter_free(filter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_in_every_order_and_resolution),
		cmocka_unit_test(pcap_of_old_versions),
		cmocka_unit_test(pcap_with_a_checksum_in_its_link_type),
		cmocka_unit_test(pcap_that_cannot_be_read),
		cmocka_unit_test(what_is_cut_is_read_as_far_as_it_goes),
		cmocka_unit_test(pcapng_tells_time_in_many_ways),
		cmocka_unit_test(pcapng_with_several_interfaces_and_sections),
		cmocka_unit_test(pcapng_of_other_blocks),
		cmocka_unit_test(pcapng_that_cannot_be_read),
		cmocka_unit_test(readers_stay_within_bounds),
		cmocka_unit_test(pipes_give_frames_as_they_come),
		cmocka_unit_test(what_cannot_be_opened_is_said),
		cmocka_unit_test(filters_know_link_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
