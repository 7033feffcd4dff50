#include "fragments.h"

#include <stdlib.h>
#include <string.h>

#define TIMEOUT_V4 (INT64_C(30) * 1000000)	/* microseconds, as Linux has */
#define TIMEOUT_V6 (INT64_C(60) * 1000000)	/* RFC 8200, 4.5 */
#define PAYLOAD_MAX 65535
#define PIECES_MAX 64		/* apart from each other, of one packet */
#define WAYS 8			/* packets that may share a bucket */

/* Octets that have come: ${from} to before ${to}. */
struct piece {
	uint32_t from, to;
};

/* A packet under way. */
struct whole {
	struct address source, destination;
	uint32_t id;
	uint8_t protocol;		/* IPv6: as its first fragment says */
	bool used;
	bool dropped;		/* it overlapped: swallow what still comes */
	uint32_t total;		/* octets of the whole payload; 0: not known */
	int64_t started;
	size_t pieces;
	struct piece piece[PIECES_MAX];	/* sorted, with gaps between them */
	uint8_t payload[PAYLOAD_MAX];
};

struct fragments {
	size_t buckets;
	struct whole *wholes;	/* ${buckets} * WAYS */
	struct fragments_counters counters;
};

struct fragments *
fragments_new(size_t capacity)
{
	struct fragments *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->buckets = (capacity + WAYS - 1) / WAYS;
	t->wholes = calloc(t->buckets * WAYS, sizeof(*t->wholes));
	if (t->wholes == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

/* --- finding the packet -------------------------------------------------- */

/* RFC 791 counts the protocol to what names a packet; RFC 8200 does not, its
 * fragments may differ in it. */
static bool
belongs(const struct whole *w, const struct packet *p)
{
	return w->used && w->id == p->fragment.id &&
	    (w->protocol == p->fragment.protocol || p->source.family == 6) &&
	    address_equal(&w->source, &p->source) &&
	    address_equal(&w->destination, &p->destination);
}

static void
start(struct whole *w, const struct packet *p)
{
	w->source = p->source;
	w->destination = p->destination;
	w->id = p->fragment.id;
	w->protocol = p->fragment.protocol;
	w->used = true;
	w->dropped = false;
	w->total = 0;
	w->started = p->time;
	w->pieces = 0;
}

/* A receiver gives up on ${w} by ${now}, and so do we: not before it. */
static bool
is_late(const struct whole *w, int64_t now)
{
	return now - w->started >
	    (w->source.family == 4 ? TIMEOUT_V4 : TIMEOUT_V6);
}

/* The packet that ${p} is part of; a new one in the place of a free, a late
 * or the oldest one if none is under way. */
static struct whole *
find(struct fragments *t, const struct packet *p)
{
	uint64_t hash = address_hash(&p->source) * 3 +
	    address_hash(&p->destination) * 5 + p->fragment.id * UINT64_C(7);
	struct whole *bucket = &t->wholes[hash % t->buckets * WAYS];
	struct whole *oldest = bucket;

	for (struct whole *w = bucket; w < bucket + WAYS; w++) {
		if (w->used && is_late(w, p->time)) {
			t->counters.timeouts += !w->dropped;
			w->used = false;
		}
		if (belongs(w, p))
			return w;
		if (!w->used)
			oldest = oldest->used ? w : oldest;
		else if (oldest->used && w->started < oldest->started)
			oldest = w;
	}
	t->counters.evicted += oldest->used && !oldest->dropped;
	start(oldest, p);
	return oldest;
}

/* --- putting it together -------------------------------------------------- */

/* Note that octets ${from} to ${to} have come.  -1 if some of them were here
 * before (an exact repetition is told apart as 1), or there are too many
 * pieces. */
static int
note_piece(struct whole *w, uint32_t from, uint32_t to)
{
	size_t at = 0;
	bool joins_before, joins_after;

	while (at < w->pieces && w->piece[at].to <= from)
		at++;
	if (at < w->pieces && w->piece[at].from < to)
		return w->piece[at].from <= from && to <= w->piece[at].to ?
		    1 : -1;
	joins_before = at > 0 && w->piece[at - 1].to == from;
	joins_after = at < w->pieces && w->piece[at].from == to;
	if (joins_before && joins_after) {
		w->piece[at - 1].to = w->piece[at].to;
		memmove(&w->piece[at], &w->piece[at + 1],
		    (w->pieces-- - at - 1) * sizeof(w->piece[0]));
	} else if (joins_before) {
		w->piece[at - 1].to = to;
	} else if (joins_after) {
		w->piece[at].from = from;
	} else {
		if (w->pieces == PIECES_MAX)
			return -1;
		memmove(&w->piece[at + 1], &w->piece[at],
		    (w->pieces++ - at) * sizeof(w->piece[0]));
		w->piece[at] = (struct piece){ from, to };
	}
	return 0;
}

/* May the fragment be part of ${w}, by its place and length? */
static bool
fits(const struct whole *w, const struct fragment *f, uint32_t to)
{
	uint32_t reached = w->pieces > 0 ? w->piece[w->pieces - 1].to : 0;

	if (f->more)
		return w->total == 0 || to <= w->total;
	return reached <= to && (w->total == 0 || w->total == to);
}

/* Put the octets of ${p} in their place; 0, or -1 if the packet has to be
 * dropped. */
static int
place(struct fragments *t, struct whole *w, const struct packet *p)
{
	const struct fragment *f = &p->fragment;
	uint32_t to = f->offset + (uint32_t)p->length;
	int noted;

	if (!fits(w, f, to)) {
		t->counters.overlaps++;
		return -1;
	}
	noted = note_piece(w, f->offset, to);
	if (noted == 1)		/* the same once more, as a mirror shows it */
		return memcmp(w->payload + f->offset, p->payload,
		    p->length) == 0 ? 0 : (t->counters.overlaps++, -1);
	if (noted < 0) {
		t->counters.overlaps++;
		return -1;
	}
	/* Of a packet inside a packet, the octets may be in ${w} already. */
	memmove(w->payload + f->offset, p->payload, p->length);
	if (f->offset == 0)
		w->protocol = f->protocol;
	if (!f->more)
		w->total = to;
	return 0;
}

const uint8_t *
fragments_add(struct fragments *t, struct packet *p, size_t *retlength)
{
	struct whole *w;

	t->counters.fragments++;
	/* Cut by the capture, empty, beyond any packet, or (but for the
	 * last) not a multiple of eight octets: of no use. */
	if (p->length != p->wire_length || p->length == 0 ||
	    p->fragment.offset + p->length > PAYLOAD_MAX ||
	    (p->fragment.more && p->length % 8 != 0)) {
		t->counters.malformed++;
		return NULL;
	}
	w = find(t, p);
	if (w->dropped)
		return NULL;
	if (place(t, w, p) != 0) {
		w->dropped = true;
		return NULL;
	}
	if (w->total == 0 || w->pieces != 1 || w->piece[0].from != 0 ||
	    w->piece[0].to != w->total)
		return NULL;
	w->used = false;
	t->counters.packets++;
	p->fragment.protocol = w->protocol;
	*retlength = w->total;
	return w->payload;
}

const struct fragments_counters *
fragments_counters(const struct fragments *t)
{
	return &t->counters;
}

void
fragments_free(struct fragments *t)
{
	if (t == NULL)
		return;
	free(t->wholes);
	free(t);
}
