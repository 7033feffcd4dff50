/*
 * A capture file out of the input.  Where libpcap reads it, too, each of its
 * frames has to be among ours, in the same place, with the same time and
 * octets; ours may go on where libpcap gives up.
 */

#include "capture_file.h"

#include <pcap/pcap.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/timestamp.h"
#include "file_frame.h"
#include "fuzzing.h"

#define FRAMES 512

struct seen {
	int64_t time;
	size_t length;
	uint8_t *octets;
};

static struct seen seen[FRAMES];
static size_t frames;

static void
take(void *ctx, int64_t time, enum link_type link, const uint8_t *frame,
    size_t length)
{
	(void)ctx;
	PROMISE(link <= LINK_PKTAP && length <= FILE_FRAME_MAX);
	if (frames < FRAMES)
		seen[frames] = (struct seen){ .time = time, .length = length,
		    .octets = fuzzing_copy(frame, length) };
	frames++;
}

static int
file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	PROMISE(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	return fd;
}

/* Our reading. */
static struct capture_counters
read_ours(const uint8_t *data, size_t size)
{
	struct capture_counters counters = { 0 };
	char error[CAPTURE_ERROR_SIZE], path[32];
	enum capture_status status = CAPTURE_MORE;
	int fd = file_of(data, size);
	struct capture_file *f;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	f = capture_file_open(path, NULL, error);
	PROMISE(f != NULL);
	close(fd);
	while (status == CAPTURE_MORE) {
		bool begun = capture_file_begun(f);
		size_t before = frames;

		status = capture_file_run(f, 0, take, NULL);
		PROMISE(begun || frames == before);
	}
	PROMISE(status == CAPTURE_END || status == CAPTURE_FAILED);
	PROMISE((status == CAPTURE_FAILED) ==
	    (capture_file_error(f)[0] != '\0'));
	capture_file_counters(f, &counters);
	PROMISE(counters.received == frames + counters.unread);
	capture_file_close(f);
	return counters;
}

/* libpcap puts some headers into the order of this machine. */
static bool
changed_by_libpcap(int dlt)
{
	return dlt == DLT_LINUX_SLL || dlt == DLT_NFLOG || dlt == DLT_PKTAP;
}

/* An interface may count parts of a second so small (2^-45 or less) that
 * libpcap's arithmetic runs over. */
static bool
fine_clock(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 5 <= size; i++) {
		if ((memcmp(data + i, "\0\011\0\1", 4) == 0 ||
		    memcmp(data + i, "\011\0\1\0", 4) == 0) &&
		    data[i + 4] >= 0x80 + 45)
			return true;
	}
	return false;
}

static void
compare(const struct seen *ours, const struct pcap_pkthdr *header,
    const uint8_t *frame, pcap_t *pcap, bool fine)
{
	int64_t seconds = header->ts.tv_sec;

	/* It cuts frames at what the file's header says. */
	PROMISE(ours->length == header->caplen ||
	    (ours->length > header->caplen &&
	    header->caplen == (unsigned)pcap_snapshot(pcap)));
	if (!changed_by_libpcap(pcap_datalink(pcap)))
		PROMISE(memcmp(ours->octets, frame, header->caplen) == 0);
	/* In a pcap file, seconds after 2038 are negative to it. */
	if (seconds < 0 && seconds >= INT32_MIN &&
	    pcap_major_version(pcap) != 1)
		seconds += INT64_C(1) << 32;
	/* A fraction of over 2^31, whatever it counts, is so as well. */
	if (!fine && seconds >= 0 && seconds < INT64_C(253402290000) &&
	    header->ts.tv_usec >= 0) {
		int64_t part = ours->time - seconds * TIMESTAMP_SECOND;

		PROMISE(part == header->ts.tv_usec ||
		    part >= INT32_MAX / 1000);
	}
}

static void
read_libpcap(const uint8_t *data, size_t size,
    const struct capture_counters *counters)
{
	char error[PCAP_ERRBUF_SIZE];
	const bool fine = fine_clock(data, size);
	FILE *file = fdopen(file_of(data, size), "rb");
	struct pcap_pkthdr *header;
	const uint8_t *frame;
	pcap_t *pcap;

	PROMISE(file != NULL);
	if ((pcap = pcap_fopen_offline(file, error)) == NULL) {
		PROMISE(counters->received == 0);
		fclose(file);
		return;
	}
	if (link_types_find((uint32_t)pcap_datalink(pcap)) != NULL) {
		for (size_t i = 0; i < FRAMES &&
		    pcap_next_ex(pcap, &header, &frame) == 1; i++) {
			PROMISE(i < frames);
			compare(&seen[i], header, frame, pcap, fine);
		}
	}
	pcap_close(pcap);
}

/* libpcap does not look at how the first section header ends, and so may
 * read what we refuse. */
static bool
section_ends_well(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_over(data, size);
	bool little;
	uint32_t length;

	cursor_take(&c, 8);
	little = cursor_u8(&c) == 0x4d;
	c = cursor_over(data, size);
	cursor_take(&c, 4);
	length = file_frame_u32(&c, little);
	cursor_take(&c, length - (size_t)12);
	return file_frame_u32(&c, little) == length && !c.failed;
}

/* The magic numbers of pcap and pcapng; what is compressed is not libpcap's
 * to read. */
static bool
comparable(const uint8_t *data, size_t size)
{
	return size > 3 && (data[0] == 0xa1 || data[3] == 0xa1 ||
	    (data[0] == 0x0a && section_ends_well(data, size)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture_counters counters;

	frames = 0;
	counters = read_ours(data, size);
	if (comparable(data, size))
		read_libpcap(data, size, &counters);
	for (size_t i = 0; i < frames && i < FRAMES; i++)
		free(seen[i].octets);
	return 0;
}
