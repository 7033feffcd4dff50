#include "formats/syslog_header.h"

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
static enum syslog_header
rfc5424(struct cursor *c, const char *program, struct text *time)
{
	struct text host, app, pid, id;
	bool fine;

	if (!text_skip(c, "- ") &&
	    !(log_time_scan(c, time, &fine) && text_skip(c, " ")))
		return SYSLOG_HEADER_BROKEN;
	if (!word(c, &host) || !word(c, &app) || !word(c, &pid) ||
	    !word(c, &id))
		return SYSLOG_HEADER_BROKEN;
	if (!text_is(app, program))
		return SYSLOG_HEADER_FOREIGN;
	return structured_data(c) ? SYSLOG_HEADER_OURS : SYSLOG_HEADER_BROKEN;
}

/* "program[1234]: " or "program: " */
static bool
tag(struct cursor *c, const char *program)
{
	struct cursor start = *c;

	if (text_skip(c, program)) {
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
host_and_tag(struct cursor *c, const char *program)
{
	struct cursor start = *c;
	struct text host;

	if (tag(c, program) || (word(c, &host) && tag(c, program)))
		return true;
	*c = start;
	return false;
}

enum syslog_header
syslog_header_scan(struct cursor *c, const char *program,
    struct text *rettime)
{
	enum syslog_header kind;
	bool pri = priority(c), timed, fine;
	struct cursor at = *c;

	*rettime = (struct text){ NULL, 0 };
	if (pri && text_while(&at, TEXT_DIGIT).length == 1 &&
	    text_skip(&at, " ")) {
		*c = at;
		kind = rfc5424(c, program, rettime);
	} else {
		timed = log_time_scan(c, rettime, &fine);
		if (timed && !text_skip(c, " "))
			return SYSLOG_HEADER_BROKEN;
		if ((timed || pri) && host_and_tag(c, program))
			kind = SYSLOG_HEADER_OURS;
		else	/* only syslog writes a PRI */
			return pri ? SYSLOG_HEADER_FOREIGN :
			    SYSLOG_HEADER_NONE;
	}
	while (kind == SYSLOG_HEADER_OURS && text_skip(c, " "))
		continue;
	return kind;
}
