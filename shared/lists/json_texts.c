#include "lists/json_texts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lists/json_value.h"
#include "lists/list_format.h"

struct texts {
	struct list_reader *r;
	json_texts_take *take;
	void *ctx;
};

/* Cut a byte-order mark and outer white space. */
static const char *
trim(const char *text, size_t *length)
{
	const char *end = text + *length;

	if (*length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	while (text < end && memchr(" \t\r\n", *text, 4) != NULL)
		text++;
	while (end > text && memchr(" \t\r\n", end[-1], 4) != NULL)
		end--;
	*length = (size_t)(end - text);
	return text;
}

void
json_texts_entry(struct list_reader *r)
{
	uint64_t *entries = list_reader_state(r);

	list_reader_line(r, ++*entries);
}

/* Read one text; say so if that cannot be, by line if it is ${alone}. */
static void
read_text(const struct texts *t, const char *text, size_t length, bool alone)
{
	struct json_value *v;
	size_t line, shown;

	text = trim(text, &length);
	if (length == 0)
		return;
	if ((v = json_value_read(text, length, &line)) != NULL) {
		t->take(t->r, t->ctx, &v);
		json_value_free(v);
		return;
	}
	json_texts_entry(t->r);
	if (alone)
		list_reader_line(t->r, line);
	for (shown = 0; shown < length && text[shown] != '\n'; shown++)
		continue;
	list_reader_refuse(t->r, length > JSON_VALUE_MAX ? LIST_TOO_COMPLEX :
	    LIST_NOT_TEXT, text, shown);
}

/* Is the first line an object by the look of it, and so each line? */
static bool
is_by_lines(const char *text, size_t length)
{
	const char *lf = memchr(text, '\n', length);

	if (lf == NULL || text[0] != '{')
		return false;
	while (lf > text && memchr(" \t\r", lf[-1], 3) != NULL)
		lf--;
	return lf[-1] == '}';
}

/* Read what stands between each ${separator} and the next. */
static void
read_parts(const struct texts *t, const char *text, size_t length,
    char separator)
{
	const char *end = text + length, *next;

	for (; text < end; text = next + 1) {
		next = memchr(text, separator, (size_t)(end - text));
		if (next == NULL)
			next = end;
		read_text(t, text, (size_t)(next - text), false);
	}
}

void
json_texts_read(struct list_reader *r, const char *text, size_t length,
    json_texts_take *take, void *ctx)
{
	struct texts t = { r, take, ctx };

	text = trim(text, &length);
	if (length == 0)
		return;
	if (text[0] == JSON_TEXTS_SEPARATOR)
		read_parts(&t, text, length, JSON_TEXTS_SEPARATOR);
	else if (is_by_lines(text, length))
		read_parts(&t, text, length, '\n');
	else
		read_text(&t, text, length, true);
}

bool
json_texts_likely(const char *head, size_t length)
{
	head = trim(head, &length);
	return length > 1 && (head[0] == '{' || head[0] == '[' ||
	    head[0] == JSON_TEXTS_SEPARATOR);
}

bool
json_texts_mentions(const char *head, size_t length, const char *word)
{
	char quoted[32];
	int size = snprintf(quoted, sizeof(quoted), "\"%s\"", word);

	return memmem(head, length, quoted, (size_t)size) != NULL;
}
