/* Which format a list has, and that the same names come out of whatever format
 * they are in. */

#include "lists.h"
#include "lists/list_format.h"

static const struct {
	const char *text;
	enum list_format format;
} snippets[] = {
	{ "||bad.example^\n", LIST_FORMAT_ADBLOCK },
	{ "@@||ok.example^\n", LIST_FORMAT_ADBLOCK },
	{ "\xef\xbb\xbf! Title: x\r\n\r\n||bad.example^\r\n",
	    LIST_FORMAT_ADBLOCK },
	{ "[Adblock Plus 2.0]\nbad.example\nevil.test\n",
	    LIST_FORMAT_ADBLOCK },
	{ "# hosts\n0.0.0.0 a.b\n0.0.0.0 c.d\n||bad.example^\n",
	    LIST_FORMAT_ADBLOCK },
	{ "bad.example\n||evil.test^\n", LIST_FORMAT_ADBLOCK },
	{ "bad.example\nevil.test\n||x.y^\n", LIST_FORMAT_PLAIN },
	{ "|bad.example^\n", LIST_FORMAT_ADBLOCK },
	{ "bad.example^$important\n", LIST_FORMAT_ADBLOCK },
	{ "address=/bad.example/0.0.0.0\n", LIST_FORMAT_DNSMASQ },
	{ "! x\n// x\n; x\nADDRESS=/bad.example/#\r\n",
	    LIST_FORMAT_DNSMASQ },
	{ "port=53\nno-resolv\nlocal=/bad.example/\n", LIST_FORMAT_DNSMASQ },
	{ "nftset=/bad.example/4#inet#a#b\n", LIST_FORMAT_DNSMASQ },
	{ "server:\n  local-zone: \"bad.example\" static\n",
	    LIST_FORMAT_UNBOUND },
	{ "local-zone: bad.example. always_null\n", LIST_FORMAT_UNBOUND },
	{ "local-data: \"bad.example A 0.0.0.0\"\n", LIST_FORMAT_UNBOUND },
	{ "server: local-zone: \"bad.example\" static\n",
	    LIST_FORMAT_UNBOUND },
	{ "// x\nzone \"bad.example\" { type master; };\n",
	    LIST_FORMAT_BIND },
	{ "zone\t\"bad.example\"\n{\n", LIST_FORMAT_BIND },
	{ "/*\n * words\n */\nzone bad.example {\n", LIST_FORMAT_BIND },
	{ "options {\n directory \"/var\";\n};\nzone \"a.b\" {\n",
	    LIST_FORMAT_BIND },
	{ "=bad.example\n", LIST_FORMAT_DNSCRYPT },
	{ "bad.example\nads.*\n*.x.y\n", LIST_FORMAT_DNSCRYPT },
	{ "a.b\n*word*\n", LIST_FORMAT_DNSCRYPT },
	{ "ads[0-9].example\n", LIST_FORMAT_DNSCRYPT },
	{ "bad.example @work\n", LIST_FORMAT_DNSCRYPT },
	{ "bad.example\n192.0.2.7:80\n", LIST_FORMAT_MALTRAIL },
	{ "bad.example\n/x.php\n", LIST_FORMAT_MALTRAIL },
	{ "bad.example,x,y\n192.0.2.7,x,y\n", LIST_FORMAT_MALTRAIL },
	{ "YmFkLmV4YW1wbGU=\n", LIST_FORMAT_SURICATA },
	{ "LmJhZC5leGFtcGxl\n", LIST_FORMAT_SURICATA },
	{ "bad.example,5\nevil.test,7\n", LIST_FORMAT_SURICATA },
	{ "#fields\tindicator\tindicator_type\n", LIST_FORMAT_ZEEK },
	{ "bad.example\tIntel::DOMAIN\tx\n", LIST_FORMAT_ZEEK },
	{ "192.0.2.7\tIntel::ADDR\tx\n", LIST_FORMAT_ZEEK },
	{ "0.0.0.0 bad.example\n", LIST_FORMAT_HOSTS },
	{ "! x\n0.0.0.0\tbad.example\n", LIST_FORMAT_HOSTS },
	/* What is none of them. */
	{ "bad.example\n", LIST_FORMAT_PLAIN },
	{ "*.bad.example\n.evil.test\n", LIST_FORMAT_PLAIN },
	{ "bad.example # x @y\n", LIST_FORMAT_PLAIN },
	{ "zone.example\naddress.example\nserver.example\n",
	    LIST_FORMAT_PLAIN },
	{ "1,top.example\n2,next.example\n", LIST_FORMAT_PLAIN },
	{ "dga,x,bad.example\nlegit,y,ok.example\n", LIST_FORMAT_PLAIN },
	{ "localhost\nwpad\nabcd\n", LIST_FORMAT_PLAIN },
	{ "#fields\tts\tuid\tquery\n1\tx\tbad.example\n",
	    LIST_FORMAT_PLAIN },
	{ "<!DOCTYPE html>\n<html><head>\n", LIST_FORMAT_PLAIN },
	{ "192.0.2.7\n198.51.100.7\n", LIST_FORMAT_PLAIN },
	{ "(^|\\.)ads\\.\n", LIST_FORMAT_PLAIN },
	{ "server\n", LIST_FORMAT_PLAIN }, { "zone\n", LIST_FORMAT_PLAIN },
	{ "#\n", LIST_FORMAT_PLAIN }, { "", LIST_FORMAT_PLAIN },
};

