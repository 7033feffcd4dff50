/*
 * The argument of -b: a path and settings.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/timestamp.h"
#include "lists/list.h"

#define DAY (86400 * TIMESTAMP_SECOND)

static int
take_label(struct list_spec *spec, const char *text, char *reterr, size_t size)
{
	if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._-") != strlen(text)) {
		snprintf(reterr, size, "label '%s': use letters, digits, '.', "
		    "'_' and '-'", text);
		return -1;
	}
	memcpy(spec->label, text, strlen(text) + 1);
	return 0;
}

static int
take_match(struct list_spec *spec, const char *text, char *reterr, size_t size)
{
	if (list_match_parse(text, &spec->match) != 0) {
		snprintf(reterr, size, "match=%s is not known: use exact, "
		    "suffix, below, search, substring, regex or address",
		    text);
		return -1;
	}
	spec->match_given = true;
	return 0;
}

static int
take_format(struct list_spec *spec, const char *text, char *reterr,
    size_t size)
{
	size_t used;

	if (list_format_parse(text, &spec->format) == 0)
		return 0;
	used = (size_t)snprintf(reterr, size, "format=%s is not known: use",
	    text);
	for (int i = LIST_FORMAT_PLAIN; i < LIST_FORMAT_ADDRESS &&
	    used < size; i++)
		used += (size_t)snprintf(reterr + used, size - used, " %s",
		    list_format_text((enum list_format)i));
	return -1;
}

static int
take_severity(struct list_spec *spec, const char *text, char *reterr,
    size_t size)
{
	if (list_severity_parse(text, &spec->severity) == 0)
		return 0;
	snprintf(reterr, size, "severity=%s is not known: use low, medium, "
	    "high or critical", text);
	return -1;
}

static int
take_age(struct list_spec *spec, const char *text, char *reterr, size_t size)
{
	char *end;
	long days = strtol(text, &end, 10);

	if (*end == 'd')
		end++;
	if (*end != '\0' || days < 1 || days > 36500) {
		snprintf(reterr, size, "age=%s: give days, 1 to 36500", text);
		return -1;
	}
	spec->age = days * DAY;
	return 0;
}

static const struct setting {
	const char *key;
	int (*take)(struct list_spec *, const char *, char *, size_t);
} settings[] = {
	{ "match", take_match }, { "format", take_format },
	{ "label", take_label }, { "severity", take_severity },
	{ "age", take_age },
};

#define SETTINGS (sizeof(settings) / sizeof(*settings))

/* Take one "key=value" of ${length} octets; -1 and a sentence if unusable. */
static int
take_setting(struct list_spec *spec, const struct setting *setting,
    const char *value, size_t length, char *reterr, size_t size)
{
	char text[LIST_LABEL_SIZE];

	if (length == 0 || length >= sizeof(text)) {
		snprintf(reterr, size, "%s= needs a value of at most %d "
		    "octets", setting->key, LIST_LABEL_SIZE - 1);
		return -1;
	}
	memcpy(text, value, length);
	text[length] = '\0';
	return setting->take(spec, text, reterr, size);
}

/* The first ",key=" at or after ${text}; NULL if there is none. */
static const char *
find_setting(const char *text, const struct setting **ret)
{
	for (; (text = strchr(text, ',')) != NULL; text++) {
		for (size_t i = 0; i < SETTINGS; i++) {
			size_t length = strlen(settings[i].key);

			if (strncmp(text + 1, settings[i].key, length) == 0 &&
			    text[1 + length] == '=') {
				*ret = &settings[i];
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
	const struct setting *setting = NULL, *after = NULL;
	const char *value, *at, *next;
	size_t length;

	at = find_setting(text, &setting);
	length = at != NULL ? (size_t)(at - text) : strlen(text);
	if (length == 0 || length >= sizeof(spec.path)) {
		snprintf(reterr, size, "'%s' names no file", text);
		return -1;
	}
	memcpy(spec.path, text, length);
	for (; at != NULL; at = next, setting = after) {
		value = at + 1 + strlen(setting->key) + 1;
		next = find_setting(value, &after);
		length = next != NULL ? (size_t)(next - value) : strlen(value);
		if (take_setting(&spec, setting, value, length, reterr, size) != 0)
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
