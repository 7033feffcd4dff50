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
	size_t libraries;	/* how often it was called */
	int agreed;		/* and partition_agree */
	const struct redis_link *refusing;	/* takes no command */
} server;

static const struct incident_settings settings = { .group = "incidents",
	.consumer = "c", .partitions = 2, .names = 200, .evidence = 100,
	.hosts = 1000 };

static const struct redis_reply one = INTEGER(1),
    ok = TEXT("OK"), busygroup = ERROR("BUSYGROUP group exists"),
    oom = ERROR("OOM command not allowed"),
    lost = ERROR("ERR Function not found"),
    broken = ERROR("ERR user_function:1: something script: f, on x:1.");

/* Answers of qw_incidents_apply: so many applied, nothing else. */
static const struct redis_reply seven[] = { INTEGER(2), INTEGER(0),
    { .type = REDIS_ARRAY }, { .type = REDIS_ARRAY }, TEXT(""), INTEGER(0),
    INTEGER(2) };
static const struct redis_reply applied = ARRAY(seven);

static const struct stream_batch pair = { 2, { "1-0", "2-0" } };

static void
expect(const char *command, const struct redis_reply *reply)
{
	assert_true(server.steps < STEPS_MAX);
	server.step[server.steps].command = command;
	server.step[server.steps++].reply = reply;
}

/* Two servers, a partition each; links are told by their addresses. */
static char first, second;
static struct redis_link *const links[] = {
	(struct redis_link *)(void *)&first,
	(struct redis_link *)(void *)&second
};

static const struct redis_reply *
answer(int argc, const char **argv)
{
	char command[64];

	assert_true(server.next < server.steps);
	snprintf(command, sizeof(command), "%s %s%s%s", argv[0], argv[1],
	    argc > 8 ? " " : "", argc > 8 ? argv[argc - 1] : "");
	assert_string_equal(command, server.step[server.next].command);
	return server.step[server.next++].reply;
}

const struct redis_reply *
redis_link_call(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	(void)link;
	(void)lengths;
	return answer(argc, argv);
}

int
redis_link_append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	(void)lengths;
	assert_int_equal(argc, 13);
	assert_string_equal(argv[1], "qw_incidents_take");
	assert_string_equal(argv[3], link == links[0] ? "qw:{0}:hits" :
	    "qw:{1}:hits");
	return server.refusing == link ? -1 : 0;
}

int
redis_link_send(struct redis_link *link)
{
	(void)link;
	return 0;
}

const struct redis_reply *
redis_link_next(struct redis_link *link)
{
	const char *argv[] = { "next", link == links[0] ? "0" : "1" };

	return answer(2, argv);
}

const char *
redis_link_error(const struct redis_link *link)
{
	(void)link;
	return "no route";
}

struct redis_link *
redis_servers_link(struct redis_servers *s, const char *key)
{
	(void)s;
	return links[strcmp(key, "qw:{1}:hits") == 0];
}

const struct redis_reply *
redis_servers_call(struct redis_servers *s, const char *key, int argc,
    const char **argv, const size_t *lengths)
{
	(void)s;
	(void)key;
	(void)lengths;
	return answer(argc, argv);
}

bool
redis_servers_moved(const struct redis_reply *r)
{
	return strncmp(redis_reply_text(r), "MOVED", 5) == 0;
}

size_t
redis_servers_count(struct redis_servers *s)
{
	(void)s;
	return 2;
}

struct redis_link *
redis_servers_at(struct redis_servers *s, size_t i)
{
	(void)s;
	return links[i];
}

const char *
redis_servers_error(const struct redis_servers *s)
{
	(void)s;
	return "no route";
}

int
redis_library_ensure(const struct redis_library *library,
    struct redis_link *link, char *reterr, size_t size)
{
	(void)link;
	assert_string_equal(library->name, server.libraries++ % 2 == 0 ?
	    "qw_incidents" : "qw_upkeep");
	assert_memory_equal(library->code, "#!lua name=qw_", 14);
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
	server.libraries = 0;
	server.refusing = NULL;
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
	assert_int_equal(server.libraries, 4);	/* two on each server */
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
	server.libraries = 0;
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
	    ARRAY(dead), TEXT(""), INTEGER(1) };
	const struct redis_reply some = ARRAY(all);
	const struct incident_counters *done =
	    incident_store_counters(*state);

	expect("FCALL qw_incidents_apply 2-0", &some);
	expect("FCALL qw_incidents_apply 2-0", &applied);
	assert_int_equal(incident_store_apply(*state, 0, &pair), STORE_DONE);
	assert_int_equal(incident_store_apply(*state, 1, &pair), STORE_DONE);
	assert_int_equal(done->applied, 5);
	assert_int_equal(done->opened, 2);
	assert_int_equal(done->dead, 1);
	assert_int_equal(done->refused, 1);
}

static void
takes_from_all_partitions_and_follows_one_that_moved(void **state)
{
	const struct redis_reply moved = ERROR("MOVED 1 192.0.2.1:1");
	struct incident_taken taken[2];

	expect("next 0", &moved);
	expect("next 1", &applied);
	expect("FCALL qw_incidents_take 2048", &applied);
	assert_int_equal(incident_store_take(*state, taken), STORE_DONE);
	assert_int_equal(taken[0].count, 2);
	assert_int_equal(taken[1].count, 2);
	assert_int_equal(incident_store_counters(*state)->applied, 4);
}

static void
fetches_every_answer_also_when_one_server_is_away(void **state)
{
	struct incident_taken taken[2];

	expect("next 0", NULL);
	expect("next 1", &applied);
	assert_int_equal(incident_store_take(*state, taken), STORE_AWAY);
	assert_string_equal(incident_store_error(*state), "no route");
	server.refusing = links[1];
	expect("next 0", &applied);
	assert_int_equal(incident_store_take(*state, taken), STORE_AWAY);
	assert_int_equal(incident_store_counters(*state)->applied, 4);
}

static void
tells_which_partition_the_function_fails_on(void **state)
{
	struct incident_taken taken[2];

	expect("next 0", &applied);
	expect("next 1", &broken);
	assert_int_equal(incident_store_take(*state, taken), STORE_DONE);
	assert_false(taken[0].broken);
	assert_true(taken[1].broken);
	expect("next 0", &applied);
	expect("next 1", &oom);
	assert_int_equal(incident_store_take(*state, taken), STORE_AWAY);
	assert_string_equal(incident_store_error(*state),
	    "OOM command not allowed");
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
		TEST(takes_from_all_partitions_and_follows_one_that_moved),
		TEST(fetches_every_answer_also_when_one_server_is_away),
		TEST(tells_which_partition_the_function_fails_on),
		TEST(waits_while_the_server_cannot),
		TEST(puts_aside_the_one_that_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
