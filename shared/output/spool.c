#include "output/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cursor.h"
#include "match/name_hash.h"

#define MAGIC_SIZE (sizeof(SPOOL_MAGIC) - 1)
#define HEAD 8			/* octets before a record */
#define FIRST UINT64_C(5000000000)	/* the number of the first segment */
#define NAME_SIZE 128
#define SEGMENTS 16		/* about as many make up the bound */
#define SEGMENT_MIN (UINT64_C(64) << 10)
#define SEGMENT_MAX (UINT64_C(8) << 20)
#define CREATE (O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW)

struct segment {
	uint64_t number;
	uint64_t size;		/* octets, up to the last good record */
	uint64_t records;	/* that have not been delivered */
};

struct spool {
	int folder, lock_file;
	char *name;
	uint64_t limit, segment_limit;
	pthread_mutex_t seen_lock;	/* held for a moment only: guards */
	struct spool_counters seen;	/* the counters as they were last */
	pthread_mutex_t lock;	/* may be held as long as a disk takes: guards
				   what follows */
	size_t count;
	struct segment *segments;	/* the oldest first */
	int writing;		/* the last of them, -1: the next record
				   begins one */
	/* What is read next: a place in one of the segments... */
	size_t reading;
	uint64_t offset;
	int read_file;		/* ...which is open, or -1 */
	/* ...and where that was at spool_done: always in the first. */
	uint64_t done_offset;
	uint64_t read;		/* records since, in all segments... */
	uint64_t read_here;	/* ...and in that one */
	struct spool_counters counters;
};

/* End what was done under the lock, and let its counters be seen. */
static void
unlock(struct spool *s)
{
	pthread_mutex_lock(&s->seen_lock);
	s->seen = s->counters;
	pthread_mutex_unlock(&s->seen_lock);
	pthread_mutex_unlock(&s->lock);
}

static void
segment_name(const struct spool *s, uint64_t number, char buf[NAME_SIZE])
{
	snprintf(buf, NAME_SIZE, "%s.%010" PRIu64 ".spool", s->name, number);
}

/* --- one record ------------------------------------------------------------ */

static void
put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t
checksum(const void *octets, size_t length)
{
	return (uint32_t)name_hash_keyed(octets, length, length);
}

static int
write_all(int fd, const void *octets, size_t length, uint64_t offset)
{
	ssize_t wrote = pwrite(fd, octets, length, (off_t)offset);

	if (wrote == (ssize_t)length)
		return 0;
	if (wrote >= 0)
		errno = ENOSPC;
	return -1;
}

/* Write a record at ${offset}; what is there of it after a failure is cut off
 * by the caller. */
static int
write_record(int fd, uint64_t offset, const void *record, size_t length)
{
	uint8_t octets[HEAD + SPOOL_RECORD_MAX];

	put_u32(octets, (uint32_t)length);
	put_u32(octets + 4, checksum(record, length));
	memcpy(octets + HEAD, record, length);
	return write_all(fd, octets, HEAD + length, offset);
}

/* Read the record at ${offset}; its length, or -1 if there is no good one. */
static ssize_t
read_record(int fd, uint64_t offset, char buf[SPOOL_RECORD_MAX])
{
	uint8_t head[HEAD];
	struct cursor c = cursor_over(head, HEAD);
	uint32_t length, sum;

	if (pread(fd, head, HEAD, (off_t)offset) != HEAD)
		return -1;
	length = cursor_u32(&c);
	sum = cursor_u32(&c);
	if (length == 0 || length > SPOOL_RECORD_MAX ||
	    pread(fd, buf, length, (off_t)offset + HEAD) != (ssize_t)length ||
	    checksum(buf, length) != sum)
		return -1;
	return (ssize_t)length;
}

/* --- segments -------------------------------------------------------------- */

/* Make room for one more at ${index}. */
static struct segment *
insert(struct spool *s, size_t index)
{
	struct segment *more = realloc(s->segments,
	    (s->count + 1) * sizeof(*more));

	if (more == NULL)
		return NULL;
	s->segments = more;
	memmove(more + index + 1, more + index,
	    (s->count - index) * sizeof(*more));
	s->count++;
	more[index] = (struct segment){ 0, 0, 0 };
	return &more[index];
}

static void
erase(struct spool *s, size_t index)
{
	s->count--;
	memmove(s->segments + index, s->segments + index + 1,
	    (s->count - index) * sizeof(s->segments[0]));
}

