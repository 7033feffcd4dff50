#include "lists/known_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lists/list_format.h"
#include "lists/list_name.h"

#define LINE_SIZE 1024

/* One after the other: an octet with the length, then the wire form. */
struct known_names {
	uint8_t *octets;
	size_t used, size;
	size_t count;
};

struct known_names *
known_names_new(void)
{
	return calloc(1, sizeof(struct known_names));
}

static int
add(struct known_names *n, const struct dns_name *name)
{
	size_t needed = n->used + 1 + name->length;

	if (n->count == KNOWN_NAMES_MAX) {
		errno = EFBIG;
		return -1;
	}
	if (needed > n->size) {
		size_t size = needed + n->size / 2 + 4096;
		uint8_t *larger = realloc(n->octets, size);

		if (larger == NULL)
			return -1;
		n->octets = larger;
		n->size = size;
	}
	n->octets[n->used] = name->length;
	memcpy(n->octets + n->used + 1, name->wire, name->length);
	n->used = needed;
	n->count++;
	return 0;
}

/* Step over "12," at the start of ${line}. */
static const char *
after_rank(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return digits > 0 && line[digits] == ',' ? line + digits + 1 : line;
}

/* Read one line of ${length} octets, blanks around it cut. */
static int
add_line(struct known_names *n, const char *line, size_t length,
    uint64_t *retbad)
{
	const char *text = after_rank(line);
	struct dns_name name;

	length = list_text_uncomment(line, length);
	if (length == 0)
		return 0;
	length -= (size_t)(text - line);
	if (length > 0 && list_name_parse(text, length, &name) == 0)
		return add(n, &name);
	++*retbad;
	return 0;
}

/* Read over the rest of a line that did not fit. */
static void
skip_rest(FILE *file)
{
	int c;

	while ((c = getc(file)) != EOF && c != '\n')
		continue;
}

int
known_names_read(struct known_names *n, FILE *file, uint64_t *retbad)
{
	char buffer[LINE_SIZE];
	const char *head, *line;
	size_t length;

	while (fgets(buffer, sizeof(buffer), file) != NULL) {
		length = strlen(buffer);
		if (length == sizeof(buffer) - 1 &&
		    buffer[length - 1] != '\n') {
			skip_rest(file);
			if (buffer[0] != '#')
				++*retbad;
			continue;
		}
		head = buffer;
		line = list_text_next(&head, buffer + length, &length);
		if (line != NULL && add_line(n, line, length, retbad) != 0)
			return -1;
	}
	return ferror(file) ? -1 : 0;
}

size_t
known_names_count(const struct known_names *n)
{
	return n->count;
}

bool
known_names_next(const struct known_names *n, size_t *at,
    struct dns_name *ret)
{
	if (*at == n->used)
		return false;
	ret->length = n->octets[*at];
	memcpy(ret->wire, n->octets + *at + 1, ret->length);
	*at += 1u + ret->length;
	return true;
}

void
known_names_free(struct known_names *n)
{
	if (n == NULL)
		return;
	free(n->octets);
	free(n);
}
