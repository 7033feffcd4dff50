#include "watch.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/timestamp.h"

#define INTERVAL (10 * TIMESTAMP_SECOND)	/* drops are judged so often */
#define MINUTE (60 * TIMESTAMP_SECOND)
#define HOUR (60 * MINUTE)
#define DROPS_IN 1000		/* more than one frame in so many is too much */
#define SOON_ENOUGH 1000	/* messages to judge after 10 seconds */
#define ENOUGH 100		/* messages to judge after a minute */
#define ONE_SIDED 99		/* per cent of one kind: begins, */
#define MIXED 95		/* less than this: is over */

/* Frames lost out of a total. */
struct drops {
	uint64_t lost, total;
};

/* Drops of one kind. */
struct loss {
	struct drops before;	/* when this interval began */
	int64_t since;
	bool lasts;
	int64_t began, last;	/* its first interval; the end of the last */
	int64_t said;
	struct drops unsaid;	/* since then */
	uint64_t all;		/* lost since it began */
};

enum sides { BOTH, QUERIES, RESPONSES };

struct watch {
	int64_t quiet;
	struct loss losses[2];	/* WATCH_RING, WATCH_INTERFACE */
	/* Which messages there are: */
	uint64_t queries, responses;	/* when this interval began */
	int64_t since;
	enum sides sides;
	int64_t sides_said;
	/* Whether there are any: */
	uint64_t messages, frames;	/* when the last message came */
	int64_t last_message;
	bool nothing;
	int64_t nothing_said;
};

/* Where notices are put. */
struct notices {
	struct watch_notice *at;
	size_t count;
};

struct watch *
watch_new(int64_t now, int64_t quiet)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->quiet = quiet;
	w->since = w->last_message = now;
	for (size_t i = 0; i < 2; i++)
		w->losses[i].since = now;
	return w;
}

/* A new notice; its text is to be written. */
static char *
notice(struct notices *n, enum watch_kind kind, bool over)
{
	n->at[n->count].kind = kind;
	n->at[n->count].over = over;
	return n->at[n->count++].text;
}

