#ifndef STREAM_KEY_H
#define STREAM_KEY_H

/*
 * stream_key - the key of a partition's stream of hits, by which all functions
 * are told the partition.
 */

#define STREAM_KEY_SIZE 24	/* qw:{1023}:hits and a NUL */

/**
 * stream_key(partition, buf):
 * Write it to ${buf}, with a NUL.
 */
void stream_key(unsigned partition, char buf[STREAM_KEY_SIZE]);

#endif /* !STREAM_KEY_H */
