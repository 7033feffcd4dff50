#ifndef LOG_NAME_H
#define LOG_NAME_H

/*
 * log_name - names in the forms in which logs have them.
 */

#include "core/dns_name.h"
#include "text.h"

enum log_name_form {
	LOG_NAME_ESCAPED,	/* presentation form, as dns_name_from_text
				   reads it */
	LOG_NAME_QUOTED,	/* the same inside quotes: before each quote
				   and backslash stands one more backslash */
	LOG_NAME_LITERAL	/* no escapes: all but the dots between labels
				   stands for itself */
};

/**
 * log_name_read(form, t, ret):
 * Read ${t}, which is of ${form}, with or without a final dot.  Return 0, or
 * -1 if it is no name or too long; ${ret} is then undefined.
 */
int log_name_read(enum log_name_form form, struct text t,
    struct dns_name *ret);

#endif /* !LOG_NAME_H */
