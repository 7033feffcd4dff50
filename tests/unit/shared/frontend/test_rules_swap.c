/*
 * Goal: rules that somebody reads are not freed, those that nobody reads are,
 * and no reader waits.  Worth a run with SANITIZE=thread.
 */

#include "frontend/rules_swap.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include "match/rules.h"
#include "unit.h"

#define READERS 3
#define SWAPS 200

static struct rules_swap swap;
static atomic_bool stopping;
static atomic_uint wrong;

/* What a reader has seen last, and what it holds; 0: nothing. */
static struct reader {
	atomic_uint seen, holding;
} readers[READERS];

/* Rules with the name gN.example, as generation N. */
static struct rules *
make(unsigned generation)
{
	static struct rules_list list;
	char error[128], text[32];
	struct rules *r;

	snprintf(text, sizeof(text), "g%u.example\n", generation);
	list_spec_parse("list", &list.spec, error, sizeof(error));
	list.file = fmemopen(text, strlen(text), "r");
	r = rules_load(&(struct rules_options){
		.lists = &list, .count = 1, .generation = generation,
	    }, error, sizeof(error));
	fclose(list.file);
	return r;
}

/* All that is asked between two takes is of one generation. */
static void *
read_rules(void *arg)
{
	struct reader *reader = arg;
	char name[32];

	rules_swap_enter();
	while (!atomic_load(&stopping)) {
		const struct rules *r = rules_swap_take(&swap);
		unsigned generation = (unsigned)rules_generation(r);

		atomic_store(&reader->holding, generation);
		snprintf(name, sizeof(name), "g%u.example", generation);
		for (int i = 0; i < 20; i++) {
			struct dns_name n = unit_name(name);

			if (!rules_may_match(r, NULL, &n) ||
			    rules_generation(r) != generation)
				atomic_fetch_add(&wrong, 1);
		}
		atomic_store(&reader->seen, generation);
		sched_yield();
		atomic_store(&reader->holding, 0);
	}
	rules_swap_leave();
	return NULL;
}

static void
former_rules_are_given_back_when_nobody_reads_them(void **state)
{
	pthread_t threads[READERS];
	struct rules *former;

	(void)state;
	rules_swap_init(&swap, make(1));
	for (int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_rules,
		    &readers[i]), 0);
	for (unsigned i = 2; i <= SWAPS; i++) {
		former = rules_swap_put(&swap, make(i));
		assert_int_equal(rules_generation(former), i - 1);
		for (int k = 0; k < READERS; k++)
			assert_int_not_equal(atomic_load(&readers[k].holding),
			    i - 1);
		rules_free(former);
	}
	/* And the last ones are taken by all. */
	for (int i = 0; i < READERS; i++) {
		while (atomic_load(&readers[i].seen) != SWAPS)
			sched_yield();
	}
	atomic_store(&stopping, true);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&wrong), 0);
	/* Nobody is there: nobody is waited for. */
	former = rules_swap_put(&swap, NULL);
	rules_free(former);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    former_rules_are_given_back_when_nobody_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
