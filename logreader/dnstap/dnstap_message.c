#include "dnstap/dnstap_message.h"

#include <string.h>

#include "core/cursor.h"
#include "core/timestamp.h"

#define NANOSECONDS 1000000000
#define SECONDS_MOST UINT64_C(253402300800)	/* the year 10000 */

/* How a value is encoded, the last three bits of a field's key. */
enum wire_type { VARINT, FIXED64, OCTETS, GROUP, GROUP_END, FIXED32 };

/* Numbers of fields: of Dnstap, and of its Message. */
enum { DNSTAP_MESSAGE = 14, DNSTAP_TYPE = 15 };
enum {
	TYPE = 1, FAMILY, PROTOCOL, QUERY_ADDRESS, RESPONSE_ADDRESS,
	QUERY_PORT, RESPONSE_PORT, QUERY_SEC, QUERY_NSEC, QUERY_MESSAGE,
	QUERY_ZONE, RESPONSE_SEC, RESPONSE_NSEC, RESPONSE_MESSAGE, KNOWN
};

static const enum wire_type encoded_as[KNOWN] = {
	[TYPE] = VARINT, [FAMILY] = VARINT, [PROTOCOL] = VARINT,
	[QUERY_ADDRESS] = OCTETS, [RESPONSE_ADDRESS] = OCTETS,
	[QUERY_PORT] = VARINT, [RESPONSE_PORT] = VARINT,
	[QUERY_SEC] = VARINT, [QUERY_NSEC] = FIXED32,
	[QUERY_MESSAGE] = OCTETS, [QUERY_ZONE] = OCTETS,
	[RESPONSE_SEC] = VARINT, [RESPONSE_NSEC] = FIXED32,
	[RESPONSE_MESSAGE] = OCTETS,
};

/* Of Dnstap.type and of the address families. */
enum { TYPE_MESSAGE = 1, INET = 1, INET6 = 2 };

/* The value of a field: a number, or octets. */
struct value {
	bool there;
	uint64_t number;
	const uint8_t *octets;
	size_t length;
};

/* --- the encoding ---------------------------------------------------------- */

/* Seven bits an octet, the lowest first; all but the last have the top bit. */
static uint64_t
read_varint(struct cursor *c)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t octet = cursor_u8(c);

		number |= (uint64_t)(octet & 0x7f) << shift;
		if (octet < 0x80)
			return number;
	}
	c->failed = true;
	return 0;
}

/* Lowest octet first. */
static uint32_t
read_fixed32(struct cursor *c)
{
	return __builtin_bswap32(cursor_u32(c));
}

/* Read one field; its number, or 0 if ${c} has failed. */
static uint64_t
read_field(struct cursor *c, enum wire_type *rettype, struct value *ret)
{
	uint64_t key = read_varint(c);

	*rettype = (enum wire_type)(key & 7);
	*ret = (struct value){ .there = true };
	switch (*rettype) {
	case VARINT:
		ret->number = read_varint(c);
		break;
	case FIXED32:
		ret->number = read_fixed32(c);
		break;
	case FIXED64:
		(void)cursor_take(c, 8);
		break;
	case OCTETS:
		ret->number = read_varint(c);
		if (ret->number > cursor_left(c))
			c->failed = true;
		ret->length = (size_t)ret->number;
		ret->octets = cursor_take(c, ret->length);
		break;
	default:		/* groups were never used by dnstap */
		c->failed = true;
	}
	if (key >> 3 == 0)
		c->failed = true;
	return c->failed ? 0 : key >> 3;
}

/* --- the message ----------------------------------------------------------- */

/* Note every known field; -1 if the encoding is broken. */
static int
read_message(const uint8_t *octets, size_t length, struct value ret[KNOWN])
{
	struct cursor c = cursor_over(octets, length);
	enum wire_type type;
	struct value value;

	while (cursor_left(&c) > 0) {
		uint64_t field = read_field(&c, &type, &value);

		if (field == 0)
			return -1;
		if (field >= KNOWN)
			continue;
		if (type != encoded_as[field])
			return -1;
		ret[field] = value;
	}
	return 0;
}

