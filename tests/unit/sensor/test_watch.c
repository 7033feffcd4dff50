#include "watch.h"

#include "core/timestamp.h"
#include "unit.h"

#define SECOND TIMESTAMP_SECOND
#define START (1000 * SECOND)	/* a steady clock starts anywhere */
#define QUIET 60		/* seconds */

/* A sensor's minutes, second by second. */
struct day {
	struct watch *w;
	int64_t now;
	struct watch_sample s;
	size_t count;		/* notices of the last look */
	struct watch_notice notices[WATCH_KINDS];
};

/* What comes in a second. */
struct second {
	uint64_t frames, ring, interface, queries, responses;
};

/* Both directions, nothing lost. */
static const struct second fine = { 1000, 0, 0, 500, 500 };

static int
set_up(void **state)
{
	struct day *d = calloc(1, sizeof(*d));

	d->now = START;
	d->w = watch_new(START, QUIET * SECOND);
	*state = d;
	return d->w != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct day *d = *state;

	watch_free(d->w);
	free(d);
	return 0;
}

static void
pass(struct day *d, struct second in)
{
	d->now += SECOND;
	d->s.received += in.frames + in.ring;
	d->s.kernel_drops += in.ring;
	d->s.interface_drops += in.interface;
	d->s.frames += in.frames;
	d->s.queries += in.queries;
	d->s.responses += in.responses;
	d->s.messages += in.queries + in.responses;
	d->count = watch_look(d->w, d->now, &d->s, d->notices);
}

/* Pass ${seconds} without a notice. */
static void
quietly(struct day *d, int seconds, struct second in)
{
	for (int i = 0; i < seconds; i++) {
		pass(d, in);
		if (d->count != 0)
			fail_msg("after %d s: %s", i + 1, d->notices[0].text);
	}
}

/* The next second brings one notice: ${kind}, its text holding ${text}. */
static void
says(struct day *d, struct second in, enum watch_kind kind, bool over,
    const char *text)
{
	pass(d, in);
	assert_int_equal(d->count, 1);
	if (strstr(d->notices[0].text, text) == NULL)
		fail_msg("not \"%s\": %s", text, d->notices[0].text);
	assert_int_equal(d->notices[0].kind, kind);
	assert_int_equal(d->notices[0].over, over);
	assert_null(strchr(d->notices[0].text, '\n'));
	/* None was cut. */
	assert_true(strlen(d->notices[0].text) < WATCH_TEXT_SIZE - 20);
}

static void
all_well_is_no_news(void **state)
{
	quietly(*state, 2 * 3600, fine);
}

/* --- drops --------------------------------------------------------------- */

static void
drops_are_said_by_the_interval(void **state)
{
	const struct second lossy = { 900, 100, 0, 450, 450 };

	quietly(*state, 9, lossy);
	says(*state, lossy, WATCH_RING, false,
	    "10.00 % of the frames are lost: 1000 of 10000 in 10 s");
}

static void
one_in_a_thousand_may_be_dropped(void **state)
{
	const struct second limit = { 999, 1, 0, 500, 499 };
	const struct second over = { 998, 2, 0, 499, 499 };

	quietly(*state, 60, limit);
	quietly(*state, 9, limit);
	says(*state, over, WATCH_RING, false, "0.11 %");
}

static void
few_frames_count_as_well(void **state)
{
	quietly(*state, 9, fine);
	quietly(*state, 1, fine);
	quietly(*state, 9, (struct second){ 1, 0, 0, 1, 0 });
	says(*state, (struct second){ 0, 1, 0, 0, 0 }, WATCH_RING, false,
	    "1 of 10 in 10 s");
}

static void
drops_that_last_are_said_once_a_minute(void **state)
{
	const struct second lossy = { 900, 100, 0, 450, 450 };

	quietly(*state, 9, lossy);
	says(*state, lossy, WATCH_RING, false, "in 10 s");
	for (int minute = 0; minute < 10; minute++) {
		quietly(*state, 59, lossy);
		says(*state, lossy, WATCH_RING, false,
		    "10.00 % of the frames are lost: 6000 of 60000 in 60 s");
	}
}

static void
drops_are_over_after_a_minute_without(void **state)
{
	const struct second lossy = { 900, 100, 0, 450, 450 };

	quietly(*state, 9, lossy);
	says(*state, lossy, WATCH_RING, false, "in 10 s");
	quietly(*state, 20, lossy);
	quietly(*state, 59, fine);
	says(*state, fine, WATCH_RING, true,
	    "the ring drops no more frames; it was 3000 in 30 s");
	quietly(*state, 600, fine);
	/* The next ones are new. */
	quietly(*state, 9, lossy);
	says(*state, lossy, WATCH_RING, false, "1000 of 10000 in 10 s");
}

