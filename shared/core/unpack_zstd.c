#include <zstd.h>
#include <zstd_errors.h>

#include "core/unpack.h"

#define WINDOW_LOG 27		/* of the memory that a file may ask for */

static void *
open_zstd(void)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();

	_Static_assert((1 << WINDOW_LOG) == UNPACK_MEMORY_MIB * 1024 * 1024,
	    "one bound");
	if (z == NULL)
		return NULL;
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG);
	return z;
}

static enum unpack_status
step_zstd(void *state, struct unpack_step *s)
{
	ZSTD_inBuffer in = { s->in, s->in_left, 0 };
	ZSTD_outBuffer out = { s->out, s->out_left, 0 };
	size_t result = ZSTD_decompressStream(state, &out, &in);

	s->in += in.pos;
	s->in_left -= in.pos;
	s->out += out.pos;
	s->out_left -= out.pos;
	if (ZSTD_isError(result)) {
		s->reason = ZSTD_getErrorCode(result) ==
		    ZSTD_error_frameParameter_windowTooLarge ?
		    "made with --long over 27, it needs too much memory" :
		    ZSTD_getErrorName(result);
		return UNPACK_FAILED;
	}
	return result == 0 ? UNPACK_WHOLE : UNPACK_INSIDE;
}

static void
close_zstd(void *state)
{
	ZSTD_freeDCtx(state);
}

const struct unpack_format unpack_zstd = {
	.name = "zstd", .open = open_zstd, .step = step_zstd,
	.close = close_zstd,
};
