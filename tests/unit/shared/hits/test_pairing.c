#include "hits/pairing.h"

#include "hits.h"
#include "unit.h"

#define SECOND 1000000
#define WAIT SECOND
#define KNOWN (30 * SECOND)	/* how long after the wait a query is known */

static struct pairing *
start(size_t capacity)
{
	struct pairing *p = pairing_new(capacity, WAIT, hits_keep, NULL);

	assert_non_null(p);
	hits_count = 0;
	return p;
}

/* A hit on a query with that message id. */
static struct hit
asked(unsigned id, int64_t time)
{
	struct hit h = hits_hit("10.0.0.1", "www.bad.example", time);

	h.query.id = (uint16_t)id;
	h.query.has_id = true;
	return h;
}

/* The hit that its response would be. */
static struct hit
answered(unsigned id, int64_t time)
{
	struct hit h = asked(id, time);

	h.query.response = true;
	h.query.has_rcode = true;
	h.query.rcode = 3;
	h.query.answers.count = 1;
	h.query.answers.used = 12;
	memcpy(h.query.answers.text, "A 192.0.2.7", 12);
	h.answer = unit_address("192.0.2.7");
	memcpy(h.answer_lists, "sinkholes", 10);
	return h;
}

static void
ask(struct pairing *p, unsigned id, int64_t time)
{
	struct hit h = asked(id, time);

	pairing_query(p, &h, true);
}

static enum pairing_result
answer(struct pairing *p, unsigned id, int64_t time)
{
	struct hit h = answered(id, time);

	return pairing_response(p, &h, true);
}

/* Hit ${i} went out for the query ${id} of ${time}, ${n} times. */
static void
expect(size_t i, unsigned id, int64_t time, uint64_t n, bool complete)
{
	assert_true(i < hits_count);
	assert_int_equal(hits_out[i].query.id, id);
	assert_int_equal(hits_out[i].first, time);
	assert_int_equal(hits_out[i].n, n);
	assert_int_equal(hits_out[i].query.has_rcode, complete);
	assert_int_equal(hits_out[i].query.answers.count, complete);
}

static void
a_response_completes_its_hit(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	ask(p, 1, 100);
	ask(p, 2, 200);
	assert_int_equal(hits_count, 0);
	assert_int_equal(answer(p, 1, 300), PAIRING_ANSWERED);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 100, 1, true);
	assert_int_equal(hits_out[0].query.rcode, 3);
	assert_string_equal(hits_out[0].query.answers.text, "A 192.0.2.7");
	assert_int_equal(hits_out[0].answer.family, 4);
	assert_string_equal(hits_out[0].answer_lists, "sinkholes");
	/* The time is that of the query. */
	assert_int_equal(hits_out[0].last, 100);
	assert_int_equal(answer(p, 1, 400), PAIRING_REPEATED);
	assert_int_equal(hits_count, 1);
	pairing_free(p);
}

static void
without_a_response_it_goes_out_after_the_wait(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	ask(p, 1, 100);
	pairing_advance(p, 99 + WAIT);
	assert_int_equal(hits_count, 0);
	pairing_advance(p, 100 + WAIT);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 100, 1, false);
	assert_int_equal(pairing_counters(p)->unanswered, 1);
	pairing_free(p);
}

static void
a_late_response_adds_its_answers_and_counts_nothing(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	ask(p, 1, 100);
	assert_int_equal(answer(p, 1, 100 + 2 * WAIT), PAIRING_LATE);
	assert_int_equal(hits_count, 2);
	expect(0, 1, 100, 1, false);
	expect(1, 1, 100, 0, true);
	assert_int_equal(answer(p, 1, 100 + 3 * WAIT), PAIRING_REPEATED);
	/* In the end even that is forgotten. */
	assert_int_equal(answer(p, 1, 100 + WAIT + KNOWN), PAIRING_UNASKED);
	assert_int_equal(hits_count, 2);
	assert_int_equal(pairing_counters(p)->answered_late, 1);
	pairing_free(p);
}

