#ifndef UNIT_H
#define UNIT_H

/*
 * unit - what nearly every unit test needs: cmocka and what it wants
 * included before, names and addresses out of text, random numbers that a
 * failed run can be repeated with.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/address.h"
#include "core/dns_name.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/**
 * unit_name(text), unit_address(text), unit_netblock(text):
 * Return what ${text} says, which must be right.
 */
static inline struct dns_name
unit_name(const char *text)
{
	struct dns_name name;

	memset(&name, 0, sizeof(name));
	if (dns_name_from_text(text, strlen(text), &name) != 0)
		fail_msg("'%s' is no name", text);
	return name;
}

static inline struct address
unit_address(const char *text)
{
	struct address a = { .family = 0 };

	if (address_parse(text, strlen(text), &a) != 0)
		fail_msg("'%s' is no address", text);
	return a;
}

static inline struct netblock
unit_netblock(const char *text)
{
	struct netblock n = { .prefix = 0 };

	if (netblock_parse(text, &n) != 0)
		fail_msg("'%s' is no netblock", text);
	return n;
}

/**
 * unit_seed():
 * Return SEED from the environment, or one that differs each time, and print
 * it, so that SEED=... repeats the run.
 */
static inline uint64_t
unit_seed(void)
{
	const char *given = getenv("SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) :
	    (unsigned long long)time(NULL) << 20 ^ (unsigned)getpid();

	print_message("# SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

/**
 * unit_random(state, below):
 * Return the next number of the sequence, 0 to ${below} - 1 (splitmix64).
 */
static inline unsigned
unit_random(uint64_t *state, unsigned below)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) % below);
}

#endif /* !UNIT_H */
