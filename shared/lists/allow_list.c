#include "lists/allow_list.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "core/timestamp.h"
#include "lists/csv.h"

#define LINE_OCTETS 4095

enum column {
	NAME, CLIENT, LIST, EFFECT, AUTHOR, COMMENT, EXPIRES, COLUMNS
};

static const char *const column_texts[COLUMNS] = {
	"name", "client", "list", "effect", "author", "comment", "expires",
};
static const char *const effect_texts[ALLOW_EFFECTS] = {
	"no-action", "no-alert", "no-record",
};
static const char *const reason_texts[ALLOW_LIST_REASONS] = {
	"none", "a column that is not known, or twice in the header",
	"a line of over 4095 octets", "a control character",
	"quotes that do not open or close a field",
	"more fields than the header has", "no domain name",
	"an IP address (of a client? name * and the address as client)",
	"all names or a whole top-level domain, for no client or list alone",
	"no IP address or netblock, or bits set after the prefix",
	"a netblock of all clients (leave the field empty)",
	"cannot be the label of a list", "no list has this label",
	"more than 64 clients or lists",
	"no effect: use no-record, no-alert or no-action",
	"no date or time, as 2027-01-31 or 2027-01-31T12:00:00Z",
};

struct reader {
	FILE *file;
	const char *label;
	allow_list_rule *rule;
	void *ctx;
	struct allow_list_report *report;
	bool began;		/* a line has told whether there is a header */
	bool unusable;		/* the header */
	bool stopped;		/* the callback wants no more */
	enum column columns[COLUMNS];	/* what stands where */
	size_t column_count;
	const char *culprit;	/* the field that refuses the line, or NULL */
	struct netblock clients[ALLOW_LIST_CLIENTS];
	const char *labels[ALLOW_LIST_LABELS];
	size_t length;		/* of the line, whatever of it is kept */
	char line[LINE_OCTETS + 2];	/* and a CR or a NUL */
};

const char *
allow_list_reason_text(enum allow_list_reason reason)
{
	return reason_texts[reason];
}

const char *
allow_list_effect_text(enum allow_effect effect)
{
	return effect_texts[effect];
}

/* --- one field ----------------------------------------------------------- */

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* Is ${text} made of what names on lists are written with?  Escapes are
 * checked by dns_name_from_text. */
static bool
usual_octets(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		else if (!is_letter_or_digit(*text) &&
		    strchr("-_.", *text) == NULL)
			return false;
	}
	return true;
}

static bool
is_address(const char *text)
{
	struct address address;

	return address_parse(text, strlen(text), &address) == 0;
}

static enum allow_list_reason
read_name(const char *text, struct allow_rule *rule)
{
	char plain[DNS_NAME_TEXT_SIZE];

	if (strcmp(text, "*") == 0) {
		rule->name = (struct dns_name){ .length = 1 };
		return ALLOW_LIST_TAKEN;
	}
	if (*text == '=') {
		rule->reach = ALLOW_EXACT;
		text++;
	} else if (strncmp(text, "*.", 2) == 0) {
		text += 2;
	} else if (*text == '.') {
		text++;
	}
	if (is_address(text))
		return ALLOW_LIST_ADDRESS;
	if (!usual_octets(text) ||
	    dns_name_from_text(text, strlen(text), &rule->name) != 0 ||
	    rule->name.length == 1)
		return ALLOW_LIST_NAME;
	/* A final dot makes no name of an address. */
	dns_name_to_text(&rule->name, plain);
	return is_address(plain) ? ALLOW_LIST_ADDRESS : ALLOW_LIST_TAKEN;
}

/* Cut the next word off ${*at}; NULL if there is none. */
static char *
next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	char *end = word + strcspn(word, " \t");

	if (end == word)
		return NULL;
	*at = end;
	if (*end != '\0')
		*(*at)++ = '\0';
	return word;
}

static enum allow_list_reason
read_clients(struct reader *r, char *text, struct allow_rule *rule)
{
	char *word;

	rule->clients = r->clients;
	while ((word = next_word(&text)) != NULL) {
		r->culprit = word;
		if (rule->client_count == ALLOW_LIST_CLIENTS)
			return ALLOW_LIST_TOO_MANY;
		if (netblock_parse(word, &r->clients[rule->client_count]) != 0)
			return ALLOW_LIST_CLIENT;
		if (r->clients[rule->client_count++].prefix == 0)
			return ALLOW_LIST_ALL_CLIENTS;
	}
	return ALLOW_LIST_TAKEN;
}

