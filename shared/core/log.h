#ifndef LOG_H
#define LOG_H

/*
 * log - what a program has to say to the people who run it, one line each
 * on standard error, with the program's name in front.
 *
 * Two verbs for trouble: log_warn adds what errno says, log_warnx does not.
 * Both keep errno.  Control characters and bytes over 0x7E in the finished
 * line are escaped, so outside text cannot forge a line or move a cursor.
 */

/**
 * log_program(name):
 * Put ${name} (borrowed, kept) in front of every line from now on.
 */
void log_program(const char *name);

void log_warn(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void log_warnx(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/**
 * log_status(text):
 * On a terminal, show ${text} (at most 79 octets are) as a line that does
 * not stay: the next one takes its place, and so does whatever is logged.  NULL
 * removes it.  Elsewhere do nothing.
 */
void log_status(const char *text);

#endif /* !LOG_H */
