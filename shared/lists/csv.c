#include "lists/csv.h"

#include <string.h>
#include <strings.h>

static char *
skip_blanks(char *at)
{
	return at + strspn(at, " \t\r");
}

/* End the text at ${start} before the white space that ends at ${end}. */
static void
cut_blanks(char *start, char *end)
{
	while (end > start && strchr(" \t\r", end[-1]) != NULL)
		end--;
	*end = '\0';
}

/* Take the quotes at ${*at} and those inside off; false if none close it. */
static bool
unquote(char **at, char **retend)
{
	char *out = *at, *from = *at + 1;

	for (;; from++) {
		if (*from == '\0')
			return false;
		if (*from == '"' && *++from != '"')
			break;
		*out++ = *from;
	}
	*at = skip_blanks(from);
	*retend = out;
	return true;
}

bool
csv_field(char **at, char **ret)
{
	char *start = skip_blanks(*at), *end;
	bool more;

	*at = start;
	if (*start == '"') {
		if (!unquote(at, &end))
			return false;
	} else {
		end = *at = start + strcspn(start, ",\"");
	}
	if (**at != ',' && **at != '\0')
		return false;
	more = **at == ',';
	cut_blanks(start, end);
	*at = more ? *at + 1 : NULL;
	*ret = start;
	return true;
}

int
csv_split(const char *line, size_t length, struct csv_row *ret)
{
	char *at = ret->text, *field;

	if (length > CSV_LINE_MAX || memchr(line, '\0', length) != NULL)
		return -1;
	memcpy(ret->text, line, length);
	ret->text[length] = '\0';
	for (ret->count = 0; at != NULL; ret->count++) {
		if (ret->count == CSV_COLUMNS_MAX || !csv_field(&at, &field))
			return -1;
		ret->value[ret->count] = (struct csv_value){
			field, strlen(field)
		};
	}
	return 0;
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