static void
a_response_may_come_before_its_query(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	assert_int_equal(answer(p, 1, 200), PAIRING_UNASKED);
	assert_int_equal(answer(p, 1, 210), PAIRING_REPEATED);
	assert_int_equal(hits_count, 0);
	ask(p, 1, 100);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 100, 1, true);
	assert_false(hits_out[0].query.response);
	assert_int_equal(pairing_counters(p)->answered, 1);
	assert_int_equal(pairing_counters(p)->unasked, 0);
	assert_int_equal(answer(p, 1, 300), PAIRING_REPEATED);
	pairing_free(p);
}

static void
a_response_without_a_query_goes_out_after_the_wait(void **state)
{
	struct pairing *p = start(4);
	struct hit h = answered(2, 300);

	(void)state;
	assert_int_equal(answer(p, 1, 200), PAIRING_UNASKED);
	pairing_advance(p, 200 + WAIT);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 200, 1, true);
	assert_int_equal(pairing_counters(p)->unasked, 1);
	assert_int_equal(pairing_counters(p)->unanswered, 0);
	assert_int_equal(answer(p, 1, 300 + WAIT), PAIRING_REPEATED);
	/* Or at once, where there are no queries to wait for. */
	assert_int_equal(pairing_response(p, &h, false), PAIRING_UNASKED);
	assert_int_equal(hits_count, 2);
	pairing_free(p);
}

static void
what_need_not_wait_goes_out_at_once(void **state)
{
	struct pairing *p = start(4);
	struct hit h = asked(1, 100);

	(void)state;
	pairing_query(p, &h, false);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 100, 1, false);
	assert_int_equal(answer(p, 1, 200), PAIRING_LATE);
	expect(1, 1, 100, 0, true);
	pairing_free(p);
}

/* Everything that tells two exchanges apart. */
static void
only_its_own_response_counts(void **state)
{
	struct pairing *p = start(16);
	struct hit h;

	(void)state;
	ask(p, 1, 100);
#define OTHER(change) \
	h = answered(1, 200); \
	change; \
	assert_int_equal(pairing_response(p, &h, true), PAIRING_UNASKED)
	OTHER(h.query.id = 2);
	OTHER(h.query.client = unit_address("10.0.0.2"));
	OTHER(h.query.server = unit_address("10.0.0.2"));
	OTHER(h.query.client_port++);
	OTHER(h.query.server_port++);
	OTHER(h.query.transport = QUERY_TRANSPORT_TCP);
	OTHER(h.query.qtype = 28);
	OTHER(h.query.qclass = 3);
	OTHER(h.query.qname = unit_name("bad.example"));
#undef OTHER
	assert_int_equal(hits_count, 0);
	assert_int_equal(answer(p, 1, 300), PAIRING_ANSWERED);
	pairing_free(p);
}

/* A client that asks again with the same id is answered twice, or once. */
static void
a_query_asked_again_is_another(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	ask(p, 1, 100);
	ask(p, 1, 200);
	assert_int_equal(answer(p, 1, 300), PAIRING_ANSWERED);
	expect(0, 1, 100, 1, true);
	assert_int_equal(answer(p, 1, 400), PAIRING_ANSWERED);
	expect(1, 1, 200, 1, true);
	assert_int_equal(answer(p, 1, 500), PAIRING_REPEATED);
	/* One that waits comes before one that is out. */
	ask(p, 7, SECOND);
	pairing_advance(p, SECOND + WAIT);
	ask(p, 7, SECOND + WAIT);
	hits_count = 0;
	assert_int_equal(answer(p, 7, SECOND + WAIT + 1), PAIRING_ANSWERED);
	expect(0, 7, SECOND + WAIT, 1, true);
	pairing_free(p);
}

