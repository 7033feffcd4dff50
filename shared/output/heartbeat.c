#include "output/heartbeat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Append ${text} and its NUL; -1 if there is no room. */
static int
append(struct heartbeat *b, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (sizeof(b->text) - b->used < sizeof("\\DDD"))
			return -1;
		if (c >= 0x20 && c < 0x7f && c != '\\')
			b->text[b->used++] = (char)c;
		else
			b->used += (size_t)snprintf(b->text + b->used,
			    sizeof("\\DDD"), "\\%03u", c);
	}
	if (b->used == sizeof(b->text))
		return -1;
	b->text[b->used++] = '\0';
	return 0;
}

void
heartbeat_text(struct heartbeat *b, const char *key, const char *value)
{
	size_t before = b->used;

	if (b->count == HEARTBEAT_FIELDS_MAX)
		return;
	b->at[2 * b->count] = (uint16_t)b->used;
	if (append(b, key) == 0) {
		b->at[2 * b->count + 1] = (uint16_t)b->used;
		if (append(b, value) == 0) {
			b->count++;
			return;
		}
	}
	b->used = before;
}

void
heartbeat_number(struct heartbeat *b, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	heartbeat_text(b, key, text);
}

void
heartbeat_counters(struct heartbeat *b, const struct counters *c)
{
	char key[128], value[24];

	for (size_t i = 0; i < c->count; i++) {
		snprintf(key, sizeof(key), "%s_%s", c->at[i].group,
		    c->at[i].name);
		snprintf(value, sizeof(value), "%" PRIu64, c->at[i].value);
		heartbeat_text(b, key, value);
	}
}

const char *
heartbeat_key(const struct heartbeat *b, size_t i)
{
	return b->text + b->at[2 * i];
}

const char *
heartbeat_value(const struct heartbeat *b, size_t i)
{
	return b->text + b->at[2 * i + 1];
}
