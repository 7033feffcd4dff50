#include <string.h>

#include "lists/list.h"
#include "lists/list_format.h"

static const char *const match_words[] = {
	"exact", "suffix", "below", "search", "substring", "regex", "address",
};
static const char *const severity_words[] = {
	"none", "low", "medium", "high", "critical",
};
static const char *const reason_texts[LIST_REASONS] = {
	[LIST_NOT_A_NAME] = "no domain name",
	[LIST_ADDRESS] = "an IP address",
	[LIST_SINGLE_LABEL] =
	    "a single label (would match a whole top-level domain)",
	[LIST_LOCAL] = "a hosts file's own entry",
	[LIST_TOO_LONG] = "a line of over 4095 octets",
	[LIST_NOT_AN_ADDRESS] = "no IP address or netblock",
	[LIST_HOST_BITS] = "bits set after the prefix",
	[LIST_TOO_WIDE] = "a prefix shorter than /8 (IPv6: /16)",
	[LIST_PUBLIC_SUFFIX] =
	    "a public suffix (would match the names of many owners)",
	[LIST_NOT_A_RULE] = "not a line of this format",
	[LIST_MODIFIER] = "a modifier that is not understood",
	[LIST_OTHER_KIND] = "a rule or indicator for something else",
	[LIST_NO_IDS] = "marked as not for detection",
	[LIST_EXPIRED] = "expired",
	[LIST_TOO_COMPLEX] = "too complex",
	[LIST_COSMETIC] = "for browsers only",
	[LIST_NOT_TEXT] = "cannot be decoded",
};

const char *
list_match_text(enum list_match match)
{
	return match_words[match];
}

const char *
list_format_text(enum list_format format)
{
	return list_formats[format].name;
}

const char *
list_reason_text(enum list_reason reason)
{
	return reason_texts[reason];
}

const char *
list_severity_text(enum list_severity severity)
{
	return severity_words[severity];
}

void
list_detail_merge(struct list_detail *into, const struct list_detail *more)
{
	if (more->severity > into->severity)
		into->severity = more->severity;
	if (more->confidence != LIST_CONFIDENCE_NONE &&
	    (into->confidence == LIST_CONFIDENCE_NONE ||
	    more->confidence > into->confidence))
		into->confidence = more->confidence;
	into->important |= more->important;
	if (into->threat[0] == '\0')
		memcpy(into->threat, more->threat, sizeof(into->threat));
	if (into->reference[0] == '\0')
		memcpy(into->reference, more->reference,
		    sizeof(into->reference));
}

/* Which of ${count} words is ${text}?  -1: none. */
static int
find_word(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, words[i]) == 0)
			return (int)i;
	}
	return -1;
}

int
list_match_parse(const char *text, enum list_match *ret)
{
	int i = find_word(text, match_words,
	    sizeof(match_words) / sizeof(*match_words));

	if (i < 0)
		return -1;
	*ret = (enum list_match)i;
	return 0;
}

int
list_severity_parse(const char *text, enum list_severity *ret)
{
	int i = find_word(text, severity_words,
	    sizeof(severity_words) / sizeof(*severity_words));

	if (i < 0)
		return -1;
	*ret = (enum list_severity)i;
	return 0;
}

int
list_format_parse(const char *text, enum list_format *ret)
{
	for (int i = LIST_FORMAT_DETECT + 1; i < LIST_FORMAT_ADDRESS; i++) {
		if (list_formats[i].name != NULL &&
		    strcmp(text, list_formats[i].name) == 0) {
			*ret = (enum list_format)i;
			return 0;
		}
	}
	return -1;
}