static enum allow_list_reason
read_labels(struct reader *r, char *text, struct allow_rule *rule)
{
	char *word;

	rule->labels = r->labels;
	while ((word = next_word(&text)) != NULL) {
		size_t length = strlen(word);

		r->culprit = word;
		if (rule->label_count == ALLOW_LIST_LABELS)
			return ALLOW_LIST_TOO_MANY;
		if (length >= LIST_LABEL_SIZE || strspn(word,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789._-") != length)
			return ALLOW_LIST_LABEL;
		r->labels[rule->label_count++] = word;
	}
	rule->lists = rule->label_count == 0 ? ALLOW_ALL_LISTS : 0;
	return ALLOW_LIST_TAKEN;
}

static enum allow_list_reason
read_effect(const char *text, struct allow_rule *rule)
{
	rule->effect = ALLOW_NO_RECORD;
	if (*text == '\0')
		return ALLOW_LIST_TAKEN;
	for (int i = 0; i < ALLOW_EFFECTS; i++) {
		if (strcmp(text, effect_texts[i]) == 0) {
			rule->effect = (enum allow_effect)i;
			return ALLOW_LIST_TAKEN;
		}
	}
	return ALLOW_LIST_EFFECT;
}

static enum allow_list_reason
read_expires(const char *text, struct allow_rule *rule)
{
	rule->expires = ALLOW_FOR_GOOD;
	if (*text == '\0' ||
	    timestamp_read(text, strlen(text), &rule->expires) == 0)
		return ALLOW_LIST_TAKEN;
	return ALLOW_LIST_EXPIRES;
}

/* --- one rule ------------------------------------------------------------ */

/* Would ${rule} hold for all names, or for all of a top-level domain? */
static bool
too_wide(const struct allow_rule *rule)
{
	const struct dns_name *name = &rule->name;

	if (rule->client_count > 0 || rule->label_count > 0)
		return false;
	return name->length == 1 ||
	    (rule->reach != ALLOW_EXACT && name->wire[0] + 2 == name->length);
}

static enum allow_list_reason
read_fields(struct reader *r, char *fields[COLUMNS], struct allow_rule *rule)
{
	enum allow_list_reason reason;

	r->culprit = fields[NAME];
	if ((reason = read_name(fields[NAME], rule)) != ALLOW_LIST_TAKEN ||
	    (reason = read_clients(r, fields[CLIENT], rule)) !=
	    ALLOW_LIST_TAKEN ||
	    (reason = read_labels(r, fields[LIST], rule)) != ALLOW_LIST_TAKEN)
		return reason;
	r->culprit = fields[EFFECT];
	if ((reason = read_effect(fields[EFFECT], rule)) != ALLOW_LIST_TAKEN)
		return reason;
	r->culprit = fields[EXPIRES];
	if ((reason = read_expires(fields[EXPIRES], rule)) != ALLOW_LIST_TAKEN)
		return reason;
	r->culprit = fields[NAME];
	return too_wide(rule) ? ALLOW_LIST_TOO_WIDE : ALLOW_LIST_TAKEN;
}

static enum allow_list_reason
give_rule(struct reader *r, char *fields[COLUMNS])
{
	struct allow_rule rule = {
		.author = fields[AUTHOR], .comment = fields[COMMENT],
		.file = r->label, .line = r->report->lines
	};
	enum allow_list_reason reason = read_fields(r, fields, &rule);
	int answer;

	if (reason != ALLOW_LIST_TAKEN)
		return reason;
	answer = r->rule(r->ctx, &rule);
	r->stopped = answer < 0;
	if (answer == 0)
		r->report->rules++;
	if (answer == ALLOW_LIST_UNKNOWN)
		r->culprit = fields[LIST];
	return answer > 0 ? (enum allow_list_reason)answer : ALLOW_LIST_TAKEN;
}

/* --- one line ------------------------------------------------------------ */

static char *
skip_blanks(char *at)
{
	return at + strspn(at, " \t");
}

/* Which column is called ${text}?  COLUMNS if none is. */
static enum column
column_of(const char *text)
{
	int i = 0;

	while (i < COLUMNS && strcasecmp(text, column_texts[i]) != 0)
		i++;
	return (enum column)i;
}

/* Is the line at ${at}, which is not changed, a header? */
static bool
is_header(const char *at)
{
	char copy[LINE_OCTETS + 1], *rest = copy, *field;

	memcpy(copy, at, strlen(at) + 1);
	while (rest != NULL && csv_field(&rest, &field)) {
		if (column_of(field) == NAME)
			return true;
	}
	return false;
}

static enum allow_list_reason
read_header(struct reader *r, char *at)
{
	bool seen[COLUMNS + 1] = { [COLUMNS] = true };

	r->report->header = true;
	r->unusable = true;
	while (at != NULL) {
		enum column column;
		char *field;

		r->culprit = NULL;
		if (!csv_field(&at, &field))
			return ALLOW_LIST_QUOTE;
		column = column_of(field);
		r->culprit = field;
		if (seen[column])
			return ALLOW_LIST_COLUMN;
		seen[column] = true;
		r->columns[r->column_count++] = column;
	}
	r->unusable = false;
	return ALLOW_LIST_TAKEN;
}

static enum allow_list_reason
read_csv(struct reader *r, char *at)
{
	static char nothing[1];
	char *fields[COLUMNS];
	size_t count = 0;

	for (int i = 0; i < COLUMNS; i++)
		fields[i] = nothing;
	while (at != NULL) {
		if (count == r->column_count)
			return ALLOW_LIST_FIELDS;
		if (!csv_field(&at, &fields[r->columns[count++]]))
			return ALLOW_LIST_QUOTE;
	}
	return give_rule(r, fields);
}

/* End ${text} before the white space that it ends with. */
static void
cut_blanks(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && (text[length - 1] == ' ' ||
	    text[length - 1] == '\t'))
		length--;
	text[length] = '\0';
}

/* A name and, behind a '#', a comment. */
static enum allow_list_reason
read_plain(struct reader *r, char *at)
{
	static char nothing[1];
	char *fields[COLUMNS], *end = at + strcspn(at, " \t");
	char *comment = skip_blanks(end);

	for (int i = 0; i < COLUMNS; i++)
		fields[i] = nothing;
	if (*comment == '#') {
		*end = '\0';
		fields[COMMENT] = skip_blanks(comment + 1);
		cut_blanks(fields[COMMENT]);
	} else {
		cut_blanks(at);
	}
	fields[NAME] = at;
	return give_rule(r, fields);
}

static bool
has_control(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			return true;
	}
	return false;
}

