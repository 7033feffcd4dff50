#include <inttypes.h>
#include <stdio.h>

#include "core/timestamp.h"
#include "listing.h"
#include "print.h"

#define KIB(octets) (((octets) + 1023) / 1024)

/* How long ago: in the largest unit of which there are two. */
static void
print_age(int64_t seconds)
{
	if (seconds < 120)
		printf("%" PRId64 " s", seconds);
	else if (seconds < 7200)
		printf("%" PRId64 " min", seconds / 60);
	else if (seconds < 2 * 86400)
		printf("%" PRId64 " h", seconds / 3600);
	else
		printf("%" PRId64 " days", seconds / 86400);
}

static void
print_changed(const struct listing *l, const char *path)
{
	int64_t changed = listing_changed(path);
	char text[TIMESTAMP_TEXT_SIZE];

	if (changed == 0)
		return;
	timestamp_format(changed, text);
	printf(", changed %.19sZ, ", text);
	print_age((l->now - changed) / TIMESTAMP_SECOND);
	printf(" ago");
}

static void
print_kinds(const struct rules_count_list *c)
{
	const struct { size_t count; const char *word; } kinds[] = {
		{ c->exact, "exact" }, { c->suffix, "suffix" },
		{ c->below, "below" }, { c->search, "search" },
		{ c->conditional, "under a condition" },
	};
	const char *between = ":";

	printf("  %zu names", c->names);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].count == 0)
			continue;
		printf("%s %zu %s", between, kinds[i].count, kinds[i].word);
		between = ",";
	}
	if (c->substrings > 0)
		printf("; substrings: %zu", c->substrings);
	if (c->regexes > 0)
		printf("; regexes: %zu", c->regexes);
	putchar('\n');
}

static void
print_common(const struct listing *l, const struct rules_count_list *c)
{
	for (size_t i = 0; i < l->counts.count; i++) {
		if (c->common[i] == 0)
			continue;
		printf("  %zu (%.1f %%) are on ", c->common[i],
		    (double)c->common[i] * 100 / (double)c->names);
		print_text(l->counts.list[i].label);
		printf(", too\n");
	}
}

/* A list as it was given. */
static void
print_given(const struct listing *l, size_t i)
{
	const struct rules_list *list = &l->setup->lists[i];
	const struct list_report *r = &list->report;

	print_text(list->spec.label);
	printf(": ");
	print_text(list->spec.path);
	putchar('\n');
	printf("  %s", list->compiled ? "compiled" :
	    list_format_text(r->format));
	if (list->spec.match_given)
		printf(", match=%s", list_match_text(list->spec.match));
	if (!list->compiled)
		printf(", %" PRIu64 " lines", r->lines);
	print_changed(l, list->spec.path);
	putchar('\n');
	for (int k = 0; k < LIST_REASONS; k++) {
		if (r->refused[k] > 0)
			printf("  %" PRIu64 " refused: %s\n", r->refused[k],
			    list_reason_text((enum list_reason)k));
	}
	if (list->spec.match == LIST_MATCH_ADDRESS)
		printf("  %" PRIu64 " addresses and netblocks\n", r->entries);
	else if (!list->compiled)
		print_kinds(&l->counts.list[i]);
}

static void
print_total(const struct listing *l)
{
	struct rules_size size = rules_size(l->setup->rules);
	const struct address_matcher *addresses =
	    rules_addresses(l->setup->rules);

	printf("all: %zu names", size.names);
	if (size.substrings > 0)
		printf(", substrings: %zu", size.substrings);
	if (size.regexes > 0)
		printf(", regexes: %zu", size.regexes);
	if (addresses != NULL) {
		printf(", %zu addresses and netblocks",
		    address_matcher_count(addresses));
		size.bytes += address_matcher_bytes(addresses);
	}
	printf(", in %zu KiB of memory", KIB(size.bytes));
	if (size.shared > 0)
		printf(" and %zu KiB shared", KIB(size.shared));
	putchar('\n');
}

void
listing_text(const struct listing *l)
{
	for (size_t i = 0; i < l->counts.count; i++) {
		const struct rules_count_list *c = &l->counts.list[i];

		if (i < l->setup->count) {
			print_given(l, i);
		} else {
			print_text(c->label);
			printf(": in ");
			print_text(listing_list(l, i)->spec.path);
			putchar('\n');
			print_kinds(c);
		}
		print_common(l, c);
	}
	print_total(l);
}
