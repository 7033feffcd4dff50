#include "match/regexes.h"

#include <hs/hs.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NONE UINT_MAX
/* Texts are short: where an expression matches is not asked, nor how often. */
#define FLAGS (HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH)

struct item {
	uint64_t lists;
	size_t length;
	char text[REGEXES_LENGTH_MAX + 1];
};

struct regexes {
	struct item *items;
	size_t count, size;
	hs_database_t *database;	/* all compiled; NULL: not yet */
	size_t compiled;		/* octets: of each alone, then of all */
	hs_scratch_t *scratch;		/* to try them */
};

struct regexes_scratch {
	hs_scratch_t *hs;
};

/* Texts with next to nothing in common. */
static const char *const unlike[] = {
	"a.b", "example.com", "www.example.net", "1.2.0.192.in-addr.arpa",
	"_ldap._tcp.dept.example.edu", "xn--bcher-kva.example",
};

/* Say why; return -1. */
static int __attribute__((format(printf, 2, 3)))
refuse(char reterr[REGEXES_ERROR_SIZE], const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(reterr, REGEXES_ERROR_SIZE, format, ap);
	va_end(ap);
	return -1;
}

static int
out_of_memory(char reterr[REGEXES_ERROR_SIZE])
{
	return refuse(reterr, "out of memory");
}

/* --- Hyperscan ----------------------------------------------------------- */

/* Keep the lowest number of an expression that matches. */
static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *ctx)
{
	unsigned *first = ctx;

	(void)from, (void)to, (void)flags;
	if (id < *first)
		*first = id;
	return id == 0;
}

/* The first that matches, or NONE; -1 if Hyperscan fails. */
static int
scan(const hs_database_t *database, hs_scratch_t *scratch, const char *text,
    size_t length, unsigned *ret)
{
	hs_error_t error;

	*ret = NONE;
	error = hs_scan(database, text, (unsigned)length, 0, scratch, on_match,
	    ret);
	return error == HS_SUCCESS || error == HS_SCAN_TERMINATED ? 0 : -1;
}

static bool
matches_each(const hs_database_t *database, hs_scratch_t *scratch)
{
	unsigned first;

	for (size_t i = 0; i < COUNT(unlike); i++) {
		if (scan(database, scratch, unlike[i], strlen(unlike[i]),
		    &first) == 0 && first == NONE)
			return false;
	}
	return true;
}

/* Hyperscan's own sentence, without its full stop; it is freed. */
static int
say_why(hs_compile_error_t *why, char reterr[REGEXES_ERROR_SIZE])
{
	const char *text = why != NULL && why->message != NULL ?
	    why->message : "no reason given";
	size_t length = strlen(text);

	if (length > 0 && text[length - 1] == '.')
		length--;
	refuse(reterr, "%.*s", (int)length, text);
	hs_free_compile_error(why);
	return -1;
}

/* Does it match where there is nothing?  -1: it is no expression at all. */
static int
matches_nothing(const char *text, char reterr[REGEXES_ERROR_SIZE])
{
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *why = NULL;
	int nothing;

	if (hs_expression_info(text, FLAGS, &info, &why) != HS_SUCCESS)
		return say_why(why, reterr);
	nothing = info->min_width == 0;
	free(info);
	return nothing;
}

/* Is what one expression was compiled to of any use?  Count its octets. */
static int
judge(struct regexes *r, const hs_database_t *database,
    char reterr[REGEXES_ERROR_SIZE])
{
	size_t size;

	if (hs_database_size(database, &size) != HS_SUCCESS ||
	    hs_alloc_scratch(database, &r->scratch) != HS_SUCCESS)
		return out_of_memory(reterr);
	if (r->compiled + size > REGEXES_COMPILED_MAX)
		return refuse(reterr, "the regexes need over %zu MiB compiled",
		    REGEXES_COMPILED_MAX >> 20);
	if (matches_each(database, r->scratch))
		return refuse(reterr, "it matches about every name");
	r->compiled += size;
	return 0;
}

