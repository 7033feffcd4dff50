/*
 * Goal: several workers and the main thread share one front end, and every
 * hit is printed once, whole, and counted once.  Worth a run with
 * SANITIZE=thread.
 */

#include "frontend/frontend.h"

#include <pthread.h>
#include <signal.h>

#include "core/counters.h"
#include "hits.h"
#include "hits/pipeline.h"

#define WORKERS 4
#define QUERIES 500		/* by each worker, every second one bad */
#define TEXT (1 << 20)

static char list[32];
static char *argv[] = { list, NULL };
static FILE *caught[2];		/* what goes to standard output and error */
static int real[2];
static char text[2][TEXT];

static int
catch_both(void **state)
{
	FILE *f;
	int fd;

	(void)state;
	snprintf(list, sizeof(list), "/tmp/qw-unit-XXXXXX");
	fd = mkstemp(list);
	if (fd < 0 || (f = fdopen(fd, "w")) == NULL ||
	    fputs("bad.example\n", f) < 0 || fclose(f) != 0)
		return -1;
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		real[i] = dup(i + 1);
		caught[i] = tmpfile();
		if (real[i] < 0 || caught[i] == NULL ||
		    dup2(fileno(caught[i]), i + 1) < 0)
			return -1;
	}
	return 0;
}

/* Give both back; only then may a test fail. */
static void
let_go(void)
{
	size_t got;

	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		dup2(real[i], i + 1);
		close(real[i]);
		rewind(caught[i]);
		got = fread(text[i], 1, TEXT - 1, caught[i]);
		text[i][got] = '\0';
		fclose(caught[i]);
	}
	unlink(list);
}

struct job {
	struct frontend *f;
	unsigned worker;
	pthread_t thread;
};

static void
publish(const struct job *job, uint64_t frames)
{
	struct counters c = { .count = 0 };

	counters_always(&c, "frames", "total", frames);
	counters_add(&c, "frames", "of_the_last", job->worker == WORKERS - 1);
	frontend_publish(job->f, job->worker, &c, 5);
}

static void *
work(void *arg)
{
	const struct job *job = arg;
	struct pipeline *p = frontend_pipeline(job->f, job->worker);
	char name[32];

	for (unsigned i = 0; i < QUERIES; i++) {
		struct query q;

		snprintf(name, sizeof(name), "w%u-%u.%s.example", job->worker,
		    i, i % 2 == 0 ? "bad" : "good");
		q = hits_query("192.0.2.1", name, i);
		if (pipeline_look(p, &q.client, &q.qname))
			pipeline_put_alone(p, &q);
		frontend_tick(job->f, job->worker);
		if (frontend_due(job->f, job->worker) || i % 100 == 0)
			publish(job, i);
	}
	publish(job, QUERIES);
	return NULL;
}

static struct frontend *
start(unsigned workers)
{
	struct frontend *f = frontend_new("unit", QUERY_VIA_LOG, "", argv);

	frontend_set_workers(f, workers);
	if (frontend_option(f, 'b', list) != 0 || frontend_configure(f) != 0 ||
	    frontend_load(f) != 0)
		abort();
	return f;
}

static size_t
occurrences(const char *in, const char *of)
{
	size_t count = 0;

	for (; (in = strstr(in, of)) != NULL; in++)
		count++;
	return count;
}

static void
workers_share_output_and_counters(void **state)
{
	struct frontend *f = start(WORKERS);
	struct job jobs[WORKERS];
	char name[64];
	int status;

	for (unsigned i = 0; i < WORKERS; i++) {
		jobs[i] = (struct job){ .f = f, .worker = i };
		pthread_create(&jobs[i].thread, NULL, work, &jobs[i]);
	}
	for (int i = 0; i < 50; i++) {
		raise(SIGUSR1);
		frontend_housekeep(f);
	}
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(jobs[i].thread, NULL);
	status = frontend_finish(f, 0);
	let_go();

	(void)state;
	assert_int_equal(status, 0);
	assert_int_equal(occurrences(text[0], "\n"), WORKERS * QUERIES / 2);
	assert_int_equal(occurrences(text[0], "{\"v\":1,"),
	    WORKERS * QUERIES / 2);
	for (unsigned i = 0; i < WORKERS * QUERIES; i += 2) {
		snprintf(name, sizeof(name), "\"qname\":\"w%u-%u.bad.example\"",
		    i / QUERIES, i % QUERIES);
		if (occurrences(text[0], name) != 1)
			fail_msg("%s", name);
	}
	/* One report for each time of asking, and one at the end. */
	assert_int_equal(occurrences(text[1], "unit: queries: "), 51);
	assert_non_null(strstr(text[1],
	    "unit: frames: 2000 total, 1 of_the_last\n"
	    "unit: queries: 2000 total, 1000 matched\n"
	    "unit: hits: 1000 total\n"));
}

static void
what_waits_is_flushed_and_counted_at_the_end(void **state)
{
	struct frontend *f = start(2);
	const struct query q = hits_query("192.0.2.1", "a.bad.example", 0);
	struct counters c;
	uint64_t before;
	int status;

	for (unsigned worker = 0; worker < 2; worker++) {
		const struct job job = { .f = f, .worker = worker };

		for (int i = 0; i < 3; i++) {
			(void)pipeline_look(frontend_pipeline(f, worker),
			    &q.client, &q.qname);
			pipeline_put_alone(frontend_pipeline(f, worker),
			    &q);
		}
		publish(&job, 3);
	}
	frontend_counters(f, &c);
	before = counters_find(&c, "hits", "total");
	status = frontend_finish(f, 0);
	let_go();

	(void)state;
	assert_int_equal(status, 0);
	assert_int_equal(counters_find(&c, "frames", "total"), 6);
	assert_int_equal(before, 2);
	/* Of each worker the first at once, the two repeats merged. */
	assert_int_equal(occurrences(text[0], "\"n\":1,"), 2);
	assert_int_equal(occurrences(text[0], "\"n\":2,"), 2);
	assert_non_null(strstr(text[1],
	    "unit: queries: 6 total, 6 matched\nunit: hits: 4 total\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(workers_share_output_and_counters,
		    catch_both),
		cmocka_unit_test_setup(
		    what_waits_is_flushed_and_counted_at_the_end, catch_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
