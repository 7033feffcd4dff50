/*
 * A response policy zone: owners below the zone's own name are what clients
 * look up, and their records what they get instead.  Every such answer but
 * "rpz-passthru." means that the name is bad.
 *
 * ldns reads each record.  Where a record ends is found here, for ldns drops
 * comments, in which feeds say why, and a slip must lose one line only.
 */

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lists/feed.h"
#include "lists/list_format.h"

#define RECORD_SIZE 4096	/* octets of a record, without comments */
#define SERVERS 16		/* name servers of the zone that we know */
#define GENERATE_MAX 65536	/* records that all $GENERATE may make */

struct zone {
	struct list_reader *r;
	const char *at, *end;		/* what is still to be read */
	uint64_t line;			/* of ${at} */
	char record[RECORD_SIZE];	/* on one line, with a NUL */
	size_t length;
	const char *comment;		/* behind it */
	size_t comment_length;
	ldns_rdf *origin, *owner;	/* what relative owners are below; the
					   record before's */
	struct dns_name apex;		/* the zone's name; the root while it
					   is not known */
	bool origin_given, soa;
	struct dns_name server[SERVERS], last;	/* last: entry taken */
	size_t servers;
	bool last_allow;
	unsigned long generated;	/* records, by $GENERATE */
};

/* --- records --------------------------------------------------------------- */

/* How far is it to the line's end? */
static size_t
to_line_end(const char *at, const char *end)
{
	const char *lf = memchr(at, '\n', (size_t)(end - at));

	return (size_t)((lf != NULL ? lf : end) - at);
}

/* A record may go on over lines in parentheses. */
struct scan {
	const char *at;
	unsigned lines, depth;
	bool quoted;
};

/* Take the octet at ${s} into the record; true if that ends there. */
static bool
scan_octet(struct zone *z, struct scan *s)
{
	char c = *s->at++;

	if (c == '\n') {
		s->lines++;
		if (s->depth == 0 || s->quoted)
			return true;
		c = ' ';
	} else if (c == '\\' && s->at < z->end && *s->at != '\n') {
		z->record[z->length++] = c;
		c = *s->at++;
	} else if (c == '"') {
		s->quoted = !s->quoted;
	} else if (s->quoted) {
		;
	} else if (c == ';') {
		z->comment = s->at;
		z->comment_length = to_line_end(s->at, z->end);
		s->at += z->comment_length;
		return false;
	} else if (c == '(' || c == ')') {
		s->depth += c == '(' ? 1 : s->depth > 0 ? -1U : 0;
		c = ' ';
	}
	z->record[z->length++] = c;
	return false;
}

/*
 * Put the next record on one line.  False if it has no end within what a
 * record may be: then it is its first line only.
 */
static bool
scan_record(struct zone *z)
{
	struct scan s = { .at = z->at };
	bool done = false, fits = true;

	z->length = z->comment_length = 0;
	while (!done && s.at < z->end && fits) {
		done = scan_octet(z, &s);
		fits = z->length < RECORD_SIZE - 2 &&
		    s.at - z->at < 4 * RECORD_SIZE;
	}
	if (!done && (!fits || s.depth > 0)) {
		s.at = z->at + to_line_end(z->at, z->end);
		s.lines = s.at < z->end;
		s.at += s.lines;
		fits = false;
	}
	while (z->length > 0 && memchr(" \t\r\n", z->record[z->length - 1],
	    4) != NULL)
		z->length--;
	z->record[z->length] = '\0';
	z->at = s.at;
	z->line += s.lines;
	return fits;
}

static void
refuse(struct zone *z, enum list_reason reason)
{
	list_reader_refuse(z->r, reason, z->record, z->length);
}

/* --- names ----------------------------------------------------------------- */

static bool
read_name(const ldns_rdf *rdf, struct dns_name *ret)
{
	return rdf != NULL && dns_name_from_wire(ldns_rdf_data(rdf),
	    ldns_rdf_size(rdf), ret) != 0;
}

