#include "handover.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "unit.h"

#define PUTTERS 4
#define EACH 20000		/* messages of a putter */

/* What has been taken, put one after the other. */
struct taken {
	size_t messages, octets;
	struct packet last;
	enum query_transport transport;
	uint8_t message[65536];
};

static void
keep(void *ctx, const struct packet *p, enum query_transport transport,
    const uint8_t *message, size_t length)
{
	struct taken *t = ctx;

	assert_true(p->payload == message);
	assert_int_equal(p->length, length);
	assert_int_equal(p->wire_length, length);
	t->messages++;
	t->octets += length;
	t->last = *p;
	t->transport = transport;
	memcpy(t->message, message, length);
}

static struct packet
any_packet(void)
{
	return (struct packet){
		.time = INT64_C(1790000001000000),
		.source = unit_address("192.0.2.66"),
		.destination = unit_address("2001:db8::53"),
		.source_port = 50000,
		.destination_port = 53,
		.vlan = 7,
		.tunnel = "vxlan",
		.sequence = 99,
	};
}

static void
what_is_put_is_taken(void **state)
{
	static struct taken t;
	struct handover *h = handover_new(1 << 16);
	struct packet p = any_packet();
	char message[] = "a message";

	(void)state;
	assert_int_equal(handover_take(h, keep, &t), 0);
	assert_true(handover_put(h, &p, QUERY_TRANSPORT_TCP,
	    (uint8_t *)message, sizeof(message)));
	/* A copy is what waits. */
	memset(message, 0, sizeof(message));
	p.vlan = 8;
	assert_int_equal(handover_take(h, keep, &t), 1);
	assert_int_equal(t.octets, sizeof(message));
	assert_string_equal((char *)t.message, "a message");
	assert_int_equal(t.transport, QUERY_TRANSPORT_TCP);
	assert_int_equal(t.last.time, p.time);
	assert_memory_equal(&t.last.source, &p.source, sizeof(p.source));
	assert_memory_equal(&t.last.destination, &p.destination,
	    sizeof(p.destination));
	assert_int_equal(t.last.source_port, 50000);
	assert_int_equal(t.last.destination_port, 53);
	assert_int_equal(t.last.vlan, 7);
	assert_string_equal(t.last.tunnel, "vxlan");
	assert_int_equal(t.last.sequence, 0);
	assert_int_equal(handover_take(h, keep, &t), 0);
	handover_free(h);
}

static void
messages_of_any_length_follow_each_other(void **state)
{
	static uint8_t message[65535];
	static struct taken t;
	struct handover *h = handover_new(1 << 20);
	struct packet p = any_packet();

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7);
	for (size_t length = 0; length < 20; length++)
		assert_true(handover_put(h, &p, QUERY_TRANSPORT_UDP, message,
		    length));
	assert_true(handover_put(h, &p, QUERY_TRANSPORT_UDP, message,
	    sizeof(message)));
	assert_int_equal(handover_take(h, keep, &t), 21);
	assert_int_equal(t.octets, 19 * 20 / 2 + sizeof(message));
	assert_memory_equal(t.message, message, sizeof(message));
	handover_free(h);
}

/* Fill ${h} with messages of ${length}; how many fit. */
static size_t
fill(struct handover *h, size_t length)
{
	static const uint8_t message[65535];
	struct packet p = any_packet();
	size_t count = 0;

	while (handover_put(h, &p, QUERY_TRANSPORT_UDP, message, length))
		count++;
	return count;
}

static void
a_full_one_refuses_until_it_is_emptied(void **state)
{
	static struct taken t;
	struct handover *h = handover_new(100000);
	size_t fits = fill(h, 1000);

	(void)state;
	assert_in_range(fits, 40, 50);
	for (int round = 0; round < 5; round++) {
		assert_int_equal(handover_take(h, keep, &t), fits);
		assert_int_equal(fill(h, 1000), fits);
	}
	/* What still fits is still taken. */
	assert_true(fill(h, 0) > 0);
	handover_free(h);
}

