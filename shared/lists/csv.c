#include "lists/csv.h"

#include <string.h>
#include <strings.h>

struct splitting {
	const char *at, *end;
	char *out;		/* where the next octet goes */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
skip_blanks(struct splitting *s)
{
	while (s->at < s->end && is_blank(*s->at))
		s->at++;
}

/* A value from behind its quote to the other, "" standing for one. */
static bool
take_quoted(struct splitting *s)
{
	for (; s->at < s->end; s->at++) {
		if (*s->at == '"' && (++s->at == s->end || *s->at != '"')) {
			skip_blanks(s);
			return true;
		}
		*s->out++ = *s->at;
	}
	return false;
}

static void
take_bare(struct splitting *s)
{
	char *first = s->out;

	while (s->at < s->end && *s->at != ',')
		*s->out++ = *s->at++;
	while (s->out > first && is_blank(s->out[-1]))
		s->out--;
}

static bool
take_value(struct splitting *s, struct csv_value *ret)
{
	const char *first = s->out;

	skip_blanks(s);
	if (s->at < s->end && *s->at == '"') {
		s->at++;
		if (!take_quoted(s))
			return false;
	} else {
		take_bare(s);
	}
	*ret = (struct csv_value){ first, (size_t)(s->out - first) };
	return s->at == s->end || *s->at == ',';
}

int
csv_split(const char *line, size_t length, struct csv_row *ret)
{
	struct splitting s = { line, line + length, ret->text };

	if (length > CSV_LINE_MAX)
		return -1;
	for (ret->count = 0; ret->count < CSV_COLUMNS_MAX; s.at++) {
		if (!take_value(&s, &ret->value[ret->count++]))
			return -1;
		if (s.at == s.end)
			return 0;
	}
	return -1;
}

bool
csv_is(struct csv_value value, const char *word)
{
	return strlen(word) == value.length &&
	    strncasecmp(value.text, word, value.length) == 0;
}

int
csv_column(const struct csv_row *header, const char *name)
{
	for (size_t i = 0; i < header->count; i++) {
		if (csv_is(header->value[i], name))
			return (int)i;
	}
	return -1;
}

struct csv_value
csv_value(const struct csv_row *row, int column)
{
	if (column < 0 || (size_t)column >= row->count)
		return (struct csv_value){ "", 0 };
	return row->value[column];
}
