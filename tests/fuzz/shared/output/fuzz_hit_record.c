/*
 * Any octets where a record of the spool should be: they are refused, or they
 * are a hit that is written as the same octets again.
 */

#include "output/hit_record.h"

#include "fuzzing.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hit_record r;
	static uint8_t again[HIT_RECORD_SIZE];
	struct hit_fields f = { .count = 0 };
	uint8_t *octets;

	if (size > HIT_RECORD_SIZE)
		return 0;
	octets = fuzzing_copy(data, size);
	if (hit_record_read(octets, size, &r) == 0) {
		PROMISE(r.count > 0 && r.count <= HIT_FIELDS_MAX);
		PROMISE(hit_record_value(&r, "client") != NULL);
		f.count = r.count;
		memcpy(f.field, r.field, r.count * sizeof(r.field[0]));
		PROMISE(hit_record_write(r.start, r.sequence, &f, again) ==
		    size);
		PROMISE(memcmp(again, octets, size) == 0);
	}
	free(octets);
	return 0;
}
