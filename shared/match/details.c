#include "match/details.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "match/name_hash.h"

enum { TEXTS, RECORDS, CONDITIONS };

struct record {
	int64_t expires;
	uint32_t threat, reference;	/* in texts */
	uint32_t condition;		/* number, from 1; 0: none */
	uint8_t severity, confidence, important, unused;
};

/* Octets that grow, made of items that are each there once. */
struct array {
	char *octets;
	size_t used, size;
};

/* Where in an array the item with a hash is, by open addressing. */
struct index {
	struct place {
		uint64_t hash;
		size_t at, length;	/* length 0: empty */
	} *places;
	size_t count, size;		/* the latter a power of two, or 0 */
};

struct details {
	struct array part[DETAILS_PARTS];
	struct index index[DETAILS_PARTS];
	bool mapped;			/* the octets are somebody else's */
};

/* --- items ----------------------------------------------------------------- */

static struct place *
find_place(const struct index *x, const struct array *a, uint64_t hash,
    const void *item, size_t length)
{
	for (size_t i = hash & (x->size - 1);; i = (i + 1) & (x->size - 1)) {
		struct place *p = &x->places[i];

		if (p->length == 0 || (p->hash == hash && p->length ==
		    length && memcmp(a->octets + p->at, item, length) == 0))
			return p;
	}
}

static int
grow_index(struct index *x, const struct array *a)
{
	struct index larger = { .size = x->size == 0 ? 64 : 2 * x->size };

	if (2 * x->count < x->size)
		return 0;
	larger.places = calloc(larger.size, sizeof(*larger.places));
	if (larger.places == NULL)
		return -1;
	larger.count = x->count;
	for (size_t i = 0; i < x->size; i++) {
		struct place *p = &x->places[i];

		if (p->length > 0)
			*find_place(&larger, a, p->hash, a->octets + p->at,
			    p->length) = *p;
	}
	free(x->places);
	*x = larger;
	return 0;
}

static int
grow_array(struct array *a, size_t length)
{
	size_t size = 2 * a->size + length + 256;
	char *larger;

	if (a->used + length <= a->size)
		return 0;
	if (a->used + length > INT32_MAX ||
	    (larger = realloc(a->octets, size)) == NULL)
		return -1;
	a->octets = larger;
	a->size = size;
	return 0;
}

/* Where ${item} is in that part, put there if need be; -1 on failure. */
static int64_t
put(struct details *d, unsigned part, const void *item, size_t length)
{
	struct array *a = &d->part[part];
	struct index *x = &d->index[part];
	uint64_t hash = name_hash(item, length);
	struct place *p;

	if (grow_index(x, a) != 0 || grow_array(a, length) != 0)
		return -1;
	p = find_place(x, a, hash, item, length);
	if (p->length == 0) {
		*p = (struct place){ hash, a->used, length };
		memcpy(a->octets + a->used, item, length);
		a->used += length;
		x->count++;
	}
	return (int64_t)p->at;
}

/* --- details --------------------------------------------------------------- */

struct details *
details_new(void)
{
	struct details *d = calloc(1, sizeof(*d));

	if (d != NULL && put(d, TEXTS, "", 1) < 0) {
		details_free(d);
		return NULL;
	}
	return d;
}

/* ${c} without what its padding and unused places hold, which is not equal
 * where conditions are. */
static void
tidy(const struct list_condition *c, struct list_condition *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->types = c->types;
	ret->not_types = c->not_types;
	ret->clients = c->clients;
	ret->not_clients = c->not_clients;
	ret->names = c->names;
	memcpy(ret->type, c->type, c->types * sizeof(c->type[0]));
	for (size_t i = 0; i < c->clients; i++) {
		ret->client[i].base.family = c->client[i].base.family;
		memcpy(ret->client[i].base.bytes, c->client[i].base.bytes,
		    sizeof(ret->client[i].base.bytes));
		ret->client[i].prefix = c->client[i].prefix;
	}
	for (size_t i = 0; i < c->names; i++) {
		ret->not_name[i].length = c->not_name[i].length;
		memcpy(ret->not_name[i].wire, c->not_name[i].wire,
		    c->not_name[i].length);
	}
}

