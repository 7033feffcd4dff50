#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

/*
 * config_file - a small file that the configuration names, as one text.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * config_file_read(path, secret, reterr, size):
 * Return what ${path} holds, with a NUL, for the caller to free; NULL and one
 * sentence in ${reterr} of ${size} octets if it cannot be read, is larger
 * than a megabyte, holds a NUL, or, with ${secret}, may be read or written
 * by every user.
 */
char *config_file_read(const char *path, bool secret, char *reterr,
    size_t size);

#endif /* !CONFIG_FILE_H */
