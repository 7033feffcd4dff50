#include "frontend/guards_setup.h"

#include <stdlib.h>

#include "core/config.h"
#include "core/log.h"
#include "core/public_suffix.h"
#include "core/timestamp.h"
#include "lists/canaries.h"
#include "lists/known_names.h"
#include "match/rules.h"

/* --- opening --------------------------------------------------------------- */

static int
open_canaries(struct guards_setup *s)
{
	size_t count = config_count(s->config, "canaries");

	if (count == 0)
		return 0;
	if ((s->file = calloc(count, sizeof(*s->file))) == NULL) {
		log_warn("cannot hold the canaries");
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		const char *path = config_item(s->config, "canaries", i);

		if ((s->file[i] = fopen(path, "re")) == NULL) {
			log_warn("canaries: %s", path);
			return -1;
		}
		s->files++;
	}
	return 0;
}

static int
open_popular(struct guards_setup *s)
{
	const char *path = config_string(s->config, "popular");

	if (path[0] == '\0' || (s->popular_file = fopen(path, "re")) != NULL)
		return 0;
	log_warn("popular: %s", path);
	return -1;
}

int
guards_setup_open(struct guards_setup *s, const struct config *config)
{
	s->config = config;
	s->suffixes = public_suffix_open();
	if (s->suffixes == NULL)
		log_warnx("there is no list of public suffixes: install the "
		    "package publicsuffix, or entries such as co.uk are "
		    "taken");
	s->limits.suffixes = s->suffixes;
	s->limits.take_suffixes = s->force;
	s->limits.octets = (uint64_t)config_number(config, "list_size");
	s->limits.entries = (uint64_t)config_number(config, "list_entries");
	s->guards.share = (unsigned)config_number(config, "popular_share");
	return open_canaries(s) != 0 || open_popular(s) != 0 ? -1 : 0;
}

/* --- reading --------------------------------------------------------------- */

/* Read one file of names and close it. */
static int
read_names(struct known_names *n, FILE **file, const char *key,
    const char *path)
{
	uint64_t bad = 0;
	int status = known_names_read(n, *file, &bad);

	if (status != 0)
		log_warn("%s: %s", key, path);
	else if (bad > 0)
		log_info("%s: %s: %llu lines hold no name", key, path,
		    (unsigned long long)bad);
	fclose(*file);
	*file = NULL;
	return status;
}

static int
load_canaries(struct guards_setup *s)
{
	if ((s->canaries = known_names_new()) == NULL ||
	    canaries_add(s->canaries) != 0) {
		log_warn("cannot hold the canaries");
		return -1;
	}
	for (size_t i = 0; i < s->files; i++) {
		if (read_names(s->canaries, &s->file[i], "canaries",
		    config_item(s->config, "canaries", i)) != 0)
			return -1;
	}
	s->guards.canaries = s->canaries;
	return 0;
}

static int
load_popular(struct guards_setup *s)
{
	const char *path = config_string(s->config, "popular");

	if (s->popular_file == NULL)
		return 0;
	if ((s->popular = known_names_new()) == NULL) {
		log_warn("cannot hold popular names");
		return -1;
	}
	if (read_names(s->popular, &s->popular_file, "popular", path) != 0)
		return -1;
	if (known_names_count(s->popular) == 0) {
		log_warnx("popular: %s holds no name", path);
		return -1;
	}
	s->guards.popular = s->popular;
	return 0;
}

int
guards_setup_load(struct guards_setup *s, bool describe)
{
	if (load_canaries(s) != 0 || load_popular(s) != 0)
		return -1;
	if (describe && s->files > 0)
		log_info("%zu canaries", known_names_count(s->canaries));
	if (describe && s->popular != NULL)
		log_info("%zu popular names", known_names_count(s->popular));
	return 0;
}

/* Whose allow rules are asked, as of when. */
struct allowing {
	const struct rules *rules;
	int64_t now;
};

static bool
is_allowed(void *ctx, const struct dns_name *name)
{
	const struct allowing *a = ctx;

	return rules_allows(a->rules, name, a->now);
}

/* --- judging --------------------------------------------------------------- */

int
guards_setup_check(const struct guards_setup *s, const struct rules *rules,
    const struct rules_list *lists, size_t count, const uint64_t *former)
{
	struct guards_verdict verdicts[MATCHER_LISTS_MAX];
	struct allowing allowing = { rules, timestamp_now() };
	struct guards guards = s->guards;
	size_t refused;

	guards.allowed = is_allowed;
	guards.ctx = &allowing;
	refused = guards_check(&guards, rules, lists, count, former,
	    verdicts);

	for (size_t i = 0; i < count; i++) {
		if (lists[i].report.suffixes > 0)
			log_warnx("list %s: used all the same (--force): %llu "
			    "public suffixes", lists[i].spec.path,
			    (unsigned long long)lists[i].report.suffixes);
		if (verdicts[i].reason != GUARDS_GOOD)
			log_warnx("list %s: %s: %s", lists[i].spec.path,
			    s->force ? "used all the same (--force)" :
			    "refused", verdicts[i].text);
	}
	if (refused == 0 || s->force)
		return 0;
	log_warnx("put the list right; or, if it is meant so, allow the name "
	    "(allow) or start with --force");
	return -1;
}

void
guards_setup_free(struct guards_setup *s)
{
	for (size_t i = 0; i < s->files; i++) {
		if (s->file[i] != NULL)
			fclose(s->file[i]);
	}
	free(s->file);
	if (s->popular_file != NULL)
		fclose(s->popular_file);
	known_names_free(s->canaries);
	known_names_free(s->popular);
	public_suffix_close(s->suffixes);
}
