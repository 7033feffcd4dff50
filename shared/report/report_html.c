#include "report/report_html.h"

#include <inttypes.h>

#include "report/distinct.h"
#include "report/report_print.h"

#define PLOT_HEIGHT 100

/* The page loads nothing and runs nothing, whatever a name looks like. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" "
    "content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>DNS queries</title>\n"
    "<style>\n"
    ":root{--back:#f6f7f9;--card:#fff;--text:#1c2330;--soft:#5b6575;"
    "--line:#dfe3e9;--bar:#2f6fb2;--bar2:#3c8d6b;--bar3:#9a6b1f;"
    "--gap:#e3e6eb}\n"
    "@media (prefers-color-scheme:dark){:root{--back:#12161d;--card:#1b212b;"
    "--text:#e4e8ee;--soft:#9aa5b5;--line:#2f3743;--bar:#6aa5e3;"
    "--bar2:#62bb95;--bar3:#d6a553;--gap:#2a313c}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:76rem;padding:1rem;"
    "background:var(--back);color:var(--text);"
    "font:15px/1.45 system-ui,sans-serif}\n"
    "h1{font-size:1.5rem;margin:.3rem 0}\n"
    "h2{font-size:1.05rem;margin:0 0 .6rem}\n"
    "p{margin:.2rem 0;color:var(--soft);overflow-wrap:anywhere}\n"
    "section{background:var(--card);border:1px solid var(--line);"
    "border-radius:8px;padding:1rem;min-width:0}\n"
    ".figures{display:grid;gap:.6rem;margin:1rem 0;"
    "grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr))}\n"
    ".figures div{background:var(--card);border:1px solid var(--line);"
    "border-radius:8px;padding:.6rem .8rem}\n"
    ".figures b{display:block;font-size:1.3rem;"
    "font-variant-numeric:tabular-nums}\n"
    ".figures span{color:var(--soft)}\n"
    ".wide{display:grid;gap:1rem}\n"
    ".wide>div{min-width:0}\n"
    ".tables{column-gap:1rem;margin:1rem 0}\n"
    ".tables section{break-inside:avoid;margin-bottom:1rem}\n"
    "@media (min-width:56rem){.wide{grid-template-columns:1fr 1fr}"
    ".tables{columns:2}}\n"
    "@media (max-width:30rem){body{padding:.5rem}section{padding:.7rem}"
    ".scroll{font-size:.8rem}}\n"
    "figure{margin:0 0 1rem}\n"
    "figcaption{display:flex;justify-content:space-between;gap:1rem;"
    "margin-bottom:.2rem}\n"
    "figcaption span,.axis{color:var(--soft);font-size:.85rem}\n"
    ".axis{display:flex;justify-content:space-between;gap:1rem}\n"
    "svg{display:block;width:100%}\n"
    ".plot{height:7rem;border-bottom:1px solid var(--line)}\n"
    ".bar{height:4px;margin-top:2px}\n"
    "rect{fill:var(--bar)}.clients rect{fill:var(--bar2)}"
    ".names rect{fill:var(--bar3)}.plot .gap{fill:var(--gap)}\n"
    ".scroll{max-height:30rem;overflow:auto}\n"
    "table{border-collapse:collapse;width:100%;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.25rem .4rem;text-align:right;vertical-align:top;"
    "border-bottom:1px solid var(--line);white-space:nowrap}\n"
    "th{font-weight:600;color:var(--soft);background:var(--card)}\n"
    ".scroll th{position:sticky;top:0}\n"
    "th:first-child,td:first-child{text-align:left}\n"
    ".label{white-space:normal;overflow-wrap:anywhere;width:100%}\n"
    "</style>\n"
    "</head>\n"
    "<body>\n";

/* ${text} as text of the page. */
static void
put_text(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
		}
	}
}

static void
put_figure(FILE *out, const char *name, uint64_t number, bool exact)
{
	char text[REPORT_PRINT_NUMBER_SIZE];

	fprintf(out, "<div><b>%s%s</b> <span>%s</span></div>\n",
	    exact ? "" : "&asymp;&nbsp;", report_print_number(number, text),
	    name);
}

