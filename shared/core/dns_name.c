#include "core/dns_name.h"

#include <string.h>

#include "core/block.h"

/* What a text octet is in a name: itself in lower case, or 0 for the two
 * that mean something else, dot and backslash, and for NUL. */
static const uint8_t plain[256] = {
#define ROW(x) x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7
	ROW(0x00), ROW(0x08), ROW(0x10), ROW(0x18), ROW(0x20),
	0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0, 0x2f, ROW(0x30), ROW(0x38),
	0x40, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, ROW(0x68), ROW(0x70),
	0x78, 0x79, 0x7a, 0x5b, 0, 0x5d, 0x5e, 0x5f, ROW(0x60), ROW(0x68),
	ROW(0x70), ROW(0x78), ROW(0x80), ROW(0x88), ROW(0x90), ROW(0x98),
	ROW(0xa0), ROW(0xa8), ROW(0xb0), ROW(0xb8), ROW(0xc0), ROW(0xc8),
	ROW(0xd0), ROW(0xd8), ROW(0xe0), ROW(0xe8), ROW(0xf0), ROW(0xf8)
#undef ROW
};

static uint8_t
lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet | 0x20) : octet;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Decode the escape after the backslash at ${at}; return its length, the
 * backslash included, or 0 if it is broken. */
static size_t
unescape(const char *at, const char *end, uint8_t *ret)
{
	unsigned value;

	if (end - at < 2)
		return 0;
	if (!is_digit(at[1])) {
		*ret = lower((uint8_t)at[1]);
		return 2;
	}
	if (end - at < 4 || !is_digit(at[2]) || !is_digit(at[3]))
		return 0;
	value = (unsigned)(at[1] - '0') * 100 + (unsigned)(at[2] - '0') * 10 +
	    (unsigned)(at[3] - '0');
	if (value > 255)
		return 0;
	*ret = lower((uint8_t)value);
	return 4;
}

int
dns_name_from_text(const char *text, size_t length, struct dns_name *ret)
{
	const char *at = text, *end = text + length;
	uint8_t *label = ret->wire;		/* its length octet */
	uint8_t *out = ret->wire + 1;
	uint8_t *limit = ret->wire + DNS_NAME_MAX;

	if (length == 1 && *text == '.') {
		ret->length = 1;
		ret->wire[0] = 0;
		return 0;
	}
	for (;;) {
		while (at < end && out < limit && plain[(uint8_t)*at] != 0)
			*out++ = plain[(uint8_t)*at++];
		if (at < end && (*at == '\\' || *at == '\0') && out < limit) {
			size_t taken = 1;

			*out = 0;
			if (*at == '\\' &&
			    (taken = unescape(at, end, out)) == 0)
				return -1;
			out++;
			at += taken;
			continue;
		}
		if (out - label - 1 < 1 || out - label - 1 > DNS_LABEL_MAX ||
		    out >= limit)
			return -1;
		*label = (uint8_t)(out - label - 1);
		label = out++;
		if (at < end)
			at++;		/* the dot */
		if (at == end)
			break;
	}
	*label = 0;
	ret->length = (uint8_t)(label + 1 - ret->wire);
	return 0;
}

/* How many octets of the ${length} at ${bytes} an uncompressed name takes; 0
 * if it is cut, too long or none. */
static size_t
wire_length(const uint8_t *bytes, size_t length)
{
	size_t at = 0;

	if (length > DNS_NAME_MAX)
		length = DNS_NAME_MAX;
	while (at < length) {
		uint8_t label = bytes[at];

		if (label == 0)
			return at + 1;
		if (label > DNS_LABEL_MAX)
			return 0;
		at += 1u + label;
	}
	return 0;
}

/* Lengths of labels are no letters, so that a name is put into lower case as a
 * whole: sixteen octets at a time where so many may be read and written. */
size_t
dns_name_from_wire(const uint8_t *bytes, size_t length, struct dns_name *ret)
{
	size_t taken = wire_length(bytes, length), at = 0;

	for (; at < taken && at + BLOCK_SIZE <= length &&
	    at + BLOCK_SIZE <= DNS_NAME_MAX; at += BLOCK_SIZE)
		block_store(ret->wire + at,
		    block_lower(block_load(bytes + at)));
	for (; at < taken; at++)
		ret->wire[at] = lower(bytes[at]);
	ret->length = (uint8_t)taken;
	return taken;
}

size_t
dns_name_to_text(const struct dns_name *name, char buf[DNS_NAME_TEXT_SIZE])
{
	const uint8_t *at = name->wire;
	char *out = buf;

	while (*at != 0) {
		const uint8_t *last = at + *at;

		if (out != buf)
			*out++ = '.';
		while (at++ < last) {
			if (*at < 0x21 || *at > 0x7e) {
				*out++ = '\\';
				*out++ = (char)('0' + *at / 100);
				*out++ = (char)('0' + *at / 10 % 10);
				*out++ = (char)('0' + *at % 10);
				continue;
			}
			if (*at == '.' || *at == '\\')
				*out++ = '\\';
			*out++ = (char)*at;
		}
	}
	if (out == buf)
		*out++ = '.';
	*out = '\0';
	return (size_t)(out - buf);
}

bool
dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->length == b->length &&
	    memcmp(a->wire, b->wire, a->length) == 0;
}

bool
dns_name_ends_in(const struct dns_name *name, const struct dns_name *parent)
{
	size_t at = 0, rest = (size_t)(name->length - parent->length);

	if (name->length < parent->length)
		return false;
	while (at < rest)
		at += name->wire[at] + 1u;
	return at == rest && memcmp(name->wire + rest, parent->wire,
	    parent->length) == 0;
}
