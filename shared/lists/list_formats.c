#include "lists/list_format.h"

const struct list_format_ops list_formats[LIST_FORMATS] = {
	[LIST_FORMAT_DETECT] = { .name = "unknown" },
	[LIST_FORMAT_PLAIN] = {
		.name = "plain", .match = LIST_MATCH_SUFFIX,
		.line = list_plain_line,
	},
	[LIST_FORMAT_HOSTS] = {
		.name = "hosts", .match = LIST_MATCH_EXACT,
		.likely = list_hosts_likely, .line = list_hosts_line,
	},
	[LIST_FORMAT_ADBLOCK] = {
		.name = "adblock", .match = LIST_MATCH_SUFFIX,
		.likely = list_adblock_likely, .line = list_adblock_line,
	},
	[LIST_FORMAT_DNSMASQ] = {
		.name = "dnsmasq", .match = LIST_MATCH_SUFFIX,
		.likely = list_dnsmasq_likely, .line = list_dnsmasq_line,
	},
	[LIST_FORMAT_UNBOUND] = {
		.name = "unbound", .match = LIST_MATCH_SUFFIX,
		.likely = list_unbound_likely, .line = list_unbound_line,
	},
	[LIST_FORMAT_BIND] = {
		.name = "bind", .match = LIST_MATCH_SUFFIX,
		.likely = list_bind_likely, .line = list_bind_line,
	},
	[LIST_FORMAT_DNSCRYPT] = {
		.name = "dnscrypt", .match = LIST_MATCH_SUFFIX,
		.likely = list_dnscrypt_likely, .line = list_dnscrypt_line,
	},
	[LIST_FORMAT_MALTRAIL] = {
		.name = "maltrail", .match = LIST_MATCH_SUFFIX,
		.likely = list_maltrail_likely, .line = list_maltrail_line,
	},
	[LIST_FORMAT_SURICATA] = {
		.name = "suricata", .match = LIST_MATCH_EXACT,
		.likely = list_suricata_likely, .line = list_suricata_line,
	},
	[LIST_FORMAT_ZEEK] = {
		.name = "zeek", .match = LIST_MATCH_EXACT,
		.likely = list_zeek_likely, .line = list_zeek_line,
	},
	[LIST_FORMAT_URLHAUS] = {
		.name = "urlhaus", .match = LIST_MATCH_EXACT,
		.likely = list_urlhaus_likely, .line = list_urlhaus_line,
	},
	[LIST_FORMAT_THREATFOX] = {
		.name = "threatfox", .match = LIST_MATCH_EXACT,
		.likely = list_threatfox_likely, .line = list_threatfox_line,
	},
	[LIST_FORMAT_NATIVE] = {
		.name = "native", .match = LIST_MATCH_SUFFIX,
		.likely = list_native_likely, .line = list_native_line,
	},
	[LIST_FORMAT_MISP] = {
		.name = "misp", .match = LIST_MATCH_SUFFIX,
		.likely = list_misp_likely, .whole = list_misp_whole,
	},
	[LIST_FORMAT_STIX] = {
		.name = "stix", .match = LIST_MATCH_EXACT,
		.likely = list_stix_likely, .whole = list_stix_whole,
	},
	[LIST_FORMAT_RPZ] = {
		.name = "rpz", .match = LIST_MATCH_EXACT,
		.likely = list_rpz_likely, .whole = list_rpz_whole,
	},
	[LIST_FORMAT_ADDRESS] = {
		.name = "address", .match = LIST_MATCH_ADDRESS,
		.line = list_address_line,
	},
};

/* Who is asked whether a file is its own, the most particular first; what
 * nobody claims is plain. */
static const enum list_format asked[] = {
	LIST_FORMAT_STIX, LIST_FORMAT_MISP, LIST_FORMAT_RPZ, LIST_FORMAT_BIND,
	LIST_FORMAT_UNBOUND, LIST_FORMAT_DNSMASQ, LIST_FORMAT_ZEEK,
	LIST_FORMAT_URLHAUS, LIST_FORMAT_THREATFOX, LIST_FORMAT_NATIVE,
	LIST_FORMAT_ADBLOCK, LIST_FORMAT_HOSTS, LIST_FORMAT_MALTRAIL,
	LIST_FORMAT_SURICATA, LIST_FORMAT_DNSCRYPT,
};

enum list_format
list_format_find(const char *head, size_t length)
{
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		const struct list_format_ops *ops = &list_formats[asked[i]];

		if (ops->likely != NULL && ops->likely(head, length))
			return asked[i];
	}
	return LIST_FORMAT_PLAIN;
}
