#ifndef FEED_H
#define FEED_H

/*
 * feed - what the formats of data feeds share: hosts out of URLs, times and
 * numbers out of their texts, and what a feed says of an entry as a detail.
 */

#include <stddef.h>
#include <stdint.h>

#include "lists/list.h"

struct list_reader;

/**
 * feed_url_host(url, length, retlength):
 * The host of ${url}, of ${*retlength} octets within it: behind the scheme, if
 * there is one, and a user; before a port.  IPv6 addresses come without their
 * brackets.  NULL if there is none.
 */
const char *feed_url_host(const char *url, size_t length, size_t *retlength);

/**
 * feed_time(text, length):
 * What timestamp_parse reads, or 0 if that is no time after 1970.
 */
int64_t feed_time(const char *text, size_t length);

/**
 * feed_percent(text, length):
 * A number from 0 to 100, or LIST_CONFIDENCE_NONE.
 */
uint8_t feed_percent(const char *text, size_t length);

/**
 * feed_threat(detail, text, length):
 * Put ${text} into the threat of ${detail}, behind what is there and a comma;
 * nothing if it is empty or there already.
 */
void feed_threat(struct list_detail *detail, const char *text, size_t length);

/**
 * feed_reference(detail, text, length):
 * Make ${text} the reference, unless one is there.
 */
void feed_reference(struct list_detail *detail, const char *text,
    size_t length);

/**
 * feed_match(r, own):
 * How is an entry to be matched that the format matches as ${own}?  As the
 * list's match= says, where it does.
 */
enum list_match feed_match(const struct list_reader *r, enum list_match own);

#endif /* !FEED_H */
