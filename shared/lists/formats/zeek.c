/*
 * Zeek's intelligence files: columns between tabs, named by a line "#fields",
 * '-' where there is nothing.  Names are Intel::DOMAIN.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_span.h"

enum { INDICATOR, TYPE, SOURCE, DESCRIPTION, URL, COLUMNS };

static const char *const column_names[COLUMNS] = {
	"indicator", "indicator_type", "meta.source", "meta.desc", "meta.url",
};

/* Which column is which, from 1; 0: there is none. */
struct state {
	bool known;
	size_t column[COLUMNS];
};

/* Without a line that names them they are as in Zeek's documentation. */
static const struct state usual = { true, { 1, 2, 3, 4, 5 } };

/* Read "#fields<tab>..." into ${ret}: are there an indicator and a type? */
static bool
read_fields(struct list_span line, struct state *ret)
{
	struct state s = { .known = true };
	struct list_span name;

	list_span_cut(&line, '\t', &name);
	if (!list_span_is(name, "#fields"))
		return false;
	for (size_t at = 1; list_span_cut(&line, '\t', &name); at++) {
		for (int i = 0; i < COLUMNS; i++) {
			if (list_span_is(name, column_names[i]))
				s.column[i] = at;
		}
	}
	*ret = s;
	return s.column[INDICATOR] != 0 && s.column[TYPE] != 0;
}

/* Take a line apart; what is '-' or not there is empty. */
static void
read_columns(const struct state *s, struct list_span line,
    struct list_span ret[COLUMNS])
{
	struct list_span value;

	for (int i = 0; i < COLUMNS; i++)
		ret[i] = list_span(line.at, 0);
	for (size_t at = 1; list_span_cut(&line, '\t', &value); at++) {
		for (int i = 0; i < COLUMNS; i++) {
			if (s->column[i] == at && !list_span_is(value, "-") &&
			    !list_span_is(value, "(empty)"))
				ret[i] = list_span_trim(value);
		}
	}
}

/* Who says it, and what: the threat is the description, or else the source;
 * the reference the URL, or else the source. */
static void
take_domain(struct list_reader *r, const struct list_span value[COLUMNS])
{
	struct list_span threat = value[DESCRIPTION].length > 0 ?
	    value[DESCRIPTION] : value[SOURCE];
	struct list_span reference = value[URL].length > 0 ? value[URL] :
	    value[SOURCE];
	struct list_detail detail = { .confidence = LIST_CONFIDENCE_NONE };
	struct list_entry like = {
		.match = list_reader_match(r), .detail = &detail
	};

	list_text_copy(detail.threat, sizeof(detail.threat), threat.at,
	    threat.length);
	list_text_copy(detail.reference, sizeof(detail.reference),
	    reference.at, reference.length);
	list_reader_entry(r, value[INDICATOR].at, value[INDICATOR].length,
	    &like);
}

void
list_zeek_line(struct list_reader *r, const char *text, size_t length)
{
	struct list_span line = list_span(text, length);
	struct state *s = list_reader_state(r);
	struct list_span value[COLUMNS];

	if (text[0] == '#') {
		read_fields(line, s);
		return;
	}
	read_columns(s->known ? s : &usual, line, value);
	if (value[TYPE].length == 0)
		list_reader_refuse(r, LIST_NOT_A_RULE, text, length);
	else if (!list_span_is(value[TYPE], "Intel::DOMAIN"))
		list_reader_refuse(r, LIST_OTHER_KIND, text, length);
	else
		take_domain(r, value);
}

/* A line that names an indicator's columns, or one with its type. */
bool
list_zeek_likely(const char *head, size_t length)
{
	const char *end = head + length, *line;
	struct state ignored;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		struct list_span s = list_span(line, length);

		if (read_fields(s, &ignored))
			return true;
		if (s.length > 0 && s.at[0] != '#')
			return list_span_find(s, "\tIntel::") < s.length;
	}
	return false;
}
