#ifndef LOG_MEMORY_H
#define LOG_MEMORY_H

/*
 * log_memory - what a parser keeps of one input from line to line, and room
 * for what a line spells in another way than log_fields wants it.  Each input
 * has one, of fixed size; plain data, starts as { 0 }, nothing to free.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/dns_name.h"

#define LOG_MEMORY_LINE 2048	/* of a line that has to be put in ASCII */
#define LOG_MEMORY_WRAPPED 4096	/* of one inside another */

/* The columns of a table that parsers ask for; formats/zeek.c names them. */
#define LOG_MEMORY_COLUMNS 12

#define LOG_MEMORY_MARK 16	/* a marker of a field, and a NUL */

/* Does a date begin with the day or with the month? */
enum log_date_order { LOG_DATE_UNKNOWN, LOG_DATE_DAY, LOG_DATE_MONTH };

struct log_memory {
	/* Room, used anew by each line. */
	char name[DNS_NAME_TEXT_SIZE];
	char time[32];
	char type[12];
	char rrclass[12];
	char rcode[12];
	char line[LOG_MEMORY_LINE];
	char wrapped[LOG_MEMORY_WRAPPED];	/* log_wrapper's */

	/* Zeek: what the header said.  A column counts from 1; 0: none. */
	uint8_t columns;	/* how many there are; 0: no header yet */
	uint8_t column[LOG_MEMORY_COLUMNS];
	bool foreign;		/* the header of another log */
	char separator;		/* of columns; 0: a tab */
	char unset[LOG_MEMORY_MARK];	/* what stands for no value; "": - */
	char empty[LOG_MEMORY_MARK];	/* for a value of no octets */

	/* Windows: what dates with a day over 12 have shown. */
	enum log_date_order date_order;
};

#endif /* !LOG_MEMORY_H */
