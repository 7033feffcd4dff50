#include "lists/list_span.h"

#include <string.h>
#include <strings.h>

#include "lists/list_format.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
list_span_is(struct list_span s, const char *word)
{
	return s.length == strlen(word) && list_span_starts(s, word);
}

bool
list_span_starts(struct list_span s, const char *word)
{
	size_t length = strlen(word);

	return length == 0 || (s.length >= length &&
	    strncasecmp(s.at, word, length) == 0);
}

bool
list_span_ends(struct list_span s, const char *word)
{
	size_t length = strlen(word);

	return length == 0 || (s.length >= length &&
	    strncasecmp(s.at + s.length - length, word, length) == 0);
}

bool
list_span_has(struct list_span s, char octet)
{
	return s.length > 0 && memchr(s.at, octet, s.length) != NULL;
}

size_t
list_span_find(struct list_span s, const char *text)
{
	for (size_t i = 0; i < s.length; i++) {
		if (list_span_starts(list_span_skip(s, i), text))
			return i;
	}
	return s.length;
}

struct list_span
list_span_skip(struct list_span s, size_t count)
{
	return list_span(s.at + count, s.length - count);
}

struct list_span
list_span_drop(struct list_span s, size_t count)
{
	return list_span(s.at, s.length - count);
}

struct list_span
list_span_trim(struct list_span s)
{
	while (s.length > 0 && is_blank(s.at[0]))
		s = list_span_skip(s, 1);
	while (s.length > 0 && is_blank(s.at[s.length - 1]))
		s.length--;
	return s;
}

bool
list_span_cut(struct list_span *rest, char separator, struct list_span *ret)
{
	const char *end;

	if (rest->at == NULL)
		return false;
	end = rest->length > 0 ? memchr(rest->at, separator, rest->length) :
	    NULL;
	if (end == NULL) {
		*ret = *rest;
		*rest = list_span(NULL, 0);
	} else {
		*ret = list_span(rest->at, (size_t)(end - rest->at));
		*rest = list_span_skip(*rest, ret->length + 1);
	}
	return true;
}

/* What stands between the quote that ${rest} starts with and the next; to the
 * end if there is none. */
static struct list_span
cut_quoted(struct list_span *rest)
{
	char quote = rest->at[0];
	struct list_span word = { NULL, 0 };

	*rest = list_span_skip(*rest, 1);
	list_span_cut(rest, quote, &word);
	return word;
}

struct list_span
list_span_word(struct list_span *rest)
{
	struct list_span word = { NULL, 0 };

	if (rest->at == NULL)
		return word;
	*rest = list_span_trim(*rest);
	if (rest->length == 0)
		return word;
	if (rest->at[0] == '"' || rest->at[0] == '\'')
		return cut_quoted(rest);
	word = list_span(rest->at, 0);
	while (word.length < rest->length && !is_blank(rest->at[word.length]))
		word.length++;
	*rest = list_span_skip(*rest, word.length);
	return word;
}

/* How long is the quoted field that ${s} starts with, its quotes included? */
static size_t
quoted_length(struct list_span s)
{
	for (size_t i = 1; i < s.length; i++) {
		if (s.at[i] != '"')
			continue;
		if (i + 1 == s.length || s.at[i + 1] != '"')
			return i + 1;
		i++;
	}
	return s.length;
}

bool
list_span_csv(struct list_span *rest, struct list_span *ret)
{
	struct list_span after;
	size_t length;

	if (rest->at == NULL)
		return false;
	*rest = list_span_trim(*rest);
	if (rest->length == 0 || rest->at[0] != '"') {
		list_span_cut(rest, ',', ret);
		*ret = list_span_trim(*ret);
		return true;
	}
	length = quoted_length(*rest);
	*ret = list_span(rest->at + 1, length - 1);
	if (list_span_ends(*ret, "\""))
		ret->length--;
	*rest = list_span_skip(*rest, length);
	list_span_cut(rest, ',', &after);
	return true;
}

static bool
is_label_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	    (unsigned char)c >= 0x80;
}

bool
list_span_is_dotted(struct list_span s)
{
	bool dot = false;

	for (size_t i = 0; i < s.length; i++) {
		if (s.at[i] == '.')
			dot = dot || (i > 0 && i + 1 < s.length);
		else if (!is_label_octet(s.at[i]))
			return false;
	}
	return dot;
}

static bool
is_comment(struct list_span s)
{
	return s.length == 0 || s.at[0] == '#' || s.at[0] == '!' ||
	    s.at[0] == ';' || list_span_starts(s, "//");
}

bool
list_span_line(struct list_head *head, struct list_span *ret)
{
	const char *line;
	size_t length;

	while ((line = list_text_next(&head->at, head->end, &length)) !=
	    NULL) {
		bool cut = head->at == head->end && head->end[-1] != '\n';

		*ret = list_span(line, length);
		if (cut && head->some)
			return false;
		if (is_comment(*ret))
			continue;
		head->some = true;
		return true;
	}
	return false;
}
