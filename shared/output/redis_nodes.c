#include "output/redis_nodes.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/host_port.h"
#include "output/redis_link.h"
#include "output/redis_slots.h"

struct node {
	struct redis_link *link;
	unsigned slots;		/* how many it holds */
};

struct redis_nodes {
	const struct redis_access *access;
	int timeout_ms;
	int seeds;		/* the first ones */
	int count;
	int16_t owner[REDIS_SLOTS];	/* -1: unknown */
	struct node node[REDIS_NODES_MAX];
};

/* Add what is listed in ${targets}, commas in between. */
static int
add_seeds(struct redis_nodes *n, const char *targets)
{
	char *list = strdup(targets), *rest = list, *target;
	int added = 0;

	while (rest != NULL && added >= 0) {
		/* A path may have commas. */
		target = strncmp(rest, "unix:", 5) == 0 ? rest :
		    strsep(&rest, ",");
		if (target == rest)
			rest = NULL;
		added = redis_nodes_add(n, target);
	}
	free(list);
	n->seeds = n->count;
	return list != NULL && added >= 0 ? 0 : -1;
}

struct redis_nodes *
redis_nodes_new(const char *targets, const struct redis_access *access,
    int timeout_ms)
{
	struct redis_nodes *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->access = access;
	n->timeout_ms = timeout_ms;
	memset(n->owner, 0xff, sizeof(n->owner));
	if (targets == NULL || add_seeds(n, targets) == 0)
		return n;
	redis_nodes_free(n);
	return NULL;
}

/* The number for a new node, or -1. */
static int
find_room(struct redis_nodes *n)
{
	if (n->count < REDIS_NODES_MAX)
		return n->count;
	for (int i = n->seeds; i < n->count; i++) {
		if (n->node[i].slots == 0)
			return i;
	}
	return -1;
}

int
redis_nodes_add(struct redis_nodes *n, const char *target)
{
	struct redis_link *link;
	int i;

	for (i = 0; i < n->count; i++) {
		if (strcmp(redis_link_target(n->node[i].link), target) == 0)
			return i;
	}
	if ((i = find_room(n)) < 0 ||
	    (link = redis_link_new(target, n->timeout_ms)) == NULL)
		return -1;
	redis_link_set_access(link, n->access);
	if (i == n->count)
		n->count++;
	else
		redis_link_free(n->node[i].link);
	n->node[i] = (struct node){ .link = link };
	return i;
}

/* --- what servers call each other ----------------------------------------------- */

/* Write HOST:PORT to ${ret}, for a host that may be an IPv6 address. */
static int
join(const char *host, long long port, char ret[REDIS_LINK_ADDRESS_SIZE])
{
	if (port < 1 || port > 65535 || strlen(host) >= HOST_PORT_SIZE)
		return -1;
	snprintf(ret, REDIS_LINK_ADDRESS_SIZE, strchr(host, ':') != NULL ?
	    "[%s]:%lld" : "%s:%lld", host, port);
	return 0;
}

static bool
is_address(const char *host)
{
	unsigned char buf[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, buf) == 1 ||
	    inet_pton(AF_INET6, host, buf) == 1;
}

/* Write ${teller}'s target with another port to ${ret}. */
static int
join_teller(const struct redis_nodes *n, int teller, long port,
    char ret[REDIS_LINK_ADDRESS_SIZE])
{
	const char *target = redis_link_target(n->node[teller].link);
	const char *colon = strrchr(target, ':');
	int length;

	if (strncmp(target, "unix:", 5) == 0 || port < 1 || port > 65535)
		return -1;
	length = snprintf(ret, REDIS_LINK_ADDRESS_SIZE, "%.*s:%ld",
	    (int)(colon - target), target, port);
	return length < 0 || length >= REDIS_LINK_ADDRESS_SIZE ? -1 : 0;
}

/* The node whose target is NAME=ADDRESS:PORT, for NAME and PORT; or -1. */
static int
find_named(const struct redis_nodes *n, const char *name, int port)
{
	char host[HOST_PORT_SIZE];
	int other;

	for (int i = 0; i < n->count; i++) {
		const char *target = redis_link_target(n->node[i].link);
		const char *equals = strchr(target, '=');

		if (equals != NULL &&
		    (size_t)(equals - target) == strlen(name) &&
		    strncmp(target, name, strlen(name)) == 0 &&
		    host_port_split(equals + 1, host, sizeof(host),
		    &other) == 0 && other == port)
			return i;
	}
	return -1;
}