static void
what_is_larger_than_all_is_refused(void **state)
{
	static struct taken t;
	struct handover *h = handover_new(100000);

	(void)state;
	assert_int_equal(fill(h, 65535), 0);
	assert_int_equal(handover_take(h, keep, &t), 0);
	handover_free(h);
	handover_free(NULL);
}

/* A taker that finds more messages of its own: as a worker may. */
static void
put_one_more(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	assert_true(handover_put(ctx, p, transport, message, length));
}

static void
no_lock_is_held_while_they_are_taken(void **state)
{
	static struct taken t;
	struct handover *h = handover_new(1 << 16);
	struct packet p = any_packet();

	(void)state;
	assert_true(handover_put(h, &p, QUERY_TRANSPORT_UDP,
	    (const uint8_t *)"x", 1));
	assert_int_equal(handover_take(h, put_one_more, h), 1);
	assert_int_equal(handover_take(h, keep, &t), 1);
	assert_int_equal(t.message[0], 'x');
	handover_free(h);
}

/* --- threads -------------------------------------------------------------- */

struct putter {
	pthread_t thread;
	struct handover *h;
	uint16_t number;
	size_t refused;
	atomic_bool *wait;
};

/* Messages whose length and octets tell who put which; what is refused is put
 * again, so all of them arrive. */
static void *
put_all(void *ctx)
{
	struct putter *me = ctx;
	struct packet p = { .vlan = me->number };
	uint8_t message[300];

	while (atomic_load(me->wait))
		sched_yield();
	for (p.time = 0; p.time < EACH; p.time++) {
		size_t length = (size_t)(p.time * 7) % sizeof(message);

		memset(message, (int)(p.time + me->number) & 0xff, length);
		while (!handover_put(me->h, &p, QUERY_TRANSPORT_UDP, message,
		    length)) {
			me->refused++;
			sched_yield();
		}
	}
	return NULL;
}

/* What the owner expects next of each. */
struct owner {
	int64_t next[PUTTERS];
	size_t messages;
};

static void
check(void *ctx, const struct packet *p, enum query_transport transport,
    const uint8_t *message, size_t length)
{
	struct owner *o = ctx;

	(void)transport;
	assert_in_range(p->vlan, 0, PUTTERS - 1);
	assert_int_equal(p->time, o->next[p->vlan]++);
	assert_int_equal(length, (size_t)(p->time * 7) % 300);
	for (size_t i = 0; i < length; i++)
		assert_int_equal(message[i], (p->time + p->vlan) & 0xff);
	o->messages++;
}

static void
of_several_threads_nothing_is_lost_or_mixed_up(void **state)
{
	struct handover *h = handover_new(1 << 16);
	struct putter putters[PUTTERS];
	atomic_bool wait = true;
	struct owner o = { { 0 }, 0 };
	size_t refused = 0;

	(void)state;
	for (uint16_t i = 0; i < PUTTERS; i++) {
		putters[i] = (struct putter){ .h = h, .number = i,
		    .wait = &wait };
		assert_int_equal(pthread_create(&putters[i].thread, NULL,
		    put_all, &putters[i]), 0);
	}
	atomic_store(&wait, false);
	while (o.messages < PUTTERS * EACH) {
		if (handover_take(h, check, &o) == 0)
			sched_yield();
	}
	for (size_t i = 0; i < PUTTERS; i++) {
		pthread_join(putters[i].thread, NULL);
		assert_int_equal(o.next[i], EACH);
		refused += putters[i].refused;
	}
	assert_int_equal(handover_take(h, check, &o), 0);
	print_message("# refused and put again: %zu\n", refused);
	handover_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_taken),
		cmocka_unit_test(messages_of_any_length_follow_each_other),
		cmocka_unit_test(a_full_one_refuses_until_it_is_emptied),
		cmocka_unit_test(what_is_larger_than_all_is_refused),
		cmocka_unit_test(no_lock_is_held_while_they_are_taken),
		cmocka_unit_test(
		    of_several_threads_nothing_is_lost_or_mixed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
