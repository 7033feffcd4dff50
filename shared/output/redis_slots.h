#ifndef REDIS_SLOTS_H
#define REDIS_SLOTS_H

/*
 * redis_slots - which of Redis Cluster's 16,384 slots a key is in.
 */

#define REDIS_SLOTS 16384

/**
 * redis_slots_of(key):
 * Return the slot of ${key}: that of its hash tag, what is between its first
 * '{' and the next '}' if that is anything, else that of the whole key.
 */
unsigned redis_slots_of(const char *key);

/**
 * redis_slots_of_text(text):
 * Return the slot of a key ${text} without looking for a hash tag.
 */
unsigned redis_slots_of_text(const char *text);

#endif /* !REDIS_SLOTS_H */
