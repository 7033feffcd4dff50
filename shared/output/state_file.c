#include "output/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_LINE "querywatch positions 1\n"
#define WRITE (O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW)

struct state_file {
	int folder;
	char *name, *new;	/* in there */
	struct log_positions *positions;
};

/* "POSITION NAME", the position being nine words. */
static int
read_line(struct state_file *s, char *line)
{
	struct log_position position;
	char *at = line;

	for (int word = 0; word < 9; word++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return -1;
		at++;
	}
	at[-1] = '\0';
	if (log_position_parse(line, &position) != 0)
		return -1;
	return log_positions_set(s->positions, at, 0, &position);
}

static int
read_lines(struct state_file *s, FILE *f)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t got;
	int status = -1;

	if (getline(&line, &room, f) < 0 || strcmp(line, FIRST_LINE) != 0)
		goto done;
	while ((got = getline(&line, &room, f)) > 0) {
		if (line[got - 1] == '\n')
			line[got - 1] = '\0';
		if (read_line(s, line) != 0)
			goto done;
	}
	status = ferror(f) ? -1 : 0;
done:
	free(line);
	return status;
}

static int
read_file(struct state_file *s, const char *path, char *reterr, size_t size)
{
	int fd = openat(s->folder, s->name, O_RDONLY | O_CLOEXEC);
	FILE *f;
	int status;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || (f = fdopen(fd, "r")) == NULL) {
		snprintf(reterr, size, "%s: %s", path, strerror(errno));
		return -1;
	}
	status = read_lines(s, f);
	fclose(f);
	if (status != 0)
		snprintf(reterr, size, "%s: this is no file of positions; "
		    "remove it to begin anew", path);
	return status;
}

struct state_file *
state_file_open(const char *path, char *reterr, size_t size)
{
	struct state_file *s = calloc(1, sizeof(*s));
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".") :
	    strndup(path, slash == path ? 1 : (size_t)(slash - path));

	snprintf(reterr, size, "out of memory");
	if (s == NULL || folder == NULL)
		goto err;
	s->folder = -1;
	s->name = strdup(slash == NULL ? path : slash + 1);
	s->positions = log_positions_new();
	if (s->name == NULL || s->positions == NULL ||
	    asprintf(&s->new, "%s.new", s->name) < 0)
		goto err;
	s->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0) {
		snprintf(reterr, size, "%s: %s", folder, strerror(errno));
		goto err;
	}
	if (read_file(s, path, reterr, size) != 0)
		goto err;
	free(folder);
	return s;

err:
	free(folder);
	state_file_close(s);
	return NULL;
}

int
state_file_folder(const struct state_file *s)
{
	return s->folder;
}

struct log_positions *
state_file_positions(struct state_file *s)
{
	return s->positions;
}

static int
write_lines(const struct state_file *s, FILE *f)
{
	char text[LOG_POSITION_TEXT];

	fputs(FIRST_LINE, f);
	for (size_t i = 0; i < log_positions_count(s->positions); i++) {
		const char *log;

		log_position_format(log_positions_at(s->positions, i, &log),
		    text);
		if (strchr(log, '\n') == NULL)
			fprintf(f, "%s %s\n", text, log);
	}
	return fflush(f) == 0 && fsync(fileno(f)) == 0 ? 0 : -1;
}

int
state_file_save(struct state_file *s)
{
	int fd = openat(s->folder, s->new, WRITE, 0600);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	int status;

	if (f == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	status = write_lines(s, f);
	if (fclose(f) != 0 || status != 0)
		return -1;
	return renameat(s->folder, s->new, s->folder, s->name);
}

void
state_file_close(struct state_file *s)
{
	if (s == NULL)
		return;
	if (s->folder >= 0)
		close(s->folder);
	log_positions_free(s->positions);
	free(s->new);
	free(s->name);
	free(s);
}