static void
put_head(FILE *out, const struct report_figures *f,
    const struct report_print_about *about)
{
	char from[REPORT_PRINT_NUMBER_SIZE], to[REPORT_PRINT_NUMBER_SIZE];

	fputs(head, out);
	fputs("<h1>DNS queries</h1>\n", out);
	if (f->queries + f->responses > 0)
		fprintf(out, "<p>%s to %s UTC</p>\n",
		    report_print_time(f->first, 19, from),
		    report_print_time(f->last, 19, to));
	fprintf(out, "<p>By %s %s, from ", about->program, about->version);
	put_text(out, about->input);
	fputs("</p>\n", out);
	if (f->of_responses)
		fputs("<p>There were no queries: all below counts "
		    "responses.</p>\n", out);
	if (f->failed)
		fputs("<p>Memory was short: numbers of different ones are too "
		    "low.</p>\n", out);
	fputs("<div class=\"figures\">\n", out);
	put_figure(out, "queries", f->queries, true);
	put_figure(out, "responses", f->responses, true);
	if (f->duplicates > 0)
		put_figure(out, "seen twice, not counted", f->duplicates, true);
	for (int kind = 0; kind <= REPORT_SERVERS; kind++)
		put_figure(out, report_print_kinds[kind].key,
		    f->tables[kind].distinct, f->tables[kind].distinct_exact);
	fputs("</div>\n", out);
}

/* --- by hour ------------------------------------------------------------------ */

static const char *
span_time(const struct report_print_spans *s, size_t i,
    char buf[REPORT_PRINT_NUMBER_SIZE])
{
	return report_print_time(s->span[i].start, s->days ? 10 : 16, buf);
}

enum series { QUERIES, CLIENTS, NAMES };

static uint64_t
value(const struct hours_span *span, enum series series)
{
	return series == QUERIES ? span->queries :
	    series == CLIENTS ? span->clients : span->names;
}

/* One bar a span; where some saw nothing a grey one stands for them all. */
static void
put_plot(FILE *out, const struct report_print_spans *s, enum series series,
    const char *title, const char *kind)
{
	uint64_t most = series == QUERIES ? s->queries :
	    series == CLIENTS ? s->clients : s->names;
	char time[REPORT_PRINT_NUMBER_SIZE], number[REPORT_PRINT_NUMBER_SIZE];
	size_t slots = s->count, slot = 0;

	for (size_t i = 0; i < s->count; i++)
		slots += report_print_gap(s, i) > 0;
	fprintf(out, "<figure>\n<figcaption>%s <span>at most %s</span>"
	    "</figcaption>\n<svg class=\"plot %s\" role=\"img\" "
	    "aria-label=\"%s, as in the table\" viewBox=\"0 0 %zu %d\" "
	    "preserveAspectRatio=\"none\">\n", title,
	    report_print_number(most, number), kind, title, slots * 10,
	    PLOT_HEIGHT);
	for (size_t i = 0; i < s->count; i++) {
		uint64_t count = value(&s->span[i], series);
		double height = most == 0 ? 0 : PLOT_HEIGHT * (double)count /
		    (double)most;

		if (report_print_gap(s, i) > 0)
			fprintf(out, "<rect class=\"gap\" x=\"%zu\" y=\"0\" "
			    "width=\"10\" height=\"%d\"/>\n", 10 * slot++,
			    PLOT_HEIGHT);
		fprintf(out, "<rect x=\"%zu\" y=\"%.2f\" width=\"9\" "
		    "height=\"%.2f\"><title>%s: %s</title></rect>\n",
		    10 * slot++, PLOT_HEIGHT - height, height,
		    span_time(s, i, time), report_print_number(count, number));
	}
	fputs("</svg>\n", out);
	fprintf(out, "<div class=\"axis\"><span>%s</span>",
	    span_time(s, 0, time));
	if (s->count > 1)
		fprintf(out, "<span>%s</span>",
		    span_time(s, s->count - 1, time));
	fputs("</div>\n</figure>\n", out);
}

static void
put_spans_table(FILE *out, const struct report_figures *f,
    const struct report_print_spans *s)
{
	char time[REPORT_PRINT_NUMBER_SIZE], queries[REPORT_PRINT_NUMBER_SIZE],
	    clients[REPORT_PRINT_NUMBER_SIZE], names[REPORT_PRINT_NUMBER_SIZE];

	fprintf(out, "<div class=\"scroll\">\n<table>\n<thead><tr><th>%s</th>"
	    "<th>%s</th><th>clients</th><th>names</th></tr></thead>\n"
	    "<tbody>\n", s->days ? "day" : "hour",
	    f->of_responses ? "responses" : "queries");
	for (size_t i = 0; i < s->count; i++) {
		const struct hours_span *span = &s->span[i];
		int64_t gap = report_print_gap(s, i);

		if (gap > 0)
			fprintf(out, "<tr><td>&hellip; %s %s without any</td>"
			    "<td></td><td></td><td></td></tr>\n",
			    report_print_number((uint64_t)gap, time),
			    s->days ? "days" : "hours");
		fprintf(out, "<tr><td>%s</td><td>%s</td><td>%s</td>"
		    "<td>%s</td></tr>\n", span_time(s, i, time),
		    report_print_number(span->queries, queries),
		    report_print_number(span->clients, clients),
		    report_print_number(span->names, names));
	}
	fputs("</tbody>\n</table>\n</div>\n", out);
}

