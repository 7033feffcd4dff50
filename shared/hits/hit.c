#include "hits/hit.h"

#include <stdio.h>
#include <string.h>

#include "core/dns_token.h"
#include "core/timestamp.h"

/* The longest values: three names' worth of text, the lists' labels, and the
 * answers with quotes around them and backslashes inside. */
_Static_assert(HIT_TEXT_SIZE > 3 * DNS_NAME_TEXT_SIZE + HIT_LISTS_SIZE +
    HIT_ANSWER_LISTS_SIZE + LIST_THREAT_SIZE + LIST_REFERENCE_SIZE +
    3 * QUERY_ANSWERS_SIZE + 512,
    "every field of a hit fits");

void
hit_take_response(struct hit *h, const struct hit *from)
{
	h->query.has_rcode = from->query.has_rcode;
	h->query.rcode = from->query.rcode;
	h->query.answers = from->query.answers;
	h->answer = from->answer;
	memcpy(h->answer_lists, from->answer_lists, sizeof(h->answer_lists));
}

/* Where the next value may be written. */
static char *
room(struct hit_fields *f)
{
	return f->text + f->used;
}

/* Close the field whose value of ${length} octets now stands at room(f). */
static void
close_field(struct hit_fields *f, const char *key, size_t length, bool bare)
{
	f->field[f->count++] = (struct hit_field){
		key, room(f), length, bare
	};
	f->used += length;
}

static void
put_text(struct hit_fields *f, const char *key, const char *value)
{
	size_t length = strlen(value);

	if (length == 0)
		return;
	memcpy(room(f), value, length);
	close_field(f, key, length, false);
}

static void
put_number(struct hit_fields *f, const char *key, uint64_t value)
{
	char digits[20];
	size_t length = 0;

	do {
		digits[sizeof(digits) - ++length] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	memcpy(room(f), digits + sizeof(digits) - length, length);
	close_field(f, key, length, true);
}

static void
put_true(struct hit_fields *f, const char *key)
{
	memcpy(room(f), "true", 4);
	close_field(f, key, 4, true);
}

static void
put_time(struct hit_fields *f, const char *key, int64_t time,
    enum hit_times times)
{
	if (times == HIT_TIMES_MICROSECONDS)
		put_number(f, key, time > 0 ? (uint64_t)time : 0);
	else
		close_field(f, key, timestamp_format(time, room(f)), false);
}

static void
put_address(struct hit_fields *f, const char *key, const struct address *a)
{
	if (a->family != 0)
		close_field(f, key, address_format(a, room(f)), false);
}

static void
put_name(struct hit_fields *f, const char *key, const struct dns_name *name)
{
	close_field(f, key, dns_name_to_text(name, room(f)), false);
}

/* The flags in the order of BIND 9.20's query log, E without its version. */
static void
put_flags(struct hit_fields *f, unsigned flags)
{
	static const struct {
		unsigned flag;
		char letter;
	} letters[] = {
		{ QUERY_FLAG_EDNS, 'E' }, { QUERY_FLAG_SIGNED, 'S' },
		{ QUERY_FLAG_TCP, 'T' }, { QUERY_FLAG_DO, 'D' },
		{ QUERY_FLAG_CD, 'C' }, { QUERY_FLAG_COOKIE_VALID, 'V' },
		{ QUERY_FLAG_COOKIE, 'K' },
	};
	char *at = room(f);

	if ((flags & QUERY_FLAGS_KNOWN) == 0)
		return;
	*at++ = flags & QUERY_FLAG_RD ? '+' : '-';
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		if (flags & letters[i].flag)
			*at++ = letters[i].letter;
	}
	close_field(f, "flags", (size_t)(at - room(f)), false);
}

/* The question itself; as the log printed it, where that is wanted. */
static void
put_question(struct hit_fields *f, const struct query *q, bool as_printed)
{
	char token[DNS_TOKEN_SIZE];

	put_name(f, "qname", &q->qname);
	if (q->qtype < 0 || (as_printed && q->qtype_token[0] != '\0')) {
		put_text(f, "qtype", q->qtype_token);
	} else {
		dns_type_text((uint16_t)q->qtype, token);
		put_text(f, "qtype", token);
	}
	if (q->qclass < 0 || (as_printed && q->qclass_token[0] != '\0')) {
		put_text(f, "qclass", q->qclass_token);
	} else {
		dns_class_text((uint16_t)q->qclass, token);
		put_text(f, "qclass", token);
	}
}

static void
put_head(struct hit_fields *f, const char *source, enum query_via via)
{
	f->count = 0;
	f->used = 0;
	put_number(f, "v", HIT_VERSION);
	put_text(f, "source", source);
	put_text(f, "via", via == QUERY_VIA_CAPTURE ? "capture" : "log");
}

static char *
append(char *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	return at + length;
}

