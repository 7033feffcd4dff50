#include "formats/peer.h"

#include "core/address.h"

bool
peer_is_address(struct text t)
{
	struct address a;

	return t.length > 0 && address_parse(t.at, t.length, &a) == 0;
}

bool
peer_is_port(struct text t)
{
	unsigned long port;

	return t.length <= 5 && text_number(t, 65535, &port) == 0;
}

/* Digits and dots: an IPv4 address. */
static struct text
take_v4(struct cursor *c)
{
	struct cursor at = *c;
	size_t n = 0;

	while (text_peek(&at) == '.' || text_next_is(&at, TEXT_DIGIT)) {
		cursor_take(&at, 1);
		n++;
	}
	return text_take(c, n);
}

bool
peer_take(struct cursor *c, struct text *retclient, struct text *retport)
{
	struct cursor start = *c;

	*retport = (struct text){ NULL, 0 };
	if (text_skip(c, "[")) {
		*retclient = text_while(c, TEXT_ADDRESS | TEXT_WORD);
		if (!text_skip(c, "]"))
			return false;
	} else {
		*retclient = take_v4(c);
		if (!peer_is_address(*retclient)) {	/* IPv6, no port */
			*c = start;
			*retclient = text_while(c, TEXT_ADDRESS);
			return peer_is_address(*retclient);
		}
	}
	if (text_skip(c, ":")) {
		*retport = text_while(c, TEXT_DIGIT);
		if (!peer_is_port(*retport))
			return false;
	}
	return peer_is_address(*retclient);
}
