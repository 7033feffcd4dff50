#include "lists/list.h"

#include <errno.h>
#include <string.h>

#include "core/address.h"
#include "core/plain_name.h"
#include "lists/list_format.h"

#define LINE_MAX_OCTETS 4095
#define READ_SIZE 65536

struct list_reader {
	const struct list_spec *spec;
	struct list_report *report;
	list_name *name;
	list_address *address;
	void *ctx;
	bool stopped;		/* the callback wants no more */
	size_t first, used;	/* of the block: what is still to be read */
	char block[READ_SIZE + BLOCK_SIZE];	/* the end only read over */
};

static const char *const match_texts[] = { "exact", "suffix", "address" };
static const char *const format_texts[] = {
	"unknown", "plain", "hosts", "address",
};
static const char *const reason_texts[LIST_REASONS] = {
	"no domain name", "an IP address",
	"a single label (would match a whole top-level domain)",
	"a hosts file's own entry", "a line of over 4095 octets",
	"no IP address or netblock", "bits set after the prefix",
	"a prefix shorter than /8 (IPv6: /16)",
};

const char *
list_match_text(enum list_match match)
{
	return match_texts[match];
}

const char *
list_format_text(enum list_format format)
{
	return format_texts[format];
}

const char *
list_reason_text(enum list_reason reason)
{
	return reason_texts[reason];
}

/* --- reading ------------------------------------------------------------ */

void
list_reader_refuse(struct list_reader *r, enum list_reason reason,
    const char *text, size_t length)
{
	struct list_report *report = r->report;
	struct list_example *example;

	report->refused[reason]++;
	if (reason == LIST_LOCAL || report->examples == LIST_EXAMPLES)
		return;
	example = &report->example[report->examples++];
	example->line = report->lines;
	example->reason = reason;
	if (length >= LIST_EXAMPLE_SIZE)
		length = LIST_EXAMPLE_SIZE - 1;
	memcpy(example->text, text, length);
	example->text[length] = '\0';
}

/*
 * The octets that names on lists are written with: letters, digits, '-' and
 * '_' are what malware registers, and an escape says that more is meant.
 */
enum { UNUSUAL, USUAL, ESCAPE };

static const uint8_t octets[256] = {
	['\\'] = ESCAPE,
	['-'] = USUAL, ['.'] = USUAL, ['_'] = USUAL,
	['0'] = USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL,
	['A'] = USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	['a'] = USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
};

/* The same for a text with escapes in it; dns_name_from_text checks those. */
static bool
usual_but_escaped(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		uint8_t kind = octets[(unsigned char)text[i]];

		if (kind == UNUSUAL)
			return false;
		i += kind == ESCAPE;
	}
	return true;
}

/* No branch but the loop's: it would be foretold wrongly once a name, which
 * took a quarter of all loading. */
static bool
usual_octets(const char *text, size_t length)
{
	size_t usual = 0;

	for (size_t i = 0; i < length; i++)
		usual += octets[(unsigned char)text[i]] == USUAL;
	return usual == length || usual_but_escaped(text, length);
}

/* Which octets of a block are not usual, or start an escape? */
static inline uint32_t
plain_ends(block b)
{
	block letter = block_between(block_lower(b), 'a', 'z');
	block digit = block_between(b, '0', '9');
	block other = block_or(block_between(b, '-', '.'),
	    block_equal(b, '_'));

	return ~block_bits(block_or(block_or(letter, digit), other)) & 0xFFFF;
}

/* Read the name at ${text}, in the block of ${r}, as far as it is plain. */
static inline size_t
read_plain(const struct list_reader *r, const char *text,
    struct dns_name *ret)
{
	return plain_name_read((const uint8_t *)text,
	    (const uint8_t *)r->block + sizeof(r->block), plain_ends, ret);
}

/* Is ${name} a label of the root's own, and so no suffix to look for? */
static inline bool
too_wide(const struct dns_name *name, enum list_match match)
{
	return match == LIST_MATCH_SUFFIX && name->wire[0] + 2 == name->length;
}

static inline void
take_name(struct list_reader *r, const struct dns_name *name,
    enum list_match match)
{
	if (r->name(r->ctx, name, match) != 0)
		r->stopped = true;
	else
		r->report->entries++;
}

