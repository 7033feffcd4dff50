#include "log_zones.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct own {
	const char *path;
	struct log_zone *zone;
	struct own *next;
};

struct log_zones {
	struct log_zone *standard;
	struct own *own;	/* of the logs that have one */
};

struct log_zones *
log_zones_new(const char *name, char reterr[LOG_ZONE_ERROR_SIZE])
{
	struct log_zones *z = calloc(1, sizeof(*z));

	if (z == NULL) {
		snprintf(reterr, LOG_ZONE_ERROR_SIZE, "out of memory");
		return NULL;
	}
	if ((z->standard = log_zone_new(name, reterr)) == NULL) {
		free(z);
		return NULL;
	}
	return z;
}

int
log_zones_take(struct log_zones *z, char *arg,
    char reterr[LOG_ZONE_ERROR_SIZE])
{
	static const char key[] = ",zone=";
	char *comma = strrchr(arg, ',');
	struct own *own;

	if (comma == NULL || strncmp(comma, key, strlen(key)) != 0)
		return 0;
	if ((own = calloc(1, sizeof(*own))) == NULL) {
		snprintf(reterr, LOG_ZONE_ERROR_SIZE, "out of memory");
		return -1;
	}
	own->path = arg;
	own->zone = log_zone_new(comma + strlen(key), reterr);
	if (own->zone == NULL) {
		free(own);
		return -1;
	}
	*comma = '\0';
	own->next = z->own;
	z->own = own;
	return 0;
}

const struct log_zone *
log_zones_find(const struct log_zones *z, const char *path)
{
	if (z == NULL)
		return NULL;
	for (const struct own *own = z->own; own != NULL; own = own->next) {
		if (strcmp(own->path, path) == 0)
			return own->zone;
	}
	for (const struct own *own = z->own; own != NULL; own = own->next) {
		/* as glob finds them */
		if (fnmatch(own->path, path, FNM_PATHNAME | FNM_PERIOD) == 0)
			return own->zone;
	}
	return z->standard;
}

void
log_zones_free(struct log_zones *z)
{
	if (z == NULL)
		return;
	while (z->own != NULL) {
		struct own *own = z->own;

		z->own = own->next;
		log_zone_free(own->zone);
		free(own);
	}
	log_zone_free(z->standard);
	free(z);
}
