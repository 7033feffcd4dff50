#include <inttypes.h>
#include <stdio.h>

#include "core/timestamp.h"
#include "listing.h"
#include "print.h"

static void
put_refused(const struct list_report *r)
{
	const char *between = "";

	printf(",\"refused\":{");
	for (int i = 0; i < LIST_REASONS; i++) {
		if (r->refused[i] == 0)
			continue;
		printf("%s", between);
		print_json(list_reason_text((enum list_reason)i));
		printf(":%" PRIu64, r->refused[i]);
		between = ",";
	}
	putchar('}');
}

/* A list as it was given. */
static void
put_given(const struct listing *l, size_t i)
{
	const struct rules_list *list = &l->setup->lists[i];
	int64_t changed = listing_changed(list->spec.path);

	print_member("path", list->spec.path);
	print_member("format", list->compiled ? "compiled" :
	    list_format_text(list->report.format));
	if (list->spec.match_given)
		print_member("match", list_match_text(list->spec.match));
	print_time("changed", changed);
	if (changed != 0 && l->now >= changed)
		print_number("age", (uint64_t)(l->now - changed) /
		    (uint64_t)TIMESTAMP_SECOND);
	print_number("entries", list->report.entries);
	if (list->compiled)
		return;
	print_number("lines", list->report.lines);
	put_refused(&list->report);
}

static void
put_counts(const struct rules_count_list *c)
{
	print_number("names", c->names);
	print_number("exact", c->exact);
	print_number("suffix", c->suffix);
	print_number("below", c->below);
	print_number("search", c->search);
	print_number("conditional", c->conditional);
	print_number("substrings", c->substrings);
	print_number("regexes", c->regexes);
}

static void
put_common(const struct listing *l, const struct rules_count_list *c)
{
	const char *between = "";

	printf(",\"common\":[");
	for (size_t i = 0; i < l->counts.count; i++) {
		if (c->common[i] == 0)
			continue;
		printf("%s{\"list\":", between);
		print_json(l->counts.list[i].label);
		print_number("number", i);
		print_number("names", c->common[i]);
		putchar('}');
		between = ",";
	}
	putchar(']');
}

static void
put_total(const struct listing *l)
{
	struct rules_size size = rules_size(l->setup->rules);
	const struct address_matcher *addresses =
	    rules_addresses(l->setup->rules);

	printf("\"names\":%zu", size.names);
	print_number("substrings", size.substrings);
	print_number("regexes", size.regexes);
	print_number("addresses", addresses != NULL ?
	    address_matcher_count(addresses) : 0);
	print_number("memory", size.bytes + (addresses != NULL ?
	    address_matcher_bytes(addresses) : 0));
	print_number("shared", size.shared);
}

void
listing_json(const struct listing *l)
{
	printf("{\"lists\":[");
	for (size_t i = 0; i < l->counts.count; i++) {
		printf("%s{\"label\":", i > 0 ? "," : "");
		print_json(l->counts.list[i].label);
		print_number("number", i);
		if (i < l->setup->count)
			put_given(l, i);
		else
			print_member("in", listing_list(l, i)->spec.path);
		put_counts(&l->counts.list[i]);
		put_common(l, &l->counts.list[i]);
		putchar('}');
	}
	printf("],\"total\":{");
	put_total(l);
	puts("}}");
}
