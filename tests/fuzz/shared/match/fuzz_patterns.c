/*
 * Any octets as patterns.  The first says which:
 *
 *	'p'	lines of patterns, "=substring" or "~regex": each is taken or
 *		refused with a reason, what was taken reads back the same from
 *		its octets, and a substring is found where memmem finds it
 *	's'	serialized patterns, whose checksum is made right first
 *	else	serialized patterns as they are
 */

#include "fuzzing.h"
#include "match/name_hash.h"
#include "match/patterns.h"

#include <stdbool.h>
#include <strings.h>

#define PATTERNS 8		/* of one input: some take long to compile */

static const char *const names[] = {
	".", "a", "www.example.com", "a.b.c.d.e.f", "ab\\.c.\\000\\255.x",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaa",
	"0-1_2.xn--3.in-addr.arpa",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

static struct dns_name
name_of(const char *text)
{
	struct dns_name name;

	PROMISE(dns_name_from_text(text, strlen(text), &name) == 0);
	return name;
}

/* Look each name up; a match is a pattern that is there. */
static void
look(const struct patterns *p)
{
	struct patterns_scratch *s = patterns_scratch_new(p);

	PROMISE(s != NULL);
	for (size_t i = 0; i < NAMES; i++) {
		struct patterns_match match = { .length = 0 };
		struct dns_name name = name_of(names[i]);
		char text[DNS_NAME_TEXT_SIZE];

		dns_name_to_text(&name, text);
		if (!patterns_find(s, &name, &match))
			continue;
		PROMISE(match.length > 0 && match.length < sizeof(match.text));
		PROMISE(strlen(match.text) == match.length);
		PROMISE(patterns_count(p, match.kind) > 0);
		PROMISE(match.kind == PATTERNS_REGEX ||
		    strstr(text, match.text) != NULL);
	}
	patterns_scratch_free(s);
}

/* Both say the same of each name. */
static void
compare(const struct patterns *a, const struct patterns *b)
{
	struct patterns_scratch *sa = patterns_scratch_new(a);
	struct patterns_scratch *sb = patterns_scratch_new(b);

	PROMISE(sa != NULL && sb != NULL);
	for (size_t i = 0; i < NAMES; i++) {
		struct patterns_match ma = { .length = 0 }, mb = ma;
		struct dns_name name = name_of(names[i]);

		PROMISE(patterns_find(sa, &name, &ma) ==
		    patterns_find(sb, &name, &mb));
		PROMISE(ma.kind == mb.kind && ma.lists == mb.lists &&
		    strcmp(ma.text, mb.text) == 0);
	}
	PROMISE(patterns_failures(sa) == 0 && patterns_failures(sb) == 0);
	patterns_scratch_free(sa);
	patterns_scratch_free(sb);
}

static void
read_back(const struct patterns *p)
{
	char error[PATTERNS_ERROR_SIZE] = "";
	struct patterns *again;
	uint8_t *bytes;
	size_t length;

	PROMISE(patterns_serialize(p, &bytes, &length) == 0);
	again = patterns_deserialize(bytes, length, error);
	PROMISE(again != NULL && error[0] == '\0');
	compare(p, again);
	patterns_free(again);
	free(bytes);
}

/* The substring that was taken must be found in a name that holds it. */
static void
found_in_itself(const char *text, size_t length, const struct patterns *p)
{
	struct patterns_scratch *s = patterns_scratch_new(p);
	struct patterns_match match = { .length = 0 };
	char printed[DNS_NAME_TEXT_SIZE];
	struct dns_name name;

	PROMISE(s != NULL);
	if (dns_name_from_text(text, length, &name) == 0 &&
	    dns_name_to_text(&name, printed) == length &&
	    strncasecmp(printed, text, length) == 0) {
		PROMISE(patterns_find(s, &name, &match));
		PROMISE(match.kind == PATTERNS_SUBSTRING &&
		    match.length == length);
	}
	patterns_scratch_free(s);
}

static void
from_lines(const char *data, size_t size)
{
	struct patterns_builder *b = patterns_builder_new();
	const char *taken[PATTERNS], *at = data, *end = data + size;
	size_t lengths[PATTERNS], count = 0;
	char error[PATTERNS_ERROR_SIZE];
	struct patterns *p;

	PROMISE(b != NULL);
	for (int i = 0; i < PATTERNS && at < end; i++) {
		const char *line = at, *lf = memchr(at, '\n',
		    (size_t)(end - at));
		size_t length = (size_t)((lf != NULL ? lf : end) - line);
		bool regex = length > 0 && *line == '~';

		at = line + length + 1;
		error[0] = '\0';
		if (length == 0 || patterns_builder_add(b, line + 1,
		    length - 1, regex ? PATTERNS_REGEX : PATTERNS_SUBSTRING,
		    (unsigned)i, error) != 0) {
			PROMISE(length == 0 || error[0] != '\0');
			continue;
		}
		if (!regex) {
			taken[count] = line + 1;
			lengths[count++] = length - 1;
		}
	}
	p = patterns_builder_finish(b, error);
	PROMISE(p != NULL || error[0] != '\0');
	if (p == NULL)
		return;
	look(p);
	read_back(p);
	for (size_t i = 0; i < count; i++)
		found_in_itself(taken[i], lengths[i], p);
	patterns_free(p);
}

static void
from_octets(uint8_t *bytes, size_t size, bool seal)
{
	char error[PATTERNS_ERROR_SIZE] = "";
	struct patterns *p;

	if (seal && size > 8) {
		uint64_t hash = name_hash(bytes, size - 8);

		for (size_t i = 0; i < 8; i++)
			bytes[size - 1 - i] = (uint8_t)(hash >> 8 * i);
	}
	p = patterns_deserialize(bytes, size, error);
	PROMISE((p == NULL) == (error[0] != '\0'));
	if (p != NULL)
		look(p);
	patterns_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (size == 0)
		return 0;
	copy = fuzzing_copy(data + 1, size - 1);
	if (data[0] == 'p')
		from_lines((const char *)copy, size - 1);
	else
		from_octets(copy, size - 1, data[0] == 's');
	free(copy);
	return 0;
}
