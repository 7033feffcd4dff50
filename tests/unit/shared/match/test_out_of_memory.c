/*
 * Every allocation of the loaders fails once: the answer is NULL, or what was
 * asked for where memory was only wanted to do better, and nothing leaks
 * (LeakSanitizer says so) or crashes.  The linker puts the __wrap functions
 * in place of the C library's.
 */

#include <hs/hs.h>

#include "core/config.h"
#include "core/public_suffix.h"
#include "hits/coalescer.h"
#include "lists/known_names.h"
#include "match/allow.h"
#include "match/patterns.h"
#include "match/prefixes.h"
#include "match/rules.h"
#include "unit.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static long left = -1;		/* allocations until one fails; -1: never */
static bool failed;

static bool
fails(void)
{
	if (left > 0)
		left--;
	failed = failed || left == 0;
	if (left != 0)
		return false;
	left = -1;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

/* Run ${attempt} with its first allocation failing, then its second, and so
 * on, until none was left to fail; return how many there were. */
static int
fail_each(bool (*attempt)(void))
{
	for (int number = 1; number < 1000; number++) {
		bool done;

		failed = false;
		left = number;
		done = attempt();
		left = -1;
		if (!failed) {
			assert_true(done);
			return number - 1;
		}
	}
	fail_msg("it allocates without end");
	return -1;
}

static char text[400000];	/* a list that the arena must grow for */
static char addresses[40000];	/* and one for what holds those */

static bool
load_rules(void)
{
	static const char *const specs[] = {
		"a,match=exact", "b", "c,match=address"
	};
	static struct rules_list lists[3];
	struct address_match address_match;
	struct address address = unit_address("10.0.77.1");
	struct rules_walk walk = { .part = 0 };
	struct rules_match match;
	struct dns_name name;
	struct rules *r;
	char error[128] = "";

	dns_name_from_text("www.n77.example", 15, &name);
	for (size_t i = 0; i < 3; i++) {
		char *list = i == 2 ? addresses : text;

		list_spec_parse(specs[i], &lists[i].spec, error,
		    sizeof(error));
		lists[i].file = fmemopen(list, strlen(list), "r");
	}
	r = rules_load(&(struct rules_options){
		.lists = lists, .count = 3, .monitored = NULL,
		.excluded = NULL,
	    }, error, sizeof(error));
	for (size_t i = 0; i < 3; i++)
		fclose(lists[i].file);
	assert_int_equal(r == NULL, error[0] != '\0');
	if (r == NULL)
		return false;
	/* What came out in spite of it is whole. */
	assert_true(rules_walk(r, &name, &walk, &match));
	assert_int_equal(match.lists, 2);
	assert_int_equal(rules_size(r).names, 20000);
	assert_true(rules_address(r, &address, &address_match));
	assert_int_equal(address_match.lists, 4);
	assert_int_equal(address_matcher_count(rules_addresses(r)), 2000);
	rules_free(r);
	return true;
}

static void
rules(void **state)
{
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 20000; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "n%d.example\n", i);
	assert_true(used < sizeof(text) - 1);
	used = 0;
	for (int i = 0; i < 2000; i++)
		used += (size_t)snprintf(addresses + used,
		    sizeof(addresses) - used, "10.0.%d.%d\n", i % 200,
		    1 + i / 200);
	assert_true(used < sizeof(addresses) - 1);
	assert_true(fail_each(load_rules) > 20);
}

/* Enough, and near enough to each other, for all that the table has. */
static bool
make_prefixes(void)
{
	struct netblock blocks[100];
	struct prefixes *n;

	for (size_t i = 0; i < COUNT(blocks); i++) {
		blocks[i] = unit_netblock("2001:db8::1");
		blocks[i].base.bytes[15] = (uint8_t)(2 * i);
	}
	n = prefixes_new(blocks, COUNT(blocks));
	if (n == NULL)
		return false;
	for (size_t i = 0; i < COUNT(blocks); i++)
		assert_true(prefixes_find(n, &blocks[i].base, NULL));
	prefixes_free(n);
	return true;
}

static bool
make_coalescer(void)
{
	struct coalescer *c = coalescer_new(16, 1, NULL, NULL);

	coalescer_free(c);
	return c != NULL;
}

