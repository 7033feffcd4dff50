/*
 * Our own CSV, for what other formats cannot say: a header of column names,
 * then a line for each entry.  All columns but the name may be missing or
 * empty.  A line that says something not understood is refused: it would not
 * be what its author meant.
 */

#include <string.h>

#include "lists/csv.h"
#include "lists/feed.h"
#include "lists/list_format.h"

enum { NAME, MATCH, THREAT, SEVERITY, CONFIDENCE, FIRST, EXPIRES, REFERENCE,
    TAGS, COLUMNS };

static const char *const names[COLUMNS] = {
	"name", "match", "threat", "severity", "confidence", "first_seen",
	"expires", "reference", "tags",
};

struct native {
	bool bound;
	int column[COLUMNS];
};

_Static_assert(sizeof(struct native) <= LIST_STATE_SIZE, "too much kept");

/* Note the columns of the header ${line}; how many are ours?  0 without one
 * for names. */
static size_t
bind_header(const char *line, size_t length, struct native *ret)
{
	struct csv_row row;
	size_t known = 0;

	if (csv_split(line, length, &row) != 0 ||
	    csv_column(&row, names[NAME]) < 0)
		return 0;
	for (size_t i = 0; i < COLUMNS; i++) {
		ret->column[i] = csv_column(&row, names[i]);
		known += ret->column[i] >= 0;
	}
	ret->bound = true;
	return known;
}

bool
list_native_likely(const char *head, size_t length)
{
	const char *end = head + length, *line;
	struct native ignored;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		if (length > 0 && line[0] != '#')
			return bind_header(line, length, &ignored) > 1;
	}
	return false;
}

/* A word out of ${value}, for the parsers of words. */
static const char *
word(struct csv_value value, char buf[32])
{
	if (value.length >= 32)
		return "?";
	for (size_t i = 0; i < value.length; i++)
		buf[i] = value.text[i] >= 'A' && value.text[i] <= 'Z' ?
		    (char)(value.text[i] - 'A' + 'a') : value.text[i];
	buf[value.length] = '\0';
	return buf;
}

/* A time into ${ret}, 0 if there is none; false if it is not understood. */
static bool
read_time(struct csv_value value, int64_t *ret)
{
	*ret = feed_time(value.text, value.length);
	return value.length == 0 || *ret != 0;
}

static bool
read_detail(const struct list_reader *r, const struct csv_value *value,
    struct list_detail *ret)
{
	int64_t first, expires;
	char buf[32];

	ret->confidence = feed_percent(value[CONFIDENCE].text,
	    value[CONFIDENCE].length);
	if ((value[CONFIDENCE].length > 0 && ret->confidence ==
	    LIST_CONFIDENCE_NONE) || (value[SEVERITY].length > 0 &&
	    list_severity_parse(word(value[SEVERITY], buf),
	    &ret->severity) != 0) || !read_time(value[FIRST], &first) ||
	    !read_time(value[EXPIRES], &expires))
		return false;
	feed_threat(ret, value[THREAT].text, value[THREAT].length);
	feed_threat(ret, value[TAGS].text, value[TAGS].length);
	feed_reference(ret, value[REFERENCE].text, value[REFERENCE].length);
	ret->expires = list_reader_expiry(r, first, expires);
	return true;
}

static void
take_row(struct list_reader *r, const struct native *n, const char *line,
    size_t length)
{
	struct list_detail detail = { .severity = LIST_SEVERITY_NONE };
	struct list_entry like = { .match = list_reader_match(r),
	    .detail = &detail };
	struct csv_value value[COLUMNS];
	struct csv_row row;
	char buf[32];

	if (csv_split(line, length, &row) != 0) {
		list_reader_refuse(r, LIST_NOT_A_RULE, line, length);
		return;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		value[i] = csv_value(&row, n->column[i]);
	if ((value[MATCH].length > 0 && list_match_parse(word(value[MATCH],
	    buf), &like.match) != 0) || !read_detail(r, value, &detail))
		list_reader_refuse(r, LIST_NOT_A_RULE, line, length);
	else if (like.match == LIST_MATCH_ADDRESS)
		list_reader_refuse(r, LIST_OTHER_KIND, line, length);
	else
		list_reader_entry(r, value[NAME].text, value[NAME].length,
		    &like);
}

void
list_native_line(struct list_reader *r, const char *line, size_t length)
{
	struct native *n = list_reader_state(r);

	if (line[0] == '#')
		return;
	if (n->bound)
		take_row(r, n, line, length);
	else if (bind_header(line, length, n) == 0)
		list_reader_refuse(r, LIST_NOT_A_RULE, line, length);
}