/* --- all lines ----------------------------------------------------------- */

/* Count the line as refused; ${start} is how it began. */
static void
refuse(struct reader *r, enum allow_list_reason reason, const char *start)
{
	struct allow_list_report *report = r->report;
	struct allow_list_example *example;

	report->refused[reason]++;
	if (report->examples == LIST_EXAMPLES)
		return;
	example = &report->example[report->examples++];
	example->line = report->lines;
	example->reason = reason;
	snprintf(example->text, sizeof(example->text), "%s",
	    r->culprit != NULL ? r->culprit : start);
}

static enum allow_list_reason
read_line(struct reader *r, char *at)
{
	size_t length = (size_t)(r->line + r->length - at);

	if (r->length > LINE_OCTETS)
		return ALLOW_LIST_TOO_LONG;
	if (has_control(at, length))
		return ALLOW_LIST_CONTROL;
	if (!r->began) {
		r->began = true;
		if (is_header(at))
			return read_header(r, at);
	}
	return r->report->header ? read_csv(r, at) : read_plain(r, at);
}

/* Read the next line, without its end, as far as it fits; false at the end of
 * the file. */
static bool
next_line(struct reader *r)
{
	size_t kept;
	int c;

	r->length = 0;
	while ((c = getc_unlocked(r->file)) != EOF && c != '\n') {
		if (r->length <= LINE_OCTETS)
			r->line[r->length] = (char)c;
		r->length++;
	}
	if (c == EOF && r->length == 0)
		return false;
	kept = r->length <= LINE_OCTETS ? r->length : LINE_OCTETS + 1;
	if (kept == r->length && kept > 0 && r->line[kept - 1] == '\r')
		r->length = --kept;
	r->line[kept] = '\0';
	r->report->lines++;
	return true;
}

static void
take_line(struct reader *r)
{
	char *at = r->line, start[LIST_EXAMPLE_SIZE];
	enum allow_list_reason reason;

	if (r->report->lines == 1 && strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	at = skip_blanks(at);
	if (*at == '#' || at == r->line + r->length)
		return;
	snprintf(start, sizeof(start), "%s", at);
	r->culprit = NULL;
	reason = read_line(r, at);
	if (reason != ALLOW_LIST_TAKEN)
		refuse(r, reason, start);
}

int
allow_list_read(FILE *file, const char *label, allow_list_rule *rule,
    void *ctx, struct allow_list_report *ret)
{
	struct reader r = {
		.file = file, .label = label, .rule = rule, .ctx = ctx,
		.report = ret
	};

	memset(ret, 0, sizeof(*ret));
	while (!r.stopped && !r.unusable && next_line(&r))
		take_line(&r);
	if (r.stopped || r.unusable)
		errno = r.stopped ? ENOMEM : EINVAL;
	return r.stopped || r.unusable || ferror(file) ? -1 : 0;
}
