#ifndef HIT_BATCH_H
#define HIT_BATCH_H

/*
 * hit_batch - what is sent at once: entries of the queue, or records of the
 * spool, each with the partition that it goes to.
 *
 * Of one thread; the queue has a lock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/hit_call.h"
#include "output/hit_queue.h"
#include "output/spool.h"

#define HIT_BATCH_ALL UINT32_MAX	/* it goes to every partition */
#define HIT_BATCH_OCTETS (HIT_CALL_HITS * 2048 + SPOOL_RECORD_MAX)

struct hit_batch {
	unsigned partitions;
	int64_t start;		/* of the process that found these hits */
	uint64_t last;		/* the number of the last one */
	size_t count, hits;
	bool of_spool;
	uint64_t damaged;	/* records of the spool that are no hits */
	struct hit_batch_item {
		uint32_t partition;
		struct hit_entry *entry;	/* NULL: a record... */
		size_t at, length;		/* ...in the octets */
	} item[HIT_CALL_HITS];
	char octets[HIT_BATCH_OCTETS];
};

/**
 * hit_batch_partition(client, partitions):
 * Return the partition that hits of ${client} go to.
 */
unsigned hit_batch_partition(const struct address *client,
    unsigned partitions);

/**
 * hit_batch_take(b, q, start):
 * Take what goes next out of ${q} into the empty batch.  A position alone goes
 * alone, since it goes to every partition: so none gets ahead of one that does
 * not know the log yet.
 */
void hit_batch_take(struct hit_batch *b, struct hit_queue *q, int64_t start);

/**
 * hit_batch_read(b, s):
 * Read what goes next out of ${s} into the empty batch: hits of one process.
 */
void hit_batch_read(struct hit_batch *b, struct spool *s);

/**
 * hit_batch_has(b, partition):
 * Does anything of the batch go to that partition?
 */
bool hit_batch_has(const struct hit_batch *b, unsigned partition);

/**
 * hit_batch_hits(b, partition):
 * Return how many of its hits go there.
 */
size_t hit_batch_hits(const struct hit_batch *b, unsigned partition);

/**
 * hit_batch_call(b, partition, source, call):
 * Build the call for ${partition}, to which something of the batch goes; valid
 * as long as the batch is unchanged.
 */
void hit_batch_call(const struct hit_batch *b, unsigned partition,
    const struct hit_call_source *source, struct hit_call *call);

/**
 * hit_batch_set_aside(b, s):
 * Put what was taken out of the queue before all that is in ${s}, and so on
 * disk; return 0, or -1 if it has no place there.
 */
int hit_batch_set_aside(const struct hit_batch *b, struct spool *s);

/**
 * hit_batch_clear(b, q):
 * Empty the batch; entries go back to ${q}, unused.
 */
void hit_batch_clear(struct hit_batch *b, struct hit_queue *q);

#endif /* !HIT_BATCH_H */