static void
the_content_tells_the_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(snippets); i++) {
		enum list_format format = list_format_find(snippets[i].text,
		    strlen(snippets[i].text));

		if (format != snippets[i].format)
			fail_msg("'%s' is %s", snippets[i].text,
			    list_format_text(format));
	}
}

/* --- whole lists ----------------------------------------------------------- */

/* The names of a list, sorted, and how many are suffixes, or fine. */
struct names {
	size_t count, room, suffixes, allowed;
	struct dns_name *name;
};

static int
add(void *ctx, const struct list_entry *e)
{
	struct names *n = ctx;

	assert_null(e->text);
	if (n->count == n->room) {
		n->room = 2 * n->room + 1000;
		n->name = realloc(n->name, n->room * sizeof(*n->name));
		assert_non_null(n->name);
	}
	memset(&n->name[n->count], 0, sizeof(*n->name));
	memcpy(&n->name[n->count], &e->name, 1u + e->name.length);
	n->count++;
	n->suffixes += e->match == LIST_MATCH_SUFFIX;
	n->allowed += e->allow;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct dns_name));
}

/* Read a file of the shared data; false, and nothing read, if it is not
 * there. */
static bool
read_file(const char *path, struct names *ret)
{
	struct list_spec spec = { .format = LIST_FORMAT_DETECT };
	FILE *f = lists_file(path);

	memset(ret, 0, sizeof(*ret));
	if (f == NULL)
		return false;
	assert_int_equal(list_read(f, &spec, add, NULL, ret, &lists_report),
	    0);
	fclose(f);
	if (ret->count > 0)
		qsort(ret->name, ret->count, sizeof(*ret->name), compare);
	return true;
}

/* Do two files of the shared data hold the same names? */
static void
expect_same(const char *path, const struct names *wanted)
{
	struct names got;

	if (!read_file(path, &got))
		fail_msg("%s is not there", path);
	if (got.count != wanted->count || memcmp(got.name, wanted->name,
	    got.count * sizeof(*got.name)) != 0)
		fail_msg("%s: %zu names, not the %zu of the plain list",
		    path, got.count, wanted->count);
	assert_int_equal(got.allowed, 0);
	free(got.name);
}

static void
the_same_names_in_every_format(void **state)
{
	static const char *const families[][9] = {
		{ "badnames/urlhaus-filter-domains-online.txt",
		    "badnames/urlhaus-filter-agh-online.txt",
		    "badnames/urlhaus-filter-bind-online.conf",
		    "badnames/urlhaus-filter-dnsmasq-online.conf",
		    "badnames/urlhaus-filter-unbound-online.conf",
		    "badnames/urlhaus-filter-hosts-online.txt",
		    "badnames/urlhaus-filter-dnscrypt-blocked-names-online.txt",
		    NULL },
		{ "badnames/blp-ransomware-plain.txt",
		    "badnames/blp-ransomware-adblock.txt",
		    "badnames/blp-ransomware-dnsmasq.txt",
		    "badnames/blp-ransomware-hosts.txt", NULL },
		{ "badnames/hagezi-fake-wildcard.txt",
		    "badnames/hagezi-fake-adblock.txt", NULL },
	};
	static const size_t counts[] = { 1174, 1904, 7355 };

	(void)state;
	for (size_t i = 0; i < COUNT(families); i++) {
		struct names plain;

		if (!read_file(families[i][0], &plain))
			skip();
		assert_int_equal(plain.count, counts[i]);
		for (size_t k = 1; families[i][k] != NULL; k++)
			expect_same(families[i][k], &plain);
		free(plain.name);
	}
}

