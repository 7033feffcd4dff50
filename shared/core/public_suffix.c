#include "core/public_suffix.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

struct public_suffix {
	psl_ctx_t *list;
};

struct public_suffix *
public_suffix_open(void)
{
	struct public_suffix *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->list = psl_latest(NULL);
	if (p->list == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

/* What may stand in a rule of the list, once in lower case. */
static bool
plain(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') ||
	    (octet >= '0' && octet <= '9') || octet == '-';
}

/* Write the name with dots.  Whatever could be taken for a dot, or for
 * something else than itself, becomes an octet that is in no rule, so that
 * each octet stands where it stands in wire form, one further on. */
static void
write_text(const struct dns_name *name, char text[DNS_NAME_MAX])
{
	const uint8_t *wire = name->wire;
	size_t last = (size_t)name->length - 1, label = 1u + wire[0];

	for (size_t i = 1; i < last; i++) {
		if (i == label) {
			label += 1u + wire[i];
			text[i - 1] = '.';
		} else {
			text[i - 1] = plain(wire[i]) ? (char)wire[i] : '_';
		}
	}
	text[last - 1] = '\0';
}

size_t
public_suffix_registered(const struct public_suffix *p,
    const struct dns_name *name)
{
	char text[DNS_NAME_MAX];
	const char *registered;

	if (name->length < 2)
		return 0;
	write_text(name, text);
	registered = psl_registrable_domain(p->list, text);
	/* The octet before the first label, and the root. */
	return registered == NULL ? 0 : strlen(registered) + 2;
}

void
public_suffix_close(struct public_suffix *p)
{
	if (p == NULL)
		return;
	psl_free(p->list);
	free(p);
}
