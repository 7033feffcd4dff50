#include "formats/prefix.h"

#include "formats/syslog_header.h"
#include "log_time.h"

/* A word and the space after it. */
static bool
word(struct cursor *c, struct text *ret)
{
	*ret = text_while(c, TEXT_VISIBLE);
	return ret->length > 0 && text_skip(c, " ");
}

/* Any other program's header: at most two words, the last with a colon.
 * The messages that matter here would look like that, too. */
static bool
foreign(struct cursor c)
{
	struct text w;

	if (text_skip(&c, "client "))
		return false;
	for (int i = 0; i < 2 && word(&c, &w); i++) {
		if (w.at[w.length - 1] == ':')
			return true;
	}
	return false;
}

/* "word: ", or "debug 1: "; else move nothing. */
static bool
label(struct cursor *c, struct text *ret)
{
	struct cursor start = *c;

	*ret = text_while(c, TEXT_WORD);
	if (text_is(*ret, "debug") && text_skip(c, " "))
		text_while(c, TEXT_DIGIT);
	if (ret->length > 0 && text_skip(c, ": "))
		return true;
	*c = start;
	return false;
}

/* Tag, category, module, severity.  A tag or module can be any word, but
 * does not come without a category. */
static bool
labels(struct cursor *c)
{
	/* The categories in which some version has logged queries. */
	static const char *const categories[] = { "queries", "responses",
	    "general", "client", "default", NULL };
	static const char *const severities[] = { "info", "notice",
	    "warning", "error", "critical", "debug", NULL };
	bool category = false, any = false, severity = false;
	struct text l;

	for (int i = 0; i < 4 && !severity && label(c, &l); i++) {
		bool known = false;

		for (int k = 0; severities[k] != NULL; k++)
			severity |= text_is(l, severities[k]);
		for (int k = 0; categories[k] != NULL; k++)
			known |= text_is(l, categories[k]);
		category |= known;
		any |= !known && !severity;
	}
	return category || !any;
}

/* A line that has not come through syslog, or not from named, after the time
 * if it has one. */
static enum prefix_kind
native(struct cursor *c, bool timed)
{
	struct cursor start = *c;
	bool known = labels(c);

	if (timed && (!known || c->at == start.at) && foreign(start))
		return PREFIX_FOREIGN;
	return known ? PREFIX_NAMED : PREFIX_UNKNOWN;
}

/* After syslog's header. */
static enum prefix_kind
inside_syslog(struct cursor *c, struct text *time)
{
	struct cursor at = *c;
	struct text inner;
	bool fine;

	if (log_time_scan(&at, &inner, &fine) && text_skip(&at, " ")) {
		*c = at;
		if (text_find(inner, "Bad") == NULL)
			*time = inner;
	}
	return labels(c) ? PREFIX_NAMED : PREFIX_UNKNOWN;
}

/* Is ${time} of syslog's first form, the only one of its length? */
static bool
is_syslogs(struct text time)
{
	return time.length == strlen("Nov 23 07:39:21");
}

enum prefix_kind
prefix_scan(struct cursor *c, struct text *rettime)
{
	switch (syslog_header_scan(c, "named", rettime)) {
	case SYSLOG_HEADER_OURS:
		return inside_syslog(c, rettime);
	case SYSLOG_HEADER_NONE:
		return is_syslogs(*rettime) ? PREFIX_FOREIGN :
		    native(c, rettime->length > 0);
	case SYSLOG_HEADER_FOREIGN:
		return PREFIX_FOREIGN;
	case SYSLOG_HEADER_BROKEN:
		break;
	}
	return PREFIX_UNKNOWN;
}
