/*
 * dnsmasq.conf: "address=/bad.example/evil.test/0.0.0.0" answers for these
 * names and all below them, "server=/bad.example/" (or "local=") asks nobody
 * about them.  With a server behind it, names are asked elsewhere: nothing bad
 * is said of them.  "server=/ok.example/#" asks as usual about what a wider
 * line would take away: an exception.
 */

#include <string.h>

#include "lists/list_format.h"
#include "lists/list_span.h"

static bool
is_option_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-';
}

/* Is ${word} an option with names between slashes? */
static bool
has_names(struct list_span word)
{
	static const char *const options[] = {
		"address", "server", "local", "nftset", "ipset",
		"rebind-domain-ok",
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (list_span_is(word, options[i]))
			return true;
	}
	return false;
}

/* Is it a word, or a word and '=': a line of dnsmasq's?  What stands behind
 * the '=' goes to ${retvalue}, which is empty without. */
static bool
read_option(struct list_span line, struct list_span *retword,
    struct list_span *retvalue)
{
	if (list_span_starts(line, "--"))
		line = list_span_skip(line, 2);
	*retvalue = line;
	if (!list_span_cut(retvalue, '=', retword))
		return false;
	*retword = list_span_trim(*retword);
	*retvalue = retvalue->at != NULL ? list_span_trim(*retvalue) :
	    list_span(line.at, 0);
	for (size_t i = 0; i < retword->length; i++) {
		if (!is_option_octet(retword->at[i]))
			return false;
	}
	return retword->length > 1;
}

/* Take one name of a line.  ".x" is x, for historical reasons; "*.x" is what
 * is below it; "*x" is every name that ends in x, of which we take those that
 * do at a dot. */
static void
take_name(struct list_reader *r, struct list_span name, bool allow)
{
	struct list_entry like = {
		.match = list_reader_match(r), .allow = allow
	};

	while (list_span_starts(name, "."))
		name = list_span_skip(name, 1);
	if (list_span_starts(name, "*.")) {
		name = list_span_skip(name, 2);
		like.match = LIST_MATCH_BELOW;
	} else if (list_span_starts(name, "*")) {
		name = list_span_skip(name, 1);
	}
	if (name.length == 0 || list_span_is(name, "#"))	/* all names */
		list_reader_refuse(r, LIST_OTHER_KIND, name.at, name.length);
	else
		list_reader_entry(r, name.at, name.length, &like);
}

/* Take "/a/b/value" apart: names up to the last '/'. */
static void
take_names(struct list_reader *r, struct list_span names, bool allow)
{
	struct list_span name;

	while (list_span_cut(&names, '/', &name))
		take_name(r, name, allow);
}

/* Where does the last '/' of ${value} stand?  It has one, at its start. */
static size_t
last_slash(struct list_span value)
{
	size_t at = value.length - 1;

	while (value.at[at] != '/')
		at--;
	return at;
}

static void
take_rule(struct list_reader *r, struct list_span word,
    struct list_span value, struct list_span line)
{
	size_t slash = last_slash(value);
	struct list_span to = list_span_trim(list_span_skip(value, slash + 1));
	struct list_span names = list_span_skip(list_span_drop(value,
	    value.length - slash), slash > 0);
	bool server = list_span_is(word, "server") ||
	    list_span_is(word, "local");

	if (slash == 0 || (!server && !list_span_is(word, "address")))
		list_reader_refuse(r, LIST_OTHER_KIND, line.at, line.length);
	else if (server && to.length > 0 && !list_span_is(to, "#"))
		list_reader_refuse(r, LIST_OTHER_KIND, line.at, line.length);
	else
		take_names(r, names, server && to.length > 0);
}

void
list_dnsmasq_line(struct list_reader *r, const char *text, size_t length)
{
	struct list_span line, word, value;

	if (text[0] == ';' || text[0] == '!' ||
	    (length = list_text_uncomment(text, length)) == 0)
		return;
	line = list_span(text, length);
	if (!read_option(line, &word, &value))
		list_reader_refuse(r, LIST_NOT_A_RULE, text, length);
	else if (has_names(word) && list_span_starts(value, "/"))
		take_rule(r, word, value, line);
	else if (list_span_is(word, "host-record") ||
	    list_span_is(word, "cname") || list_span_is(word, "txt-record"))
		list_reader_refuse(r, LIST_OTHER_KIND, text, length);
	/* All else configures the server. */
}

/* Options only, and one that has names in it. */
bool
list_dnsmasq_likely(const char *text, size_t length)
{
	struct list_head head = { text, text + length, false };
	struct list_span line, word, value;

	while (list_span_line(&head, &line)) {
		if (!read_option(line, &word, &value))
			return false;
		if (has_names(word) && list_span_starts(value, "/"))
			return true;
	}
	return false;
}
