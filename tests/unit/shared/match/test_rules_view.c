/*
 * What is shown of a hit is what the rules go by, and showing it counts
 * nothing.
 */

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "match/rules_count.h"
#include "match/rules_view.h"

static char one[] = "bad.example\nwww.sub.bad.example\nc2.test\n";
static char two[] = "sub.bad.example\nbad.example\n";
static char allowed[] =
    "name,client,list,effect,author,comment,expires\n"
    "sub.bad.example,192.0.2.0/24,two,no-alert,mj,a lab,\n"
    "other.example,,,,mj,,\n";

struct seen {
	size_t entries, holds;
	struct rules_view_entry entry[8];
	struct rules_view_hold hold[8];
};

static void
take(void *ctx, const struct rules_view_entry *e)
{
	struct seen *s = ctx;

	assert_true(s->entries < 8);
	s->entry[s->entries++] = *e;
}

static void
take_hold(void *ctx, const struct rules_view_hold *h)
{
	struct seen *s = ctx;

	assert_true(s->holds < 8);
	s->hold[s->holds++] = *h;
}

static FILE *
open_text(char *text)
{
	FILE *file = fmemopen(text, strlen(text), "r");

	assert_non_null(file);
	return file;
}

/* Rules of both lists and what is allowed. */
static struct rules *
make(void)
{
	struct rules_list lists[2] = {
		{ .file = open_text(one), .spec = { .label = "one",
		    .match = LIST_MATCH_SUFFIX, .match_given = true } },
		{ .file = open_text(two), .spec = { .label = "two",
		    .match = LIST_MATCH_SUFFIX, .match_given = true,
		    .severity = LIST_SEVERITY_HIGH } },
	};
	struct rules_allow allow = { .path = "ok", .label = "ok.csv",
	    .file = open_text(allowed) };
	char error[256];
	struct rules *r = rules_load(&(struct rules_options){
		.lists = lists, .count = 2, .allow = &allow,
		.allow_count = 1,
	    }, error, sizeof(error));

	assert_non_null(r);
	fclose(lists[0].file);
	fclose(lists[1].file);
	fclose(allow.file);
	return r;
}

static struct dns_name
name_of(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_from_text(text, strlen(text), &name), 0);
	return name;
}

static void
every_entry_is_shown(void **state)
{
	struct rules *r = make();
	struct dns_name name = name_of("a.sub.bad.example");
	struct address nobody = { .family = 0 };
	const struct rules_question q = { .name = &name, .client = &nobody };
	struct seen seen = { .entries = 0 };

	(void)state;
	rules_view_name(r, NULL, &q, take, &seen);
	assert_int_equal(seen.entries, 3);
	assert_int_equal(seen.entry[0].list, 1);
	assert_int_equal(seen.entry[0].cut, 2);
	assert_int_equal(seen.entry[0].detail.severity, LIST_SEVERITY_HIGH);
	assert_int_equal(seen.entry[1].list, 0);
	assert_int_equal(seen.entry[1].cut, 6);
	assert_int_equal(seen.entry[1].detail.severity, LIST_SEVERITY_NONE);
	assert_int_equal(seen.entry[2].list, 1);
	assert_null(seen.entry[2].zone);
	assert_true(seen.entry[2].holds);
	rules_free(r);
}

static void
what_holds_back_is_shown_and_not_counted(void **state)
{
	struct rules *r = make();
	struct dns_name name = name_of("a.sub.bad.example");
	const uint8_t octets[4] = { 192, 0, 2, 7 };
	struct address client = address_v4(octets);
	const struct rules_question q = { .name = &name, .client = &client };
	struct seen seen = { .holds = 0 };

	(void)state;
	rules_view_held(r, &q, 17, 3, false, take_hold, &seen);
	assert_int_equal(seen.holds, 1);
	assert_int_equal(seen.hold[0].lists, 2);
	assert_false(seen.hold[0].own);
	assert_int_equal(seen.hold[0].rule.effect, ALLOW_NO_ALERT);
	assert_int_equal(seen.hold[0].rule.line, 2);
	assert_string_equal(seen.hold[0].rule.file, "ok.csv");
	assert_string_equal(seen.hold[0].rule.author, "mj");
	assert_string_equal(seen.hold[0].rule.comment, "a lab");
	assert_int_equal(allow_held(rules_allow(r), 0), 0);
	rules_free(r);
}

static void
lists_are_counted_alone_and_together(void **state)
{
	static struct rules_count counts;
	struct rules *r = make();

	(void)state;
	rules_count_all(r, &counts);
	assert_int_equal(counts.count, 2);
	assert_string_equal(counts.list[1].label, "two");
	assert_int_equal(counts.list[0].names, 3);
	assert_int_equal(counts.list[0].suffix, 3);
	assert_int_equal(counts.list[1].names, 2);
	assert_int_equal(counts.list[0].common[1], 1);
	assert_int_equal(counts.list[1].common[0], 1);
	assert_int_equal(counts.list[0].common[0], 0);
	rules_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_shown),
		cmocka_unit_test(what_holds_back_is_shown_and_not_counted),
		cmocka_unit_test(lists_are_counted_alone_and_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
