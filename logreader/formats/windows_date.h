#ifndef WINDOWS_DATE_H
#define WINDOWS_DATE_H

/*
 * windows_date - dates and times as Windows writes them in some region.
 *
 *	6/5/2013 10:00:32 AM	month first
 *	05/06/2013 10:00:32	day first
 *	05.06.2013 10:00:32	day first; 5-6-2013, 5. 6. 2013, 5.6.2013. too
 *	2013-06-05 10:00:32	year first; 2013/6/5, 2013. 06. 05. too
 *	20130605 10:00:32	Windows 2003
 *
 * AM may also be am, a.m. or a. m., and the parts of a time are parted by
 * colons or dots.  Whether 6/5/2013 is in June or in May the first date with a day over 12
 * tells; until one has come, a time with AM or PM means the month first.
 */

#include "log_memory.h"
#include "text.h"

/**
 * windows_date_take(m, c, ret):
 * Step over the date and time that come next and put them into ${ret} as
 * log_time reads them, local.  Return false if they are none; ${c} is then
 * anywhere.
 */
bool windows_date_take(struct log_memory *m, struct cursor *c,
    struct text *ret);

#endif /* !WINDOWS_DATE_H */
