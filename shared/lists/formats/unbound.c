/*
 * unbound.conf: "local-zone: "bad.example" always_nxdomain" takes a name and
 * all below it away from the Internet; "local-data: "bad.example A 0.0.0.0""
 * answers for the name alone.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_span.h"

/* What the type of a zone says of its names. */
static const struct zone_type {
	const char *word;
	enum { BAD, FINE, NEITHER } says;
} zone_types[] = {
	{ "always_nxdomain", BAD }, { "always_null", BAD },
	{ "always_refuse", BAD }, { "always_nodata", BAD },
	{ "always_deny", BAD }, { "redirect", BAD }, { "static", BAD },
	{ "refuse", BAD }, { "deny", BAD },
	/* Logged for whoever looks them up. */
	{ "inform", BAD }, { "inform_deny", BAD }, { "inform_redirect", BAD },
	/* Asked for as usual, whatever a wider zone or local-data says. */
	{ "always_transparent", FINE },
	/* Asked for where local-data says nothing, of which lists have many;
	 * or something else is done with the answer. */
	{ "transparent", NEITHER }, { "typetransparent", NEITHER },
	{ "nodefault", NEITHER }, { "noview", NEITHER },
	{ "ipset", NEITHER }, { "block_a", NEITHER },
};

/* The zone of the line before, in whose local-data there is nothing new. */
struct state {
	size_t length;
	char zone[LIST_STATE_SIZE - sizeof(size_t)];
};

/* A name without the final dot. */
static struct list_span
undotted(struct list_span name)
{
	return list_span_ends(name, ".") ? list_span_drop(name, 1) : name;
}

static void
remember(struct list_reader *r, struct list_span zone)
{
	struct state *s = list_reader_state(r);

	zone = undotted(zone);
	s->length = zone.length < sizeof(s->zone) ? zone.length : 0;
	memcpy(s->zone, zone.at, s->length);
	s->zone[s->length] = '\0';
}

static bool
is_remembered(struct list_reader *r, struct list_span name)
{
	const struct state *s = list_reader_state(r);

	return s->length > 0 && list_span_is(undotted(name), s->zone);
}

static void
take_zone(struct list_reader *r, struct list_span name, struct list_span type,
    struct list_span line)
{
	struct list_entry like = { .match = list_reader_match(r) };

	for (size_t i = 0; i < sizeof(zone_types) / sizeof(*zone_types);
	    i++) {
		if (!list_span_is(type, zone_types[i].word))
			continue;
		if (zone_types[i].says == NEITHER || name.length == 0) {
			list_reader_refuse(r, LIST_OTHER_KIND, line.at,
			    line.length);
			return;
		}
		like.allow = zone_types[i].says == FINE;
		if (!like.allow)
			remember(r, name);
		list_reader_entry(r, name.at, name.length, &like);
		return;
	}
	list_reader_refuse(r, LIST_NOT_A_RULE, line.at, line.length);
}

static bool
is_number(struct list_span word)
{
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
	}
	return word.length > 0;
}

/* Is it an answer instead of the name's own? */
static bool
is_answer(struct list_span type)
{
	return list_span_is(type, "A") || list_span_is(type, "AAAA") ||
	    list_span_is(type, "CNAME");
}

/* "name [TTL] [class] type data". */
static void
take_data(struct list_reader *r, struct list_span data, struct list_span line)
{
	struct list_span name = list_span_word(&data);
	struct list_span word = list_span_word(&data);

	if (is_number(word))
		word = list_span_word(&data);
	if (list_span_is(word, "IN"))
		word = list_span_word(&data);
	if (name.length == 0 || !is_answer(word)) {
		list_reader_refuse(r, name.length == 0 ? LIST_NOT_A_RULE :
		    LIST_OTHER_KIND, line.at, line.length);
		return;
	}
	if (!is_remembered(r, name))
		list_reader_name(r, name.at, name.length,
		    list_reader_spec(r)->match_given ? list_reader_match(r) :
		    LIST_MATCH_EXACT);
}

/* Cut "word:" off ${rest}; a quote may follow at once. */
static bool
cut_key(struct list_span *rest, struct list_span *ret)
{
	struct list_span after = *rest = list_span_trim(*rest);

	if (!list_span_has(*rest, ':') || !list_span_cut(&after, ':', ret))
		return false;
	for (size_t i = 0; i < ret->length; i++) {
		char c = ret->at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	*rest = after;
	return ret->length > 0;
}

static struct list_span
uncommented(const char *text, size_t length)
{
	return list_span(text, list_text_uncomment(text, length));
}

void
list_unbound_line(struct list_reader *r, const char *text, size_t length)
{
	struct list_span line = uncommented(text, length), rest = line;
	struct list_span key, name;

	if (line.length == 0 || text[0] == ';' || text[0] == '!')
		return;
	do {
		if (!cut_key(&rest, &key)) {
			list_reader_refuse(r, LIST_NOT_A_RULE, text, length);
			return;
		}
	} while (list_span_is(key, "server") && rest.length > 0);
	if (list_span_is(key, "local-zone")) {
		name = list_span_word(&rest);
		take_zone(r, name, list_span_word(&rest), line);
	} else if (list_span_is(key, "local-data")) {
		take_data(r, list_span_word(&rest), line);
	} else if (list_span_starts(key, "local-")) {
		list_reader_refuse(r, LIST_OTHER_KIND, text, length);
	}
	/* All else configures the server. */
}

/* Keys only, and one about local names. */
bool
list_unbound_likely(const char *text, size_t length)
{
	struct list_head head = { text, text + length, false };
	struct list_span line, key;

	while (list_span_line(&head, &line)) {
		do {
			if (!cut_key(&line, &key))
				return false;
		} while (list_span_is(key, "server") && line.length > 0);
		if (list_span_is(key, "local-zone") ||
		    list_span_is(key, "local-data"))
			return true;
	}
	return false;
}
