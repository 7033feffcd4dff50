/*
 * Suricata's datasets: a name a line, in base64 or (with lists that others
 * write) as it is, and a value behind a comma that says nothing of it.  A
 * leading dot goes with the keyword dotprefix: the name and all below it.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_name.h"
#include "lists/list_span.h"

#define DECODED_SIZE 512

/* The six bits of an octet of base64 (RFC 4648, 4); -1 for others. */
static int
six_bits(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Cut the padding; -1 if it is not as it must be. */
static int
cut_padding(struct list_span *s)
{
	if (s->length == 0 || s->length % 4 != 0)
		return -1;
	for (int i = 0; i < 2 && list_span_ends(*s, "="); i++)
		s->length--;
	return 0;
}

/* Decode ${s} into ${ret}; the octets that it gives, or -1. */
static long
decode(struct list_span s, char ret[DECODED_SIZE])
{
	unsigned long bits = 0;
	size_t used = 0;
	unsigned have = 0;

	if (cut_padding(&s) != 0 || s.length / 4 * 3 + 3 > DECODED_SIZE)
		return -1;
	for (size_t i = 0; i < s.length; i++) {
		int six = six_bits(s.at[i]);

		if (six < 0)
			return -1;
		bits = (bits << 6 | (unsigned long)six) & 0xFFFFFF;
		have += 6;
		if (have >= 8) {
			have -= 8;
			ret[used++] = (char)(bits >> have & 0xFF);
		}
	}
	return (bits & ((1UL << have) - 1)) == 0 ? (long)used : -1;
}

static bool
is_text(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '!' || text[i] > '~')
			return false;
	}
	return length > 0;
}

/* Sums (of files) are datasets, too. */
static bool
is_digest(struct list_span s)
{
	for (size_t i = 0; i < s.length; i++) {
		if (memchr("0123456789abcdefABCDEF", s.at[i], 22) == NULL)
			return false;
	}
	return s.length == 32 || s.length == 64;
}

static void
take_text(struct list_reader *r, struct list_span text)
{
	enum list_match match = list_reader_match(r);

	if (list_span_starts(text, ".")) {
		text = list_span_skip(text, 1);
		match = LIST_MATCH_SUFFIX;
	}
	list_reader_entry(r, text.at, text.length,
	    &(struct list_entry){ .match = match });
}

void
list_suricata_line(struct list_reader *r, const char *line, size_t length)
{
	struct list_span text, rest;
	char decoded[DECODED_SIZE];
	long size;

	if (line[0] == ';' || line[0] == '!' ||
	    (length = list_text_uncomment(line, length)) == 0)
		return;
	rest = list_span(line, length);
	list_span_cut(&rest, ',', &text);
	text = list_span_trim(text);
	size = decode(text, decoded);
	if (is_digest(text))
		list_reader_refuse(r, LIST_OTHER_KIND, line, length);
	else if (size > 0 && is_text(decoded, (size_t)size))
		take_text(r, list_span(decoded, (size_t)size));
	else if (list_span_has(text, '=') || list_span_has(text, '+') ||
	    list_span_has(text, '/'))
		list_reader_refuse(r, LIST_NOT_TEXT, line, length);
	else
		take_text(r, text);
}

/* Is it a name of several labels, in base64? */
static bool
is_coded_name(struct list_span text)
{
	char decoded[DECODED_SIZE];
	long size = decode(text, decoded);
	struct list_span name = list_span(decoded, size > 0 ? (size_t)size :
	    0);

	if (list_span_starts(name, "."))
		name = list_span_skip(name, 1);
	return list_span_is_dotted(name);
}

static bool
is_number(struct list_span value)
{
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
	}
	return value.length > 0;
}

/* Names in base64 mostly (others are not looked up as names), or each a name
 * and a number. */
bool
list_suricata_likely(const char *text, size_t length)
{
	struct list_head head = { text, text + length, false };
	size_t lines = 0, coded = 0, valued = 0;
	struct list_span line, key;

	while (list_span_line(&head, &line)) {
		list_span_cut(&line, ',', &key);
		lines++;
		coded += is_coded_name(list_span_trim(key));
		valued += list_span_is_dotted(key) && line.at != NULL &&
		    is_number(list_span_trim(line));
	}
	return lines > 0 && (coded * 2 > lines || valued == lines);
}
