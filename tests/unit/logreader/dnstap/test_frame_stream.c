#include "dnstap/frame_stream.h"

#include "guarded.h"
#include "taps.h"
#include "unit.h"

/* The next event of what is in ${o} from *${at} on, which moves. */
static enum frame_stream_event
next(struct frame_stream *s, const struct octets *o, size_t *at,
    struct frame_stream_frame *ret)
{
	struct cursor c = cursor_over(guarded_copy(o->octets + *at,
	    o->length - *at), o->length - *at);
	enum frame_stream_event event = frame_stream_next(s, &c, ret);

	*at = o->length - cursor_left(&c);
	return event;
}

static const struct octets two = { 2, "ab" }, three = { 3, "cde" };

static void
one_way_needs_no_answer(void **state)
{
	struct octets o = { .length = 0 };
	struct frame_stream s = { .both_ways = false };
	struct frame_stream_frame f;
	size_t at = 0;

	(void)state;
	taps_control(&o, TAPS_START, TAPS_CONTENT);
	taps_frame(&o, &two);
	taps_frame(&o, &three);
	taps_control(&o, TAPS_STOP, NULL);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_DATA);
	assert_int_equal(f.length, 2);
	assert_memory_equal(f.octets, "ab", 2);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_DATA);
	assert_memory_equal(f.octets, "cde", 3);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_END);
	assert_int_equal(f.length, 0);
	assert_int_equal(at, o.length);
}

static void
both_ways_it_is_answered(void **state)
{
	struct octets o = { .length = 0 }, answer = { .length = 0 };
	struct frame_stream s = { .both_ways = false };
	struct frame_stream_frame f;
	size_t at = 0;

	(void)state;
	taps_control(&o, TAPS_READY, TAPS_CONTENT);
	taps_control(&answer, TAPS_ACCEPT, TAPS_CONTENT);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_ANSWER);
	assert_int_equal(f.length, answer.length);
	assert_memory_equal(f.octets, answer.octets, answer.length);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_MORE);
	taps_control(&o, TAPS_START, TAPS_CONTENT);
	taps_frame(&o, &two);
	taps_control(&o, TAPS_STOP, NULL);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_DATA);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_END);
	answer.length = 0;
	taps_control(&answer, TAPS_FINISH, NULL);
	assert_int_equal(f.length, answer.length);
	assert_memory_equal(f.octets, answer.octets, answer.length);
}

/* Cut anywhere, it waits; nothing is read beyond what is there. */
static void
a_frame_that_is_not_whole_waits(void **state)
{
	struct octets o = { .length = 0 };
	struct frame_stream_frame f;

	(void)state;
	taps_control(&o, TAPS_START, TAPS_CONTENT);
	taps_frame(&o, &three);
	for (size_t length = 0; length < o.length; length++) {
		struct frame_stream s = { .both_ways = false };
		struct octets cut = o;
		size_t at = 0;

		cut.length = length;
		assert_int_equal(next(&s, &cut, &at, &f),
		    FRAME_STREAM_MORE);
		assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_DATA);
		assert_int_equal(at, o.length);
	}
}

static void
expect_broken(const struct octets *o)
{
	struct frame_stream s = { .both_ways = false };
	struct frame_stream_frame f;
	size_t at = 0;

	assert_int_equal(next(&s, o, &at, &f), FRAME_STREAM_BROKEN);
}

static void
what_is_no_stream_of_dnstap_is_broken(void **state)
{
	struct octets o = { .length = 0 };

	(void)state;
	taps_frame(&o, &two);			/* data first */
	expect_broken(&o);
	o.length = 0;
	taps_control(&o, TAPS_START, "text:plain");
	expect_broken(&o);
	o.length = 0;
	taps_control(&o, TAPS_STOP, NULL);
	expect_broken(&o);
	o.length = 0;
	octets_u32(&o, 0);			/* a control frame too long */
	octets_u32(&o, 513);
	expect_broken(&o);
	o.length = 0;
	taps_control(&o, TAPS_START, TAPS_CONTENT);
	octets_u32(&o, (uint32_t)FRAME_STREAM_PAYLOAD + 1);
	expect_broken(&o);
	o.length = 0;
	octets_u32(&o, 0);			/* one without a type */
	octets_u32(&o, 3);
	octets_add(&o, "\0\0\2", 3);
	expect_broken(&o);
	o.length = 0;
	octets_u32(&o, 0);			/* a field that is cut */
	octets_u32(&o, 13);
	octets_u32(&o, TAPS_START);
	octets_u32(&o, 1);
	octets_u32(&o, 2);
	octets_add(&o, "x", 1);
	expect_broken(&o);
}

/* Any of several contents may be ours; none at all is any. */
static void
the_content_is_agreed_on(void **state)
{
	struct octets o = { .length = 0 };
	struct frame_stream s = { .both_ways = false };
	struct frame_stream_frame f;
	size_t at = 0;

	(void)state;
	octets_u32(&o, 0);
	octets_u32(&o, 4 + 8 + 1 + 8 + 22);
	octets_u32(&o, TAPS_READY);
	octets_u32(&o, 1);
	octets_u32(&o, 1);
	octets_add(&o, "x", 1);
	octets_u32(&o, 1);
	octets_u32(&o, 22);
	octets_add(&o, TAPS_CONTENT, 22);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_ANSWER);
	taps_control(&o, TAPS_START, NULL);
	taps_frame(&o, &two);
	assert_int_equal(next(&s, &o, &at, &f), FRAME_STREAM_DATA);
}

static void
a_stream_in_a_file_is_told_from_text(void **state)
{
	struct octets o = { .length = 0 };

	(void)state;
	taps_control(&o, TAPS_START, TAPS_CONTENT);
	assert_true(frame_stream_begins(o.octets, FRAME_STREAM_MAGIC));
	assert_false(frame_stream_begins(o.octets, FRAME_STREAM_MAGIC - 1));
	assert_false(frame_stream_begins((const uint8_t *)"23-Nov-2026 ",
	    12));
	o.length = 0;
	taps_control(&o, TAPS_STOP, NULL);
	assert_false(frame_stream_begins(o.octets, o.length));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_way_needs_no_answer),
		cmocka_unit_test(both_ways_it_is_answered),
		cmocka_unit_test(a_frame_that_is_not_whole_waits),
		cmocka_unit_test(what_is_no_stream_of_dnstap_is_broken),
		cmocka_unit_test(the_content_is_agreed_on),
		cmocka_unit_test(a_stream_in_a_file_is_told_from_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
