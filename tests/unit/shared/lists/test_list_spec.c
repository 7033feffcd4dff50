#include "lists/list.h"
#include "unit.h"

static void
specs(void **state)
{
	static const struct {
		const char *text, *path, *label;
		enum list_match match;
		enum list_format format;
	} good[] = {
		{ "bad.txt", "bad.txt", "bad", LIST_MATCH_SUFFIX,
		    LIST_FORMAT_DETECT },
		{ "/x/y.z/bad names.tar.txt", "/x/y.z/bad names.tar.txt",
		    "bad_names", LIST_MATCH_SUFFIX, LIST_FORMAT_DETECT },
		{ "/x/.hidden.txt", "/x/.hidden.txt", ".hidden",
		    LIST_MATCH_SUFFIX, LIST_FORMAT_DETECT },
		{ "a\tb\xc3\xa4.txt", "a\tb\xc3\xa4.txt", "a_b__",
		    LIST_MATCH_SUFFIX, LIST_FORMAT_DETECT },
		{ "bad.txt,match=exact", "bad.txt", "bad", LIST_MATCH_EXACT,
		    LIST_FORMAT_DETECT },
		{ "bad.txt,match=exact,match=suffix", "bad.txt", "bad",
		    LIST_MATCH_SUFFIX, LIST_FORMAT_DETECT },
		{ "bad.txt,label=My-l_1.x,format=hosts,match=exact",
		    "bad.txt", "My-l_1.x", LIST_MATCH_EXACT,
		    LIST_FORMAT_HOSTS },
		{ "bad.txt,format=plain", "bad.txt", "bad",
		    LIST_MATCH_SUFFIX, LIST_FORMAT_PLAIN },
		{ "a,b.txt", "a,b.txt", "a_b", LIST_MATCH_SUFFIX,
		    LIST_FORMAT_DETECT },
		{ "a,match,b=c.txt,match=exact", "a,match,b=c.txt",
		    "a_match_b_c", LIST_MATCH_EXACT, LIST_FORMAT_DETECT },
		{ ",", ",", "_", LIST_MATCH_SUFFIX, LIST_FORMAT_DETECT },
		{ "a,matches=1", "a,matches=1", "a_matches_1",
		    LIST_MATCH_SUFFIX, LIST_FORMAT_DETECT },
		{ "sink.txt,match=address,label=sinkhole", "sink.txt",
		    "sinkhole", LIST_MATCH_ADDRESS, LIST_FORMAT_DETECT },
	};
	static const struct {
		const char *text, *word;
	} bad[] = {
		{ "", "no file" }, { ",match=exact", "no file" },
		{ "a,match=", "match" }, { "a,match=Exact", "Exact" },
		{ "a,match=exact,x", "exact,x" },
		{ "a,format=csv", "csv" }, { "a,label=", "label" },
		{ "a,match=address,format=plain", "format=" },
		{ "a,format=hosts,match=address", "format=" },
		{ "a,label=a b", "a b" }, { "a,label=a,b", "a,b" },
		{ "a,label=" "0123456789012345678901234567890123456789"
		    "0123456789012345678901234", "label" },
	};
	struct list_spec spec;
	char error[256];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (list_spec_parse(good[i].text, &spec, error,
		    sizeof(error)) != 0)
			fail_msg("'%s': %s", good[i].text, error);
		assert_string_equal(spec.path, good[i].path);
		assert_string_equal(spec.label, good[i].label);
		assert_int_equal(spec.match, good[i].match);
		assert_int_equal(spec.format, good[i].format);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		spec.label[0] = '!';
		if (list_spec_parse(bad[i].text, &spec, error,
		    sizeof(error)) != -1)
			fail_msg("'%s' is taken", bad[i].text);
		assert_int_equal(spec.label[0], '!');
		if (strstr(error, bad[i].word) == NULL)
			fail_msg("'%s' says: %s", bad[i].text, error);
	}
}

static void
long_paths_and_labels_are_bounded(void **state)
{
	static char text[LIST_PATH_SIZE + 100];
	struct list_spec spec;
	char error[64];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	assert_int_equal(list_spec_parse(text, &spec, error, sizeof(error)),
	    -1);
	text[LIST_PATH_SIZE - 1] = '\0';
	assert_int_equal(list_spec_parse(text, &spec, error, sizeof(error)),
	    0);
	assert_int_equal(strlen(spec.path), LIST_PATH_SIZE - 1);
	assert_int_equal(strlen(spec.label), LIST_LABEL_SIZE - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specs),
		cmocka_unit_test(long_paths_and_labels_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
