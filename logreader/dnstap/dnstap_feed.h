#ifndef DNSTAP_FEED_H
#define DNSTAP_FEED_H

/*
 * dnstap_feed - what becomes of the payloads of dnstap frames, from whatever
 * file or connection:
 *
 *	payload -> dnstap_message -> is it of a kind that counts?
 *		-> hits/intake.h, as the sensor's packets
 */

#include <stddef.h>
#include <stdint.h>

struct config;
struct counters;
struct dnstap_feed;
struct log_target;

/**
 * dnstap_feed_check(config):
 * Say which of the kinds of messages that ${config} wants does not exist; -1
 * then, else 0.
 */
int dnstap_feed_check(const struct config *config);

/**
 * dnstap_feed_new(config, target):
 * Return a feed for ${target}, which is borrowed, of the kinds that ${config}
 * wants; NULL if memory is short.
 */
struct dnstap_feed *dnstap_feed_new(const struct config *config,
    const struct log_target *target);

/**
 * dnstap_feed_take(feed, payload, length):
 * Take the payload of one frame, borrowed until it returns.
 */
void dnstap_feed_take(struct dnstap_feed *feed, const uint8_t *payload,
    size_t length);

/**
 * dnstap_feed_count(feed, c), dnstap_feed_free(feed):
 * Add to ${c} what it has counted, which is nothing if it has taken nothing;
 * free ${feed}, NULL is fine.
 */
void dnstap_feed_count(const struct dnstap_feed *feed, struct counters *c);
void dnstap_feed_free(struct dnstap_feed *feed);

#endif /* !DNSTAP_FEED_H */
