#include "capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_filter.h"
#include "core/log.h"
#include "pcap_savefile.h"
#include "pcapng.h"

#define BATCH 4096		/* frames between two looks at the world */
#define WARNED 16		/* link types that are warned of, in a file */

struct capture_file {
	const char *path;
	const struct capture_filter *filter;
	struct byte_stream *stream;
	enum { UNKNOWN, PCAP, PCAPNG } format;
	struct pcapng *pcapng;		/* one of these is in use */
	struct pcap_savefile pcap;
	uint64_t frames;		/* in the file so far */
	uint64_t unread;		/* of link types that we do not know */
	uint32_t warned[WARNED];
	size_t warned_count;
	char error[CAPTURE_ERROR_SIZE];
};

/* Open ${path} for reading, if it is something to read; -1 and a reason. */
static int
open_path(const char *path, char reterr[CAPTURE_ERROR_SIZE])
{
	struct stat st;
	int fd = strcmp(path, "-") == 0 ?
	    fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) :
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", path,
		    strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: this is a folder: "
		    "give each capture in it with a -r of its own", path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

struct capture_file *
capture_file_open(const char *path, const struct capture_filter *filter,
    char reterr[CAPTURE_ERROR_SIZE])
{
	int fd = open_path(path, reterr);
	struct capture_file *f;

	if (fd < 0)
		return NULL;
	if ((f = calloc(1, sizeof(*f))) == NULL)
		goto err1;
	f->path = strcmp(path, "-") == 0 ? "standard input" : path;
	f->filter = filter;
	f->stream = byte_stream_new(fd, f->path, PCAPNG_BLOCK_MAX);
	if (f->stream == NULL)
		goto err0;
	return f;
err0:
	free(f);
err1:
	close(fd);
	snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: out of memory", path);
	return NULL;
}

