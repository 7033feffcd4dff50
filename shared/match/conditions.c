#include "match/conditions.h"

#include <string.h>

/* Does the note's way to match allow for what is before the entry? */
static bool
fits(const struct matcher_note *note, const struct match *match)
{
	if (match->zone != 0)
		return note->match == LIST_MATCH_SEARCH;
	if (match->cut == 0)
		return note->match != LIST_MATCH_BELOW;
	return note->match != LIST_MATCH_EXACT;
}

static bool
type_fits(const struct list_condition *c, uint16_t qtype)
{
	bool named = false;

	for (size_t i = 0; i < c->types; i++)
		named |= c->type[i] == qtype;
	return c->types == 0 || named != (c->not_types != 0);
}

static bool
client_fits(const struct list_condition *c, const struct address *client)
{
	bool named = false;

	for (size_t i = 0; i < c->clients; i++)
		named |= netblock_holds(&c->client[i], client);
	return c->clients == 0 || named != (c->not_clients != 0);
}

/* Is the name, without the search zone that was stripped, one that the entry
 * is not for, or below one? */
static bool
name_fits(const struct list_condition *c, const struct dns_name *asked,
    const struct match *match)
{
	struct dns_name stripped;
	const struct dns_name *name = asked;

	if (match->zone != 0) {
		stripped = *asked;
		stripped.length = (uint8_t)(match->cut + match->entry.length);
		stripped.wire[stripped.length - 1] = 0;
		name = &stripped;
	}
	for (size_t i = 0; i < c->names; i++) {
		if (dns_name_ends_in(name, &c->not_name[i]))
			return false;
	}
	return true;
}

bool
conditions_hold(const struct matcher_note *note,
    const struct rules_question *q, const struct match *match)
{
	const struct list_condition *c = note->detail.condition;

	if (!fits(note, match) ||
	    (note->detail.expires != 0 && q->time >= note->detail.expires))
		return false;
	return c == NULL || (type_fits(c, q->qtype) &&
	    client_fits(c, q->client) && name_fits(c, q->name, match));
}
