#include "frontend/rules_setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/config.h"
#include "core/log.h"
#include "frontend/netblocks.h"
#include "lists/list_folder.h"
#include "match/prefixes.h"

int
rules_setup_add(struct rules_setup *s, const char *arg, char *reterr,
    size_t size)
{
	struct list_spec spec;

	if (s->count == MATCHER_LISTS_MAX) {
		snprintf(reterr, size, "more than %d lists",
		    MATCHER_LISTS_MAX);
		return -1;
	}
	if (list_spec_parse(arg, &spec, reterr, size) != 0)
		return -1;
	s->args[s->count++] = arg;
	return 0;
}

/* Open a list for reading, while we may still read what others may not; a
 * folder is a feed of many files. */
static FILE *
open_list(const char *path)
{
	FILE *file = fopen(path, "re"), *feed;
	struct stat st;
	int saved;

	if (file == NULL || fstat(fileno(file), &st) != 0 ||
	    !S_ISDIR(st.st_mode))
		return file;
	feed = list_folder_open(fileno(file));
	saved = errno;
	fclose(file);
	errno = saved;
	return feed;
}

static int
open_lists(struct rules_setup *s, const struct config *config)
{
	char error[256];

	if (s->count == 0)
		return 0;
	if (guards_setup_open(&s->guards, config) != 0)
		return -1;
	if ((s->lists = calloc(s->count, sizeof(*s->lists))) == NULL) {
		log_warn("cannot hold the lists");
		return -1;
	}
	for (size_t i = 0; i < s->count; i++) {
		struct rules_list *list = &s->lists[i];

		list_spec_parse(s->args[i], &list->spec, error,
		    sizeof(error));
		list->spec.limits = &s->guards.limits;
		if ((list->file = open_list(list->spec.path)) == NULL) {
			log_warn("list %s", list->spec.path);
			return -1;
		}
	}
	return 0;
}

int
rules_setup_open(struct rules_setup *s, const struct config *config)
{
	char error[256];

	if (netblocks_load(config, "monitored", &s->monitored) != 0 ||
	    netblocks_load(config, "excluded", &s->excluded) != 0)
		return -1;
	for (size_t i = 0; !s->only_args && i < config_count(config, "lists");
	    i++) {
		if (rules_setup_add(s, config_item(config, "lists", i), error,
		    sizeof(error)) != 0) {
			log_warnx("lists: %s", error);
			return -1;
		}
	}
	return open_lists(s, config);
}

/* Say what a list held, and what of it was refused and why. */
static void
describe_list(const struct rules_list *list)
{
	const struct list_report *r = &list->report;

	if (list->compiled)
		log_info("list %s: compiled, %llu names and patterns",
		    list->spec.path, (unsigned long long)r->entries);
	else if (list->spec.match == LIST_MATCH_ADDRESS)
		log_info("list %s: %llu addresses and netblocks, %llu lines",
		    list->spec.path, (unsigned long long)r->entries,
		    (unsigned long long)r->lines);
	else
		log_info("list %s: %s format, %llu names as %s, %llu lines",
		    list->spec.path, list_format_text(r->format),
		    (unsigned long long)r->entries,
		    list_match_text(list->spec.match),
		    (unsigned long long)r->lines);
	for (int i = 0; i < LIST_REASONS; i++) {
		if (r->refused[i] > 0)
			log_info("list %s: %llu refused: %s", list->spec.path,
			    (unsigned long long)r->refused[i],
			    list_reason_text((enum list_reason)i));
	}
	for (size_t i = 0; i < r->examples; i++)
		log_info("list %s:%llu: refused '%s': %s", list->spec.path,
		    (unsigned long long)r->example[i].line,
		    r->example[i].text,
		    list_reason_text(r->example[i].reason));
}

/* Say what all lists hold together. */
static void
describe_rules(const struct rules *r)
{
	const struct matcher *names = rules_matcher(r);
	const struct address_matcher *addresses = rules_addresses(r);

	if (matcher_names(names) > 0)
		log_info("%zu names in %zu KiB", matcher_names(names),
		    matcher_bytes(names) / 1024);
	if (addresses != NULL)
		log_info("%zu addresses and netblocks in %zu KiB",
		    address_matcher_count(addresses),
		    address_matcher_bytes(addresses) / 1024);
}

int
rules_setup_load(struct rules_setup *s, bool describe)
{
	char error[LIST_PATH_SIZE + 128];

	if (s->count == 0)
		return 0;
	if (guards_setup_load(&s->guards, describe) != 0)
		return -1;
	s->rules = rules_load(&(struct rules_options){
		.lists = s->lists, .count = s->count,
		.monitored = s->monitored, .excluded = s->excluded,
		.zones = s->zones, .zone_count = s->zone_count,
		.generation = ++s->generation,
	    }, error, sizeof(error));
	for (size_t i = 0; i < s->count; i++) {
		if (describe || s->lists[i].report.examples > 0)
			describe_list(&s->lists[i]);
		fclose(s->lists[i].file);
		s->lists[i].file = NULL;
	}
	if (s->rules == NULL) {
		log_warnx("%s", error);
		return -1;
	}
	if (guards_setup_check(&s->guards, s->rules, s->lists, s->count,
	    NULL) != 0)
		return -1;
	if (describe)
		describe_rules(s->rules);
	return 0;
}

void
rules_setup_free(struct rules_setup *s)
{
	rules_free(s->rules);
	guards_setup_free(&s->guards);
	prefixes_free(s->monitored);
	prefixes_free(s->excluded);
	for (size_t i = 0; s->lists != NULL && i < s->count; i++) {
		if (s->lists[i].file != NULL)
			fclose(s->lists[i].file);
	}
	free(s->lists);
}
