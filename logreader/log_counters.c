#include "log_counters.h"

#include "core/counters.h"

void
log_counters_add(const struct log_counters *l, struct counters *c)
{
	counters_always(c, "lines", "total", l->lines);
	counters_always(c, "lines", "queries",
	    l->verdict[LOG_QUERY] - l->responses);
	counters_add(c, "lines", "responses", l->responses);
	counters_add(c, "lines", "other", l->verdict[LOG_OTHER]);
	counters_add(c, "lines", "cut_short", l->cut);
	counters_add(c, "lines", "too_long", l->too_long);
	counters_add(c, "lines", "truncated", l->truncated);
	counters_add(c, "lines", "strange", l->strange);
	counters_add(c, "lines", "clientless", l->clientless);
	counters_add(c, "lines", "nul", l->nul);
	counters_add(c, "lines", "bytes", l->bytes);
	counters_add(c, "times", "zoned", l->times[LOG_TIME_ZONED]);
	counters_add(c, "times", "local", l->times[LOG_TIME_LOCAL]);
	counters_add(c, "times", "no_year", l->times[LOG_TIME_NO_YEAR]);
	counters_add(c, "times", "none", l->times[LOG_TIME_NONE]);
	counters_add(c, "warnings", "not_understood", l->not_understood);
	counters_add(c, "warnings", "format_changed", l->format_changed);
	for (int v = LOG_BROKEN_PREFIX; v < LOG_VERDICTS; v++)
		counters_add(c, "broken",
		    log_format_verdict_text((enum log_verdict)v),
		    l->verdict[v]);
}
