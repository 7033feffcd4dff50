#include "frontend/allow_setup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"

/* A file's label is its name without folders. */
static int
take_path(struct rules_allow *file, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	if (strlen(path) >= sizeof(file->path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(file->path, sizeof(file->path), "%s", path);
	snprintf(file->label, sizeof(file->label), "%s", name);
	return 0;
}

int
allow_setup_open(struct allow_setup *a, const struct config *config)
{
	size_t count = config_count(config, "allow");

	if (count > ALLOW_SETUP_FILES) {
		log_warnx("allow: more than %d files", ALLOW_SETUP_FILES);
		return -1;
	}
	for (; a->count < count; a->count++) {
		const char *path = config_item(config, "allow", a->count);
		struct rules_allow *file = &a->file[a->count];
		struct list_source *source = &a->source[a->count];

		source->path = file->path;
		if (take_path(file, path) != 0 ||
		    (file->file = list_source_open(source)) == NULL) {
			log_warn("allow %s", path);
			return -1;
		}
		/* These are small, and made by people: no pipes. */
		if (source->once) {
			log_warnx("allow %s: not a regular file", path);
			a->count++;
			return -1;
		}
	}
	return 0;
}

int
allow_setup_again(struct allow_setup *a)
{
	for (size_t i = 0; i < a->count; i++) {
		struct rules_allow *file = &a->file[i];

		file->report = (struct allow_list_report){ .lines = 0 };
		file->file = list_source_again(&a->source[i]);
		if (file->file == NULL) {
			log_warn("allow %s cannot be read again", file->path);
			return -1;
		}
	}
	return 0;
}

static void
describe(const struct rules_allow *a)
{
	const struct allow_list_report *r = &a->report;

	log_info("allow %s: %llu rules, %llu lines", a->path,
	    (unsigned long long)r->rules, (unsigned long long)r->lines);
	for (int i = ALLOW_LIST_TAKEN + 1; i < ALLOW_LIST_REASONS; i++) {
		if (r->refused[i] > 0)
			log_info("allow %s: %llu refused: %s", a->path,
			    (unsigned long long)r->refused[i],
			    allow_list_reason_text(
			    (enum allow_list_reason)i));
	}
	for (size_t i = 0; i < r->examples; i++)
		log_info("allow %s:%llu: refused '%s': %s", a->path,
		    (unsigned long long)r->example[i].line,
		    r->example[i].text,
		    allow_list_reason_text(r->example[i].reason));
}

void
allow_setup_describe(const struct allow_setup *a, bool all)
{
	for (size_t i = 0; i < a->count; i++) {
		if (all || a->file[i].report.examples > 0)
			describe(&a->file[i]);
	}
}

void
allow_setup_tell(const struct rules *rules)
{
	const struct allow *allow = rules_allow(rules);
	size_t told = 0;

	for (size_t i = 0; allow != NULL && i < allow_count(allow); i++) {
		uint64_t held = allow_held(allow, i);
		struct allow_rule rule;

		if (held == 0 || told++ >= ALLOW_SETUP_TOLD)
			continue;
		allow_rule(allow, i, &rule);
		log_info("allow %s:%llu: held back %llu (%s)", rule.file,
		    (unsigned long long)rule.line, (unsigned long long)held,
		    allow_list_effect_text(rule.effect));
	}
}

enum list_source_change
allow_setup_look(struct allow_setup *a)
{
	enum list_source_change most = LIST_SOURCE_SAME;

	for (size_t i = 0; i < a->count; i++) {
		enum list_source_change c = list_source_look(&a->source[i]);

		most = c > most ? c : most;
	}
	return most;
}

void
allow_setup_close(struct allow_setup *a)
{
	for (size_t i = 0; i < a->count; i++) {
		if (a->file[i].file != NULL)
			fclose(a->file[i].file);
		a->file[i].file = NULL;
	}
}

void
allow_setup_free(struct allow_setup *a)
{
	allow_setup_close(a);
	for (size_t i = 0; i < a->count; i++)
		list_source_free(&a->source[i]);
}
