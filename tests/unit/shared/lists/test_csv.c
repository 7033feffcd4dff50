#include "lists/csv.h"

#include "guarded.h"
#include "unit.h"

/* The fields of ${line} with a | behind each, and a ! at an error. */
static const char *
split(const char *line)
{
	static char all[1000];
	char *at = (char *)guarded_copy(line, strlen(line) + 1), *field;
	size_t used = 0;

	all[0] = '\0';
	while (at != NULL) {
		if (!csv_field(&at, &field)) {
			snprintf(all + used, sizeof(all) - used, "!");
			break;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s|",
		    field);
	}
	return all;
}

static void
fields_come_apart(void **state)
{
	static const struct {
		const char *line, *fields;
	} lines[] = {
		{ "", "|" },
		{ "a", "a|" },
		{ "a,b", "a|b|" },
		{ ",", "||" },
		{ "a,,b,", "a||b||" },
		{ " a b ,\tc\t", "a b|c|" },
		{ "\"a,b\",c", "a,b|c|" },
		{ "\"a\"\"b\"", "a\"b|" },
		{ "\"\"\"\"", "\"|" },
		{ "\"\",\"\"", "||" },
		{ " \"a\" , \" b \" ", "a| b|" },
		{ "it's,b", "it's|b|" },
		{ "\"", "!" },
		{ "a,\"b", "a|!" },
		{ "\"a\"\"", "!" },
		{ "a\"b\"", "!" },
		{ "\"a\"b", "!" },
		{ "\"a\" b,c", "!" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const char *fields = split(lines[i].line);

		if (strcmp(fields, lines[i].fields) != 0)
			fail_msg("'%s' gives '%s'", lines[i].line, fields);
	}
}

/* The values in brackets, or "refused". */
static const char *
values_of(const char *line, size_t length)
{
	static char text[8192];
	static struct csv_row row;
	char *copy = malloc(length > 0 ? length : 1);
	size_t used = 0;

	assert_non_null(copy);
	memcpy(copy, line, length);
	if (csv_split(copy, length, &row) != 0) {
		free(copy);
		return "refused";
	}
	free(copy);
	text[0] = '\0';
	for (size_t i = 0; i < row.count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "[%.*s]", (int)row.value[i].length, row.value[i].text);
	return text;
}

static void
lines_are_taken_apart(void **state)
{
	static const struct {
		const char *line, *values;
	} lines[] = {
		{ "", "[]" },
		{ ",", "[][]" },
		{ "a,b,c", "[a][b][c]" },
		{ " a b ,\tc\r", "[a b][c]" },
		{ "\"a\",\"b\"", "[a][b]" },
		{ "\"a\", \"b\" , \"c\"", "[a][b][c]" },
		{ "\"a,b\",c", "[a,b][c]" },
		{ "\"say \"\"no\"\"\",\"\"", "[say \"no\"][]" },
		{ "\"\"\"\"", "[\"]" },
		{ "\" a \"", "[ a]" },
		{ "a\"b,c", "refused" },
		{ "\"a", "refused" },
		{ "\"", "refused" },
		{ "\"a\"b,c", "refused" },
		{ "a,\"b\" \"c\"", "refused" },
		{ "\"a\"\"", "refused" },
		{ "a,", "[a][]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const char *values = values_of(lines[i].line,
		    strlen(lines[i].line));

		if (strcmp(values, lines[i].values) != 0)
			fail_msg("'%s' gives %s", lines[i].line, values);
	}
}

static void
columns_and_length_are_bounded(void **state)
{
	static char line[CSV_LINE_MAX + 1];

	(void)state;
	memset(line, ',', sizeof(line));
	assert_string_not_equal(values_of(line, CSV_COLUMNS_MAX - 1), "refused");
	assert_string_equal(values_of(line, CSV_COLUMNS_MAX), "refused");
	memset(line, 'a', sizeof(line));
	assert_string_not_equal(values_of(line, CSV_LINE_MAX), "refused");
	assert_string_equal(values_of(line, CSV_LINE_MAX + 1), "refused");
}

static void
columns_have_names(void **state)
{
	static const char header[] = "Name, \"first_seen\" ,tags";
	struct csv_row row;

	(void)state;
	assert_int_equal(csv_split(header, strlen(header), &row), 0);
	assert_int_equal(csv_column(&row, "name"), 0);
	assert_int_equal(csv_column(&row, "first_seen"), 1);
	assert_int_equal(csv_column(&row, "first"), -1);
	assert_true(csv_is(csv_value(&row, 2), "TAGS"));
	assert_false(csv_is(csv_value(&row, 2), "TAG"));
	assert_false(csv_is(csv_value(&row, 2), "TAGSX"));
	assert_int_equal(csv_value(&row, 3).length, 0);
	assert_int_equal(csv_value(&row, -1).length, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_taken_apart),
		cmocka_unit_test(columns_and_length_are_bounded),
		cmocka_unit_test(columns_have_names),
		cmocka_unit_test(fields_come_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
