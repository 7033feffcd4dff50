#include "hits/pipeline.h"

#include "hits.h"
#include "match/prefixes.h"
#include "match/rules.h"
#include "unit.h"

#define SECOND 1000000

/* A pipeline with bad.example as a suffix, and what it borrows. */
struct fixture {
	struct prefixes *monitored, *excluded;
	struct rules *rules;
	struct pipeline *pipeline;
};

static struct prefixes *
set_of(const char *text)
{
	struct netblock block = unit_netblock(text);

	return prefixes_new(&block, 1);
}

static int
set_up_with(void **state, size_t pairs)
{
	static struct fixture f;
	static char names[] = "bad.example\n", addresses[] = "192.0.2.0/24\n";
	static struct rules_list lists[2];
	struct pipeline_options o = {
		.source = "test",
		.via = QUERY_VIA_CAPTURE,
		.coalesce = 10 * SECOND,
		.table = 4,
		.answer_wait = SECOND,
		.pairs = pairs,
		.sink = hits_keep,
	};
	char error[128];

	list_spec_parse("one,match=suffix", &lists[0].spec, error,
	    sizeof(error));
	list_spec_parse("sinkholes,match=address", &lists[1].spec, error,
	    sizeof(error));
	lists[0].file = fmemopen(names, sizeof(names) - 1, "r");
	lists[1].file = fmemopen(addresses, sizeof(addresses) - 1, "r");
	f.monitored = set_of("10.0.0.0/8");
	f.excluded = set_of("10.0.0.53");
	f.rules = rules_load(&(struct rules_options){
		.lists = lists, .count = 2, .monitored = f.monitored,
		.excluded = f.excluded,
	    }, error, sizeof(error));
	fclose(lists[0].file);
	fclose(lists[1].file);
	o.rules = f.rules;
	f.pipeline = f.rules != NULL ? pipeline_new(&o) : NULL;
	hits_count = 0;
	*state = &f;
	return f.pipeline != NULL ? 0 : -1;
}

/* A feed of queries only, as a log is; and one of responses, too. */
static int
set_up(void **state)
{
	return set_up_with(state, 0);
}

static int
set_up_pairing(void **state)
{
	return set_up_with(state, 4);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	pipeline_free(f->pipeline);
	rules_free(f->rules);
	prefixes_free(f->monitored);
	prefixes_free(f->excluded);
	return 0;
}

/* What a front end does with each query. */
static void
show(struct pipeline *p, const char *client, const char *qname, int64_t time)
{
	struct query q = hits_query(client, qname, time);

	if (pipeline_look(p, &q.client, &q.qname))
		pipeline_put(p, &q);
}

