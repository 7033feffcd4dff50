#include "output/log_position.h"

#include <inttypes.h>
#include <stdio.h>

#define FORMAT 1

void
log_position_format(const struct log_position *p, char buf[LOG_POSITION_TEXT])
{
	snprintf(buf, LOG_POSITION_TEXT, "%d %" PRIu64 " %" PRIu64 " %" PRIu64
	    " %" PRIu64 " %" PRId64 " %" PRIu64 ":%" PRIu64 " %" PRIu64
	    ":%" PRIx64 " %" PRIu64 ":%" PRIx64, FORMAT, p->file, p->begin,
	    p->taken, p->end, p->changed, p->device, p->inode,
	    p->head_length, p->head, p->tail_length, p->tail);
}

int
log_position_parse(const char *text, struct log_position *ret)
{
	struct log_position p;
	int format, used = 0;

	if (sscanf(text, "%d %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
	    " %" SCNd64 " %" SCNu64 ":%" SCNu64 " %" SCNu64 ":%" SCNx64
	    " %" SCNu64 ":%" SCNx64 "%n", &format, &p.file, &p.begin,
	    &p.taken, &p.end, &p.changed, &p.device, &p.inode,
	    &p.head_length, &p.head, &p.tail_length, &p.tail, &used) != 12 ||
	    text[used] != '\0' || format != FORMAT || p.file == 0 ||
	    p.begin > INT64_MAX || p.head_length > LOG_POSITION_HEAD ||
	    p.tail_length > LOG_POSITION_TAIL || p.tail_length > p.begin)
		return -1;
	*ret = p;
	return 0;
}

bool
log_position_before(const struct log_position *a, const struct log_position *b)
{
	return a->file < b->file ||
	    (a->file == b->file && a->begin < b->begin);
}

bool
log_position_lowest(const struct log_position *all, size_t count,
    struct log_position *ret)
{
	*ret = (struct log_position){ .file = 0 };
	for (size_t i = 0; i < count; i++) {
		if (all[i].file != 0 && (ret->file == 0 ||
		    log_position_before(&all[i], ret)))
			*ret = all[i];
	}
	for (size_t i = 0; i < count; i++) {
		if (all[i].file == ret->file &&
		    all[i].head_length > ret->head_length) {
			ret->head_length = all[i].head_length;
			ret->head = all[i].head;
			ret->changed = all[i].changed;
		}
	}
	return ret->file != 0;
}

bool
log_position_has(const struct log_position *p, uint64_t file,
    const struct hit *h)
{
	uint64_t line = h->query.line;

	if (file != p->file)
		return file < p->file;
	if (line <= p->begin)
		return true;
	if (h->window == 0)
		return line <= (p->end != 0 ? p->end : p->taken);
	return p->end != 0 && h->window <= p->end && line <= p->taken;
}
