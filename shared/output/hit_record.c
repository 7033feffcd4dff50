#include "output/hit_record.h"

#include <string.h>

#include "core/cursor.h"

static void
put_u64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t
take_u64(struct cursor *c)
{
	uint64_t high = cursor_u32(c);

	return high << 32 | cursor_u32(c);
}

size_t
hit_record_write(int64_t start, uint64_t sequence, const struct hit_fields *f,
    uint8_t buf[HIT_RECORD_SIZE])
{
	size_t used = 16;

	put_u64(buf, (uint64_t)start);
	put_u64(buf + 8, sequence);
	for (size_t i = 0; i < f->count; i++) {
		size_t length = strlen(f->field[i].key) + 1;

		memcpy(buf + used, f->field[i].key, length);
		used += length;
		memcpy(buf + used, f->field[i].value, f->field[i].length);
		used += f->field[i].length;
		buf[used++] = '\0';
	}
	return used;
}

/* The next text and its NUL, or NULL. */
static const char *
take_text(struct cursor *c, size_t *retlength)
{
	const char *text = (const char *)c->at;
	const char *end = memchr(text, '\0', cursor_left(c));

	if (end == NULL)
		return NULL;
	*retlength = (size_t)(end - text);
	(void)cursor_take(c, *retlength + 1);
	return text;
}

int
hit_record_read(const void *octets, size_t length, struct hit_record *ret)
{
	struct cursor c = cursor_over(octets, length);
	size_t key_length;

	ret->start = (int64_t)take_u64(&c);
	ret->sequence = take_u64(&c);
	ret->count = 0;
	if (c.failed || ret->start < 0)
		return -1;
	while (cursor_left(&c) > 0) {
		struct hit_field *f = &ret->field[ret->count++];

		if (ret->count > HIT_FIELDS_MAX)
			return -1;
		f->key = take_text(&c, &key_length);
		if (f->key == NULL || key_length == 0)
			return -1;
		f->value = take_text(&c, &f->length);
		if (f->value == NULL)
			return -1;
		f->bare = false;
	}
	return ret->count > 0 && hit_record_value(ret, "client") != NULL ?
	    0 : -1;
}

const char *
hit_record_value(const struct hit_record *r, const char *key)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->field[i].key, key) == 0)
			return r->field[i].value;
	}
	return NULL;
}
