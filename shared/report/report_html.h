#ifndef REPORT_HTML_H
#define REPORT_HTML_H

/*
 * report_html - one page, with plots in SVG, for wide and narrow, light and dark screens.
 */

#include <stdio.h>

struct report_figures;
struct report_print_about;

/**
 * report_html(f, about, out):
 * Print ${f}; errors stay with ${out}.
 */
void report_html(const struct report_figures *f,
    const struct report_print_about *about, FILE *out);

#endif /* !REPORT_HTML_H */
