#include "log_wrapper.h"

#include "json_fields.h"
#include "log_time.h"

bool
log_wrapper_streamed(const char *line, size_t length)
{
	static const size_t least = sizeof("2026-11-23T07:38:08") - 1;
	static const size_t most = sizeof("2026-11-23T07:38:08.264853850"
	    "+01:00 stdout ") - 1;
	struct text t = { line + least,
	    (length < most ? length : most) - least };

	return text_find(t, " stdout ") != NULL ||
	    text_find(t, " stderr ") != NULL;
}

/* Cut ${last} off ${t}, if that is how it ends. */
static bool
cut_last(struct text *t, char last)
{
	if (t->length == 0 || t->at[t->length - 1] != last)
		return false;
	t->length--;
	return true;
}

/* Docker's object. */
static enum log_wrapper
open_object(struct log_memory *m, const char *line, size_t length,
    struct text *rettext, struct text *rettime)
{
	static const char *const keys[] = { "log", "time" };
	struct json_value v[2];

	if (!json_fields_read(line, length, keys, 2, v) ||
	    v[0].kind != JSON_STRING || v[1].kind != JSON_STRING ||
	    !log_time_is_whole(v[1].text) || !json_fields_decode(&v[0],
	    m->wrapped, sizeof(m->wrapped), rettext))
		return LOG_WRAPPER_BROKEN;
	*rettime = v[1].text;
	if (!cut_last(rettext, '\n'))
		return LOG_WRAPPER_PART;
	(void)cut_last(rettext, '\r');	/* from a terminal */
	return LOG_WRAPPER_WHOLE;
}

/* The words of the others. */
static enum log_wrapper
open_words(const char *line, size_t length, struct text *rettext,
    struct text *rettime)
{
	struct cursor c = cursor_over(line, length);
	struct text time;
	bool fine;

	if (!log_time_scan(&c, &time, &fine) || (!text_skip(&c, " stdout ") &&
	    !text_skip(&c, " stderr ")))
		return LOG_WRAPPER_NONE;
	if (!text_skip(&c, "F "))
		return text_skip(&c, "P ") ? LOG_WRAPPER_PART :
		    LOG_WRAPPER_NONE;
	*rettext = text_take(&c, cursor_left(&c));
	*rettime = time;
	return LOG_WRAPPER_WHOLE;
}

enum log_wrapper
log_wrapper_open(struct log_memory *m, const char *line, size_t length,
    struct text *rettext, struct text *rettime)
{
	if (!log_wrapper_begins(line, length))
		return LOG_WRAPPER_NONE;
	return line[0] == '{' ? open_object(m, line, length, rettext,
	    rettime) : open_words(line, length, rettext, rettime);
}
