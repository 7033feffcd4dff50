#include "lists/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/timestamp.h"
#include "lists/list_format.h"
#include "lists/list_name.h"
#include "lists/list_reader.h"

#define LINE_MAX_OCTETS 4095

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
		if (r->used == LIST_READER_BLOCK)
			return (long)r->used;
		got = read_some(r, file, r->block + r->used,
		    LIST_READER_BLOCK - r->used);
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
	if (length < LIST_READER_BLOCK)
		return;
	while ((got = read_some(r, file, r->block, LIST_READER_BLOCK)) > 0) {
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
	    (line[length - 1] >= '0' && line[length - 1] <= '9') ||
	    list_reader_too_wide(&r->entry.name, r->match) ||
	    list_reader_is_suffix(r, &r->entry.name, r->match))
		return false;
	r->report->lines++;
	r->first += end + 1;
	r->entry.match = r->match;
	list_reader_take(r);
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
		trimmed = list_text_trim(r->block + r->first, &length);
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
	size_t size = r->used + LIST_READER_BLOCK, used = r->used, got;
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
	r->used = read_some(r, file, r->block, LIST_READER_BLOCK);
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
