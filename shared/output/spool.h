#ifndef SPOOL_H
#define SPOOL_H

/*
 * spool - records on disk, first in, first out, for as long as nobody takes
 * them.
 *
 *	FOLDER/NAME.NNNNNNNNNN.spool	segments, the lowest number the oldest
 *	FOLDER/NAME.lock		held by the process that uses them
 *
 * A segment is SPOOL_MAGIC, then records: length and checksum, 32 bits each in
 * network byte order, and the octets.  Segments only grow, and are removed
 * when all that they hold has been delivered.  How far one was delivered is
 * not on disk: after a stop its records are read again from its start, so who
 * takes them has to know what it has (the sequences of qw_hits.lua).
 *
 * For two threads: one that appends, one that reads.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_MAGIC "QWSPOOL1"
#define SPOOL_RECORD_MAX 16384	/* octets of a record */

struct spool;

struct spool_counters {
	uint64_t records;	/* that wait now */
	uint64_t octets;	/* of all segments now */
	uint64_t forced;	/* records lost: removed to keep the bound */
	uint64_t torn;		/* records lost: cut off or damaged, as far as
				   they could be counted, else one an end */
};

/**
 * spool_open(folder, name, limit, reterr, size):
 * Open the spool ${name} in ${folder}, with what an earlier process left, all
 * of which is read once and checked.
 * Its segments have no more than about ${limit} octets together.  Return NULL
 * and one sentence in ${reterr} of ${size} octets if another process has it,
 * or it cannot be had.
 */
struct spool *spool_open(const char *folder, const char *name, uint64_t limit,
    char *reterr, size_t size);

/**
 * spool_folder(s):
 * Return the folder's descriptor, by which alone files are reached from now
 * on, for sandbox_write_in.
 */
int spool_folder(const struct spool *s);

/**
 * spool_check(s):
 * Can a segment be made?  Return 0, or -1 with errno.
 */
int spool_check(struct spool *s);

/**
 * spool_append(s, record, length):
 * Add a record of at most SPOOL_RECORD_MAX octets.  To keep the bound, the
 * oldest segment that nobody has begun to read is removed and its records
 * counted.  Return 0; or -1 with errno and nothing changed: the disk is full,
 * say.  What is written is safe from the end of the process, and after
 * spool_sync from that of the machine.
 */
int spool_append(struct spool *s, const void *record, size_t length);

/**
 * spool_sync(s):
 * Have what was appended written to the disk; that it fails is no loss yet.
 */
void spool_sync(struct spool *s);

/* Records, as they are handed over. */
struct spool_record {
	const void *octets;
	size_t length;
};

/**
 * spool_prepend(s, records, count):
 * Put ${count} records before all others, where none has been read since
 * spool_done.  All or none; 0 or -1 as above.
 */
int spool_prepend(struct spool *s, const struct spool_record *records,
    size_t count);

/**
 * spool_next(s, buf, retlength):
 * Copy the next record into ${buf}.  Return false if there is none, or if it
 * cannot be read now, as the counters then show.
 */
bool spool_next(struct spool *s, char buf[SPOOL_RECORD_MAX],
    size_t *retlength);

/**
 * spool_back(s, length):
 * The record of ${length} octets that spool_next gave last is given once more
 * by the next call.
 */
void spool_back(struct spool *s, size_t length);

/**
 * spool_done(s), spool_again(s):
 * What was read has been delivered, and is forgotten; or it has not, and is
 * read again.
 */
void spool_done(struct spool *s);
void spool_again(struct spool *s);

/**
 * spool_counters(s, ret):
 * Fill ${ret} with the counters as they were after the last call that ended;
 * for any thread, and never waits for the disk.
 */
void spool_counters(struct spool *s, struct spool_counters *ret);

/**
 * spool_close(s):
 * Close and free, leaving what waits on disk; NULL is fine.
 */
void spool_close(struct spool *s);

#endif /* !SPOOL_H */