static void
delete_file(struct spool *s, uint64_t number)
{
	char name[NAME_SIZE];

	segment_name(s, number, name);
	(void)unlinkat(s->folder, name, 0);
}

/* Make the file of a segment; its descriptor, or -1. */
static int
create_file(struct spool *s, uint64_t number)
{
	char name[NAME_SIZE];
	int fd, error;

	segment_name(s, number, name);
	fd = openat(s->folder, name, CREATE, 0600);
	if (fd < 0 || write_all(fd, SPOOL_MAGIC, MAGIC_SIZE, 0) == 0)
		return fd;
	error = errno;
	close(fd);
	delete_file(s, number);
	errno = error;
	return -1;
}

static void
stop_writing(struct spool *s)
{
	if (s->writing < 0)
		return;
	(void)fdatasync(s->writing);
	close(s->writing);
	s->writing = -1;
}

/* Begin a segment after all others. */
static int
begin_segment(struct spool *s)
{
	uint64_t number = s->count == 0 ? FIRST :
	    s->segments[s->count - 1].number + 1;
	int fd = create_file(s, number);
	struct segment *new = fd < 0 ? NULL : insert(s, s->count);

	if (new == NULL) {
		if (fd >= 0) {
			close(fd);
			delete_file(s, number);
		}
		return -1;
	}
	new->number = number;
	new->size = MAGIC_SIZE;
	s->writing = fd;
	s->counters.octets += MAGIC_SIZE;
	return 0;
}

/* --- what an earlier process left ------------------------------------------ */

/* Count the good records of a segment. */
static int
check_segment(struct spool *s, struct segment *one)
{
	char name[NAME_SIZE], buf[SPOOL_RECORD_MAX];
	struct stat st;
	ssize_t length;
	int fd;

	segment_name(s, one->number, name);
	fd = openat(s->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (pread(fd, buf, MAGIC_SIZE, 0) == (ssize_t)MAGIC_SIZE &&
	    memcmp(buf, SPOOL_MAGIC, MAGIC_SIZE) == 0) {
		one->size = MAGIC_SIZE;
		while ((length = read_record(fd, one->size, buf)) > 0) {
			one->size += HEAD + (uint64_t)length;
			one->records++;
		}
	}
	close(fd);
	s->counters.torn += (uint64_t)st.st_size != one->size;
	s->counters.records += one->records;
	s->counters.octets += one->size;
	return 0;
}

/* The number in ${file}, if it is a segment of ours; else 0. */
static uint64_t
number_of(const struct spool *s, const char *file)
{
	size_t length = strlen(s->name);
	char name[NAME_SIZE];
	uint64_t number;

	if (strncmp(file, s->name, length) != 0 || file[length] != '.')
		return 0;
	number = strtoull(file + length + 1, NULL, 10);
	segment_name(s, number, name);
	return strcmp(name, file) == 0 ? number : 0;
}

static int
by_number(const void *x, const void *y)
{
	const struct segment *a = x, *b = y;

	return a->number < b->number ? -1 : a->number > b->number;
}

/* Find the segments that are there. */
static int
find_segments(struct spool *s)
{
	int fd = openat(s->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int status = 0;

	if (folder == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (status == 0 && (entry = readdir(folder)) != NULL) {
		uint64_t number = number_of(s, entry->d_name);
		struct segment *new = number == 0 ? NULL :
		    insert(s, s->count);

		if (new != NULL)
			new->number = number;
		else if (number != 0)
			status = -1;
	}
	closedir(folder);
	if (s->count > 0)
		qsort(s->segments, s->count, sizeof(s->segments[0]),
		    by_number);
	return status;
}

static int
load(struct spool *s)
{
	if (find_segments(s) != 0)
		return -1;
	for (size_t i = 0; i < s->count; i++) {
		if (check_segment(s, &s->segments[i]) != 0)
			return -1;
	}
	return 0;
}

/* --- open, close ----------------------------------------------------------- */

static int
open_folder(struct spool *s, const char *folder, char *reterr, size_t size)
{
	char name[NAME_SIZE];

	s->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0) {
		snprintf(reterr, size, "%s: %s", folder, strerror(errno));
		return -1;
	}
	snprintf(name, sizeof(name), "%s.lock", s->name);
	s->lock_file = openat(s->folder, name, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (s->lock_file < 0) {
		snprintf(reterr, size, "%s/%s: %s", folder, name,
		    strerror(errno));
		return -1;
	}
	if (flock(s->lock_file, LOCK_EX | LOCK_NB) == 0)
		return 0;
	snprintf(reterr, size, "%s: another process spools there as '%s': "
	    "give each its own 'source'", folder, s->name);
	return -1;
}

struct spool *
spool_open(const char *folder, const char *name, uint64_t limit, char *reterr,
    size_t size)
{
	struct spool *s = calloc(1, sizeof(*s));

	snprintf(reterr, size, "out of memory");
	if (s == NULL)
		return NULL;
	s->folder = s->lock_file = s->writing = s->read_file = -1;
	s->limit = limit;
	s->segment_limit = limit / SEGMENTS;
	if (s->segment_limit < SEGMENT_MIN)
		s->segment_limit = SEGMENT_MIN;
	if (s->segment_limit > SEGMENT_MAX)
		s->segment_limit = SEGMENT_MAX;
	s->done_offset = s->offset = MAGIC_SIZE;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->seen_lock, NULL);
	if ((s->name = strdup(name)) == NULL)
		goto err;
	if (open_folder(s, folder, reterr, size) != 0)
		goto err;
	if (load(s) != 0) {
		snprintf(reterr, size, "%s: %s", folder, strerror(errno));
		goto err;
	}
	s->seen = s->counters;
	return s;
err:
	spool_close(s);
	return NULL;
}

int
spool_folder(const struct spool *s)
{
	return s->folder;
}

int
spool_check(struct spool *s)
{
	int fd = create_file(s, 0);

	if (fd < 0)
		return -1;
	close(fd);
	delete_file(s, 0);
	return 0;
}

void
spool_close(struct spool *s)
{
	const int files[] = { s == NULL ? -1 : s->read_file,
	    s == NULL ? -1 : s->lock_file, s == NULL ? -1 : s->folder };

	if (s == NULL)
		return;
	stop_writing(s);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i] >= 0)
			close(files[i]);
	}
	pthread_mutex_destroy(&s->seen_lock);
	pthread_mutex_destroy(&s->lock);
	free(s->segments);
	free(s->name);
	free(s);
}

