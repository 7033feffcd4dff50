#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/rules_data.h"

enum {
	LABELS, PATTERNS, EXCEPTIONS,
	MATCHER,		/* its parts are numbered */
	PATTERN_NOTES		/* likewise; none without notes */
};

/* An exception of a list, as it stands in a file. */
struct exception {
	struct dns_name name;
	uint64_t lists;
	int64_t expires;
	uint8_t reach, clients;
	struct netblock client[LIST_CONDITION_CLIENTS];
};

/* --- writing --------------------------------------------------------------- */

/* The exceptions of ${r} as an array, to be freed; NULL if memory is short. */
static struct exception *
list_exceptions(const struct rules *r, size_t *retcount)
{
	size_t count = r->exceptions == NULL ? 0 : allow_count(r->exceptions);
	struct exception *all = calloc(count + 1, sizeof(*all));

	*retcount = count;
	for (size_t i = 0; all != NULL && i < count; i++) {
		struct allow_rule rule;

		allow_rule(r->exceptions, i, &rule);
		all[i].name.length = rule.name.length;
		memcpy(all[i].name.wire, rule.name.wire, rule.name.length);
		all[i].lists = rule.lists;
		all[i].expires = rule.expires;
		all[i].reach = (uint8_t)rule.reach;
		all[i].clients = (uint8_t)rule.client_count;
		for (size_t k = 0; k < rule.client_count; k++)
			all[i].client[k] = rule.clients[k];
	}
	return all;
}

int
rules_file_write(const struct rules *r, FILE *file)
{
	const struct rules_part *p = &r->part[0];
	struct compiled_section sections[3 + MATCHER_PARTS +
	    PATTERN_NOTES_PARTS];
	struct matcher_part parts[MATCHER_PARTS];
	uint8_t *patterns = NULL;
	size_t count = 0, patterns_length = 0, excepted;
	struct exception *exceptions = list_exceptions(r, &excepted);
	int status = -1;

	if (exceptions == NULL || (p->patterns != NULL &&
	    patterns_serialize(p->patterns, &patterns, &patterns_length) !=
	    0))
		goto out;
	sections[count++] = (struct compiled_section){ LABELS, 0,
	    (void *)(uintptr_t)r->label, r->lists * sizeof(r->label[0]) };
	sections[count++] = (struct compiled_section){ PATTERNS, 0, patterns,
	    patterns_length };
	sections[count++] = (struct compiled_section){ EXCEPTIONS, 0,
	    exceptions, excepted * sizeof(*exceptions) };
	matcher_parts(p->matcher, parts);
	for (unsigned i = 0; i < MATCHER_PARTS; i++)
		sections[count++] = (struct compiled_section){ MATCHER, i,
		    parts[i].octets, parts[i].length };
	for (unsigned i = 0; p->notes != NULL && i < PATTERN_NOTES_PARTS;
	    i++) {
		size_t length;
		const void *octets = pattern_notes_octets(p->notes, i,
		    &length);

		sections[count++] = (struct compiled_section){ PATTERN_NOTES,
		    i, (void *)(uintptr_t)octets, length };
	}
	status = compiled_write(file, sections, count);
out:
	free(patterns);
	free(exceptions);
	return status;
}

/* --- mapping --------------------------------------------------------------- */

static struct matcher *
map_matcher(const struct compiled *file)
{
	struct matcher_part parts[MATCHER_PARTS];
	struct compiled_section s;

	for (unsigned i = 0; i < MATCHER_PARTS; i++) {
		if (!compiled_find(file, MATCHER, i, &s))
			return NULL;
		parts[i] = (struct matcher_part){ s.octets, s.length };
	}
	return matcher_map(parts);
}

