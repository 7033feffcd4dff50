#ifndef FUZZING_H
#define FUZZING_H

/*
 * fuzzing - what fuzz targets share: the entry's prototype, and a promise
 * that ends the program when it is broken.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dns_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, \
			    __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/**
 * fuzzing_copy(data, size):
 * Return a copy of exactly that size, to be freed, so that ASan sees one
 * octet too far.
 */
static inline uint8_t *
fuzzing_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = calloc(1, size > 0 ? size : 1);

	PROMISE(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

/**
 * fuzzing_name(name):
 * Promise that ${name} is canonical, and that its text reads as itself.
 */
static inline void
fuzzing_name(const struct dns_name *name)
{
	char text[DNS_NAME_TEXT_SIZE];
	struct dns_name again;
	size_t length;

	PROMISE(dns_name_from_wire(name->wire, name->length, &again) ==
	    name->length);
	PROMISE(dns_name_equal(name, &again));
	length = dns_name_to_text(name, text);
	PROMISE(length == strlen(text));
	for (size_t i = 0; i < length; i++)
		PROMISE(text[i] > ' ' && text[i] < 0x7f);
	PROMISE(dns_name_from_text(text, length, &again) == 0);
	PROMISE(dns_name_equal(name, &again));
}

#endif /* !FUZZING_H */
