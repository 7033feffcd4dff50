#include "lists/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/public_suffix.h"
#include "core/timestamp.h"
#include "lists/list_format.h"
#include "lists/list_name.h"

#define LINE_MAX_OCTETS 4095
#define READ_SIZE 65536

struct list_reader {
	const struct list_spec *spec;
	const struct list_format_ops *ops;
	struct list_report *report;
	list_take *take;
	list_address *address;
	void *ctx;
	enum list_match match;	/* of entries that say nothing */
	int64_t now;		/* microseconds UTC, of the start */
	struct list_limits limits;
	uint64_t octets;	/* read so far */
	bool stopped;		/* the callback wants no more */
	size_t first, used;	/* of the block: what is still to be read */
	struct list_entry entry;
	_Alignas(max_align_t) char state[LIST_STATE_SIZE];
	char block[READ_SIZE + BLOCK_SIZE];	/* the end only read over */
};

/* --- what formats ask ------------------------------------------------------ */

const struct list_spec *
list_reader_spec(const struct list_reader *r)
{
	return r->spec;
}

enum list_match
list_reader_match(const struct list_reader *r)
{
	return r->match;
}

void *
list_reader_state(struct list_reader *r)
{
	return r->state;
}

void
list_reader_line(struct list_reader *r, uint64_t line)
{
	r->report->lines = line;
}

