#include "core/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Read four decimal parts without leading zeros; -1 if it is not that. */
static int
parse_v4(const char *text, size_t length, uint8_t ret[4])
{
	const char *at = text, *end = text + length;

	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		const char *first;

		if (part > 0 && (at == end || *at++ != '.'))
			return -1;
		first = at;
		while (at < end && (unsigned)(*at - '0') <= 9 && at - first < 3)
			value = value * 10 + (unsigned)(*at++ - '0');
		if (at == first || value > 255 ||
		    (*first == '0' && at - first > 1))
			return -1;
		ret[part] = (uint8_t)value;
	}
	return at == end ? 0 : -1;
}

static int
parse_v6(const char *text, size_t length, uint8_t ret[16])
{
	char buf[ADDRESS_TEXT_SIZE];
	const char *scope = memchr(text, '%', length);

	if (scope != NULL) {
		if (scope + 1 == text + length)
			return -1;
		length = (size_t)(scope - text);
	}
	if (length >= sizeof(buf))
		return -1;
	memcpy(buf, text, length);
	buf[length] = '\0';
	return inet_pton(AF_INET6, buf, ret) == 1 ? 0 : -1;
}

int
address_parse(const char *text, size_t length, struct address *ret)
{
	uint8_t bytes[16];

	if (length == 0)
		return -1;		/* ${text} may be NULL */
	if (parse_v4(text, length, bytes) == 0) {
		*ret = address_v4(bytes);
		return 0;
	}
	if (parse_v6(text, length, bytes) == 0) {
		*ret = address_v6(bytes);
		return 0;
	}
	return -1;
}

size_t
address_format(const struct address *a, char buf[ADDRESS_TEXT_SIZE])
{
	buf[0] = '\0';
	if (a->family == 4)
		inet_ntop(AF_INET, a->bytes, buf, ADDRESS_TEXT_SIZE);
	else if (a->family == 6)
		inet_ntop(AF_INET6, a->bytes, buf, ADDRESS_TEXT_SIZE);
	return strlen(buf);
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, 16) == 0;
}

/* Read one to three digits up to ${end}; -1 if it is not that. */
static int
parse_prefix(const char *at, const char *end)
{
	int value = 0;

	if (at == end || end - at > 3)
		return -1;
	for (; at < end; at++) {
		if (*at < '0' || *at > '9')
			return -1;
		value = value * 10 + (*at - '0');
	}
	return value;
}

int
netblock_read(const char *text, size_t length, struct netblock *ret)
{
	const char *slash = memchr(text, '/', length);
	const char *end = slash != NULL ? slash : text + length;
	struct netblock block;
	int prefix;

	if (memchr(text, '%', length) != NULL ||
	    address_parse(text, (size_t)(end - text), &block.base) != 0)
		return -1;
	prefix = (int)address_bits(&block.base);
	block.prefix = (uint8_t)prefix;
	if (slash != NULL) {
		int given = parse_prefix(slash + 1, text + length);

		if (given < 0 || given > prefix)
			return -1;
		block.prefix = (uint8_t)given;
	}
	*ret = block;
	return 0;
}

bool
netblock_is_clean(const struct netblock *n)
{
	for (unsigned bit = n->prefix; bit < address_bits(&n->base); bit++) {
		if (n->base.bytes[bit / 8] & (0x80 >> (bit % 8)))
			return false;
	}
	return true;
}

int
netblock_parse(const char *text, struct netblock *ret)
{
	struct netblock block;

	if (netblock_read(text, strlen(text), &block) != 0 ||
	    !netblock_is_clean(&block))
		return -1;
	*ret = block;
	return 0;
}

bool
netblock_holds(const struct netblock *n, const struct address *a)
{
	size_t whole = n->prefix / 8;
	unsigned rest = n->prefix % 8u;

	return n->base.family == a->family &&
	    memcmp(n->base.bytes, a->bytes, whole) == 0 && (rest == 0 ||
	    (n->base.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0);
}

size_t
netblock_format(const struct netblock *n, char buf[NETBLOCK_TEXT_SIZE])
{
	size_t length = address_format(&n->base, buf);

	if (n->prefix < address_bits(&n->base))
		length += (size_t)snprintf(buf + length,
		    NETBLOCK_TEXT_SIZE - length, "/%u", n->prefix);
	return length;
}
