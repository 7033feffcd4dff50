/*
 * flood SEED FIRST COUNT [LIST] - write random frames (traffic.h) as a pcap
 * file to standard output, some of the queries for names below those in the
 * file LIST.  The frames are numbered from ${FIRST}, their times go on from
 * there, and only the part that starts with 0 has the header of a file: parts
 * one after the other are a capture, too.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"

#define LENGTH_MAX 262144
#define PACE 5000	/* microseconds a frame, quiet times included */

struct record {
	uint32_t seconds, microseconds, captured, sent;
};

static void
put(const void *octets, size_t size)
{
	if (fwrite(octets, 1, size, stdout) != size)
		exit(EXIT_FAILURE);
}

static void
read_names(struct traffic *t, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];

	if (f == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		traffic_name(t, line);
	}
	fclose(f);
}

int
main(int argc, char **argv)
{
	static struct traffic t;
	static char buffer[1 << 20];
	static const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, length, link;
	} header = { 0xa1b2c3d4, 2, 4, 0, 0, LENGTH_MAX, 1 };
	unsigned long first, count;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: flood SEED FIRST COUNT [LIST]\n");
		return 2;
	}
	first = strtoul(argv[2], NULL, 10);
	count = strtoul(argv[3], NULL, 10);
	if (argc == 5)
		read_names(&t, argv[4]);
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (first == 0)
		put(&header, sizeof(header));
	traffic_start(&t, strtoull(argv[1], NULL, 10) + first,
	    TRAFFIC_START + (int64_t)first * PACE);
	while (count-- > 0) {
		traffic_next(&t);
		put(&(struct record){ (uint32_t)(t.time / 1000000),
		    (uint32_t)(t.time % 1000000), (uint32_t)t.length,
		    (uint32_t)t.length }, sizeof(struct record));
		put(t.frame, t.length);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
