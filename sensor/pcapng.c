#include "pcapng.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SECTION 0x0a0d0d0a		/* the same in both byte orders */
#define ORDER_MAGIC 0x1a2b3c4d
#define BLOCK_LEAST 12			/* type, length, length */
#define SECTION_LEAST 28
#define INTERFACES_MAX 65536		/* of a section */
#define MICROS 1000000

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_SIMPLE = 3,
	BLOCK_PACKET = 6,
	OPTION_END = 0,
	OPTION_RESOLUTION = 9,
	OPTION_OFFSET = 14
};

struct interface {
	uint32_t link, snaplen;
	const struct link_type_entry *type;	/* NULL: none of ours */
	int shift;		/* times are in 1/2^shift s; -1: in 1/units */
	uint64_t units;		/* a second */
	int64_t offset;		/* seconds to be added */
};

struct pcapng {
	bool little;		/* byte order of the section */
	struct interface *interfaces;
	size_t count, room;
	size_t seen;		/* interfaces of all sections */
	char error[FILE_FRAME_ERROR_SIZE];
};

struct pcapng *
pcapng_new(void)
{
	return calloc(1, sizeof(struct pcapng));
}

bool
pcapng_magic(struct cursor c)
{
	return cursor_u32(&c) == SECTION;
}

static enum file_frame_result __attribute__((format(printf, 2, 3)))
broken(struct pcapng *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, sizeof(p->error), format, args);
	va_end(args);
	return FILE_FRAME_BROKEN;
}

static uint16_t
u16(const struct pcapng *p, struct cursor *c)
{
	return file_frame_u16(c, p->little);
}

static uint32_t
u32(const struct pcapng *p, struct cursor *c)
{
	return file_frame_u32(c, p->little);
}

/* --- sections and interfaces ----------------------------------------------- */

/* A section begins anew: it knows no interface. */
static enum file_frame_result
take_section(struct pcapng *p, struct cursor *c)
{
	uint16_t major, minor;

	cursor_take(c, 4);		/* the byte order is known by now */
	major = u16(p, c);
	minor = u16(p, c);
	cursor_take(c, 8);		/* its length, which may not be known */
	if (c->failed)
		return broken(p, "a section header is too short");
	if (major != 1 || (minor != 0 && minor != 2))
		return broken(p, "pcapng version %u.%u is not known", major,
		    minor);
	p->count = 0;
	return FILE_FRAME_NONE;
}

/* Times count 10^-n or, with the top bit, 2^-n seconds. */
static int
take_resolution(struct interface *i, uint8_t value)
{
	if (value & 0x80) {
		i->shift = value & 0x7f;
		return i->shift > 63 ? -1 : 0;
	}
	if (value > 19)
		return -1;
	i->shift = -1;
	i->units = 1;
	while (value-- > 0)
		i->units *= 10;
	return 0;
}

static int
take_option(struct pcapng *p, struct interface *i, uint16_t code,
    struct cursor value)
{
	size_t length = cursor_left(&value);
	uint64_t first, second;

	if (code == OPTION_RESOLUTION) {
		if (length == 1 && take_resolution(i, cursor_u8(&value)) == 0)
			return 0;
		broken(p, "the time resolution of interface %zu is none",
		    p->count);
		return -1;
	}
	if (code == OPTION_OFFSET) {
		if (length != 8) {
			broken(p, "the time offset of interface %zu is none",
			    p->count);
			return -1;
		}
		first = u32(p, &value);
		second = u32(p, &value);
		i->offset = (int64_t)(p->little ? second << 32 | first :
		    first << 32 | second);
	}
	return 0;
}

static int
take_options(struct pcapng *p, struct interface *i, struct cursor *c)
{
	unsigned seen = 0;		/* one bit each of those that we know */

	while (cursor_left(c) > 0) {
		uint16_t code = u16(p, c), length = u16(p, c);
		const uint8_t *value = cursor_take(c,
		    (length + (size_t)3) / 4 * 4);

		if (c->failed || (code == OPTION_END && length != 0) ||
		    (code <= OPTION_OFFSET && (seen >> code & 1) != 0)) {
			broken(p, "the options of interface %zu are not "
			    "well-formed", p->count);
			return -1;
		}
		if (code == OPTION_END)
			return 0;
		if (code == OPTION_RESOLUTION || code == OPTION_OFFSET)
			seen |= 1u << code;
		if (take_option(p, i, code, cursor_over(value, length)) != 0)
			return -1;
	}
	return 0;
}

