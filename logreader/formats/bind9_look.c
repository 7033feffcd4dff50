#include "formats/bind9_look.h"

const uint8_t *
bind9_look(const struct bind9_glance *g, const uint8_t *at,
    const uint8_t *end, struct bind9_glimpse *ret)
{
	return bind9_look_at(g, at, end, ret);
}
