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