/* ${name} without the zone's own behind it; false if it is not below. */
static bool
relative(const struct zone *z, struct dns_name *name)
{
	size_t at = 0, keep = (size_t)name->length - z->apex.length;

	if (name->length <= z->apex.length)
		return false;
	while (at < keep)
		at += 1 + name->wire[at];
	if (at != keep || memcmp(name->wire + at, z->apex.wire,
	    z->apex.length) != 0)
		return false;
	name->wire[keep] = 0;
	name->length = (uint8_t)(keep + 1);
	return true;
}

static bool
is_label(const uint8_t *label, const char *text)
{
	return label[0] == strlen(text) &&
	    memcmp(label + 1, text, label[0]) == 0;
}

/* Is what triggers an address, or a name server? */
static bool
is_other_trigger(const struct dns_name *name)
{
	static const char *const triggers[] = { "rpz-ip", "rpz-nsip",
	    "rpz-nsdname", "rpz-client-ip" };
	const uint8_t *label = name->wire, *last = label;

	for (; *label != 0; label += 1 + *label)
		last = label;
	for (size_t i = 0; i < sizeof(triggers) / sizeof(*triggers); i++) {
		if (is_label(last, triggers[i]))
			return true;
	}
	return false;
}

static bool
is_server(const struct zone *z, const struct dns_name *name)
{
	for (size_t i = 0; i < z->servers; i++) {
		if (dns_name_equal(&z->server[i], name))
			return true;
	}
	return false;
}

/* --- what a comment says --------------------------------------------------- */

static const char *
find(const char *text, size_t length, const char *word)
{
	return memmem(text, length, word, strlen(word));
}

/* The address in a comment, up to white space; NULL if there is none. */
static const char *
find_url(const char *text, size_t length, size_t *retlength)
{
	const char *url = find(text, length, "https://");

	if (url == NULL)
		url = find(text, length, "http://");
	if (url == NULL)
		return NULL;
	*retlength = 0;
	while (url + *retlength < text + length &&
	    memchr(" \t\r", url[*retlength], 3) == NULL)
		++*retlength;
	return url;
}

/* "Malware download (2020-10-21), see https://..." */
static void
read_comment(const struct zone *z, struct list_detail *ret)
{
	const char *text = z->comment, *url, *cut;
	size_t length = z->comment_length, url_length;
	int64_t added = 0;

	if ((url = find_url(text, length, &url_length)) != NULL) {
		feed_reference(ret, url, url_length);
		length = (size_t)(url - text);
	}
	if ((cut = find(text, length, ", see")) != NULL)
		length = (size_t)(cut - text);
	if ((cut = find(text, length, "(")) != NULL &&
	    length - (size_t)(cut - text) >= 12 && cut[11] == ')' &&
	    (added = feed_time(cut + 1, 10)) != 0)
		length = (size_t)(cut - text);
	while (length > 0 && memchr(" \t;", *text, 3) != NULL) {
		text++;
		length--;
	}
	while (length > 0 && memchr(" \t\r,:", text[length - 1], 5) != NULL)
		length--;
	feed_threat(ret, text, length);
	ret->expires = list_reader_expiry(z->r, added, 0);
}

/* --- what records mean ----------------------------------------------------- */

/* Does the record let ${name} pass?  Of old that was said by an alias of the
 * name to itself. */
static bool
is_passthru(const ldns_rr *rr, const struct dns_name *name)
{
	struct dns_name target;

	return ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME &&
	    read_name(ldns_rr_rdf(rr, 0), &target) &&
	    (dns_name_equal(&target, name) || (target.length == 14 &&
	    is_label(target.wire, "rpz-passthru")));
}

static bool
is_of_the_zone(const struct zone *z, const ldns_rr *rr,
    const struct dns_name *name)
{
	switch (ldns_rr_get_type(rr)) {
	case LDNS_RR_TYPE_SOA:
	case LDNS_RR_TYPE_NS:
	case LDNS_RR_TYPE_DS:
	case LDNS_RR_TYPE_DNSKEY:
	case LDNS_RR_TYPE_RRSIG:
	case LDNS_RR_TYPE_NSEC:
	case LDNS_RR_TYPE_NSEC3:
	case LDNS_RR_TYPE_NSEC3PARAM:
		return true;
	case LDNS_RR_TYPE_A:
	case LDNS_RR_TYPE_AAAA:
		return is_server(z, name);
	default:
		return false;
	}
}

