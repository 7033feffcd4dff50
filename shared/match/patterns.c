#include "match/patterns.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "match/name_hash.h"
#include "match/regexes.h"
#include "match/substrings.h"

struct patterns {
	struct substrings *substrings;
	struct regexes *regexes;
};

/* A builder is patterns that are not indexed and compiled yet. */
struct patterns_builder {
	struct patterns p;
};

struct patterns_scratch {
	const struct patterns *p;
	struct regexes_scratch *regexes;
	uint64_t failures;
	char text[DNS_NAME_TEXT_SIZE + SUBSTRINGS_PAD];
};

_Static_assert(PATTERNS_ERROR_SIZE >= REGEXES_ERROR_SIZE, "sentences fit");
_Static_assert(PATTERNS_TEXT_SIZE > SUBSTRINGS_LENGTH_MAX &&
    PATTERNS_TEXT_SIZE > REGEXES_LENGTH_MAX, "patterns fit");

/* Say why; return -1. */
static int __attribute__((format(printf, 2, 3)))
refuse(char reterr[PATTERNS_ERROR_SIZE], const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(reterr, PATTERNS_ERROR_SIZE, format, ap);
	va_end(ap);
	return -1;
}

static int
out_of_memory(char reterr[PATTERNS_ERROR_SIZE])
{
	return refuse(reterr, "out of memory");
}

/* --- building ------------------------------------------------------------ */

static void
release(struct patterns *p)
{
	substrings_free(p->substrings);
	regexes_free(p->regexes);
}

struct patterns_builder *
patterns_builder_new(void)
{
	struct patterns_builder *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->p.substrings = substrings_new();
	b->p.regexes = regexes_new();
	if (b->p.substrings == NULL || b->p.regexes == NULL) {
		patterns_builder_free(b);
		return NULL;
	}
	return b;
}

void
patterns_builder_free(struct patterns_builder *b)
{
	if (b == NULL)
		return;
	release(&b->p);
	free(b);
}

/* May ${text} be a pattern at all, by its length and its octets? */
static int
check_text(const char *text, size_t length, enum patterns_kind kind,
    char reterr[PATTERNS_ERROR_SIZE])
{
	bool regex = kind == PATTERNS_REGEX;
	size_t most = regex ? REGEXES_LENGTH_MAX : SUBSTRINGS_LENGTH_MAX;

	if (length == 0)
		return refuse(reterr, "it is empty");
	if (length == 1 && !regex)
		return refuse(reterr, "a single octet is in about every name");
	if (length > most)
		return refuse(reterr, "it has over %zu octets", most);
	for (size_t i = 0; i < length; i++) {
		if (text[i] < (regex ? ' ' : '!') || text[i] > '~')
			return refuse(reterr, "octet %zu of it is none that a "
			    "printed name has", i + 1);
	}
	return 0;
}

