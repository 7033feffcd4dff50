#include "core/dns_token.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Copy ${name}, or, without one that fits, ${otherwise} and ${number}. */
static size_t
copy_token(const char *name, const char *otherwise, unsigned number,
    char buf[DNS_TOKEN_SIZE])
{
	if (name != NULL && strlen(name) < DNS_TOKEN_SIZE)
		snprintf(buf, DNS_TOKEN_SIZE, "%s", name);
	else
		snprintf(buf, DNS_TOKEN_SIZE, "%.8s%u", otherwise, number);
	return strlen(buf);
}

size_t
dns_type_text(uint16_t type, char buf[DNS_TOKEN_SIZE])
{
	char *made = ldns_rr_type2str((ldns_rr_type)type);
	size_t length = copy_token(made, "TYPE", type, buf);

	free(made);
	return length;
}

size_t
dns_class_text(uint16_t rrclass, char buf[DNS_TOKEN_SIZE])
{
	char *made = ldns_rr_class2str((ldns_rr_class)rrclass);
	size_t length = copy_token(made, "CLASS", rrclass, buf);

	free(made);
	return length;
}

size_t
dns_rcode_text(uint8_t rcode, char buf[DNS_TOKEN_SIZE])
{
	const ldns_lookup_table *known = ldns_lookup_by_id(ldns_rcodes, rcode);

	return copy_token(known != NULL ? known->name : NULL, "RCODE", rcode,
	    buf);
}

/* Names that BIND prints and ldns 1.8 does not know. */
static const struct {
	const char *token;
	uint16_t number;
} bind_types[] = {
	{ "RESERVED0", 0 }, { "NXT", 30 }, { "NSAP_PTR", 23 },
	{ "AMTRELAY", 260 }, { "RESINFO", 261 }, { "DOA", 259 },
	{ "KEYDATA", 65533 },
}, bind_classes[] = {
	{ "RESERVED0", 0 }, { "CHAOS", 3 }, { "HESIOD", 4 }, { "CH", 3 },
	{ "HS", 4 }, { "IN", 1 }, { "NONE", 254 }, { "ANY", 255 },
};

/* The number in ${text}, when it is ${prefix} and a number to ${max}. */
static int32_t
numbered(const char *text, const char *prefix, int32_t max)
{
	size_t length = strlen(prefix);
	char *end;
	unsigned long number;

	if (strncasecmp(text, prefix, length) != 0 || text[length] < '0' ||
	    text[length] > '9')
		return -1;
	number = strtoul(text + length, &end, 10);
	return *end == '\0' && number <= (unsigned long)max ?
	    (int32_t)number : -1;
}

/* Copy a token of ${length} octets as a string; -1 if it cannot be one. */
static int
token_string(const char *text, size_t length, char buf[DNS_TOKEN_SIZE])
{
	if (length == 0 || length >= DNS_TOKEN_SIZE ||
	    memchr(text, '\0', length) != NULL)
		return -1;
	memcpy(buf, text, length);
	buf[length] = '\0';
	return 0;
}

int32_t
dns_type_parse(const char *text, size_t length)
{
	char token[DNS_TOKEN_SIZE];
	int32_t number;

	if (token_string(text, length, token) != 0)
		return -1;
	if ((number = numbered(token, "TYPE", 65535)) >= 0 ||
	    (number = numbered(token, "RRTYPE", 65535)) >= 0 ||
	    (number = numbered(token, "type=", 65535)) >= 0)
		return number;
	for (size_t i = 0; i < sizeof(bind_types) / sizeof(*bind_types); i++) {
		if (strcasecmp(token, bind_types[i].token) == 0)
			return bind_types[i].number;
	}
	if (strncasecmp(token, "TYPE", 4) == 0)
		return -1;
	number = (int32_t)ldns_get_rr_type_by_name(token);
	return number == 0 ? -1 : number;
}

int32_t
dns_class_parse(const char *text, size_t length)
{
	char token[DNS_TOKEN_SIZE];
	int32_t number;

	if (token_string(text, length, token) != 0)
		return -1;
	if ((number = numbered(token, "CLASS", 65535)) >= 0 ||
	    (number = numbered(token, "RDCLASS", 65535)) >= 0)
		return number;
	for (size_t i = 0; i < sizeof(bind_classes) / sizeof(*bind_classes);
	    i++) {
		if (strcasecmp(token, bind_classes[i].token) == 0)
			return bind_classes[i].number;
	}
	return -1;
}

int
dns_rcode_parse(const char *text, size_t length)
{
	char token[DNS_TOKEN_SIZE];
	const ldns_lookup_table *known;

	if (token_string(text, length, token) != 0)
		return -1;
	if (strcasecmp(token, "NOTIMP") == 0)	/* ldns has one L more */
		return LDNS_RCODE_NOTIMPL;
	known = ldns_lookup_by_name(ldns_rcodes, token);
	if (known != NULL)
		return known->id;
	return numbered(token, *token >= '0' && *token <= '9' ? "" : "RCODE",
	    255);
}
