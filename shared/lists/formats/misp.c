/*
 * MISP: an event as JSON, several in an array or in a REST response, or the
 * files of a feed one after the other (list_folder.h), its manifest first:
 * events that the manifest does not name are gone.
 *
 * Only attributes that are marked as for detection count, of the event and of
 * the objects in it.
 */

#include <string.h>

#include "core/timestamp.h"
#include "lists/feed.h"
#include "lists/json_texts.h"
#include "lists/json_value.h"
#include "lists/list_format.h"

#define MOST_SECONDS (INT64_C(1) << 40)

struct misp {
	bool feed;			/* a manifest may come first */
	struct json_value *manifest;	/* NULL: none */
};

/* What an event says of all its attributes. */
struct event {
	const struct json_value *event;
	struct list_detail detail;
	int64_t date;
};

/* The types of attributes that we use. */
enum part { ALL, TO_BAR, HOST };	/* of the value */

static const struct kind {
	const char *type;
	enum part part;
	enum list_match match;
} kinds[] = {
	{ "domain", ALL, LIST_MATCH_SUFFIX },
	{ "domain|ip", TO_BAR, LIST_MATCH_SUFFIX },
	{ "hostname", ALL, LIST_MATCH_EXACT },
	{ "hostname|port", TO_BAR, LIST_MATCH_EXACT },
	{ "url", HOST, LIST_MATCH_EXACT },
	{ "uri", HOST, LIST_MATCH_EXACT },
};

/* Galaxies whose clusters are threats, not places or ways. */
static const char *const galaxies[] = {
	"android", "backdoor", "banker", "botnet", "cryptominers",
	"exploit-kit", "malpedia", "mitre-intrusion-set", "mitre-malware",
	"mitre-tool", "ransomware", "rat", "stealer", "tds", "threat-actor",
	"tool",
};

bool
list_misp_likely(const char *head, size_t length)
{
	return json_texts_likely(head, length) &&
	    (head[0] == JSON_TEXTS_SEPARATOR ||
	    json_texts_mentions(head, length, "Event"));
}

/* --- what is said of an attribute ------------------------------------------ */

/* The cluster in misp-galaxy:GALAXY="CLUSTER", of a galaxy of threats. */
static const char *
tag_threat(const char *tag, size_t length, size_t *retlength)
{
	static const char prefix[] = "misp-galaxy:";
	const char *name = tag + sizeof(prefix) - 1, *quote;

	if (strncmp(tag, prefix, sizeof(prefix) - 1) != 0 ||
	    (quote = strstr(name, "=\"")) == NULL ||
	    tag[length - 1] != '"' || quote + 2 >= tag + length)
		return NULL;
	for (size_t i = 0; i < sizeof(galaxies) / sizeof(*galaxies); i++) {
		if (strlen(galaxies[i]) != (size_t)(quote - name) ||
		    memcmp(galaxies[i], name, (size_t)(quote - name)) != 0)
			continue;
		*retlength = (size_t)(tag + length - 1 - (quote + 2));
		return quote + 2;
	}
	return NULL;
}

/* Take the threat out of the first tag of ${holder} that has one. */
static void
read_tags(const struct json_value *holder, struct list_detail *detail)
{
	const struct json_value *tags = json_value_member(holder, "Tag");

	for (size_t i = 0; i < json_value_count(tags) &&
	    detail->threat[0] == '\0'; i++) {
		size_t length, cluster_length = 0;
		const char *name = json_value_text(json_value_member(
		    json_value_item(tags, i), "name"), &length);
		const char *cluster = tag_threat(name, length,
		    &cluster_length);

		if (cluster != NULL)
			feed_threat(detail, cluster, cluster_length);
	}
}

/* Put the text under ${key} into the detail with ${put}. */
static void
read_text(const struct json_value *holder, const char *key,
    struct list_detail *detail,
    void (*put)(struct list_detail *, const char *, size_t))
{
	size_t length;
	const char *text = json_value_text(json_value_member(holder, key),
	    &length);

	put(detail, text, length);
}

/* When was it last so? */
static int64_t
read_time(const struct json_value *attribute, const struct event *event)
{
	size_t length;
	const char *seen = json_value_text(json_value_member(attribute,
	    "last_seen"), &length);
	int64_t time = feed_time(seen, length);
	int64_t changed = json_value_number(json_value_member(attribute,
	    "timestamp"), 0);

	if (time == 0 && changed > 0 && changed < MOST_SECONDS)
		time = changed * TIMESTAMP_SECOND;
	return time != 0 ? time : event->date;
}

static bool
is_decayed(const struct json_value *attribute)
{
	const struct json_value *scores = json_value_member(attribute,
	    "decay_score");

	for (size_t i = 0; i < json_value_count(scores); i++) {
		if (json_value_true(json_value_member(json_value_item(scores,
		    i), "decayed")))
			return true;
	}
	return false;
}

/* --- attributes ------------------------------------------------------------ */

static const struct kind *
find_kind(const struct json_value *attribute)
{
	const struct json_value *type = json_value_member(attribute, "type");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (json_value_is(type, kinds[i].type))
			return &kinds[i];
	}
	return NULL;
}

/* The name in ${value}; NULL if there is none. */
static const char *
find_name(const struct kind *kind, const char *value, size_t *length)
{
	const char *bar;

	if (kind->part == HOST)
		return feed_url_host(value, *length, length);
	if (kind->part == TO_BAR &&
	    (bar = memchr(value, '|', *length)) != NULL)
		*length = (size_t)(bar - value);
	return value;
}

