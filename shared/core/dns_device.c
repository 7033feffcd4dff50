#include "core/dns_device.h"

#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/cursor.h"
#include "core/dns_message.h"

#define MAC_LENGTH 6

/* The kinds, by the option's code. */
static const struct {
	const char *word;
	uint16_t code;
} kinds[DNS_DEVICES] = {
	[DNS_DEVICE_MAC] = { "mac", 65001 },
	[DNS_DEVICE_ID] = { "id", 65073 },
	[DNS_DEVICE_CPE] = { "cpe", 65074 },
	[DNS_DEVICE_SUBNET] = { "subnet", 8 },
};

/* What was found of each kind. */
struct found {
	char text[DNS_DEVICES][QUERY_DEVICE_SIZE];
};

int
dns_device_parse(const char *text)
{
	for (int i = 0; i < DNS_DEVICES; i++) {
		if (strcmp(text, kinds[i].word) == 0)
			return i;
	}
	return -1;
}

static void
write_mac(const uint8_t *data, size_t length, char buf[QUERY_DEVICE_SIZE])
{
	if (length == MAC_LENGTH)
		snprintf(buf, QUERY_DEVICE_SIZE,
		    "%02x:%02x:%02x:%02x:%02x:%02x", data[0], data[1],
		    data[2], data[3], data[4], data[5]);
}

static void
write_text(const uint8_t *data, size_t length, char buf[QUERY_DEVICE_SIZE])
{
	size_t used = 0;

	for (size_t i = 0; i < length && used + 5 <= QUERY_DEVICE_SIZE; i++) {
		if (data[i] > ' ' && data[i] < 0x7f && data[i] != '\\')
			buf[used++] = (char)data[i];
		else
			used += (size_t)snprintf(buf + used, 5, "\\%03u",
			    data[i]);
	}
	buf[used] = '\0';
}

/* RFC 7871, 6: family, two prefix lengths, as many octets as the first
 * needs. */
static void
write_subnet(const uint8_t *data, size_t length, char buf[QUERY_DEVICE_SIZE])
{
	struct cursor c = cursor_over(data, length);
	uint16_t family = cursor_u16(&c);
	uint8_t prefix = cursor_u8(&c);
	uint8_t octets[16] = { 0 };
	char text[ADDRESS_TEXT_SIZE];
	struct address a;
	const uint8_t *at;

	cursor_u8(&c);			/* scope: for answers */
	at = cursor_take(&c, (prefix + 7u) / 8);
	if (at == NULL || prefix == 0 || (family != 1 && family != 2) ||
	    prefix > (family == 1 ? 32 : 128))
		return;
	memcpy(octets, at, (prefix + 7u) / 8);
	octets[(prefix - 1) / 8] &= (uint8_t)(0xff << (7 - (prefix - 1) % 8));
	a = family == 1 ? address_v4(octets) : address_v6(octets);
	address_format(&a, text);
	if (prefix == (family == 1 ? 32 : 128))
		snprintf(buf, QUERY_DEVICE_SIZE, "%s", text);
	else
		snprintf(buf, QUERY_DEVICE_SIZE, "%s/%u", text, prefix);
}

static void
take_option(void *ctx, uint16_t code, const uint8_t *data, size_t length)
{
	struct found *found = ctx;

	for (int i = 0; i < DNS_DEVICES; i++) {
		if (kinds[i].code != code || found->text[i][0] != '\0')
			continue;
		if (i == DNS_DEVICE_MAC)
			write_mac(data, length, found->text[i]);
		else if (i == DNS_DEVICE_SUBNET)
			write_subnet(data, length, found->text[i]);
		else
			write_text(data, length, found->text[i]);
	}
}

size_t
dns_device_find(const uint8_t *wire, size_t length,
    const enum dns_device *wanted, size_t count, char buf[QUERY_DEVICE_SIZE])
{
	struct found found = { .text = { "" } };

	dns_message_options(wire, length, take_option, &found);
	buf[0] = '\0';
	for (size_t i = 0; i < count && buf[0] == '\0'; i++)
		memcpy(buf, found.text[wanted[i]], QUERY_DEVICE_SIZE);
	return strlen(buf);
}