/* Give the name, below the zone's, to the reader; several records of one
 * owner are one entry. */
static void
take_name(struct zone *z, struct dns_name *name, bool allow)
{
	struct list_detail detail = { .confidence = LIST_CONFIDENCE_NONE };
	struct list_entry like = { .match = list_reader_match(z->r),
	    .allow = allow };
	char text[DNS_NAME_TEXT_SIZE];
	const char *from = text;
	size_t length;

	if (dns_name_equal(&z->last, name) && z->last_allow == allow)
		return;
	z->last = *name;
	z->last_allow = allow;
	length = dns_name_to_text(name, text);
	if (z->comment_length > 0) {
		read_comment(z, &detail);
		like.detail = &detail;
	}
	if (strcmp(text, "*") == 0) {
		refuse(z, LIST_SINGLE_LABEL);
		return;
	}
	if (is_label(name->wire, "*")) {
		like.match = LIST_MATCH_BELOW;
		from += 2;
		length -= 2;
	}
	list_reader_entry(z->r, from, length, &like);
}

static void
note_server(struct zone *z, const ldns_rr *rr)
{
	struct dns_name name;

	if (z->servers < SERVERS && read_name(ldns_rr_rdf(rr, 0), &name))
		z->server[z->servers++] = name;
}

/* The zone is called as its SOA; if no $ORIGIN said otherwise before, what
 * follows is below that too. */
static void
take_soa(struct zone *z, const ldns_rr *rr, const struct dns_name *owner)
{
	z->soa = true;
	z->apex = *owner;
	if (z->origin_given)
		return;
	ldns_rdf_deep_free(z->origin);
	z->origin = ldns_rdf_clone(ldns_rr_owner(rr));
}

static void
take_record(struct zone *z, const ldns_rr *rr)
{
	ldns_rr_type type = ldns_rr_get_type(rr);
	struct dns_name owner, name;

	if (!read_name(ldns_rr_owner(rr), &owner)) {
		refuse(z, LIST_NOT_A_NAME);
		return;
	}
	if (type == LDNS_RR_TYPE_SOA && !z->soa)
		take_soa(z, rr, &owner);
	if (dns_name_equal(&owner, &z->apex)) {
		if (type == LDNS_RR_TYPE_NS)
			note_server(z, rr);
		return;
	}
	name = owner;
	if (is_of_the_zone(z, rr, &owner))
		return;
	if (!relative(z, &name))
		refuse(z, LIST_NOT_A_RULE);
	else if (is_other_trigger(&name))
		refuse(z, LIST_OTHER_KIND);
	else
		take_name(z, &name, is_passthru(rr, &name));
}

static void
read_record(struct zone *z)
{
	ldns_rr *rr = NULL;

	if (ldns_rr_new_frm_str(&rr, z->record, 0, z->origin, &z->owner) !=
	    LDNS_STATUS_OK) {
		refuse(z, LIST_NOT_A_RULE);
		return;
	}
	take_record(z, rr);
	ldns_rr_free(rr);
}

/* --- directives ------------------------------------------------------------ */

/* Take a name that may be relative to the origin. */
static void
set_origin(struct zone *z, const char *text)
{
	ldns_rdf *name = ldns_dname_new_frm_str(text);

	if (name != NULL && !ldns_dname_str_absolute(text) &&
	    ldns_dname_cat(name, z->origin) != LDNS_STATUS_OK) {
		ldns_rdf_deep_free(name);
		name = NULL;
	}
	if (name == NULL || (!z->soa && !read_name(name, &z->apex))) {
		ldns_rdf_deep_free(name);
		refuse(z, LIST_NOT_A_RULE);
		return;
	}
	ldns_rdf_deep_free(z->origin);
	z->origin = name;
	z->origin_given = true;
}

/* BIND's $GENERATE: a record for each number of a range. */
struct range {
	unsigned long first, last, step;
	const char *pattern;
};

static bool
read_range(const char *text, struct range *ret)
{
	char *end;

	ret->step = 1;
	if (*text < '0' || *text > '9')
		return false;
	ret->first = strtoul(text, &end, 10);
	if (*end != '-' || end[1] < '0' || end[1] > '9')
		return false;
	ret->last = strtoul(end + 1, &end, 10);
	if (*end == '/' && end[1] >= '0' && end[1] <= '9')
		ret->step = strtoul(end + 1, &end, 10);
	ret->pattern = end + strspn(end, " \t");
	return ret->pattern > end && ret->step > 0 && ret->last <= INT32_MAX &&
	    ret->first <= ret->last;
}

