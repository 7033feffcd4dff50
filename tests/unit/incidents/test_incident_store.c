#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fake_reply.h"
#include "incident_store.h"
#include "output/partition.h"
#include "output/redis_library.h"
#include "output/redis_servers.h"
#include "stream_batch.h"

#define STEPS_MAX 16

/* What the fake server is asked, in order, and what it answers. */
static struct {
	struct { const char *command; const struct redis_reply *reply; }
	    step[STEPS_MAX];
	size_t steps, next;
	int library;		/* what redis_library_ensure returns */
	int agreed;		/* and partition_agree */
} server;

static const struct incident_settings settings = { .group = "incidents",
	.consumer = "c", .partitions = 2, .names = 200, .evidence = 100 };

static const struct redis_reply one = INTEGER(1),
    ok = TEXT("OK"), busygroup = ERROR("BUSYGROUP group exists"),
    oom = ERROR("OOM command not allowed"),
    lost = ERROR("ERR Function not found"),
    broken = ERROR("ERR user_function:1: something script: f, on x:1.");

/* Answers of qw_incidents_apply: so many applied, nothing else. */
static const struct redis_reply five[] = { INTEGER(2), INTEGER(0),
    { .type = REDIS_ARRAY }, { .type = REDIS_ARRAY }, TEXT("") };
static const struct redis_reply applied = ARRAY(five);

static const struct stream_batch pair = { 2, { "1-0", "2-0" } };

static void
expect(const char *command, const struct redis_reply *reply)
{
	assert_true(server.steps < STEPS_MAX);
	server.step[server.steps].command = command;
	server.step[server.steps++].reply = reply;
}

const struct redis_reply *
redis_servers_call(struct redis_servers *servers, const char *key, int argc,
    const char **argv, const size_t *lengths)
{
	char command[64];

	(void)servers;
	(void)key;
	(void)lengths;
	assert_true(server.next < server.steps);
	snprintf(command, sizeof(command), "%s %s%s%s", argv[0], argv[1],
	    argc > 8 ? " " : "", argc > 8 ? argv[argc - 1] : "");
	assert_string_equal(command, server.step[server.next].command);
	return server.step[server.next++].reply;
}

const char *
redis_servers_error(const struct redis_servers *servers)
{
	(void)servers;
	return "no route";
}

int
redis_library_ensure_all(const struct redis_library *library,
    struct redis_servers *servers, char *reterr, size_t size)
{
	(void)servers;
	assert_string_equal(library->name, "qw_incidents");
	assert_memory_equal(library->code, "#!lua name=qw_incidents\n", 24);
	snprintf(reterr, size, "library trouble");
	return server.library;
}

int
partition_agree(struct redis_servers *servers, unsigned partitions,
    char *reterr, size_t size)
{
	(void)servers;
	assert_int_equal(partitions, settings.partitions);
	snprintf(reterr, size, "partition trouble");
	return server.agreed;
}

static int
set_up(void **state)
{
	server.steps = server.next = 0;
	server.library = server.agreed = 0;
	*state = incident_store_new(&settings, NULL);
	return *state == NULL;
}

static int
tear_down(void **state)
{
	assert_int_equal(server.next, server.steps);
	incident_store_free(*state);
	return 0;
}

static void
prepares_every_partition(void **state)
{
	expect("XGROUP CREATE", &ok);
	expect("XGROUP CREATE", &busygroup);
	assert_int_equal(incident_store_prepare(*state), STORE_DONE);
}

static void
refuses_other_partitions_only(void **state)
{
	server.agreed = -1;
	assert_int_equal(incident_store_prepare(*state), STORE_REFUSED);
	assert_string_equal(incident_store_error(*state), "partition trouble");
	server.agreed = 1;
	assert_int_equal(incident_store_prepare(*state), STORE_AWAY);
}

static void
refuses_newer_functions_only(void **state)
{
	const struct redis_reply newer = INTEGER(1000);

	server.library = -1;
	expect("FCALL qw_incidents_version", &newer);
	assert_int_equal(incident_store_prepare(*state), STORE_REFUSED);
	expect("FCALL qw_incidents_version", &lost);
	assert_int_equal(incident_store_prepare(*state), STORE_AWAY);
	assert_string_equal(incident_store_error(*state), "library trouble");
}

static void
is_away_without_a_server(void **state)
{
	expect("XGROUP CREATE", NULL);
	assert_int_equal(incident_store_prepare(*state), STORE_AWAY);
	assert_string_equal(incident_store_error(*state), "no route");
	expect("FCALL qw_incidents_apply 2-0", NULL);
	assert_int_equal(incident_store_apply(*state, 0, &pair), STORE_AWAY);
}

static void
counts_what_is_applied(void **state)
{
	const struct redis_reply ids[] = { TEXT("i1"), TEXT("i2") };
	const struct redis_reply dead[] = { TEXT("2-0"), TEXT("why") };
	const struct redis_reply all[] = { INTEGER(3), INTEGER(0), ARRAY(ids),
	    ARRAY(dead), TEXT("") };
	const struct redis_reply answer = ARRAY(all);
	const struct incident_counters *done =
	    incident_store_counters(*state);

	expect("FCALL qw_incidents_apply 2-0", &answer);
	expect("FCALL qw_incidents_apply 2-0", &applied);
	assert_int_equal(incident_store_apply(*state, 0, &pair), STORE_DONE);
	assert_int_equal(incident_store_apply(*state, 1, &pair), STORE_DONE);
	assert_int_equal(done->applied, 5);
	assert_int_equal(done->opened, 2);
	assert_int_equal(done->dead, 1);
}

static void
waits_while_the_server_cannot(void **state)
{
	expect("FCALL qw_incidents_apply 2-0", &oom);
	assert_int_equal(incident_store_apply(*state, 0, &pair), STORE_AWAY);
	assert_string_equal(incident_store_error(*state),
	    "OOM command not allowed");
	expect("FCALL qw_incidents_apply 2-0", &lost);
	assert_int_equal(incident_store_apply(*state, 0, &pair), STORE_AWAY);
}

static void
puts_aside_the_one_that_breaks(void **state)
{
	expect("FCALL qw_incidents_apply 2-0", &broken);
	expect("FCALL qw_incidents_apply 1-0", &broken);
	expect("FCALL qw_incidents_bury 1-0", &one);
	expect("FCALL qw_incidents_apply 2-0", &applied);
	assert_int_equal(incident_store_apply(*state, 0, &pair), STORE_DONE);
	assert_int_equal(incident_store_counters(*state)->dead, 1);
	assert_int_equal(incident_store_counters(*state)->applied, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(prepares_every_partition),
		TEST(refuses_other_partitions_only),
		TEST(refuses_newer_functions_only),
		TEST(is_away_without_a_server),
		TEST(counts_what_is_applied),
		TEST(waits_while_the_server_cannot),
		TEST(puts_aside_the_one_that_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
