/*
 * STIX 2: a bundle, an array of objects, or an object a line.  Of the
 * indicators we take those whose pattern compares one name and nothing else:
 * what holds only together with more would be wrong alone.
 */

#include <string.h>

#include "lists/feed.h"
#include "lists/json_texts.h"
#include "lists/json_value.h"
#include "lists/list_format.h"

#define VALUE_SIZE 2048

/* A pattern [type:property = 'value']. */
struct comparison {
	const char *path;
	size_t path_length;
	char value[VALUE_SIZE];
	size_t length;
};

bool
list_stix_likely(const char *head, size_t length)
{
	return json_texts_likely(head, length) &&
	    (json_texts_mentions(head, length, "bundle") ||
	    json_texts_mentions(head, length, "indicator") ||
	    json_texts_mentions(head, length, "spec_version")) &&
	    !json_texts_mentions(head, length, "Event");
}

/* --- patterns -------------------------------------------------------------- */

static const char *
skip_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* A string in quotes into ${ret}, \' and \\ resolved; where it ends, or NULL
 * if it does not or is too long. */
static const char *
read_string(const char *at, struct comparison *ret)
{
	if (*at++ != '\'')
		return NULL;
	for (; *at != '\'' && *at != '\0'; at++) {
		if (*at == '\\' && *++at == '\0')
			return NULL;
		if (ret->length == VALUE_SIZE - 1)
			return NULL;
		ret->value[ret->length++] = *at;
	}
	return *at == '\'' ? at + 1 : NULL;
}

/* Read a pattern that is a single equality. (STIX 2.1, 9) */
static bool
read_pattern(const char *at, struct comparison *ret)
{
	ret->length = 0;
	at = skip_space(at);
	if (*at++ != '[')
		return false;
	ret->path = at = skip_space(at);
	ret->path_length = strcspn(at, " \t\r\n=[]()!<>");
	at = skip_space(at + ret->path_length);
	if (*at++ != '=')
		return false;
	if (*at == '=')
		at++;
	if ((at = read_string(skip_space(at), ret)) == NULL)
		return false;
	at = skip_space(at);
	return *at == ']' && *skip_space(at + 1) == '\0';
}

static bool
is_path(const struct comparison *c, const char *path)
{
	return strlen(path) == c->path_length &&
	    memcmp(path, c->path, c->path_length) == 0;
}

/* The name that is compared with; NULL if it is something else.  A URL is
 * clear only if it is a host's own: others may be one page of many. */
static const char *
find_name(const struct comparison *c, size_t *retlength)
{
	const char *host, *behind;

	*retlength = c->length;
	if (is_path(c, "domain-name:value"))
		return c->value;
	if (!is_path(c, "url:value") || (host = feed_url_host(c->value,
	    c->length, retlength)) == NULL)
		return NULL;
	behind = host + *retlength;
	if (behind < c->value + c->length && *behind == '/')
		behind++;
	return behind == c->value + c->length ? host : NULL;
}

/* --- indicators ------------------------------------------------------------ */

/* The time under ${key}; 0: none. */
static int64_t
get_time(const struct json_value *v, const char *key)
{
	size_t length;
	const char *text = json_value_text(json_value_member(v, key),
	    &length);

	return feed_time(text, length);
}

static bool
is_in(const struct json_value *words, const char *word)
{
	for (size_t i = 0; i < json_value_count(words); i++) {
		if (json_value_is(json_value_item(words, i), word))
			return true;
	}
	return false;
}

/* Its own name, else its first label. */
static void
read_threat(const struct json_value *v, struct list_detail *detail)
{
	const struct json_value *said[] = { json_value_member(v, "name"),
	    json_value_item(json_value_member(v, "labels"), 0),
	    json_value_item(json_value_member(v, "indicator_types"), 0) };

	for (size_t i = 0; i < 3 && detail->threat[0] == '\0'; i++) {
		size_t length;
		const char *text = json_value_text(said[i], &length);

		feed_threat(detail, text, length);
	}
}