/* Ten seconds with, ten without: it lasts. */
static void
drops_that_come_and_go_are_said_once_a_minute(void **state)
{
	const struct second lossy = { 900, 100, 0, 450, 450 };
	struct day *d = *state;
	size_t said = 0;

	for (int i = 0; i < 600; i++) {
		pass(d, i / 10 % 2 ? fine : lossy);
		for (size_t n = 0; n < d->count; n++)
			assert_false(d->notices[n].over);
		said += d->count;
	}
	assert_in_range(said, 8, 11);
}

static void
the_interfaces_drops_are_said_apart(void **state)
{
	const struct second lossy = { 1000, 0, 20, 500, 500 };
	const struct second both = { 500, 500, 20, 250, 250 };
	struct day *d = *state;

	quietly(d, 9, lossy);
	says(d, lossy, WATCH_INTERFACE, false,
	    "the interface dropped 200 in 10 s, while 10000 passed");
	quietly(d, 9, both);
	says(d, both, WATCH_RING, false, "50.00 %");
	quietly(d, 49, both);
	says(d, both, WATCH_INTERFACE, false, "dropped 1200 in 60 s");
	quietly(d, 59, fine);
	pass(d, fine);
	assert_int_equal(d->count, 2);
	assert_int_equal(d->notices[0].kind, WATCH_RING);
	assert_int_equal(d->notices[1].kind, WATCH_INTERFACE);
	assert_true(d->notices[0].over && d->notices[1].over);
}

/* The interface may drop all that comes. */
static void
nothing_but_drops(void **state)
{
	quietly(*state, 9, (struct second){ 0, 0, 1, 0, 0 });
	says(*state, (struct second){ 0, 0, 1, 0, 0 }, WATCH_INTERFACE, false,
	    "dropped 10 in 10 s, while 0 passed");
}

/* A counter of 32 bits may start anew. */
static void
a_total_that_goes_back_is_no_loss(void **state)
{
	struct day *d = *state;

	quietly(d, 30, (struct second){ 10000, 1, 0, 5000, 5000 });
	d->s.received = 0;
	quietly(d, 10, (struct second){ 10000, 1, 0, 5000, 5000 });
	d->s.kernel_drops = 0;
	d->s.queries = d->s.responses = d->s.messages = d->s.frames = 0;
	quietly(d, 60, (struct second){ 10000, 1, 0, 5000, 5000 });
}

/* Looks that come late: the numbers say over how long. */
static void
a_late_look_judges_the_whole_time(void **state)
{
	struct day *d = *state;

	d->now += 29 * SECOND;
	says(d, (struct second){ 50, 50, 0, 25, 25 }, WATCH_RING, false,
	    "50 of 100 in 30 s");
}

/* --- one side only ------------------------------------------------------- */

static void
queries_only(void **state)
{
	const struct second half = { 100, 0, 0, 100, 0 };

	quietly(*state, 9, half);
	says(*state, half, WATCH_ONE_SIDED, false,
	    "1000 of 1000 messages in 10 s are queries");
	quietly(*state, 3000, half);
}

static void
responses_only(void **state)
{
	const struct second half = { 100, 0, 0, 0, 100 };

	quietly(*state, 9, half);
	says(*state, half, WATCH_ONE_SIDED, false,
	    "1000 of 1000 messages in 10 s are responses");
	quietly(*state, 3000, half);
}

static void
ninety_nine_of_a_hundred_are_one_side(void **state)
{
	quietly(*state, 60, (struct second){ 200, 0, 0, 197, 3 });
	quietly(*state, 9, (struct second){ 200, 0, 0, 198, 2 });
	says(*state, (struct second){ 200, 0, 0, 198, 2 }, WATCH_ONE_SIDED,
	    false, "1980 of 2000 messages");
}

static void
with_few_messages_a_minute_decides(void **state)
{
	const struct second few = { 2, 0, 0, 2, 0 };

	quietly(*state, 59, few);
	says(*state, few, WATCH_ONE_SIDED, false, "120 of 120 messages in "
	    "60 s are queries");
}

static void
with_very_few_it_takes_until_there_are_enough(void **state)
{
	struct day *d = *state;

	for (int i = 0; i < 99; i++) {
		quietly(d, 49, (struct second){ 0 });
		quietly(d, 1, (struct second){ 1, 0, 0, 0, 1 });
	}
	quietly(d, 49, (struct second){ 0 });
	says(d, (struct second){ 1, 0, 0, 0, 1 }, WATCH_ONE_SIDED, false,
	    "100 of 100 messages in 5000 s are responses");
}

static void
one_side_is_said_again_after_an_hour(void **state)
{
	const struct second half = { 200, 0, 0, 200, 0 };

	quietly(*state, 9, half);
	says(*state, half, WATCH_ONE_SIDED, false, "queries");
	quietly(*state, 3599, half);
	says(*state, half, WATCH_ONE_SIDED, false, "2000 of 2000");
}

