#ifndef LOG_PATHS_H
#define LOG_PATHS_H

/*
 * log_paths - the logs that are given by their paths, or by patterns (glob(7))
 * that no shell has looked up: those in quotes, or with a zone behind them.
 */

#include <stdbool.h>
#include <stddef.h>

struct log_paths;

/**
 * log_paths_is_pattern(path):
 * Is ${path} a pattern, rather than the path of a file that there is?
 */
bool log_paths_is_pattern(const char *path);

/**
 * log_paths_find(given, count):
 * Return the paths ${given} (borrowed), and in place of each pattern among
 * them what it finds now; one that finds nothing stays as it is.  Return NULL
 * if memory is short.
 */
struct log_paths *log_paths_find(char *const *given, size_t count);

/**
 * log_paths_list(p, retcount):
 * Return the paths of ${p}, as many as ${retcount} says then.
 */
char **log_paths_list(const struct log_paths *p, size_t *retcount);

/**
 * log_paths_free(p):
 * Free ${p} and what its patterns found; NULL is fine.
 */
void log_paths_free(struct log_paths *p);

#endif /* !LOG_PATHS_H */
