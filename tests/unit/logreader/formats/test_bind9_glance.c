/*
 * Goal: a glance accepts the usual lines once it has seen their like, and
 * nothing that bind9_parse would not accept with the same client and name.
 */

#include "formats/bind9.h"
#include "formats/bind9_look.h"
#include "guarded.h"
#include "unit.h"

/* Hold what the glance says about ${line} against what the parser says: by
 * itself up against the end of what may be read, and with more behind it. */
static bool
look_both(const struct bind9_glance *g, const uint8_t *line, size_t n,
    size_t room)
{
	const uint8_t *lf = memchr(line, '\n', room);
	struct bind9_glimpse seen;
	struct log_fields f;
	struct address client;
	struct dns_name name, glanced;

	if (bind9_look(g, line, line + room, &seen) == NULL) {
		assert_null(bind9_glance_look(g, line, line + room, &seen));
		return false;
	}
	memset(&seen, 0xAA, sizeof(seen));
	assert_ptr_equal(bind9_glance_look(g, line, line + room, &seen),
	    lf + 1);
	assert_int_equal(lf - line, n);
	assert_int_equal(bind9_parse((const char *)line, n, &f), LOG_QUERY);
	assert_false(f.truncated || f.strange);
	assert_int_equal(f.response, seen.response);
	assert_int_equal(address_parse(f.client.at, f.client.length, &client),
	    0);
	assert_true(address_equal(&client, &seen.client));
	assert_int_equal(dns_name_from_text(f.name.at, f.name.length, &name),
	    0);
	assert_true(bind9_glance_name(&seen, &glanced));
	assert_true(dns_name_equal(&name, &glanced));
	assert_memory_equal(seen.tail.wire, name.wire + name.length -
	    seen.tail.length, seen.tail.length);
	return true;
}

static bool
look(const struct bind9_glance *g, const char *line, size_t n)
{
	static char text[8192];
	bool alone;

	memcpy(text, line, n);
	memset(text + n, '\n', 64);
	alone = look_both(g, guarded_copy(text, n + 1), n, n + 1);
	/* More behind it can only help. */
	return look_both(g, guarded_copy(text, n + 64), n, n + 64) || alone;
}

static void
learn(struct bind9_glance *g, const char *line)
{
	struct log_fields f;

	assert_int_equal(bind9_glance_parse(g, line, strlen(line), &f),
	    LOG_QUERY);
}

static void
make_line(char buf[4096], const char *prefix, const char *client,
    const char *name, const char *middle, const char *tail)
{
	snprintf(buf, 4096, "%sclient @0x7fc71a432098 %s (%s)%s%s%s", prefix,
	    client, name, middle, name, tail);
}

static const char usual_prefix[] = "23-Nov-2026 08:38:08.264 queries: info: ";
static const char usual_client[] = "10.1.2.3#53";
static const char usual_middle[] = ": view internal: query: ";
static const char usual_tail[] = " IN AAAA +E(0)K (10.0.0.53)";

static struct bind9_glance *
learned(void)
{
	struct bind9_glance *g = bind9_glance_new();
	char line[4096];

	assert_non_null(g);
	make_line(line, usual_prefix, usual_client, "a.example",
	    usual_middle, usual_tail);
	assert_false(look(g, line, strlen(line)));
	learn(g, line);
	assert_true(look(g, line, strlen(line)));
	return g;
}

static void
test_clients(void **state)
{
	static const struct {
		const char *client;
		bool known;
	} rows[] = {
		{ "1.2.3.4#1", true }, { "255.255.255.255#65535", true },
		{ "0.0.0.0#0", true }, { "192.168.100.1#12345", true },
		{ "9.99.100.0#00053", true },
		{ "256.1.1.1#1", false }, { "1.300.1.1#1", false },
		{ "1.2.999.4#1", false }, { "1.2.3.400#1", false },
		{ "01.2.3.4#1", false }, { "1.2.3.04#1", false },
		{ "1.2.3.4#65536", false }, { "1.2.3.4#", false },
		{ "1.2.3.4#123456", false }, { "1.2.3#1", false },
		{ "1.2.3.4.5#1", false }, { "1..3.4#1", false },
		{ ".1.2.3#1", false }, { "1.2.3.#1", false },
		{ "1.2.3.4", false }, { "1.2.3#4.5", false },
		{ "1.2.3a.4#1", false }, { "1.2.3.4#1x", false },
		{ "1234.2.3.4#1", false }, { "::1#53", false },
		{ "1.2.3.4#1/key k", false }, { "1.2.3.\xb4#1", false },
		{ "1.2.3.4#\xb1", false }, { "", false },
	};
	struct bind9_glance *g = learned();
	char line[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_line(line, usual_prefix, rows[i].client, "a.example",
		    usual_middle, usual_tail);
		assert_int_equal(look(g, line, strlen(line)), rows[i].known);
	}
	bind9_glance_free(g);
}

/* Every address part and every port, as text. */
static void
test_all_numbers(void **state)
{
	struct bind9_glance *g = learned();
	char line[4096], client[32];

	(void)state;
	for (int i = 0; i < 65536; i++) {
		snprintf(client, sizeof(client), "%d.%d.%d.%d#%d", i >> 8,
		    i & 255, 255 - (i & 255), 255 - (i >> 8), i);
		make_line(line, usual_prefix, client, "a.example",
		    usual_middle, usual_tail);
		assert_true(look(g, line, strlen(line)));
	}
	bind9_glance_free(g);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		bool known;
	} rows[] = {
		{ "a", true }, { "a.b", true }, { "WwW.ExAmPlE.CoM", true },
		{ "1234567", true }, { "12345678", true },
		{ "1234567.", false }, { ".", false }, { ".a", false },
		{ "a..b", false }, { "a(b", true }, { "x/A#5@[1]", true },
		{ "x:", true }, { "query:", true }, { "_dmarc.example", true },
		{ "a\\)b", false }, { "a\\032b", false }, { "a)b", false },
		{ "a b", false }, { "a\x7f.example", false },
		{ "a\x80.example.com", false }, { "a\x1f.example", false },
		{ "<unknown>", false }, { "<unknown>x", true },
		{ "@[Z`az{", true }, { "a~!b", true },
	};
	struct bind9_glance *g = learned();
	char line[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_line(line, usual_prefix, usual_client, rows[i].name,
		    usual_middle, usual_tail);
		assert_int_equal(look(g, line, strlen(line)), rows[i].known);
	}
	bind9_glance_free(g);
}