int32_t
details_add(struct details *d, const struct list_detail *detail)
{
	int64_t threat = put(d, TEXTS, detail->threat,
	    strlen(detail->threat) + 1);
	int64_t reference = put(d, TEXTS, detail->reference,
	    strlen(detail->reference) + 1);
	struct record r = {
		.expires = detail->expires,
		.severity = (uint8_t)detail->severity,
		.confidence = detail->confidence,
		.important = detail->important,
	};
	struct list_condition condition;
	int64_t at = 0;

	if (detail->condition != NULL) {
		tidy(detail->condition, &condition);
		at = put(d, CONDITIONS, &condition, sizeof(condition));
		r.condition = (uint32_t)(at / (int64_t)sizeof(condition) + 1);
	}
	if (threat < 0 || reference < 0 || at < 0)
		return -1;
	r.threat = (uint32_t)threat;
	r.reference = (uint32_t)reference;
	at = put(d, RECORDS, &r, sizeof(r));
	return at < 0 ? -1 : (int32_t)(at / (int64_t)sizeof(r));
}

/* The text at ${at}, whatever that is. */
static void
copy_text(const struct details *d, uint32_t at, char *ret, size_t size)
{
	const struct array *a = &d->part[TEXTS];

	ret[0] = '\0';
	if (at < a->used)
		list_text_copy(ret, size, a->octets + at,
		    strnlen(a->octets + at, a->used - at));
}

/* What was read from a file may be anything. */
static bool
is_sane(const struct list_condition *c)
{
	if (c->types > LIST_CONDITION_TYPES ||
	    c->clients > LIST_CONDITION_CLIENTS ||
	    c->names > LIST_CONDITION_NAMES)
		return false;
	for (size_t i = 0; i < c->clients; i++) {
		uint8_t family = c->client[i].base.family;

		if ((family != 4 && family != 6) ||
		    c->client[i].prefix > (family == 4 ? 32 : 128))
			return false;
	}
	return true;
}

static bool
get_condition(const struct details *d, uint32_t number,
    struct list_condition *ret)
{
	const struct array *a = &d->part[CONDITIONS];

	if (number == 0 || number > a->used / sizeof(*ret))
		return false;
	memcpy(ret, a->octets + (number - 1) * sizeof(*ret), sizeof(*ret));
	return is_sane(ret);
}

void
details_get(const struct details *d, uint32_t number,
    struct list_detail *ret, struct list_condition *retcondition)
{
	struct record r = { .confidence = LIST_CONFIDENCE_NONE };

	if (number < d->part[RECORDS].used / sizeof(r))
		memcpy(&r, d->part[RECORDS].octets + number * sizeof(r),
		    sizeof(r));
	copy_text(d, r.threat, ret->threat, sizeof(ret->threat));
	copy_text(d, r.reference, ret->reference, sizeof(ret->reference));
	ret->severity = r.severity <= LIST_SEVERITY_CRITICAL ?
	    (enum list_severity)r.severity : LIST_SEVERITY_NONE;
	ret->confidence = r.confidence <= 100 ? r.confidence :
	    LIST_CONFIDENCE_NONE;
	ret->important = r.important != 0;
	ret->expires = r.expires;
	ret->condition = get_condition(d, r.condition, retcondition) ?
	    retcondition : NULL;
}

size_t
details_bytes(const struct details *d)
{
	size_t bytes = sizeof(*d);

	for (int i = 0; i < DETAILS_PARTS; i++)
		bytes += d->part[i].size +
		    d->index[i].size * sizeof(d->index[i].places[0]);
	return bytes;
}

/* --- in a file ------------------------------------------------------------- */

const void *
details_octets(const struct details *d, unsigned part, size_t *retlength)
{
	*retlength = d->part[part].used;
	return d->part[part].octets;
}

struct details *
details_map(const void *const parts[DETAILS_PARTS],
    const size_t lengths[DETAILS_PARTS])
{
	struct details *d;

	if (lengths[RECORDS] % sizeof(struct record) != 0 ||
	    lengths[CONDITIONS] % sizeof(struct list_condition) != 0 ||
	    (d = calloc(1, sizeof(*d))) == NULL)
		return NULL;
	for (int i = 0; i < DETAILS_PARTS; i++) {
		/* Nothing is added to what is mapped. */
		d->part[i].octets = (char *)(uintptr_t)parts[i];
		d->part[i].used = lengths[i];
	}
	d->mapped = true;
	return d;
}

void
details_free(struct details *d)
{
	if (d == NULL)
		return;
	for (int i = 0; i < DETAILS_PARTS; i++) {
		if (!d->mapped)
			free(d->part[i].octets);
		free(d->index[i].places);
	}
	free(d);
}
