/*
 * A whole connection: the first octet tells how long the pieces are in which
 * the rest is sent.  Whatever comes, every frame is counted once, and both a
 * feed that prints and one that looks for bad names take the same.
 */

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/config.h"
#include "core/counters.h"
#include "dnstap/dnstap_connection.h"
#include "dnstap/dnstap_feed.h"
#include "fuzzing.h"
#include "hits/pipeline.h"
#include "log_counters.h"
#include "log_input.h"

static struct config *config;
static struct log_counters log_counters;
static struct log_target printing, matching;
static uint64_t printed, hits;

static void
print(void *ctx, const struct query *q)
{
	(void)ctx;
	PROMISE(!q->has_question || q->qname.length > 0);
	printed++;
}

static void
take_hit(void *ctx, const struct hit *h)
{
	(void)ctx;
	PROMISE(h->query.client.family != 0);
	hits++;
}

static void
start(void)
{
	static char names[] = "bad.example\ncom\n";
	static struct rules_list list;
	struct pipeline_options o = {
		.source = "test", .via = QUERY_VIA_LOG, .coalesce = 10000000,
		.table = 4, .answer_wait = 1000000, .pairs = 16,
		.sink = take_hit,
	};
	char error[256];

	PROMISE(list_spec_parse("list,match=suffix", &list.spec, error,
	    sizeof(error)) == 0);
	list.file = fmemopen(names, sizeof(names) - 1, "r");
	o.rules = rules_load(&(struct rules_options){
		.lists = &list, .count = 1, .monitored = NULL,
		.excluded = NULL,
	    }, error, sizeof(error));
	PROMISE(o.rules != NULL);
	config = config_load(NULL, error, sizeof(error));
	PROMISE(config != NULL);
	printing = (struct log_target){ .counters = &log_counters,
	    .print = print };
	matching = (struct log_target){ .counters = &log_counters,
	    .pipeline = pipeline_new(&o) };
	PROMISE(matching.pipeline != NULL);
}

/* Send ${data} in pieces; what the connection came to. */
static enum dnstap_connection_status
run(const uint8_t *data, size_t size, size_t piece, struct dnstap_feed *feed)
{
	static struct dnstap_connection c;
	enum dnstap_connection_status status = DNSTAP_CONNECTION_OPEN;
	int fds[2];

	PROMISE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fds) == 0);
	dnstap_connection_begin(&c, fds[0], 0);
	for (size_t at = 0; at < size && status == DNSTAP_CONNECTION_OPEN;
	    at += piece) {
		size_t length = size - at < piece ? size - at : piece;

		PROMISE(write(fds[1], data + at, length) == (ssize_t)length);
		status = dnstap_connection_read(&c, feed);
		PROMISE(c.used < sizeof(c.buffer));
	}
	shutdown(fds[1], SHUT_WR);
	if (status == DNSTAP_CONNECTION_OPEN)
		status = dnstap_connection_read(&c, feed);
	PROMISE(status != DNSTAP_CONNECTION_OPEN);
	close(fds[0]);
	close(fds[1]);
	return status;
}

static struct counters
run_counted(const uint8_t *data, size_t size, size_t piece,
    const struct log_target *target, enum dnstap_connection_status *retstatus)
{
	struct counters counters = { .count = 0 };
	struct dnstap_feed *feed = dnstap_feed_new(config, target);

	PROMISE(feed != NULL);
	*retstatus = run(data, size, piece, feed);
	dnstap_feed_count(feed, &counters);
	dnstap_feed_free(feed);
	return counters;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "auth", "resolver", "client",
	    "forwarder", "stub", "tool", "update" };
	enum dnstap_connection_status a_status, b_status;
	struct counters a, b;
	uint64_t sum = 0;

	if (config == NULL)
		start();
	if (size == 0)
		return 0;
	a = run_counted(data + 1, size - 1, (size_t)data[0] * 16 + 1,
	    &printing, &a_status);
	b = run_counted(data + 1, size - 1, size, &matching, &b_status);
	PROMISE(a_status == b_status);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		sum += counters_find(&a, "dnstap", kinds[i]);
	PROMISE(sum <= counters_find(&a, "dnstap", "frames"));
	PROMISE(counters_find(&a, "dnstap", "frames") <=
	    sum + counters_find(&a, "dnstap", "malformed"));
	for (size_t i = 0; i < a.count; i++) {
		if (strcmp(a.at[i].group, "dnstap") == 0)
			PROMISE(a.at[i].value == counters_find(&b, "dnstap",
			    a.at[i].name));
	}
	return 0;
}
