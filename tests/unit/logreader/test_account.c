/*
 * Goal: of a log whose reading stops anywhere, each hit goes out once to each
 * partition, and positions never say more than is out.
 *
 * The front end here has two partitions, of even and of odd clients, and
 * writes down what it is to put out: "L" and the line of a hit, "xN" if it
 * stands for N, and after "@" begin, taken and, if it is known, end of the
 * position; without a hit, the position alone.
 */

#include "account.h"

#include <unistd.h>

#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "hits.h"
#include "hits/pipeline.h"
#include "log_file.h"
#include "output/log_positions.h"
#include "unit.h"

#define LOG "query.log"
#define WINDOW (10 * TIMESTAMP_SECOND)

static struct rules *rules;
static struct log_positions *kept;
static struct log_file *file;
static struct pipeline *pipeline;
static char out[1024];
static bool all;		/* -a: no hits */

/* --- the front end ------------------------------------------------------- */

bool
frontend_all(const struct frontend *f)
{
	(void)f;
	return all;
}

struct pipeline *
frontend_add_pipeline(struct frontend *f, unsigned worker,
    void (*sink)(void *ctx, const struct hit *h),
    void (*ended)(void *ctx, uint64_t line), void *ctx)
{
	(void)f;
	assert_int_equal(worker, 0);
	pipeline = pipeline_new(&(struct pipeline_options){
		.source = "test", .via = QUERY_VIA_LOG, .coalesce = WINDOW,
		.table = 16, .rules = rules, .sink = sink, .sink_ctx = ctx,
		.ended = ended
	});
	return pipeline;
}

const struct log_positions *
frontend_positions(const struct frontend *f)
{
	(void)f;
	return kept;
}

unsigned
frontend_partitions(const struct frontend *f)
{
	(void)f;
	return 2;
}

unsigned
frontend_partition(const struct frontend *f, const struct address *client)
{
	(void)f;
	return client->bytes[3] % 2;
}

void
frontend_put_of_log(struct frontend *f, const struct hit *h, const char *log,
    const struct log_position *position)
{
	size_t used = strlen(out);

	(void)f;
	assert_string_equal(log, LOG);
	if (h != NULL)
		used += (size_t)snprintf(out + used, sizeof(out) - used,
		    "L%u", (unsigned)h->query.line);
	if (h != NULL && h->n > 1)
		used += (size_t)snprintf(out + used, sizeof(out) - used,
		    "x%u", (unsigned)h->n);
	used += (size_t)snprintf(out + used, sizeof(out) - used, "@%u-%u",
	    (unsigned)position->begin, (unsigned)position->taken);
	if (position->end != 0)
		used += (size_t)snprintf(out + used, sizeof(out) - used,
		    "-%u", (unsigned)position->end);
	snprintf(out + used, sizeof(out) - used, " ");
}

/* --- what tests do ------------------------------------------------------- */

static void
expect(const char *expected)
{
	assert_string_equal(out, expected);
	out[0] = '\0';
}

/* A query of that client for a listed name, whose line ends at ${line}. */
static void
take(struct account *a, uint64_t line, const char *client)
{
	struct query q = hits_query(client, "bad.example", TIMESTAMP_SECOND);

	q.line = line;
	account_reach(a, line);
	assert_true(pipeline_look(pipeline, &q.client, &q.qname));
	pipeline_put_alone(pipeline, &q);
}

/* As partition ${p} was left. */
static void
keep(unsigned p, uint64_t begin, uint64_t taken, uint64_t end)
{
	struct log_position at = { .file = 1, .begin = begin, .taken = taken,
	    .end = end };

	assert_int_equal(log_positions_set(kept, LOG, p, &at), 0);
}

static struct account *
start(void)
{
	struct account *a = account_new(NULL, LOG);

	assert_non_null(a);
	return a;
}

static void
stop(struct account *a)
{
	account_free(a);
	pipeline_free(pipeline);
	pipeline = NULL;
}

static int
set_up(void **state)
{
	static char names[] = "bad.example\n";
	static struct rules_list list;
	char path[] = "/tmp/qw-account-XXXXXX", error[128];
	int fd = mkstemp(path);

	(void)state;
	list_spec_parse("one,match=suffix", &list.spec, error, sizeof(error));
	list.file = fmemopen(names, sizeof(names) - 1, "r");
	rules = rules_load(&(struct rules_options){ .lists = &list,
	    .count = 1 }, error, sizeof(error));
	fclose(list.file);
	kept = log_positions_new();
	file = log_file_open(path, false);
	close(fd);
	unlink(path);
	out[0] = '\0';
	all = false;
	return rules != NULL && kept != NULL && file != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	rules_free(rules);
	log_positions_free(kept);
	log_file_close(file);
	return 0;
}

/* --- tests --------------------------------------------------------------- */

static void
the_log_is_known_before_its_hits(void **state)
{
	struct account *a = start();
	struct log_position from;

	(void)state;
	assert_false(account_from(a, &from));
	account_file(a, 1, file, 0);
	expect("@0-0 ");
	assert_false(pipeline_held(account_pipeline(a)));
	take(a, 100, "192.0.2.2");
	expect("L100@0-100 ");
	stop(a);
}

