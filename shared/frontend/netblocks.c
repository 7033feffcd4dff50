#include "frontend/netblocks.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/log.h"
#include "lists/list.h"
#include "match/prefixes.h"

/* Those found so far. */
struct found {
	struct netblock *blocks;
	size_t count, room;
};

static int
add(void *ctx, const struct netblock *block)
{
	struct found *f = ctx;

	if (f->count == f->room) {
		size_t room = f->room > 0 ? 2 * f->room : 64;
		struct netblock *grown = realloc(f->blocks,
		    room * sizeof(*grown));

		if (grown == NULL)
			return -1;
		f->blocks = grown;
		f->room = room;
	}
	f->blocks[f->count++] = *block;
	return 0;
}

/* Say what is wrong with the file, if anything; -1 if so. */
static int
judge(const char *key, const char *path, const struct list_report *r)
{
	for (size_t i = 0; i < r->examples; i++)
		log_warnx("%s: %s:%llu: '%s': %s", key, path,
		    (unsigned long long)r->example[i].line,
		    r->example[i].text,
		    list_reason_text(r->example[i].reason));
	if (r->examples > 0)
		return -1;
	if (r->entries == 0) {
		log_warnx("%s: %s: holds no netblock", key, path);
		return -1;
	}
	return 0;
}

static int
read_file(const char *key, const char *path, struct found *f)
{
	const struct list_spec spec = { .match = LIST_MATCH_ADDRESS };
	struct list_report report;
	FILE *file = fopen(path, "re");
	int status = -1;

	if (file == NULL || list_read(file, &spec, NULL, add, f, &report) != 0)
		log_warn("%s: %s", key, path);
	else
		status = judge(key, path, &report);
	if (file != NULL)
		fclose(file);
	return status;
}

static int
read_item(const char *key, const char *item, struct found *f)
{
	const char *path = config_netblock_file(item);
	struct netblock block;

	if (path != NULL)
		return read_file(key, path, f);
	/* config.c has checked it. */
	if (netblock_parse(item, &block) == 0 && add(f, &block) == 0)
		return 0;
	log_warn("%s", key);
	return -1;
}

/* Read all of ${key}; what was found is to be freed, even on failure. */
static int
read_key(const struct config *config, const char *key, struct found *f)
{
	int status = 0;

	for (size_t i = 0; i < config_count(config, key) && status == 0; i++)
		status = read_item(key, config_item(config, key, i), f);
	return status;
}

int
netblocks_load(const struct config *config, const char *key,
    struct prefixes **ret)
{
	struct found f = { .count = 0 };
	int status = read_key(config, key, &f);

	*ret = NULL;
	if (status == 0 && f.count > 0 &&
	    (*ret = prefixes_new(f.blocks, f.count)) == NULL) {
		log_warnx("%s: cannot hold %zu netblocks", key, f.count);
		status = -1;
	}
	free(f.blocks);
	return status;
}

bool
netblocks_find(const struct config *config, const char *key,
    const struct address *a, struct netblock *ret)
{
	struct found f = { .count = 0 };
	const struct netblock *longest = NULL;

	if (read_key(config, key, &f) != 0)
		f.count = 0;
	for (size_t i = 0; i < f.count; i++) {
		if (netblock_holds(&f.blocks[i], a) && (longest == NULL ||
		    f.blocks[i].prefix > longest->prefix))
			longest = &f.blocks[i];
	}
	if (longest != NULL)
		*ret = *longest;
	free(f.blocks);
	return longest != NULL;
}
