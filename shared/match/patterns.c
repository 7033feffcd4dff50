#include "match/patterns.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/patterns_data.h"

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

int
patterns_builder_add_tried(struct patterns_builder *b, const char *text,
    size_t length, enum patterns_kind kind, uint64_t lists,
    char reterr[PATTERNS_ERROR_SIZE])
{
	if (check_text(text, length, kind, reterr) != 0)
		return -1;
	return kind == PATTERNS_REGEX ?
	    regexes_add_tried(b->p.regexes, text, length, lists, reterr) :
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
