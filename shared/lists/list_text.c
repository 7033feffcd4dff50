/* Texts of lists: what list.h and list_format.h declare of them. */

#include <string.h>

#include "lists/list_format.h"

void
list_text_copy(char *ret, size_t size, const char *text, size_t length)
{
	if (length >= size)
		length = size - 1;
	for (size_t i = 0; i < length; i++)
		ret[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	ret[length] = '\0';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
	    c == '\f' || c == '\v';
}

const char *
list_text_trim(const char *line, size_t *length)
{
	const char *at = line, *end = line + *length;

	if (*length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end && is_space(*at))
		at++;
	while (end > at && is_space(end[-1]))
		end--;
	*length = (size_t)(end - at);
	return at;
}

size_t
list_text_uncomment(const char *line, size_t length)
{
	const char *comment = memchr(line, '#', length);

	if (comment != NULL && (comment == line || is_space(comment[-1])))
		length = (size_t)(comment - line);
	while (length > 0 && is_space(line[length - 1]))
		length--;
	return length;
}

const char *
list_text_next(const char **head, const char *end, size_t *retlength)
{
	const char *line = *head, *lf;

	if (line >= end)
		return NULL;
	lf = memchr(line, '\n', (size_t)(end - line));
	*head = lf != NULL ? lf + 1 : end;
	*retlength = (size_t)((lf != NULL ? lf : end) - line);
	return list_text_trim(line, retlength);
}
