#include "hits/pairing.h"

#include <stdlib.h>

#include "match/name_hash.h"

#define KNOWN INT64_C(30000000)	/* microseconds that a query is remembered */

enum state {
	WAITING,		/* a query, for its response */
	OUT,			/* a query whose hit went out without */
	RESPONSE,		/* a response, for its query */
	ANSWERED		/* both were here, or the response is out */
};

struct pair {
	uint64_t hash;
	uint64_t next;		/* number of the next older one of its bucket,
				   plus 1; 0: none */
	enum state state;
	struct hit hit;
};

struct pairing {
	int64_t wait;
	pairing_out *fn;
	void *ctx;
	struct pairing_counters counters;
	int64_t now;		/* event time */
	int64_t forgot;		/* when a pair had to make room; -1: never */
	size_t capacity;
	/* Numbers of pairs, ever rising; a pair's place is its number modulo
	 * the capacity. */
	uint64_t oldest, due, newest;
	struct pair *pairs;
	uint64_t mask;
	uint64_t *buckets;	/* number of the newest pair, plus 1 */
};

struct pairing *
pairing_new(size_t capacity, int64_t wait, pairing_out *fn, void *ctx)
{
	struct pairing *p = calloc(1, sizeof(*p));
	uint64_t buckets = 2;

	if (p == NULL)
		return NULL;
	while (buckets < capacity)
		buckets *= 2;
	p->wait = wait;
	p->fn = fn;
	p->ctx = ctx;
	p->forgot = -1;
	p->capacity = capacity;
	p->mask = buckets - 1;
	p->pairs = calloc(capacity, sizeof(*p->pairs));
	p->buckets = calloc(buckets, sizeof(*p->buckets));
	if (p->pairs == NULL || p->buckets == NULL) {
		pairing_free(p);
		return NULL;
	}
	return p;
}

static struct pair *
pair_of(const struct pairing *p, uint64_t number)
{
	return &p->pairs[number % p->capacity];
}

static uint64_t
hash_of(const struct query *q)
{
	const struct {
		uint16_t client_port, server_port, id, transport;
	} rest = { q->client_port, q->server_port, q->id,
	    (uint16_t)q->transport };

	return name_hash(q->client.bytes, sizeof(q->client.bytes)) ^
	    name_hash(q->server.bytes, sizeof(q->server.bytes)) * 3 ^
	    name_hash(&rest, sizeof(rest)) * 5;
}

/* Do both belong to one exchange? */
static bool
same_exchange(const struct query *a, const struct query *b)
{
	return a->id == b->id && a->client_port == b->client_port &&
	    a->server_port == b->server_port &&
	    a->transport == b->transport && a->qtype == b->qtype &&
	    a->qclass == b->qclass &&
	    address_equal(&a->client, &b->client) &&
	    address_equal(&a->server, &b->server) &&
	    dns_name_equal(&a->qname, &b->qname);
}

/* The pair of that exchange in the first of the states from ${from} on that
 * any is in, of several the oldest; NULL if there is none.  A query that is
 * asked again has pairs of its own. */
static struct pair *
find(const struct pairing *p, const struct query *q, enum state from)
{
	uint64_t hash = hash_of(q);
	struct pair *found = NULL;

	for (uint64_t at = p->buckets[hash & p->mask]; at != 0;) {
		struct pair *pair = pair_of(p, at - 1);

		if (pair->hash == hash && pair->state >= from &&
		    same_exchange(&pair->hit.query, q) &&
		    (found == NULL || pair->state <= found->state))
			found = pair;
		at = pair->next;
	}
	return found;
}

/* --- time and room -------------------------------------------------------- */

static bool
waits(const struct pair *pair)
{
	return pair->state == WAITING || pair->state == RESPONSE;
}

static void
let_out(struct pairing *p, struct pair *pair)
{
	if (pair->state == WAITING) {
		p->counters.unanswered++;
		pair->state = OUT;
	} else if (pair->state == RESPONSE) {
		p->counters.unasked++;
		pair->state = ANSWERED;
	} else {
		return;
	}
	p->fn(p->ctx, &pair->hit);
}