/* Put ${number} in place of each '$', if it fits. */
static bool
fill_in(struct zone *z, const char *pattern, unsigned long number)
{
	char *out = z->record, *end = z->record + RECORD_SIZE - 16;

	for (; *pattern != '\0' && out < end; pattern++) {
		if (*pattern == '\\' && pattern[1] == '$')
			*out++ = *++pattern;
		else if (*pattern == '$' && pattern[1] == '{')
			return false;	/* offsets and bases */
		else if (*pattern == '$')
			out += snprintf(out, 12, "%lu", number);
		else
			*out++ = *pattern;
	}
	*out = '\0';
	z->length = (size_t)(out - z->record);
	return *pattern == '\0';
}

static void
generate(struct zone *z, const char *text)
{
	char pattern[RECORD_SIZE];
	struct range range;
	unsigned long steps;

	if (!read_range(text, &range)) {
		refuse(z, LIST_NOT_A_RULE);
		return;
	}
	steps = (range.last - range.first) / range.step;
	if (steps >= GENERATE_MAX - z->generated) {
		refuse(z, LIST_TOO_COMPLEX);
		return;
	}
	z->generated += steps + 1;
	memcpy(pattern, range.pattern, strlen(range.pattern) + 1);
	for (; range.first <= range.last; range.first += range.step) {
		if (!fill_in(z, pattern, range.first)) {
			refuse(z, LIST_TOO_COMPLEX);
			return;
		}
		read_record(z);
	}
}

static void
read_directive(struct zone *z)
{
	size_t word = strcspn(z->record, " \t");
	char *value = z->record + word + strspn(z->record + word, " \t");

	if (word == 7 && strncasecmp(z->record, "$ORIGIN", word) == 0)
		set_origin(z, value);
	else if (word == 9 && strncasecmp(z->record, "$GENERATE", word) == 0)
		generate(z, value);
	else if (word != 4 || strncasecmp(z->record, "$TTL", word) != 0)
		refuse(z, LIST_NOT_A_RULE);
}

/* --- zones ----------------------------------------------------------------- */

static bool
is_word(const char *at, const char *end, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(end - at) > length &&
	    strncasecmp(at, word, length) == 0 &&
	    memchr(" \t", at[length], 2) != NULL;
}

/* Is one of the first words of the line ${at} "SOA"? */
static bool
has_soa(const char *at, const char *end)
{
	for (int i = 0; i < 4; i++) {
		while (at < end && *at != ' ' && *at != '\t')
			at++;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		if (is_word(at, end, "SOA"))
			return true;
	}
	return false;
}

/* $ORIGIN, $TTL or an SOA record before anything else. */
bool
list_rpz_likely(const char *head, size_t length)
{
	const char *end = head + length, *line;

	while ((line = list_text_next(&head, end, &length)) != NULL) {
		if (length == 0 || line[0] == ';')
			continue;
		return is_word(line, line + length, "$ORIGIN") ||
		    is_word(line, line + length, "$TTL") ||
		    has_soa(line, line + length);
	}
	return false;
}

void
list_rpz_whole(struct list_reader *r, const char *text, size_t length)
{
	struct zone z = { .r = r, .at = text, .end = text + length, .line = 1,
	    .apex.length = 1, .origin = ldns_dname_new_frm_str(".") };

	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		z.at += 3;
	while (z.at < z.end) {
		list_reader_line(r, z.line);
		if (!scan_record(&z))
			refuse(&z, LIST_NOT_A_RULE);
		else if (memchr(z.record, '\0', z.length) != NULL)
			refuse(&z, LIST_NOT_A_RULE);
		else if (z.record[0] == '$')
			read_directive(&z);
		else if (z.length > 0)
			read_record(&z);
	}
	list_reader_line(r, z.line - (length > 0 && text[length - 1] == '\n'));
	ldns_rdf_deep_free(z.origin);
	ldns_rdf_deep_free(z.owner);
}
