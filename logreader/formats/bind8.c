#include "formats/bind8.h"

#include "core/address.h"
#include "core/dns_token.h"
#include "formats/name.h"
#include "formats/prefix.h"

/* Cut the last "/field" off ${t}; what is left must not be empty. */
static bool
cut_last(struct text *t, struct text *ret)
{
	const char *slash = t->length == 0 ? NULL :
	    memrchr(t->at, '/', t->length);

	if (slash == NULL || slash == t->at)
		return false;
	ret->at = slash + 1;
	ret->length = (size_t)(t->at + t->length - ret->at);
	t->length = (size_t)(slash - t->at);
	return true;
}

/* Could it be a type or class?  They are in capitals. */
static bool
is_mnemonic(struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);

	return t.length > 0 && t.length < DNS_TOKEN_SIZE &&
	    text_while(&c, TEXT_MNEMONIC).length == t.length;
}

static bool
is_type(struct text t)
{
	return is_mnemonic(t) &&
	    (text_is(t, "BADTYPE") || dns_type_parse(t.at, t.length) >= 0);
}

/* Split "name/TYPE/CLASS", or the "name/TYPE" of 8.1. */
static bool
split(struct text rest, struct log_fields *ret)
{
	struct text name = rest, last, type;

	if (!cut_last(&name, &last))
		return false;
	if (is_mnemonic(last) &&
	    dns_class_parse(last.at, last.length) >= 0) {
		struct text shorter = name;

		if (cut_last(&shorter, &type) && is_type(type)) {
			ret->name = shorter;
			ret->type = type;
			ret->rrclass = last;
			return true;
		}
	}
	ret->name = name;
	ret->type = last;
	return is_type(last);
}

/* "XX /address/address/-TYPE": an inverse query, which has no name. */
static bool
is_inverse(struct text rest)
{
	struct text type;
	struct address a;

	return cut_last(&rest, &type) && type.length > 0 &&
	    type.at[0] == '-' && address_parse(rest.at, rest.length, &a) == 0;
}

enum log_verdict
bind8_parse(const char *line, size_t length, struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);
	struct log_fields f = { .truncated = false };
	struct text flags;
	struct address client;

	if (prefix_scan(&c, &f.time) != PREFIX_NAMED)
		return LOG_OTHER;
	if (!text_skip(&c, "XX") || cursor_left(&c) == 0)
		return LOG_OTHER;
	flags = text_take(&c, 1);
	if ((*flags.at != '+' && *flags.at != ' ') || !text_skip(&c, "/"))
		return LOG_OTHER;
	if (*flags.at == '+')
		f.flags = flags;
	f.client = text_while(&c, TEXT_ADDRESS);
	if (!text_skip(&c, "/") ||
	    address_parse(f.client.at, f.client.length, &client) != 0)
		return LOG_BROKEN_CLIENT;
	f.name = text_take(&c, cursor_left(&c));
	if (is_inverse(f.name))
		return LOG_OTHER;
	if (!split(f.name, &f))
		return LOG_BROKEN_TYPE;
	if (!name_is_plain(f.name))
		return LOG_BROKEN_NAME;
	*ret = f;
	return LOG_QUERY;
}
