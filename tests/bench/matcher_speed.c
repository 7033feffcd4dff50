/*
 * matcher_speed [MOST] - what it costs to find a name, or not to, among
 * 1,000 to MOST (10,000,000) bad names, beside what one would write first.
 *
 * All answer the same question: is this name listed, or below one that is?
 *
 *	ours		the rules as both programs ask them, of a list read
 *			from text; and of the same list compiled
 *	sorted array	pointers to strings, binary search, strcmp
 *	hash table	pointers to strings, FNV-1a, open addressing, strcmp
 *	Hyperscan	the names as literals, in block mode; it finds them
 *			anywhere in a name, so it answers less
 *
 * The names are made up, the same every time, as long as real ones.  A hit is
 * a listed name, or one label below.  A miss looks alike; as among popular
 * names, one in twelve is in a zone that has listed names of others, too (of
 * those a fifth is in such zones); of the third kind all are.  Times are CPU times of this process, the
 * least of several rounds.
 */

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "match/rules.h"

#define ASKED (1U << 16)	/* names asked for, of each kind */
#define ROUNDS 5
#define TEXT_SIZE 64		/* of a name made up */
#define WWW "www."
#define LISTED_SHARED 12	/* of 60 in zones that many share */
#define OTHERS_SHARED 5
#define ALL_SHARED 60
#define HYPERSCAN_MOST 10000	/* beyond, it compiles for minutes */
#define MALTRAIL_BYTES 68.0	/* a row of its table, as published */
#define MEMORY_EACH 320		/* octets a name that all of this takes */

enum { MISS, SHARED, HIT, KINDS };

struct asked {
	struct dns_name name[ASKED];
	char text[ASKED][TEXT_SIZE + sizeof(WWW)];
};

/* The names of a list, each with a NUL, in the order of the file. */
struct names {
	char *arena;
	const char **at;
	size_t count, octets;
};

struct cost {
	double ns[KINDS];	/* for one name */
	double bytes;		/* for one name */
	double load;		/* seconds */
	size_t hits[KINDS];
};

static struct asked asked[KINDS];

/* One way to look: is this one, the ${i}th of a kind, bad? */
typedef bool look(const void *ctx, const struct asked *kind, size_t i);

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
fail(const char *what)
{
	fprintf(stderr, "matcher_speed: %s\n", what);
	exit(EXIT_FAILURE);
}

static void *
allocate(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (p == NULL)
		fail("out of memory");
	return p;
}

/* --- names ----------------------------------------------------------------- */

