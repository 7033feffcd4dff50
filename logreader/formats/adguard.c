#include "formats/adguard.h"

#include <stdio.h>

#include "core/address.h"
#include "json_fields.h"
#include "log_time.h"

/* The members that are looked at, all but the answer needed. */
enum member { TIME, HOST, TYPE, CLASS, PROTOCOL, CLIENT, ANSWER, MEMBERS };

static const char *const names[MEMBERS] = { "T", "QH", "QT", "QC", "CP",
    "IP", "Answer" };

/* The six bits of a letter of base64, or -1. */
static int
bits(char letter)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = letter == '\0' ? NULL : strchr(letters, letter);

	return at == NULL ? -1 : (int)(at - letters);
}

/* The flags of a response's header: the octets 2 and 3, which are letters 2
 * to 5. */
static bool
header_flags(struct text answer, unsigned *ret)
{
	unsigned value = 0;

	if (answer.length < 16)		/* twelve octets */
		return false;
	for (size_t i = 2; i < 6; i++) {
		int n = bits(answer.at[i]);

		if (n < 0)
			return false;
		value = value << 6 | (unsigned)n;
	}
	*ret = value >> 4 & 0xFFFF;	/* the first four bits end octet 1 */
	return true;
}

/* What the response tells: rcode and, since it repeats them, the query's RD
 * and CD. */
static enum log_verdict
take_answer(struct log_memory *m, struct text answer, struct log_fields *f)
{
	unsigned flags;
	int n;

	if (answer.length == 0)		/* none: the query was dropped */
		return LOG_QUERY;
	if (!header_flags(answer, &flags))
		return LOG_BROKEN_TAIL;
	n = snprintf(m->rcode, sizeof(m->rcode), "RCODE%u", flags & 15);
	f->rcode = (struct text){ m->rcode, n > 0 ? (size_t)n : 0 };
	f->flags.at = flags & 0x0100 ? "+C" : "-C";
	f->flags.length = flags & 0x0010 ? 2 : 1;
	return LOG_QUERY;
}

/* Plain text of a word, or nothing. */
static bool
is_word(struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);

	return t.length > 0 && t.length < QUERY_TOKEN_SIZE &&
	    text_while(&c, TEXT_WORD).length == t.length;
}

/* The name, as Go's DNS library prints names: spaces may stand in it, after
 * a backslash. */
static bool
take_name(struct log_memory *m, const struct json_value *v, struct text *ret)
{
	if (!json_fields_decode(v, m->name, sizeof(m->name), ret))
		return false;
	if (ret->length == 0)
		*ret = (struct text){ ".", 1 };
	for (size_t i = 0; i < ret->length; i++) {
		if (ret->at[i] < 0x20 || ret->at[i] > 0x7E)
			return false;
	}
	return true;
}

enum log_verdict
adguard_parse(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret)
{
	struct json_value v[MEMBERS];
	struct log_fields f = { .truncated = false };
	struct address a;
	enum log_verdict verdict;

	if (length == 0 || line[0] != '{')
		return LOG_OTHER;
	if (!json_fields_read(line, length, names, MEMBERS, v))
		return LOG_BROKEN_PREFIX;
	for (size_t i = 0; i < ANSWER; i++) {
		if (v[i].kind == JSON_ABSENT)
			return LOG_OTHER;
		if (v[i].kind != JSON_STRING || (v[i].escaped && i != HOST))
			return LOG_BROKEN_HEAD;
	}
	f.time = v[TIME].text;
	if (!log_time_is_whole(f.time))
		return LOG_BROKEN_PREFIX;
	f.client = v[CLIENT].text;
	if (address_parse(f.client.at, f.client.length, &a) != 0)
		return LOG_BROKEN_CLIENT;
	if (!take_name(m, &v[HOST], &f.name))
		return LOG_BROKEN_NAME;
	f.type = v[TYPE].text;
	f.rrclass = v[CLASS].text;
	if (!is_word(f.type) || !is_word(f.rrclass))
		return LOG_BROKEN_TYPE;
	if (text_is(v[PROTOCOL].text, "dot"))
		f.transport = QUERY_TRANSPORT_TCP;
	if (v[ANSWER].kind != JSON_ABSENT && v[ANSWER].kind != JSON_STRING)
		return LOG_BROKEN_TAIL;
	verdict = take_answer(m, v[ANSWER].text, &f);
	if (verdict == LOG_QUERY)
		*ret = f;
	return verdict;
}