void
list_reader_address(struct list_reader *r, const struct netblock *entry)
{
	if (r->address(r->ctx, entry) != 0)
		r->stopped = true;
	else
		r->report->entries++;
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void
list_reader_name(struct list_reader *r, const char *text, size_t length,
    enum list_match match)
{
	struct address address;
	struct dns_name name;

	if (is_digit(text[length - 1]) || memchr(text, ':', length) != NULL) {
		if (address_parse(text, length, &address) == 0) {
			list_reader_refuse(r, LIST_ADDRESS, text, length);
			return;
		}
	}
	if (read_plain(r, text, &name) != length &&
	    (!usual_octets(text, length) ||
	    dns_name_from_text(text, length, &name) != 0 ||
	    name.length == 1)) {
		list_reader_refuse(r, LIST_NOT_A_NAME, text, length);
		return;
	}
	if (too_wide(&name, match))
		list_reader_refuse(r, LIST_SINGLE_LABEL, text, length);
	else
		take_name(r, &name, match);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
	    c == '\f' || c == '\v';
}

/* Cut line end, comment, byte-order mark and outer white space. */
static const char *
trim(const char *line, size_t *length, bool first)
{
	const char *at = line, *end = line + *length;
	const char *comment;

	if (first && *length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end && is_space(*at))
		at++;
	if (at < end && (*at == ';' || *at == '!'))
		end = at;
	comment = memchr(at, '#', (size_t)(end - at));
	if (comment != NULL && (comment == at || is_space(comment[-1])))
		end = comment;
	while (end > at && is_space(end[-1]))
		end--;
	*length = (size_t)(end - at);
	return at;
}

/* A hosts file starts its lines with an address and goes on with a name. */
static bool
looks_like_hosts(const char *line, size_t length)
{
	struct address address;
	size_t word = 0;

	while (word < length && !is_space(line[word]))
		word++;
	return word < length && address_parse(line, word, &address) == 0;
}

static void
read_line(struct list_reader *r, const char *line, size_t length)
{
	if (length == 0)
		return;
	if (r->report->format == LIST_FORMAT_DETECT)
		r->report->format = looks_like_hosts(line, length) ?
		    LIST_FORMAT_HOSTS : LIST_FORMAT_PLAIN;
	if (r->report->format == LIST_FORMAT_ADDRESS)
		list_address_line(r, line, length);
	else if (r->report->format == LIST_FORMAT_HOSTS)
		list_hosts_line(r, line, length, r->spec->match);
	else
		list_plain_line(r, line, length, r->spec->match);
}

/* Read on until ${r}'s block holds a whole line, or all it can; the octets
 * of the line, its end not included, or -1 at the end of the file. */
static long
next_line(struct list_reader *r, FILE *file)
{
	for (;;) {
		char *line = r->block + r->first;
		char *end = memchr(line, '\n', r->used - r->first);
		size_t got;

		if (end != NULL)
			return end - line;
		if (r->first > 0) {
			memmove(r->block, line, r->used - r->first);
			r->used -= r->first;
			r->first = 0;
		}
		if (r->used == READ_SIZE)
			return (long)r->used;
		got = fread(r->block + r->used, 1,
		    READ_SIZE - r->used, file);
		if (got == 0)
			return r->used > 0 ? (long)r->used : -1;
		r->used += got;
	}
}

/* Step over the line of ${length} octets, up to its end wherever that is. */
static void
finish_line(struct list_reader *r, FILE *file, size_t length)
{
	int c;

	r->first += length + 1;
	if (r->first <= r->used)
		return;
	r->first = r->used = 0;
	if (length == READ_SIZE) {
		while ((c = getc(file)) != EOF && c != '\n')
			continue;
	}
}

/*
 * Nearly all lines of nearly all lists are a plain name and a line end: take
 * one in a single go over its octets.  False, with nothing done, if the next
 * line is anything else, or if it may be a name to refuse.
 */
static inline bool
take_usual_line(struct list_reader *r)
{
	const char *line = r->block + r->first;
	struct dns_name name;
	size_t length, end;

	if (r->report->format != LIST_FORMAT_PLAIN ||
	    (length = read_plain(r, line, &name)) == 0)
		return false;
	end = length + (line[length] == '\r');
	if (r->first + end >= r->used || line[end] != '\n' ||
	    is_digit(line[length - 1]) || too_wide(&name, r->spec->match))
		return false;
	r->report->lines++;
	r->first += end + 1;
	take_name(r, &name, r->spec->match);
	return true;
}

int
list_read(FILE *file, const struct list_spec *spec, list_name *name,
    list_address *address, void *ctx, struct list_report *ret)
{
	struct list_reader r = {
		.spec = spec, .report = ret, .name = name, .address = address,
		.ctx = ctx
	};
	const char *trimmed;
	size_t length;
	long found;

	memset(ret, 0, sizeof(*ret));
	ret->format = spec->match == LIST_MATCH_ADDRESS ?
	    LIST_FORMAT_ADDRESS : spec->format;
	while (!r.stopped) {
		if (take_usual_line(&r))
			continue;
		if ((found = next_line(&r, file)) < 0)
			break;
		ret->lines++;
		length = (size_t)found;
		trimmed = trim(r.block + r.first, &length, ret->lines == 1);
		if (found > LINE_MAX_OCTETS && length > 0)
			list_reader_refuse(&r, LIST_TOO_LONG, trimmed,
			    length);
		else
			read_line(&r, trimmed, length);
		finish_line(&r, file, (size_t)found);
	}
	if (r.stopped)
		errno = ENOMEM;
	return r.stopped || ferror(file) ? -1 : 0;
}
