/*
 * Lines, LF after each: whatever a glance has learned from some of them, it
 * never accepts a line that bind9_parse does not accept, with the same
 * client, name and kind; and both ways to look say the same.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formats/bind9.h"
#include "formats/bind9_look.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Look with ${look} at a line that ends, with its LF, before ${end}. */
static const uint8_t *
check(const struct bind9_glance *g, const uint8_t *line, const uint8_t *end,
    const uint8_t *(*look)(const struct bind9_glance *, const uint8_t *,
    const uint8_t *, struct bind9_glimpse *))
{
	const uint8_t *lf = memchr(line, '\n', (size_t)(end - line));
	const uint8_t *next;
	struct bind9_glimpse seen;
	struct log_fields f;
	struct address client;
	struct dns_name name, glanced;
	size_t n;

	if ((next = look(g, line, end, &seen)) == NULL)
		return NULL;
	assert(next == lf + 1);
	n = (size_t)(lf - line);
	if (n > 0 && lf[-1] == '\r')
		n--;
	assert(bind9_parse((const char *)line, n, &f) == LOG_QUERY);
	assert(!f.truncated && !f.strange && f.response == seen.response);
	assert(address_parse(f.client.at, f.client.length, &client) == 0);
	assert(address_equal(&client, &seen.client));
	assert(dns_name_from_text(f.name.at, f.name.length, &name) == 0);
	assert(bind9_glance_name(&seen, &glanced));
	assert(dns_name_equal(&name, &glanced));
	assert(seen.tail.length <= name.length);
	assert(memcmp(seen.tail.wire, name.wire + name.length -
	    seen.tail.length, seen.tail.length) == 0);
	/* It is two labels, or the whole of a name of one. */
	n = seen.tail.wire[0] + 1u;
	n += seen.tail.wire[n] > 0 ? seen.tail.wire[n] + 1u : 0;
	assert(seen.tail.wire[n] == 0 && n + 1 == seen.tail.length);
	return next;
}

/* Both ways to look say the same, with all of the input before them and with
 * the line alone, in a copy of its own: ASan sees one byte too far. */
static void
check_all(const struct bind9_glance *g, const uint8_t *line,
    const uint8_t *next, const uint8_t *end)
{
	size_t n = (size_t)(next - line);
	uint8_t *copy = malloc(n);

	if (copy == NULL)
		return;
	memcpy(copy, line, n);
	(void)check(g, copy, copy + n, bind9_look);
	(void)check(g, copy, copy + n, bind9_glance_look);
	assert(check(g, line, end, bind9_look) ==
	    check(g, line, end, bind9_glance_look));
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bind9_glance *g = bind9_glance_new();
	const uint8_t *at = data, *end = data + size, *lf;
	struct log_fields f;

	if (g == NULL)
		return 0;
	for (; at < end && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL;
	    at = lf + 1) {
		size_t n = (size_t)(lf - at);

		if (n > 0 && lf[-1] == '\r')
			n--;
		check_all(g, at, lf + 1, end);
		(void)bind9_glance_parse(g, (const char *)at, n, &f);
		check_all(g, at, lf + 1, end);
	}
	bind9_glance_free(g);
	return 0;
}
