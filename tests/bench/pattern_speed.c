/*
 * pattern_speed LIST - what a name costs in lists of substrings and of
 * regular expressions, beside a loop of memmem over the same strings.
 *
 * LIST is the list of names that tests/bench/generate makes.  The first of
 * them are the strings; its last ones, which are alike but not the same, are
 * looked for.  Times are CPU times of this process.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "match/patterns.h"

#define NAMES 20000		/* looked for */
#define LOOKS 200000.0		/* that memmem may take, about */

struct line {
	char *text;
	size_t length;
};

struct input {
	struct line *lines;
	size_t count;
	struct dns_name names[NAMES];
	char texts[NAMES][DNS_NAME_TEXT_SIZE];
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
read_list(const char *path, struct input *in)
{
	FILE *f = fopen(path, "r");
	size_t size = 0, room = 0;
	char *line = NULL;
	ssize_t length;

	if (f == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	while ((length = getline(&line, &size, f)) > 1) {
		if (in->count == room) {
			room = 2 * room + 1024;
			in->lines = realloc(in->lines,
			    room * sizeof(*in->lines));
			if (in->lines == NULL)
				abort();
		}
		line[length - 1] = '\0';
		in->lines[in->count++] = (struct line){
			strdup(line), (size_t)length - 1
		};
	}
	free(line);
	fclose(f);
	if (in->count < 2 * NAMES) {
		fprintf(stderr, "%s: too short\n", path);
		exit(EXIT_FAILURE);
	}
}

/* The last names of the list, each with another first label. */
static void
choose_names(struct input *in)
{
	for (size_t i = 0; i < NAMES; i++) {
		char text[1100];
		const char *listed = in->lines[in->count - NAMES + i].text;

		snprintf(text, sizeof(text), "%s.%s", i % 2 ? "www" : "cdn7",
		    listed);
		if (dns_name_from_text(text, strlen(text), &in->names[i]) != 0)
			dns_name_from_text("www.example", 11, &in->names[i]);
		dns_name_to_text(&in->names[i], in->texts[i]);
	}
}

static struct patterns *
build(const struct input *in, size_t count, enum patterns_kind kind)
{
	struct patterns_builder *b = patterns_builder_new();
	char text[1100], error[PATTERNS_ERROR_SIZE] = "";

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), kind == PATTERNS_REGEX ?
		    "^([a-z0-9-]+\\.)*%.9s[0-9]{2,4}\\." : "%s",
		    in->lines[i].text);
		patterns_builder_add(b, text, strlen(text), kind, 0, error);
	}
	return patterns_builder_finish(b, error);
}

/* Nanoseconds for a name, of patterns. */
static double
find_all(const struct input *in, const struct patterns *p, size_t *hits)
{
	struct patterns_scratch *s = patterns_scratch_new(p);
	struct patterns_match match;
	double start;

	*hits = 0;
	for (size_t i = 0; i < NAMES; i++)	/* into the cache */
		*hits += patterns_find(s, &in->names[i], &match);
	start = now();
	for (int round = 0; round < 10; round++) {
		for (size_t i = 0; i < NAMES; i++)
			patterns_find(s, &in->names[i], &match);
	}
	start = now() - start;
	patterns_scratch_free(s);
	return start / 10 / NAMES * 1e9;
}

/* The same of memmem, with so many names that it ends. */
static double
memmem_all(const struct input *in, size_t count)
{
	size_t names = (size_t)(LOOKS * 10 / (double)count) + 1, hits = 0;
	double start = now();

	if (names > NAMES)
		names = NAMES;
	for (size_t i = 0; i < names; i++) {
		size_t length = strlen(in->texts[i]);

		for (size_t k = 0; k < count; k++)
			hits += memmem(in->texts[i], length,
			    in->lines[k].text, in->lines[k].length) != NULL;
	}
	start = now() - start;
	if (hits == (size_t)-1)
		abort();	/* it must be counted, or it is not done */
	return start / (double)names * 1e9;
}

static void
row(const struct input *in, size_t count, enum patterns_kind kind)
{
	double start = now(), built;
	struct patterns *p = build(in, count, kind);
	size_t hits;
	double each;

	if (p == NULL)
		return;
	built = now() - start;
	each = find_all(in, p, &hits);
	printf("%-10s  %9zu  %8.2f  %7.1f  %8.0f  ",
	    kind == PATTERNS_REGEX ? "regexes" : "substrings",
	    patterns_count(p, kind), built,
	    (double)patterns_bytes(p) / (1 << 20), each);
	if (kind == PATTERNS_SUBSTRING)
		printf("%14.0f  ", memmem_all(in, count));
	else
		printf("%14s  ", "-");
	printf("%5.2f\n", 100.0 * (double)hits / NAMES);
	patterns_free(p);
}

int
main(int argc, char **argv)
{
	static const size_t counts[] = { 1, 1000, 10000, 100000, 1000000 };
	static struct input in;

	if (argc != 2) {
		fprintf(stderr, "usage: pattern_speed LIST\n");
		return 2;
	}
	read_list(argv[1], &in);
	choose_names(&in);
	printf("%-10s  %9s  %8s  %7s  %8s  %14s  %5s\n", "kind", "patterns",
	    "build s", "MiB", "ns/name", "memmem ns/name", "% hit");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		size_t most = in.count - NAMES;

		row(&in, counts[i] < most ? counts[i] : most,
		    PATTERNS_SUBSTRING);
	}
	for (size_t i = 10; i <= 1000; i *= 10)
		row(&in, i, PATTERNS_REGEX);
	return EXIT_SUCCESS;
}
