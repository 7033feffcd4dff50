#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

/*
 * report_text - aligned text of 80 columns, with bars of ASCII.
 */

#include <stdio.h>

struct report_figures;
struct report_print_about;

/**
 * report_text(f, about, out):
 * Print ${f}; errors stay with ${out}.
 */
void report_text(const struct report_figures *f,
    const struct report_print_about *about, FILE *out);

#endif /* !REPORT_TEXT_H */