int
redis_nodes_near(struct redis_nodes *n, const char *address, int teller)
{
	const char *colon = strrchr(address, ':');
	char host[HOST_PORT_SIZE], target[REDIS_LINK_ADDRESS_SIZE];
	long port = strtol(colon + 1, NULL, 10);
	size_t length;
	int found;

	/* Redis writes an IPv6 address without brackets. */
	if (*address == '[' && colon > address && colon[-1] == ']') {
		address++;
		colon--;
	}
	length = (size_t)(colon - address);
	if (length >= sizeof(host))
		return -1;
	memcpy(host, address, length);
	host[length] = '\0';
	if (host[0] == '\0' || strcmp(host, "?") == 0)
		return join_teller(n, teller, port, target) != 0 ? -1 :
		    redis_nodes_add(n, target);
	if (!is_address(host) &&
	    (found = find_named(n, host, (int)port)) >= 0)
		return found;
	return join(host, port, target) != 0 ? -1 :
	    redis_nodes_add(n, target);
}

/* The value of ${key} in a node's list of further facts, or "". */
static const char *
fact(const struct redis_reply *facts, const char *key)
{
	for (size_t i = 0; i + 1 < redis_reply_count(facts); i += 2) {
		if (strcmp(redis_reply_text(redis_reply_at(facts, i)),
		    key) == 0)
			return redis_reply_text(redis_reply_at(facts, i + 1));
	}
	return "";
}

/* The number of the node that CLUSTER SLOTS describes as
 *
 *	1) what to reach it by	"192.0.2.1", a name, "?", "" or nil
 *	2) port
 *	3) its id
 *	4) facts		1) "ip"  2) "192.0.2.1" ...
 */
static int
take_node(struct redis_nodes *n, const struct redis_reply *reply, int teller)
{
	const char *host = redis_reply_text(redis_reply_at(reply, 0));
	const char *ip = fact(redis_reply_at(reply, 3), "ip");
	long long port = redis_reply_integer(redis_reply_at(reply, 1));
	char named[REDIS_LINK_ADDRESS_SIZE], plain[REDIS_LINK_ADDRESS_SIZE];
	int length;

	if (join(host, port, plain) != 0)
		return -1;
	if (host[0] == '\0' || strcmp(host, "?") == 0 || is_address(host) ||
	    !is_address(ip))
		return redis_nodes_near(n, plain, teller);
	if (join(ip, port, plain) != 0)
		return -1;
	length = snprintf(named, sizeof(named), "%s=%s", host, plain);
	return length < 0 || (size_t)length >= sizeof(named) ? -1 :
	    redis_nodes_add(n, named);
}

/* --- slots ------------------------------------------------------------------------ */

/* One range: 1) first, 2) last, 3) its master, then replicas.  Returns how
 * many slots, or -1. */
static int
take_range(struct redis_nodes *n, const struct redis_reply *range, int teller,
    int16_t owner[REDIS_SLOTS])
{
	long long first = redis_reply_integer(redis_reply_at(range, 0));
	long long last = redis_reply_integer(redis_reply_at(range, 1));
	size_t count = redis_reply_count(range);
	int master;

	if (count < 3 || first < 0 || last < first || last >= REDIS_SLOTS)
		return -1;
	if ((master = take_node(n, redis_reply_at(range, 2), teller)) < 0)
		return -1;
	/* Replicas may be asked where keys are, once the others are gone. */
	for (size_t i = 3; i < count; i++)
		(void)take_node(n, redis_reply_at(range, i), teller);
	for (long long slot = first; slot <= last; slot++)
		owner[slot] = (int16_t)master;
	return (int)(last - first + 1);
}

int
redis_nodes_take(struct redis_nodes *n, const struct redis_reply *reply,
    int teller)
{
	int16_t owner[REDIS_SLOTS];
	int slots = 0;

	memset(owner, 0xff, sizeof(owner));
	for (size_t i = 0; i < redis_reply_count(reply); i++) {
		int more = take_range(n, redis_reply_at(reply, i), teller,
		    owner);

		if (more < 0)
			return -1;
		slots += more;
	}
	if (slots == 0)
		return -1;
	for (unsigned slot = 0; slot < REDIS_SLOTS; slot++)
		redis_nodes_move(n, slot, owner[slot]);
	return 0;
}

void
redis_nodes_move(struct redis_nodes *n, unsigned slot, int node)
{
	if (n->owner[slot] >= 0)
		n->node[n->owner[slot]].slots--;
	if (node >= 0)
		n->node[node].slots++;
	n->owner[slot] = (int16_t)node;
}

int
redis_nodes_owner(const struct redis_nodes *n, unsigned slot)
{
	return n->owner[slot];
}

int
redis_nodes_seeds(const struct redis_nodes *n)
{
	return n->seeds;
}

int
redis_nodes_count(const struct redis_nodes *n)
{
	return n->count;
}

struct redis_link *
redis_nodes_link(const struct redis_nodes *n, int i)
{
	return n->node[i].link;
}

bool
redis_nodes_is_master(const struct redis_nodes *n, int i)
{
	return n->node[i].slots > 0;
}

void
redis_nodes_free(struct redis_nodes *n)
{
	if (n == NULL)
		return;
	for (int i = 0; i < n->count; i++)
		redis_link_free(n->node[i].link);
	free(n);
}
