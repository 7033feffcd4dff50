#include "output/log_positions.h"

#include <stdlib.h>
#include <string.h>

struct log_positions {
	size_t count, room;
	struct row {
		char *log;
		unsigned partition;
		struct log_position position;
	} *row;
};

struct log_positions *
log_positions_new(void)
{
	return calloc(1, sizeof(struct log_positions));
}

static struct row *
find(const struct log_positions *s, const char *log, unsigned partition)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->row[i].partition == partition &&
		    strcmp(s->row[i].log, log) == 0)
			return &s->row[i];
	}
	return NULL;
}

static int
make_room(struct log_positions *s)
{
	size_t room = s->room > 0 ? 2 * s->room : 8;
	struct row *more;

	if (s->count < s->room)
		return 0;
	more = realloc(s->row, room * sizeof(*more));
	if (more == NULL)
		return -1;
	s->row = more;
	s->room = room;
	return 0;
}

int
log_positions_set(struct log_positions *s, const char *log,
    unsigned partition, const struct log_position *position)
{
	struct row *row = find(s, log, partition);
	char *name;

	if (row != NULL) {
		row->position = *position;
		return 0;
	}
	if (make_room(s) != 0 || (name = strdup(log)) == NULL)
		return -1;
	s->row[s->count++] = (struct row){ name, partition, *position };
	return 0;
}

const struct log_position *
log_positions_get(const struct log_positions *s, const char *log,
    unsigned partition)
{
	const struct row *row = find(s, log, partition);

	return row != NULL ? &row->position : NULL;
}

size_t
log_positions_count(const struct log_positions *s)
{
	return s->count;
}

const struct log_position *
log_positions_at(const struct log_positions *s, size_t i, const char **retlog)
{
	*retlog = s->row[i].log;
	return &s->row[i].position;
}

void
log_positions_free(struct log_positions *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++)
		free(s->row[i].log);
	free(s->row);
	free(s);
}
