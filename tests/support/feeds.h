#ifndef FEEDS_H
#define FEEDS_H

/*
 * feeds - a dnstap_feed for tests, which keeps the queries that it would
 * print.
 */

#include "core/config.h"
#include "core/counters.h"
#include "dnstap/dnstap_feed.h"
#include "log_counters.h"
#include "log_input.h"
#include "taps.h"
#include "unit.h"

struct feeds {
	struct log_counters counters;
	struct log_target target;
	struct config *config;
	struct dnstap_feed *feed;
	struct query last;
	size_t printed;
};

static inline void
feeds_print(void *ctx, const struct query *q)
{
	struct feeds *f = ctx;

	f->last = *q;
	f->printed++;
}

/**
 * feeds_start(state), feeds_end(state): set-up and tear-down; *${state} is a
 * struct feeds.
 */
static inline int
feeds_start(void **state)
{
	static struct feeds f;
	char error[256];

	memset(&f, 0, sizeof(f));
	f.target = (struct log_target){ .counters = &f.counters,
	    .print = feeds_print, .print_ctx = &f };
	f.config = config_load(NULL, error, sizeof(error));
	f.feed = dnstap_feed_new(f.config, &f.target);
	*state = &f;
	return f.feed != NULL ? 0 : -1;
}

static inline int
feeds_end(void **state)
{
	struct feeds *f = *state;

	dnstap_feed_free(f->feed);
	config_free(f->config);
	return 0;
}

/**
 * feeds_count(f, group, name):
 * What it has counted there.
 */
static inline uint64_t
feeds_count(const struct feeds *f, const char *group, const char *name)
{
	struct counters c = { .count = 0 };

	dnstap_feed_count(f->feed, &c);
	return counters_find(&c, group, name);
}

#define FEEDS_TEST(f) \
    cmocka_unit_test_setup_teardown(f, feeds_start, feeds_end)

#endif /* !FEEDS_H */