/* The same by the last two labels first, here all of a name of two. */
static void
a_look_in_two_steps_is_the_same(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_counters *c = pipeline_counters(f->pipeline);
	static const struct {
		const char *client, *qname;
		bool tail, rest;
	} rows[] = {
		{ "10.0.0.1", "bad.example", true, true },
		{ "10.0.0.1", "good.example", false, false },
		{ "10.0.0.53", "bad.example", false, true },
		{ "192.0.2.1", "bad.example", false, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct query q = hits_query(rows[i].client, rows[i].qname, 1);

		assert_int_equal(pipeline_look_tail(f->pipeline, &q.client,
		    q.qname.wire, q.qname.length), rows[i].tail);
		assert_int_equal(pipeline_look_rest(f->pipeline, &q.qname),
		    rows[i].rest);
	}
	assert_int_equal(c->queries, 4);
	assert_int_equal(c->excluded, 1);
	assert_int_equal(c->unmonitored, 1);
	assert_int_equal(c->matched, 0);
}

static void
queries_are_counted_by_what_became_of_them(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_counters *c = pipeline_counters(f->pipeline);

	show(f->pipeline, "10.0.0.1", "good.example", 1);
	show(f->pipeline, "10.0.0.1", "notbad.example", 1);
	show(f->pipeline, "10.0.0.1", "www.bad.example", 2);
	show(f->pipeline, "10.0.0.53", "bad.example", 3);
	show(f->pipeline, "192.0.2.1", "bad.example", 4);
	show(f->pipeline, "10.0.0.1", "www.bad.example", 5);
	assert_int_equal(c->queries, 6);
	assert_int_equal(c->unmonitored, 1);
	assert_int_equal(c->excluded, 1);
	assert_int_equal(c->matched, 2);
	assert_int_equal(c->hits, 1);
	assert_int_equal(hits_count, 1);
	pipeline_flush(f->pipeline);
	assert_int_equal(c->hits, 2);
	assert_int_equal(hits_count, 2);
	assert_int_equal(hits_out[1].n, 1);
	assert_int_equal(hits_out[1].first, 5);
}

static void
a_hit_says_how_it_matched(void **state)
{
	struct fixture *f = *state;
	struct dns_name bad = unit_name("bad.example");

	show(f->pipeline, "10.0.0.1", "www.bad.example", 77);
	assert_int_equal(hits_count, 1);
	assert_string_equal(hits_out[0].source, "test");
	assert_string_equal(hits_out[0].lists, "one");
	assert_int_equal(hits_out[0].via, QUERY_VIA_CAPTURE);
	assert_int_equal(hits_out[0].match, LIST_MATCH_SUFFIX);
	assert_true(dns_name_equal(&hits_out[0].entry, &bad));
	assert_int_equal(hits_out[0].n, 1);
	assert_int_equal(hits_out[0].first, 77);
	assert_int_equal(hits_out[0].last, 77);
}

static void
quiet_input_ends_the_window(void **state)
{
	struct fixture *f = *state;

	show(f->pipeline, "10.0.0.1", "bad.example", 1 * SECOND);
	show(f->pipeline, "10.0.0.1", "bad.example", 2 * SECOND);
	pipeline_idle(f->pipeline, 8 * SECOND);
	assert_int_equal(hits_count, 1);
	pipeline_idle(f->pipeline, 9 * SECOND);
	assert_int_equal(hits_count, 2);
}

static void
a_full_table_is_counted(void **state)
{
	struct fixture *f = *state;
	char client[16];

	for (int i = 1; i <= 5; i++) {
		snprintf(client, sizeof(client), "10.0.0.%d", i);
		show(f->pipeline, client, "bad.example", i);
	}
	assert_int_equal(pipeline_counters(f->pipeline)->table_full, 1);
	assert_int_equal(hits_count, 5);
}

static void
what_does_not_match_is_not_put(void **state)
{
	struct fixture *f = *state;
	struct query q = hits_query("10.0.0.1", "good.example", 1);

	pipeline_put(f->pipeline, &q);
	assert_int_equal(hits_count, 0);
	assert_int_equal(pipeline_counters(f->pipeline)->matched, 0);
}

/* What the sensor does with each response: 1 answer at most, a name or an
 * address. */
static void
answer(struct pipeline *p, const char *client, const char *qname,
    const char *to, int64_t time)
{
	struct query q = hits_query(client, qname, time);
	struct dns_answer a = { .is_name = false };
	struct pipeline_verdict v;

	q.response = q.has_rcode = true;
	if (!pipeline_look_client(p, &q.client))
		return;
	pipeline_judge(p, &q, &v);
	if (to != NULL) {
		a.is_name = address_parse(to, strlen(to), &a.address) != 0;
		if (a.is_name)
			a.name = unit_name(to);
		pipeline_judge_answer(p, &q, &a, &v);
	}
	if (pipeline_bad(&v))
		pipeline_put_response(p, &q, &v);
}

static void
a_hit_waits_for_its_response(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_counters *c = pipeline_counters(f->pipeline);

	show(f->pipeline, "10.0.0.1", "bad.example", 1);
	assert_int_equal(hits_count, 0);
	answer(f->pipeline, "10.0.0.1", "bad.example", "198.51.100.1", 2);
	assert_int_equal(hits_count, 1);
	assert_int_equal(hits_out[0].first, 1);
	assert_true(hits_out[0].query.has_rcode);
	assert_int_equal(hits_out[0].answer.family, 0);
	assert_int_equal(c->matched, 1);
	assert_int_equal(c->answered, 1);
	assert_int_equal(c->hits, 1);
	/* Without one it goes out all the same: by time, or by quiet. */
	show(f->pipeline, "10.0.0.2", "bad.example", 10);
	pipeline_advance(f->pipeline, 10 + SECOND);
	assert_int_equal(hits_count, 2);
	show(f->pipeline, "10.0.0.3", "bad.example", SECOND + 20);
	pipeline_idle(f->pipeline, SECOND);
	assert_int_equal(hits_count, 3);
	assert_int_equal(c->unanswered, 2);
	/* And even then the response adds what it says. */
	answer(f->pipeline, "10.0.0.2", "bad.example", NULL, SECOND + 30);
	assert_int_equal(c->answered_late, 1);
	assert_int_equal(c->matched, 3);
	pipeline_flush(f->pipeline);
	assert_int_equal(hits_count, 4);
	assert_int_equal(hits_out[3].n, 0);
}

static void
a_listed_answer_marks_the_hit(void **state)
{
	struct fixture *f = *state;
	struct address sinkhole = unit_address("192.0.2.7");

	show(f->pipeline, "10.0.0.1", "bad.example", 1);
	answer(f->pipeline, "10.0.0.1", "bad.example", "192.0.2.7", 2);
	assert_int_equal(hits_count, 1);
	assert_int_equal(hits_out[0].where, HIT_QNAME);
	assert_string_equal(hits_out[0].lists, "one");
	assert_true(address_equal(&hits_out[0].answer, &sinkhole));
	assert_string_equal(hits_out[0].answer_lists, "sinkholes");
}

static void
a_good_name_that_leads_to_a_bad_one_is_a_hit(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_counters *c = pipeline_counters(f->pipeline);
	struct dns_name cdn = unit_name("cdn.bad.example");
	struct dns_name bad = unit_name("bad.example");

	show(f->pipeline, "10.0.0.1", "good.example", 1);
	answer(f->pipeline, "10.0.0.1", "good.example", "cdn.bad.example", 2);
	assert_int_equal(hits_count, 1);
	assert_int_equal(hits_out[0].where, HIT_CNAME);
	assert_true(dns_name_equal(&hits_out[0].name, &cdn));
	assert_true(dns_name_equal(&hits_out[0].entry, &bad));
	assert_int_equal(hits_out[0].n, 1);
	assert_int_equal(c->matched, 0);
	assert_int_equal(c->matched_cname, 1);
	answer(f->pipeline, "10.0.0.1", "good.example", "192.0.2.9", 3);
	assert_int_equal(hits_count, 2);
	assert_int_equal(hits_out[1].where, HIT_ADDRESS);
	assert_int_equal(hits_out[1].match, LIST_MATCH_ADDRESS);
	assert_int_equal(hits_out[1].block.prefix, 24);
	assert_string_equal(hits_out[1].lists, "sinkholes");
	assert_int_equal(c->matched_address, 1);
	answer(f->pipeline, "10.0.0.1", "good.example", "198.51.100.1", 4);
	answer(f->pipeline, "10.0.0.1", "good.example", "notbad.example", 4);
	assert_int_equal(hits_count, 2);
}

static void
responses_alone_are_hits(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_counters *c = pipeline_counters(f->pipeline);

	answer(f->pipeline, "10.0.0.1", "bad.example", NULL, 1);
	assert_int_equal(hits_count, 0);	/* the query may come yet */
	pipeline_advance(f->pipeline, 1 + SECOND);
	assert_int_equal(hits_count, 1);
	assert_int_equal(hits_out[0].n, 1);
	assert_int_equal(c->unasked, 1);
	assert_int_equal(c->matched, 0);
	answer(f->pipeline, "10.0.0.53", "bad.example", NULL, SECOND + 2);
	answer(f->pipeline, "192.0.2.1", "bad.example", NULL, SECOND + 3);
	assert_int_equal(hits_count, 1);
	assert_int_equal(c->responses, 3);
	assert_int_equal(c->responses_excluded, 1);
	assert_int_equal(c->responses_unmonitored, 1);
	assert_int_equal(c->excluded, 0);
}

static void
on_a_feed_of_responses_only_nothing_waits(void **state)
{
	struct fixture *f = *state;

	pipeline_advance(f->pipeline, 1);
	for (int i = 0; i < 100; i++)
		answer(f->pipeline, "10.0.0.1", "good.example", NULL, 1);
	answer(f->pipeline, "10.0.0.1", "bad.example", NULL, 1);
	assert_int_equal(hits_count, 0);
	answer(f->pipeline, "10.0.0.2", "bad.example", NULL, 1 + 10 * SECOND);
	assert_int_equal(hits_count, 2);	/* and the one before */
}

/* What a full table has forgotten must not count again. */
static void
a_forgotten_query_is_not_counted_twice(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_counters *c = pipeline_counters(f->pipeline);
	char client[16];

	for (int i = 1; i <= 5; i++) {
		snprintf(client, sizeof(client), "10.0.0.%d", i);
		show(f->pipeline, client, "bad.example", i);
	}
	assert_int_equal(c->pairs_full, 1);
	assert_int_equal(hits_count, 1);
	answer(f->pipeline, "10.0.0.1", "bad.example", NULL, 6);
	assert_int_equal(c->unpaired, 1);
	assert_int_equal(hits_count, 1);
	assert_int_equal(c->matched, 5);
	answer(f->pipeline, "10.0.0.2", "bad.example", NULL, 6);
	assert_int_equal(hits_count, 2);
}

/* 100 queries and ten seconds without any response: none will come. */
static void
on_a_feed_of_queries_only_nothing_waits(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 100; i++)
		show(f->pipeline, "10.0.0.1", "good.example", 1);
	show(f->pipeline, "10.0.0.1", "bad.example", 1);
	assert_int_equal(hits_count, 0);
	show(f->pipeline, "10.0.0.2", "bad.example", 1 + 10 * SECOND);
	assert_int_equal(hits_count, 2);	/* and the one before */
	/* One response, of anything, and it waits again. */
	answer(f->pipeline, "10.0.0.9", "good.example", NULL, 11 * SECOND);
	show(f->pipeline, "10.0.0.3", "bad.example", 12 * SECOND);
	assert_int_equal(hits_count, 2);
}