static void
both_sides_come_back(void **state)
{
	quietly(*state, 9, (struct second){ 200, 0, 0, 200, 0 });
	says(*state, (struct second){ 200, 0, 0, 200, 0 }, WATCH_ONE_SIDED,
	    false, "queries");
	/* No longer 99 %, but nearly. */
	quietly(*state, 600, (struct second){ 200, 0, 0, 195, 5 });
	quietly(*state, 9, (struct second){ 200, 0, 0, 189, 11 });
	says(*state, (struct second){ 200, 0, 0, 189, 11 }, WATCH_ONE_SIDED,
	    true, "there are queries and responses now");
	quietly(*state, 600, (struct second){ 200, 0, 0, 195, 5 });
}

static void
the_side_may_change(void **state)
{
	quietly(*state, 9, (struct second){ 200, 0, 0, 200, 0 });
	says(*state, (struct second){ 200, 0, 0, 200, 0 }, WATCH_ONE_SIDED,
	    false, "queries");
	quietly(*state, 9, (struct second){ 200, 0, 0, 0, 200 });
	says(*state, (struct second){ 200, 0, 0, 0, 200 }, WATCH_ONE_SIDED,
	    false, "responses");
}

/* --- nothing at all ------------------------------------------------------ */

static void
no_frame_since_the_start(void **state)
{
	const struct second none = { 0 };

	quietly(*state, QUIET - 1, none);
	says(*state, none, WATCH_NOTHING, false, "nothing has come for 60 s");
	quietly(*state, 3599, none);
	says(*state, none, WATCH_NOTHING, false,
	    "nothing has come for 3660 s");
	says(*state, fine, WATCH_NOTHING, true, "DNS comes in now");
	quietly(*state, 600, fine);
}

static void
the_frames_stop(void **state)
{
	quietly(*state, 300, fine);
	quietly(*state, QUIET - 1, (struct second){ 0 });
	says(*state, (struct second){ 0 }, WATCH_NOTHING, false,
	    "nothing has come for 60 s");
	says(*state, fine, WATCH_NOTHING, true, "DNS comes in now");
}

static void
frames_without_dns(void **state)
{
	const struct second other = { 10, 0, 0, 0, 0 };

	quietly(*state, 300, fine);
	quietly(*state, QUIET - 1, other);
	says(*state, other, WATCH_NOTHING, false,
	    "no DNS has come for 60 s, though 600 frames have");
	says(*state, fine, WATCH_NOTHING, true, "DNS comes in now");
}

static void
one_message_a_while_is_not_nothing(void **state)
{
	for (unsigned i = 0; i < 50; i++) {
		quietly(*state, QUIET - 1, (struct second){ 0 });
		quietly(*state, 1, (struct second){ 1, 0, 0, i % 2,
		    (i + 1) % 2 });
	}
}

/* Messages of other opcodes are DNS too. */
static void
notifications_are_messages(void **state)
{
	struct day *d = *state;

	for (int i = 0; i < 300; i++) {
		d->s.messages++;
		quietly(d, 1, (struct second){ 1, 0, 0, 0, 0 });
	}
}

static void
without_a_limit_nothing_is_fine(void **state)
{
	struct watch_notice notices[WATCH_KINDS];
	struct watch_sample none = { 0 };
	struct watch *w = watch_new(START, 0);

	(void)state;
	for (int64_t i = 0; i < 10000; i++)
		assert_int_equal(watch_look(w, START + i * SECOND, &none,
		    notices), 0);
	watch_free(w);
	watch_free(NULL);
}

/* Everything at once: each kind has its place. */
static void
all_kinds_fit(void **state)
{
	const struct second bad = { 100, 100, 100, 100, 0 };
	struct day *d = *state;

	quietly(d, 9, bad);
	pass(d, bad);
	assert_int_equal(d->count, 3);
	d->now += 3600 * SECOND;
	pass(d, (struct second){ 0, 1000, 1000, 0, 0 });
	assert_int_equal(d->count, 3);
	assert_int_equal(d->notices[2].kind, WATCH_NOTHING);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_well_is_no_news),
		TEST(drops_are_said_by_the_interval),
		TEST(one_in_a_thousand_may_be_dropped),
		TEST(few_frames_count_as_well),
		TEST(drops_that_last_are_said_once_a_minute),
		TEST(drops_are_over_after_a_minute_without),
		TEST(drops_that_come_and_go_are_said_once_a_minute),
		TEST(the_interfaces_drops_are_said_apart),
		TEST(nothing_but_drops),
		TEST(a_total_that_goes_back_is_no_loss),
		TEST(a_late_look_judges_the_whole_time),
		TEST(queries_only),
		TEST(responses_only),
		TEST(ninety_nine_of_a_hundred_are_one_side),
		TEST(with_few_messages_a_minute_decides),
		TEST(with_very_few_it_takes_until_there_are_enough),
		TEST(one_side_is_said_again_after_an_hour),
		TEST(both_sides_come_back),
		TEST(the_side_may_change),
		TEST(no_frame_since_the_start),
		TEST(the_frames_stop),
		TEST(frames_without_dns),
		TEST(one_message_a_while_is_not_nothing),
		TEST(notifications_are_messages),
		TEST(without_a_limit_nothing_is_fine),
		TEST(all_kinds_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
