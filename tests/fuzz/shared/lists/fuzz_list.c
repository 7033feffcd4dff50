/* One octet that chooses format and mode, then any octets as a list: names
 * that come out are canonical and fit for their mode, and the report adds
 * up. */

#include "fuzzing.h"
#include "lists/list.h"

static int
take(void *ctx, const struct list_entry *e)
{
	uint64_t *names = ctx;

	++*names;
	if (e->match == LIST_MATCH_SUBSTRING || e->match == LIST_MATCH_REGEX) {
		PROMISE(e->text != NULL && e->text_length > 0);
		return 0;
	}
	fuzzing_name(&e->name);
	PROMISE(e->name.length > 1);
	PROMISE(e->allow || e->match == LIST_MATCH_EXACT ||
	    e->name.wire[0] + 2 < e->name.length);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct list_spec spec = { .path = "fuzz", .label = "fuzz" };
	struct list_report report;
	uint64_t names = 0, newlines = 0;
	uint8_t *copy;
	FILE *f;

	if (size < 2)
		return 0;
	spec.format = (enum list_format)(data[0] % 3);
	spec.match = data[0] & 0x80 ? LIST_MATCH_EXACT : LIST_MATCH_SUFFIX;
	spec.match_given = true;
	copy = fuzzing_copy(data + 1, size - 1);
	f = fmemopen(copy, size - 1, "r");
	PROMISE(f != NULL);
	PROMISE(list_read(f, &spec, take, NULL, &names, &report) == 0);
	PROMISE(report.entries == names);
	for (size_t i = 0; i < size - 1; i++)
		newlines += copy[i] == '\n';
	PROMISE(report.lines == newlines + (copy[size - 2] != '\n'));
	PROMISE(report.examples <= LIST_EXAMPLES);
	for (size_t i = 0; i < report.examples; i++) {
		PROMISE(report.example[i].line <= report.lines);
		PROMISE(memchr(report.example[i].text, '\0',
		    LIST_EXAMPLE_SIZE) != NULL);
	}
	fclose(f);
	free(copy);
	return 0;
}
