#include "frontend/netblocks_setup.h"

#include <stdlib.h>

#include "core/config.h"
#include "core/log.h"
#include "frontend/netblocks.h"
#include "match/prefixes.h"

static const char *const keys[] = { "monitored", "excluded" };

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static void
free_pair(struct netblocks_pair *p)
{
	prefixes_free(p->monitored);
	prefixes_free(p->excluded);
	*p = (struct netblocks_pair){ NULL, NULL };
}

static int
load_pair(const struct config *config, struct netblocks_pair *ret)
{
	struct netblocks_pair p = { NULL, NULL };

	if (netblocks_load(config, keys[0], &p.monitored) != 0 ||
	    netblocks_load(config, keys[1], &p.excluded) != 0) {
		free_pair(&p);
		return -1;
	}
	*ret = p;
	return 0;
}

/* Note the files, as they are before they are read. */
static int
note_files(struct netblocks_setup *n)
{
	size_t room = 1;

	for (size_t k = 0; k < KEYS; k++)
		room += config_count(n->config, keys[k]);
	if ((n->source = calloc(room, sizeof(n->source[0]))) == NULL) {
		log_warn("netblocks");
		return -1;
	}
	for (size_t k = 0; k < KEYS; k++) {
		for (size_t i = 0; i < config_count(n->config, keys[k]); i++) {
			const char *path = config_netblock_file(config_item(
			    n->config, keys[k], i));

			if (path != NULL)
				n->source[n->count++].path = path;
		}
	}
	(void)netblocks_setup_look(n);
	n->changed = false;
	return 0;
}

int
netblocks_setup_open(struct netblocks_setup *n, const struct config *config)
{
	n->config = config;
	if (note_files(n) != 0)
		return -1;
	return load_pair(config, &n->now);
}

void
netblocks_setup_try(struct netblocks_setup *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->count; i++) {
		FILE *file = list_source_again(&n->source[i]);

		if (file == NULL) {
			log_warn("netblocks %s: changes to it will not be "
			    "taken over", n->source[i].path);
			continue;
		}
		fclose(file);
		n->source[kept++] = n->source[i];
	}
	n->count = kept;
}

enum list_source_change
netblocks_setup_look(struct netblocks_setup *n)
{
	enum list_source_change most = LIST_SOURCE_SAME;

	for (size_t i = 0; i < n->count; i++) {
		enum list_source_change c = list_source_look(&n->source[i]);

		most = c > most ? c : most;
	}
	n->changed |= most != LIST_SOURCE_SAME;
	return most;
}

int
netblocks_setup_again(struct netblocks_setup *n, struct netblocks_pair *ret)
{
	if (n->changed)
		return load_pair(n->config, ret);
	*ret = n->now;
	return 0;
}

/* Was ${pair} read anew? */
static bool
is_new(const struct netblocks_setup *n, const struct netblocks_pair *pair)
{
	return pair->monitored != n->now.monitored ||
	    pair->excluded != n->now.excluded;
}

void
netblocks_setup_take(struct netblocks_setup *n, struct netblocks_pair pair)
{
	if (!is_new(n, &pair))
		return;
	n->former = n->now;
	n->now = pair;
	n->changed = false;
	log_info("netblocks: read again");
}

void
netblocks_setup_drop(struct netblocks_setup *n, struct netblocks_pair pair)
{
	if (is_new(n, &pair))
		free_pair(&pair);
}

void
netblocks_setup_forget(struct netblocks_setup *n)
{
	free_pair(&n->former);
}

void
netblocks_setup_free(struct netblocks_setup *n)
{
	free_pair(&n->now);
	free_pair(&n->former);
	free(n->source);
	n->source = NULL;
	n->count = 0;
}