static int
add_substring(struct patterns *p, const char *text, size_t length,
    uint64_t lists, char reterr[PATTERNS_ERROR_SIZE])
{
	char lower[SUBSTRINGS_LENGTH_MAX];

	for (size_t i = 0; i < length; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ?
		    (char)(text[i] | 0x20) : text[i];
	if (substrings_add(p->substrings, lower, length, lists) == 0)
		return 0;
	return errno == EOVERFLOW ? refuse(reterr, "there are over %u "
	    "substrings", SUBSTRINGS_MAX) : out_of_memory(reterr);
}

int
patterns_builder_add(struct patterns_builder *b, const char *text,
    size_t length, enum patterns_kind kind, unsigned list,
    char reterr[PATTERNS_ERROR_SIZE])
{
	uint64_t lists = UINT64_C(1) << list;

	if (check_text(text, length, kind, reterr) != 0)
		return -1;
	return kind == PATTERNS_REGEX ?
	    regexes_add(b->p.regexes, text, length, lists, reterr) :
	    add_substring(&b->p, text, length, lists, reterr);
}

struct patterns *
patterns_builder_finish(struct patterns_builder *b,
    char reterr[PATTERNS_ERROR_SIZE])
{
	struct patterns *p = malloc(sizeof(*p));

	if (p == NULL || substrings_finish(b->p.substrings) != 0) {
		out_of_memory(reterr);
		goto err0;
	}
	if (regexes_finish(b->p.regexes, reterr) != 0)
		goto err0;
	*p = b->p;
	free(b);
	return p;

err0:
	free(p);
	patterns_builder_free(b);
	return NULL;
}

/* --- looking ------------------------------------------------------------- */

struct patterns_scratch *
patterns_scratch_new(const struct patterns *p)
{
	struct patterns_scratch *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->p = p;
	if ((s->regexes = regexes_scratch_new(p->regexes)) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
patterns_scratch_free(struct patterns_scratch *s)
{
	if (s == NULL)
		return;
	regexes_scratch_free(s->regexes);
	free(s);
}

static void
fill(struct patterns_match *ret, enum patterns_kind kind, const char *text,
    size_t length, uint64_t lists)
{
	ret->kind = kind;
	ret->lists = lists;
	ret->length = length;
	memcpy(ret->text, text, length);
	ret->text[length] = '\0';
}

bool
patterns_find(struct patterns_scratch *s, const struct dns_name *name,
    struct patterns_match *ret)
{
	size_t length = dns_name_to_text(name, s->text);
	struct substring sub;
	struct regex regex;
	int found;

	if (substrings_find(s->p->substrings, s->text, length, &sub)) {
		fill(ret, PATTERNS_SUBSTRING, sub.text, sub.length, sub.lists);
		return true;
	}
	found = regexes_find(s->p->regexes, s->regexes, s->text, length,
	    &regex);
	if (found < 0)
		s->failures++;
	if (found <= 0)
		return false;
	fill(ret, PATTERNS_REGEX, regex.text, regex.length, regex.lists);
	return true;
}

uint64_t
patterns_failures(const struct patterns_scratch *s)
{
	return s->failures;
}

size_t
patterns_count(const struct patterns *p, enum patterns_kind kind)
{
	return kind == PATTERNS_REGEX ? regexes_count(p->regexes) :
	    substrings_count(p->substrings);
}

uint64_t
patterns_lists(const struct patterns *p, enum patterns_kind kind, size_t i)
{
	return kind == PATTERNS_REGEX ? regexes_get(p->regexes, i).lists :
	    substrings_get(p->substrings, i).lists;
}

size_t
patterns_bytes(const struct patterns *p)
{
	return sizeof(*p) + substrings_bytes(p->substrings) +
	    regexes_bytes(p->regexes);
}

void
patterns_free(struct patterns *p)
{
	if (p == NULL)
		return;
	release(p);
	free(p);
}

/* --- as octets ----------------------------------------------------------- */

/*
 *	magic, 8 octets; then, all numbers with their high octet first:
 *	u32 substrings, u32 regexes, of each in turn
 *	    u64 lists, u16 length, text
 *	u32 length, database of the regexes as vectorscan writes it
 *	u64 hash of all before
 */
static const uint8_t magic[8] = { 'Q', 'W', 'P', 'A', 'T', 'T', 0, 1 };

#define ITEM_HEAD 10
#define HASH_SIZE 8

static uint8_t *
put(uint8_t *at, uint64_t value, size_t octets)
{
	while (octets-- > 0)
		*at++ = (uint8_t)(value >> 8 * octets);
	return at;
}

static uint8_t *
put_octets(uint8_t *at, const void *octets, size_t length)
{
	if (length > 0)
		memcpy(at, octets, length);
	return at + length;
}

static uint8_t *
put_item(uint8_t *at, uint64_t lists, const char *text, size_t length)
{
	at = put(at, lists, 8);
	at = put(at, length, 2);
	return put_octets(at, text, length);
}

/* How long ${p} will be, with ${compiled} octets of database. */
static size_t
serialized_length(const struct patterns *p, size_t compiled)
{
	size_t length = sizeof(magic) + 4 + 4 + 4 + compiled + HASH_SIZE;

	for (size_t i = 0; i < substrings_count(p->substrings); i++)
		length += ITEM_HEAD + substrings_get(p->substrings, i).length;
	for (size_t i = 0; i < regexes_count(p->regexes); i++)
		length += ITEM_HEAD + regexes_get(p->regexes, i).length;
	return length;
}

/* Both kinds, their numbers first. */
static uint8_t *
put_items(uint8_t *at, const struct patterns *p)
{
	at = put(at, substrings_count(p->substrings), 4);
	at = put(at, regexes_count(p->regexes), 4);
	for (size_t i = 0; i < substrings_count(p->substrings); i++) {
		struct substring s = substrings_get(p->substrings, i);

		at = put_item(at, s.lists, s.text, s.length);
	}
	for (size_t i = 0; i < regexes_count(p->regexes); i++) {
		struct regex r = regexes_get(p->regexes, i);

		at = put_item(at, r.lists, r.text, r.length);
	}
	return at;
}

int
patterns_serialize(const struct patterns *p, uint8_t **ret, size_t *retlength)
{
	char *compiled;
	size_t size, length;
	uint8_t *bytes, *at;

	if (regexes_pack(p->regexes, &compiled, &size) != 0)
		return -1;
	length = serialized_length(p, size);
	if ((bytes = malloc(length)) == NULL) {
		free(compiled);
		return -1;
	}
	at = put_octets(bytes, magic, sizeof(magic));
	at = put_items(at, p);
	at = put(at, size, 4);
	at = put_octets(at, compiled, size);
	put(at, name_hash(bytes, length - HASH_SIZE), HASH_SIZE);
	free(compiled);
	*ret = bytes;
	*retlength = length;
	return 0;
}

static uint64_t
cursor_u64(struct cursor *c)
{
	uint64_t high = cursor_u32(c);

	return high << 32 | cursor_u32(c);
}

/* One pattern, which needs no more than its octets checked: whoever wrote it
 * had it compiled. */
static int
read_item(struct cursor *c, struct patterns *p, enum patterns_kind kind,
    char reterr[PATTERNS_ERROR_SIZE])
{
	uint64_t lists = cursor_u64(c);
	size_t length = cursor_u16(c);
	const char *text = (const char *)cursor_take(c, length);

	if (text == NULL)
		return refuse(reterr, "it is cut short");
	if (check_text(text, length, kind, reterr) != 0)
		return -1;
	return kind == PATTERNS_REGEX ?
	    regexes_add_tried(p->regexes, text, length, lists, reterr) :
	    add_substring(p, text, length, lists, reterr);
}

static int
read_compiled(struct cursor *c, struct patterns *p,
    char reterr[PATTERNS_ERROR_SIZE])
{
	size_t length = cursor_u32(c);
	const char *bytes = (const char *)cursor_take(c, length);

	if (c->failed || cursor_left(c) != 0)
		return refuse(reterr, "its end is not where it should be");
	return regexes_unpack(p->regexes, bytes, length, reterr);
}

static int
read_all(struct cursor *c, struct patterns *p,
    char reterr[PATTERNS_ERROR_SIZE])
{
	uint32_t count[] = { 0, 0 };

	count[PATTERNS_SUBSTRING] = cursor_u32(c);
	count[PATTERNS_REGEX] = cursor_u32(c);
	for (int kind = PATTERNS_SUBSTRING; kind <= PATTERNS_REGEX; kind++) {
		for (uint32_t i = 0; i < count[kind]; i++) {
			if (read_item(c, p, (enum patterns_kind)kind,
			    reterr) != 0)
				return -1;
		}
	}
	return read_compiled(c, p, reterr);
}

/* Is it ours, and whole?  Then ${ret} is at its first number. */
static int
open_buffer(const uint8_t *bytes, size_t length, struct cursor *ret,
    char reterr[PATTERNS_ERROR_SIZE])
{
	struct cursor hash;

	if (length < sizeof(magic) + HASH_SIZE ||
	    memcmp(bytes, magic, sizeof(magic)) != 0)
		return refuse(reterr, "these are no compiled patterns of this "
		    "version");
	hash = cursor_over(bytes + length - HASH_SIZE, HASH_SIZE);
	if (cursor_u64(&hash) != name_hash(bytes, length - HASH_SIZE))
		return refuse(reterr, "they are damaged: wrong checksum");
	*ret = cursor_over(bytes, length - HASH_SIZE);
	cursor_take(ret, sizeof(magic));
	return 0;
}

struct patterns *
patterns_deserialize(const uint8_t *bytes, size_t length,
    char reterr[PATTERNS_ERROR_SIZE])
{
	struct patterns_builder *b;
	struct cursor c = cursor_over(bytes, 0);

	if (open_buffer(bytes, length, &c, reterr) != 0)
		return NULL;
	if ((b = patterns_builder_new()) == NULL) {
		out_of_memory(reterr);
		return NULL;
	}
	if (read_all(&c, &b->p, reterr) != 0) {
		patterns_builder_free(b);
		return NULL;
	}
	return patterns_builder_finish(b, reterr);
}
