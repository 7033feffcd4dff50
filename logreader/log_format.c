#include "log_format.h"

#include "formats/bind8.h"
#include "formats/bind9.h"

const struct log_format log_format_table[] = {
	{ "bind9", bind9_parse, true },
	{ "bind8", bind8_parse, false },
	{ NULL, NULL, false },
};

const struct log_format *
log_format_find(const char *name)
{
	for (const struct log_format *f = log_format_table; f->name != NULL; f++) {
		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

const struct log_format *
log_format_recognise(const char *line, size_t length, struct log_fields *ret,
    enum log_verdict *retverdict)
{
	enum log_verdict v;

	*retverdict = LOG_OTHER;
	for (const struct log_format *f = log_format_table; f->name != NULL; f++) {
		v = f->parse(line, length, ret);
		if (v == LOG_QUERY) {
			*retverdict = v;
			return f;
		}
		if (*retverdict == LOG_OTHER)
			*retverdict = v;
	}
	return NULL;
}

const char *
log_format_verdict_text(enum log_verdict v)
{
	static const char *const texts[LOG_VERDICTS] = {
		[LOG_OTHER] = "other",
		[LOG_QUERY] = "query",
		[LOG_BROKEN_PREFIX] = "prefix",
		[LOG_BROKEN_CLIENT] = "client",
		[LOG_BROKEN_HEAD] = "before_query",
		[LOG_BROKEN_NAME] = "name",
		[LOG_BROKEN_TYPE] = "type",
		[LOG_BROKEN_TAIL] = "after_type",
	};

	return texts[v];
}