static void
the_position_is_that_after_each_hit(void **state)
{
	struct account *a = start();

	(void)state;
	account_file(a, 1, file, 0);
	take(a, 100, "192.0.2.2");
	take(a, 200, "192.0.2.2");	/* waits: a repeat */
	take(a, 300, "192.0.2.3");
	take(a, 400, "192.0.2.3");
	expect("@0-0 L100@0-100 L300@0-300 ");
	/* What was repeated goes out by its first lines; then all up to the
	 * window's end, and what came after that, is out. */
	account_leave(a, 500);
	expect("L100@0-100-400 L300@0-300-400 @400-400 @500-500 ");
	stop(a);
}

static void
the_position_moves_on_while_nothing_waits(void **state)
{
	struct account *a = start();
	int64_t now;

	(void)state;
	account_file(a, 1, file, 0);
	expect("@0-0 ");
	now = timestamp_steady();
	account_taken(a, 700, now);		/* too soon */
	expect("");
	account_taken(a, 700, now + 3 * TIMESTAMP_SECOND);
	expect("@700-700 ");
	account_taken(a, 700, now + 9 * TIMESTAMP_SECOND);	/* no more */
	expect("");
	take(a, 800, "192.0.2.2");
	expect("L800@700-800 ");
	account_taken(a, 900, now + 9 * TIMESTAMP_SECOND);	/* it waits */
	expect("");
	account_leave(a, 900);
	expect("@800-800 @900-900 ");
	stop(a);
}

/* A window was open: partition 0 has its hits up to 250, and 1 up to 180. */
static void
each_partition_is_spared_what_it_has(void **state)
{
	struct log_position from;
	struct account *a;

	(void)state;
	keep(0, 100, 250, 0);
	keep(1, 100, 180, 0);
	a = start();
	assert_true(account_from(a, &from));
	assert_int_equal(from.begin, 100);
	account_file(a, 1, file, 100);
	assert_true(pipeline_held(pipeline));
	expect("");			/* no place alone in a replay */
	take(a, 150, "192.0.2.2");
	take(a, 180, "192.0.2.3");
	take(a, 200, "192.0.2.5");
	take(a, 250, "192.0.2.4");
	expect("L200@100-200 ");
	account_taken(a, 250, timestamp_steady() + 9 * TIMESTAMP_SECOND);
	assert_false(pipeline_held(pipeline));
	take(a, 300, "192.0.2.6");
	expect("L300@100-300 ");
	stop(a);
}

/* It ended at 300, as partition 0 knows, and partition 1 has the repeats of
 * what came first up to 200. */
static void
a_window_ends_where_it_ended_before(void **state)
{
	struct account *a;

	(void)state;
	keep(0, 300, 300, 0);
	keep(1, 100, 200, 300);
	a = start();
	account_file(a, 1, file, 100);
	take(a, 150, "192.0.2.3");
	take(a, 180, "192.0.2.2");
	take(a, 220, "192.0.2.3");
	take(a, 230, "192.0.2.2");
	take(a, 250, "192.0.2.5");
	take(a, 300, "192.0.2.5");
	expect("");
	take(a, 310, "192.0.2.5");	/* of the next */
	expect("L250@100-250-300 L310@300-310 ");
	stop(a);
}

/* Places alone would take back what a partition has. */
static void
no_place_is_put_out_in_a_replay(void **state)
{
	struct account *a;

	(void)state;
	keep(0, 100, 100, 0);
	keep(1, 900, 900, 0);
	a = start();
	account_file(a, 1, file, 100);
	account_taken(a, 500, timestamp_steady() + 9 * TIMESTAMP_SECOND);
	account_leave(a, 600);
	expect("");
	account_file(a, 1, file, 600);
	account_taken(a, 950, timestamp_steady() + 9 * TIMESTAMP_SECOND);
	expect("@950-950 ");
	stop(a);
}

/* A hit of a later file is not out because an earlier one had as many
 * octets. */
static void
the_next_file_begins_anew(void **state)
{
	struct account *a;

	(void)state;
	keep(0, 900, 900, 0);
	keep(1, 900, 900, 0);
	a = start();
	account_file(a, 2, file, 0);
	assert_false(pipeline_held(pipeline));
	expect("");			/* of an empty file nothing is known */
	take(a, 100, "192.0.2.2");
	expect("L100@0-100 ");
	stop(a);
}

static void
without_hits_positions_are_kept(void **state)
{
	struct account *a;

	(void)state;
	all = true;
	a = start();
	assert_null(account_pipeline(a));
	account_file(a, 1, file, 0);
	account_taken(a, 100, timestamp_steady() + 9 * TIMESTAMP_SECOND);
	account_leave(a, 200);
	expect("@0-0 @100-100 @200-200 ");
	stop(a);
	account_free(NULL);
}

#define LOG_TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LOG_TEST(the_log_is_known_before_its_hits),
		LOG_TEST(the_position_is_that_after_each_hit),
		LOG_TEST(the_position_moves_on_while_nothing_waits),
		LOG_TEST(each_partition_is_spared_what_it_has),
		LOG_TEST(a_window_ends_where_it_ended_before),
		LOG_TEST(no_place_is_put_out_in_a_replay),
		LOG_TEST(the_next_file_begins_anew),
		LOG_TEST(without_hits_positions_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