/* What a total has grown by; one that went back has not. */
static uint64_t
grown(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

static long long
seconds(int64_t time)
{
	return (long long)((time + TIMESTAMP_SECOND / 2) / TIMESTAMP_SECOND);
}

/* --- drops --------------------------------------------------------------- */

static void
say_drops(struct loss *l, enum watch_kind kind, int64_t now,
    struct notices *n)
{
	char *text = notice(n, kind, false);
	unsigned long long lost = l->unsaid.lost, total = l->unsaid.total;
	double percent = 100.0 * (double)lost / (double)total;

	if (kind == WATCH_RING)
		snprintf(text, WATCH_TEXT_SIZE, "%.2f %% of the frames are "
		    "lost: %llu of %llu in %lld s, dropped by a full ring: "
		    "raise 'ring', or run more workers", percent, lost, total,
		    seconds(now - l->said));
	else
		snprintf(text, WATCH_TEXT_SIZE, "frames are lost: the "
		    "interface dropped %llu in %lld s, while %llu passed the "
		    "filter: enlarge its queues (ethtool -G), or mirror less",
		    lost, seconds(now - l->said), total - lost);
	l->said = now;
	l->unsaid = (struct drops){ 0, 0 };
}

static void
say_no_drops(const struct loss *l, enum watch_kind kind, struct notices *n)
{
	snprintf(notice(n, kind, true), WATCH_TEXT_SIZE, "%s drops no more "
	    "frames; it was %llu in %lld s",
	    kind == WATCH_RING ? "the ring" : "the interface",
	    (unsigned long long)l->all, seconds(l->last - l->began));
}

static void
look_at_drops(struct loss *l, enum watch_kind kind, int64_t now,
    struct drops d, struct notices *n)
{
	struct drops new = {
		grown(d.lost, l->before.lost), grown(d.total, l->before.total)
	};
	/* More than all would be a total that went back. */
	bool too_many = new.lost <= new.total &&
	    new.lost > new.total / DROPS_IN;
	bool begins = too_many && !l->lasts;

	if (now - l->since < INTERVAL)
		return;
	if (begins) {
		l->lasts = true;
		l->began = l->said = l->since;
		l->all = 0;
		l->unsaid = (struct drops){ 0, 0 };
	}
	l->before = d;
	l->since = now;
	if (!l->lasts)
		return;
	l->all += new.lost;
	l->unsaid.lost += new.lost;
	l->unsaid.total += new.total;
	if (too_many) {
		l->last = now;
		if (begins || now - l->said >= MINUTE)
			say_drops(l, kind, now, n);
	} else if (now - l->last >= MINUTE) {
		l->lasts = false;
		say_no_drops(l, kind, n);
	}
}

/* --- one side only ------------------------------------------------------- */

/* Is it ${percent} of the messages, or more, that are of one kind? */
static enum sides
sides_of(uint64_t queries, uint64_t responses, unsigned percent)
{
	double share = (double)(queries + responses) * percent / 100;

	if ((double)queries >= share)
		return QUERIES;
	return (double)responses >= share ? RESPONSES : BOTH;
}

static void
say_sides(struct watch *w, int64_t now, uint64_t queries, uint64_t responses,
    struct notices *n)
{
	char *text = notice(n, WATCH_ONE_SIDED, w->sides == BOTH);
	unsigned long long all = queries + responses;

	if (w->sides == BOTH)
		snprintf(text, WATCH_TEXT_SIZE, "there are queries and "
		    "responses now");
	else if (w->sides == QUERIES)
		snprintf(text, WATCH_TEXT_SIZE, "the mirror shows one "
		    "direction only: %llu of %llu messages in %lld s are "
		    "queries: mirror both, or answers stay unknown",
		    (unsigned long long)queries, all,
		    seconds(now - w->since));
	else
		snprintf(text, WATCH_TEXT_SIZE, "the mirror shows one "
		    "direction only: %llu of %llu messages in %lld s are "
		    "responses: mirror both, or what gets no answer is missed",
		    (unsigned long long)responses, all,
		    seconds(now - w->since));
	w->sides_said = now;
}

static void
look_at_sides(struct watch *w, int64_t now, const struct watch_sample *s,
    struct notices *n)
{
	uint64_t queries = grown(s->queries, w->queries);
	uint64_t responses = grown(s->responses, w->responses);
	uint64_t all = queries + responses;
	int64_t passed = now - w->since;
	enum sides sides;

	if (!(passed >= INTERVAL && all >= SOON_ENOUGH) &&
	    !(passed >= MINUTE && all >= ENOUGH))
		return;
	sides = sides_of(queries, responses, ONE_SIDED);
	/* What is only just no longer so might soon be so again. */
	if (sides == BOTH && sides_of(queries, responses, MIXED) == w->sides)
		sides = w->sides;
	if (sides != w->sides ||
	    (sides != BOTH && now - w->sides_said >= HOUR)) {
		w->sides = sides;
		say_sides(w, now, queries, responses, n);
	}
	w->queries = s->queries;
	w->responses = s->responses;
	w->since = now;
}

/* --- nothing at all ------------------------------------------------------ */

static void
say_nothing(struct watch *w, int64_t now, uint64_t frames, struct notices *n)
{
	char *text = notice(n, WATCH_NOTHING, false);
	long long time = seconds(now - w->last_message);

	if (frames == 0)
		snprintf(text, WATCH_TEXT_SIZE, "nothing has come for %lld s: "
		    "is the mirror set up, is the cable in? "
		    "(ip -s link shows what the interface receives)", time);
	else
		snprintf(text, WATCH_TEXT_SIZE, "no DNS has come for %lld s, "
		    "though %llu frames have: is it the right interface, are "
		    "the resolvers' ports mirrored, is 'ports' complete?",
		    time, (unsigned long long)frames);
	w->nothing_said = now;
}

static void
look_for_anything(struct watch *w, int64_t now, const struct watch_sample *s,
    struct notices *n)
{
	if (s->messages != w->messages) {
		if (w->nothing)
			snprintf(notice(n, WATCH_NOTHING, true),
			    WATCH_TEXT_SIZE, "DNS comes in now");
		w->nothing = false;
		w->messages = s->messages;
		w->frames = s->frames;
		w->last_message = now;
	} else if (w->quiet > 0 && now - w->last_message >= w->quiet &&
	    (!w->nothing || now - w->nothing_said >= HOUR)) {
		w->nothing = true;
		say_nothing(w, now, grown(s->frames, w->frames), n);
	}
}

size_t
watch_look(struct watch *w, int64_t now, const struct watch_sample *s,
    struct watch_notice ret[WATCH_KINDS])
{
	struct notices n = { ret, 0 };

	look_at_drops(&w->losses[0], WATCH_RING, now,
	    (struct drops){ s->kernel_drops, s->received }, &n);
	look_at_drops(&w->losses[1], WATCH_INTERFACE, now,
	    (struct drops){ s->interface_drops,
	    s->received + s->interface_drops }, &n);
	look_at_sides(w, now, s, &n);
	look_for_anything(w, now, s, &n);
	return n.count;
}

void
watch_free(struct watch *w)
{
	free(w);
}
