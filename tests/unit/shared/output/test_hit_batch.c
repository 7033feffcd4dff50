#include "output/hit_batch.h"

#include <stdlib.h>

#include "hits.h"

#define PARTITIONS 4

static struct hit_batch *batch;
static struct hit_call *call;
static struct hit_queue *queue;
static struct spool *spool;
static char folder[64];

static const struct hit_call_source source = { .name = "span1", .start = 7 };

static int
set_up(void **state)
{
	char error[256];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/qw-test-batch-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	batch = calloc(1, sizeof(*batch));
	call = calloc(1, sizeof(*call));
	batch->partitions = PARTITIONS;
	queue = hit_queue_new(1000);
	spool = spool_open(folder, "span1", 1 << 20, error, sizeof(error));
	return spool == NULL;
}

static int
tear_down(void **state)
{
	char command[96];

	(void)state;
	spool_close(spool);
	hit_queue_free(queue);
	free(call);
	free(batch);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* Let a hit of 192.0.2.${host} wait; of a log, if one is given. */
static void
add(unsigned host, const char *log)
{
	struct hit_entry *e = hit_queue_add(queue);
	char address[32];

	snprintf(address, sizeof(address), "192.0.2.%u", host);
	e->is_hit = true;
	e->hit = hits_hit(address, "a.bad.example", 5);
	e->log = log;
	if (log != NULL)
		e->position = (struct log_position){ .file = 1,
		    .taken = e->sequence };
}

static void
add_position(const char *log)
{
	struct hit_entry *e = hit_queue_add(queue);

	e->is_hit = false;
	e->log = log;
	e->position = (struct log_position){ .file = 1, .begin = 9 };
}

/* What the calls for all partitions hold together. */
static size_t
hits_of_calls(void)
{
	size_t hits = 0;

	for (unsigned p = 0; p < PARTITIONS; p++) {
		if (!hit_batch_has(batch, p))
			continue;
		hit_batch_call(batch, p, &source, call);
		assert_int_equal(call->hits, hit_batch_hits(batch, p));
		hits += call->hits;
	}
	return hits;
}

static void
each_hit_goes_to_the_partition_of_its_client(void **state)
{
	(void)state;
	for (unsigned host = 1; host <= 100; host++)
		add(host, NULL);
	hit_batch_take(batch, queue, 7);
	assert_int_equal(batch->count, 100);
	assert_int_equal(batch->hits, 100);
	assert_int_equal(batch->last, 100);
	assert_int_equal(hits_of_calls(), 100);
	for (unsigned p = 0; p < PARTITIONS; p++)
		assert_true(hit_batch_hits(batch, p) > 5);
	for (size_t i = 0; i < batch->count; i++)
		assert_int_equal(batch->item[i].partition, hit_batch_partition(
		    &batch->item[i].entry->hit.query.client, PARTITIONS));
	hit_batch_clear(batch, queue);
	assert_int_equal(hit_queue_count(queue), 0);
}

static void
it_is_no_larger_than_a_call(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 300; i++)
		add(1, NULL);
	hit_batch_take(batch, queue, 7);
	assert_int_equal(batch->count, HIT_CALL_HITS);
	assert_int_equal(hits_of_calls(), HIT_CALL_HITS);
	assert_int_equal(hit_queue_count(queue), 300 - HIT_CALL_HITS);
}

static void
a_position_goes_alone_and_everywhere(void **state)
{
	(void)state;
	add(1, "a.log");
	add_position("a.log");
	add(2, "a.log");
	hit_batch_take(batch, queue, 7);
	assert_int_equal(batch->count, 1);
	hit_batch_clear(batch, queue);
	hit_batch_take(batch, queue, 7);
	assert_int_equal(batch->count, 1);
	assert_int_equal(batch->hits, 0);
	for (unsigned p = 0; p < PARTITIONS; p++) {
		assert_true(hit_batch_has(batch, p));
		hit_batch_call(batch, p, &source, call);
		assert_int_equal(call->logs, 1);
		assert_int_equal(call->hits, 0);
	}
	hit_batch_clear(batch, queue);
	hit_batch_take(batch, queue, 7);
	assert_int_equal(batch->hits, 1);
}

static void
a_log_is_as_far_as_its_last_entry_in_the_batch(void **state)
{
	unsigned partition;

	(void)state;
	add(1, "a.log");
	add(1, "b.log");
	add(2, "a.log");
	hit_batch_take(batch, queue, 7);
	partition = batch->item[1].partition;
	hit_batch_call(batch, partition, &source, call);
	assert_int_equal(call->logs, 2);
	assert_string_equal(call->argv[HIT_CALL_HEAD + 1],
	    "1 1 0 3 0 0 0:0 0:0 0:0");
	assert_string_equal(call->argv[HIT_CALL_HEAD + 3],
	    "1 1 0 2 0 0 0:0 0:0 0:0");
}

static void
what_is_set_aside_comes_back_first_and_as_it_was(void **state)
{
	static struct hit_call before;

	(void)state;
	for (unsigned host = 1; host <= 10; host++)
		add(host, NULL);
	hit_batch_take(batch, queue, 7);
	hit_batch_call(batch, batch->item[0].partition, &source, &before);
	assert_int_equal(hit_batch_set_aside(batch, spool), 0);
	hit_batch_clear(batch, queue);
	hit_batch_read(batch, spool);
	assert_true(batch->of_spool);
	assert_true(batch->start == 7);
	assert_int_equal(batch->last, 10);
	assert_int_equal(batch->hits, 10);
	hit_batch_call(batch, batch->item[0].partition, &source, call);
	assert_int_equal(call->argc, before.argc);
	for (int i = 0; i < call->argc; i++) {
		assert_int_equal(call->lengths[i], before.lengths[i]);
		assert_memory_equal(call->argv[i], before.argv[i],
		    call->lengths[i]);
	}
}

static void
hits_of_two_processes_are_two_batches(void **state)
{
	(void)state;
	for (int64_t start = 8; start >= 7; start--) {
		add(1, NULL);
		add(2, NULL);
		hit_batch_take(batch, queue, start);
		assert_int_equal(hit_batch_set_aside(batch, spool), 0);
		hit_batch_clear(batch, queue);
	}
	for (int64_t start = 7; start <= 8; start++) {
		hit_batch_read(batch, spool);
		assert_true(batch->start == start);
		assert_int_equal(batch->count, 2);
		spool_done(spool);
	}
	hit_batch_read(batch, spool);
	assert_int_equal(batch->count, 0);
}

static void
what_is_no_hit_is_counted(void **state)
{
	(void)state;
	assert_int_equal(spool_append(spool, "nothing", 7), 0);
	hit_batch_read(batch, spool);
	assert_int_equal(batch->count, 0);
	assert_int_equal(batch->damaged, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_hit_goes_to_the_partition_of_its_client),
		TEST(it_is_no_larger_than_a_call),
		TEST(a_position_goes_alone_and_everywhere),
		TEST(a_log_is_as_far_as_its_last_entry_in_the_batch),
		TEST(what_is_set_aside_comes_back_first_and_as_it_was),
		TEST(hits_of_two_processes_are_two_batches),
		TEST(what_is_no_hit_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