/* Enough for each array to grow. */
static bool
make_allow(void)
{
	static const char *const labels[] = { "x" };
	struct netblock client = unit_netblock("10.1.2.3");
	struct allow_rule rule = {
		.name = unit_name("ok.example"), .clients = &client,
		.client_count = 1, .lists = 1, .labels = labels,
		.label_count = 1, .expires = ALLOW_FOR_GOOD, .author = "mj",
		.comment = "why", .file = "site"
	};
	struct allow_hit hit = { .name = &rule.name, .client = &client.base,
		.lists = 1 };
	struct allow_builder *b = allow_builder_new();
	struct allow_found found;
	struct allow *a;

	if (b == NULL)
		return false;
	for (int i = 0; i < 40; i++) {
		if (allow_builder_add(b, &rule) != 0) {
			allow_builder_free(b);
			return false;
		}
	}
	if ((a = allow_builder_finish(b)) == NULL)
		return false;
	assert_true(allow_find(a, &hit, &found));
	assert_int_equal(allow_count(a), 40);
	allow_free(a);
	return true;
}

/* Of the list of rules above, as good as any. */
static bool
read_known_names(void)
{
	FILE *file = fmemopen(text, strlen(text), "r");
	struct known_names *n = known_names_new();
	uint64_t bad = 0;
	bool done = n != NULL && known_names_read(n, file, &bad) == 0;

	assert_true(!done || known_names_count(n) == 20000);
	known_names_free(n);
	fclose(file);
	return done;
}

/* libpsl has functions of its own to allocate with. */
static bool
read_suffixes(void)
{
	static char rules[] = "com\nco.uk\n";
	FILE *file = fmemopen(rules, strlen(rules), "r");
	struct public_suffix *p = public_suffix_read(file);

	public_suffix_close(p);
	fclose(file);
	return p != NULL;
}

static bool
load_config(void)
{
	char error[128];
	struct config *c = config_load(NULL, error, sizeof(error));

	assert_int_equal(c == NULL, error[0] != '\0');
	config_free(c);
	return c != NULL;
}

static void
look_for_patterns(const struct patterns *p)
{
	struct dns_name bad = unit_name("a-badware.example");
	struct dns_name bot = unit_name("bot7.example");
	struct patterns_scratch *s = patterns_scratch_new(p);
	struct patterns_match match;

	if (s == NULL) {
		assert_true(failed);
		return;
	}
	assert_true(patterns_find(s, &bad, &match));
	assert_true(patterns_find(s, &bot, &match));
	assert_int_equal(patterns_failures(s), 0);
	patterns_scratch_free(s);
}

/* Write patterns and read them back, if there is memory for it. */
static void
copy_patterns(const struct patterns *p)
{
	char error[PATTERNS_ERROR_SIZE] = "";
	struct patterns *again;
	uint8_t *bytes;
	size_t length;

	if (patterns_serialize(p, &bytes, &length) != 0) {
		assert_true(failed);
		return;
	}
	again = patterns_deserialize(bytes, length, error);
	free(bytes);
	assert_int_equal(again == NULL, error[0] != '\0');
	assert_true(again != NULL || failed);
	if (again != NULL)
		look_for_patterns(again);
	patterns_free(again);
}

static bool
make_patterns(void)
{
	static const char *const texts[] = {
		"badware", "badware", ".evil.", "bot[0-9]+", "x{3}y?z"
	};
	struct patterns_builder *b = patterns_builder_new();
	char error[PATTERNS_ERROR_SIZE] = "";
	struct patterns *p;

	if (b == NULL)
		return false;
	for (unsigned i = 0; i < COUNT(texts); i++) {
		if (patterns_builder_add(b, texts[i], strlen(texts[i]),
		    i < 3 ? PATTERNS_SUBSTRING : PATTERNS_REGEX, i,
		    error) != 0) {
			assert_string_not_equal(error, "");
			patterns_builder_free(b);
			return false;
		}
	}
	p = patterns_builder_finish(b, error);
	assert_int_equal(p == NULL, error[0] != '\0');
	if (p == NULL)
		return false;
	look_for_patterns(p);
	copy_patterns(p);
	patterns_free(p);
	return true;
}

/* Hyperscan's own memory fails as well. */
static void
patterns(void **state)
{
	(void)state;
	assert_int_equal(hs_set_allocator(__wrap_malloc, free), HS_SUCCESS);
	assert_true(fail_each(make_patterns) >= 30);
	assert_int_equal(hs_set_allocator(NULL, NULL), HS_SUCCESS);
}

static void
the_others(void **state)
{
	(void)state;
	assert_true(fail_each(make_prefixes) >= 7);
	assert_true(fail_each(make_coalescer) >= 3);
	assert_true(fail_each(make_allow) >= 12);
	assert_true(fail_each(load_config) >= 1);
	assert_true(fail_each(read_known_names) > 3);
	assert_true(fail_each(read_suffixes) >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules),
		cmocka_unit_test(patterns),
		cmocka_unit_test(the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