/* A log of lines beside dnstap: its hits do not wait. */
static void
a_query_of_a_feed_without_responses_is_alone(void **state)
{
	struct fixture *f = *state;
	struct query q = hits_query("10.0.0.1", "bad.example", SECOND);

	assert_true(pipeline_look(f->pipeline, &q.client, &q.qname));
	pipeline_put_alone(f->pipeline, &q);
	assert_int_equal(hits_count, 1);
	show(f->pipeline, "10.0.0.2", "bad.example", SECOND);
	assert_int_equal(hits_count, 1);
	assert_int_equal(pipeline_counters(f->pipeline)->unanswered, 0);
	assert_int_equal(pipeline_counters(f->pipeline)->matched, 2);
}

static uint64_t windows_ended;

static void
note_end(void *ctx, uint64_t line)
{
	(void)ctx;
	(void)line;
	windows_ended++;
}

/* Rules with that one name, and no list of addresses. */
static struct rules *
other_rules(char *name, uint64_t generation)
{
	struct rules_list list;
	char error[128];
	struct rules *r;

	list_spec_parse("other,match=suffix", &list.spec, error,
	    sizeof(error));
	list.file = fmemopen(name, strlen(name), "r");
	r = rules_load(&(struct rules_options){
		.lists = &list, .count = 1, .generation = generation,
	    }, error, sizeof(error));
	fclose(list.file);
	assert_non_null(r);
	return r;
}

