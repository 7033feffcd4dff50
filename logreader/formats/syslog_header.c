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

/* The name of ${program}; where that ends in a star, with more behind it. */
static bool
take_program(struct cursor *c, const char *program)
{
	size_t n = strcspn(program, "*");

	if (cursor_left(c) < n || memcmp(c->at, program, n) != 0)
		return false;
	cursor_take(c, n);
	if (program[n] == '*')
		text_while(c, TEXT_WORD);
	return true;
}

/* Is ${t} one of ${words}? */
static bool
is_one_of(struct text t, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (text_is(t, *words))
			return true;
	}
	return false;
}

/* "daemon.info" or "3.6". */
static bool
facility_and_level(struct cursor *c)
{
	static const char *const facilities[] = { "kern", "user", "mail",
	    "daemon", "auth", "security", "syslog", "lpr", "news", "uucp",
	    "cron", "authpriv", "ftp", "local", "console", "ntp", NULL };
	static const char *const levels[] = { "emerg", "panic", "alert",
	    "crit", "err", "error", "warn", "warning", "notice", "info",
	    "debug", NULL };
	struct text facility;

	if (text_while(c, TEXT_DIGIT).length > 0)
		return text_skip(c, ".") &&
		    text_while(c, TEXT_DIGIT).length > 0;
	facility = text_while(c, TEXT_LETTER);
	if (text_is(facility, "local"))
		text_while(c, TEXT_DIGIT);
	return is_one_of(facility, facilities) && text_skip(c, ".") &&
	    is_one_of(text_while(c, TEXT_LETTER), levels);
}

/* The same with a space after it, in angle brackets or not; else move
 * nothing. */
static void
skip_facility(struct cursor *c)
{
	struct cursor start = *c;
	bool brackets = text_skip(c, "<");

	if (!facility_and_level(c) || (brackets && !text_skip(c, ">")) ||
	    !text_skip(c, " "))
		*c = start;
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
	struct cursor at;
	bool fine;

	if (!text_skip(c, "- ") &&
	    !(log_time_scan(c, time, &fine) && text_skip(c, " ")))
		return SYSLOG_HEADER_BROKEN;
	if (!word(c, &host) || !word(c, &app) || !word(c, &pid) ||
	    !word(c, &id))
		return SYSLOG_HEADER_BROKEN;
	at = cursor_over(app.at, app.length);
	if (!take_program(&at, program) || !text_done(&at))
		return SYSLOG_HEADER_FOREIGN;
	if (!structured_data(c))
		return SYSLOG_HEADER_BROKEN;
	(void)text_skip(c, "\xEF\xBB\xBF");	/* the text is UTF-8 */
	return SYSLOG_HEADER_OURS;
}

/* "program[1234]: " or "program: " */
static bool
tag(struct cursor *c, const char *program)
{
	struct cursor start = *c;

	if (take_program(c, program)) {
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

/* The older syslog header from the host on; else move nothing.  What ends in
 * a colon is no host but another program. */
static bool
host_and_tag(struct cursor *c, const char *program)
{
	struct cursor start = *c;
	struct text host;

	skip_facility(c);
	if (tag(c, program))
		return true;
	if (word(c, &host) && host.at[host.length - 1] != ':') {
		skip_facility(c);
		if (tag(c, program))
			return true;
	}
	*c = start;
	return false;
}

/* The journal's header with seconds since 1970; else move nothing. */
static bool
unix_header(struct cursor *c, const char *program, struct text *time)
{
	struct cursor start = *c;

	if (text_next_is(c, TEXT_DIGIT) && log_time_scan_epoch(c, time) &&
	    memchr(time->at, '.', time->length) != NULL &&
	    text_skip(c, " ") && host_and_tag(c, program))
		return true;
	*c = start;
	*time = (struct text){ NULL, 0 };
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
		if (timed || pri ? host_and_tag(c, program) :
		    unix_header(c, program, rettime))
			kind = SYSLOG_HEADER_OURS;
		else	/* only syslog writes a PRI */
			return pri ? SYSLOG_HEADER_FOREIGN :
			    SYSLOG_HEADER_NONE;
	}
	while (kind == SYSLOG_HEADER_OURS && text_skip(c, " "))
		continue;
	return kind;
}