/* --- the segment being read ------------------------------------------------ */

/* Have the segment that is read open. */
static int
open_reading(struct spool *s)
{
	char name[NAME_SIZE];

	if (s->read_file >= 0)
		return 0;
	segment_name(s, s->segments[s->reading].number, name);
	s->read_file = openat(s->folder, name, O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW);
	return s->read_file >= 0 ? 0 : -1;
}

static void
close_reading(struct spool *s)
{
	if (s->read_file >= 0)
		close(s->read_file);
	s->read_file = -1;
}

/* --- in -------------------------------------------------------------------- */

/* Remove the oldest segment that is neither read nor written; -1: there is
 * none. */
static int
force_out(struct spool *s)
{
	size_t i = s->offset > MAGIC_SIZE || s->reading > 0 ?
	    s->reading + 1 : 0;

	if (i + 1 >= s->count) {
		errno = ENOSPC;
		return -1;
	}
	s->counters.forced += s->segments[i].records;
	s->counters.records -= s->segments[i].records;
	s->counters.octets -= s->segments[i].size;
	delete_file(s, s->segments[i].number);
	if (i == s->reading)
		close_reading(s);
	erase(s, i);
	return 0;
}

static int
append(struct spool *s, const void *record, size_t length)
{
	struct segment *last;
	int error;

	if (s->writing >= 0 && s->segments[s->count - 1].size + HEAD + length >
	    s->segment_limit)
		stop_writing(s);
	if (s->writing < 0 && begin_segment(s) != 0)
		return -1;
	while (s->counters.octets + HEAD + length > s->limit) {
		if (force_out(s) != 0)
			return -1;
	}
	last = &s->segments[s->count - 1];
	if (write_record(s->writing, last->size, record, length) != 0) {
		error = errno;
		if (ftruncate(s->writing, (off_t)last->size) != 0)
			stop_writing(s);
		errno = error;
		return -1;
	}
	last->size += HEAD + length;
	last->records++;
	s->counters.octets += HEAD + length;
	s->counters.records++;
	return 0;
}

int
spool_append(struct spool *s, const void *record, size_t length)
{
	int status;

	pthread_mutex_lock(&s->lock);
	status = append(s, record, length);
	unlock(s);
	return status;
}

