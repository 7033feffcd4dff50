#include "log_doubt.h"

#define DRY 100			/* lines without a query that make us doubt */
#define DRY_EVERY 8		/* of which we ask the other formats */
#define VOTES 10		/* queries that another has to find */

const struct log_format *
log_doubt_line(struct log_doubt *d, const struct log_format *format,
    const char *line, size_t length, struct log_fields *ret,
    enum log_verdict *retverdict)
{
	const struct log_format *other;

	if (++d->dry < DRY || d->dry % DRY_EVERY != 0)
		return NULL;
	other = log_format_recognise(&d->memory, line, length, ret,
	    retverdict);
	if (other == NULL || other == format)
		return NULL;
	if (other != d->rival)
		d->votes = 0;
	d->rival = other;
	return ++d->votes == VOTES ? other : NULL;
}