static void
put_spans(FILE *out, const struct report_figures *f)
{
	struct report_print_spans s = report_print_spans(f);
	char number[REPORT_PRINT_NUMBER_SIZE];
	bool gaps = false, exact = true;

	if (s.count == 0)
		return;
	for (size_t i = 0; i < s.count; i++) {
		gaps = gaps || report_print_gap(&s, i) > 0;
		exact = exact && s.span[i].exact;
	}
	fprintf(out, "<section>\n<h2>By %s (UTC)</h2>\n"
	    "<div class=\"wide\">\n<div>\n", s.days ? "day" : "hour");
	put_plot(out, &s, QUERIES, f->of_responses ? "Responses" : "Queries",
	    "queries");
	put_plot(out, &s, CLIENTS, "Different clients", "clients");
	put_plot(out, &s, NAMES, "Different names", "names");
	if (gaps)
		fprintf(out, "<p>A grey bar stands for %s without any.</p>\n",
		    s.days ? "days" : "hours");
	if (!exact)
		fprintf(out, "<p>Clients and names above %d are estimates, "
		    "nearly always within 3&nbsp;%%.</p>\n", DISTINCT_EXACT);
	if (f->beyond > 0)
		fprintf(out, "<p>Other hours, for which there was no room: "
		    "%s</p>\n", report_print_number(f->beyond, number));
	fputs("</div>\n", out);
	put_spans_table(out, f, &s);
	fputs("</div>\n</section>\n", out);
}

/* --- tables ------------------------------------------------------------------- */

static void
put_row(FILE *out, const struct report_row *row, const struct report_table *t)
{
	char number[REPORT_PRINT_NUMBER_SIZE], share[REPORT_PRINT_NUMBER_SIZE];

	fputs("<tr><td class=\"label\">", out);
	put_text(out, row->label);
	fprintf(out, "<svg class=\"bar\" viewBox=\"0 0 100 4\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
	    "<rect width=\"%.2f\" height=\"4\"/></svg></td>"
	    "<td>%s%s</td><td>%s&nbsp;%%</td></tr>\n",
	    100.0 * (double)row->count / (double)t->rows[0].count,
	    report_print_number(row->count, number),
	    row->missed > 0 ? "+" : "",
	    report_print_share(row->count, t->total, share));
}

static void
put_table(FILE *out, const struct report_figures *f, int kind)
{
	const struct report_print_kind *names = &report_print_kinds[kind];
	const struct report_table *t = &f->tables[kind];
	uint64_t missed = report_print_missed(t);
	char number[REPORT_PRINT_NUMBER_SIZE];

	if (t->count == 0)
		return;
	fprintf(out, "<section>\n<h2>%s", names->title);
	if (t->distinct > t->count)
		fprintf(out, ", the first %zu of %s%s", t->count,
		    t->distinct_exact ? "" : "about ",
		    report_print_number(t->distinct, number));
	fprintf(out, "</h2>\n<table>\n<thead><tr><th>%s</th><th>%s</th>"
	    "<th>share</th></tr></thead>\n<tbody>\n", names->label,
	    kind == REPORT_RCODES || f->of_responses ? "responses" : "queries");
	for (size_t i = 0; i < t->count; i++)
		put_row(out, &t->rows[i], t);
	fputs("</tbody>\n</table>\n", out);
	if (missed > 0)
		fprintf(out, "<p>+ may be up to %s more: there were too many "
		    "to keep all.</p>\n", report_print_number(missed, number));
	fputs("</section>\n", out);
}

void
report_html(const struct report_figures *f,
    const struct report_print_about *about, FILE *out)
{
	put_head(out, f, about);
	put_spans(out, f);
	fputs("<div class=\"tables\">\n", out);
	for (int kind = 0; kind < REPORT_KINDS; kind++)
		put_table(out, f, kind);
	fputs("</div>\n</body>\n</html>\n", out);
}
