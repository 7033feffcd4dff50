#include "match/rules.h"

#include <stdlib.h>
#include <string.h>

#include "match/prefixes.h"
#include "match/rules_data.h"

struct rules_scratch *
rules_scratch(const struct rules *r, unsigned thread)
{
	return r->scratch != NULL ? &r->scratch[thread] : NULL;
}

/* --- clients --------------------------------------------------------------- */

enum rules_client
rules_client(const struct rules *r, const struct address *client)
{
	if (r->excluded != NULL && prefixes_find(r->excluded, client, NULL))
		return RULES_EXCLUDED;
	if (r->monitored != NULL && !prefixes_find(r->monitored, client, NULL))
		return RULES_UNMONITORED;
	return RULES_COUNTS;
}

bool
rules_screen(const struct rules *r)
{
	return r->monitored != NULL || r->excluded != NULL;
}

uint64_t
rules_generation(const struct rules *r)
{
	return r->generation;
}

bool
rules_retro(const struct rules *r)
{
	return r->retro;
}

/* --- the cheap questions --------------------------------------------------- */

bool
rules_may_end(const struct rules *r, const uint8_t *tail, size_t length)
{
	if (r->patterns)
		return true;
	for (size_t i = r->first; i < r->parts; i++) {
		if (matcher_may_end(r->part[i].matcher, tail, length))
			return true;
	}
	return false;
}

bool
rules_may_match(const struct rules *r, struct rules_scratch *scratch,
    const struct dns_name *name)
{
	struct patterns_match found;
	struct match match;

	for (size_t i = r->first; i < r->parts; i++) {
		if (matcher_find(r->part[i].matcher, name, &match))
			return true;
	}
	for (size_t i = r->first; r->patterns && i < r->parts; i++) {
		if (scratch->part[i] != NULL &&
		    patterns_find(scratch->part[i], name, &found))
			return true;
	}
	return false;
}

bool
rules_knows(const struct rules *r, const struct list_entry *e)
{
	for (size_t i = 0; i < r->parts; i++) {
		if (matcher_covers(r->part[i].matcher, e))
			return true;
	}
	return false;
}

/* --- addresses ------------------------------------------------------------- */

bool
rules_has_addresses(const struct rules *r)
{
	return r->addresses != NULL;
}

bool
rules_address(const struct rules *r, const struct address *a,
    struct address_match *ret)
{
	return r->addresses != NULL &&
	    address_matcher_find(r->addresses, a, ret);
}

const struct address_matcher *
rules_addresses(const struct rules *r)
{
	return r->addresses;
}

/* --- what they hold -------------------------------------------------------- */

const struct allow *
rules_allow(const struct rules *r)
{
	return r->allow;
}

enum list_severity
rules_severity(const struct rules *r, uint64_t lists)
{
	enum list_severity severity = LIST_SEVERITY_NONE;

	for (size_t i = 0; i < r->lists; i++) {
		if ((lists >> i & 1) != 0 && r->label[i].severity > severity)
			severity = (enum list_severity)r->label[i].severity;
	}
	return severity;
}

struct rules_size
rules_size(const struct rules *r)
{
	struct rules_size size = { 0 };

	for (size_t i = 0; i < r->parts; i++) {
		const struct rules_part *p = &r->part[i];

		size.names += matcher_names(p->matcher);
		if (p->file != NULL)
			size.shared += compiled_size(p->file);
		else
			size.bytes += matcher_bytes(p->matcher);
		if (p->patterns == NULL)
			continue;
		size.substrings += patterns_count(p->patterns,
		    PATTERNS_SUBSTRING);
		size.regexes += patterns_count(p->patterns, PATTERNS_REGEX);
		size.bytes += patterns_bytes(p->patterns);
	}
	return size;
}

void
rules_labels(const struct rules *r, uint64_t lists, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < r->lists; i++) {
		size_t length = strlen(r->label[i].text);

		if ((lists >> i & 1) == 0 || used + length + 2 > size)
			continue;
		if (used > 0)
			buf[used++] = ',';
		memcpy(buf + used, r->label[i].text, length + 1);
		used += length;
	}
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	for (unsigned t = 0; r->scratch != NULL && t < r->threads; t++) {
		for (size_t i = 0; i < r->parts; i++)
			patterns_scratch_free(r->scratch[t].part[i]);
	}
	for (size_t i = 0; i < RULES_PARTS_MAX; i++) {
		matcher_free(r->part[i].matcher);
		patterns_free(r->part[i].patterns);
		pattern_notes_free(r->part[i].notes);
		compiled_close(r->part[i].file);
	}
	free(r->scratch);
	address_matcher_free(r->addresses);
	allow_free(r->exceptions);
	allow_free(r->allow);
	free(r);
}
