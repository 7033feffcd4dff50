/*
 * Rules for ad blockers, as AdGuard Home reads them for names: "||bad.example^"
 * is the name and all below it, "|bad.example^" and a bare name are the name
 * alone, "@@" before a rule makes it an exception, and modifiers follow a '$'.
 * Lines of hosts files stand among them.
 *
 * A rule under a condition that we cannot keep is refused: without the
 * condition it would say more than its author did.
 */

#include <string.h>

#include "core/dns_token.h"
#include "lists/list_format.h"
#include "lists/list_name.h"
#include "lists/list_span.h"

/* A rule as it is read. */
struct rule {
	struct list_entry entry;
	struct list_detail detail;
	struct list_condition condition;
	bool conditional;
};

static const enum list_reason fine = LIST_REASONS;	/* no reason */

/* --- modifiers ------------------------------------------------------------- */

static enum list_reason
add_denyallow(struct list_condition *c, struct list_span value)
{
	struct list_span name;

	while (list_span_cut(&value, '|', &name)) {
		if (c->names == LIST_CONDITION_NAMES)
			return LIST_TOO_COMPLEX;
		if (name.length == 0 || list_name_parse(name.at, name.length,
		    &c->not_name[c->names]) != 0)
			return LIST_MODIFIER;
		c->names++;
	}
	return fine;
}

/* Keep ${type} unless it is there; the place where it goes is ${count}. */
static bool
add_type(uint16_t *types, size_t *count, uint16_t type)
{
	for (size_t i = 0; i < *count; i++) {
		if (types[i] == type)
			return true;
	}
	if (*count == LIST_CONDITION_TYPES)
		return false;
	types[(*count)++] = type;
	return true;
}

static void
remove_type(struct list_condition *c, uint16_t type)
{
	for (size_t i = 0; i < c->types; i++) {
		if (c->type[i] == type)
			c->type[i--] = c->type[--c->types];
	}
}

/* "A|AAAA": these; "~A": all but these; both: these, but for those. */
static enum list_reason
add_dnstype(struct list_condition *c, struct list_span value)
{
	uint16_t without[LIST_CONDITION_TYPES];
	size_t withouts = 0;
	struct list_span word;

	c->types = 0;
	while (list_span_cut(&value, '|', &word)) {
		bool negated = list_span_starts(word, "~");
		int32_t type;

		word = list_span_skip(word, negated);
		type = word.length > 0 ? dns_type_parse(word.at, word.length) :
		    -1;
		if (type < 0 || type > UINT16_MAX)
			return LIST_MODIFIER;
		if (!add_type(negated ? without : c->type, negated ?
		    &withouts : &c->types, (uint16_t)type))
			return LIST_TOO_COMPLEX;
	}
	c->not_types = c->types == 0;
	if (c->not_types) {
		memcpy(c->type, without, sizeof(without));
		c->types = withouts;
		return fine;
	}
	for (size_t i = 0; i < withouts; i++)
		remove_type(c, without[i]);
	return c->types > 0 ? fine : LIST_MODIFIER;	/* would never hold */
}

/* Addresses and netblocks, all wanted or all not; a client's name or
 * identifier says nothing to us. */
static enum list_reason
add_client(struct list_condition *c, struct list_span value)
{
	struct list_span word;

	c->clients = 0;
	c->not_clients = list_span_starts(value, "~");
	while (list_span_cut(&value, '|', &word)) {
		bool negated = list_span_starts(word, "~");
		struct netblock *client = &c->client[c->clients];

		if (c->clients == LIST_CONDITION_CLIENTS ||
		    negated != c->not_clients)
			return LIST_TOO_COMPLEX;
		word = list_span_skip(word, negated);
		if (word.length == 0 ||
		    netblock_read(word.at, word.length, client) != 0)
			return LIST_MODIFIER;
		if (!netblock_is_clean(client))
			return LIST_HOST_BITS;
		c->clients++;
	}
	return fine;
}

