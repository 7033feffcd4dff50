#include "frontend/rules_setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/log.h"
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

int
rules_setup_netblocks(const struct config *config, const char *key,
    struct prefixes **ret)
{
	size_t count = config_count(config, key);
	struct netblock *blocks;

	*ret = NULL;
	if (count == 0)
		return 0;
	if ((blocks = calloc(count, sizeof(*blocks))) == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)	/* config.c has checked them */
		netblock_parse(config_item(config, key, i), &blocks[i]);
	*ret = prefixes_new(blocks, count);
	free(blocks);
	return *ret != NULL ? 0 : -1;
}

/* Open the lists while we may still read what others may not. */
static int
open_lists(struct rules_setup *s)
{
	char error[256];

	if (s->count == 0)
		return 0;
	if ((s->lists = calloc(s->count, sizeof(*s->lists))) == NULL) {
		log_warn("cannot hold the lists");
		return -1;
	}
	for (size_t i = 0; i < s->count; i++) {
		struct rules_list *list = &s->lists[i];

		list_spec_parse(s->args[i], &list->spec, error,
		    sizeof(error));
		s->source[i].path = list->spec.path;
		list->file = list_source_open(&s->source[i]);
		if (list->file == NULL) {
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

	if (rules_setup_netblocks(config, "monitored", &s->monitored) != 0 ||
	    rules_setup_netblocks(config, "excluded", &s->excluded) != 0) {
		log_warn("cannot hold the netblocks");
		return -1;
	}
	for (size_t i = 0; i < config_count(config, "lists"); i++) {
		if (rules_setup_add(s, config_item(config, "lists", i), error,
		    sizeof(error)) != 0) {
			log_warnx("lists: %s", error);
			return -1;
		}
	}
	return open_lists(s);
}

/* Say what a list held, and what of it was refused and why. */
static void
describe_list(const struct rules_list *list)
{
	const struct list_report *r = &list->report;

	if (list->spec.match == LIST_MATCH_ADDRESS)
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

/* --- reading --------------------------------------------------------------- */

/* Of the lists just read, of which ${rules} were made, may all be used?  The
 * place for whoever guards against lists that cannot be meant: the entries of
 * each are in its report, those of the former in ${s->former} unless this is
 * the ${first} time.  -1 after having said why not. */
static int
check_rules(const struct rules_setup *s, const struct rules *rules, bool first)
{
	(void)s;
	(void)rules;
	(void)first;
	return 0;
}

/* Did no list change while it was read? */
static bool
all_steady(const struct rules_setup *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (list_source_steady(&s->source[i], s->lists[i].file))
			continue;
		log_info("list %s is being written", s->lists[i].spec.path);
		return false;
	}
	return true;
}

static void
close_lists(struct rules_setup *s)
{
	for (size_t i = 0; s->lists != NULL && i < s->count; i++) {
		if (s->lists[i].file != NULL)
			fclose(s->lists[i].file);
		s->lists[i].file = NULL;
	}
}

/* Make rules of the lists, which are open; NULL after having said why not. */
static struct rules *
make_rules(struct rules_setup *s, bool describe, bool first)
{
	char error[LIST_PATH_SIZE + 128];
	struct rules *rules = rules_load(&(struct rules_options){
		.lists = s->lists, .count = s->count,
		.monitored = s->monitored, .excluded = s->excluded,
		.zones = s->zones, .zone_count = s->zone_count,
		.generation = s->generation + 1,
	}, error, sizeof(error));

	for (size_t i = 0; i < s->count; i++) {
		if (describe || s->lists[i].report.examples > 0)
			describe_list(&s->lists[i]);
	}
	if (rules == NULL)
		log_warnx("%s", error);
	if (rules == NULL || (!first && !all_steady(s)) ||
	    check_rules(s, rules, first) != 0) {
		rules_free(rules);
		return NULL;
	}
	s->generation++;
	for (size_t i = 0; i < s->count; i++)
		s->former[i] = s->lists[i].report.entries;
	if (describe)
		describe_rules(rules);
	return rules;
}

/* What can be read only once is kept, to be there when the others are read
 * again. */
static int
keep_texts(struct rules_setup *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct rules_list *list = &s->lists[i];

		if (!s->source[i].once)
			continue;
		list->file = list_source_keep(&s->source[i], list->file);
		if (list->file == NULL) {
			log_warn("list %s", list->spec.path);
			return -1;
		}
	}
	return 0;
}

int
rules_setup_load(struct rules_setup *s, bool describe)
{
	if (s->count == 0)
		return 0;
	if (s->again && keep_texts(s) != 0)
		return -1;
	s->rules = make_rules(s, describe, true);
	close_lists(s);
	return s->rules != NULL ? 0 : -1;
}

/* --- reading again --------------------------------------------------------- */

static int
open_again(struct rules_setup *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct rules_list *list = &s->lists[i];

		list->report = (struct list_report){ .lines = 0 };
		list->file = list_source_again(&s->source[i]);
		if (list->file == NULL) {
			log_warn("list %s cannot be read again",
			    list->spec.path);
			return -1;
		}
	}
	return 0;
}

struct rules *
rules_setup_again(struct rules_setup *s)
{
	struct rules *rules = open_again(s) == 0 ?
	    make_rules(s, false, false) : NULL;

	close_lists(s);
	return rules;
}

void
rules_setup_try(struct rules_setup *s)
{
	for (size_t i = 0; i < s->count; i++) {
		FILE *file = list_source_again(&s->source[i]);

		if (file != NULL)
			fclose(file);
		else
			log_warn("list %s: changes to it will not be taken "
			    "over", s->source[i].path);
	}
}

enum list_source_change
rules_setup_look(struct rules_setup *s)
{
	enum list_source_change most = LIST_SOURCE_SAME;

	for (size_t i = 0; i < s->count; i++) {
		enum list_source_change c = list_source_look(&s->source[i]);

		most = c > most ? c : most;
	}
	return most;
}

void
rules_setup_free(struct rules_setup *s)
{
	rules_free(s->rules);
	prefixes_free(s->monitored);
	prefixes_free(s->excluded);
	close_lists(s);
	for (size_t i = 0; i < s->count; i++)
		list_source_free(&s->source[i]);
	free(s->lists);
}
