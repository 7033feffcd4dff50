#include "hits/coalescer.h"

#include "hits.h"
#include "unit.h"

#define SECOND 1000000

static struct coalescer *
start(size_t capacity, int64_t window)
{
	struct coalescer *c = coalescer_new(capacity, window, hits_keep, NULL);

	assert_non_null(c);
	hits_count = 0;
	return c;
}

static void
add(struct coalescer *c, const char *client, const char *qname, int64_t time)
{
	struct hit h = hits_hit(client, qname, time);

	coalescer_add(c, &h);
}

static void
expect(size_t i, uint64_t n, int64_t first, int64_t last)
{
	assert_true(i < hits_count);
	assert_int_equal(hits_out[i].n, n);
	assert_int_equal(hits_out[i].first, first);
	assert_int_equal(hits_out[i].last, last);
}

static void
the_first_goes_out_at_once_and_repeats_as_one(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", 100);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 100, 100);
	add(c, "10.0.0.1", "bad.example", 200);
	add(c, "10.0.0.1", "bad.example", 10 * SECOND + 99);
	assert_int_equal(hits_count, 1);
	/* The first hit of the next window ends this one. */
	add(c, "10.0.0.1", "bad.example", 10 * SECOND + 100);
	assert_int_equal(hits_count, 3);
	expect(1, 2, 200, 10 * SECOND + 99);
	expect(2, 1, 10 * SECOND + 100, 10 * SECOND + 100);
	coalescer_flush(c);
	assert_int_equal(hits_count, 3);
	coalescer_free(c);
	coalescer_free(NULL);
}

static void
no_query_is_lost_or_counted_twice(void **state)
{
	struct coalescer *c = start(3, SECOND);
	uint64_t total = 0, seed = unit_seed();
	int64_t time = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char client[16];

		snprintf(client, sizeof(client), "10.0.0.%u",
		    unit_random(&seed, 6));
		time += (int)unit_random(&seed, 300000) - 50000;
		add(c, client, unit_random(&seed, 2) ? "bad.example" :
		    "x.bad.example", time);
		for (size_t k = 0; k < hits_count; k++)
			total += hits_out[k].n;
		hits_count = 0;
	}
	coalescer_flush(c);
	for (size_t k = 0; k < hits_count; k++)
		total += hits_out[k].n;
	assert_int_equal(total, 20000);
	assert_true(coalescer_full(c) > 0);
	coalescer_free(c);
}

static void
other_questions_are_other_hits(void **state)
{
	struct coalescer *c = start(16, 10 * SECOND);
	struct hit h = hits_hit("10.0.0.1", "bad.example", 1);

	(void)state;
	coalescer_add(c, &h);
	h.query.qtype = 28;
	coalescer_add(c, &h);
	h.query.server = unit_address("198.51.100.54");
	coalescer_add(c, &h);
	h.entry = unit_name("other.example");
	coalescer_add(c, &h);
	h.query.qname = unit_name("x.bad.example");
	coalescer_add(c, &h);
	h.query.client = unit_address("a00:1::");	/* other family */
	coalescer_add(c, &h);
	assert_int_equal(hits_count, 6);
	/* What does not matter: ports, ids, flags. */
	h.query.client_port = 1;
	h.query.id = 2;
	h.query.flags = 3;
	coalescer_add(c, &h);
	assert_int_equal(hits_count, 6);
	coalescer_flush(c);
	assert_int_equal(hits_count, 7);
	expect(6, 1, 1, 1);
	coalescer_free(c);
}

/* A type known by its token only (BIND 8's BADTYPE) is told by that. */
static void
unknown_types_are_told_apart(void **state)
{
	struct coalescer *c = start(4, SECOND);
	struct hit a = hits_hit("10.0.0.1", "bad.example", 1);
	struct hit b = a;

	(void)state;
	a.query.qtype = b.query.qtype = -1;
	memcpy(a.query.qtype_token, "BADTYPE", sizeof("BADTYPE"));
	memcpy(b.query.qtype_token, "WORSE", sizeof("WORSE"));
	coalescer_add(c, &a);
	coalescer_add(c, &b);
	coalescer_add(c, &a);
	assert_int_equal(hits_count, 2);
	coalescer_free(c);
}

