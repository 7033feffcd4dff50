#define ZLIB_CONST		/* input is not written to */
#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>

#include "core/unpack.h"

#define GZIP_ONLY 16		/* added to the window's bits */

struct gzip {
	z_stream z;
	bool between;		/* members */
};

static void *
open_gzip(void)
{
	struct gzip *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	if (inflateInit2(&g->z, MAX_WBITS + GZIP_ONLY) != Z_OK) {
		free(g);
		return NULL;
	}
	return g;
}

static enum unpack_status
step_gzip(void *state, struct unpack_step *s)
{
	struct gzip *g = state;
	int result;

	if (g->between) {
		unpack_zeros(s);
		if (s->in_left == 0)
			return UNPACK_WHOLE;
		inflateReset(&g->z);
		g->between = false;
	}
	g->z.next_in = s->in;
	g->z.avail_in = (uInt)s->in_left;
	g->z.next_out = s->out;
	g->z.avail_out = (uInt)s->out_left;
	result = inflate(&g->z, Z_NO_FLUSH);
	s->in = g->z.next_in;
	s->in_left = g->z.avail_in;
	s->out = g->z.next_out;
	s->out_left = g->z.avail_out;
	switch (result) {
	case Z_STREAM_END:
		g->between = true;
		return UNPACK_WHOLE;
	case Z_OK:
	case Z_BUF_ERROR:		/* nothing to do, no harm */
		return UNPACK_INSIDE;
	default:
		s->reason = g->z.msg != NULL ? g->z.msg : zError(result);
		return UNPACK_FAILED;
	}
}

static void
close_gzip(void *state)
{
	struct gzip *g = state;

	inflateEnd(&g->z);
	free(g);
}

const struct unpack_format unpack_gzip = {
	.name = "gzip", .open = open_gzip, .step = step_gzip,
	.close = close_gzip,
};
