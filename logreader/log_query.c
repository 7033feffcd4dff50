#include "log_query.h"

#include "core/dns_token.h"

static unsigned
flag(char letter)
{
	switch (letter) {
	case '+':
		return QUERY_FLAG_RD;
	case 'S':
		return QUERY_FLAG_SIGNED;
	case 'E':
		return QUERY_FLAG_EDNS;
	case 'T':
		return QUERY_FLAG_TCP;
	case 'D':
		return QUERY_FLAG_DO;
	case 'C':
		return QUERY_FLAG_CD;
	case 'V':
		return QUERY_FLAG_COOKIE_VALID;
	case 'K':
		return QUERY_FLAG_COOKIE;
	default:
		return 0;
	}
}

/* No line that is a query has a port that text_number refuses. */
static uint16_t
port(struct text t)
{
	unsigned long number = 0;

	(void)text_number(t, UINT16_MAX, &number);
	return (uint16_t)number;
}

static void
token(struct text t, char ret[QUERY_TOKEN_SIZE])
{
	size_t n = t.length < QUERY_TOKEN_SIZE ? t.length :
	    QUERY_TOKEN_SIZE - 1;

	if (n > 0)
		memcpy(ret, t.at, n);
	ret[n] = '\0';
}

int
log_query_from(const struct log_fields *f, struct query *ret)
{
	int rcode = f->rcode.length == 0 ? -1 :
	    dns_rcode_parse(f->rcode.at, f->rcode.length);

	memset(ret, 0, sizeof(*ret));
	if (log_name_read(f->name_form, f->name, &ret->qname) != 0)
		return -1;
	if (f->client.length > 0)
		(void)address_parse(f->client.at, f->client.length,
		    &ret->client);
	if (f->server.length > 0)
		(void)address_parse(f->server.at, f->server.length,
		    &ret->server);
	ret->client_port = port(f->port);
	ret->server_port = port(f->server_port);
	ret->has_question = true;
	ret->response = f->response;
	if (rcode >= 0 && rcode <= UINT8_MAX) {
		ret->has_rcode = true;
		ret->rcode = (uint8_t)rcode;
	}
	if (f->flags.length > 0)
		ret->flags = QUERY_FLAGS_KNOWN;
	for (size_t i = 0; i < f->flags.length; i++)
		ret->flags |= flag(f->flags.at[i]);
	ret->transport = f->transport;
	ret->qtype = f->type.length == 0 ? -1 :
	    dns_type_parse(f->type.at, f->type.length);
	ret->qclass = f->rrclass.length == 0 ? -1 :
	    dns_class_parse(f->rrclass.at, f->rrclass.length);
	token(f->type, ret->qtype_token);
	token(f->rrclass, ret->qclass_token);
	return 0;
}

int64_t
log_query_time(const struct log_fields *f, struct log_clock *clock,
    int64_t now)
{
	int64_t time;

	return log_time_parse(clock, f->time, now, &time) == 0 ? time : now;
}