/* An address that may be lacking, but not odd, nor of another family. */
static int
take_address(const struct value *v, const struct value *family,
    struct address *ret)
{
	if (!v->there || v->length == 0) {
		*ret = (struct address){ .family = 0 };
		return 0;
	}
	if (v->length == 4 && (!family->there || family->number == INET))
		*ret = address_v4(v->octets);
	else if (v->length == 16 &&
	    (!family->there || family->number == INET6))
		*ret = address_v6(v->octets);
	else
		return -1;
	return 0;
}

static int
take_port(const struct value *v, uint16_t *ret)
{
	*ret = (uint16_t)v->number;
	return v->number <= UINT16_MAX ? 0 : -1;
}

static int
take_time(const struct value *seconds, const struct value *nanoseconds,
    struct dnstap_message *ret)
{
	if (seconds->number >= SECONDS_MOST ||
	    nanoseconds->number >= NANOSECONDS)
		return -1;
	ret->has_time = seconds->there;
	ret->time = (int64_t)seconds->number * TIMESTAMP_SECOND +
	    (int64_t)nanoseconds->number / 1000;
	return 0;
}

static enum query_transport
transport_of(uint64_t protocol)
{
	static const enum query_transport transports[] = {
		QUERY_TRANSPORT_UNKNOWN, QUERY_TRANSPORT_UDP,
		QUERY_TRANSPORT_TCP, QUERY_TRANSPORT_DOT,
		QUERY_TRANSPORT_DOH,
		QUERY_TRANSPORT_UDP, QUERY_TRANSPORT_TCP,	/* DNSCrypt */
		QUERY_TRANSPORT_DOQ,
	};

	return protocol < sizeof(transports) / sizeof(transports[0]) ?
	    transports[protocol] : QUERY_TRANSPORT_UNKNOWN;
}

/* A response that does not tell its own time has that of its query. */
static int
take_message(const struct value v[KNOWN], struct dnstap_message *ret)
{
	uint64_t type = v[TYPE].number;
	bool response = type % 2 == 0;
	const struct value *wire = &v[response ? RESPONSE_MESSAGE :
	    QUERY_MESSAGE];
	bool answered_at = response && v[RESPONSE_SEC].there;

	if (type < 1 || type > 2 * DNSTAP_KINDS)
		return -1;
	ret->kind = (enum dnstap_kind)((type - 1) / 2);
	ret->response = response;
	ret->transport = transport_of(v[PROTOCOL].number);
	ret->wire = wire->octets;
	ret->length = wire->length;
	return take_address(&v[QUERY_ADDRESS], &v[FAMILY],
	    &ret->client) != 0 ||
	    take_address(&v[RESPONSE_ADDRESS], &v[FAMILY],
	    &ret->server) != 0 ||
	    take_port(&v[QUERY_PORT], &ret->client_port) != 0 ||
	    take_port(&v[RESPONSE_PORT], &ret->server_port) != 0 ||
	    take_time(&v[answered_at ? RESPONSE_SEC : QUERY_SEC],
	    &v[answered_at ? RESPONSE_NSEC : QUERY_NSEC], ret) != 0 ? -1 : 0;
}

int
dnstap_message_decode(const uint8_t *payload, size_t length,
    struct dnstap_message *ret)
{
	struct cursor c = cursor_over(payload, length);
	struct value fields[KNOWN] = { { .there = false } }, value;
	enum wire_type type;
	bool message = false, is_message = false;

	while (cursor_left(&c) > 0) {
		uint64_t field = read_field(&c, &type, &value);

		if (field == 0)
			return -1;
		if (field == DNSTAP_TYPE) {
			is_message = type == VARINT &&
			    value.number == TYPE_MESSAGE;
		} else if (field == DNSTAP_MESSAGE) {
			if (type != OCTETS || read_message(value.octets,
			    value.length, fields) != 0)
				return -1;
			message = true;
		}
	}
	return message && is_message ? take_message(fields, ret) : -1;
}

/* --- words ----------------------------------------------------------------- */

static const char *const kinds[DNSTAP_KINDS] = {
	"auth", "resolver", "client", "forwarder", "stub", "tool", "update",
};

const char *
dnstap_message_kind_text(enum dnstap_kind kind)
{
	return kinds[kind];
}

int
dnstap_message_kind_find(const char *name)
{
	for (int kind = 0; kind < DNSTAP_KINDS; kind++) {
		if (strcmp(kinds[kind], name) == 0)
			return kind;
	}
	return -1;
}
