/*
 * empty_pcap_loop FILE - read every packet of a capture file with libpcap
 * and do nothing with it: the floor under everything that uses libpcap.
 */

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *bytes;
	unsigned long packets = 0;
	pcap_t *p;
	int got;

	if (argc != 2) {
		fprintf(stderr, "usage: empty_pcap_loop FILE\n");
		return 2;
	}
	if ((p = pcap_open_offline(argv[1], error)) == NULL) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	while ((got = pcap_next_ex(p, &header, &bytes)) == 1)
		packets++;
	pcap_close(p);
	printf("%lu packets\n", packets);
	return got == PCAP_ERROR_BREAK ? EXIT_SUCCESS : EXIT_FAILURE;
}
