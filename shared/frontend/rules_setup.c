#include "frontend/rules_setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"

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

/* Open the lists while we may still read what others may not. */
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
		s->source[i].path = list->spec.path;
		list->file = list_source_open(&s->source[i]);
		if (list->file == NULL) {
			log_warn("list %s", list->spec.path);
			return -1;
		}
	}
	return 0;
}

/* Open the list whose hits are known. */
static int
open_known(struct rules_setup *s)
{
	struct rules_list *list = &s->known_list;
	char error[256];

	if (s->known_path == NULL)
		return 0;
	if (list_spec_parse(s->known_path, &list->spec, error,
	    sizeof(error)) != 0) {
		log_warnx("--only-new: %s", error);
		return -1;
	}
	if ((list->file = fopen(list->spec.path, "re")) == NULL)
		log_warn("list %s", list->spec.path);
	return list->file != NULL ? 0 : -1;
}

static int
take_zones(struct rules_setup *s, const struct config *config)
{
	size_t count = config_count(config, "search_zones");

	if (count > MATCHER_ZONES_MAX) {
		log_warnx("search_zones: more than %d zones",
		    MATCHER_ZONES_MAX);
		return -1;
	}
	for (; s->zone_count < count; s->zone_count++) {
		const char *zone = config_item(config, "search_zones",
		    s->zone_count);

		if (dns_name_from_text(zone, strlen(zone),
		    &s->zones[s->zone_count]) != 0 ||
		    s->zones[s->zone_count].length == 1) {
			log_warnx("search_zones: '%s' is no zone", zone);
			return -1;
		}
	}
	return 0;
}

int
rules_setup_open(struct rules_setup *s, const struct config *config)
{
	char error[256];

	if (netblocks_setup_open(&s->netblocks, config) != 0)
		return -1;
	for (size_t i = 0; !s->only_args && i < config_count(config, "lists");
	    i++) {
		if (rules_setup_add(s, config_item(config, "lists", i), error,
		    sizeof(error)) != 0) {
			log_warnx("lists: %s", error);
			return -1;
		}
	}
	if (take_zones(s, config) != 0 || open_known(s) != 0 ||
	    allow_setup_open(&s->allow, config) != 0)
		return -1;
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
		    list_match_text(r->match),
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
	const struct address_matcher *addresses = rules_addresses(r);
	struct rules_size size = rules_size(r);

	if (size.names > 0)
		log_info("%zu names in %zu KiB", size.names,
		    (size.bytes + size.shared) / 1024);
	if (size.substrings + size.regexes > 0)
		log_info("%zu substrings and %zu regular expressions, which "
		    "every name is searched for", size.substrings,
		    size.regexes);
	if (addresses != NULL)
		log_info("%zu addresses and netblocks in %zu KiB",
		    address_matcher_count(addresses),
		    address_matcher_bytes(addresses) / 1024);
}

/* --- reading --------------------------------------------------------------- */

/* Of the lists just read, of which ${rules} were made, may all be used?  -1
 * after having said why not. */
static int
check_rules(const struct rules_setup *s, const struct rules *rules, bool first)
{
	return guards_setup_check(&s->guards, rules, s->lists, s->count,
	    first ? NULL : s->former);
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
	allow_setup_close(&s->allow);
	for (size_t i = 0; s->lists != NULL && i < s->count; i++) {
		if (s->lists[i].file != NULL)
			fclose(s->lists[i].file);
		s->lists[i].file = NULL;
	}
}

/* Make rules of the lists, which are open, and of ${netblocks}; NULL after
 * having said why not. */
static struct rules *
make_rules(struct rules_setup *s, const struct netblocks_pair *netblocks,
    bool describe, bool first)
{
	char error[LIST_PATH_SIZE + 128];
	struct rules *rules = rules_load(&(struct rules_options){
		.lists = s->lists, .count = s->count,
		.monitored = netblocks->monitored,
		.excluded = netblocks->excluded,
		.zones = s->zones, .zone_count = s->zone_count,
		.allow = s->allow.file, .allow_count = s->allow.count,
		.known = s->known,
		.generation = s->generation + 1,
		.threads = s->threads,
	}, error, sizeof(error));

	for (size_t i = 0; i < s->count; i++) {
		if (describe || s->lists[i].report.examples > 0)
			describe_list(&s->lists[i]);
	}
	allow_setup_describe(&s->allow, describe);
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

/* Read the list whose hits are known. */
static int
load_known(struct rules_setup *s)
{
	char error[LIST_PATH_SIZE + 128];

	if (s->known_path == NULL)
		return 0;
	s->known = rules_load(&(struct rules_options){
		.lists = &s->known_list, .count = 1
	}, error, sizeof(error));
	fclose(s->known_list.file);
	s->known_list.file = NULL;
	if (s->known == NULL)
		log_warnx("%s", error);
	return s->known != NULL ? 0 : -1;
}

int
rules_setup_load(struct rules_setup *s, bool describe)
{
	if (s->count == 0)
		return 0;
	if ((s->again && keep_texts(s) != 0) || load_known(s) != 0)
		return -1;
	if (guards_setup_load(&s->guards, describe) != 0)
		return -1;
	s->rules = make_rules(s, &s->netblocks.now, describe, true);
	close_lists(s);
	return s->rules != NULL ? 0 : -1;
}

/* --- reading again --------------------------------------------------------- */

static int
open_again(struct rules_setup *s)
{
	if (allow_setup_again(&s->allow) != 0)
		return -1;
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
	struct rules *rules = NULL;
	struct netblocks_pair netblocks;

	if (netblocks_setup_again(&s->netblocks, &netblocks) != 0)
		return NULL;
	if (open_again(s) == 0)
		rules = make_rules(s, &netblocks, false, false);
	close_lists(s);
	if (rules != NULL)
		netblocks_setup_take(&s->netblocks, netblocks);
	else
		netblocks_setup_drop(&s->netblocks, netblocks);
	return rules;
}

void
rules_setup_forget(struct rules_setup *s)
{
	netblocks_setup_forget(&s->netblocks);
}

void
rules_setup_try(struct rules_setup *s)
{
	netblocks_setup_try(&s->netblocks);
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
	enum list_source_change most = LIST_SOURCE_SAME, change;

	for (size_t i = 0; i < s->count; i++) {
		change = list_source_look(&s->source[i]);
		most = change > most ? change : most;
	}
	change = netblocks_setup_look(&s->netblocks);
	most = change > most ? change : most;
	return allow_setup_look(&s->allow) > most ?
	    LIST_SOURCE_WRITTEN : most;
}

void
rules_setup_free(struct rules_setup *s)
{
	rules_free(s->rules);
	rules_free(s->known);
	allow_setup_free(&s->allow);
	guards_setup_free(&s->guards);
	netblocks_setup_free(&s->netblocks);
	close_lists(s);
	for (size_t i = 0; i < s->count; i++)
		list_source_free(&s->source[i]);
	free(s->lists);
}
