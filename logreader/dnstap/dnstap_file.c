#include "dnstap/dnstap_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/byte_stream.h"
#include "core/log.h"
#include "dnstap/dnstap_feed.h"
#include "dnstap/frame_stream.h"

struct dnstap_file {
	const char *name;
	struct dnstap_feed *feed;
	struct byte_stream *bytes;
	struct frame_stream stream;
	bool any;		/* a stream has been read */
};

bool
dnstap_file_recognise(int fd)
{
	uint8_t first[FRAME_STREAM_MAGIC];
	ssize_t got = pread(fd, first, sizeof(first), 0);

	return got > 0 && frame_stream_begins(first, (size_t)got);
}

struct dnstap_file *
dnstap_file_new(int fd, const char *name, struct dnstap_feed *feed)
{
	struct dnstap_file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	file->name = name;
	file->feed = feed;
	file->bytes = byte_stream_new(fd, name, FRAME_STREAM_FRAME);
	if (file->bytes == NULL) {
		free(file);
		return NULL;
	}
	return file;
}

/* Take the frames that wait; -1 if there is something else. */
static int
take_waiting(struct dnstap_file *file)
{
	struct cursor c = byte_stream_waiting(file->bytes);
	size_t waiting = cursor_left(&c);
	struct frame_stream_frame frame;
	enum frame_stream_event event;

	do {
		event = frame_stream_next(&file->stream, &c, &frame);
		if (event == FRAME_STREAM_DATA)
			dnstap_feed_take(file->feed, frame.octets,
			    frame.length);
		else if (event == FRAME_STREAM_END) {
			file->stream = (struct frame_stream){ .both_ways =
			    false };
			file->any = true;
		}
	} while (event != FRAME_STREAM_MORE && event != FRAME_STREAM_BROKEN);
	byte_stream_take(file->bytes, waiting - cursor_left(&c));
	return event == FRAME_STREAM_BROKEN ? -1 : 0;
}

/* The file has ended; did the stream? */
static enum dnstap_file_status
end(const struct dnstap_file *file)
{
	struct cursor c = byte_stream_waiting(file->bytes);

	if (file->stream.state != FRAME_STREAM_NEW || cursor_left(&c) > 0)
		log_warnx("%s: the stream ends in its middle; what came before "
		    "was read", file->name);
	return DNSTAP_FILE_END;
}

enum dnstap_file_status
dnstap_file_read(struct dnstap_file *file, int timeout_ms)
{
	enum byte_stream_status status = byte_stream_fill(file->bytes,
	    timeout_ms);

	if (take_waiting(file) != 0) {
		log_warnx("%s: %s", file->name, file->any ||
		    file->stream.state == FRAME_STREAM_STARTED ?
		    "what follows is no dnstap; what came before was read" :
		    "this is no dnstap");
		return DNSTAP_FILE_FAILED;
	}
	switch (status) {
	case BYTE_STREAM_FAILED:
		log_warnx("%s", byte_stream_error(file->bytes));
		return DNSTAP_FILE_FAILED;
	case BYTE_STREAM_END:
		return end(file);
	case BYTE_STREAM_QUIET:
		return DNSTAP_FILE_QUIET;
	case BYTE_STREAM_MORE:
		break;
	}
	return DNSTAP_FILE_MORE;
}

void
dnstap_file_free(struct dnstap_file *file)
{
	if (file == NULL)
		return;
	byte_stream_free(file->bytes);
	free(file);
}