static void
time_may_go_backwards(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", 100 * SECOND);
	add(c, "10.0.0.1", "bad.example", 99 * SECOND);
	add(c, "10.0.0.1", "bad.example", 101 * SECOND);
	add(c, "10.0.0.1", "bad.example", 1 * SECOND);
	assert_int_equal(hits_count, 1);
	coalescer_advance(c, 50 * SECOND);
	coalescer_advance(c, 110 * SECOND - 1);
	assert_int_equal(hits_count, 1);
	coalescer_advance(c, 110 * SECOND);
	assert_int_equal(hits_count, 2);
	expect(1, 3, 1 * SECOND, 101 * SECOND);
	coalescer_free(c);
}

static void
a_full_table_ends_the_window(void **state)
{
	struct coalescer *c = start(2, 10 * SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", 1);
	add(c, "10.0.0.2", "bad.example", 2);
	add(c, "10.0.0.1", "bad.example", 3);
	assert_int_equal(coalescer_full(c), 0);
	add(c, "10.0.0.3", "bad.example", 4);
	assert_int_equal(coalescer_full(c), 1);
	assert_int_equal(hits_count, 4);
	expect(2, 1, 3, 3);		/* the repeat, before the new one */
	expect(3, 1, 4, 4);
	add(c, "10.0.0.1", "bad.example", 5);	/* a new window: at once */
	assert_int_equal(hits_count, 5);
	coalescer_flush(c);
	assert_int_equal(hits_count, 5);
	coalescer_free(c);
}

static void
a_window_of_zero_merges_nothing(void **state)
{
	struct coalescer *c = start(1, 0);

	(void)state;
	for (int i = 0; i < 5; i++)
		add(c, "10.0.0.1", "bad.example", 7);
	assert_int_equal(hits_count, 5);
	coalescer_flush(c);
	coalescer_advance(c, INT64_MAX);
	assert_int_equal(hits_count, 5);
	assert_int_equal(coalescer_full(c), 0);
	coalescer_free(c);
}

static uint64_t ended_at[8];
static size_t ended_count, hits_before_end;

static void
note_end(void *ctx, uint64_t line)
{
	(void)ctx;
	assert_true(ended_count < COUNT(ended_at));
	ended_at[ended_count++] = line;
	hits_before_end = hits_count;
}

static void
add_line(struct coalescer *c, const char *client, int64_t time, uint64_t line)
{
	struct hit h = hits_hit(client, "bad.example", time);

	h.query.line = line;
	coalescer_add(c, &h);
}

/* What a position in a log needs: where windows end, and in which order of
 * lines the hits come out. */
static void
a_window_ends_with_the_line_of_its_last_hit(void **state)
{
	struct coalescer *c = start(8, 10 * SECOND);

	(void)state;
	ended_count = 0;
	coalescer_tell(c, note_end);
	add_line(c, "10.0.0.1", 1, 100);
	add_line(c, "10.0.0.2", 2, 200);
	add_line(c, "10.0.0.2", 3, 300);
	add_line(c, "10.0.0.1", 4, 400);
	assert_int_equal(ended_count, 0);
	assert_true(coalescer_open(c));
	add_line(c, "10.0.0.3", 20 * SECOND, 500);
	assert_int_equal(ended_count, 1);
	assert_int_equal(ended_at[0], 400);
	assert_int_equal(hits_before_end, 4);
	assert_int_equal(hits_count, 5);
	/* Repeats go by the first hit's line. */
	assert_int_equal(hits_out[0].window, 0);
	assert_int_equal(hits_out[2].query.line, 100);
	assert_int_equal(hits_out[2].window, 400);
	assert_int_equal(hits_out[3].query.line, 200);
	assert_int_equal(hits_out[4].window, 0);
	coalescer_flush(c);
	assert_int_equal(ended_at[1], 500);
	assert_false(coalescer_open(c));
	coalescer_flush(c);
	assert_int_equal(ended_count, 2);
	coalescer_free(c);
}

static void
a_held_window_does_not_end_by_time(void **state)
{
	struct coalescer *c = start(8, 10 * SECOND);

	(void)state;
	coalescer_hold(c, true);
	add(c, "10.0.0.1", "bad.example", 1);
	add(c, "10.0.0.1", "bad.example", 100 * SECOND);
	coalescer_advance(c, 1000 * SECOND);
	assert_int_equal(hits_count, 1);
	coalescer_hold(c, false);
	coalescer_advance(c, 1000 * SECOND);
	assert_int_equal(hits_count, 2);
	coalescer_free(c);
}

static void
what_was_not_repeated_goes_out_once(void **state)
{
	struct coalescer *c = start(8, SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", 1);
	add(c, "10.0.0.2", "bad.example", 1);
	add(c, "10.0.0.2", "bad.example", 2);
	coalescer_flush(c);
	assert_int_equal(hits_count, 3);
	assert_int_equal(hits_out[2].query.client.bytes[3], 2);
	coalescer_free(c);
}

/* A hit with a response; ${n} may be 0. */
static void
add_answered(struct coalescer *c, uint64_t n, unsigned rcode, int64_t time)
{
	struct hit h = hits_hit("10.0.0.1", "bad.example", time);

	h.n = n;
	h.query.has_rcode = true;
	h.query.rcode = (uint8_t)rcode;
	coalescer_add(c, &h);
}

static void
answers_alone_follow_at_the_end_of_the_window(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", 100);
	add_answered(c, 0, 3, 100);
	assert_int_equal(hits_count, 1);
	coalescer_flush(c);
	assert_int_equal(hits_count, 2);
	expect(1, 0, 100, 100);
	assert_int_equal(hits_out[1].query.rcode, 3);
	/* In a window of its own it goes out at once, and counts nothing. */
	add_answered(c, 0, 3, 100);
	assert_int_equal(hits_count, 3);
	expect(2, 0, 100, 100);
	coalescer_flush(c);
	assert_int_equal(hits_count, 3);
	coalescer_free(c);
}

static void
repeats_have_the_first_response_among_them(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", 100);
	add_answered(c, 0, 1, 100);
	add(c, "10.0.0.1", "bad.example", 200);
	add_answered(c, 2, 3, 300);
	coalescer_flush(c);
	assert_int_equal(hits_count, 2);
	expect(1, 3, 200, 300);		/* the times of queries only */
	assert_true(hits_out[1].query.has_rcode);
	assert_int_equal(hits_out[1].query.rcode, 1);
	coalescer_free(c);
}

static void
what_matched_tells_hits_apart(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);
	struct hit h = hits_hit("10.0.0.1", "good.example", 100);

	(void)state;
	h.where = HIT_ADDRESS;
	h.block = unit_netblock("192.0.2.0/24");
	coalescer_add(c, &h);
	coalescer_add(c, &h);
	assert_int_equal(hits_count, 1);
	h.block = unit_netblock("192.0.2.0/25");
	coalescer_add(c, &h);
	assert_int_equal(hits_count, 2);
	h.where = HIT_CNAME;
	coalescer_add(c, &h);
	assert_int_equal(hits_count, 3);
	coalescer_free(c);
}

static void
time_far_back_ends_the_window(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);

	(void)state;
	add(c, "10.0.0.1", "bad.example", INT64_C(4000000000) * SECOND);
	add(c, "10.0.0.1", "bad.example", 100);
	assert_int_equal(hits_count, 2);
	add(c, "10.0.0.1", "bad.example", 200);
	assert_int_equal(hits_count, 2);
	coalescer_free(c);
}