/* The first address to read on at, else its identifier. */
static void
read_reference(const struct json_value *v, struct list_detail *detail)
{
	const struct json_value *all = json_value_member(v,
	    "external_references");
	const char *text;
	size_t length;

	for (size_t i = 0; i < json_value_count(all); i++) {
		text = json_value_text(json_value_member(json_value_item(all,
		    i), "url"), &length);
		feed_reference(detail, text, length);
	}
	text = json_value_text(json_value_member(v, "id"), &length);
	feed_reference(detail, text, length);
}

static void
take_name(struct list_reader *r, const struct json_value *v, const char *name,
    size_t length)
{
	struct list_detail detail = { .confidence = LIST_CONFIDENCE_NONE };
	int64_t confidence = json_value_number(json_value_member(v,
	    "confidence"), -1);

	if (confidence >= 0 && confidence <= 100)
		detail.confidence = (uint8_t)confidence;
	read_threat(v, &detail);
	read_reference(v, &detail);
	detail.expires = list_reader_expiry(r, get_time(v, "valid_from"),
	    get_time(v, "valid_until"));
	list_reader_entry(r, name, length, &(struct list_entry){
	    .match = list_reader_match(r), .detail = &detail });
}

static void
take_pattern(struct list_reader *r, const struct json_value *v,
    const char *pattern, size_t length)
{
	struct comparison c;
	const char *name;
	size_t name_length;

	if (strlen(pattern) != length || !read_pattern(pattern, &c))
		list_reader_refuse(r, LIST_TOO_COMPLEX, pattern, length);
	else if ((name = find_name(&c, &name_length)) == NULL)
		list_reader_refuse(r, LIST_OTHER_KIND, pattern, length);
	else
		take_name(r, v, name, name_length);
}

static void
take_indicator(struct list_reader *r, const struct json_value *v)
{
	const struct json_value *type = json_value_member(v, "pattern_type");
	size_t length;
	const char *pattern = json_value_text(json_value_member(v, "pattern"),
	    &length);

	/* STIX 2.0 had no other types, and did not say so. */
	if (type != NULL && !json_value_is(type, "stix"))
		list_reader_refuse(r, LIST_OTHER_KIND, pattern, length);
	else if (json_value_true(json_value_member(v, "revoked")))
		list_reader_refuse(r, LIST_EXPIRED, pattern, length);
	else if (is_in(json_value_member(v, "indicator_types"), "benign") ||
	    is_in(json_value_member(v, "labels"), "benign"))
		list_reader_refuse(r, LIST_NO_IDS, pattern, length);
	else
		take_pattern(r, v, pattern, length);
}

/* --- objects --------------------------------------------------------------- */

static void
take_object(struct list_reader *r, const struct json_value *v)
{
	const struct json_value *type = json_value_member(v, "type");
	size_t length;
	const char *text = json_value_text(type, &length);

	json_texts_entry(r);
	if (json_value_is(type, "indicator"))
		take_indicator(r, v);
	else
		list_reader_refuse(r, LIST_OTHER_KIND, text, length);
}

static void
take_objects(struct list_reader *r, const struct json_value *all)
{
	for (size_t i = 0; i < json_value_count(all); i++)
		take_object(r, json_value_item(all, i));
}

static void
take_text(struct list_reader *r, void *ctx, struct json_value **text)
{
	const struct json_value *v = *text;
	const struct json_value *all = json_value_member(v, "objects");

	(void)ctx;
	if (json_value_is_array(v))
		take_objects(r, v);
	else if (all != NULL)		/* a bundle, or TAXII's envelope */
		take_objects(r, all);
	else
		take_object(r, v);
}

void
list_stix_whole(struct list_reader *r, const char *text, size_t length)
{
	json_texts_read(r, text, length, take_text, NULL);
}
