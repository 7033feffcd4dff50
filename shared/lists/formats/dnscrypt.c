/*
 * dnscrypt-proxy's blocked-names: "bad.example" and "*.bad.example" are the
 * name and all below it, "=bad.example" the name alone, "*word*" a text,
 * "ads.*" the start of a name; '?', sets and a '*' inside make a pattern of
 * shell's kind for the whole name.
 *
 * " @times" behind a rule names hours that another file defines: refused, as
 * a rule that holds at some hours only is no bad name.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_span.h"

#define EXPRESSION_SIZE 512

/* An expression that is being written. */
struct expression {
	size_t length;
	bool full;
	char text[EXPRESSION_SIZE];
};

static void
put(struct expression *e, const char *text, size_t length)
{
	if (e->length + length > sizeof(e->text)) {
		e->full = true;
		return;
	}
	memcpy(e->text + e->length, text, length);
	e->length += length;
}

static bool
is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* How many octets of ${s}, which starts with '[', are a set of octets that
 * names have?  0: it is none. */
static size_t
set_length(struct list_span s)
{
	size_t first = s.length > 1 && s.at[1] == '^' ? 2 : 1, at = first;

	while (at < s.length && is_name_octet(s.at[at]))
		at++;
	return at > first && at < s.length && s.at[at] == ']' ? at + 1 : 0;
}

/* Write the pattern ${s}; false if there is in it what no name has. */
static bool
put_pattern(struct expression *e, struct list_span s)
{
	size_t used;

	for (; s.length > 0; s = list_span_skip(s, used)) {
		used = s.at[0] == '[' ? set_length(s) : 1;
		if (used == 0)
			return false;
		if (s.at[0] == '*')
			put(e, ".*", 2);
		else if (s.at[0] == '?')
			put(e, ".", 1);
		else if (s.at[0] == '.')
			put(e, "\\.", 2);
		else if (s.at[0] == '[' || is_name_octet(s.at[0]))
			put(e, s.at, used);
		else
			return false;
	}
	return true;
}

/* Take a pattern for the whole of a name; one that ends in a '*' may stop
 * before it. */
static void
take_pattern(struct list_reader *r, struct list_span rule)
{
	struct expression e = { .length = 0 };
	bool open = list_span_ends(rule, "*");
	bool sound;

	put(&e, "^", 1);
	sound = put_pattern(&e, list_span_drop(rule, open));
	if (!open)
		put(&e, "$", 1);
	if (!sound || e.full || e.length < 2)
		list_reader_refuse(r, sound && e.full ? LIST_TOO_COMPLEX :
		    LIST_NOT_A_NAME, rule.at, rule.length);
	else
		list_reader_entry(r, e.text, e.length,
		    &(struct list_entry){ .match = LIST_MATCH_REGEX });
}

/* "*word*": a text that names have. */
static void
take_text(struct list_reader *r, struct list_span rule)
{
	struct list_span word = list_span_drop(list_span_skip(rule, 1), 1);

	for (size_t i = 0; i < word.length; i++) {
		if (!is_name_octet(word.at[i])) {
			list_reader_refuse(r, LIST_NOT_A_NAME, rule.at,
			    rule.length);
			return;
		}
	}
	list_reader_entry(r, word.at, word.length,
	    &(struct list_entry){ .match = LIST_MATCH_SUBSTRING });
}

/* Is there a '?', a set, or a '*' that is neither first nor last? */
static bool
is_pattern(struct list_span rule)
{
	for (size_t i = 0; i < rule.length; i++) {
		char c = rule.at[i];

		if (c == '?' || c == '[' ||
		    (c == '*' && i > 0 && i + 1 < rule.length))
			return true;
	}
	return false;
}

static void
take_rule(struct list_reader *r, struct list_span rule)
{
	enum list_match match = list_reader_match(r);
	bool first = list_span_starts(rule, "*");

	if (is_pattern(rule) || (list_span_ends(rule, "*") && !first)) {
		take_pattern(r, rule);
		return;
	}
	if (first && list_span_ends(rule, "*") && rule.length > 2) {
		take_text(r, rule);
		return;
	}
	if (list_span_starts(rule, "=")) {
		rule = list_span_skip(rule, 1);
		match = LIST_MATCH_EXACT;
	} else {
		rule = list_span_skip(rule, first);
		rule = list_span_skip(rule, list_span_starts(rule, "."));
	}
	list_reader_entry(r, rule.at, rule.length,
	    &(struct list_entry){ .match = match });
}

void
list_dnscrypt_line(struct list_reader *r, const char *text, size_t length)
{
	struct list_span rule, times;

	if (text[0] == ';' || text[0] == '!' ||
	    (length = list_text_uncomment(text, length)) == 0)
		return;
	times = list_span(text, length);
	list_span_cut(&times, '@', &rule);
	rule = list_span_trim(rule);
	if (times.at != NULL)
		list_reader_refuse(r, LIST_MODIFIER, text, length);
	else if (rule.length == 0)
		list_reader_refuse(r, LIST_NOT_A_RULE, text, length);
	else
		take_rule(r, rule);
}

/* Made of what names and patterns are made of? */
static bool
is_sound(struct list_span rule)
{
	for (size_t i = list_span_starts(rule, "="); i < rule.length; i++) {
		if (!is_name_octet(rule.at[i]) && (rule.at[i] & 0x80) == 0 &&
		    strchr("*?[]^", rule.at[i]) == NULL)
			return false;
	}
	return rule.length > 0;
}

/* Would a plain list not have it? */
static bool
is_telling(struct list_span rule)
{
	return rule.at[0] == '=' || is_pattern(rule) ||
	    list_span_ends(rule, "*") || (rule.length > 1 &&
	    rule.at[0] == '*' && rule.at[1] != '.');
}

/* Rules only, and one that only this format has; a list of names alone is
 * read the same as a plain one. */
bool
list_dnscrypt_likely(const char *text, size_t length)
{
	struct list_head head = { text, text + length, false };
	struct list_span line, rule;
	bool likely = false;

	while (list_span_line(&head, &line)) {
		line.length = list_text_uncomment(line.at, line.length);
		list_span_cut(&line, '@', &rule);
		likely = likely || line.at != NULL;
		rule = list_span_trim(rule);
		if (!is_sound(rule))
			return false;
		likely = likely || is_telling(rule);
	}
	return likely;
}
