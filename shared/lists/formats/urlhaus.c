/*
 * URLhaus: its CSV, whose header is the last line of the comment that the file
 * begins with, and its lists of URLs, one a line.  The host of each URL counts,
 * and it alone: it may be a site that somebody broke into.
 */

#include <string.h>

#include "lists/csv.h"
#include "lists/feed.h"
#include "lists/list_format.h"

enum { ADDED, URL, SEEN, THREAT, TAGS, LINK, COLUMNS };

static const char *const names[COLUMNS] = {
	"dateadded", "url", "last_online", "threat", "tags", "urlhaus_link",
};

struct urlhaus {
	bool bound;
	int column[COLUMNS];
};

_Static_assert(sizeof(struct urlhaus) <= LIST_STATE_SIZE, "too much kept");

/* Is the comment ${line} the header?  Then note its columns in ${ret}. */
static bool
bind_header(const char *line, size_t length, struct urlhaus *ret)
{
	struct csv_row row;

	if (csv_split(line + 1, length - 1, &row) != 0 ||
	    csv_column(&row, "url") < 0 ||
	    csv_column(&row, "urlhaus_link") < 0)
		return false;
	for (size_t i = 0; i < COLUMNS; i++)
		ret->column[i] = csv_column(&row, names[i]);
	return ret->bound = true;
}

static bool
is_url(const char *line, size_t length)
{
	static const char *const schemes[] = { "http://", "https://",
	    "ftp://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		size_t scheme = strlen(schemes[i]);

		if (length > scheme && memcmp(line, schemes[i], scheme) == 0)
			return true;
	}
	return false;
}

/* A header, or nothing but URLs. */
bool
list_urlhaus_likely(const char *head, size_t length)
{
	const char *end = head + length, *line;
	struct urlhaus ignored;
	size_t urls = 0;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		if (length == 0)
			continue;
		if (line[0] == '#' && bind_header(line, length, &ignored))
			return true;
		if (line[0] == '#')
			continue;
		if (!is_url(line, length))
			return false;
		urls++;
	}
	return urls > 0;
}

static void
take_url(struct list_reader *r, struct csv_value url,
    const struct list_detail *detail)
{
	size_t length;
	const char *host = feed_url_host(url.text, url.length, &length);

	if (host == NULL)
		list_reader_refuse(r, LIST_NOT_A_NAME, url.text, url.length);
	else
		list_reader_entry(r, host, length, &(struct list_entry){
		    .match = list_reader_match(r), .detail = detail });
}

static void
take_row(struct list_reader *r, const struct urlhaus *u, const char *line,
    size_t length)
{
	struct list_detail detail = { .confidence = LIST_CONFIDENCE_NONE };
	struct csv_value value[COLUMNS];
	struct csv_row row;
	int64_t seen;

	if (csv_split(line, length, &row) != 0 ||
	    row.count <= (size_t)u->column[URL]) {
		list_reader_refuse(r, LIST_NOT_A_RULE, line, length);
		return;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		value[i] = csv_value(&row, u->column[i]);
	feed_threat(&detail, value[THREAT].text, value[THREAT].length);
	if (!csv_is(value[TAGS], "None"))
		feed_threat(&detail, value[TAGS].text, value[TAGS].length);
	feed_reference(&detail, value[LINK].text, value[LINK].length);
	seen = feed_time(value[SEEN].text, value[SEEN].length);
	if (seen == 0)
		seen = feed_time(value[ADDED].text, value[ADDED].length);
	detail.expires = list_reader_expiry(r, seen, 0);
	take_url(r, value[URL], &detail);
}

void
list_urlhaus_line(struct list_reader *r, const char *line, size_t length)
{
	struct urlhaus *u = list_reader_state(r);

	if (line[0] == '#')
		bind_header(line, length, u);
	else if (is_url(line, length))
		take_url(r, (struct csv_value){ line, length }, NULL);
	else if (u->bound)
		take_row(r, u, line, length);
	else
		list_reader_refuse(r, LIST_NOT_A_RULE, line, length);
}
