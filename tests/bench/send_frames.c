/*
 * send_frames FILE INTERFACE RATE SECONDS - send the frames of a capture, over
 * and over, at RATE a second (0: as fast as it goes), and print, on one line,
 * how many were sent and in how many seconds.
 *
 * FILE is a pcap file in this machine's byte order, as `generate` makes it.
 * What is late by more than 10 ms is not made up for: then the printed rate is
 * below RATE, and that is the sender's most.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FRAMES 200000		/* of the file, at most */
#define BATCH 64		/* frames in one call */
#define TICKS 2000		/* looks at the clock in a second */
#define FILE_HEADER 24
#define FRAME_HEADER 16

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Point ${messages} at the frames of the file; how many. */
static size_t
load(const char *path, struct mmsghdr *messages, struct iovec *parts)
{
	int fd = open(path, O_RDONLY);
	struct stat file;
	uint8_t *bytes;
	size_t count = 0;

	must(fd >= 0 && fstat(fd, &file) == 0, path);
	bytes = mmap(NULL, (size_t)file.st_size, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	must(bytes != MAP_FAILED, path);
	for (off_t at = FILE_HEADER;
	    at + FRAME_HEADER <= file.st_size && count < FRAMES; count++) {
		uint32_t length;

		memcpy(&length, bytes + at + 8, sizeof(length));
		at += FRAME_HEADER;
		if (length > file.st_size - at)
			break;
		parts[count] = (struct iovec){ bytes + at, length };
		messages[count].msg_hdr.msg_iov = &parts[count];
		messages[count].msg_hdr.msg_iovlen = 1;
		at += length;
	}
	return count;
}

static int
open_interface(const char *name)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int bypass = 1;

	must(fd >= 0 && at.sll_ifindex > 0, name);
	must(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass,
	    sizeof(bypass)) == 0, "PACKET_QDISC_BYPASS");
	must(bind(fd, (void *)&at, sizeof(at)) == 0, name);
	return fd;
}

/* Send up to ${count} frames from ${messages}; how many went. */
static size_t
send_batch(int fd, struct mmsghdr *messages, size_t count)
{
	int sent = sendmmsg(fd, messages,
	    (unsigned)(count < BATCH ? count : BATCH), 0);

	must(sent >= 0 || errno == EAGAIN || errno == EINTR ||
	    errno == ENOBUFS, "sendmmsg");
	return sent > 0 ? (size_t)sent : 0;
}

int
main(int argc, char **argv)
{
	static struct mmsghdr messages[FRAMES];
	static struct iovec parts[FRAMES];
	const struct timespec tick = { 0, 1000000000L / TICKS };
	double rate, seconds, start, last, t, due = 0;
	size_t count, next = 0, total = 0;
	int fd;

	if (argc != 5) {
		fprintf(stderr,
		    "usage: send_frames FILE INTERFACE RATE SECONDS\n");
		return 2;
	}
	rate = strtod(argv[3], NULL);
	seconds = strtod(argv[4], NULL);
	must((count = load(argv[1], messages, parts)) > 0, argv[1]);
	fd = open_interface(argv[2]);

	start = last = now();
	while ((t = now()) - start < seconds) {
		due = rate > 0 ? due + rate * (t - last) : BATCH;
		if (due > rate / 100 && rate > 0)
			due = rate / 100;
		last = t;
		if (due < 1)
			nanosleep(&tick, NULL);
		while (due >= 1) {
			size_t left = count - next;
			size_t sent = send_batch(fd, messages + next,
			    left < (size_t)due ? left : (size_t)due);

			if (sent == 0)
				break;
			total += sent;
			due -= (double)sent;
			next = (next + sent) % count;
		}
	}
	printf("%zu %.6f\n", total, now() - start);
	return EXIT_SUCCESS;
}
