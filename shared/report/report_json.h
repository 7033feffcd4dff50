#ifndef REPORT_JSON_H
#define REPORT_JSON_H

/*
 * report_json - one JSON object, an item of a list a line; querywatch-logreader(8) has the keys.
 */

#include <stdio.h>

struct report_figures;
struct report_print_about;

/**
 * report_json(f, about, out):
 * Print ${f}; errors stay with ${out}.
 */
void report_json(const struct report_figures *f,
    const struct report_print_about *about, FILE *out);

#endif /* !REPORT_JSON_H */
