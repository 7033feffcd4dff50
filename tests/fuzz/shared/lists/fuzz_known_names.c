/* Popular names, whatever is in the file: all that comes out is a canonical
 * name, as many as were counted. */

#include "fuzzing.h"
#include "lists/known_names.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct known_names *n;
	struct dns_name name;
	size_t at = 0, count = 0;
	uint64_t bad = 0;
	uint8_t *copy;
	FILE *f;

	if (size == 0)
		return 0;
	copy = fuzzing_copy(data, size);
	f = fmemopen(copy, size, "r");
	n = known_names_new();
	PROMISE(f != NULL && n != NULL);
	PROMISE(known_names_read(n, f, &bad) == 0);
	while (known_names_next(n, &at, &name)) {
		fuzzing_name(&name);
		PROMISE(name.length > 1);
		count++;
	}
	PROMISE(count == known_names_count(n));
	known_names_free(n);
	fclose(f);
	free(copy);
	return 0;
}
