/*
 * prefixes [COUNT] - what a look-up in match/prefixes.h takes among COUNT
 * prefixes (100,000 if none is given), in nanoseconds, for several mixes.
 *
 *	together	each look-up is on its own, so that the processor
 *			works on several at once
 *	in turn		each needs what the one before it found
 *	clients		together, for addresses of which there are only CLIENTS
 *
 * The lengths are spread as in the Internet's routing tables (netblocks of
 * sites), or are nearly all full ones (lists of hosts).  IPv6 prefixes share
 * their first bits as real ones do: a few blocks of 2000::/3, in each some
 * allocations of 32 bits, numbered mostly from zero within.  Look-ups come in
 * random order, each for an address that nobody asked for lately.  They are
 * timed a part at a time, and of each part the least of several rounds counts:
 * whatever else the machine does only adds.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "match/prefixes.h"

#define LOOKUPS (1U << 19)
#define CLIENTS 10000
#define PART (1U << 14)
#define ROUNDS 25
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* So many of 1000 prefixes have this length. */
struct share {
	unsigned bits, of_1000;
};

static const struct share sites4[] = {
	{ 24, 600 }, { 23, 100 }, { 22, 110 }, { 21, 50 }, { 20, 45 },
	{ 19, 30 }, { 18, 15 }, { 17, 10 }, { 16, 15 }, { 14, 5 }, { 32, 20 },
};
static const struct share sites6[] = {
	{ 48, 460 }, { 32, 130 }, { 44, 110 }, { 40, 90 }, { 36, 60 },
	{ 29, 25 }, { 33, 20 }, { 46, 30 }, { 47, 20 }, { 56, 25 }, { 64, 20 },
	{ 128, 10 },
};
static const struct share hosts4[] = { { 32, 950 }, { 24, 50 } };
static const struct share hosts6[] = { { 128, 500 }, { 64, 450 }, { 48, 50 } };