/* Names of every length, with labels of every length. */
static void
test_lengths(void **state)
{
	struct bind9_glance *g = learned();
	char line[4096], name[300];

	(void)state;
	for (size_t label = 1; label <= 70; label++) {
		for (size_t n = 1; n < 280; n++) {
			bool known;

			for (size_t i = 0; i < n; i++)
				name[i] = i % (label + 1) == label ? '.' :
				    "aZ9-"[i % 4];
			name[n] = '\0';
			make_line(line, usual_prefix, usual_client, name,
			    usual_middle, usual_tail);
			known = look(g, line, strlen(line));
			assert_int_equal(known, n <= PLAIN_NAME_SHORT &&
			    name[n - 1] != '.');
		}
	}
	bind9_glance_free(g);
}

static void
test_parts_change(void **state)
{
	struct bind9_glance *g = learned();
	char line[4096];
	size_t length;
	static const char *const unlike[][3] = {
		{ "23-Dec-2026 08:38:08.264 queries: info: ", usual_middle,
		  usual_tail },
		{ "23-Nov-2026 08:38:08:264 queries: info: ", usual_middle,
		  usual_tail },
		{ "", usual_middle, usual_tail },
		{ usual_prefix, ": query: ", usual_tail },
		{ usual_prefix, ": view other: query: ", usual_tail },
		{ usual_prefix, usual_middle, " IN AAAA +E(0)K (10.0.0.54)" },
		{ usual_prefix, usual_middle, " IN A +E(0)K (10.0.0.53)" },
		{ usual_prefix, usual_middle, "" },
		{ usual_prefix, usual_middle, " IN AAAA" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(unlike) / sizeof(unlike[0]); i++) {
		make_line(line, unlike[i][0], usual_client, "b.example",
		    unlike[i][1], unlike[i][2]);
		assert_false(look(g, line, strlen(line)));
	}
	make_line(line, "01-Nov-1999 23:59:60.000 queries: info: ",
	    usual_client, "b.example", usual_middle, usual_tail);
	assert_true(look(g, line, strlen(line)));
	make_line(line, usual_prefix, usual_client, "b.example", usual_middle,
	    usual_tail);
	length = strlen(line);
	for (size_t n = 0; n < length; n++)
		assert_false(look(g, line, n));
	for (size_t i = 0; i < length; i++) {
		char was = line[i];

		for (int b = 0; b < 256; b++) {
			line[i] = (char)b;
			look(g, line, length);
		}
		line[i] = was;
	}
	bind9_glance_free(g);
}

static void
test_many_tails_and_views(void **state)
{
	struct bind9_glance *g = learned();
	char line[4096], tail[64], middle[64];
	unsigned known = 0;

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < 64; i++) {
			snprintf(tail, sizeof(tail),
			    " IN TYPE%d +E(0)K (10.0.0.53)", i);
			make_line(line, usual_prefix, usual_client, "c.d",
			    usual_middle, tail);
			if (look(g, line, strlen(line)))
				known++;
			else
				learn(g, line);
		}
	}
	assert_true(known >= 56);	/* a few may share a place */
	for (int i = 0; i < 20; i++) {
		snprintf(middle, sizeof(middle), ": view v%d: query: ", i);
		make_line(line, usual_prefix, usual_client, "c.d", middle,
		    usual_tail);
		learn(g, line);
		assert_true(look(g, line, strlen(line)));
	}
	bind9_glance_free(g);
}

static void
test_responses(void **state)
{
	struct bind9_glance *g = learned();
	char line[4096];

	(void)state;
	make_line(line, usual_prefix, usual_client, "c.d", ": response: ",
	    " IN A NOERROR 1 0 1 +E(0)K (10.0.0.53)");
	learn(g, line);
	assert_true(look(g, line, strlen(line)));
	/* what ends a query does not end a response */
	make_line(line, usual_prefix, usual_client, "c.d", ": response: ",
	    usual_tail);
	assert_false(look(g, line, strlen(line)));
	bind9_glance_free(g);
}

/* Lines of which nothing may be remembered. */
static void
test_not_remembered(void **state)
{
	static const char *const lines[] = {
		"client @0x1 10.1.2.3#5/key k (a.b): query: a.b IN A + (10.0.0.5)",
		"client @0x1 (no-peer) (a.b): query: a.b IN A + (10.0.0.53)",
		"client @0x1 10.1.2.3#5 (a.b): query: a.b IN A +Q (10.0.0.53)",
		"client @0x1 10.1.2.3#5 (a.b): query: a.b IN A +",
		"client 10.1.2.3#5: query: a.b IN A + (10.0.0.53)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct bind9_glance *g = bind9_glance_new();

		learn(g, lines[i]);
		assert_false(look(g, lines[i], strlen(lines[i])));
		bind9_glance_free(g);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_all_numbers),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_parts_change),
		cmocka_unit_test(test_many_tails_and_views),
		cmocka_unit_test(test_responses),
		cmocka_unit_test(test_not_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
