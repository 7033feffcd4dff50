#ifndef JSON_TEXTS_H
#define JSON_TEXTS_H

/*
 * json_texts - a list made of JSON: one text; or one a line; or a sequence,
 * each behind a record separator (RFC 7464).  A text that cannot be read is
 * refused, and the others are used.  What is said of such a list counts
 * entries, not lines: a text may be all on one line.
 */

#include <stdbool.h>
#include <stddef.h>

#define JSON_TEXTS_SEPARATOR '\x1e'

struct json_value;
struct list_reader;

/* Take one text; it is freed afterwards unless ${*text} is made NULL. */
typedef void json_texts_take(struct list_reader *r, void *ctx,
    struct json_value **text);

/**
 * json_texts_read(r, text, length, take, ctx):
 * Give each JSON text among the ${length} octets to ${take}.
 */
void json_texts_read(struct list_reader *r, const char *text, size_t length,
    json_texts_take *take, void *ctx);

/**
 * json_texts_entry(r):
 * An entry begins: number it.  Uses the reader's state.
 */
void json_texts_entry(struct list_reader *r);

/**
 * json_texts_likely(head, length):
 * Does a file that starts with ${head} look like one?
 */
bool json_texts_likely(const char *head, size_t length);

/**
 * json_texts_mentions(head, length, word):
 * For likely: does the string ${word} occur?
 */
bool json_texts_mentions(const char *head, size_t length, const char *word);

#endif /* !JSON_TEXTS_H */
