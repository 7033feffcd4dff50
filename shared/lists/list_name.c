#include "lists/list_name.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

/*
 * The octets that names on lists are written with: letters, digits, '-' and
 * '_' are what malware registers, and an escape says that more is meant.
 */
enum { UNUSUAL, USUAL, ESCAPE };

static const uint8_t octets[256] = {
	['\\'] = ESCAPE,
	['-'] = USUAL, ['.'] = USUAL, ['_'] = USUAL,
	['0'] = USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL,
	['A'] = USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	['a'] = USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
	USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL, USUAL,
};

/* The same for a text with escapes in it; dns_name_from_text checks those. */
static bool
usual_but_escaped(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		uint8_t kind = octets[(unsigned char)text[i]];

		if (kind == UNUSUAL)
			return false;
		i += kind == ESCAPE;
	}
	return true;
}

/* No branch but the loop's: it would be foretold wrongly once a name, which
 * took a quarter of all loading. */
static bool
usual_octets(const char *text, size_t length)
{
	size_t usual = 0;

	for (size_t i = 0; i < length; i++)
		usual += octets[(unsigned char)text[i]] == USUAL;
	return usual == length || usual_but_escaped(text, length);
}

static bool
has_high_octets(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return true;
	}
	return false;
}

/* U-labels to A-labels.  libidn2 refuses what registries would not register,
 * as a label with '_' beside others: what is ASCII never comes here. */
static int
parse_unicode(const char *text, size_t length, struct dns_name *ret)
{
	char copy[4 * DNS_NAME_MAX + 1];
	char *ascii = NULL;
	int status = -1;

	if (length >= sizeof(copy) || memchr(text, '\0', length) != NULL)
		return -1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (idn2_to_ascii_8z(copy, &ascii, IDN2_NFC_INPUT |
	    IDN2_NONTRANSITIONAL) == IDN2_OK && usual_octets(ascii,
	    strlen(ascii)))
		status = dns_name_from_text(ascii, strlen(ascii), ret);
	idn2_free(ascii);
	return status;
}

int
list_name_parse(const char *text, size_t length, struct dns_name *ret)
{
	int status;

	if (has_high_octets(text, length))
		status = parse_unicode(text, length, ret);
	else
		status = usual_octets(text, length) ?
		    dns_name_from_text(text, length, ret) : -1;
	return status == 0 && ret->length > 1 ? 0 : -1;
}