/* The labels go behind those that ${r} has; -1 if they cannot. */
static int
take_labels(struct rules *r, const struct compiled *file)
{
	struct compiled_section s;
	struct rules_label label;
	size_t count;

	if (!compiled_find(file, LABELS, 0, &s) ||
	    s.length % sizeof(label) != 0 ||
	    (count = s.length / sizeof(label)) > MATCHER_LISTS_MAX - r->lists)
		return -1;
	for (size_t i = 0; i < count; i++) {
		memcpy(&label, (char *)s.octets + i * sizeof(label),
		    sizeof(label));
		list_text_copy(r->label[r->lists].text, LIST_LABEL_SIZE,
		    label.text, strnlen(label.text, LIST_LABEL_SIZE - 1));
		r->label[r->lists++].severity = label.severity <=
		    LIST_SEVERITY_CRITICAL ? label.severity : 0;
	}
	return 0;
}

static int
take_exceptions(const struct compiled *file, unsigned base,
    struct allow_builder *exceptions)
{
	struct compiled_section s;
	struct exception e;

	if (!compiled_find(file, EXCEPTIONS, 0, &s) ||
	    s.length % sizeof(e) != 0)
		return -1;
	for (size_t at = 0; at < s.length; at += sizeof(e)) {
		struct allow_rule rule = {
			.by_length = true, .effect = ALLOW_NO_RECORD,
			.author = "", .comment = "", .file = "",
		};

		memcpy(&e, (char *)s.octets + at, sizeof(e));
		if (e.reach > ALLOW_BELOW ||
		    e.clients > LIST_CONDITION_CLIENTS ||
		    dns_name_from_wire(e.name.wire, sizeof(e.name.wire),
		    &rule.name) == 0)
			return -1;
		rule.reach = (enum allow_reach)e.reach;
		rule.lists = e.lists << base;
		rule.expires = e.expires;
		rule.clients = e.client;
		rule.client_count = e.clients;
		if (allow_builder_add(exceptions, &rule) != 0)
			return -1;
	}
	return 0;
}

/* What is said of the patterns, if anything; -1 if it is damaged. */
static int
map_pattern_notes(struct rules_part *p)
{
	const void *octets[PATTERN_NOTES_PARTS];
	size_t lengths[PATTERN_NOTES_PARTS];
	struct compiled_section s;

	for (unsigned i = 0; i < PATTERN_NOTES_PARTS; i++) {
		if (!compiled_find(p->file, PATTERN_NOTES, i, &s))
			return i == 0 ? 0 : -1;
		octets[i] = s.octets;
		lengths[i] = s.length;
	}
	p->notes = pattern_notes_map(octets, lengths);
	return p->notes != NULL ? 0 : -1;
}

static int
map_patterns(struct rules_part *p, char *reterr, size_t size)
{
	char error[PATTERNS_ERROR_SIZE];
	struct compiled_section s;

	if (!compiled_find(p->file, PATTERNS, 0, &s) || s.length == 0)
		return 0;
	p->patterns = patterns_deserialize(s.octets, s.length, error);
	snprintf(reterr, size, "%s", error);
	return p->patterns != NULL ? 0 : -1;
}

int
rules_file_load(struct rules *r, int fd, struct allow_builder *exceptions,
    char *reterr, size_t size)
{
	struct rules_part *p = &r->part[r->parts];

	if (r->parts == RULES_PARTS_MAX) {
		snprintf(reterr, size, "more than %d compiled files",
		    RULES_PARTS_MAX - 1);
		return -1;
	}
	r->parts++;
	p->base = (unsigned)r->lists;
	if ((p->file = compiled_open(fd, reterr, size)) == NULL)
		return -1;
	snprintf(reterr, size, "damaged, or more than %d lists in all",
	    MATCHER_LISTS_MAX);
	if (take_labels(r, p->file) != 0 ||
	    take_exceptions(p->file, p->base, exceptions) != 0 ||
	    (p->matcher = map_matcher(p->file)) == NULL ||
	    map_pattern_notes(p) != 0)
		return -1;
	return map_patterns(p, reterr, size);
}