/* Room for one more interface; doubled, so that it costs little. */
static struct interface *
add_interface(struct pcapng *p)
{
	if (p->count == p->room) {
		size_t room = p->room == 0 ? 4 : p->room * 2;
		struct interface *grown = p->count >= INTERFACES_MAX ? NULL :
		    realloc(p->interfaces, room * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		p->interfaces = grown;
		p->room = room;
	}
	return &p->interfaces[p->count];
}

static enum file_frame_result
take_interface(struct pcapng *p, struct cursor *c)
{
	struct interface *i = add_interface(p);

	if (i == NULL)
		return broken(p, "more than %zu interfaces", p->count);
	*i = (struct interface){ .shift = -1, .units = MICROS };
	i->link = u16(p, c);
	u16(p, c);			/* reserved */
	i->snaplen = u32(p, c);
	if (c->failed)
		return broken(p, "the description of interface %zu is too "
		    "short", p->count);
	i->type = link_types_find(i->link);
	if (take_options(p, i, c) != 0)
		return FILE_FRAME_BROKEN;
	p->count++;
	p->seen++;
	return FILE_FRAME_NONE;
}

/* --- frames ---------------------------------------------------------------- */

/* Microseconds of a time as the interface counts. */
static int64_t
time_of(const struct interface *i, uint64_t time)
{
	uint64_t seconds, part;
	int64_t shifted;

	if (i->shift >= 0) {
		seconds = time >> i->shift;
		part = time & ((UINT64_C(1) << i->shift) - 1);
		part = (uint64_t)((unsigned __int128)part * MICROS >>
		    i->shift);
	} else {
		seconds = time / i->units;
		part = time % i->units;
		part = i->units >= MICROS ? part / (i->units / MICROS) :
		    part * (MICROS / i->units);
	}
	if (seconds > INT64_MAX ||
	    __builtin_add_overflow((int64_t)seconds, i->offset, &shifted))
		shifted = INT64_MAX;
	return file_frame_time(shifted, (uint32_t)part);
}

static enum file_frame_result
give_frame(struct pcapng *p, uint32_t interface, struct cursor *c,
    struct file_frame *ret)
{
	const struct interface *i = &p->interfaces[interface];

	if (ret->length > FILE_FRAME_MAX)
		return broken(p, "a frame of %zu octets cannot be",
		    ret->length);
	if ((ret->octets = cursor_take(c, ret->length)) == NULL)
		return broken(p, "a frame is longer than its block");
	ret->link = i->link;
	ret->type = i->type;
	return FILE_FRAME_ONE;
}

/* A frame, or as it was written before 2010 (${old}). */
static enum file_frame_result
take_packet(struct pcapng *p, struct cursor *c, bool old,
    struct file_frame *ret)
{
	uint32_t interface = old ? u16(p, c) : u32(p, c);
	uint64_t high, low;

	if (old)
		u16(p, c);		/* frames dropped before */
	high = u32(p, c);
	low = u32(p, c);
	ret->length = u32(p, c);
	ret->wire_length = u32(p, c);
	if (c->failed)
		return broken(p, "a frame's block is too short");
	if (interface >= p->count)
		return broken(p, "a frame comes from interface %lu, which is "
		    "not described", (unsigned long)interface);
	ret->time = time_of(&p->interfaces[interface], high << 32 | low);
	return give_frame(p, interface, c, ret);
}

/* A frame of the first interface, without a time. */
static enum file_frame_result
take_simple(struct pcapng *p, struct cursor *c, struct file_frame *ret)
{
	ret->time = 0;
	ret->length = ret->wire_length = u32(p, c);
	if (c->failed)
		return broken(p, "a frame's block is too short");
	if (p->count == 0)
		return broken(p, "a frame comes from interface 0, which is "
		    "not described");
	if (p->interfaces[0].snaplen != 0 &&
	    ret->length > p->interfaces[0].snaplen)
		ret->length = p->interfaces[0].snaplen;
	return give_frame(p, 0, c, ret);
}

/* --- blocks ---------------------------------------------------------------- */

static enum file_frame_result
take_block(struct pcapng *p, uint32_t type, struct cursor *body,
    struct file_frame *ret)
{
	switch (type) {
	case SECTION:
		return take_section(p, body);
	case BLOCK_INTERFACE:
		return take_interface(p, body);
	case BLOCK_PACKET_OLD:
		return take_packet(p, body, true, ret);
	case BLOCK_SIMPLE:
		return take_simple(p, body, ret);
	case BLOCK_PACKET:
		return take_packet(p, body, false, ret);
	default:
		return FILE_FRAME_NONE;
	}
}

static bool
known(uint32_t type)
{
	return type == SECTION || type == BLOCK_INTERFACE ||
	    type == BLOCK_PACKET_OLD || type == BLOCK_SIMPLE ||
	    type == BLOCK_PACKET;
}

/* A section's byte order is told by the word behind its length. */
static bool
take_order(struct pcapng *p, struct cursor length)
{
	uint32_t order;

	cursor_u32(&length);
	order = cursor_u32(&length);
	p->little = order == __builtin_bswap32(ORDER_MAGIC);
	return p->little || order == ORDER_MAGIC;
}

enum file_frame_result
pcapng_next(struct pcapng *p, struct cursor *c, struct file_frame *ret,
    uint64_t *retskip)
{
	struct cursor block = *c, body;
	size_t left = cursor_left(c);
	uint32_t type, length;

	*retskip = 0;
	if (left < BLOCK_LEAST)
		return FILE_FRAME_SHORT;
	type = u32(p, &block);
	if (type == SECTION && !take_order(p, block))
		return broken(p, "a section has no byte order");
	length = u32(p, &block);
	if (length % 4 != 0 || length <
	    (type == SECTION ? SECTION_LEAST : BLOCK_LEAST))
		return broken(p, "a block of %lu octets cannot be",
		    (unsigned long)length);
	if (length > PCAPNG_BLOCK_MAX) {
		if (known(type))
			return broken(p, "a block of %lu octets is too long",
			    (unsigned long)length);
		*retskip = length > left ? length - left : 0;
		cursor_take(c, length - *retskip);
		return FILE_FRAME_NONE;
	}
	if (length > left)
		return FILE_FRAME_SHORT;
	body = block;
	cursor_limit(&body, length - BLOCK_LEAST);
	cursor_take(&block, length - BLOCK_LEAST);
	if (u32(p, &block) != length)
		return broken(p, "a block does not end as it began");
	*c = block;
	return take_block(p, type, &body, ret);
}

size_t
pcapng_interfaces(const struct pcapng *p)
{
	return p->seen;
}

const char *
pcapng_error(const struct pcapng *p)
{
	return p->error;
}

void
pcapng_free(struct pcapng *p)
{
	if (p == NULL)
		return;
	free(p->interfaces);
	free(p);
}