void
list_report_refuse(struct list_report *report, enum list_reason reason,
    const char *text, size_t length)
{
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

void
list_reader_refuse(struct list_reader *r, enum list_reason reason,
    const char *text, size_t length)
{
	list_report_refuse(r->report, reason, text, length);
}

int64_t
list_reader_expiry(const struct list_reader *r, int64_t added,
    int64_t expires)
{
	int64_t by_age = r->spec->age > 0 && added > 0 ?
	    added + r->spec->age : 0;

	if (by_age == 0 || (expires != 0 && expires < by_age))
		return expires;
	return by_age;
}

void
list_text_copy(char *ret, size_t size, const char *text, size_t length)
{
	if (length >= size)
		length = size - 1;
	for (size_t i = 0; i < length; i++)
		ret[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	ret[length] = '\0';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
	    c == '\f' || c == '\v';
}

/* Cut a byte-order mark and outer white space. */
static const char *
trim(const char *line, size_t *length)
{
	const char *at = line, *end = line + *length;

	if (*length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end && is_space(*at))
		at++;
	while (end > at && is_space(end[-1]))
		end--;
	*length = (size_t)(end - at);
	return at;
}

size_t
list_text_uncomment(const char *line, size_t length)
{
	const char *comment = memchr(line, '#', length);

	if (comment != NULL && (comment == line || is_space(comment[-1])))
		length = (size_t)(comment - line);
	while (length > 0 && is_space(line[length - 1]))
		length--;
	return length;
}

const char *
list_text_next(const char **head, const char *end, size_t *retlength)
{
	const char *line = *head, *lf;

	if (line >= end)
		return NULL;
	lf = memchr(line, '\n', (size_t)(end - line));
	*head = lf != NULL ? lf + 1 : end;
	*retlength = (size_t)((lf != NULL ? lf : end) - line);
	return trim(line, retlength);
}

/* --- taking entries -------------------------------------------------------- */

/* Is ${name} a label of the root's own, and so no suffix to look for? */
static inline bool
too_wide(const struct dns_name *name, enum list_match match)
{
	return match != LIST_MATCH_EXACT && name->wire[0] + 2 == name->length;
}

/* Is ${name}, of several labels, a public suffix, with the names of many
 * owners below it? */
static inline bool
is_public_suffix(const struct list_reader *r, const struct dns_name *name,
    enum list_match match)
{
	return match != LIST_MATCH_EXACT && r->limits.suffixes != NULL &&
	    public_suffix_is(r->limits.suffixes, name);
}

/* Is there no room for one more?  Then this is the end. */
static inline bool
too_many(struct list_reader *r)
{
	if (r->report->entries < r->limits.entries)
		return false;
	r->report->excess = LIST_TOO_MANY;
	r->stopped = true;
	return true;
}

static inline void
take(struct list_reader *r)
{
	if (too_many(r))
		return;
	if (r->take(r->ctx, &r->entry) != 0)
		r->stopped = true;
	else
		r->report->entries++;
}

void
list_reader_address(struct list_reader *r, const struct netblock *entry)
{
	if (too_many(r))
		return;
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

/* Read ${text} as the entry's name; count it if it can be none. */
static bool
read_name(struct list_reader *r, const char *text, size_t length)
{
	struct address address;

	if (is_digit(text[length - 1]) || memchr(text, ':', length) != NULL) {
		if (address_parse(text, length, &address) == 0) {
			list_reader_refuse(r, LIST_ADDRESS, text, length);
			return false;
		}
	}
	if (list_name_parse(text, length, &r->entry.name) != 0) {
		list_reader_refuse(r, LIST_NOT_A_NAME, text, length);
		return false;
	}
	return true;
}

void
list_reader_entry(struct list_reader *r, const char *text, size_t length,
    const struct list_entry *like)
{
	bool pattern = like->match == LIST_MATCH_SUBSTRING ||
	    like->match == LIST_MATCH_REGEX;

	if (length == 0) {
		list_reader_refuse(r, LIST_NOT_A_NAME, text, length);
		return;
	}
	if (like->detail != NULL && like->detail->expires != 0 &&
	    like->detail->expires <= r->now) {
		list_reader_refuse(r, LIST_EXPIRED, text, length);
		return;
	}
	if (!pattern && !read_name(r, text, length))
		return;
	if (!pattern && !like->allow && too_wide(&r->entry.name,
	    like->match)) {
		list_reader_refuse(r, LIST_SINGLE_LABEL, text, length);
		return;
	}
	if (!pattern && !like->allow && is_public_suffix(r, &r->entry.name,
	    like->match)) {
		if (!r->limits.take_suffixes) {
			list_reader_refuse(r, LIST_PUBLIC_SUFFIX, text,
			    length);
			return;
		}
		r->report->suffixes++;
	}
	r->entry.match = like->match;
	r->entry.allow = like->allow;
	r->entry.withdrawn = like->withdrawn;
	r->entry.detail = like->detail;
	r->entry.text = pattern ? text : NULL;
	r->entry.text_length = pattern ? length : 0;
	take(r);
}

void
list_reader_name(struct list_reader *r, const char *text, size_t length,
    enum list_match match)
{
	list_reader_entry(r, text, length,
	    &(struct list_entry){ .match = match });
}

/* --- reading --------------------------------------------------------------- */

/* Read at most ${size} octets; 0 at the end of the file, and where the list
 * becomes too large. */
static size_t
read_some(struct list_reader *r, FILE *file, char *to, size_t size)
{
	size_t got = fread(to, 1, size, file);

	r->octets += got;
	if (r->octets <= r->limits.octets)
		return got;
	r->report->excess = LIST_TOO_LARGE;
	r->stopped = true;
	return 0;
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
		got = read_some(r, file, r->block + r->used,
		    READ_SIZE - r->used);
		if (got == 0)
			return r->used > 0 && !r->stopped ? (long)r->used :
			    -1;
		r->used += got;
	}
}

/* Step over the line of ${length} octets, up to its end wherever that is. */
static void
finish_line(struct list_reader *r, FILE *file, size_t length)
{
	const char *end;
	size_t got;

	r->first += length + 1;
	if (r->first <= r->used)
		return;
	r->first = r->used = 0;
	if (length < READ_SIZE)
		return;
	while ((got = read_some(r, file, r->block, READ_SIZE)) > 0) {
		if ((end = memchr(r->block, '\n', got)) == NULL)
			continue;
		r->first = (size_t)(end - r->block) + 1;
		r->used = got;
		return;
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
	size_t length, end;

	if ((length = list_name_plain(line, r->block + sizeof(r->block),
	    &r->entry.name)) == 0)
		return false;
	end = length + (line[length] == '\r');
	if (r->first + end >= r->used || line[end] != '\n' ||
	    is_digit(line[length - 1]) ||
	    too_wide(&r->entry.name, r->match) ||
	    is_public_suffix(r, &r->entry.name, r->match))
		return false;
	r->report->lines++;
	r->first += end + 1;
	r->entry.match = r->match;
	take(r);
	return true;
}

/* May lines be taken as usual: is a name all that is on one? */
static inline bool
is_usual(const struct list_reader *r)
{
	return r->report->format == LIST_FORMAT_PLAIN &&
	    r->match <= LIST_MATCH_SEARCH;
}

static void
read_lines(struct list_reader *r, FILE *file)
{
	bool usual = is_usual(r);
	const char *trimmed;
	size_t length;
	long found;

	while (!r->stopped) {
		if (usual && take_usual_line(r))
			continue;
		if ((found = next_line(r, file)) < 0)
			break;
		r->report->lines++;
		length = (size_t)found;
		trimmed = trim(r->block + r->first, &length);
		if (found > LINE_MAX_OCTETS && length > 0)
			list_reader_refuse(r, LIST_TOO_LONG, trimmed,
			    length);
		else if (length > 0)
			r->ops->line(r, trimmed, length);
		/* What a line leaves behind is not the next one's. */
		r->entry = (struct list_entry){ .match = r->match };
		finish_line(r, file, (size_t)found);
	}
}

/* All of the file, with a NUL; NULL with errno set. */
static char *
read_all(struct list_reader *r, FILE *file, size_t *retlength)
{
	size_t size = r->used + READ_SIZE, used = r->used, got;
	char *text = malloc(size), *larger;

	if (text == NULL)
		return NULL;
	memcpy(text, r->block, used);
	while ((got = read_some(r, file, text + used, size - used - 1)) > 0) {
		used += got;
		if (size - used > 1)
			continue;
		if ((larger = realloc(text, 2 * size)) == NULL) {
			free(text);
			errno = ENOMEM;
			return NULL;
		}
		text = larger;
		size *= 2;
	}
	text[used] = '\0';
	*retlength = used;
	return text;
}

static int
read_whole(struct list_reader *r, FILE *file)
{
	size_t length;
	char *text = read_all(r, file, &length);

	if (text == NULL)
		return -1;
	if (!r->stopped)
		r->ops->whole(r, text, length);
	free(text);
	return 0;
}

/* Does the file begin as those of gzip, xz, zstd or zip do? */
static bool
is_packed(const struct list_reader *r)
{
	static const struct {
		size_t length;
		const char *octets;
	} heads[] = {
		{ 2, "\x1f\x8b" }, { 6, "\xfd" "7zXZ\0" },
		{ 4, "\x28\xb5\x2f\xfd" },
		{ 4, "PK\x03\x04" },
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (r->used > heads[i].length && memcmp(r->block,
		    heads[i].octets, heads[i].length) == 0)
			return true;
	}
	return false;
}

/* Fill the block, and decide by it on the format. */
static void
begin(struct list_reader *r, FILE *file)
{
	struct list_report *report = r->report;

	if (r->spec->limits != NULL)
		r->limits = *r->spec->limits;
	if (r->limits.octets == 0)
		r->limits.octets = UINT64_MAX;
	if (r->limits.entries == 0)
		r->limits.entries = UINT64_MAX;
	r->used = read_some(r, file, r->block, READ_SIZE);
	report->format = r->spec->match == LIST_MATCH_ADDRESS ?
	    LIST_FORMAT_ADDRESS : r->spec->format;
	if (report->format == LIST_FORMAT_DETECT)
		report->format = list_format_find(r->block, r->used);
	r->ops = &list_formats[report->format];
	r->match = r->spec->match_given ? r->spec->match : r->ops->match;
	r->entry.match = report->match = r->match;
}

int
list_read(FILE *file, const struct list_spec *spec, list_take *take_entry,
    list_address *address, void *ctx, struct list_report *ret)
{
	struct list_reader r = {
		.spec = spec, .report = ret, .take = take_entry,
		.address = address, .ctx = ctx, .now = timestamp_now()
	};

	memset(ret, 0, sizeof(*ret));
	begin(&r, file);
	if (is_packed(&r)) {
		ret->excess = LIST_PACKED;
		errno = EINVAL;
		return -1;
	}
	if (r.ops->whole == NULL)
		read_lines(&r, file);
	else if (read_whole(&r, file) != 0)
		return -1;
	if (r.stopped)
		errno = ret->excess != LIST_FITS ? EFBIG : ENOMEM;
	return r.stopped || ferror(file) ? -1 : 0;
}
