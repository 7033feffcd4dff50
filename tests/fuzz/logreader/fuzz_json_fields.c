/*
 * Any bytes as a line of JSON: what is read lies inside the line, and what is
 * decoded inside its buffer.
 */

#include "fuzzing.h"
#include "json_fields.h"

#define KEYS 4

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[KEYS] = { "a", "b.c", "IP", "" };
	struct json_value v[KEYS];
	const char *line = (const char *)data;
	struct text t;
	char buf[64];

	if (!json_fields_read(line, size, keys, KEYS, v))
		return 0;
	for (size_t i = 0; i < KEYS; i++) {
		if (v[i].kind != JSON_STRING && v[i].kind != JSON_NUMBER)
			continue;
		PROMISE(v[i].text.at >= line && v[i].text.at +
		    v[i].text.length <= line + size);
		if (v[i].kind != JSON_STRING)
			continue;
		PROMISE(v[i].escaped == (text_find(v[i].text, "\\") != NULL));
		if (!json_fields_decode(&v[i], buf, sizeof(buf), &t))
			continue;
		PROMISE(t.length <= v[i].text.length);
		PROMISE(v[i].escaped ? t.at == buf && t.length <= sizeof(buf) :
		    text_equal(t, v[i].text));
	}
	return 0;
}
