#include "duplicates.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "match/name_hash.h"

#define LINE 64			/* octets of a cache line */
#define WAYS (LINE / sizeof(struct entry))

struct entry {
	uint64_t hash;		/* 0: free */
	int64_t time;		/* of the one that counted */
};

struct duplicates {
	struct { uint64_t socket, message; } keys;
	uint64_t window;
	size_t buckets;		/* a power of two */
	struct entry *entries;	/* ${buckets} * WAYS; in each the newest
				   first, the free last */
	struct duplicates_counters counters;
};

struct duplicates *
duplicates_new(size_t capacity, int64_t window)
{
	struct duplicates *d = calloc(1, sizeof(*d));

	if (d == NULL)
		goto err0;
	if (getrandom(&d->keys, sizeof(d->keys), 0) != sizeof(d->keys))
		goto err1;
	d->window = (uint64_t)window;
	for (d->buckets = 1; d->buckets * WAYS < capacity; d->buckets *= 2)
		;
	if ((d->entries = aligned_alloc(LINE, d->buckets * LINE)) == NULL)
		goto err1;
	memset(d->entries, 0, d->buckets * LINE);
	return d;
err1:
	free(d);
err0:
	return NULL;
}

/* Addresses and ports lie in the packet without a gap, IPv4's with zeros
 * behind them: they are hashed as they lie. */
static uint64_t
hash_of(const struct duplicates *d, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	enum {
		FROM = offsetof(struct packet, source),
		TO = offsetof(struct packet, destination_port) +
		    sizeof(p->destination_port)
	};
	uint64_t hash = name_hash_keyed((const uint8_t *)p + FROM, TO - FROM,
	    d->keys.socket + transport) ^
	    name_hash_keyed(message, length, d->keys.message);

	_Static_assert(TO - FROM == 2 * sizeof(p->source) +
	    2 * sizeof(p->source_port), "nothing between them");
	return hash != 0 ? hash : 1;
}

/* Are the two times a window apart at most?  Any times: they are from
 * outside. */
static bool
is_near(const struct duplicates *d, int64_t a, int64_t b)
{
	return (a > b ? (uint64_t)a - (uint64_t)b :
	    (uint64_t)b - (uint64_t)a) <= d->window;
}

bool
duplicates_seen(struct duplicates *d, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	uint64_t hash = hash_of(d, p, transport, message, length);
	struct entry *bucket = &d->entries[(hash & (d->buckets - 1)) * WAYS];
	size_t at = 0;
	bool near;

	while (at < WAYS - 1 && bucket[at].hash != hash)
		at++;
	near = is_near(d, bucket[at].time, p->time);
	if (bucket[at].hash == hash && near) {
		d->counters.seen++;
		return true;
	}
	d->counters.evicted += bucket[at].hash != hash &&
	    bucket[at].hash != 0 && near;
	for (; at > 0; at--)
		bucket[at] = bucket[at - 1];
	*bucket = (struct entry){ hash, p->time };
	return false;
}

const struct duplicates_counters *
duplicates_counters(const struct duplicates *d)
{
	return &d->counters;
}

void
duplicates_free(struct duplicates *d)
{
	if (d == NULL)
		return;
	free(d->entries);
	free(d);
}
