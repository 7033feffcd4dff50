#include "output/hit_batch.h"

#include <stdlib.h>
#include <string.h>

#include "output/hit_record.h"
#include "output/partition.h"

unsigned
hit_batch_partition(const struct address *client, unsigned partitions)
{
	char address[ADDRESS_TEXT_SIZE];

	if (partitions == 1)
		return 0;
	address_format(client, address);
	return partition_of(address, partitions);
}

/* --- what goes into it ----------------------------------------------------- */

static void
begin(struct hit_batch *b, int64_t start, bool of_spool)
{
	b->start = start;
	b->of_spool = of_spool;
	b->last = 0;
	b->count = b->hits = 0;
	b->damaged = 0;
}

static struct hit_batch_item *
add(struct hit_batch *b, uint64_t sequence, uint32_t partition)
{
	struct hit_batch_item *item = &b->item[b->count++];

	b->last = sequence;
	item->partition = partition;
	item->entry = NULL;
	return item;
}

void
hit_batch_take(struct hit_batch *b, struct hit_queue *q, int64_t start)
{
	const struct hit_entry *first;

	begin(b, start, false);
	while (b->count < HIT_CALL_HITS &&
	    (first = hit_queue_first(q)) != NULL) {
		if (!first->is_hit && b->count > 0)
			return;
		add(b, first->sequence, first->is_hit ?
		    hit_batch_partition(&first->hit.query.client,
		    b->partitions) : HIT_BATCH_ALL)->entry = hit_queue_take(q);
		b->hits += first->is_hit;
		if (!first->is_hit)
			return;
	}
}

/* Add the record that stands at b->octets + ${at}; false if it is of another
 * process than those before it. */
static bool
add_record(struct hit_batch *b, size_t at, size_t length)
{
	struct hit_batch_item *item;
	struct hit_record r;

	if (hit_record_read(b->octets + at, length, &r) != 0) {
		b->damaged++;
		return true;
	}
	if (b->count > 0 && r.start != b->start)
		return false;
	b->start = r.start;
	item = add(b, r.sequence, b->partitions == 1 ? 0 :
	    partition_of(hit_record_value(&r, "client"), b->partitions));
	item->at = at;
	item->length = length;
	b->hits++;
	return true;
}

void
hit_batch_read(struct hit_batch *b, struct spool *s)
{
	size_t used = 0, length;

	begin(b, 0, true);
	while (b->count < HIT_CALL_HITS &&
	    sizeof(b->octets) - used >= SPOOL_RECORD_MAX &&
	    spool_next(s, b->octets + used, &length)) {
		if (!add_record(b, used, length)) {
			spool_back(s, length);
			return;
		}
		used += length;
	}
}

/* --- what comes of it ------------------------------------------------------ */

static bool
belongs(const struct hit_batch_item *item, unsigned partition)
{
	return item->partition == partition || item->partition == HIT_BATCH_ALL;
}

/* Is ${log} in the call already?  Names are told by their pointers. */
static bool
call_has_log(const struct hit_call *call, const char *log)
{
	for (size_t i = 0; i < call->logs; i++) {
		if (call->argv[HIT_CALL_HEAD + 2 * i] == log)
			return true;
	}
	return false;
}

/* How far each log has come with the last entry, if any of them is of that log
 * and goes to the partition: else that may be further already. */
static void
add_logs(const struct hit_batch *b, unsigned partition, struct hit_call *call)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct hit_entry *last = b->item[i].entry;

		if (!belongs(&b->item[i], partition) || last->log == NULL ||
		    call_has_log(call, last->log))
			continue;
		for (size_t k = i + 1; k < b->count; k++) {
			if (b->item[k].entry->log == last->log)
				last = b->item[k].entry;
		}
		hit_call_log(call, last->log, &last->position);
	}
}

static void
add_hit(const struct hit_batch *b, const struct hit_batch_item *item,
    struct hit_call *call)
{
	struct hit_record r;

	if (item->entry == NULL) {
		if (hit_record_read(b->octets + item->at, item->length,
		    &r) == 0)
			hit_call_add_record(call, &r);
	} else if (item->entry->is_hit) {
		hit_call_add(call, item->entry->sequence, &item->entry->hit);
	}
}

bool
hit_batch_has(const struct hit_batch *b, unsigned partition)
{
	bool any = false;

	for (size_t i = 0; i < b->count && !any; i++)
		any = belongs(&b->item[i], partition);
	return any;
}

size_t
hit_batch_hits(const struct hit_batch *b, unsigned partition)
{
	size_t hits = 0;

	for (size_t i = 0; i < b->count; i++)
		hits += b->item[i].partition == partition;
	return hits;
}

void
hit_batch_call(const struct hit_batch *b, unsigned partition,
    const struct hit_call_source *source, struct hit_call *call)
{
	hit_call_begin(call, partition, source, b->last);
	if (!b->of_spool)
		add_logs(b, partition, call);
	for (size_t i = 0; i < b->count; i++) {
		if (belongs(&b->item[i], partition))
			add_hit(b, &b->item[i], call);
	}
}

int
hit_batch_set_aside(const struct hit_batch *b, struct spool *s)
{
	struct spool_record records[HIT_CALL_HITS];
	uint8_t *octets = malloc(b->count * HIT_RECORD_SIZE);
	struct hit_fields fields;
	int status;

	if (octets == NULL)
		return -1;
	for (size_t i = 0; i < b->count; i++) {
		const struct hit_entry *e = b->item[i].entry;
		uint8_t *record = octets + i * HIT_RECORD_SIZE;

		hit_fields_of(&e->hit, HIT_TIMES_MICROSECONDS, &fields);
		records[i].octets = record;
		records[i].length = hit_record_write(b->start, e->sequence,
		    &fields, record);
	}
	status = spool_prepend(s, records, b->count);
	free(octets);
	return status;
}

void
hit_batch_clear(struct hit_batch *b, struct hit_queue *q)
{
	for (size_t i = 0; i < b->count; i++) {
		if (b->item[i].entry != NULL)
			hit_queue_release(q, b->item[i].entry);
	}
	b->count = b->hits = 0;
}