static void
take_name(struct list_reader *r, const struct event *event,
    const struct json_value *attribute, const struct kind *kind)
{
	struct list_detail detail = event->detail;
	size_t length;
	const char *value = json_value_text(json_value_member(attribute,
	    "value"), &length);
	size_t whole = length;
	const char *name = find_name(kind, value, &length);

	if (name == NULL) {
		list_reader_refuse(r, LIST_NOT_A_NAME, value, whole);
		return;
	}
	detail.threat[0] = '\0';
	read_tags(attribute, &detail);
	if (detail.threat[0] == '\0')
		memcpy(detail.threat, event->detail.threat, LIST_THREAT_SIZE);
	read_text(attribute, "uuid", &detail, feed_reference);
	read_text(event->event, "uuid", &detail, feed_reference);
	detail.expires = list_reader_expiry(r, read_time(attribute, event),
	    0);
	list_reader_entry(r, name, length, &(struct list_entry){
	    .match = feed_match(r, kind->match), .detail = &detail });
}

static void
take_attribute(struct list_reader *r, const struct event *event,
    const struct json_value *attribute, bool deleted)
{
	const struct kind *kind = find_kind(attribute);
	size_t length;
	const char *value = json_value_text(json_value_member(attribute,
	    "value"), &length);

	json_texts_entry(r);
	if (kind == NULL)
		list_reader_refuse(r, LIST_OTHER_KIND, value, length);
	else if (deleted || is_decayed(attribute) ||
	    json_value_true(json_value_member(attribute, "deleted")))
		list_reader_refuse(r, LIST_EXPIRED, value, length);
	else if (!json_value_true(json_value_member(attribute, "to_ids")))
		list_reader_refuse(r, LIST_NO_IDS, value, length);
	else
		take_name(r, event, attribute, kind);
}

/* All attributes of an event, or of an object in it. */
static void
take_attributes(struct list_reader *r, const struct event *event,
    const struct json_value *holder)
{
	const struct json_value *all = json_value_member(holder, "Attribute");
	bool deleted = json_value_true(json_value_member(holder, "deleted"));

	for (size_t i = 0; i < json_value_count(all); i++)
		take_attribute(r, event, json_value_item(all, i), deleted);
}

/* --- events ---------------------------------------------------------------- */

static struct event
read_event(const struct json_value *v)
{
	static const enum list_severity levels[] = { LIST_SEVERITY_NONE,
	    LIST_SEVERITY_HIGH, LIST_SEVERITY_MEDIUM, LIST_SEVERITY_LOW };
	struct event e = { .event = v,
	    .detail.confidence = LIST_CONFIDENCE_NONE };
	int64_t level = json_value_number(json_value_member(v,
	    "threat_level_id"), 0);
	size_t length;
	const char *date = json_value_text(json_value_member(v, "date"),
	    &length);

	if (level >= 0 && level < 4)
		e.detail.severity = levels[level];
	read_tags(v, &e.detail);
	if (e.detail.threat[0] == '\0')
		read_text(v, "info", &e.detail, feed_threat);
	e.date = feed_time(date, length);
	return e;
}

/* Is the event not on the manifest, if there is one? */
static bool
is_gone(const struct misp *m, const struct json_value *event)
{
	size_t length;
	const char *uuid = json_value_text(json_value_member(event, "uuid"),
	    &length);

	return m->manifest != NULL &&
	    json_value_member(m->manifest, uuid) == NULL;
}

static void
take_event(struct list_reader *r, const struct misp *m,
    const struct json_value *v)
{
	const struct json_value *objects = json_value_member(v, "Object");
	struct event event = read_event(v);

	if (is_gone(m, v)) {
		json_texts_entry(r);
		list_reader_refuse(r, LIST_EXPIRED, event.detail.threat,
		    strlen(event.detail.threat));
		return;
	}
	take_attributes(r, &event, v);
	for (size_t i = 0; i < json_value_count(objects); i++)
		take_attributes(r, &event, json_value_item(objects, i));
}

/* An event stands under its name, "Event", in an array or alone. */
static bool
take_wrapped(struct list_reader *r, const struct misp *m,
    const struct json_value *v)
{
	const struct json_value *event = json_value_member(v, "Event");

	if (event == NULL)
		return false;
	take_event(r, m, event);
	return true;
}

static void
take_text(struct list_reader *r, void *ctx, struct json_value **text)
{
	const struct json_value *v = *text, *all;
	struct misp *m = ctx;
	bool first = m->feed;

	m->feed = false;
	if (take_wrapped(r, m, v))
		return;
	all = json_value_is_array(v) ? v : json_value_member(v, "response");
	if (all == NULL && first) {
		m->manifest = *text;
		*text = NULL;
	} else if (all == NULL) {
		json_texts_entry(r);
		list_reader_refuse(r, LIST_NOT_A_RULE, "no event", 8);
	}
	for (size_t i = 0; i < json_value_count(all); i++)
		take_wrapped(r, m, json_value_item(all, i));
}

void
list_misp_whole(struct list_reader *r, const char *text, size_t length)
{
	struct misp m = { .feed = length > 0 &&
	    text[0] == JSON_TEXTS_SEPARATOR };

	json_texts_read(r, text, length, take_text, &m);
	json_value_free(m.manifest);
}
