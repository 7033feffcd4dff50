#include "pcap_savefile.h"

#include <stdio.h>

#define HEADER 24			/* of the file */
#define RECORD 16			/* before a frame */
#define RECORD_MODIFIED 24		/* the same, with Kuznetzov's fields */
#define LINK_BITS 0x03ffffff		/* the others tell of a checksum */

static const struct {
	uint32_t magic;
	uint32_t divisor;
	size_t record;
} magics[] = {
	{ 0xa1b2c3d4, 1, RECORD },
	{ 0xa1b23c4d, 1000, RECORD },
	{ 0xa1b2cd34, 1, RECORD_MODIFIED },
};

#define MAGICS (sizeof(magics) / sizeof(magics[0]))

/* The place of ${magic}, in one of the byte orders, or -1. */
static int
find_magic(uint32_t magic)
{
	for (size_t i = 0; i < MAGICS; i++) {
		if (magics[i].magic == magic)
			return (int)i;
	}
	return -1;
}

bool
pcap_savefile_magic(struct cursor c)
{
	uint32_t magic = cursor_u32(&c);

	return find_magic(magic) >= 0 ||
	    find_magic(__builtin_bswap32(magic)) >= 0;
}

static void
begin_order(struct pcap_savefile *s, uint32_t magic)
{
	int place = find_magic(magic);

	s->little = place < 0;
	if (place < 0)
		place = find_magic(__builtin_bswap32(magic));
	s->divisor = magics[place].divisor;
	s->header = magics[place].record;
}

/* Up to 2.2 the two lengths of a frame were the other way round, in 2.3 with
 * some programs; 543 is what an old libpcap of DG/UX wrote. */
static int
begin_version(struct pcap_savefile *s, uint16_t major, uint16_t minor)
{
	if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0)) {
		snprintf(s->error, sizeof(s->error), "pcap version %u.%u is "
		    "not known", major, minor);
		return -1;
	}
	if (major == 543 || minor < 3)
		s->lengths = SWAPPED;
	else
		s->lengths = minor == 3 ? MAYBE_SWAPPED : AS_NAMED;
	return 0;
}

enum file_frame_result
pcap_savefile_begin(struct pcap_savefile *s, struct cursor *c)
{
	uint16_t major, minor;

	if (cursor_left(c) < HEADER)
		return FILE_FRAME_SHORT;
	begin_order(s, cursor_u32(c));
	major = file_frame_u16(c, s->little);
	minor = file_frame_u16(c, s->little);
	if (begin_version(s, major, minor) != 0)
		return FILE_FRAME_BROKEN;
	/* The time zone is 0 everywhere; what the longest frame is supposed
	 * to be, each frame says better. */
	cursor_take(c, 12);
	s->link = file_frame_u32(c, s->little) & LINK_BITS;
	s->type = link_types_find(s->link);
	return FILE_FRAME_NONE;
}

enum file_frame_result
pcap_savefile_next(struct pcap_savefile *s, struct cursor *c,
    struct file_frame *ret)
{
	struct cursor record = *c;
	const uint8_t *header = cursor_take(&record, s->header);
	uint32_t seconds, fraction, length, wire_length;
	struct cursor h;

	if (header == NULL)
		return FILE_FRAME_SHORT;
	h = cursor_over(header, RECORD);
	seconds = file_frame_u32(&h, s->little);
	fraction = file_frame_u32(&h, s->little);
	length = file_frame_u32(&h, s->little);
	wire_length = file_frame_u32(&h, s->little);
	if (s->lengths == SWAPPED ||
	    (s->lengths == MAYBE_SWAPPED && length > wire_length)) {
		uint32_t other = length;

		length = wire_length;
		wire_length = other;
	}
	if (length > FILE_FRAME_MAX) {
		snprintf(s->error, sizeof(s->error), "a frame of %lu octets "
		    "cannot be", (unsigned long)length);
		return FILE_FRAME_BROKEN;
	}
	if ((ret->octets = cursor_take(&record, length)) == NULL)
		return FILE_FRAME_SHORT;
	ret->length = length;
	ret->wire_length = wire_length;
	ret->time = file_frame_time(seconds,
	    s->divisor == 1 ? fraction : fraction / s->divisor);
	ret->link = s->link;
	ret->type = s->type;
	*c = record;
	return FILE_FRAME_ONE;
}
