/* Any octets as a file of allow rules: what comes out is canonical and
 * scoped as it must be, the report adds up, and the rules written out as CSV,
 * every field quoted, give the same again. */

#include "core/timestamp.h"
#include "fuzzing.h"
#include "lists/allow_list.h"

/* What came out, as a file of its own, and how many. */
struct taken {
	char *text;
	size_t used, room;
	uint64_t count, refused;
};

static void
add(struct taken *t, const char *text, size_t length)
{
	if (t->room - t->used < length) {
		t->room = 2 * t->room + length;
		t->text = realloc(t->text, t->room);
		PROMISE(t->text != NULL);
	}
	memcpy(t->text + t->used, text, length);
	t->used += length;
}

static void
add_text(struct taken *t, const char *text)
{
	add(t, text, strlen(text));
}

static void
add_quoted(struct taken *t, const char *text)
{
	for (; *text != '\0'; text++)
		add(t, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if (((unsigned char)*text < ' ' && *text != '\t') ||
		    *text == 0x7f)
			return true;
	}
	return false;
}

#define UNUSUAL "!\"#$%&'()*+,/:;<=>?@[]^`{|}~"

static void
add_name(struct taken *t, const struct allow_rule *rule)
{
	char text[DNS_NAME_TEXT_SIZE];

	fuzzing_name(&rule->name);
	PROMISE(rule->reach == ALLOW_SUFFIX || rule->reach == ALLOW_EXACT);
	if (rule->name.length == 1) {
		PROMISE(rule->reach == ALLOW_SUFFIX);
		add_text(t, "*");
		return;
	}
	add_text(t, rule->reach == ALLOW_EXACT ? "=" : "");
	/* Octets that are unusual in names are only taken with a backslash. */
	dns_name_to_text(&rule->name, text);
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0')
			add(t, at++, 1);
		else if (strchr(UNUSUAL, *at) != NULL)
			add_text(t, "\\");
		add_quoted(t, (char[]){ *at, '\0' });
	}
}

static void
add_scope(struct taken *t, const struct allow_rule *rule)
{
	char text[NETBLOCK_TEXT_SIZE];
	struct netblock again;

	PROMISE(rule->client_count <= ALLOW_LIST_CLIENTS);
	for (size_t i = 0; i < rule->client_count; i++) {
		const struct netblock *n = &rule->clients[i];

		PROMISE(n->prefix > 0 && n->prefix <= address_bits(&n->base));
		netblock_format(n, text);
		PROMISE(netblock_parse(text, &again) == 0);
		add_text(t, i > 0 ? " " : "");
		add_text(t, text);
	}
	add_text(t, "\",\"");
	PROMISE(rule->label_count <= ALLOW_LIST_LABELS);
	PROMISE(rule->lists == (rule->label_count > 0 ? 0 : ALLOW_ALL_LISTS));
	for (size_t i = 0; i < rule->label_count; i++) {
		PROMISE(strlen(rule->labels[i]) < LIST_LABEL_SIZE);
		add_text(t, i > 0 ? " " : "");
		add_text(t, rule->labels[i]);
	}
}

/* Refuse every fifth, as one whose list is not known. */
static int
take(void *ctx, struct allow_rule *rule)
{
	struct taken *t = ctx;
	char time[TIMESTAMP_TEXT_SIZE];

	if (rule->line % 5 == 4 && t->refused != UINT64_MAX) {
		t->refused++;
		return ALLOW_LIST_UNKNOWN;
	}
	t->count++;
	PROMISE(rule->line > 0 && strcmp(rule->file, "fuzz") == 0);
	PROMISE(!has_control(rule->author) && !has_control(rule->comment));
	PROMISE(!rule->by_length);
	PROMISE(rule->client_count > 0 || rule->label_count > 0 ||
	    rule->name.wire[0] + 2 < rule->name.length ||
	    (rule->reach == ALLOW_EXACT && rule->name.length > 1));
	add_text(t, "\"");
	add_name(t, rule);
	add_text(t, "\",\"");
	add_scope(t, rule);
	add_text(t, "\",\"");
	add_text(t, allow_list_effect_text(rule->effect));
	add_text(t, "\",\"");
	add_quoted(t, rule->author);
	add_text(t, "\",\"");
	add_quoted(t, rule->comment);
	add_text(t, "\",\"");
	/* A zone can lead to years that have no text. */
	if (rule->expires != ALLOW_FOR_GOOD) {
		timestamp_format(rule->expires, time);
		add_text(t, time);
	}
	add_text(t, "\"\n");
	return ALLOW_LIST_TAKEN;
}

static int
read_rules(void *octets, size_t size, struct taken *t,
    struct allow_list_report *report)
{
	FILE *f = fmemopen(octets, size, "r");
	int status;

	PROMISE(f != NULL);
	add_text(t, "name,client,list,effect,author,comment,expires\n");
	status = allow_list_read(f, "fuzz", take, t, report);
	fclose(f);
	return status;
}

static uint64_t
refused(const struct allow_list_report *report)
{
	uint64_t all = 0;

	PROMISE(report->refused[ALLOW_LIST_TAKEN] == 0);
	for (int i = 0; i < ALLOW_LIST_REASONS; i++)
		all += report->refused[i];
	return all;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct taken first = { .text = NULL }, second = { .refused =
	    UINT64_MAX };
	struct allow_list_report report;
	uint64_t newlines = 0;
	uint8_t *copy;
	int status;

	if (size == 0)
		return 0;
	copy = fuzzing_copy(data, size);
	status = read_rules(copy, size, &first, &report);
	for (size_t i = 0; i < size; i++)
		newlines += copy[i] == '\n';
	if (status == 0)
		PROMISE(report.lines == newlines + (copy[size - 1] != '\n'));
	else
		PROMISE(report.header && report.rules == 0 &&
		    refused(&report) > 0);
	PROMISE(report.rules == first.count);
	PROMISE(report.rules + refused(&report) + report.header <=
	    report.lines + (status != 0));
	PROMISE(report.refused[ALLOW_LIST_UNKNOWN] == first.refused);
	PROMISE(report.examples == (refused(&report) < LIST_EXAMPLES ?
	    refused(&report) : LIST_EXAMPLES));
	for (size_t i = 0; i < report.examples; i++) {
		PROMISE(report.example[i].line <= report.lines);
		PROMISE(memchr(report.example[i].text, '\0',
		    LIST_EXAMPLE_SIZE) != NULL);
	}
	if (read_rules(first.text, first.used, &second, &report) != 0 ||
	    report.rules != first.count || second.used != first.used ||
	    memcmp(second.text, first.text, first.used) != 0) {
		/* Quotes make a line longer, and then it may be too long. */
		PROMISE(report.refused[ALLOW_LIST_TOO_LONG] > 0);
	}
	free(first.text);
	free(second.text);
	free(copy);
	return 0;
}
