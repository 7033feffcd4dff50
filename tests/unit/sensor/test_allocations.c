/*
 * No frame makes the sensor allocate: whatever comes, tables and buffers are
 * those of the start.  ldns may, and the C library; the linker puts the __wrap
 * functions in place of the calls that our own files make.
 */

#include "sensors.h"
#include "traffic.h"
#include "unit.h"

#define FRAMES 100000

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

static unsigned long allocations;

void *
__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	allocations++;
	return __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	allocations++;
	return __real_realloc(old, size);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	allocations++;
	return __real_aligned_alloc(alignment, size);
}

char *
__wrap_strdup(const char *text)
{
	allocations++;
	return __real_strdup(text);
}

char *
__wrap_strndup(const char *text, size_t length)
{
	allocations++;
	return __real_strndup(text, length);
}

/* Standard output, which hits go to, is put aside meanwhile. */
static int
begin_silence(void)
{
	int kept = dup(STDOUT_FILENO);

	fflush(stdout);
	if (kept < 0 || freopen("/dev/null", "w", stdout) == NULL)
		abort();
	return kept;
}

static void
end_silence(int kept)
{
	fflush(stdout);
	if (dup2(kept, STDOUT_FILENO) < 0)
		abort();
	close(kept);
}

/* How often were frames of all kinds a reason to allocate? */
static unsigned long
allocated(const char *list, struct counters *retcounters)
{
	static struct traffic t;
	struct frontend *f = sensors_frontend(SENSORS_SMALL, list);
	struct sensors s;
	unsigned long before;
	int kept = begin_silence();

	sensors_start(&s, f);
	traffic_name(&t, "bad.example");
	traffic_start(&t, unit_seed(), TRAFFIC_START);
	before = allocations;
	for (int i = 0; i < FRAMES; i++) {
		traffic_next(&t);
		sensor_frame(s.sensor, t.time, LINK_ETHERNET, t.frame,
		    t.length);
		if (i % 64 == 0) {
			sensor_tick(s.sensor, t.time);
			frontend_tick(f, 0);
		}
	}
	sensors_end(&s);
	before = allocations - before;
	end_silence(kept);
	*retcounters = sensors_count(&s);
	sensors_free(&s);
	frontend_finish(f, 0);
	return before;
}

/* The start is seen to allocate, so what is counted after it is real. */
static void
no_frame_allocates(void **state)
{
	static const char *const lists[] = {
		"bad.example\n",	/* some hits */
		"nothing.test\n",
		NULL			/* every query is printed */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct counters c;

		allocations = 0;
		assert_int_equal(allocated(lists[i], &c), 0);
		assert_true(allocations > 0);
		assert_int_equal(counters_find(&c, "frames", "total"),
		    FRAMES);
		assert_true(counters_find(&c, "dns", "queries") > FRAMES / 4);
		assert_true(counters_find(&c, "frames", "fragments") >
		    FRAMES / 10);
		assert_true(counters_find(&c, "frames", "tcp") > FRAMES / 10);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_frame_allocates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
