#include "lists/feed.h"

#include <string.h>

#include "core/timestamp.h"
#include "lists/list_format.h"

/* Where the octets at ${text} end that are none of ${ends}. */
static const char *
find_end(const char *text, const char *end, const char *ends)
{
	while (text < end && (*text == '\0' || strchr(ends, *text) == NULL))
		text++;
	return text;
}

/* What is behind "scheme://", or all. */
static const char *
skip_scheme(const char *url, const char *end)
{
	const char *colon = find_end(url, end, ":/?#@[");

	if (end - colon >= 3 && memcmp(colon, "://", 3) == 0)
		return colon + 3;
	return url;
}

const char *
feed_url_host(const char *url, size_t length, size_t *retlength)
{
	const char *end = url + length, *host = skip_scheme(url, end);
	const char *at;

	end = find_end(host, end, "/?#\\");
	while ((at = memchr(host, '@', (size_t)(end - host))) != NULL)
		host = at + 1;
	if (host < end && *host == '[') {
		host++;
		if ((end = memchr(host, ']', (size_t)(end - host))) == NULL)
			return NULL;
	} else {
		end = find_end(host, end, ":");
	}
	*retlength = (size_t)(end - host);
	return host < end ? host : NULL;
}

int64_t
feed_time(const char *text, size_t length)
{
	char copy[64];
	int64_t time;

	if (length >= sizeof(copy))
		return 0;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return strlen(copy) == length && timestamp_parse(copy, &time) == 0 &&
	    time > 0 ? time : 0;
}

uint8_t
feed_percent(const char *text, size_t length)
{
	unsigned number = 0;

	if (length == 0 || length > 3)
		return LIST_CONFIDENCE_NONE;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return LIST_CONFIDENCE_NONE;
		number = 10 * number + (unsigned)(text[i] - '0');
	}
	return number <= 100 ? (uint8_t)number : LIST_CONFIDENCE_NONE;
}

void
feed_threat(struct list_detail *detail, const char *text, size_t length)
{
	char copy[LIST_THREAT_SIZE];
	size_t used = strlen(detail->threat);

	list_text_copy(copy, sizeof(copy), text, length);
	if (copy[0] == '\0' || strstr(detail->threat, copy) != NULL)
		return;
	if (used > 0 && used + 3 < LIST_THREAT_SIZE) {
		memcpy(detail->threat + used, ", ", 2);
		used += 2;
	}
	if (used < LIST_THREAT_SIZE - 1)
		list_text_copy(detail->threat + used, LIST_THREAT_SIZE - used,
		    text, length);
}

void
feed_reference(struct list_detail *detail, const char *text, size_t length)
{
	if (detail->reference[0] == '\0')
		list_text_copy(detail->reference, LIST_REFERENCE_SIZE, text,
		    length);
}

enum list_match
feed_match(const struct list_reader *r, enum list_match own)
{
	const struct list_spec *spec = list_reader_spec(r);

	return spec->match_given ? spec->match : own;
}
