#ifndef PRINT_H
#define PRINT_H

/*
 * print - text on standard output that comes from outside: for people without
 * what could move a cursor, and for programs as JSON.
 */

#include <stdint.h>

/**
 * print_text(text):
 * Print ${text}, each octet that is neither printable ASCII nor part of a
 * printable UTF-8 character as '?'.
 */
void print_text(const char *text);

/**
 * print_json(text):
 * Print ${text} as a JSON string; an octet that is no UTF-8 as the character of
 * its number.
 */
void print_json(const char *text);

/**
 * print_member(key, text), print_number(key, number), print_time(key, time):
 * Print ',', the key and the value, of a JSON object that has begun; nothing
 * if there is none: an empty text, a time of 0.
 */
void print_member(const char *key, const char *text);
void print_number(const char *key, uint64_t number);
void print_time(const char *key, int64_t time);

#endif /* !PRINT_H */
