#include "report/distinct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BITS 14				/* of a hash, that choose a register */
#define REGISTERS (1u << BITS)
#define RANKS (64 - BITS + 1)		/* a register holds 0 to this */
#define SLOTS_FIRST 16
#define SLOTS_MAX (2 * DISTINCT_EXACT)	/* half full at the most */

/* --- more: registers ------------------------------------------------------- */

/* A register remembers the most zeros that a hash of its began with. */
static void
note_rank(uint8_t *registers, uint64_t hash)
{
	uint64_t rest = hash << BITS | UINT64_C(1) << (BITS - 1);
	uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);
	uint8_t *r = &registers[hash >> (64 - BITS)];

	if (*r < rank)
		*r = rank;
}

/* Ertl's sigma, for the registers that are zero: a share of ${x}. */
static double
empty_weight(double x)
{
	double y = 1, z = x, before;

	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z > before);
	return z;
}

/* Ertl's estimator.  Its tau, for registers that are full, is left out: it
 * would take some 2^60 different ones. */
static double
estimate(const uint8_t *registers)
{
	uint32_t counts[RANKS + 1] = { 0 };
	double z = 0;

	for (size_t i = 0; i < REGISTERS; i++)
		counts[registers[i]]++;
	for (size_t rank = RANKS; rank > 0; rank--)
		z = 0.5 * (z + counts[rank]);
	if (counts[0] == REGISTERS)
		return 0;
	z += REGISTERS * empty_weight((double)counts[0] / REGISTERS);
	return REGISTERS / (2 * M_LN2) * REGISTERS / z;
}

/* --- few: their hashes ----------------------------------------------------- */

/* Where ${hash}, which is not 0, is or belongs. */
static uint64_t *
find_slot(uint64_t *hashes, size_t slots, uint64_t hash)
{
	size_t i = (size_t)hash & (slots - 1);

	while (hashes[i] != 0 && hashes[i] != hash)
		i = (i + 1) & (slots - 1);
	return &hashes[i];
}

static int
become_registers(struct distinct *d)
{
	d->registers = calloc(REGISTERS, 1);
	if (d->registers == NULL)
		return -1;
	for (size_t i = 0; i < d->slots; i++) {
		if (d->hashes[i] != 0)
			note_rank(d->registers, d->hashes[i]);
	}
	free(d->hashes);
	d->hashes = NULL;
	return 0;
}

static int
grow(struct distinct *d)
{
	size_t slots = d->slots == 0 ? SLOTS_FIRST : (size_t)d->slots * 2;
	uint64_t *hashes;

	if (slots > SLOTS_MAX)
		return become_registers(d);
	hashes = calloc(slots, sizeof(*hashes));
	if (hashes == NULL)
		return -1;
	for (size_t i = 0; i < d->slots; i++) {
		if (d->hashes[i] != 0)
			*find_slot(hashes, slots, d->hashes[i]) = d->hashes[i];
	}
	free(d->hashes);
	d->hashes = hashes;
	d->slots = (uint16_t)slots;
	return 0;
}

int
distinct_add(struct distinct *d, uint64_t hash)
{
	uint64_t *slot;

	hash += hash == 0;
	if (d->registers == NULL && d->slots > 0) {
		slot = find_slot(d->hashes, d->slots, hash);
		if (*slot == hash)
			return 0;
	}
	if (d->registers == NULL && d->used * 2 >= d->slots && grow(d) != 0)
		return -1;
	if (d->registers != NULL) {
		note_rank(d->registers, hash);
		return 0;
	}
	*find_slot(d->hashes, d->slots, hash) = hash;
	d->used++;
	return 0;
}

/* --- both ------------------------------------------------------------------ */

int
distinct_merge(struct distinct *d, const struct distinct *from)
{
	if (from->registers == NULL) {
		for (size_t i = 0; i < from->slots; i++) {
			if (from->hashes[i] != 0 &&
			    distinct_add(d, from->hashes[i]) != 0)
				return -1;
		}
		return 0;
	}
	if (d->registers == NULL && become_registers(d) != 0)
		return -1;
	for (size_t i = 0; i < REGISTERS; i++) {
		if (d->registers[i] < from->registers[i])
			d->registers[i] = from->registers[i];
	}
	return 0;
}

uint64_t
distinct_count(const struct distinct *d)
{
	return d->registers == NULL ? d->used :
	    (uint64_t)(estimate(d->registers) + 0.5);
}

bool
distinct_exact(const struct distinct *d)
{
	return d->registers == NULL;
}

void
distinct_clear(struct distinct *d)
{
	free(d->hashes);
	free(d->registers);
	memset(d, 0, sizeof(*d));
}