static void
other_rules_hold_from_then_on(void **state)
{
	struct fixture *f = *state;
	struct rules *other = other_rules((char[]){ "other.example\n" }, 2);

	show(f->pipeline, "10.1.2.3", "bad.example", 100);
	show(f->pipeline, "10.1.2.3", "bad.example", 200);
	assert_int_equal(hits_count, 1);
	pipeline_use_rules(f->pipeline, other);
	/* Nobody wants to know when windows end: this one goes on. */
	assert_int_equal(hits_count, 1);
	show(f->pipeline, "10.1.2.3", "bad.example", 300);
	show(f->pipeline, "192.0.2.1", "other.example", 400);
	assert_int_equal(hits_count, 2);
	assert_int_equal(hits_out[1].generation, 2);
	assert_string_equal(hits_out[1].lists, "other");
	rules_free(f->rules);
	f->rules = other;
	pipeline_flush(f->pipeline);
	assert_int_equal(hits_count, 3);
	assert_int_equal(hits_out[2].generation, 0);
	assert_string_equal(hits_out[2].lists, "one");
}

static void
a_hit_that_waits_is_completed_under_other_rules(void **state)
{
	struct fixture *f = *state;
	struct query q = hits_query("10.1.2.3", "bad.example", 100);
	struct pipeline_verdict v;
	struct rules *other = other_rules((char[]){ "bad.example\n" }, 2);

	show(f->pipeline, "10.1.2.3", "bad.example", 100);
	assert_int_equal(hits_count, 0);
	pipeline_use_rules(f->pipeline, other);
	rules_free(f->rules);
	f->rules = other;
	q.response = q.has_rcode = true;
	q.time = 200;
	pipeline_judge(f->pipeline, &q, &v);
	pipeline_put_response(f->pipeline, &q, &v);
	assert_int_equal(hits_count, 1);
	assert_true(hits_out[0].query.has_rcode);
	/* By the rules that found the query. */
	assert_int_equal(hits_out[0].generation, 0);
	assert_string_equal(hits_out[0].lists, "one");
}