static enum capture_status __attribute__((format(printf, 2, 3)))
fail(struct capture_file *f, const char *format, ...)
{
	char text[CAPTURE_ERROR_SIZE / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(f->error, sizeof(f->error), "%s: %s", f->path, text);
	return CAPTURE_FAILED;
}

/* --- the start of a file --------------------------------------------------- */

/* The header of a pcap file; its one link type has to be ours. */
static enum file_frame_result
begin_pcap(struct capture_file *f, struct cursor *c)
{
	enum file_frame_result result = pcap_savefile_begin(&f->pcap, c);
	char name[CAPTURE_LINK_NAME_SIZE];

	if (result != FILE_FRAME_NONE)
		return result;
	if (f->pcap.type == NULL) {
		fail(f, "link type %s is not supported",
		    capture_link_name(f->pcap.link, name));
		return FILE_FRAME_BROKEN;
	}
	f->format = PCAP;
	return FILE_FRAME_NONE;
}

static enum file_frame_result
begin(struct capture_file *f, struct cursor *c)
{
	if (cursor_left(c) < 4)
		return FILE_FRAME_SHORT;
	if (pcap_savefile_magic(*c))
		return begin_pcap(f, c);
	if (!pcapng_magic(*c)) {
		fail(f, "this is neither pcap nor pcapng");
		return FILE_FRAME_BROKEN;
	}
	if ((f->pcapng = pcapng_new()) == NULL) {
		fail(f, "out of memory");
		return FILE_FRAME_BROKEN;
	}
	f->format = PCAPNG;
	return FILE_FRAME_NONE;
}

/* libpcap takes what comes before the first interface for the header, too. */
bool
capture_file_begun(const struct capture_file *f)
{
	return f->format == PCAP ||
	    (f->format == PCAPNG && pcapng_interfaces(f->pcapng) > 0);
}

/* --- frames ---------------------------------------------------------------- */

/* Say once of each link type that we do not read it. */
static void
warn_unread(struct capture_file *f, uint32_t link)
{
	char name[CAPTURE_LINK_NAME_SIZE];

	f->unread++;
	for (size_t i = 0; i < f->warned_count; i++) {
		if (f->warned[i] == link)
			return;
	}
	if (f->warned_count == WARNED)
		return;
	f->warned[f->warned_count++] = link;
	log_warnx("%s: link type %s is not supported: frames of it are left "
	    "out", f->path, capture_link_name(link, name));
}

static enum file_frame_result
give(struct capture_file *f, const struct file_frame *frame,
    capture_frame *fn, void *ctx)
{
	char name[CAPTURE_LINK_NAME_SIZE];

	f->frames++;
	if (frame->type == NULL) {
		warn_unread(f, frame->link);
		return FILE_FRAME_ONE;
	}
	if (f->filter != NULL) {
		int pass = capture_filter_pass(f->filter, frame->type,
		    frame->octets, frame->length, frame->wire_length);

		if (pass < 0)
			fail(f, "the filter makes no sense with link type %s",
			    capture_link_name(frame->link, name));
		if (pass <= 0)
			return pass < 0 ? FILE_FRAME_BROKEN : FILE_FRAME_ONE;
	}
	fn(ctx, frame->time, frame->type->link, frame->octets, frame->length);
	return FILE_FRAME_ONE;
}

/* Read what waits, up to a batch of frames; the header by itself. */
static enum file_frame_result
give_waiting(struct capture_file *f, capture_frame *fn, void *ctx)
{
	struct cursor c = byte_stream_waiting(f->stream);
	const size_t waiting = cursor_left(&c);
	const bool begun = capture_file_begun(f);
	enum file_frame_result result = FILE_FRAME_NONE;
	struct file_frame frame;
	uint64_t skip = 0;

	for (size_t i = 0; i < BATCH && skip == 0 &&
	    result <= FILE_FRAME_NONE; i++) {
		if (f->format == PCAP)
			result = pcap_savefile_next(&f->pcap, &c, &frame);
		else if (f->format == PCAPNG)
			result = pcapng_next(f->pcapng, &c, &frame, &skip);
		else
			result = begin(f, &c);
		if (result == FILE_FRAME_ONE)
			result = give(f, &frame, fn, ctx);
		else if (!begun && capture_file_begun(f))
			break;
	}
	byte_stream_take(f->stream, waiting - cursor_left(&c) + skip);
	return result;
}

static enum capture_status
broken(struct capture_file *f)
{
	const char *why = f->format == PCAPNG ? pcapng_error(f->pcapng) :
	    f->pcap.error;

	if (f->error[0] != '\0')
		return CAPTURE_FAILED;
	if (!capture_file_begun(f))
		return fail(f, "%s", why);
	return fail(f, "after %llu frames: %s",
	    (unsigned long long)f->frames, why);
}

/* Nothing more comes.  Is all that has come whole? */
static enum capture_status
end(struct capture_file *f)
{
	struct cursor rest = byte_stream_waiting(f->stream);

	if (cursor_left(&rest) > 0)
		return fail(f, capture_file_begun(f) ?
		    "it is cut off after %llu frames" :
		    "it is cut off in its header",
		    (unsigned long long)f->frames);
	if (f->format == UNKNOWN)
		return fail(f, "this is an empty file, not a capture");
	if (!capture_file_begun(f))
		return fail(f, "it describes no interface");
	return CAPTURE_END;
}

enum capture_status
capture_file_run(struct capture_file *f, int timeout_ms, capture_frame *fn,
    void *ctx)
{
	uint64_t before = f->frames;
	enum file_frame_result result = give_waiting(f, fn, ctx);

	if (result == FILE_FRAME_BROKEN)
		return broken(f);
	/* Frames from a pipe shall not wait for the next ones. */
	if (result != FILE_FRAME_SHORT || f->frames != before)
		return CAPTURE_MORE;
	switch (byte_stream_fill(f->stream, timeout_ms)) {
	case BYTE_STREAM_MORE:
		return CAPTURE_MORE;
	case BYTE_STREAM_QUIET:
		return CAPTURE_QUIET;
	case BYTE_STREAM_END:
		return end(f);
	case BYTE_STREAM_FAILED:
		break;
	}
	snprintf(f->error, sizeof(f->error), "%s",
	    byte_stream_error(f->stream));
	return CAPTURE_FAILED;
}

const char *
capture_file_error(const struct capture_file *f)
{
	return f->error;
}

const char *
capture_file_name(const struct capture_file *f)
{
	return f->path;
}

void
capture_file_counters(const struct capture_file *f,
    struct capture_counters *ret)
{
	ret->received = f->frames;
	ret->unread = f->unread;
}

struct byte_stream_position
capture_file_position(const struct capture_file *f)
{
	return byte_stream_position(f->stream);
}

void
capture_file_close(struct capture_file *f)
{
	if (f == NULL)
		return;
	byte_stream_free(f->stream);
	pcapng_free(f->pcapng);
	free(f);
}
