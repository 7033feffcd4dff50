#ifndef BACKOFF_H
#define BACKOFF_H

/*
 * backoff - how long to wait before the next try, when tries keep failing:
 * 0.1 s, then twice as long each time, 5 s at most.  Plain data.
 */

#define BACKOFF_FIRST 100	/* milliseconds */
#define BACKOFF_LAST 5000

struct backoff {
	int next;		/* 0: nothing has failed */
};

/**
 * backoff_next(b):
 * Return how many milliseconds to wait after one more failure.
 */
int backoff_next(struct backoff *b);

/**
 * backoff_reset(b):
 * A try worked: begin anew.
 */
void backoff_reset(struct backoff *b);

#endif /* !BACKOFF_H */