/* Compile one expression alone, to see what it is good for. */
static int
try_one(struct regexes *r, const char *text, char reterr[REGEXES_ERROR_SIZE])
{
	hs_database_t *database = NULL;
	hs_compile_error_t *why = NULL;
	int result = matches_nothing(text, reterr);

	if (result < 0)
		return -1;
	if (result > 0)
		return refuse(reterr, "it matches the empty text, so that it "
		    "matches every name");
	if (hs_compile(text, FLAGS, HS_MODE_BLOCK, NULL, &database, &why) !=
	    HS_SUCCESS)
		return say_why(why, reterr);
	result = judge(r, database, reterr);
	hs_free_database(database);
	return result;
}

/* Compile ${count} expressions, numbered from 0, into one database. */
static int
compile(const char *const *texts, size_t count, hs_database_t **ret,
    char reterr[REGEXES_ERROR_SIZE])
{
	unsigned *numbers = calloc(count, sizeof(*numbers));
	unsigned *flags = calloc(count, sizeof(*flags));
	hs_compile_error_t *why = NULL;
	int result = 0;

	if (numbers == NULL || flags == NULL) {
		result = out_of_memory(reterr);
		goto err0;
	}
	for (size_t i = 0; i < count; i++) {
		numbers[i] = (unsigned)i;
		flags[i] = FLAGS;
	}
	if (hs_compile_multi(texts, flags, numbers, (unsigned)count,
	    HS_MODE_BLOCK, NULL, ret, &why) != HS_SUCCESS)
		result = say_why(why, reterr);
err0:
	free(numbers);
	free(flags);
	return result;
}

static int
compile_items(struct regexes *r, char reterr[REGEXES_ERROR_SIZE])
{
	const char **texts = calloc(r->count, sizeof(*texts));
	int result;

	if (texts == NULL)
		return out_of_memory(reterr);
	for (size_t i = 0; i < r->count; i++)
		texts[i] = r->items[i].text;
	result = compile(texts, r->count, &r->database, reterr);
	free(texts);
	return result;
}

/* Does the library see what vectorscan 5.4.9 on x86 is blind for?  Whoever
 * built this had another, but the two go by one name. */
static int
try_library(struct regexes *r, char reterr[REGEXES_ERROR_SIZE])
{
	static const char *const texts[] = {
		"a{2}", "^[^a][^a]{1,3}c*0+a+$", "^-*(ab|c)+[ab]Ba$",
		"^(ab|c)$", "c{2}0\\.?",
	};
	static const char name[] = "ca-\\\\ab.b.a\\\\ac.a--baa";
	hs_database_t *database = NULL;
	unsigned first = NONE;
	int result = compile(texts, COUNT(texts), &database, reterr);

	if (result != 0)
		return result;
	if (hs_alloc_scratch(database, &r->scratch) != HS_SUCCESS)
		result = out_of_memory(reterr);
	else if (scan(database, r->scratch, name, strlen(name), &first) != 0 ||
	    first != 0)
		result = refuse(reterr, "the installed libhs, version %s, "
		    "misses matches: on x86, replace libvectorscan5 by "
		    "libhyperscan5", hs_version());
	hs_free_database(database);
	return result;
}

/* Take note of the database's size; -1 if it is too large. */
static int
weigh(struct regexes *r, char reterr[REGEXES_ERROR_SIZE])
{
	if (hs_database_size(r->database, &r->compiled) != HS_SUCCESS)
		return refuse(reterr, "the compiled regexes are damaged");
	if (r->compiled > REGEXES_COMPILED_MAX)
		return refuse(reterr, "the regexes need %zu MiB compiled, "
		    "over %zu", r->compiled >> 20, REGEXES_COMPILED_MAX >> 20);
	return 0;
}

/* --- building ------------------------------------------------------------ */

struct regexes *
regexes_new(void)
{
	return calloc(1, sizeof(struct regexes));
}

/* Room for another; -1 if there may be no more. */
static int
make_room(struct regexes *r, char reterr[REGEXES_ERROR_SIZE])
{
	size_t larger = r->size + r->size / 2 + 16;
	struct item *grown;

	if (r->count >= REGEXES_MAX)
		return refuse(reterr, "there are over %d regexes", REGEXES_MAX);
	if (r->count < r->size)
		return 0;
	if ((grown = realloc(r->items, larger * sizeof(*grown))) == NULL)
		return out_of_memory(reterr);
	r->items = grown;
	r->size = larger;
	return 0;
}

