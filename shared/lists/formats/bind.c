/*
 * named.conf: zone "bad.example" { type master; file "null.zone.file"; };
 * on one line or over several.  A server that holds a zone itself answers for
 * the name and all below it; a zone of another type is fetched or asked for
 * elsewhere, and nothing bad is said of it.
 *
 * Statements are read word by word, with what is open kept between lines.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_span.h"

#define NAME_SIZE 512

/* What was read last. */
enum place {
	BETWEEN,		/* statements may start here */
	WITHIN,			/* one that does not concern us */
	STRAY,			/* a line of something else, to its end */
	ZONE,			/* "zone": its name follows */
	NAMED,			/* its '{' follows, or words that we skip */
	TYPE			/* "type" of a zone */
};

struct state {
	enum place place;
	bool comment;		/* in one that is open, as here */
	bool zone;		/* in a zone's braces */
	bool settled;		/* its type has been seen */
	unsigned depth;		/* of braces */
	unsigned zone_depth;	/* of the zone's inside */
	size_t length;
	char name[NAME_SIZE];
};

static bool
is_mark(char c)
{
	return c == '{' || c == '}' || c == ';';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Step over blanks and comments; ${rest} is empty when the line is. */
static void
skip_comments(struct state *s, struct list_span *rest)
{
	while (rest->length > 0) {
		if (s->comment) {
			size_t end = list_span_find(*rest, "*/");

			s->comment = end == rest->length;
			*rest = list_span_skip(*rest, s->comment ? end :
			    end + 2);
		} else if (list_span_starts(*rest, "/*")) {
			s->comment = true;
			*rest = list_span_skip(*rest, 2);
		} else if (rest->at[0] == '#' ||
		    list_span_starts(*rest, "//")) {
			*rest = list_span_skip(*rest, rest->length);
		} else if (is_blank(rest->at[0])) {
			*rest = list_span_skip(*rest, 1);
		} else {
			return;
		}
	}
}

/* Cut a mark, a quoted text or a word off ${rest}, which has one. */
static struct list_span
cut_word(struct list_span *rest, bool *retquoted)
{
	struct list_span word = list_span(rest->at, 1);

	*retquoted = rest->at[0] == '"';
	if (*retquoted)
		return list_span_word(rest);
	if (!is_mark(rest->at[0])) {
		while (word.length < rest->length &&
		    !is_blank(rest->at[word.length]) &&
		    !is_mark(rest->at[word.length]) &&
		    rest->at[word.length] != '"')
			word.length++;
	}
	*rest = list_span_skip(*rest, word.length);
	return word;
}

/* Names that a server has to hold, or that are no names of anybody's. */
static enum list_reason
not_bad(struct list_span name)
{
	if (list_span_is(name, "localhost") ||
	    list_span_is(name, "localdomain") ||
	    list_span_is(name, "localhost.localdomain"))
		return LIST_LOCAL;
	if (list_span_is(name, ".") || list_span_ends(name, ".in-addr.arpa") ||
	    list_span_ends(name, ".ip6.arpa"))
		return LIST_OTHER_KIND;
	return LIST_REASONS;
}

/* Which of the zone's types says that it is held here? */
static void
settle(struct list_reader *r, struct state *s, struct list_span type)
{
	struct list_span name = list_span(s->name, s->length);
	enum list_reason reason = not_bad(name);

	s->settled = true;
	if (!list_span_is(type, "master") && !list_span_is(type, "primary"))
		reason = LIST_OTHER_KIND;
	if (s->length == 0)
		reason = LIST_NOT_A_NAME;
	if (reason != LIST_REASONS)
		list_reader_refuse(r, reason, name.at, name.length);
	else
		list_reader_name(r, name.at, name.length,
		    list_reader_match(r));
}

static void
open_brace(struct state *s)
{
	s->depth += s->depth < 1000;
	if (s->place == NAMED && !s->zone) {
		s->zone = true;
		s->settled = false;
		s->zone_depth = s->depth;
	}
	s->place = BETWEEN;
}

static void
close_brace(struct list_reader *r, struct state *s)
{
	if (s->zone && s->depth == s->zone_depth) {
		if (!s->settled)	/* in-view, or nothing */
			list_reader_refuse(r, LIST_OTHER_KIND, s->name,
			    s->length);
		s->zone = false;
	}
	s->depth -= s->depth > 0;
	s->place = WITHIN;		/* up to the ';' */
}

static void
keep_name(struct state *s, struct list_span name)
{
	s->length = name.length < NAME_SIZE ? name.length : 0;
	memcpy(s->name, name.at, s->length);
	s->place = NAMED;
}

/* Letters and '-': what statements start with? */
static bool
is_keyword(struct list_span word)
{
	for (size_t i = 0; i < word.length; i++) {
		char c = word.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    c != '-')
			return false;
	}
	return word.length > 0;
}