static uint64_t
mix(uint64_t z)
{
	z += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* The ${i}th name of all: letters and the number, a zone, and before a quarter
 * of them another label. */
static void
make_name(uint64_t i, unsigned of_60, char ret[TEXT_SIZE])
{
	static const char *const zones[] = {
		"com", "com", "com", "net", "org", "xyz", "top", "ru"
	}, *const shared[] = {
		"co.uk", "com.br", "host.example", "cloud.example.net"
	};
	static const char *const labels[] = {
		"mail", "cdn", "update", "api"
	};
	uint64_t r = mix(i);
	size_t length = 0, more = r >> 8 & 7;

	if (r >> 16 & 1 && r >> 17 & 1)
		length = (size_t)snprintf(ret, TEXT_SIZE, "%s%u.",
		    labels[r >> 20 & 3], (unsigned)(r >> 24 & 15));
	for (size_t k = 0; k < more + 1; k++)
		ret[length++] = (char)('a' + (r >> (28 + 4 * k) & 15));
	ret[length++] = '-';	/* so that no two are the same */
	do {
		ret[length++] = "bcdfghjklmnpqrstvwxz0123456789aeiouy"[i % 36];
		i /= 36;
	} while (i > 0);
	snprintf(ret + length, TEXT_SIZE - length, ".%s",
	    (r >> 32) % 60 < of_60 ? shared[r & 3] : zones[r & 7]);
}

static struct names
make_names(size_t count)
{
	struct names n = {
		.at = allocate(count, sizeof(*n.at)), .count = count
	};
	size_t size = 0;

	for (size_t i = 0; i < count; i++) {
		char text[TEXT_SIZE];

		make_name(i, LISTED_SHARED, text);
		size += strlen(text) + 1;
	}
	n.arena = allocate(size, 1);
	for (size_t i = 0; i < count; i++) {
		char *to = n.arena + n.octets;

		make_name(i, LISTED_SHARED, to);
		n.at[i] = to;
		n.octets += strlen(to) + 1;
	}
	return n;
}

static void
ask_for(struct asked *kind, size_t i, uint64_t number, unsigned of_60)
{
	char text[TEXT_SIZE];

	make_name(number, of_60, text);
	snprintf(kind->text[i], sizeof(kind->text[i]), "%s%s",
	    i % 2 ? WWW : "", text);
	if (dns_name_from_text(kind->text[i], strlen(kind->text[i]),
	    &kind->name[i]) != 0)
		fail("a name that is none");
}

static void
choose(size_t count)
{
	for (size_t i = 0; i < ASKED; i++) {
		ask_for(&asked[HIT], i, mix(i) % count, LISTED_SHARED);
		ask_for(&asked[MISS], i, (UINT64_C(1) << 24) + mix(i) %
		    (UINT64_C(1) << 24), OTHERS_SHARED);
		ask_for(&asked[SHARED], i, (UINT64_C(2) << 24) + mix(i) %
		    (UINT64_C(1) << 24), ALL_SHARED);
	}
}

/* --- what is measured ------------------------------------------------------ */

static void
measure(look *find, const void *ctx, struct cost *ret)
{
	for (int kind = 0; kind < KINDS; kind++) {
		double least = 1e9;

		for (int round = 0; round < ROUNDS; round++) {
			double start = now();

			ret->hits[kind] = 0;
			for (size_t i = 0; i < ASKED; i++)
				ret->hits[kind] += find(ctx, &asked[kind], i);
			start = now() - start;
			if (start < least)
				least = start;
		}
		ret->ns[kind] = least / ASKED * 1e9;
	}
}

static void
row(const char *what, const struct cost *c, const struct cost *ours)
{
	printf("%-16s  %7.1f  %9.1f  %6.1f  %6.1f  %6.1f  %6.1f  %8.2f  %8.4f  "
	    "%6.1f\n", what, c->ns[MISS], c->ns[SHARED], c->ns[HIT],
	    c->ns[MISS] / ours->ns[MISS], c->ns[HIT] / ours->ns[HIT], c->bytes,
	    c->bytes / MALTRAIL_BYTES, c->load,
	    100.0 * (double)c->hits[MISS] / ASKED);
	if (c->hits[HIT] != ASKED)
		printf("(%s finds %zu of %u)\n", what, c->hits[HIT], ASKED);
	fflush(stdout);
}

/* --- ours ------------------------------------------------------------------ */

static bool
find_rules(const void *ctx, const struct asked *kind, size_t i)
{
	static const struct address client = { .family = 4 };
	const struct rules *r = ctx;
	struct rules_question q = {
		.name = &kind->name[i], .client = &client, .qtype = 1
	};
	struct rules_match match;

	return rules_may_match(r, NULL, q.name) &&
	    rules_match(r, NULL, &q, &match) == RULES_BAD;
}

/* Load the list in ${file}, text or compiled, and look. */
static struct rules *
load(FILE *file, size_t count, struct cost *ret)
{
	static struct rules_list list;
	char error[256];
	struct rules_size size;
	struct rules *r;

	memset(&list, 0, sizeof(list));
	if (list_spec_parse("names,match=suffix,format=plain", &list.spec,
	    error, sizeof(error)) != 0)
		fail(error);
	rewind(file);
	list.file = file;
	ret->load = now();
	r = rules_load(&(struct rules_options){ .lists = &list, .count = 1 },
	    error, sizeof(error));
	ret->load = now() - ret->load;
	if (r == NULL)
		fail(error);
	size = rules_size(r);
	if (size.names != count)
		fail("not as many names as were written");
	ret->bytes = (double)(size.bytes + size.shared) / (double)count;
	measure(find_rules, r, ret);
	return r;
}

static FILE *
write_list(const struct names *n)
{
	FILE *file = tmpfile();

	if (file == NULL)
		fail("no temporary file");
	for (size_t i = 0; i < n->count; i++)
		fprintf(file, "%s\n", n->at[i]);
	if (fflush(file) != 0)
		fail("a temporary file cannot be written");
	return file;
}

static struct cost
our_rows(const struct names *n)
{
	FILE *text = write_list(n), *compiled = tmpfile();
	struct cost ours, mapped;
	struct rules *r = load(text, n->count, &ours);
	double start;

	row("ours", &ours, &ours);
	start = now();
	if (compiled == NULL || rules_file_write(r, compiled) != 0)
		fail("a compiled file cannot be written");
	start = now() - start;
	rules_free(r);
	fclose(text);
	r = load(compiled, n->count, &mapped);
	row("ours, compiled", &mapped, &ours);
	printf("%-16s  %.3f s to write the compiled file\n", "", start);
	rules_free(r);
	fclose(compiled);
	return ours;
}

/* --- a hash table ---------------------------------------------------------- */

struct table {
	const char **slot;
	size_t size;		/* a power of two */
};

static size_t
hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

static const char **
find_slot(const struct table *t, const char *text)
{
	size_t i = hash(text) & (t->size - 1);

	while (t->slot[i] != NULL && strcmp(t->slot[i], text) != 0)
		i = (i + 1) & (t->size - 1);
	return &t->slot[i];
}

/* The next parent's text, or NULL. */
static const char *
parent(const char *text)
{
	const char *dot = strchr(text, '.');

	return dot != NULL ? dot + 1 : NULL;
}

static bool
find_table(const void *ctx, const struct asked *kind, size_t i)
{
	for (const char *text = kind->text[i]; text != NULL;
	    text = parent(text)) {
		if (*find_slot(ctx, text) != NULL)
			return true;
	}
	return false;
}

static void
table_row(const struct names *n, const struct cost *ours)
{
	struct cost c = { .load = now() };
	struct table t = { NULL, 16 };

	while (t.size < 2 * n->count)
		t.size *= 2;
	t.slot = allocate(t.size, sizeof(*t.slot));
	for (size_t i = 0; i < n->count; i++)
		*find_slot(&t, n->at[i]) = n->at[i];
	c.load = now() - c.load;
	c.bytes = (double)(t.size * sizeof(*t.slot) + n->octets) /
	    (double)n->count;
	measure(find_table, &t, &c);
	row("hash table", &c, ours);
	free(t.slot);
}

/* --- a sorted array -------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool
find_sorted(const void *ctx, const struct asked *kind, size_t i)
{
	const struct names *n = ctx;

	for (const char *text = kind->text[i]; text != NULL;
	    text = parent(text)) {
		if (bsearch(&text, n->at, n->count, sizeof(*n->at),
		    compare) != NULL)
			return true;
	}
	return false;
}

/* Sorts ${n}. */
static void
sorted_row(struct names *n, const struct cost *ours)
{
	struct cost c = { .load = now() };

	qsort(n->at, n->count, sizeof(*n->at), compare);
	c.load = now() - c.load;
	c.bytes = (double)(n->count * sizeof(*n->at) + n->octets) /
	    (double)n->count;
	measure(find_sorted, n, &c);
	row("sorted array", &c, ours);
}

/* --- Hyperscan ------------------------------------------------------------- */

struct scanner {
	hs_database_t *database;
	hs_scratch_t *scratch;
};

static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *found)
{
	(void)id, (void)from, (void)to, (void)flags;
	*(bool *)found = true;
	return 1;		/* the first is enough */
}

