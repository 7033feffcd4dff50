#ifndef UNPACK_H
#define UNPACK_H

/*
 * unpack - compressed octets, piece by piece, in bounded memory: gzip, zstd
 * and xz, each with its library behind one file.
 *
 * A file may hold several parts one after the other (members of gzip, frames
 * of zstd, streams of xz); together they are the content.
 */

#include <stddef.h>
#include <stdint.h>

#define UNPACK_MEMORY_MIB 128	/* what a file may ask for at most */

enum unpack_status {
	UNPACK_INSIDE,		/* of a part: more has to come */
	UNPACK_WHOLE,		/* between two parts: the file may end here */
	UNPACK_FAILED		/* the reason is set */
};

/* One step: what is read and written moves the pointers on. */
struct unpack_step {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
	const char *reason;	/* a constant, after UNPACK_FAILED */
};

struct unpack_format {
	const char *name;

	/**
	 * open():
	 * Return a new state at the start of a file, or NULL if memory is
	 * short.
	 */
	void *(*open)(void);

	/**
	 * step(state, s):
	 * Unpack until there is no input left or no room.  If the room was
	 * used up inside of a part, more may come without more input.  What
	 * was written before a failure is good.
	 */
	enum unpack_status (*step)(void *state, struct unpack_step *s);

	/**
	 * close(state):
	 * Free it.
	 */
	void (*close)(void *state);
};

extern const struct unpack_format unpack_gzip, unpack_zstd, unpack_xz;

/**
 * unpack_zeros(s):
 * Step over zeros, with which some tools fill up between or after parts.
 */
static inline void
unpack_zeros(struct unpack_step *s)
{
	while (s->in_left > 0 && *s->in == 0) {
		s->in++;
		s->in_left--;
	}
}

#endif /* !UNPACK_H */