static void
where_ends_are_told_a_window_ends(void **state)
{
	struct fixture *f = *state;
	const struct pipeline_options o = {
		.source = "test", .coalesce = 10 * SECOND, .table = 4,
		.rules = f->rules, .sink = hits_keep, .ended = note_end,
	};
	struct pipeline *p = pipeline_new(&o);

	assert_non_null(p);
	windows_ended = 0;
	show(p, "10.1.2.3", "bad.example", 100);
	show(p, "10.1.2.3", "bad.example", 200);
	pipeline_use_rules(p, f->rules);
	assert_int_equal(windows_ended, 1);
	assert_int_equal(hits_count, 2);
	assert_false(pipeline_open(p));
	pipeline_free(p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define PAIRING(f) \
    cmocka_unit_test_setup_teardown(f, set_up_pairing, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_look_in_two_steps_is_the_same),
		TEST(queries_are_counted_by_what_became_of_them),
		TEST(a_hit_says_how_it_matched),
		TEST(quiet_input_ends_the_window),
		TEST(a_full_table_is_counted),
		TEST(what_does_not_match_is_not_put),
		TEST(other_rules_hold_from_then_on),
		TEST(where_ends_are_told_a_window_ends),
		PAIRING(a_hit_that_waits_is_completed_under_other_rules),
		PAIRING(a_hit_waits_for_its_response),
		PAIRING(a_listed_answer_marks_the_hit),
		PAIRING(a_good_name_that_leads_to_a_bad_one_is_a_hit),
		PAIRING(responses_alone_are_hits),
		PAIRING(on_a_feed_of_responses_only_nothing_waits),
		PAIRING(a_forgotten_query_is_not_counted_twice),
		PAIRING(on_a_feed_of_queries_only_nothing_waits),
		PAIRING(a_query_of_a_feed_without_responses_is_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
