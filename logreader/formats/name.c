#include "formats/name.h"

bool
name_is_plain(struct text t)
{
	bool escaped = false;

	if (t.length == 0 || text_is(t, "<unknown>"))
		return false;
	for (size_t i = 0; i < t.length; i++) {
		if (!(text_classes[(uint8_t)t.at[i]] & TEXT_VISIBLE) ||
		    (escaped && t.at[i] == '['))
			return false;
		escaped = !escaped && t.at[i] == '\\';
	}
	return true;
}

bool
name_add(char buf[DNS_NAME_TEXT_SIZE], size_t *length, uint8_t octet)
{
	char out[4] = { '\\', (char)octet };
	size_t n = 2;

	if (!(text_classes[octet] & TEXT_VISIBLE)) {
		out[1] = (char)('0' + octet / 100);
		out[2] = (char)('0' + octet / 10 % 10);
		out[3] = (char)('0' + octet % 10);
		n = 4;
	} else if (octet != '.' && octet != '\\') {
		out[0] = (char)octet;
		n = 1;
	}
	if (n > DNS_NAME_TEXT_SIZE - *length)
		return false;
	memcpy(buf + *length, out, n);
	*length += n;
	return true;
}

bool
name_add_dot(char buf[DNS_NAME_TEXT_SIZE], size_t *length)
{
	if (*length == DNS_NAME_TEXT_SIZE)
		return false;
	buf[(*length)++] = '.';
	return true;
}
