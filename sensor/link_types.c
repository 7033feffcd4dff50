#include "link_types.h"

/* libpcap's own numbers (DLT_) are the same, but for DLT_RAW. */
static const struct link_type_entry table[] = {
	{ 0, LINK_NULL },
	{ 1, LINK_ETHERNET },
	{ 9, LINK_PPP },
	{ 10, LINK_FDDI },
	{ 12, LINK_RAW },		/* DLT_RAW, mostly */
	{ 14, LINK_RAW },		/* DLT_RAW on OpenBSD */
	{ 50, LINK_PPP },		/* with HDLC framing */
	{ 51, LINK_PPPOE },
	{ 101, LINK_RAW },
	{ 104, LINK_CHDLC },
	{ 105, LINK_WLAN },
	{ 108, LINK_NULL },		/* OpenBSD's loopback */
	{ 109, LINK_ENC },
	{ 113, LINK_SLL },
	{ 119, LINK_PRISM },
	{ 127, LINK_RADIOTAP },
	{ 129, LINK_ARCNET },
	{ 163, LINK_PRISM },		/* AVS */
	{ 192, LINK_PPI },
	{ 204, LINK_PPP_WITH_DIR },
	{ 228, LINK_RAW },		/* IPv4 only */
	{ 229, LINK_RAW },		/* IPv6 only */
	{ 239, LINK_NFLOG },
	{ 258, LINK_PKTAP },
	{ 276, LINK_SLL2 },
};

#define COUNT (sizeof(table) / sizeof(table[0]))

const struct link_type_entry *
link_types_find(uint32_t number)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (table[i].number == number)
			return &table[i];
	}
	return NULL;
}

const struct link_type_entry *
link_types_table(size_t *retcount)
{
	*retcount = COUNT;
	return table;
}
