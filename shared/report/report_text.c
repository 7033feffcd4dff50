#include "report/report_text.h"

#include <inttypes.h>
#include <string.h>

#include "report/distinct.h"
#include "report/report_print.h"

#define BAR 26			/* columns for the longest bar */
#define LABEL 50		/* columns that a row leaves for its label */

struct page {
	FILE *out;
	const char *bold, *bar, *plain;	/* what makes the terminal show it */
};

static void
put_title(const struct page *p, const char *title)
{
	fprintf(p->out, "\n%s%s%s", p->bold, title, p->plain);
}

/* Text from the command line: nothing that a terminal would obey. */
static void
put_printable(const struct page *p, const char *text)
{
	for (; *text != '\0'; text++)
		fputc(*text >= ' ' && *text <= '~' ? *text : '?', p->out);
}

static void
put_bar(const struct page *p, uint64_t count, uint64_t most)
{
	uint64_t length = most == 0 ? 0 : (count * BAR + most - 1) / most;

	fputs(p->bar, p->out);
	while (length-- > 0)
		fputc('#', p->out);
	fputs(p->plain, p->out);
}

static void
put_figure(const struct page *p, const char *name, uint64_t number,
    const char *remark)
{
	char text[REPORT_PRINT_NUMBER_SIZE];

	fprintf(p->out, "%-20s%16s%s\n", name,
	    report_print_number(number, text), remark);
}

static void
put_head(const struct page *p, const struct report_figures *f,
    const struct report_print_about *about)
{
	char from[REPORT_PRINT_NUMBER_SIZE], to[REPORT_PRINT_NUMBER_SIZE];

	fprintf(p->out, "%sDNS queries%s, by %s", p->bold, p->plain,
	    about->program);
	fputs("\n\nRead                ", p->out);
	put_printable(p, about->input);
	fputc('\n', p->out);
	if (f->queries + f->responses > 0)
		fprintf(p->out, "From                %s UTC\n"
		    "To                  %s UTC\n",
		    report_print_time(f->first, 19, from),
		    report_print_time(f->last, 19, to));
	put_figure(p, "Queries", f->queries, "");
	put_figure(p, "Responses", f->responses, "");
	if (f->duplicates > 0)
		put_figure(p, "Seen twice", f->duplicates, "  not counted");
	for (int kind = 0; kind <= REPORT_SERVERS; kind++)
		put_figure(p, report_print_kinds[kind].title,
		    f->tables[kind].distinct,
		    f->tables[kind].distinct_exact ? "" : "  about");
	if (f->of_responses)
		fputs("There were no queries: what follows counts responses.\n",
		    p->out);
	if (f->failed)
		fputs("Memory was short: numbers of different ones are too "
		    "low.\n", p->out);
}

static void
put_spans(const struct page *p, const struct report_figures *f)
{
	struct report_print_spans s = report_print_spans(f);
	char time[REPORT_PRINT_NUMBER_SIZE], queries[REPORT_PRINT_NUMBER_SIZE],
	    clients[REPORT_PRINT_NUMBER_SIZE], names[REPORT_PRINT_NUMBER_SIZE];
	bool exact = true;

	if (s.count == 0)
		return;
	put_title(p, s.days ? "By day (UTC)    " : "By hour (UTC)   ");
	fprintf(p->out, "%13s%10s%11s\n", f->of_responses ? "responses" :
	    "queries", "clients", "names");
	for (size_t i = 0; i < s.count; i++) {
		const struct hours_span *span = &s.span[i];
		int64_t gap = report_print_gap(&s, i);

		if (gap > 0)
			fprintf(p->out, "    ... %s %s of nothing\n",
			    report_print_number((uint64_t)gap, time),
			    s.days ? "days" : "hours");
		fprintf(p->out, "%-16s%13s%10s%11s  ",
		    report_print_time(span->start, s.days ? 10 : 16, time),
		    report_print_number(span->queries, queries),
		    report_print_number(span->clients, clients),
		    report_print_number(span->names, names));
		put_bar(p, span->queries, s.queries);
		fputc('\n', p->out);
		exact = exact && span->exact;
	}
	if (!exact)
		fprintf(p->out, "Clients and names above %d are estimates, "
		    "nearly always within 3 %%.\n", DISTINCT_EXACT);
	if (f->beyond > 0)
		fprintf(p->out, "Other hours, for which there was no room: "
		    "%s\n", report_print_number(f->beyond, queries));
}

/* What tells most about a name stands at its end. */
static void
put_label(const struct page *p, const char *label)
{
	size_t length = strlen(label);

	if (length > LABEL)
		fprintf(p->out, "...%s", label + length - (LABEL - 3));
	else
		fputs(label, p->out);
}

static void
put_table(const struct page *p, const struct report_figures *f, int kind)
{
	const struct report_table *t = &f->tables[kind];
	uint64_t missed = report_print_missed(t);
	char number[REPORT_PRINT_NUMBER_SIZE], share[REPORT_PRINT_NUMBER_SIZE];

	if (t->count == 0)
		return;
	put_title(p, report_print_kinds[kind].title);
	if (t->distinct > t->count)
		fprintf(p->out, ", the first %zu of %s%s", t->count,
		    t->distinct_exact ? "" : "about ",
		    report_print_number(t->distinct, number));
	fputc('\n', p->out);
	for (size_t i = 0; i < t->count; i++) {
		const struct report_row *row = &t->rows[i];

		fprintf(p->out, "%4zu%14s%c%7s %%  ", i + 1,
		    report_print_number(row->count, number),
		    row->missed > 0 ? '+' : ' ',
		    report_print_share(row->count, t->total, share));
		put_label(p, row->label);
		fputc('\n', p->out);
	}
	if (missed > 0)
		fprintf(p->out, "+ may be up to %s more: there were too many "
		    "to keep all.\n", report_print_number(missed, number));
}

void
report_text(const struct report_figures *f,
    const struct report_print_about *about, FILE *out)
{
	const struct page p = {
		.out = out,
		.bold = about->colour ? "\033[1m" : "",
		.bar = about->colour ? "\033[36m" : "",
		.plain = about->colour ? "\033[0m" : "",
	};

	put_head(&p, f, about);
	put_spans(&p, f);
	for (int kind = 0; kind < REPORT_KINDS; kind++)
		put_table(&p, f, kind);
}