static void
a_full_table_lets_the_oldest_go(void **state)
{
	struct pairing *p = start(2);

	(void)state;
	ask(p, 1, 100);
	ask(p, 2, 200);
	ask(p, 3, 300);
	assert_int_equal(hits_count, 1);
	expect(0, 1, 100, 1, false);
	assert_int_equal(pairing_counters(p)->full, 1);
	assert_int_equal(pairing_counters(p)->forgotten, 1);
	/* It may have been counted: better once than twice. */
	assert_int_equal(answer(p, 1, 400), PAIRING_UNPAIRED);
	assert_int_equal(pairing_counters(p)->unpaired, 1);
	assert_int_equal(answer(p, 2, 400), PAIRING_ANSWERED);
	assert_int_equal(answer(p, 3, 400), PAIRING_ANSWERED);
	/* One that was answered makes room without going out again. */
	ask(p, 4, 500);
	assert_int_equal(hits_count, 3);
	assert_int_equal(pairing_counters(p)->full, 1);
	/* Of that time, no response can come any more. */
	assert_int_equal(answer(p, 9, 500 + WAIT + KNOWN + 1),
	    PAIRING_UNASKED);
	pairing_free(p);
}

static void
a_flush_lets_all_out_and_forgets(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	ask(p, 1, 100);
	ask(p, 2, 200);
	assert_int_equal(answer(p, 1, 300), PAIRING_ANSWERED);
	pairing_flush(p);
	assert_int_equal(hits_count, 2);
	expect(1, 2, 200, 1, false);
	assert_int_equal(answer(p, 2, 300), PAIRING_UNASKED);
	pairing_free(p);
}

/* A capture from the future, and then one of today. */
static void
time_may_go_back(void **state)
{
	struct pairing *p = start(4);

	(void)state;
	ask(p, 1, INT64_C(4000000000) * SECOND);
	ask(p, 2, 100);
	assert_int_equal(hits_count, 1);
	assert_int_equal(answer(p, 2, 200), PAIRING_ANSWERED);
	/* A little is no matter: the frames of two queues. */
	ask(p, 3, 10 * SECOND);
	ask(p, 4, 10 * SECOND - 1000);
	assert_int_equal(answer(p, 4, 10 * SECOND), PAIRING_ANSWERED);
	assert_int_equal(answer(p, 3, 10 * SECOND), PAIRING_ANSWERED);
	pairing_free(p);
}

/* Against a plain list: whatever comes, each query goes out once, with the
 * answer if it came in time. */
static void
many_queries_each_go_out_once(void **state)
{
	enum { MANY = 20000 };
	struct pairing *p = pairing_new(64, WAIT, hits_keep, NULL);
	uint32_t random = 1;
	size_t out = 0, complete = 0, in_time = 0;

	(void)state;
	assert_non_null(p);
	for (unsigned i = 0; i < MANY; i++) {
		int64_t time = (int64_t)i * SECOND / 20;	/* 20 a wait */

		hits_count = 0;
		ask(p, i, time);
		random = random * 1664525 + 1013904223;
		if (random >> 31) {
			in_time++;
			assert_int_equal(answer(p, i, time + 10),
			    PAIRING_ANSWERED);
		}
		out += hits_count;
		for (size_t k = 0; k < hits_count; k++)
			complete += hits_out[k].query.has_rcode;
	}
	hits_count = 0;
	pairing_flush(p);
	assert_int_equal(out + hits_count, MANY);
	assert_int_equal(complete, in_time);
	assert_int_equal(pairing_counters(p)->unanswered, MANY - in_time);
	pairing_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_response_completes_its_hit),
		cmocka_unit_test(
		    without_a_response_it_goes_out_after_the_wait),
		cmocka_unit_test(
		    a_late_response_adds_its_answers_and_counts_nothing),
		cmocka_unit_test(a_response_may_come_before_its_query),
		cmocka_unit_test(
		    a_response_without_a_query_goes_out_after_the_wait),
		cmocka_unit_test(what_need_not_wait_goes_out_at_once),
		cmocka_unit_test(only_its_own_response_counts),
		cmocka_unit_test(a_query_asked_again_is_another),
		cmocka_unit_test(a_full_table_lets_the_oldest_go),
		cmocka_unit_test(a_flush_lets_all_out_and_forgets),
		cmocka_unit_test(time_may_go_back),
		cmocka_unit_test(many_queries_each_go_out_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
