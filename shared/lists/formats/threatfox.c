/*
 * ThreatFox: its CSV of indicators, whose header is the last line of the
 * comment that the file begins with; older ones have a column less.  Names and
 * the hosts of URLs count, others are indicators of something else.
 */

#include "lists/csv.h"
#include "lists/feed.h"
#include "lists/list_format.h"

/* At most, of a name that is an honest site's, broken into. */
#define COMPROMISED_CONFIDENCE 25

enum { FIRST, VALUE, TYPE, KIND, FAMILY, MALWARE, LAST, CONFIDENCE,
    COMPROMISED, REFERENCE, COLUMNS };

static const char *const names[COLUMNS] = {
	"first_seen_utc", "ioc_value", "ioc_type", "threat_type", "fk_malware",
	"malware_printable", "last_seen_utc", "confidence_level",
	"is_compromised", "reference",
};

struct threatfox {
	bool bound;
	int column[COLUMNS];
};

_Static_assert(sizeof(struct threatfox) <= LIST_STATE_SIZE, "too much kept");

/* Is the comment ${line} the header?  Then note its columns in ${ret}. */
static bool
bind_header(const char *line, size_t length, struct threatfox *ret)
{
	struct csv_row row;

	if (csv_split(line + 1, length - 1, &row) != 0 ||
	    csv_column(&row, names[VALUE]) < 0 ||
	    csv_column(&row, names[TYPE]) < 0)
		return false;
	for (size_t i = 0; i < COLUMNS; i++)
		ret->column[i] = csv_column(&row, names[i]);
	return ret->bound = true;
}

bool
list_threatfox_likely(const char *head, size_t length)
{
	const char *end = head + length, *line;
	struct threatfox ignored;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		if (length == 0)
			continue;
		if (line[0] != '#')
			return false;
		if (bind_header(line, length, &ignored))
			return true;
	}
	return false;
}

/* The value in a column; "None" is its way to say nothing. */
static struct csv_value
get(const struct csv_row *row, const struct threatfox *t, int column)
{
	struct csv_value value = csv_value(row, t->column[column]);

	if (csv_is(value, "None"))
		value.length = 0;
	return value;
}

static struct list_detail
read_detail(struct list_reader *r, const struct threatfox *t,
    const struct csv_row *row)
{
	static const int threats[] = { MALWARE, FAMILY, KIND };
	struct list_detail d = { .confidence = LIST_CONFIDENCE_NONE };
	struct csv_value value;
	int64_t seen;

	for (size_t i = 0; i < 3 && d.threat[0] == '\0'; i++) {
		value = get(row, t, threats[i]);
		feed_threat(&d, value.text, value.length);
	}
	value = get(row, t, REFERENCE);
	feed_reference(&d, value.text, value.length);
	value = get(row, t, CONFIDENCE);
	d.confidence = feed_percent(value.text, value.length);
	if (csv_is(get(row, t, COMPROMISED), "True") &&
	    d.confidence > COMPROMISED_CONFIDENCE)
		d.confidence = COMPROMISED_CONFIDENCE;
	value = get(row, t, LAST);
	if ((seen = feed_time(value.text, value.length)) == 0) {
		value = get(row, t, FIRST);
		seen = feed_time(value.text, value.length);
	}
	d.expires = list_reader_expiry(r, seen, 0);
	return d;
}

static void
take_row(struct list_reader *r, const struct threatfox *t,
    const struct csv_row *row)
{
	struct csv_value value = get(row, t, VALUE), type = get(row, t, TYPE);
	bool url = csv_is(type, "url");
	const char *name = value.text;
	size_t length = value.length;
	struct list_detail detail;
	enum list_match match;

	if (!url && !csv_is(type, "domain")) {
		list_reader_refuse(r, LIST_OTHER_KIND, value.text,
		    value.length);
		return;
	}
	if (url && (name = feed_url_host(value.text, value.length,
	    &length)) == NULL) {
		list_reader_refuse(r, LIST_NOT_A_NAME, value.text,
		    value.length);
		return;
	}
	detail = read_detail(r, t, row);
	match = csv_is(get(row, t, COMPROMISED), "True") ? LIST_MATCH_EXACT :
	    list_reader_match(r);
	list_reader_entry(r, name, length, &(struct list_entry){
	    .match = match, .detail = &detail });
}

void
list_threatfox_line(struct list_reader *r, const char *line, size_t length)
{
	struct threatfox *t = list_reader_state(r);
	struct csv_row row;

	if (line[0] == '#')
		bind_header(line, length, t);
	else if (!t->bound || csv_split(line, length, &row) != 0 ||
	    row.count <= (size_t)t->column[VALUE] ||
	    row.count <= (size_t)t->column[TYPE])
		list_reader_refuse(r, LIST_NOT_A_RULE, line, length);
	else
		take_row(r, t, &row);
}