static enum list_reason
read_condition(struct rule *rule, struct list_span modifier)
{
	static const struct {
		const char *key;
		enum list_reason (*add)(struct list_condition *,
		    struct list_span);
	} known[] = {
		{ "denyallow", add_denyallow }, { "dnstype", add_dnstype },
		{ "client", add_client },
	};
	struct list_span key;

	list_span_cut(&modifier, '=', &key);
	if (modifier.at == NULL)
		return LIST_MODIFIER;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (list_span_is(list_span_trim(key), known[i].key)) {
			rule->conditional = true;
			return known[i].add(&rule->condition,
			    list_span_trim(modifier));
		}
	}
	return LIST_MODIFIER;
}

static enum list_reason
read_modifiers(struct rule *rule, struct list_span modifiers)
{
	enum list_reason reason = fine;
	struct list_span one;

	while (reason == fine && list_span_cut(&modifiers, ',', &one)) {
		one = list_span_trim(one);
		if (list_span_is(one, "important"))
			rule->detail.important = true;
		else if (list_span_is(one, "badfilter"))
			rule->entry.withdrawn = true;
		else
			reason = read_condition(rule, one);
	}
	return reason;
}

/* --- what a rule is for ---------------------------------------------------- */

/* Cut what says "and here the name ends": '^', '|', or a final '/'; and a
 * '*' behind that. */
static struct list_span
cut_end(struct list_span name, bool *retended)
{
	*retended = false;
	if (list_span_ends(name, "^*") || list_span_ends(name, "^|"))
		name.length--;
	if (list_span_ends(name, "^") || list_span_ends(name, "|") ||
	    list_span_ends(name, "/")) {
		name.length--;
		*retended = true;
	}
	return name;
}

/* Which names is the rule for?  Without '||' or '|' a rule is for a text that
 * a name ends with; the names that have it as labels are meant. */
static enum list_reason
read_pattern(struct list_span *name, enum list_match suffix,
    enum list_match *ret)
{
	bool left = true, ended;

	*ret = suffix;
	if (list_span_starts(*name, "||")) {
		*name = list_span_skip(*name, 2);
	} else if (list_span_starts(*name, "|")) {
		*name = list_span_skip(*name, 1);
		*ret = LIST_MATCH_EXACT;
	} else {
		left = false;
	}
	*name = cut_end(*name, &ended);
	if (list_span_starts(*name, "*.") || (!left &&
	    list_span_starts(*name, "."))) {
		*name = list_span_skip(*name, name->at[0] == '*' ? 2 : 1);
		*ret = LIST_MATCH_BELOW;
	} else if (!left && !ended) {
		*ret = LIST_MATCH_EXACT;	/* nothing but a name */
	}
	if (name->length == 0 || list_span_has(*name, '*') ||
	    list_span_has(*name, '/') || list_span_has(*name, '^') ||
	    list_span_has(*name, '|') || name->at[0] == '-' ||
	    name->at[0] == '.' || (left && !ended &&
	    list_span_ends(*name, ".")))
		return LIST_OTHER_KIND;
	return fine;
}

/* "bad.example:8080" is for one port of a web server; "[2001:db8::1]" is an
 * address. */
static enum list_reason
look_for_port(struct list_span name)
{
	struct address address;

	if (!list_span_has(name, ':'))
		return fine;
	if (name.at[0] == '[' && list_span_ends(name, "]"))
		name = list_span_drop(list_span_skip(name, 1), 1);
	return address_parse(name.at, name.length, &address) == 0 ?
	    LIST_ADDRESS : LIST_OTHER_KIND;
}

/* A rule that starts and ends with '/' is an expression: AdGuard's would
 * match anywhere in a name, and costs what its author likes. */
static bool
is_expression(struct list_span rule)
{
	return rule.length > 1 && rule.at[0] == '/';
}