static bool
find_scanner(const void *ctx, const struct asked *kind, size_t i)
{
	const struct scanner *s = ctx;
	bool found = false;

	hs_scan(s->database, kind->text[i], (unsigned)strlen(kind->text[i]),
	    0, s->scratch, on_match, &found);
	return found;
}

static void
hyperscan_row(const struct names *n, const struct cost *ours)
{
	struct cost c = { .load = now() };
	struct scanner s = { NULL, NULL };
	hs_compile_error_t *error = NULL;
	unsigned *flags = allocate(n->count, sizeof(*flags));
	unsigned *ids = allocate(n->count, sizeof(*ids));
	size_t *lengths = allocate(n->count, sizeof(*lengths)), size = 0;

	for (size_t i = 0; i < n->count; i++) {
		lengths[i] = strlen(n->at[i]);
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(n->at, flags, ids, lengths,
	    (unsigned)n->count, HS_MODE_BLOCK, NULL, &s.database, &error) !=
	    HS_SUCCESS) {
		printf("Hyperscan: %s\n", error->message);
		hs_free_compile_error(error);
	} else if (hs_alloc_scratch(s.database, &s.scratch) == HS_SUCCESS) {
		c.load = now() - c.load;
		hs_database_size(s.database, &size);
		c.bytes = (double)size / (double)n->count;
		measure(find_scanner, &s, &c);
		row("Hyperscan", &c, ours);
		hs_free_scratch(s.scratch);
	}
	hs_free_database(s.database);
	free(flags);
	free(ids);
	free(lengths);
}

/* --- the whole ------------------------------------------------------------- */

static bool
memory_is_there(size_t count)
{
	long pages = sysconf(_SC_AVPHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages < 0 || (double)pages * (double)size >
	    (double)count * MEMORY_EACH;
}

static void
rows(size_t count)
{
	struct names n;
	struct cost ours;

	if (!memory_is_there(count)) {
		printf("\n%zu names: not enough free memory\n", count);
		return;
	}
	n = make_names(count);
	choose(count);
	printf("\n%zu names of %.1f octets\n\n%-16s  %7s  %9s  %6s  %6s  %6s  %6s  "
	    "%8s  %8s  %6s\n", count, (double)n.octets / (double)count - 1, "",
	    "ns miss", "ns shared", "ns hit", "x ours", "x ours", "B/name", "x mltrl",
	    "load s", "% miss");
	ours = our_rows(&n);
	table_row(&n, &ours);
	if (count <= HYPERSCAN_MOST)
		hyperscan_row(&n, &ours);
	sorted_row(&n, &ours);
	free(n.at);
	free(n.arena);
}

int
main(int argc, char **argv)
{
	static const size_t counts[] = {
		1000, 10000, 100000, 1000000, 10000000
	};
	size_t most = 10000000;

	if (argc > 2) {
		fprintf(stderr, "usage: matcher_speed [MOST]\n");
		return 2;
	}
	if (argc == 2)
		most = strtoul(argv[1], NULL, 10);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i] <= most)
			rows(counts[i]);
	}
	return EXIT_SUCCESS;
}
