#include "listing.h"

#include <sys/stat.h>

#include "core/timestamp.h"

int64_t
listing_changed(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_mtime * TIMESTAMP_SECOND :
	    0;
}

const struct rules_list *
listing_list(const struct listing *l, size_t i)
{
	size_t file = 0, wanted = l->counts.list[i].file;

	if (i < l->setup->count)
		return &l->setup->lists[i];
	for (size_t k = 0; k < l->setup->count; k++) {
		file += l->setup->lists[k].compiled;
		if (file == wanted)
			return &l->setup->lists[k];
	}
	return &l->setup->lists[0];
}
