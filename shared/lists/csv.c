#include "lists/csv.h"

#include <string.h>

static char *
skip_blanks(char *at)
{
	return at + strspn(at, " \t");
}

/* End the text at ${start} before the white space that ends at ${end}. */
static void
cut_blanks(char *start, char *end)
{
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
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
