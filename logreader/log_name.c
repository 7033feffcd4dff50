#include "log_name.h"

/* Take the added backslashes out.  Return the octets in ${buf}, or 0 if a
 * quote or backslash lacks its own, or the text is too long for a name. */
static size_t
unquote(struct text t, char buf[DNS_NAME_TEXT_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < t.length; i++) {
		if (n == DNS_NAME_TEXT_SIZE || t.at[i] == '"')
			return 0;
		if (t.at[i] == '\\' && (++i == t.length ||
		    (t.at[i] != '\\' && t.at[i] != '"')))
			return 0;
		buf[n++] = t.at[i];
	}
	return n;
}

/* Give every backslash an escape.  As unquote. */
static size_t
escape(struct text t, char buf[DNS_NAME_TEXT_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < t.length; i++) {
		if (n + 2 > DNS_NAME_TEXT_SIZE)
			return 0;
		if (t.at[i] == '\\')
			buf[n++] = '\\';
		buf[n++] = t.at[i];
	}
	return n;
}

int
log_name_read(enum log_name_form form, struct text t, struct dns_name *ret)
{
	char buf[DNS_NAME_TEXT_SIZE];
	size_t n;

	if (form == LOG_NAME_ESCAPED)
		return dns_name_from_text(t.at, t.length, ret);
	n = form == LOG_NAME_QUOTED ? unquote(t, buf) : escape(t, buf);
	return n == 0 ? -1 : dns_name_from_text(buf, n, ret);
}
