#include "lists/list_reader.h"

#include <string.h>

#include "lists/list_name.h"

/* --- what formats ask ------------------------------------------------------ */

const struct list_spec *
list_reader_spec(const struct list_reader *r)
{
	return r->spec;
}

enum list_match
list_reader_match(const struct list_reader *r)
{
	return r->match;
}

void *
list_reader_state(struct list_reader *r)
{
	return r->state;
}

void
list_reader_line(struct list_reader *r, uint64_t line)
{
	r->report->lines = line;
}

void
list_reader_refuse(struct list_reader *r, enum list_reason reason,
    const char *text, size_t length)
{
	list_report_refuse(r->report, reason, text, length);
}

int64_t
list_reader_expiry(const struct list_reader *r, int64_t added,
    int64_t expires)
{
	int64_t by_age = r->spec->age > 0 && added > 0 ?
	    added + r->spec->age : 0;

	if (by_age == 0 || (expires != 0 && expires < by_age))
		return expires;
	return by_age;
}

/* --- taking entries -------------------------------------------------------- */

void
list_reader_address(struct list_reader *r, const struct netblock *entry)
{
	if (list_reader_too_many(r))
		return;
	if (r->address(r->ctx, entry) != 0)
		r->stopped = true;
	else
		r->report->entries++;
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read ${text} as the entry's name; count it if it can be none. */
static bool
read_name(struct list_reader *r, const char *text, size_t length)
{
	struct address address;

	if (is_digit(text[length - 1]) || memchr(text, ':', length) != NULL) {
		if (address_parse(text, length, &address) == 0) {
			list_reader_refuse(r, LIST_ADDRESS, text, length);
			return false;
		}
	}
	if (list_name_parse(text, length, &r->entry.name) != 0) {
		list_reader_refuse(r, LIST_NOT_A_NAME, text, length);
		return false;
	}
	return true;
}

void
list_reader_entry(struct list_reader *r, const char *text, size_t length,
    const struct list_entry *like)
{
	bool pattern = like->match == LIST_MATCH_SUBSTRING ||
	    like->match == LIST_MATCH_REGEX;

	if (length == 0) {
		list_reader_refuse(r, LIST_NOT_A_NAME, text, length);
		return;
	}
	if (like->detail != NULL && like->detail->expires != 0 &&
	    like->detail->expires <= r->now) {
		list_reader_refuse(r, LIST_EXPIRED, text, length);
		return;
	}
	if (!pattern && !read_name(r, text, length))
		return;
	if (!pattern && !like->allow && list_reader_too_wide(&r->entry.name,
	    like->match)) {
		list_reader_refuse(r, LIST_SINGLE_LABEL, text, length);
		return;
	}
	if (!pattern && !like->allow && list_reader_is_suffix(r, &r->entry.name,
	    like->match)) {
		if (!r->limits.take_suffixes) {
			list_reader_refuse(r, LIST_PUBLIC_SUFFIX, text,
			    length);
			return;
		}
		r->report->suffixes++;
	}
	r->entry.match = like->match;
	r->entry.allow = like->allow;
	r->entry.withdrawn = like->withdrawn;
	r->entry.detail = like->detail;
	r->entry.text = pattern ? text : NULL;
	r->entry.text_length = pattern ? length : 0;
	list_reader_take(r);
}

void
list_reader_name(struct list_reader *r, const char *text, size_t length,
    enum list_match match)
{
	list_reader_entry(r, text, length,
	    &(struct list_entry){ .match = match });
}
