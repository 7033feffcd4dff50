#include "output/json_lines.h"

#include <stdio.h>

int
json_lines_put(const struct hit_fields *f)
{
	char line[HIT_JSON_SIZE];
	size_t length = hit_fields_json(f, line);

	return fwrite(line, 1, length, stdout) == length ? 0 : -1;
}

int
json_lines_flush(void)
{
	return fflush(stdout) == 0 ? 0 : -1;
}
