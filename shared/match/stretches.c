#include "match/stretches.h"

/* From ${at} on ${value} holds; what is said last of a place counts. */
static void
start(struct stretches *s, uint32_t at, uint32_t value)
{
	struct stretch *last = &s->stretches[s->count - 1];

	if (last->start == at)
		last->value = value;
	else if (last->value != value)
		s->stretches[s->count++] = (struct stretch){ at, value };
}

void
stretches_begin(struct stretches *s, struct stretch *room, uint32_t value)
{
	s->stretches = room;
	s->stretches[0] = (struct stretch){ 0, value };
	s->count = 1;
	s->depth = 0;
	s->open[0].last = UINT32_MAX;
	s->open[0].value = value;
}

void
stretches_lay(struct stretches *s, uint32_t first, unsigned bits,
    uint32_t value)
{
	stretches_close(s, first);
	start(s, first, value);
	s->depth++;
	s->open[s->depth].last = bits < 32 ? first | UINT32_MAX >> bits :
	    first;
	s->open[s->depth].value = value;
}

void
stretches_close(struct stretches *s, uint32_t at)
{
	while (s->open[s->depth].last < at) {
		uint32_t next = s->open[s->depth--].last + 1;

		/* What is around it holds again. */
		start(s, next, s->open[s->depth].value);
	}
}

uint32_t
stretches_around(const struct stretches *s)
{
	return s->open[s->depth].value;
}
