#include "print.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "core/timestamp.h"

/* The octets of the character at ${at}, one beyond ASCII and the controls
 * behind it; 0 if there is none. */
static size_t
character(const unsigned char *at)
{
	size_t more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : 1;

	if (at[0] < 0xc2 || at[0] > 0xf4 ||
	    (at[0] == 0xc2 && at[1] < 0xa0) ||		/* a control */
	    (at[0] == 0xe0 && at[1] < 0xa0) ||		/* spelt too long */
	    (at[0] == 0xed && at[1] > 0x9f) ||		/* a surrogate */
	    (at[0] == 0xf0 && at[1] < 0x90) ||
	    (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	for (size_t i = 1; i <= more; i++) {
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	}
	return more + 1;
}

void
print_text(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0') {
		size_t length = *at >= ' ' && *at <= '~' ? 1 : character(at);

		if (length == 0)
			putchar('?');
		else
			fwrite(at, 1, length, stdout);
		at += length > 0 ? length : 1;
	}
}

void
print_json(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	putchar('"');
	while (*at != '\0') {
		size_t length = *at >= ' ' && *at <= '~' ? 1 : character(at);

		if (*at == '"' || *at == '\\')
			putchar('\\');
		if (length == 0)
			printf("\\u%04x", *at);
		else
			fwrite(at, 1, length, stdout);
		at += length > 0 ? length : 1;
	}
	putchar('"');
}

void
print_member(const char *key, const char *text)
{
	if (text[0] == '\0')
		return;
	printf(",\"%s\":", key);
	print_json(text);
}

void
print_number(const char *key, uint64_t number)
{
	printf(",\"%s\":%" PRIu64, key, number);
}

void
print_time(const char *key, int64_t time)
{
	char text[TIMESTAMP_TEXT_SIZE];

	if (time == 0)
		return;
	timestamp_format(time, text);
	print_member(key, text);
}