static void
start_statement(struct list_reader *r, struct state *s, struct list_span word)
{
	bool inside = s->zone && s->depth == s->zone_depth;

	s->place = WITHIN;
	if (list_span_is(word, "zone") && (inside || !s->zone)) {
		if (inside) {		/* a '}' was forgotten */
			s->depth--;
			s->zone = false;
		}
		s->place = ZONE;
	} else if (inside && !s->settled && list_span_is(word, "type")) {
		s->place = TYPE;
	} else if (s->depth == 0 && !is_keyword(word)) {
		list_reader_refuse(r, LIST_NOT_A_RULE, word.at, word.length);
		s->place = STRAY;
	}
}

static void
take_word(struct list_reader *r, struct state *s, struct list_span word)
{
	if (s->place == ZONE) {
		keep_name(s, word);
	} else if (s->place == TYPE) {
		settle(r, s, word);
		s->place = WITHIN;
	} else if (s->place == BETWEEN) {
		start_statement(r, s, word);
	}
}

void
list_bind_line(struct list_reader *r, const char *text, size_t length)
{
	struct state *s = list_reader_state(r);
	struct list_span rest = list_span(text, length), word;
	bool quoted;

	if (!s->comment && (text[0] == '!' || text[0] == ';') &&
	    s->depth == 0 && length > 1)
		return;			/* another syntax's comment */
	if (s->place == STRAY || (s->depth == 0 && s->place == WITHIN &&
	    list_span_starts(rest, "zone")))
		s->place = BETWEEN;	/* or a ';' was forgotten */
	for (skip_comments(s, &rest); rest.length > 0;
	    skip_comments(s, &rest)) {
		word = cut_word(&rest, &quoted);
		if (quoted || !is_mark(word.at[0])) {
			take_word(r, s, quoted && word.at == NULL ?
			    list_span(text, 0) : word);
		} else if (word.at[0] == '{') {
			open_brace(s);
		} else if (word.at[0] == '}') {
			close_brace(r, s);
		} else {
			s->place = BETWEEN;
		}
	}
}

/* Does ${line} start with ${word} as a word? */
static bool
starts_with_word(struct list_span line, const char *word)
{
	size_t length = strlen(word);

	return list_span_starts(line, word) && line.length > length &&
	    strchr(" \t\"{", line.at[length]) != NULL;
}

/* A zone first, or what stands before zones in a server's configuration. */
bool
list_bind_likely(const char *text, size_t length)
{
	static const char *const others[] = {
		"options", "view", "acl", "include", "logging", "controls",
		"key",
	};
	struct list_head head = { text, text + length, false };
	struct list_span line;
	bool likely = false;

	while (list_span_line(&head, &line)) {
		if (starts_with_word(line, "zone"))
			return list_span_has(line, '"') ||
			    list_span_has(line, '{');
		for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
			likely = likely || starts_with_word(line, others[i]);
		if (!likely && !list_span_starts(line, "/*") &&
		    !list_span_starts(line, "*"))
			return false;
	}
	return false;
}
