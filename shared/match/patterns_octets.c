/* Patterns as octets, for a compiled file. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "match/name_hash.h"
#include "match/patterns_data.h"

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

/* Say why; return -1. */
static int
refuse(char reterr[PATTERNS_ERROR_SIZE], const char *sentence)
{
	snprintf(reterr, PATTERNS_ERROR_SIZE, "%s", sentence);
	return -1;
}

static int
read_item(struct cursor *c, struct patterns_builder *b,
    enum patterns_kind kind, char reterr[PATTERNS_ERROR_SIZE])
{
	uint64_t lists = cursor_u64(c);
	size_t length = cursor_u16(c);
	const char *text = (const char *)cursor_take(c, length);

	if (text == NULL)
		return refuse(reterr, "it is cut short");
	return patterns_builder_add_tried(b, text, length, kind, lists,
	    reterr);
}

static int
read_compiled(struct cursor *c, struct patterns_builder *b,
    char reterr[PATTERNS_ERROR_SIZE])
{
	size_t length = cursor_u32(c);
	const char *bytes = (const char *)cursor_take(c, length);

	if (c->failed || cursor_left(c) != 0)
		return refuse(reterr, "its end is not where it should be");
	return regexes_unpack(b->p.regexes, bytes, length, reterr);
}

static int
read_all(struct cursor *c, struct patterns_builder *b,
    char reterr[PATTERNS_ERROR_SIZE])
{
	uint32_t count[] = { 0, 0 };

	count[PATTERNS_SUBSTRING] = cursor_u32(c);
	count[PATTERNS_REGEX] = cursor_u32(c);
	for (int kind = PATTERNS_SUBSTRING; kind <= PATTERNS_REGEX; kind++) {
		for (uint32_t i = 0; i < count[kind]; i++) {
			if (read_item(c, b, (enum patterns_kind)kind,
			    reterr) != 0)
				return -1;
		}
	}
	return read_compiled(c, b, reterr);
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
		refuse(reterr, "out of memory");
		return NULL;
	}
	if (read_all(&c, b, reterr) != 0) {
		patterns_builder_free(b);
		return NULL;
	}
	return patterns_builder_finish(b, reterr);
}
