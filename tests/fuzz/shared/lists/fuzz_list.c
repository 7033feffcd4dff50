/* One octet that chooses format and mode, then any octets as a list: names
 * that come out are canonical and fit for their mode, and the report adds
 * up. */

#include "fuzz_list.h"

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
	if (list_read(f, &spec, fuzz_list_take, NULL, &names, &report) != 0) {
		PROMISE(report.excess == LIST_PACKED);
		goto done;
	}
	PROMISE(report.entries == names);
	for (size_t i = 0; i < size - 1; i++)
		newlines += copy[i] == '\n';
	PROMISE(list_formats[report.format].whole != NULL ||
	    report.lines == newlines + (copy[size - 2] != '\n'));
	PROMISE(report.examples <= LIST_EXAMPLES);
	for (size_t i = 0; i < report.examples; i++) {
		PROMISE(report.example[i].line <= report.lines);
		PROMISE(memchr(report.example[i].text, '\0',
		    LIST_EXAMPLE_SIZE) != NULL);
	}
done:
	fclose(f);
	free(copy);
	return 0;
}
