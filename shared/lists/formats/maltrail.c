/*
 * maltrail's trails: one a line (names among addresses, addresses with ports,
 * and URLs), or "trail,info,reference".
 *
 * A URL says that something bad is at that path, often of a site that has
 * been broken into; its host is no bad name unless it stands there alone.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_span.h"

/* An address, one with a port, or a netblock? */
static bool
is_address(struct list_span trail)
{
	struct list_span host = trail;
	struct netblock block;

	if (netblock_read(trail.at, trail.length, &block) == 0)
		return true;
	if (list_span_starts(trail, "[")) {
		trail = list_span_skip(trail, 1);
		list_span_cut(&trail, ']', &host);
	} else {
		list_span_cut(&trail, ':', &host);
	}
	return host.length > 0 &&
	    netblock_read(host.at, host.length, &block) == 0 &&
	    block.prefix == address_bits(&block.base);
}

/* Has it octets of an expression? */
static bool
is_expression(struct list_span trail)
{
	for (size_t i = 0; i < trail.length; i++) {
		if (memchr("[](){}*+?\\^$|", trail.at[i], 13) != NULL)
			return true;
	}
	return false;
}

/* Of a URL without a path its host; all else as it is. */
static struct list_span
host_alone(struct list_span trail)
{
	size_t scheme = list_span_find(trail, "://");
	struct list_span host = trail;

	if (scheme < trail.length)
		host = list_span_skip(trail, scheme + 3);
	if (list_span_ends(host, "/"))
		host.length--;
	return host.length == 0 || list_span_has(host, '/') ? trail : host;
}

static void
take_trail(struct list_reader *r, struct list_span trail,
    const struct list_detail *detail)
{
	struct list_entry like = {
		.match = list_reader_match(r), .detail = detail
	};
	enum list_reason reason = LIST_REASONS;

	trail = host_alone(trail);
	if (list_span_starts(trail, "*."))
		trail = list_span_skip(trail, 2);
	else if (list_span_starts(trail, "."))
		trail = list_span_skip(trail, 1);
	if (is_address(trail))
		reason = LIST_ADDRESS;
	else if (list_span_has(trail, '/') || list_span_has(trail, ':'))
		reason = LIST_OTHER_KIND;
	else if (is_expression(trail))
		reason = LIST_TOO_COMPLEX;
	if (reason != LIST_REASONS)
		list_reader_refuse(r, reason, trail.at, trail.length);
	else
		list_reader_entry(r, trail.at, trail.length, &like);
}

static void
take_fields(struct list_reader *r, struct list_span trail,
    struct list_span rest)
{
	struct list_detail detail = { .confidence = LIST_CONFIDENCE_NONE };
	struct list_span field;

	if (list_span_csv(&rest, &field))
		list_text_copy(detail.threat, sizeof(detail.threat), field.at,
		    field.length);
	if (list_span_csv(&rest, &field))
		list_text_copy(detail.reference, sizeof(detail.reference),
		    field.at, field.length);
	take_trail(r, trail, &detail);
}

void
list_maltrail_line(struct list_reader *r, const char *text, size_t length)
{
	struct list_span trail, rest;

	if (text[0] == ';' || text[0] == '!' ||
	    (length = list_text_uncomment(text, length)) == 0)
		return;
	rest = list_span(text, length);
	list_span_csv(&rest, &trail);
	if (rest.at == NULL)
		take_trail(r, trail, NULL);
	else if (!list_span_is(trail, "trail"))		/* a header */
		take_fields(r, trail, rest);
}

/* --- is it one? ------------------------------------------------------------ */

/* Does the comment at its start say so? */
static bool
says_maltrail(const char *head, size_t length)
{
	const char *end = head + length, *line;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		struct list_span s = list_span(line, length);

		if (s.length == 0)
			continue;
		if (s.at[0] != '#')
			return false;
		if (list_span_find(s, "maltrail developers") < s.length)
			return true;
	}
	return false;
}

/* Are there three fields or more? */
static bool
has_three(struct list_span rest)
{
	struct list_span field;

	return list_span_csv(&rest, &field) && list_span_csv(&rest, &field) &&
	    list_span_csv(&rest, &field);
}

static bool
is_url_or_port(struct list_span trail)
{
	return (list_span_has(trail, '/') &&
	    (trail.at[0] == '/' || list_span_has(trail, '.'))) ||
	    (list_span_has(trail, ':') && is_address(trail));
}

/* Three fields in every line, the first mostly a trail that has a dot, a colon
 * or a slash in it; or trails that other formats do not have. */
bool
list_maltrail_likely(const char *text, size_t length)
{
	struct list_head head = { text, text + length, false };
	size_t lines = 0, three = 0, dotted = 0, other = 0;
	struct list_span line, trail, rest;

	if (says_maltrail(text, length))
		return true;
	while (list_span_line(&head, &line)) {
		line.length = list_text_uncomment(line.at, line.length);
		rest = line;
		list_span_csv(&rest, &trail);
		lines++;
		three += has_three(line);
		dotted += list_span_is_dotted(trail);
		if (list_span_has(trail, ' ') || list_span_has(trail, '\t') ||
		    (rest.at != NULL && !has_three(line)))
			return false;
		other += is_url_or_port(trail);
	}
	if (three > 0)
		return three == lines && (dotted + other) * 2 >= lines;
	return other > 0;
}
