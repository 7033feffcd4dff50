#include "output/log_position.h"

#include "hits.h"

static const struct log_position full = { .file = 7, .begin = 1000,
    .taken = 1500, .end = 2000, .changed = INT64_C(1795504488430056),
    .device = 65024, .inode = UINT64_MAX, .head_length = 256,
    .head = UINT64_MAX, .tail_length = 128, .tail = 1 };

static struct hit
hit_at(uint64_t line, uint64_t window)
{
	struct hit h = hits_hit("192.0.2.1", "bad.example", 1);

	h.query.line = line;
	h.window = window;
	return h;
}

static bool
has(const struct log_position *p, uint64_t file, uint64_t line,
    uint64_t window)
{
	const struct hit h = hit_at(line, window);

	return log_position_has(p, file, &h);
}

static void
text_and_back(void **state)
{
	struct log_position p = { .file = 0 };
	char text[LOG_POSITION_TEXT], again[LOG_POSITION_TEXT];

	(void)state;
	log_position_format(&full, text);
	assert_int_equal(log_position_parse(text, &p), 0);
	log_position_format(&p, again);
	assert_string_equal(text, again);
	assert_int_equal(p.end, 2000);
	assert_int_equal(p.changed, full.changed);
	assert_int_equal(p.inode, UINT64_MAX);
}

static void
what_is_no_position_is_refused(void **state)
{
	static const char *const wrong[] = { "", "1", "x",
	    "1 7 1000 1500 2000 1 1:1 256:f 128:1 ",	/* goes on */
	    "2 7 1000 1500 2000 1 1:1 256:f 128:1",	/* of the future */
	    "1 0 1000 1500 2000 1 1:1 256:f 128:1",	/* no file */
	    "1 7 1000 1500 2000 1 1:1 257:f 128:1",	/* too long */
	    "1 7 1000 1500 2000 1 1:1 256:f 129:1",
	    "1 7 10 1500 2000 1 1:1 256:f 128:1",	/* before the start */
	    "1 7 18446744073709551615 1 2 1 1:1 256:f 128:1",
	};
	struct log_position p = { .file = 9 };

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(log_position_parse(wrong[i], &p), -1);
		assert_int_equal(p.file, 9);
	}
}

static void
before_the_window_has_an_end_its_first_hits_are_out(void **state)
{
	struct log_position p = full;

	(void)state;
	p.end = 0;
	assert_true(has(&p, 6, 9999, 0));	/* a former file */
	assert_false(has(&p, 8, 1, 0));
	assert_true(has(&p, 7, 1000, 0));
	assert_true(has(&p, 7, 900, 1000));
	assert_true(has(&p, 7, 1500, 0));
	assert_false(has(&p, 7, 1501, 0));
	assert_false(has(&p, 7, 1200, 2000));	/* no repeat is */
}

static void
then_repeats_are_out_by_their_first_lines(void **state)
{
	(void)state;
	assert_true(has(&full, 7, 2000, 0));
	assert_false(has(&full, 7, 2001, 0));
	assert_true(has(&full, 7, 1500, 2000));
	assert_false(has(&full, 7, 1501, 2000));
	assert_false(has(&full, 7, 1400, 2500));
}

static void
the_lower_one_is_before(void **state)
{
	struct log_position p = full;

	(void)state;
	assert_false(log_position_before(&p, &full));
	p.begin--;
	assert_true(log_position_before(&p, &full));
	p.file++;
	assert_false(log_position_before(&p, &full));
	assert_true(log_position_before(&full, &p));
}

static void
the_lowest_knows_the_start_that_any_knows(void **state)
{
	struct log_position all[] = { { .file = 0 }, full, full, full }, p;

	(void)state;
	assert_false(log_position_lowest(all, 1, &p));
	all[2].begin = 0;
	all[2].head_length = all[2].head = all[2].tail_length = 0;
	all[3].file++;
	assert_true(log_position_lowest(all, 4, &p));
	assert_int_equal(p.file, 7);
	assert_int_equal(p.begin, 0);
	assert_int_equal(p.tail_length, 0);
	assert_int_equal(p.head_length, 256);
	assert_true(p.head == full.head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(what_is_no_position_is_refused),
		cmocka_unit_test(
		    before_the_window_has_an_end_its_first_hits_are_out),
		cmocka_unit_test(then_repeats_are_out_by_their_first_lines),
		cmocka_unit_test(the_lower_one_is_before),
		cmocka_unit_test(the_lowest_knows_the_start_that_any_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
