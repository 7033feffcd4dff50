#include "core/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
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

/* Is every bit after the first ${prefix} of ${a} zero? */
static bool
host_bits_clear(const struct address *a, unsigned prefix)
{
	for (unsigned bit = prefix; bit < (a->family == 4 ? 32 : 128); bit++) {
		if (a->bytes[bit / 8] & (0x80 >> (bit % 8)))
			return false;
	}
	return true;
}

int
netblock_parse(const char *text, struct netblock *ret)
{
	const char *slash = strchr(text, '/');
	struct netblock block;
	unsigned long longest, prefix;
	char *end;

	if (address_parse(text, slash != NULL ? (size_t)(slash - text) :
	    strlen(text), &block.base) != 0 || strchr(text, '%') != NULL)
		return -1;
	longest = prefix = block.base.family == 4 ? 32 : 128;
	if (slash != NULL) {
		if (slash[1] < '0' || slash[1] > '9')
			return -1;
		prefix = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || prefix > longest)
			return -1;
	}
	if (!host_bits_clear(&block.base, (unsigned)prefix))
		return -1;
	block.prefix = (uint8_t)prefix;
	*ret = block;
	return 0;
}
