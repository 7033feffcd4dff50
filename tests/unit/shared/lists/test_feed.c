#include "lists/feed.h"

#include "unit.h"

static void
urls_have_hosts(void **state)
{
	static const struct {
		const char *url, *host;
	} urls[] = {
		{ "http://bad.example/m.exe", "bad.example" },
		{ "http://bad.example", "bad.example" },
		{ "https://bad.example:8443/x", "bad.example" },
		{ "http://user:word@bad.example:80?q", "bad.example" },
		{ "http://a@b@bad.example#f", "bad.example" },
		{ "http://bad.example\\@good.test/", "bad.example" },
		{ "http://good.test/@bad.example", "good.test" },
		{ "http://[2001:db8::1]:80/", "2001:db8::1" },
		{ "http://192.0.2.1:8080/", "192.0.2.1" },
		{ "bad.example/path", "bad.example" },
		{ "bad.example:80", "bad.example" },
		{ "hxxp://bad.example/", "bad.example" },
		{ "http://", NULL }, { "http:///x", NULL }, { "", NULL },
		{ "http://[2001:db8::1", NULL }, { "http://[]/", NULL },
		{ "http://a@/", NULL }, { "http://:80", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		size_t length = strlen(urls[i].url), found = 0;
		char *copy = strndup(urls[i].url, length);
		const char *host = feed_url_host(copy, length, &found);

		if (host == NULL ? urls[i].host != NULL :
		    urls[i].host == NULL || strlen(urls[i].host) != found ||
		    memcmp(urls[i].host, host, found) != 0)
			fail_msg("'%s' has the host '%.*s'", urls[i].url,
			    (int)found, host != NULL ? host : "");
		free(copy);
	}
}

static void
numbers_and_times(void **state)
{
	(void)state;
	assert_int_equal(feed_percent("0", 1), 0);
	assert_int_equal(feed_percent("100", 3), 100);
	assert_int_equal(feed_percent("101", 3), LIST_CONFIDENCE_NONE);
	assert_int_equal(feed_percent("", 0), LIST_CONFIDENCE_NONE);
	assert_int_equal(feed_percent("5x", 2), LIST_CONFIDENCE_NONE);
	assert_int_equal(feed_percent("0100", 4), LIST_CONFIDENCE_NONE);
	assert_int_equal(feed_time("1970-01-02 00:00:01xx", 19),
	    INT64_C(86401000000));
	assert_int_equal(feed_time("1960-01-02", 10), 0);
	assert_int_equal(feed_time("1999-01-02\0", 11), 0);
	assert_int_equal(feed_time("", 0), 0);
}

static void
threats_are_joined(void **state)
{
	struct list_detail d = { .threat = "" };
	char longest[100];

	(void)state;
	feed_threat(&d, "", 0);
	feed_threat(&d, "Emotet", 6);
	feed_threat(&d, "exe,\xe2\x82\xac", 7);
	feed_threat(&d, "Emotet", 6);
	assert_string_equal(d.threat, "Emotet, exe,???");
	memset(longest, 'x', sizeof(longest));
	feed_threat(&d, longest, sizeof(longest));
	feed_threat(&d, "more", 4);
	assert_int_equal(strlen(d.threat), LIST_THREAT_SIZE - 1);
	feed_reference(&d, "http://a/", 9);
	feed_reference(&d, "http://b/", 9);
	assert_string_equal(d.reference, "http://a/");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_have_hosts),
		cmocka_unit_test(numbers_and_times),
		cmocka_unit_test(threats_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
