#ifndef NETBLOCKS_H
#define NETBLOCKS_H

/*
 * netblocks - from a key of the configuration to a table of prefixes: the
 * netblocks that stand there, and those in the files it names.
 */

#include <stdbool.h>

struct address;
struct config;
struct netblock;
struct prefixes;

/**
 * netblocks_load(config, key, ret):
 * Put the netblocks under ${key} into ${ret}, which the caller must
 * prefixes_free; NULL where none are configured.  Files are opened and read
 * here, so call it before rights are dropped.  Return 0, or -1 after having
 * said what is wrong: unlike a feed of bad names, a file with a bad line is
 * refused, and so is one that holds nothing, for without netblocks every
 * client would count.
 */
int netblocks_load(const struct config *config, const char *key,
    struct prefixes **ret);

/**
 * netblocks_find(config, key, a, ret):
 * Fill ${ret} with the longest of these netblocks that holds ${a}; false, with
 * ${ret} untouched, if none does.  They are read anew: for a person who asks,
 * not for a query.
 */
bool netblocks_find(const struct config *config, const char *key,
    const struct address *a, struct netblock *ret);

#endif /* !NETBLOCKS_H */