static struct item *
find_same(struct regexes *r, const char *text, size_t length)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->items[i].length == length &&
		    memcmp(r->items[i].text, text, length) == 0)
			return &r->items[i];
	}
	return NULL;
}

/* Write the next one behind the last; it is not counted yet. */
static struct item *
write_next(struct regexes *r, const char *text, size_t length, uint64_t lists,
    char reterr[REGEXES_ERROR_SIZE])
{
	struct item *next;

	if (make_room(r, reterr) != 0)
		return NULL;
	next = &r->items[r->count];
	next->lists = lists;
	next->length = length;
	memcpy(next->text, text, length);
	next->text[length] = '\0';
	return next;
}

int
regexes_add(struct regexes *r, const char *text, size_t length,
    uint64_t lists, char reterr[REGEXES_ERROR_SIZE])
{
	struct item *item = find_same(r, text, length);

	if (item != NULL) {
		item->lists |= lists;
		return 0;
	}
	item = write_next(r, text, length, lists, reterr);
	if (item == NULL || try_one(r, item->text, reterr) != 0)
		return -1;
	r->count++;
	return 0;
}

int
regexes_add_tried(struct regexes *r, const char *text, size_t length,
    uint64_t lists, char reterr[REGEXES_ERROR_SIZE])
{
	if (write_next(r, text, length, lists, reterr) == NULL)
		return -1;
	r->count++;
	return 0;
}

int
regexes_finish(struct regexes *r, char reterr[REGEXES_ERROR_SIZE])
{
	if (r->count == 0)
		return 0;
	if (try_library(r, reterr) != 0)
		return -1;
	if (r->database == NULL && compile_items(r, reterr) != 0)
		return -1;
	hs_free_scratch(r->scratch);
	r->scratch = NULL;
	return weigh(r, reterr);
}

/* --- looking ------------------------------------------------------------- */

struct regexes_scratch *
regexes_scratch_new(const struct regexes *r)
{
	struct regexes_scratch *s = calloc(1, sizeof(*s));

	if (s != NULL && r->database != NULL &&
	    hs_alloc_scratch(r->database, &s->hs) != HS_SUCCESS) {
		free(s);
		return NULL;
	}
	return s;
}

void
regexes_scratch_free(struct regexes_scratch *s)
{
	if (s == NULL)
		return;
	hs_free_scratch(s->hs);
	free(s);
}

int
regexes_find(const struct regexes *r, struct regexes_scratch *s,
    const char *text, size_t length, struct regex *ret)
{
	unsigned first;

	if (r->database == NULL)
		return 0;
	if (scan(r->database, s->hs, text, length, &first) != 0)
		return -1;
	if (first >= r->count)
		return 0;
	*ret = regexes_get(r, first);
	return 1;
}

size_t
regexes_count(const struct regexes *r)
{
	return r->count;
}

struct regex
regexes_get(const struct regexes *r, size_t number)
{
	const struct item *item = &r->items[number];

	return (struct regex){ item->text, item->length, item->lists };
}

size_t
regexes_bytes(const struct regexes *r)
{
	return sizeof(*r) + r->size * sizeof(*r->items) + r->compiled;
}

/* --- as octets ----------------------------------------------------------- */

int
regexes_pack(const struct regexes *r, char **ret, size_t *retlength)
{
	*ret = NULL;
	*retlength = 0;
	if (r->database == NULL)
		return 0;
	return hs_serialize_database(r->database, ret, retlength) ==
	    HS_SUCCESS ? 0 : -1;
}

int
regexes_unpack(struct regexes *r, const char *bytes, size_t length,
    char reterr[REGEXES_ERROR_SIZE])
{
	hs_error_t error;

	if (r->count == 0)
		return 0;
	error = hs_deserialize_database(bytes, length, &r->database);
	if (error == HS_SUCCESS || error == HS_DB_VERSION_ERROR ||
	    error == HS_DB_PLATFORM_ERROR)
		return 0;	/* without a database, finish compiles */
	return error == HS_NOMEM ? out_of_memory(reterr) :
	    refuse(reterr, "the compiled regexes are damaged");
}

void
regexes_free(struct regexes *r)
{
	if (r == NULL)
		return;
	hs_free_scratch(r->scratch);
	hs_free_database(r->database);
	free(r->items);
	free(r);
}
