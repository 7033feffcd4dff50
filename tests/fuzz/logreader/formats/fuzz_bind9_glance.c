/*
 * Lines, LF after each: whatever a glance has learned from some of them, it
 * never accepts a line that bind9_parse does not accept, with the same
 * client, name and kind.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formats/bind9.h"
#include "formats/bind9_glance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct bind9_glance *g, const char *line, size_t length)
{
	struct bind9_glimpse seen;
	struct log_fields f;
	struct address client;
	struct dns_name name;

	if (!bind9_glance_look(g, line, length, &seen))
		return;
	assert(bind9_parse(line, length, &f) == LOG_QUERY);
	assert(!f.truncated && !f.strange && f.response == seen.response);
	assert(address_parse(f.client.at, f.client.length, &client) == 0);
	assert(address_equal(&client, &seen.client));
	assert(dns_name_from_text(f.name.at, f.name.length, &name) == 0);
	assert(dns_name_equal(&name, &seen.qname));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bind9_glance *g = bind9_glance_new();
	const char *at = (const char *)data, *end = at + size, *lf;
	struct log_fields f;

	if (g == NULL)
		return 0;
	for (; at < end && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL;
	    at = lf + 1) {
		/* A copy of its own, so that ASan sees one byte too far. */
		size_t n = (size_t)(lf - at);
		char *line = malloc(n + 1);

		if (line == NULL)
			break;
		memcpy(line, at, n);
		line = realloc(line, n > 0 ? n : 1);
		check(g, line, n);
		(void)bind9_glance_parse(g, line, n, &f);
		check(g, line, n);
		free(line);
	}
	bind9_glance_free(g);
	return 0;
}
