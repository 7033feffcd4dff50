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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
