#include "formats/prefix.h"

#include "log_time.h"

/* "<" PRI ">" */
static bool
priority(struct cursor *c)
{
	struct cursor start = *c;
	struct text pri;

	if (text_skip(c, "<")) {
		pri = text_while(c, TEXT_DIGIT);
		if (pri.length >= 1 && pri.length <= 3 && text_skip(c, ">"))
			return true;
	}
	*c = start;
	return false;
}

/* A word and the space after it. */
static bool
word(struct cursor *c, struct text *ret)
{
	*ret = text_while(c, TEXT_VISIBLE);
	return ret->length > 0 && text_skip(c, " ");
}

/* RFC 5424's structured data: "-" or elements in brackets. */
static bool
structured_data(struct cursor *c)
{
	bool quoted = false;

	if (text_skip(c, "- "))
		return true;
	if (text_peek(c) != '[')
		return false;
	while (!text_done(c)) {
		uint8_t b = cursor_u8(c);

		if (quoted && b == '\\')
			cursor_take(c, 1);
		else if (b == '"')
			quoted = !quoted;
		else if (b == ']' && !quoted && text_peek(c) != '[')
			return text_skip(c, " ");
	}
	return false;
}

/* RFC 5424 from its version on. */
static enum prefix_kind
rfc5424(struct cursor *c, struct text *time)
{
	struct text host, app, pid, id;
	bool fine;

	if (!text_skip(c, "- ") &&
	    !(log_time_scan(c, time, &fine) && text_skip(c, " ")))
		return PREFIX_UNKNOWN;
	if (!word(c, &host) || !word(c, &app) || !word(c, &pid) ||
	    !word(c, &id))
		return PREFIX_UNKNOWN;
	if (!text_is(app, "named"))
		return PREFIX_FOREIGN;
	return structured_data(c) ? PREFIX_NAMED : PREFIX_UNKNOWN;
}

/* "named[1234]: " or "named: " */
static bool
tag(struct cursor *c)
{
	struct cursor start = *c;

	if (text_skip(c, "named")) {
		if (text_skip(c, "[") &&
		    (text_while(c, TEXT_DIGIT).length == 0 ||
		    !text_skip(c, "]"))) {
			*c = start;
			return false;
		}
		if (text_skip(c, ": "))
			return true;
	}
	*c = start;
	return false;
}

/* The older syslog header from the host on; else move nothing. */
static bool
host_and_tag(struct cursor *c)
{
	struct cursor start = *c;
	struct text host;

	if (tag(c) || (word(c, &host) && tag(c)))
		return true;
	*c = start;
	return false;
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
	struct cursor at;
	struct text inner;
	bool fine;

	while (text_skip(c, " "))
		continue;
	at = *c;
	if (log_time_scan(&at, &inner, &fine) && text_skip(&at, " ")) {
		*c = at;
		if (text_find(inner, "Bad") == NULL)
			*time = inner;
	}
	return labels(c) ? PREFIX_NAMED : PREFIX_UNKNOWN;
}

enum prefix_kind
prefix_scan(struct cursor *c, struct text *rettime)
{
	bool pri = priority(c), fine = true, timed;
	struct cursor at = *c;
	enum prefix_kind kind;

	*rettime = (struct text){ NULL, 0 };
	if (pri && text_while(&at, TEXT_DIGIT).length == 1 &&
	    text_skip(&at, " ")) {
		kind = rfc5424(&at, rettime);
		*c = at;
		return kind == PREFIX_NAMED ? inside_syslog(c, rettime) : kind;
	}
	timed = log_time_scan(c, rettime, &fine);
	if (timed && !text_skip(c, " "))
		return PREFIX_UNKNOWN;
	if ((timed || pri) && host_and_tag(c))
		return inside_syslog(c, rettime);
	/* Only syslog writes a PRI, or times without fractions. */
	return pri || !fine ? PREFIX_FOREIGN : native(c, timed);
}