/* Take the oldest pair out of its bucket, where it is the last. */
static void
forget_oldest(struct pairing *p)
{
	struct pair *pair = pair_of(p, p->oldest);
	uint64_t *at = &p->buckets[pair->hash & p->mask];

	while (*at != p->oldest + 1)
		at = &pair_of(p, *at - 1)->next;
	*at = 0;
	p->oldest++;
}

void
pairing_advance(struct pairing *p, int64_t now)
{
	/* Another capture, or a clock that was set back. */
	if (p->now - now > KNOWN) {
		pairing_flush(p);
		p->now = now;
	}
	if (now > p->now)
		p->now = now;
	while (p->due < p->newest &&
	    pair_of(p, p->due)->hit.query.time + p->wait <= p->now)
		let_out(p, pair_of(p, p->due++));
	while (p->oldest < p->due &&
	    pair_of(p, p->oldest)->hit.query.time + p->wait + KNOWN <= p->now)
		forget_oldest(p);
}

static void
make_room(struct pairing *p)
{
	if (p->oldest == p->due) {
		p->counters.full += waits(pair_of(p, p->due));
		let_out(p, pair_of(p, p->due++));
	}
	p->counters.forgotten++;
	p->forgot = p->now;
	forget_oldest(p);
}

/* Has the query of a response that comes now perhaps had to make room? */
static bool
is_forgetful(const struct pairing *p)
{
	return p->forgot >= 0 && p->now - p->forgot <= p->wait + KNOWN;
}

/* --- queries and responses ------------------------------------------------ */

/* Keep ${h} in that state; it goes out now unless it is to wait. */
static void
keep(struct pairing *p, const struct hit *h, enum state state, bool wait)
{
	uint64_t *bucket;
	struct pair *pair;

	if (p->newest - p->oldest == p->capacity)
		make_room(p);
	pair = pair_of(p, p->newest);
	pair->hash = hash_of(&h->query);
	pair->state = state;
	pair->hit = *h;
	bucket = &p->buckets[pair->hash & p->mask];
	pair->next = *bucket;
	*bucket = ++p->newest;
	if (!wait)
		let_out(p, pair);
}

void
pairing_query(struct pairing *p, const struct hit *h, bool wait)
{
	struct pair *pair;
	struct hit response;

	pairing_advance(p, h->query.time);
	pair = find(p, &h->query, RESPONSE);
	if (pair == NULL || pair->state != RESPONSE) {
		keep(p, h, WAITING, wait);
		return;
	}
	p->counters.answered++;
	pair->state = ANSWERED;
	response = pair->hit;
	pair->hit = *h;
	hit_take_response(&pair->hit, &response);
	p->fn(p->ctx, &pair->hit);
}

enum pairing_result
pairing_response(struct pairing *p, const struct hit *h, bool wait)
{
	struct pair *pair;

	pairing_advance(p, h->query.time);
	pair = find(p, &h->query, WAITING);
	if (pair == NULL) {
		if (is_forgetful(p)) {
			p->counters.unpaired++;
			return PAIRING_UNPAIRED;
		}
		keep(p, h, RESPONSE, wait);
		return PAIRING_UNASKED;
	}
	if (pair->state != WAITING && pair->state != OUT)
		return PAIRING_REPEATED;
	hit_take_response(&pair->hit, h);
	if (pair->state == OUT) {
		pair->hit.n = 0;
		p->counters.answered_late++;
	} else {
		p->counters.answered++;
	}
	p->fn(p->ctx, &pair->hit);
	wait = pair->state == OUT;
	pair->state = ANSWERED;
	return wait ? PAIRING_LATE : PAIRING_ANSWERED;
}

void
pairing_flush(struct pairing *p)
{
	while (p->due < p->newest)
		let_out(p, pair_of(p, p->due++));
	while (p->oldest < p->newest)
		forget_oldest(p);
}

const struct pairing_counters *
pairing_counters(const struct pairing *p)
{
	return &p->counters;
}

void
pairing_free(struct pairing *p)
{
	if (p == NULL)
		return;
	free(p->pairs);
	free(p->buckets);
	free(p);
}
