#include "match/compiled.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "match/name_hash.h"

#define VERSION_OF_FILES 1
#define BYTE_ORDER_MARK UINT32_C(0x01020304)
#define ALIGN 64

struct head {
	char magic[COMPILED_HEAD];
	uint32_t version, order;
	uint64_t size;
	uint64_t checksum;	/* of all that follows */
	uint64_t count;		/* of sections */
	uint64_t unused[3];
};

struct row {
	uint32_t kind, number;
	uint64_t offset, length;
};

#define CHECKED offsetof(struct head, count)

struct compiled {
	char *octets;
	size_t size;
	const struct row *rows;
	size_t count;
};

static const char magic[COMPILED_HEAD] = "QWLISTS\n";

static uint64_t
aligned(uint64_t offset)
{
	return (offset + ALIGN - 1) / ALIGN * ALIGN;
}

bool
compiled_is(const void *head, size_t length)
{
	return length >= sizeof(magic) &&
	    memcmp(head, magic, sizeof(magic)) == 0;
}

/* --- writing --------------------------------------------------------------- */

/* A file being written, and the checksum so far. */
struct writing {
	FILE *file;
	XXH3_state_t *hash;
	uint64_t offset;
};

static int
put(struct writing *w, const void *octets, size_t length)
{
	if (length == 0)
		return 0;
	XXH3_64bits_update(w->hash, octets, length);
	w->offset += length;
	return fwrite(octets, 1, length, w->file) == length ? 0 : -1;
}

static int
pad(struct writing *w)
{
	static const char zeros[ALIGN];

	return put(w, zeros, (size_t)(aligned(w->offset) - w->offset));
}

static int
put_table(struct writing *w, const struct compiled_section *sections,
    size_t count, uint64_t *retsize)
{
	uint64_t offset = aligned(sizeof(struct head) +
	    count * sizeof(struct row));

	for (size_t i = 0; i < count; i++) {
		const struct row row = {
			sections[i].kind, sections[i].number, offset,
			sections[i].length
		};

		if (put(w, &row, sizeof(row)) != 0)
			return -1;
		offset = aligned(offset + sections[i].length);
	}
	*retsize = offset;
	return 0;
}

static int
put_all(struct writing *w, struct head *head,
    const struct compiled_section *sections, size_t count)
{
	if (fwrite(head, sizeof(*head), 1, w->file) != 1)
		return -1;
	w->offset = sizeof(*head);
	XXH3_64bits_update(w->hash, (const char *)head + CHECKED,
	    sizeof(*head) - CHECKED);
	if (put_table(w, sections, count, &head->size) != 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (pad(w) != 0 || put(w, sections[i].octets,
		    sections[i].length) != 0)
			return -1;
	}
	return pad(w);
}

int
compiled_write(FILE *file, const struct compiled_section *sections,
    size_t count)
{
	struct head head = {
		.version = VERSION_OF_FILES,
		.order = BYTE_ORDER_MARK,
		.count = count,
	};
	struct writing w = { file, XXH3_createState(), 0 };
	int status = -1;

	if (w.hash == NULL)
		return -1;
	memcpy(head.magic, magic, sizeof(magic));
	XXH3_64bits_reset(w.hash);
	if (put_all(&w, &head, sections, count) == 0) {
		head.checksum = XXH3_64bits_digest(w.hash);
		if (fseek(file, 0, SEEK_SET) == 0 &&
		    fwrite(&head, sizeof(head), 1, file) == 1 &&
		    fflush(file) == 0)
			status = 0;
	}
	XXH3_freeState(w.hash);
	return status;
}

/* --- reading --------------------------------------------------------------- */

/* What is wrong with ${c}, a mapped file; NULL: nothing. */
static const char *
check(struct compiled *c)
{
	const struct head *head = (const void *)c->octets;
	size_t room = (c->size - sizeof(*head)) / sizeof(struct row);

	if (!compiled_is(head, c->size))
		return "not a compiled list";
	if (head->order != BYTE_ORDER_MARK)
		return "compiled on a machine of another byte order";
	if (head->version != VERSION_OF_FILES)
		return "compiled by another version: compile it again";
	if (head->size != c->size)
		return "cut, or not written to its end";
	if (XXH3_64bits(c->octets + CHECKED, c->size - CHECKED) !=
	    head->checksum)
		return "damaged: its checksum is another";
	if (head->count > COMPILED_SECTIONS_MAX || head->count > room)
		return "damaged: its table is too long";
	c->rows = (const void *)(c->octets + sizeof(*head));
	c->count = head->count;
	for (size_t i = 0; i < c->count; i++) {
		if (c->rows[i].offset % ALIGN != 0 ||
		    c->rows[i].offset > c->size ||
		    c->rows[i].length > c->size - c->rows[i].offset)
			return "damaged: a section is outside of it";
	}
	return NULL;
}

struct compiled *
compiled_open(int fd, char *reterr, size_t size)
{
	struct compiled *c = calloc(1, sizeof(*c));
	const char *wrong = NULL;
	struct stat st;

	if (c == NULL || fstat(fd, &st) != 0)
		goto err;
	wrong = "cut, or not written to its end";
	if ((size_t)st.st_size < sizeof(struct head))
		goto err;
	c->size = (size_t)st.st_size;
	/* Were it to be written to from the start, this would copy it all. */
	c->octets = mmap(NULL, c->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE,
	    fd, 0);
	wrong = NULL;
	if (c->octets == MAP_FAILED) {
		c->octets = NULL;
		goto err;
	}
	if ((wrong = check(c)) == NULL &&
	    mprotect(c->octets, c->size, PROT_READ | PROT_WRITE) == 0)
		return c;
err:
	if (wrong != NULL)
		snprintf(reterr, size, "%s", wrong);
	else
		snprintf(reterr, size, "%m");
	compiled_close(c);
	return NULL;
}

bool
compiled_find(const struct compiled *c, uint32_t kind, uint32_t number,
    struct compiled_section *ret)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct row *row = &c->rows[i];

		if (row->kind != kind || row->number != number)
			continue;
		*ret = (struct compiled_section){
			kind, number, c->octets + row->offset,
			(size_t)row->length
		};
		return true;
	}
	return false;
}

size_t
compiled_size(const struct compiled *c)
{
	return c->size;
}

void
compiled_close(struct compiled *c)
{
	if (c == NULL)
		return;
	if (c->octets != NULL)
		munmap(c->octets, c->size);
	free(c);
}