static void
generations_are_told_apart(void **state)
{
	struct coalescer *c = start(4, 10 * SECOND);
	struct hit h = hits_hit("10.0.0.1", "bad.example", 100);

	(void)state;
	for (uint64_t i = 0; i < 6; i++) {
		h.generation = 1 + i / 3;
		coalescer_add(c, &h);
	}
	/* The first of each at once, the others when the window ends. */
	assert_int_equal(hits_count, 2);
	coalescer_flush(c);
	assert_int_equal(hits_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(hits_out[i].generation, 1 + i % 2);
		assert_int_equal(hits_out[i].n, 1 + i / 2);
	}
	coalescer_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_first_goes_out_at_once_and_repeats_as_one),
		cmocka_unit_test(no_query_is_lost_or_counted_twice),
		cmocka_unit_test(other_questions_are_other_hits),
		cmocka_unit_test(unknown_types_are_told_apart),
		cmocka_unit_test(time_may_go_backwards),
		cmocka_unit_test(a_full_table_ends_the_window),
		cmocka_unit_test(a_window_of_zero_merges_nothing),
		cmocka_unit_test(a_window_ends_with_the_line_of_its_last_hit),
		cmocka_unit_test(a_held_window_does_not_end_by_time),
		cmocka_unit_test(what_was_not_repeated_goes_out_once),
		cmocka_unit_test(
		    answers_alone_follow_at_the_end_of_the_window),
		cmocka_unit_test(repeats_have_the_first_response_among_them),
		cmocka_unit_test(what_matched_tells_hits_apart),
		cmocka_unit_test(time_far_back_ends_the_window),
		cmocka_unit_test(generations_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
