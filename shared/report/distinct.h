#ifndef DISTINCT_H
#define DISTINCT_H

/*
 * distinct - how many different ones were there?  In bounded memory: exact up
 * to 1024, then by HyperLogLog with 16384 registers (Flajolet et al. 2007; the
 * estimator is that of Ertl 2017, arXiv:1702.01284).  Its standard error is
 * 0.8 %, so that one estimate in 5000 is off by 3 %.
 *
 *	few		a hash table of their hashes, 128 octets to 16 KiB
 *	more		one octet for each register, 16 KiB
 *
 * Plain data, all zero being empty; what it points to belongs to this module.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISTINCT_EXACT 1024

struct distinct {
	uint64_t *hashes;	/* few: ${slots}, 0 is an empty one */
	uint8_t *registers;	/* more */
	uint16_t slots, used;	/* of the hashes */
};

/**
 * distinct_add(d, hash):
 * Take one, known by its ${hash} (all 64 bits have to be good).  Return 0, or
 * -1 if memory is short; it is then missing.  Allocates eight times at most in
 * the life of ${d}.
 */
int distinct_add(struct distinct *d, uint64_t hash);

/**
 * distinct_merge(d, from):
 * Take all of ${from}, too; 0, or -1 as above.
 */
int distinct_merge(struct distinct *d, const struct distinct *from);

/**
 * distinct_count(d), distinct_exact(d):
 * How many different ones were taken?  Is that number exact?
 */
uint64_t distinct_count(const struct distinct *d);
bool distinct_exact(const struct distinct *d);

/**
 * distinct_clear(d):
 * Free what ${d} points to; it is empty then.
 */
void distinct_clear(struct distinct *d);

#endif /* !DISTINCT_H */