void
spool_sync(struct spool *s)
{
	pthread_mutex_lock(&s->lock);
	if (s->writing >= 0)
		(void)fdatasync(s->writing);
	unlock(s);
}

/* Fill the new segment ${one}. */
static int
fill_segment(struct spool *s, struct segment *one,
    const struct spool_record *records, size_t count)
{
	int fd = create_file(s, one->number), status = 0;

	if (fd < 0)
		return -1;
	one->size = MAGIC_SIZE;
	for (size_t i = 0; i < count && status == 0; i++) {
		status = write_record(fd, one->size, records[i].octets,
		    records[i].length);
		one->size += HEAD + records[i].length;
	}
	one->records = count;
	close(fd);
	if (status != 0)
		delete_file(s, one->number);
	return status;
}

int
spool_prepend(struct spool *s, const struct spool_record *records,
    size_t count)
{
	struct segment one = { .number = FIRST }, *new;
	int status = -1;

	pthread_mutex_lock(&s->lock);
	if (s->count > 0)
		one.number = s->segments[0].number - 1;
	if (s->read == 0 && fill_segment(s, &one, records, count) == 0) {
		if ((new = insert(s, 0)) != NULL) {
			*new = one;
			s->counters.octets += one.size;
			s->counters.records += count;
			close_reading(s);
			s->done_offset = s->offset = MAGIC_SIZE;
			status = 0;
		} else {
			delete_file(s, one.number);
		}
	}
	unlock(s);
	return status;
}

/* --- out ------------------------------------------------------------------- */

/* The rest of the segment cannot be understood: somebody has damaged it. */
static void
give_up_rest(struct spool *s)
{
	struct segment *one = &s->segments[s->reading];
	uint64_t lost = one->records - s->read_here;

	s->counters.torn += lost;
	s->counters.records -= lost;
	s->counters.octets -= one->size - s->offset;
	one->records -= lost;
	one->size = s->offset;
	if (s->reading == s->count - 1)
		stop_writing(s);
}

static bool
next(struct spool *s, char buf[SPOOL_RECORD_MAX], size_t *retlength)
{
	ssize_t length;

	while (s->reading < s->count) {
		if (s->offset >= s->segments[s->reading].size) {
			if (s->reading + 1 == s->count)
				return false;
			close_reading(s);
			s->reading++;
			s->offset = MAGIC_SIZE;
			s->read_here = 0;
			continue;
		}
		if (open_reading(s) != 0)
			return false;
		length = read_record(s->read_file, s->offset, buf);
		if (length > 0) {
			s->offset += HEAD + (uint64_t)length;
			s->read++;
			s->read_here++;
			*retlength = (size_t)length;
			return true;
		}
		give_up_rest(s);
	}
	return false;
}

bool
spool_next(struct spool *s, char buf[SPOOL_RECORD_MAX], size_t *retlength)
{
	bool found;

	pthread_mutex_lock(&s->lock);
	found = next(s, buf, retlength);
	unlock(s);
	return found;
}

void
spool_back(struct spool *s, size_t length)
{
	pthread_mutex_lock(&s->lock);
	s->offset -= HEAD + length;
	s->read--;
	s->read_here--;
	unlock(s);
}

/* Remove the first segment, all of which was read. */
static void
drop_first(struct spool *s)
{
	if (s->count == 1)
		stop_writing(s);
	s->counters.octets -= s->segments[0].size;
	delete_file(s, s->segments[0].number);
	erase(s, 0);
}

void
spool_done(struct spool *s)
{
	pthread_mutex_lock(&s->lock);
	for (; s->reading > 0; s->reading--)
		drop_first(s);
	if (s->count > 0) {
		s->segments[0].records -= s->read_here;
		if (s->offset >= s->segments[0].size) {
			close_reading(s);
			drop_first(s);
			s->offset = MAGIC_SIZE;
		}
	}
	s->done_offset = s->offset;
	s->counters.records -= s->read;
	s->read = s->read_here = 0;
	unlock(s);
}

void
spool_again(struct spool *s)
{
	pthread_mutex_lock(&s->lock);
	if (s->reading > 0)
		close_reading(s);
	s->reading = 0;
	s->offset = s->done_offset;
	s->read = s->read_here = 0;
	unlock(s);
}

void
spool_counters(struct spool *s, struct spool_counters *ret)
{
	pthread_mutex_lock(&s->seen_lock);
	*ret = s->seen;
	pthread_mutex_unlock(&s->seen_lock);
}
