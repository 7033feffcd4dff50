#ifndef PCAP_SAVEFILE_H
#define PCAP_SAVEFILE_H

/*
 * pcap_savefile - frames out of a pcap file: either byte order, micro- or
 * nanoseconds, and the variant of old Linux tcpdumps with longer headers
 * (pcap-savefile(5), draft-ietf-opsawg-pcap).
 */

#include "file_frame.h"

/* How a file's records are to be read; plain data. */
struct pcap_savefile {
	bool little;		/* byte order */
	uint32_t divisor;	/* of fractions of a second, to microseconds */
	size_t header;		/* octets before each frame */
	enum { AS_NAMED, MAYBE_SWAPPED, SWAPPED } lengths;
	uint32_t link;
	const struct link_type_entry *type;	/* NULL: none of ours */
	char error[FILE_FRAME_ERROR_SIZE];
};

/**
 * pcap_savefile_magic(c):
 * Is what ${c} points to the start of such a file?
 */
bool pcap_savefile_magic(struct cursor c);

/**
 * pcap_savefile_begin(s, c):
 * Read the header of a file that starts so: FILE_FRAME_NONE when it is
 * good and ${c} is behind it.
 */
enum file_frame_result pcap_savefile_begin(struct pcap_savefile *s,
    struct cursor *c);

/**
 * pcap_savefile_next(s, c, ret):
 * Read the next frame into ${ret} and step over it.  After FILE_FRAME_SHORT
 * ${c} is where it was; after FILE_FRAME_BROKEN the reason is in ${s}.
 */
enum file_frame_result pcap_savefile_next(struct pcap_savefile *s,
    struct cursor *c, struct file_frame *ret);

#endif /* !PCAP_SAVEFILE_H */
