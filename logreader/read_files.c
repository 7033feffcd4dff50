#include "read_files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "frontend/frontend.h"
#include "line_reader.h"
#include "pulse.h"

struct read_files {
	int status;
	size_t count;
	struct file {
		const char *name;
		int fd;		/* -1: could not be opened, or closed */
		bool live;	/* a pipe or the like: may be quiet */
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
	if (!file->live)
		(void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
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

int
read_files_status(const struct read_files *r)
{
	return r->status;
}

/* Wait for a live file; false if it is quiet. */
static bool
wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, PULSE_MS) > 0;
}

/* Read ${file} to its end. */
static void
run_file(struct read_files *r, struct file *file, const struct pulse *pulse,
    struct log_input *in, struct line_reader *lines)
{
	ssize_t got = 1;

	while (got > 0 && !frontend_stopping(pulse->frontend)) {
		if (!file->live) {
			got = log_input_read(in, lines, file->fd);
			pulse_count(pulse);
			continue;
		}
		if (wait_for(file->fd))
			got = log_input_read(in, lines, file->fd);
		pulse_beat(pulse);
	}
	if (got < 0) {
		log_warn("%s", file->name);
		r->status = EXIT_FAILURE;
	}
	log_input_end(in, lines);
}

void
read_files_run(struct read_files *r, struct frontend *f,
    const struct log_format *format, const struct log_target *target)
{
	struct line_reader *lines = line_reader_new();
	const struct pulse pulse = { f, target->counters };

	for (size_t i = 0; i < r->count && !frontend_stopping(f); i++) {
		struct log_input *in;

		if (r->file[i].fd < 0)
			continue;
		in = log_input_new(r->file[i].name, format, target);
		if (in == NULL || lines == NULL) {
			log_warn("cannot read %s", r->file[i].name);
			r->status = EXIT_FAILURE;
		} else {
			run_file(r, &r->file[i], &pulse, in, lines);
		}
		log_input_free(in);
		close_file(&r->file[i]);
	}
	line_reader_free(lines);
	pulse_end(&pulse);
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