static void
read_rule(struct list_reader *r, struct list_span line)
{
	struct rule rule = {
		.detail.confidence = LIST_CONFIDENCE_NONE
	};
	struct list_span name = { NULL, 0 }, modifiers = line;
	enum list_reason reason = fine;

	if (list_span_starts(modifiers, "@@")) {
		rule.entry.allow = true;
		modifiers = list_span_skip(modifiers, 2);
	}
	if (is_expression(modifiers)) {
		list_reader_refuse(r, LIST_OTHER_KIND, line.at, line.length);
		return;
	}
	list_span_cut(&modifiers, '$', &name);
	name = list_span_trim(name);
	if (modifiers.at != NULL)
		reason = read_modifiers(&rule, modifiers);
	if (reason == fine)
		reason = read_pattern(&name, list_reader_match(r),
		    &rule.entry.match);
	if (reason == fine)
		reason = look_for_port(name);
	if (reason != fine) {
		list_reader_refuse(r, reason, line.at, line.length);
		return;
	}
	if (rule.conditional)
		rule.detail.condition = &rule.condition;
	if (rule.conditional || rule.detail.important)
		rule.entry.detail = &rule.detail;
	list_reader_entry(r, name.at, name.length, &rule.entry);
}

/* --- lines ----------------------------------------------------------------- */

/* "example.com##.banner" and its kin hide parts of pages. */
static bool
is_cosmetic(struct list_span line)
{
	static const char *const marks[] = {
		"##", "#@#", "#?#", "#@?#", "#$#", "#@$#", "#$?#", "#@$?#",
		"#%#", "#@%#", "$$", "$@$",
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (list_span_find(line, marks[i]) < line.length)
			return true;
	}
	return false;
}

/* "#" and "## words" are comments, "##.banner" is none. */
static bool
is_comment(struct list_span line)
{
	if (line.at[0] == '!' || line.at[0] == '[' || line.at[0] == ';' ||
	    list_span_starts(line, "//"))
		return true;
	if (line.at[0] != '#')
		return false;
	while (list_span_starts(line, "#"))
		line = list_span_skip(line, 1);
	return line.length == 0 || line.at[0] == ' ' || line.at[0] == '\t';
}

/* An address and something behind it? */
static bool
is_hosts(struct list_span line)
{
	struct list_span word = list_span_word(&line);
	struct address address;

	return list_span_trim(line).length > 0 &&
	    address_parse(word.at, word.length, &address) == 0;
}

void
list_adblock_line(struct list_reader *r, const char *text, size_t length)
{
	struct list_span line = list_span(text, length);

	if (is_comment(line))
		return;
	if (text[0] != '#')
		line.length = list_text_uncomment(text, length);
	if (is_cosmetic(line))
		list_reader_refuse(r, LIST_COSMETIC, text, length);
	else if (text[0] == '#')
		return;			/* "#words" */
	else if (is_hosts(line))
		list_hosts_names(r, line.at, line.length,
		    list_reader_spec(r)->match_given ? list_reader_match(r) :
		    LIST_MATCH_EXACT);
	else
		read_rule(r, line);
}

static bool
is_rule(struct list_span line)
{
	return list_span_starts(line, "||") || list_span_starts(line, "@@") ||
	    list_span_starts(line, "|") || list_span_ends(line, "^") ||
	    list_span_find(line, "^$") < line.length;
}

/* "[Adblock Plus 2.0]", "[uBlock Origin]", "[AdGuard]". */
static bool
is_header(struct list_span line)
{
	return list_span_starts(line, "[ad") ||
	    list_span_starts(line, "[ublock");
}

/* Rules among no more bare names, which other formats match as suffixes.
 * Lines of hosts files are read the same by either. */
bool
list_adblock_likely(const char *text, size_t length)
{
	struct list_head head = { text, text + length, false };
	size_t rules = 0, names = 0;
	struct list_span line;

	while (list_span_line(&head, &line)) {
		if (is_header(line))
			return true;
		rules += is_rule(line);
		names += list_span_is_dotted(line);
	}
	return rules > 0 && rules >= names;
}
