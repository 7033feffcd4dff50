#ifndef FREQUENT_H
#define FREQUENT_H

/*
 * frequent - which ones came most often?  A table of counters in bounded
 * memory, exact as long as no more different ones come than it has room for.
 *
 * When it is full, the rarer half goes and leaves a floor: what is not in the
 * table came ${floor} times at most.  What enters later may have been in the
 * table before, so it may have come ${floor} times more than is counted since
 * (Misra and Gries 1982; what Space-Saving does one by one, done by halves).
 * The floor never passes 2 N / capacity, N being all that came: whatever came
 * more often is there.  In real traffic it stays far below.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frequent;

/* One of them.  It came ${count} to ${count} + ${missed} times. */
struct frequent_entry {
	uint64_t count;		/* exact since it entered */
	uint64_t missed;	/* before that: at the most */
	uint64_t hash;		/* the table's */
	uint32_t note;		/* the user's; 0 when new */
	uint8_t length;		/* octets of the key */
	uint8_t key[];
};

/**
 * frequent_new(capacity, key_size, secret):
 * Return a table of ${capacity} keys, 2 or more, of up to ${key_size} octets,
 * 255 at the most; NULL if memory is short.  Nobody who does not know
 * ${secret} can make it slow.  Memory is taken as it fills: 64 octets and the
 * key for each.
 */
struct frequent *frequent_new(size_t capacity, size_t key_size,
    uint64_t secret);

/**
 * frequent_add(f, key, length):
 * Count one ${key}, and return its entry, borrowed until the next call.
 * Allocates nothing but for the number of different ones (distinct.h).
 */
struct frequent_entry *frequent_add(struct frequent *f, const void *key,
    size_t length);

/**
 * frequent_floor(f):
 * The floor; 0: everything is exact.
 */
uint64_t frequent_floor(const struct frequent *f);

/**
 * frequent_distinct(f, retexact):
 * Return how many different ones came, and whether that is exact.
 */
uint64_t frequent_distinct(const struct frequent *f, bool *retexact);

/**
 * frequent_failed(f):
 * Was memory short, so that the number of different ones is too low?
 */
bool frequent_failed(const struct frequent *f);

/**
 * frequent_top(f, count, ret):
 * Point ${ret} at the ${count} that came most often, or as many as there are,
 * the most frequent first and those of one count in the order of their keys;
 * return how many, or -1 if memory is short.  They stay valid until the next
 * frequent_add.
 */
long frequent_top(const struct frequent *f, size_t count,
    const struct frequent_entry **ret);

/**
 * frequent_clear(f), frequent_free(f):
 * Forget everything; free ${f}, NULL being fine.
 */
void frequent_clear(struct frequent *f);
void frequent_free(struct frequent *f);

#endif /* !FREQUENT_H */
