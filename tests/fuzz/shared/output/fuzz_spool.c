/*
 * Any octets where a segment of the spool should be: what is read of it is
 * what the counters say, and what is appended comes out after it.
 */

#include "output/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include "fuzzing.h"

static char folder[] = "/tmp/qw-fuzz-spool-XXXXXX";

static void
clean_up(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	(void)!system(command);
}

static void
write_segment(const uint8_t *data, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/span1.0000000007.spool", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

/* Read all there is. */
static uint64_t
read_all(struct spool *s)
{
	static char buf[SPOOL_RECORD_MAX];
	uint64_t records = 0;
	size_t length;

	while (spool_next(s, buf, &length)) {
		PROMISE(length > 0 && length <= sizeof(buf));
		records++;
	}
	return records;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spool_counters c;
	struct spool *s;
	char error[256];

	if (folder[sizeof(folder) - 2] == 'X') {
		PROMISE(mkdtemp(folder) != NULL);
		atexit(clean_up);
	}
	write_segment(data, size);
	s = spool_open(folder, "span1", 1 << 20, error, sizeof(error));
	PROMISE(s != NULL);
	spool_counters(s, &c);
	PROMISE(read_all(s) == c.records);
	spool_again(s);
	PROMISE(spool_append(s, "last", 4) == 0);
	PROMISE(read_all(s) == c.records + 1);
	spool_done(s);
	spool_counters(s, &c);
	PROMISE(c.records == 0 && c.octets == 0);
	spool_close(s);
	return 0;
}