/* A value is printable ASCII; only quotes and backslashes need escapes. */
static char *
append_string(char *at, const char *text, size_t length)
{
	*at++ = '"';
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"' || text[i] == '\\')
			*at++ = '\\';
		*at++ = text[i];
	}
	*at++ = '"';
	return at;
}

/* The answers as a JSON array, in streams as well: their texts may hold
 * whatever else could be put between them. */
static void
put_answers(struct hit_fields *f, const struct query_answers *a)
{
	const char *text = a->text;
	char *at = room(f);

	if (a->count == 0)
		return;
	for (size_t i = 0; i < a->count; i++) {
		*at++ = i == 0 ? '[' : ',';
		at = append_string(at, text, strlen(text));
		text += strlen(text) + 1;
	}
	*at++ = ']';
	close_field(f, "answers", (size_t)(at - room(f)), true);
	if (a->more > 0)
		put_number(f, "answers_more", a->more);
}

/* Everything from the client to the answers. */
static void
put_query(struct hit_fields *f, const struct query *q, bool all)
{
	static const char *const transports[] = {
		"", "udp", "tcp", "dot", "doh", "doq",
	};
	char token[DNS_TOKEN_SIZE];

	put_address(f, "client", &q->client);
	if (q->client_port != 0)
		put_number(f, "client_port", q->client_port);
	put_text(f, "device", q->device);
	if (q->vlan != 0)
		put_number(f, "vlan", q->vlan);
	if (q->tunnel != NULL)
		put_text(f, "tunnel", q->tunnel);
	put_address(f, "server", &q->server);
	put_text(f, "transport", transports[q->transport]);
	if (q->has_id)
		put_number(f, "id", q->id);
	if (all)
		put_text(f, "qr", q->response ? "response" : "query");
	if (q->has_question)
		put_question(f, q, all);
	put_flags(f, q->flags);
	if (q->has_rcode) {
		dns_rcode_text(q->rcode, token);
		put_text(f, "rcode", token);
	}
	put_answers(f, &q->answers);
}

/* What is listed, where it stood, and on which lists. */
static void
put_match(struct hit_fields *f, const struct hit *h)
{
	static const char *const where[] = { "qname", "cname", "address" };
	static const char *const effects[] = {
		[RULES_ALERT] = "", [RULES_NO_ACTION] = "no-action",
		[RULES_NO_ALERT] = "no-alert", [RULES_NO_RECORD] = "no-record",
	};

	if (h->where == HIT_ADDRESS)
		put_address(f, "matched", &h->answer);
	else
		put_name(f, "matched", h->where == HIT_CNAME ? &h->name :
		    &h->query.qname);
	put_text(f, "matched_via", where[h->where]);
	if (h->where == HIT_ADDRESS)
		close_field(f, "entry", netblock_format(&h->block, room(f)),
		    false);
	else if (hit_is_pattern(h))
		put_text(f, "entry", h->pattern);
	else
		put_name(f, "entry", &h->entry);
	put_text(f, "match", list_match_text(h->match));
	put_text(f, "list", h->lists);
	if (h->severity != LIST_SEVERITY_NONE)
		put_text(f, "severity", list_severity_text(h->severity));
	put_text(f, "threat", h->threat);
	if (h->confidence != LIST_CONFIDENCE_NONE)
		put_number(f, "confidence", h->confidence);
	put_text(f, "reference", h->reference);
	put_address(f, "answer_matched", &h->answer);
	put_text(f, "answer_list", h->answer_lists);
	put_text(f, "allow", effects[h->effect]);
	if (h->retro)
		put_true(f, "retro");
	if (h->generation != 0)
		put_number(f, "generation", h->generation);
}

void
hit_fields_of(const struct hit *h, enum hit_times times,
    struct hit_fields *ret)
{
	put_head(ret, h->source, h->via);
	put_time(ret, "first", h->first, times);
	put_time(ret, "last", h->last, times);
	put_number(ret, "n", h->n);
	put_query(ret, &h->query, false);
	put_match(ret, h);
}

void
hit_fields_of_query(const struct query *q, const char *source,
    enum query_via via, struct hit_fields *ret)
{
	put_head(ret, source, via);
	put_time(ret, "first", q->time, HIT_TIMES_RFC3339);
	put_time(ret, "last", q->time, HIT_TIMES_RFC3339);
	put_number(ret, "n", 1);
	put_query(ret, q, true);
	if (q->duplicate)
		put_true(ret, "duplicate");
}

size_t
hit_fields_json(const struct hit_fields *f, char buf[HIT_JSON_SIZE])
{
	char *at = buf;

	*at++ = '{';
	for (size_t i = 0; i < f->count; i++) {
		const struct hit_field *field = &f->field[i];

		if (i > 0)
			*at++ = ',';
		*at++ = '"';
		at = append(at, field->key, strlen(field->key));
		at = append(at, "\":", 2);
		at = field->bare ?
		    append(at, field->value, field->length) :
		    append_string(at, field->value, field->length);
	}
	*at++ = '}';
	*at++ = '\n';
	return (size_t)(at - buf);
}
