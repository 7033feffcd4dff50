#include "formats/dnsdist.h"

#include "core/dns_token.h"
#include "formats/name.h"
#include "formats/peer.h"
#include "formats/syslog_header.h"
#include "log_time.h"

/* What dnsdist calls the response codes, in their order. */
static const char *const rcodes[][2] = {
	{ "No Error", "NOERROR" },
	{ "Form Error", "FORMERR" },
	{ "Server Failure", "SERVFAIL" },
	{ "Non-Existent domain", "NXDOMAIN" },
	{ "Not Implemented", "NOTIMPL" },
	{ "Query Refused", "REFUSED" },
	{ "Name Exists when it should not", "YXDOMAIN" },
	{ "RR Set Exists when it should not", "YXRRSET" },
	{ "RR Set that should exist does not", "NXRRSET" },
	{ "Server Not Authoritative for zone / Not Authorized", "NOTAUTH" },
	{ "Name not contained in zone", "NOTZONE" },
};

/* syslog's header, or none, and the time that was asked for. */
static bool
take_header(struct cursor *c, struct text *time)
{
	struct text own;

	switch (syslog_header_scan(c, "dnsdist", time)) {
	case SYSLOG_HEADER_OURS:
		break;
	case SYSLOG_HEADER_NONE:
		if (time->length == 0)
			break;
		return false;
	default:
		return false;
	}
	if (text_peek(c) == '[') {
		if (!log_time_scan_epoch(c, &own) || !text_skip(c, " "))
			return false;
		*time = own;
	}
	return true;
}

/* " (No Error".  One that we have no word for is absent. */
static bool
take_rcode(struct cursor *c, struct text *ret)
{
	const uint8_t *end;
	struct text t;

	if (!text_skip(c, " ("))
		return false;
	end = memchr(c->at, ')', cursor_left(c));
	if (end == NULL)
		return false;
	t = text_take(c, (size_t)(end - c->at));
	for (size_t i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++) {
		if (text_is(t, rcodes[i][0]))
			*ret = (struct text){ rcodes[i][1],
			    strlen(rcodes[i][1]) };
	}
	return t.length > 0;
}

enum log_verdict
dnsdist_parse(const char *line, size_t length, struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);
	struct log_fields f = { .response = false };
	unsigned long id;

	if (!take_header(&c, &f.time))
		return LOG_OTHER;
	f.response = text_skip(&c, "Answer to ");
	if (!f.response && !text_skip(&c, "Packet from "))
		return LOG_OTHER;
	if (!peer_take(&c, &f.client, &f.port) || !text_skip(&c, " for "))
		return LOG_BROKEN_CLIENT;
	f.name = text_while(&c, TEXT_VISIBLE);
	if (!name_is_plain(f.name) || !text_skip(&c, " "))
		return LOG_BROKEN_NAME;
	f.type = text_while(&c, TEXT_MNEMONIC);
	if (f.type.length == 0 || f.type.length >= DNS_TOKEN_SIZE)
		return LOG_BROKEN_TYPE;
	if (f.response && !take_rcode(&c, &f.rcode))
		return LOG_BROKEN_TAIL;
	if (!text_skip(&c, f.response ? ") with id " : " with id ") ||
	    text_number(text_take(&c, cursor_left(&c)), UINT16_MAX, &id) != 0)
		return LOG_BROKEN_TAIL;
	*ret = f;
	return LOG_QUERY;
}
