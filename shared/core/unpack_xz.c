#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/unpack.h"

#define MEMORY ((uint64_t)UNPACK_MEMORY_MIB * 1024 * 1024)

struct xz {
	lzma_stream z;
	bool between;		/* streams */
};

static void *
open_xz(void)
{
	struct xz *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->z = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&x->z, MEMORY, 0) != LZMA_OK) {
		free(x);
		return NULL;
	}
	return x;
}

static const char *
reason_of(lzma_ret result)
{
	switch (result) {
	case LZMA_MEM_ERROR:
		return "out of memory";
	case LZMA_MEMLIMIT_ERROR:
		return "it needs too much memory";
	case LZMA_FORMAT_ERROR:
		return "something else follows";
	case LZMA_OPTIONS_ERROR:
		return "options that are not known";
	default:
		return "it does not check";
	}
}

static enum unpack_status
step_xz(void *state, struct unpack_step *s)
{
	struct xz *x = state;
	lzma_ret result = LZMA_OK;

	if (x->between) {
		unpack_zeros(s);
		if (s->in_left == 0)
			return UNPACK_WHOLE;
		result = lzma_stream_decoder(&x->z, MEMORY, 0);
		x->between = false;
	}
	x->z.next_in = s->in;
	x->z.avail_in = s->in_left;
	x->z.next_out = s->out;
	x->z.avail_out = s->out_left;
	if (result == LZMA_OK)
		result = lzma_code(&x->z, LZMA_RUN);
	s->in = x->z.next_in;
	s->in_left = x->z.avail_in;
	s->out = x->z.next_out;
	s->out_left = x->z.avail_out;
	switch (result) {
	case LZMA_STREAM_END:
		x->between = true;
		return UNPACK_WHOLE;
	case LZMA_OK:
	case LZMA_BUF_ERROR:		/* nothing to do, no harm */
		return UNPACK_INSIDE;
	default:
		s->reason = reason_of(result);
		return UNPACK_FAILED;
	}
}

static void
close_xz(void *state)
{
	struct xz *x = state;

	lzma_end(&x->z);
	free(x);
}

const struct unpack_format unpack_xz = {
	.name = "xz", .open = open_xz, .step = step_xz, .close = close_xz,
};
