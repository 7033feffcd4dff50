#include "core/dns_device.h"

#include "guarded.h"
#include "messages.h"
#include "unit.h"

#define BAD "\3bad\7example"	/* with the literal's own NUL: 13 octets */

static const enum dns_device all[] = {
	DNS_DEVICE_MAC, DNS_DEVICE_ID, DNS_DEVICE_CPE, DNS_DEVICE_SUBNET,
};

/* A query with the ${length} octets of EDNS options at ${options}. */
static struct octets
query(const char *options, size_t length)
{
	struct octets m = message_header(1, 0x0100, 1, 1);

	message_question(&m, BAD, 13, 1, 1);
	octets_add(&m, "", 1);		/* OPT, RFC 6891, 6.1.2 */
	octets_u16(&m, 41);
	octets_u16(&m, 1232);
	octets_u32(&m, 0);
	octets_u16(&m, (unsigned)length);
	octets_add(&m, options, length);
	return m;
}

static void
expect(const char *options, size_t length, const enum dns_device *wanted,
    size_t count, const char *device)
{
	struct octets m = query(options, length);
	char text[QUERY_DEVICE_SIZE];

	assert_int_equal(dns_device_find(guarded_copy(m.octets, m.length),
	    m.length, wanted, count, text), strlen(device));
	assert_string_equal(text, device);
}

static void
each_option_says_it_in_its_way(void **state)
{
	static const struct {
		const char *options;
		size_t length;
		const char *device;
	} cases[] = {
		{ "\xfd\xe9\0\6\2\0\x5e\x10\0\1", 10, "02:00:5e:10:00:01" },
		{ "\xfd\xe9\0\5\2\0\x5e\x10\0", 9, "" },	/* no MAC */
		{ "\xfe\x31\0\x08" "AgBeEAAB", 12, "AgBeEAAB" },
		{ "\xfe\x31\0\x04" "a b\\", 8, "a\\032b\\092" },
		{ "\xfe\x32\0\x05" "cpe-1", 9, "cpe-1" },
		{ "\0\x08\0\x08\0\1\x20\0\xc0\0\2\7", 12, "192.0.2.7" },
		{ "\0\x08\0\x07\0\1\x18\0\xc0\0\2", 11, "192.0.2.0/24" },
		/* Bits after the prefix are none of it. */
		{ "\0\x08\0\x07\0\1\x17\0\xc0\0\3", 11, "192.0.2.0/23" },
		{ "\0\x08\0\x0b\0\2\x38\0\x20\1\x0d\xb8\0\0\0", 15,
		    "2001:db8::/56" },
		{ "\0\x08\0\4\0\1\0\0", 8, "" },	/* do not tell */
		{ "\0\x08\0\x07\0\3\x18\0\xc0\0\2", 11, "" },
		{ "\0\x08\0\x06\0\1\x18\0\xc0\0", 10, "" },	/* cut */
		{ "\0\x08\0\x09\0\1\x21\0\xc0\0\2\7\0", 13, "" },
		{ "\0\x0a\0\x08" "cookie12", 12, "" },
		{ "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(cases[i].options, cases[i].length, all, COUNT(all),
		    cases[i].device);
}

static void
the_first_wanted_counts(void **state)
{
	static const char both[] = "\xfe\x32\0\x05" "cpe-1"
	    "\xfd\xe9\0\6\2\0\x5e\x10\0\1";
	static const enum dns_device cpe_first[] = {
		DNS_DEVICE_CPE, DNS_DEVICE_MAC,
	}, subnet[] = { DNS_DEVICE_SUBNET };

	(void)state;
	expect(both, 19, all, COUNT(all), "02:00:5e:10:00:01");
	expect(both, 19, cpe_first, 2, "cpe-1");
	expect(both, 19, subnet, 1, "");
	expect(both, 19, all, 0, "");
}

static void
a_long_name_is_cut(void **state)
{
	char option[4 + 200] = "\xfe\x31\0\xc8", device[QUERY_DEVICE_SIZE];

	(void)state;
	memset(option + 4, 'x', 200);
	memset(device, 'x', sizeof(device));
	device[60] = '\0';		/* no room for one more escape */
	expect(option, sizeof(option), all, COUNT(all), device);
}

static void
words_name_them(void **state)
{
	(void)state;
	assert_int_equal(dns_device_parse("mac"), DNS_DEVICE_MAC);
	assert_int_equal(dns_device_parse("id"), DNS_DEVICE_ID);
	assert_int_equal(dns_device_parse("cpe"), DNS_DEVICE_CPE);
	assert_int_equal(dns_device_parse("subnet"), DNS_DEVICE_SUBNET);
	assert_int_equal(dns_device_parse("MAC"), -1);
	assert_int_equal(dns_device_parse(""), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_option_says_it_in_its_way),
		cmocka_unit_test(the_first_wanted_counts),
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(words_name_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
