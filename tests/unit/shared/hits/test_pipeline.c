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
set_up(void **state)
{
	static struct fixture f;
	static char text[] = "bad.example\n";
	static struct rules_list list;
	struct pipeline_options o = {
		.source = "test",
		.via = QUERY_VIA_CAPTURE,
		.coalesce = 10 * SECOND,
		.table = 4,
		.sink = hits_keep,
	};
	char error[128];

	list_spec_parse("one,match=suffix", &list.spec, error, sizeof(error));
	list.file = fmemopen(text, sizeof(text) - 1, "r");
	f.monitored = set_of("10.0.0.0/8");
	f.excluded = set_of("10.0.0.53");
	f.rules = rules_load(&list, 1, f.monitored, f.excluded, error,
	    sizeof(error));
	fclose(list.file);
	o.rules = f.rules;
	f.pipeline = f.rules != NULL ? pipeline_new(&o) : NULL;
	hits_count = 0;
	*state = &f;
	return f.pipeline != NULL ? 0 : -1;
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(queries_are_counted_by_what_became_of_them),
		TEST(a_hit_says_how_it_matched),
		TEST(quiet_input_ends_the_window),
		TEST(a_full_table_is_counted),
		TEST(what_does_not_match_is_not_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