static uint64_t
random64(void)
{
	static uint64_t state;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned
random_below(unsigned bound)
{
	return (unsigned)(random64() % bound);
}

static void
put_bits(uint8_t *bytes, uint64_t bits, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		bytes[i] = (uint8_t)(bits >> 8 * (7 - i));
}

static struct address
any_v4(void)
{
	struct address a = { .family = 4 };

	/* 1.0.0.0 to 223.255.255.255 */
	put_bits(a.bytes, random64(), 4);
	a.bytes[0] = (uint8_t)(1 + random_below(223));
	return a;
}

/* A number of ${bits}, small ones far more often. */
static uint64_t
low_number(unsigned bits)
{
	return random64() >> (64 - bits + random_below(bits));
}

static struct address
any_v6(void)
{
	static const uint16_t blocks[] = {
		0x2001, 0x2400, 0x2600, 0x2604, 0x2803, 0x2a00, 0x2a02, 0x2a0c,
	};
	struct address a = { .family = 6 };
	uint64_t high = (uint64_t)blocks[random_below(COUNT(blocks))] << 48;

	high += (uint64_t)random_below(4) << 48 |
	    (uint64_t)(random_below(1000) * 8) << 32;
	high |= low_number(16) << 16;
	high |= random_below(2) ? low_number(16) : random64() & 0xffff;
	put_bits(a.bytes, high, 8);
	put_bits(a.bytes + 8, random_below(2) ? low_number(64) : random64(), 8);
	return a;
}

static unsigned
any_length(const struct share *shares)
{
	unsigned at = random_below(1000);

	for (; at >= shares->of_1000; shares++)
		at -= shares->of_1000;
	return shares->bits;
}

/* Bits from ${first} on: all zero, or any. */
static void
end_with(struct address *a, unsigned first, bool random)
{
	for (unsigned bit = first; bit < address_bits(a); bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		a->bytes[bit / 8] &= (uint8_t)~mask;
		if (random && random_below(2))
			a->bytes[bit / 8] |= mask;
	}
}

static struct netblock
any_block(const struct share *v4, const struct share *v6)
{
	struct netblock n;

	if (v4 != NULL && (v6 == NULL || random_below(2))) {
		n.base = any_v4();
		n.prefix = (uint8_t)any_length(v4);
	} else {
		n.base = any_v6();
		n.prefix = (uint8_t)any_length(v6);
	}
	end_with(&n.base, n.prefix, false);
	return n;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Half of the look-ups are for addresses in a prefix; of the other half most
 * are in none. */
static void
fill_asked(struct address *asked, const struct netblock *blocks,
    unsigned count, const struct share *v4, const struct share *v6)
{
	for (unsigned i = 0; i < LOOKUPS; i++) {
		const struct netblock *n = &blocks[random_below(count)];

		if (random_below(2)) {
			asked[i] = n->base;
			end_with(&asked[i], n->prefix, true);
		} else {
			asked[i] = any_block(v4, v6).base;
			end_with(&asked[i], address_bits(&asked[i]) / 2, true);
		}
	}
}

/* Nanoseconds that PART look-ups take, and how many found something. */
static double
ask_part(const struct prefixes *t, const struct address *asked, bool in_turn,
    unsigned *rethits)
{
	double start = now();
	unsigned hits = 0, step = 0;

	for (unsigned i = 0; i < PART; i++) {
		size_t place = 0;

		hits += prefixes_find(t, &asked[i ^ step], &place);
		step = in_turn ? place >> 31 & 1 : 0;
	}
	*rethits = hits;
	return now() - start;
}

/* Nanoseconds a look-up, and how many found something. */
static double
ask(const struct prefixes *t, const struct address *asked, bool in_turn,
    unsigned *rethits)
{
	double least[LOOKUPS / PART], sum = 0;

	for (int round = 0; round < ROUNDS; round++) {
		*rethits = 0;
		for (unsigned i = 0; i < LOOKUPS / PART; i++) {
			unsigned hits;
			double taken = ask_part(t, asked + i * PART, in_turn,
			    &hits);

			if (round == 0 || taken < least[i])
				least[i] = taken;
			*rethits += hits;
		}
	}
	for (unsigned i = 0; i < LOOKUPS / PART; i++)
		sum += least[i];
	return sum / LOOKUPS;
}

static void
try_mix(const char *name, unsigned count, const struct share *v4,
    const struct share *v6)
{
	struct netblock *blocks = calloc(count, sizeof(*blocks));
	struct address *asked = calloc(LOOKUPS, sizeof(*asked));
	struct prefixes *t = NULL;
	double built = 0, together, in_turn, clients;
	unsigned hits, found;

	if (blocks == NULL || asked == NULL)
		exit(EXIT_FAILURE);
	for (unsigned i = 0; i < count; i++)
		blocks[i] = any_block(v4, v6);
	fill_asked(asked, blocks, count, v4, v6);
	for (int round = 0; round < 5; round++) {
		double start = now();

		prefixes_free(t);
		if ((t = prefixes_new(blocks, count)) == NULL)
			exit(EXIT_FAILURE);
		if (round == 0 || now() - start < built)
			built = now() - start;
	}
	together = ask(t, asked, false, &hits);
	in_turn = ask(t, asked, true, &hits);
	found = hits;
	for (unsigned i = CLIENTS; i < LOOKUPS; i++)
		asked[i] = asked[random_below(CLIENTS)];
	clients = ask(t, asked, false, &hits);
	printf("%-12s %8.1f %8.1f %8.1f %6u%% %8zu %8.1f\n", name, together,
	    in_turn, clients, (unsigned)(found * 100.0 / LOOKUPS),
	    prefixes_bytes(t) / 1024, built / 1e6);
	prefixes_free(t);
	free(blocks);
	free(asked);
}

int
main(int argc, char **argv)
{
	unsigned count = argc > 1 ?
	    (unsigned)strtoul(argv[1], NULL, 10) : 100000;

	if (count == 0 || count > PREFIXES_MAX) {
		fprintf(stderr, "usage: prefixes [COUNT]\n");
		return 2;
	}
	printf("%-12s %8s %8s %8s %7s %8s %8s\n", "", "together", "in turn",
	    "clients", "found", "KiB", "build ms");
	try_mix("sites v4", count, sites4, NULL);
	try_mix("sites v6", count, NULL, sites6);
	try_mix("sites mixed", count, sites4, sites6);
	try_mix("hosts v4", count, hosts4, NULL);
	try_mix("hosts v6", count, NULL, hosts6);
	try_mix("hosts mixed", count, hosts4, hosts6);
	return EXIT_SUCCESS;
}
