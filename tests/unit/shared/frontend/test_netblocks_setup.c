/* Goal: files of netblocks are read again when they change, and a bad one
 * replaces nothing. */

#include "frontend/netblocks_setup.h"

#include <unistd.h>

#include "core/config.h"
#include "match/prefixes.h"
#include "unit.h"

static char folder[64], clients[128], resolvers[128], conf[128];
static struct config *config;
static struct netblocks_setup n;

/* Another file in place of ${path}, or none. */
static void
put(const char *path, const char *text)
{
	FILE *file;

	unlink(path);
	if (text == NULL)
		return;
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool
holds(const struct prefixes *t, const char *text)
{
	struct address a = unit_address(text);

	return prefixes_find(t, &a, NULL);
}

static int
set_up(void **state)
{
	char text[512], error[256];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/qw-netblocks-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(clients, sizeof(clients), "%s/clients", folder);
	snprintf(resolvers, sizeof(resolvers), "%s/resolvers", folder);
	snprintf(conf, sizeof(conf), "%s/conf", folder);
	put(clients, "10.1.0.0/16\n");
	put(resolvers, "10.1.0.53\n");
	snprintf(text, sizeof(text), "monitored = { \"192.0.2.0/24\", "
	    "\"file:%s\" }\nexcluded = { \"file:%s\" }\n", clients,
	    resolvers);
	put(conf, text);
	config = config_load(conf, error, sizeof(error));
	memset(&n, 0, sizeof(n));
	return config != NULL ? netblocks_setup_open(&n, config) : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	netblocks_setup_free(&n);
	config_free(config);
	put(clients, NULL);
	put(resolvers, NULL);
	put(conf, NULL);
	return rmdir(folder);
}

static void
what_has_not_changed_is_not_read(void **state)
{
	struct netblocks_pair p;

	(void)state;
	assert_true(holds(n.now.monitored, "10.1.2.3"));
	assert_true(holds(n.now.excluded, "10.1.0.53"));
	assert_int_equal(netblocks_setup_look(&n), LIST_SOURCE_SAME);
	assert_int_equal(netblocks_setup_again(&n, &p), 0);
	assert_ptr_equal(p.monitored, n.now.monitored);
	netblocks_setup_take(&n, p);
	netblocks_setup_forget(&n);
	assert_true(holds(n.now.monitored, "192.0.2.1"));
}

static void
what_has_changed_is_read_and_kept_until_nobody_needs_it(void **state)
{
	struct netblocks_pair p;

	(void)state;
	put(clients, "10.2.0.0/16\n");
	assert_int_not_equal(netblocks_setup_look(&n), LIST_SOURCE_SAME);
	assert_int_equal(netblocks_setup_look(&n), LIST_SOURCE_SAME);
	assert_int_equal(netblocks_setup_again(&n, &p), 0);
	assert_false(holds(p.monitored, "10.1.2.3"));
	assert_true(holds(p.monitored, "10.2.2.3"));
	assert_true(holds(p.monitored, "192.0.2.1"));
	assert_true(holds(p.excluded, "10.1.0.53"));
	/* Lists that are refused meanwhile leave all as it was. */
	netblocks_setup_drop(&n, p);
	assert_true(holds(n.now.monitored, "10.1.2.3"));
	assert_int_equal(netblocks_setup_again(&n, &p), 0);
	netblocks_setup_take(&n, p);
	assert_true(holds(n.now.monitored, "10.2.2.3"));
	assert_true(holds(n.former.monitored, "10.1.2.3"));
	netblocks_setup_forget(&n);
	assert_null(n.former.monitored);
	assert_int_equal(netblocks_setup_again(&n, &p), 0);
	assert_ptr_equal(p.monitored, n.now.monitored);
}

static void
a_bad_file_replaces_nothing(void **state)
{
	static const char *const bad[] = { "10.2.0.1/16\n", "# none\n", NULL };
	struct netblocks_pair p;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		put(resolvers, bad[i]);
		assert_int_not_equal(netblocks_setup_look(&n),
		    LIST_SOURCE_SAME);
		assert_int_equal(netblocks_setup_again(&n, &p), -1);
		assert_true(holds(n.now.excluded, "10.1.0.53"));
	}
	put(resolvers, "10.1.0.54\n");
	(void)netblocks_setup_look(&n);
	assert_int_equal(netblocks_setup_again(&n, &p), 0);
	netblocks_setup_take(&n, p);
	assert_true(holds(n.now.excluded, "10.1.0.54"));
}

static void
what_cannot_be_opened_again_is_not_looked_at(void **state)
{
	struct netblocks_pair p;

	(void)state;
	put(clients, NULL);
	netblocks_setup_try(&n);
	assert_int_equal(netblocks_setup_look(&n), LIST_SOURCE_SAME);
	assert_int_equal(netblocks_setup_again(&n, &p), 0);
	assert_ptr_equal(p.monitored, n.now.monitored);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_not_changed_is_not_read),
		TEST(what_has_changed_is_read_and_kept_until_nobody_needs_it),
		TEST(a_bad_file_replaces_nothing),
		TEST(what_cannot_be_opened_again_is_not_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
