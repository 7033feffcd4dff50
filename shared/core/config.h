#ifndef CONFIG_H
#define CONFIG_H

/*
 * config - querywatch.conf, one file for all programs (libconfuse syntax).
 *
 * One table row a key: name, type, bounds, default, help.  An unknown key, a
 * value out of bounds or a wrong type is an error with file and line.
 */

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_LIST_MAX 64	/* most numbers in one list */

struct config;			/* opaque */

/**
 * config_load(path, reterr, size):
 * Read ${path}, or only the defaults if it is NULL.  Return a configuration
 * that the caller must config_free, or NULL and one sentence, with file and
 * line, in ${reterr} of ${size} octets.
 */
struct config *config_load(const char *path, char *reterr, size_t size);

/**
 * config_number(c, key), config_switch(c, key), config_string(c, key):
 * Return the value of ${key}, which must be in the table with that type.  A
 * string is borrowed from ${c}; "" where nothing is set.
 */
long config_number(const struct config *c, const char *key);
bool config_switch(const struct config *c, const char *key);
const char *config_string(const struct config *c, const char *key);

/**
 * config_count(c, key), config_item(c, key, index), config_item_number(...):
 * The values of a key that holds a list.
 */
size_t config_count(const struct config *c, const char *key);
const char *config_item(const struct config *c, const char *key, size_t index);
long config_item_number(const struct config *c, const char *key, size_t index);

/**
 * config_read_files(c, reterr, size), config_contents(c, key):
 * Read the files that keys name for access to Redis (certificates, the key,
 * the password), to be called while files may be opened; -1 and one sentence
 * in ${reterr} of ${size} octets if one cannot be read, or holds a secret and
 * is open to every user.  Then: what the file of ${key} holds, borrowed from
 * ${c}; NULL if none is set, or none has been read.
 */
int config_read_files(struct config *c, char *reterr, size_t size);
const char *config_contents(const struct config *c, const char *key);

/**
 * config_netblock_file(item):
 * Return the PATH of ${item}, "file:PATH" in a list of netblocks; NULL if it
 * is none, and so a netblock.
 */
const char *config_netblock_file(const char *item);

/**
 * config_free(c):
 * Free ${c} and all that was borrowed from it; NULL is fine.
 */
void config_free(struct config *c);

/**
 * config_source_valid(name):
 * May ${name} name a source: 1 to 64 of A-Z a-z 0-9 . _ - ?
 */
bool config_source_valid(const char *name);

#endif /* !CONFIG_H */
