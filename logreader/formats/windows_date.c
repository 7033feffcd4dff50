#include "formats/windows_date.h"

#include <stdio.h>

/* One of the numbers of a date or time. */
static bool
take_number(struct cursor *c, unsigned long max, unsigned long *ret,
    size_t *retdigits)
{
	struct text t = text_while(c, TEXT_DIGIT);

	*retdigits = t.length;
	return text_number(t, max, ret) == 0;
}

/* The numbers of a date in the order in which they stand. */
struct date {
	unsigned long number[3];
	size_t digits[3];
	char separator;
};

static bool
take_date(struct cursor *c, struct date *d)
{
	if (!take_number(c, 99999999, &d->number[0], &d->digits[0]))
		return false;
	if (d->digits[0] == 8) {		/* 20130605 */
		d->separator = '\0';
		d->number[2] = d->number[0] % 100;
		d->number[1] = d->number[0] / 100 % 100;
		d->number[0] /= 10000;
		return true;
	}
	d->separator = (char)text_peek(c);
	if (memchr("/.-", d->separator, 3) == NULL)
		return false;
	for (int i = 1; i < 3; i++) {
		if (text_peek(c) != (uint8_t)d->separator)
			return false;
		cursor_take(c, 1);
		if (d->separator == '.')
			(void)text_skip(c, " ");
		if (!take_number(c, 9999, &d->number[i], &d->digits[i]))
			return false;
	}
	if (d->separator == '.')
		(void)text_skip(c, ".");
	return true;
}

/* "AM" or "PM" after a space, as some region writes it, if that comes next. */
static bool
take_half(struct cursor *c, bool *retafternoon)
{
	static const char *const halves[] = { " AM", " PM", " am", " pm",
	    " a.m.", " p.m.", " a. m.", " p. m." };

	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		if (text_skip(c, halves[i])) {
			*retafternoon = i % 2 == 1;
			return true;
		}
	}
	*retafternoon = false;
	return false;
}

/* Bring ${d} into the order year, month, day. */
static bool
order(struct log_memory *m, const struct date *d, bool halves,
    unsigned long ret[3])
{
	unsigned long first = d->number[0], second = d->number[1];
	bool month_first = false;

	if (d->digits[0] >= 4) {
		memcpy(ret, d->number, sizeof(d->number));
		return true;
	}
	ret[0] = d->digits[2] == 2 ? 2000 + d->number[2] : d->number[2];
	if (d->digits[0] > 2 || d->digits[1] > 2 ||
	    (d->digits[2] != 2 && d->digits[2] != 4))
		return false;
	if (d->separator == '/') {
		if (first > 12)
			m->date_order = LOG_DATE_DAY;
		else if (second > 12)
			m->date_order = LOG_DATE_MONTH;
		month_first = m->date_order == LOG_DATE_UNKNOWN ? halves :
		    m->date_order == LOG_DATE_MONTH;
	}
	ret[1] = month_first ? first : second;
	ret[2] = month_first ? second : first;
	return true;
}

bool
windows_date_take(struct log_memory *m, struct cursor *c, struct text *ret)
{
	struct date d;
	unsigned long ymd[3], hms[3];
	size_t digits;
	bool halves, afternoon;
	int n;

	if (!take_date(c, &d) || !text_skip(c, " "))
		return false;
	for (int i = 0; i < 3; i++) {
		if ((i > 0 && !text_skip(c, ":") && !text_skip(c, ".")) ||
		    !take_number(c, 59, &hms[i], &digits) || digits > 2 ||
		    (i > 0 && digits != 2))
			return false;
	}
	halves = take_half(c, &afternoon);
	if (hms[0] > 23 || (halves && (hms[0] < 1 || hms[0] > 12)))
		return false;
	if (halves)
		hms[0] = hms[0] % 12 + (afternoon ? 12 : 0);
	if (!order(m, &d, halves, ymd) || ymd[1] < 1 || ymd[1] > 12 ||
	    ymd[2] < 1 || ymd[2] > 31)
		return false;
	n = snprintf(m->time, sizeof(m->time),
	    "%04lu-%02lu-%02luT%02lu:%02lu:%02lu", ymd[0], ymd[1], ymd[2],
	    hms[0], hms[1], hms[2]);
	*ret = (struct text){ m->time, n > 0 ? (size_t)n : 0 };
	return n > 0 && n < (int)sizeof(m->time);
}
