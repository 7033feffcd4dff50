#include "read_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/byte_stream.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "dnstap/dnstap_feed.h"
#include "dnstap/dnstap_file.h"
#include "frontend/files_progress.h"
#include "frontend/frontend.h"
#include "frontend/workers.h"
#include "line_reader.h"
#include "log_counters.h"
#include "pulse.h"

/* What a worker works with. */
struct reader {
	struct log_counters counters;
	struct log_target target;
	struct pulse pulse;
	struct line_reader *lines;
	struct dnstap_feed *feed;
};

struct read_files {
	atomic_int status;
	/* While they are read: */
	struct frontend *f;
	const struct log_format *format;
	struct reader *readers;
	struct files_progress *progress;
	atomic_size_t next;	/* the file that nobody reads yet */
	size_t count;
	struct file {
		const char *name;
		int fd;		/* -1: could not be opened, or closed */
		bool live;	/* a pipe or the like: may be quiet */
		uint64_t size;	/* of what is not, and when that was */
		int64_t written;	/* written last, microseconds */
	} file[];
};

/* Open ${path} into ${file}; -1 with errno set. */
static int
open_file(const char *path, struct file *file)
{
	struct stat st;

	file->name = path;
	if (strcmp(path, "-") == 0) {
		file->name = "standard input";
		file->fd = STDIN_FILENO;
	} else {
		file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	if (file->fd < 0 || fstat(file->fd, &st) != 0)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	file->live = !S_ISREG(st.st_mode);
	if (!file->live) {
		file->size = (uint64_t)st.st_size;
		file->written = (int64_t)st.st_mtim.tv_sec *
		    TIMESTAMP_SECOND;
		(void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	return 0;
}

static void
close_file(struct file *file)
{
	if (file->fd > STDIN_FILENO)
		close(file->fd);
	file->fd = -1;
}

/* All files are opened before rights are dropped; there may be many. */
static void
allow_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

struct read_files *
read_files_open(char *const *paths, size_t count)
{
	struct read_files *r = calloc(1, sizeof(*r) +
	    count * sizeof(r->file[0]));

	if (r == NULL)
		return NULL;
	allow_many_files();
	r->count = count;
	r->status = EXIT_SUCCESS;
	for (size_t i = 0; i < count; i++) {
		if (open_file(paths[i], &r->file[i]) == 0)
			continue;
		log_warn("%s", r->file[i].name);
		close_file(&r->file[i]);
		r->status = EXIT_FAILURE;
	}
	return r;
}

bool
read_files_live(const struct read_files *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->file[i].live && r->file[i].fd >= 0)
			return true;
	}
	return false;
}

int
read_files_status(const struct read_files *r)
{
	return r->status;
}

/* Take the lines that wait in ${s}, of which ${left} octets are known. */
static void
take_lines(struct reader *r, struct log_input *in, struct byte_stream *s,
    size_t *left)
{
	struct cursor waiting = byte_stream_waiting(s), rest;
	size_t length = cursor_left(&waiting);

	r->counters.bytes += length - *left;
	line_reader_show(r->lines, waiting);
	log_input_take(in, r->lines);
	rest = line_reader_rest(r->lines);
	*left = cursor_left(&rest);
	byte_stream_take(s, length - *left);
}

/* Keep house, as the file allows. */
static void
beat(struct read_files *files, struct reader *r, size_t i)
{
	if (files->file[i].live)
		pulse_beat(&r->pulse);
	else
		pulse_count(&r->pulse);
	if (!r->pulse.housed)
		files_progress_show(files->progress);
}

/* Read file ${i} to its end; -1 if that failed, which has been said. */
static int
run_file(struct read_files *files, struct reader *r, size_t i,
    struct log_input *in, struct byte_stream *s)
{
	enum byte_stream_status status = BYTE_STREAM_MORE;
	uint64_t before = r->counters.lines;
	size_t left = 0;

	while ((status == BYTE_STREAM_MORE || status == BYTE_STREAM_QUIET) &&
	    !frontend_stopping(files->f)) {
		status = byte_stream_fill(s, PULSE_MS);
		take_lines(r, in, s, &left);
		files_progress_note(files->progress, i,
		    r->counters.lines - before, byte_stream_position(s));
		beat(files, r, i);
	}
	log_input_end(in, r->lines);
	if (status != BYTE_STREAM_FAILED)
		return 0;
	log_warnx("%s", byte_stream_error(s));
	return -1;
}

/* The same with what it takes. */
static int
read_log(struct read_files *files, struct reader *r, size_t i)
{
	struct file *file = &files->file[i];
	struct log_input *in = log_input_new(file->name, files->format,
	    &r->target);
	struct byte_stream *s = byte_stream_new(file->fd, file->name,
	    LINE_READER_LINE + 2);	/* with its CR and LF */
	int status = -1;

	if (in != NULL)
		log_input_written(in, file->written);
	if (in != NULL && s != NULL)
		status = run_file(files, r, i, in, s);
	else
		log_warn("cannot read %s", file->name);
	if (s != NULL)
		file->fd = -1;		/* it is the stream's */
	byte_stream_free(s);
	log_input_free(in);
	return status;
}

/* The same for a file of dnstap. */
static int
read_dnstap(struct read_files *files, struct reader *r, size_t i)
{
	struct file *file = &files->file[i];
	struct dnstap_file *in = dnstap_file_new(file->fd, file->name,
	    r->feed);
	enum dnstap_file_status status = DNSTAP_FILE_MORE;

	if (in == NULL) {
		log_warn("cannot read %s", file->name);
		return -1;
	}
	file->fd = -1;		/* it is ${in}'s */
	while ((status == DNSTAP_FILE_MORE || status == DNSTAP_FILE_QUIET) &&
	    !frontend_stopping(files->f)) {
		status = dnstap_file_read(in, PULSE_MS);
		beat(files, r, i);
	}
	dnstap_file_free(in);
	return status == DNSTAP_FILE_FAILED ? -1 : 0;
}

static int
read_one(struct read_files *files, struct reader *r, size_t i)
{
	return r->target.dnstap || dnstap_file_recognise(files->file[i].fd) ?
	    read_dnstap(files, r, i) : read_log(files, r, i);
}

static void
work(void *ctx, unsigned number)
{
	struct read_files *files = ctx;
	struct reader *r = &files->readers[number];
	size_t i;

	while (!frontend_stopping(files->f) &&
	    (i = atomic_fetch_add(&files->next, 1)) < files->count) {
		if (files->file[i].fd >= 0 && read_one(files, r, i) != 0)
			files->status = EXIT_FAILURE;
	}
	pulse_end(&r->pulse);
}

static void
housekeep(void *ctx)
{
	struct read_files *files = ctx;

	frontend_housekeep(files->f);
	files_progress_show(files->progress);
}

static int
make_readers(struct read_files *files, const struct log_target *target,
    unsigned workers)
{
	files->readers = calloc(workers, sizeof(files->readers[0]));
	for (unsigned i = 0; files->readers != NULL && i < workers; i++) {
		struct reader *r = &files->readers[i];

		r->target = *target;
		r->target.counters = &r->counters;
		r->target.pipeline = frontend_pipeline(files->f, i);
		r->lines = line_reader_new();
		r->feed = dnstap_feed_new(frontend_config(files->f),
		    &r->target);
		if (r->lines == NULL || r->feed == NULL)
			return -1;
		r->pulse = (struct pulse){
			.frontend = files->f, .counters = &r->counters,
			.dnstap = r->feed, .worker = i, .housed = workers > 1,
		};
	}
	return files->readers != NULL ? 0 : -1;
}

/* How much there is to read is known but for pipes. */
static void
make_progress(struct read_files *files)
{
	files->progress = files_progress_new(files->f, files->count,
	    files->file[0].name, "lines");
	for (size_t i = 0; i < files->count; i++)
		files_progress_note(files->progress, i, 0,
		    (struct byte_stream_position){ 0, files->file[i].size });
}

void
read_files_run(struct read_files *r, struct frontend *f,
    const struct log_format *format, const struct log_target *target,
    unsigned workers)
{
	r->f = f;
	r->format = format;
	make_progress(r);
	if (make_readers(r, target, workers) != 0) {
		log_warn("cannot start");
		r->status = EXIT_FAILURE;
	} else if (workers_run(f, workers, work, housekeep, r) != 0) {
		r->status = EXIT_FAILURE;
	}
	files_progress_free(r->progress);
	for (unsigned i = 0; r->readers != NULL && i < workers; i++) {
		line_reader_free(r->readers[i].lines);
		dnstap_feed_free(r->readers[i].feed);
	}
	free(r->readers);
}

void
read_files_free(struct read_files *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++)
		close_file(&r->file[i]);
	free(r);
}
