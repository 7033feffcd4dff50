#include "core/counters.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"

/* The counter's place; where it belongs, if it is not there: behind the last
 * of its group, or at the end. */
static size_t
place_of(const struct counters *c, const char *group, const char *name)
{
	size_t place = c->count;

	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->at[i].group, group) != 0)
			continue;
		if (strcmp(c->at[i].name, name) == 0)
			return i;
		place = i + 1;
	}
	return place;
}

static bool
stands_at(const struct counters *c, size_t place, const char *group,
    const char *name)
{
	return place < c->count && strcmp(c->at[place].group, group) == 0 &&
	    strcmp(c->at[place].name, name) == 0;
}

static void
add(struct counters *c, const struct counter *more)
{
	size_t place = place_of(c, more->group, more->name);
	struct counter *at = &c->at[place];

	if (stands_at(c, place, more->group, more->name)) {
		at->value += more->value;
		at->always |= more->always;
		return;
	}
	if (c->count == COUNTERS_MAX) {
		c->refused++;
		return;
	}
	memmove(at + 1, at, (c->count - place) * sizeof(*at));
	*at = *more;
	c->count++;
}

void
counters_add(struct counters *c, const char *group, const char *name,
    uint64_t value)
{
	const struct counter more = { group, name, value, false };

	add(c, &more);
}

void
counters_always(struct counters *c, const char *group, const char *name,
    uint64_t value)
{
	const struct counter more = { group, name, value, true };

	add(c, &more);
}

void
counters_sum(struct counters *c, const struct counters *more)
{
	for (size_t i = 0; i < more->count; i++)
		add(c, &more->at[i]);
	c->refused += more->refused;
}

uint64_t
counters_find(const struct counters *c, const char *group, const char *name)
{
	size_t place = place_of(c, group, name);

	return stands_at(c, place, group, name) ? c->at[place].value : 0;
}

size_t
counters_line(const struct counters *c, size_t first, char buf[COUNTERS_LINE])
{
	const char *group = c->at[first].group;
	size_t used = 0, i;

	buf[0] = '\0';
	for (i = first; i < c->count && strcmp(c->at[i].group, group) == 0;
	    i++) {
		const struct counter *at = &c->at[i];

		if ((at->value == 0 && !at->always) || used >= COUNTERS_LINE)
			continue;
		used += (size_t)snprintf(buf + used, COUNTERS_LINE - used,
		    "%s%s%" PRIu64 " %s", used == 0 ? group : "",
		    used == 0 ? ": " : ", ", at->value, at->name);
	}
	return i;
}

void
counters_log(const struct counters *c)
{
	char line[COUNTERS_LINE];
	size_t next = 0;

	while (next < c->count) {
		next = counters_line(c, next, line);
		if (line[0] != '\0')
			log_info("%s", line);
	}
	if (c->refused > 0)
		log_warnx("%zu counters more than COUNTERS_MAX are not shown",
		    c->refused);
}