static void
whole_lists_have_the_format_that_they_say(void **state)
{
	static const struct {
		const char *path;
		enum list_format format;
		size_t entries, suffixes;
	} files[] = {
		{ "badnames/urlhaus-filter-agh-online.txt",
		    LIST_FORMAT_ADBLOCK, 1174, 1174 },
		{ "badnames/urlhaus-filter-bind-online.conf",
		    LIST_FORMAT_BIND, 1174, 1174 },
		{ "badnames/urlhaus-filter-dnsmasq-online.conf",
		    LIST_FORMAT_DNSMASQ, 1174, 1174 },
		{ "badnames/urlhaus-filter-unbound-online.conf",
		    LIST_FORMAT_UNBOUND, 1174, 1174 },
		{ "badnames/urlhaus-filter-hosts-online.txt",
		    LIST_FORMAT_HOSTS, 1174, 0 },
		/* Names only: what they say is the same as plain. */
		{ "badnames/urlhaus-filter-dnscrypt-blocked-names-online.txt",
		    LIST_FORMAT_PLAIN, 1174, 1174 },
		{ "badnames/blp-ransomware-adblock.txt",
		    LIST_FORMAT_ADBLOCK, 1904, 1904 },
		{ "badnames/blp-ransomware-dnsmasq.txt",
		    LIST_FORMAT_DNSMASQ, 1904, 1904 },
		{ "badnames/hagezi-fake-adblock.txt", LIST_FORMAT_ADBLOCK,
		    7355, 7355 },
		{ "badnames/hagezi-fake-wildcard.txt", LIST_FORMAT_PLAIN,
		    7355, 7355 },
		{ "badnames/maltrail-apt_turla.txt", LIST_FORMAT_MALTRAIL,
		    336, 336 },
		{ "badnames/maltrail-conficker.txt", LIST_FORMAT_MALTRAIL,
		    257, 257 },
		{ "badnames/maltrail-necurs.txt", LIST_FORMAT_MALTRAIL, 711,
		    711 },
		{ "badnames/maltrail-trickbot.txt", LIST_FORMAT_MALTRAIL,
		    256, 256 },
		{ "badnames/maltrail-sensor-corpus-trails.csv",
		    LIST_FORMAT_MALTRAIL, 6, 6 },
		{ "badnames/suricata-dataset-base64-state.csv",
		    LIST_FORMAT_SURICATA, 1200, 0 },
		{ "badnames/stevenblack-hosts-2019-head5200.txt",
		    LIST_FORMAT_HOSTS, 4935, 0 },
		{ "badnames/dga-example-murofet-v1.txt", LIST_FORMAT_PLAIN,
		    1000, 1000 },
		{ "badnames/dga-example-necurs.txt", LIST_FORMAT_PLAIN, 2048,
		    2048 },
		{ "badnames/dga-example-qakbot.txt", LIST_FORMAT_PLAIN, 5000,
		    5000 },
		{ "badnames/dga_domains_sample-1-5500.csv",
		    LIST_FORMAT_PLAIN, 0, 0 },
		/* Forwarded elsewhere: nothing bad, nothing allowed. */
		{ "names/allow/apple.china.conf", LIST_FORMAT_DNSMASQ, 0,
		    0 },
		{ "names/allow/google.china.conf", LIST_FORMAT_DNSMASQ, 0,
		    0 },
		{ "names/allow/cdn-testlist.txt", LIST_FORMAT_PLAIN, 91,
		    91 },
		{ "names/allow/hagezi-doh-vpn-proxy-bypass-domains.txt",
		    LIST_FORMAT_PLAIN, 1205, 1205 },
		{ "names/allow/hagezi-whitelist-referral-adblock.txt",
		    LIST_FORMAT_ADBLOCK, 480, 480 },
		{ "names/allow/ns-whitelist.txt", LIST_FORMAT_PLAIN, 118,
		    118 },
		{ "names/allow/maltrail-whitelist.txt",
		    LIST_FORMAT_MALTRAIL, 3406, 3406 },
		{ "names/allow/maltrail-cdn_ranges.txt",
		    LIST_FORMAT_MALTRAIL, 0, 0 },
	};
	struct names names;

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		if (!read_file(files[i].path, &names))
			skip();
		if (lists_report.format != files[i].format ||
		    lists_report.entries != files[i].entries ||
		    names.suffixes != files[i].suffixes)
			fail_msg("%s is %s with %llu entries, %zu of them "
			    "suffixes", files[i].path, list_format_text(
			    lists_report.format), (unsigned long long)
			    lists_report.entries, names.suffixes);
		free(names.name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_content_tells_the_format),
		cmocka_unit_test(the_same_names_in_every_format),
		cmocka_unit_test(whole_lists_have_the_format_that_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
