/*
 * The argument of -b: a path and settings.
 */

#include <stdio.h>
#include <string.h>

#include "lists/list.h"

/* Take one "key=value" of ${length} octets; -1 and a sentence if unusable. */
static int
take_setting(struct list_spec *spec, const char *key, const char *value,
    size_t length, char *reterr, size_t size)
{
	char text[LIST_LABEL_SIZE];

	if (length == 0 || length >= sizeof(text)) {
		snprintf(reterr, size, "%s= needs a value of at most %d "
		    "octets", key, LIST_LABEL_SIZE - 1);
		return -1;
	}
	memcpy(text, value, length);
	text[length] = '\0';
	if (strcmp(key, "label") == 0) {
		if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz0123456789._-") != length) {
			snprintf(reterr, size, "label '%s': use letters, "
			    "digits, '.', '_' and '-'", text);
			return -1;
		}
		memcpy(spec->label, text, length + 1);
	} else if (strcmp(key, "match") == 0 && strcmp(text, "exact") == 0) {
		spec->match = LIST_MATCH_EXACT;
	} else if (strcmp(key, "match") == 0 && strcmp(text, "suffix") == 0) {
		spec->match = LIST_MATCH_SUFFIX;
	} else if (strcmp(key, "match") == 0 && strcmp(text, "address") == 0) {
		spec->match = LIST_MATCH_ADDRESS;
	} else if (strcmp(key, "format") == 0 && strcmp(text, "plain") == 0) {
		spec->format = LIST_FORMAT_PLAIN;
	} else if (strcmp(key, "format") == 0 && strcmp(text, "hosts") == 0) {
		spec->format = LIST_FORMAT_HOSTS;
	} else {
		snprintf(reterr, size, "%s=%s is not known: use %s", key, text,
		    strcmp(key, "match") == 0 ?
		    "exact, suffix or address" : "plain or hosts");
		return -1;
	}
	return 0;
}

/* The first ",key=" at or after ${text}; NULL if there is none. */
static const char *
find_setting(const char *text, const char **retkey)
{
	static const char *const keys[] = { "match", "format", "label" };

	for (; (text = strchr(text, ',')) != NULL; text++) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
			size_t length = strlen(keys[i]);

			if (strncmp(text + 1, keys[i], length) == 0 &&
			    text[1 + length] == '=') {
				*retkey = keys[i];
				return text;
			}
		}
	}
	return NULL;
}

/* The file's name up to its first dot, odd octets replaced. */
static void
default_label(struct list_spec *spec)
{
	const char *slash = strrchr(spec->path, '/');
	const char *name = slash != NULL ? slash + 1 : spec->path;
	size_t length = 0;

	for (; *name != '\0' && (*name != '.' || length == 0) &&
	    length < LIST_LABEL_SIZE - 1; name++) {
		bool usual = (*name >= '0' && *name <= '9') ||
		    (*name >= 'A' && *name <= 'Z') ||
		    (*name >= 'a' && *name <= 'z') || strchr("._-", *name);

		spec->label[length++] = usual ? *name : '_';
	}
	spec->label[length] = '\0';
}

int
list_spec_parse(const char *text, struct list_spec *ret, char *reterr,
    size_t size)
{
	struct list_spec spec = { .match = LIST_MATCH_SUFFIX };
	const char *key = NULL, *next_key = NULL, *value, *at, *next;
	size_t length;

	at = find_setting(text, &key);
	length = at != NULL ? (size_t)(at - text) : strlen(text);
	if (length == 0 || length >= sizeof(spec.path)) {
		snprintf(reterr, size, "'%s' names no file", text);
		return -1;
	}
	memcpy(spec.path, text, length);
	for (; at != NULL; at = next, key = next_key) {
		value = at + 1 + strlen(key) + 1;
		next = find_setting(value, &next_key);
		length = next != NULL ? (size_t)(next - value) : strlen(value);
		if (take_setting(&spec, key, value, length, reterr, size) != 0)
			return -1;
	}
	if (spec.match == LIST_MATCH_ADDRESS &&
	    spec.format != LIST_FORMAT_DETECT) {
		snprintf(reterr, size, "match=address goes without format=");
		return -1;
	}
	if (spec.label[0] == '\0')
		default_label(&spec);
	*ret = spec;
	return 0;
}
