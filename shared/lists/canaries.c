#include "lists/canaries.h"

#include <stdint.h>
#include <stdio.h>

#include "lists/known_names.h"

/* The linker's names for the two ends of the file (Makefile). */
extern const char _binary_shared_lists_canaries_txt_start[];
extern const char _binary_shared_lists_canaries_txt_end[];

int
canaries_add(struct known_names *n)
{
	const char *text = _binary_shared_lists_canaries_txt_start;
	size_t length = (size_t)(_binary_shared_lists_canaries_txt_end - text);
	FILE *file = fmemopen((void *)(uintptr_t)text, length, "r");
	uint64_t bad = 0;
	int status;

	if (file == NULL)
		return -1;
	status = known_names_read(n, file, &bad);
	fclose(file);
	return status;
}
