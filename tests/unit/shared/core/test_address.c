#include "core/address.h"

#include "guarded.h"
#include "unit.h"

/* Text, and what it reads as when printed again; NULL: refused. */
static const struct {
	const char *text, *printed;
} addresses[] = {
	{ "0.0.0.0", "0.0.0.0" },
	{ "192.0.2.1", "192.0.2.1" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "256.0.0.1", NULL },
	{ "192.0.2", NULL },
	{ "192.0.2.1.5", NULL },
	{ "192.0.2.", NULL },
	{ ".192.0.2.1", NULL },
	{ "192..2.1", NULL },
	{ "192.0.2.01", NULL },		/* octal to some */
	{ "192.0.2.0001", NULL },
	{ "192.0.2.1 ", NULL },
	{ " 192.0.2.1", NULL },
	{ "0x7f.0.0.1", NULL },
	{ "2130706433", NULL },
	{ "192.0.2.1%1", NULL },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ "2001:db8::192.0.2.33", "2001:db8::c000:221" },
	{ "::ffff:192.0.2.33", "::ffff:192.0.2.33" },
	{ "fe80::1%2", "fe80::1" },
	{ "fe80::1%eth0.100", "fe80::1" },
	{ "fe80::1%", NULL },
	{ "2001:db8::1::2", NULL },
	{ "2001:db8:::1", NULL },
	{ "1:2:3:4:5:6:7", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
	{ "12345::", NULL },
	{ "[::1]", NULL },
	{ "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL },
	{ "", NULL },
	{ ":", NULL },
	{ "bad.example", NULL },
};

static void
parses_literals_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		size_t length = strlen(addresses[i].text);
		const char *text = (const char *)guarded_copy(
		    addresses[i].text, length);
		struct address a = { .family = 99 };
		char printed[ADDRESS_TEXT_SIZE];
		int status = address_parse(text, length, &a);

		if (addresses[i].printed == NULL) {
			if (status != -1)
				fail_msg("'%s' is taken", addresses[i].text);
			assert_int_equal(a.family, 99);
			continue;
		}
		if (status != 0)
			fail_msg("'%s' is refused", addresses[i].text);
		assert_int_equal(address_format(&a, printed),
		    strlen(addresses[i].printed));
		assert_string_equal(printed, addresses[i].printed);
	}
}

static void
nothing_is_no_address(void **state)
{
	struct address a = { .family = 99 };

	(void)state;
	assert_int_equal(address_parse(NULL, 0, &a), -1);
	assert_int_equal(a.family, 99);
}

static void
an_unknown_address_prints_as_nothing(void **state)
{
	struct address none = { .family = 0 };
	char printed[ADDRESS_TEXT_SIZE] = "x";

	(void)state;
	assert_int_equal(address_format(&none, printed), 0);
	assert_string_equal(printed, "");
}

static void
the_longest_text_fits(void **state)
{
	struct address a = unit_address(
	    "abcd:ef01:abcd:ef01:abcd:ef01:abcd:ef01");
	char printed[ADDRESS_TEXT_SIZE];

	(void)state;
	assert_int_equal(address_format(&a, printed), 39);
}

static void
families_never_equal_each_other(void **state)
{
	struct address v4 = unit_address("1.2.3.4");
	struct address v6 = unit_address("102:304::");

	(void)state;
	assert_memory_equal(v4.bytes, v6.bytes, 16);
	assert_false(address_equal(&v4, &v6));
	assert_true(address_equal(&v4, &v4));
}

static void
netblocks(void **state)
{
	static const struct {
		const char *text;
		int prefix;		/* -1: refused */
	} blocks[] = {
		{ "10.0.0.0/8", 8 }, { "0.0.0.0/0", 0 }, { "::/0", 0 },
		{ "192.0.2.1", 32 }, { "192.0.2.1/32", 32 },
		{ "2001:db8::/32", 32 }, { "2001:db8::1", 128 },
		{ "192.0.2.128/25", 25 }, { "2001:db8:8000::/33", 33 },
		{ "10.1.2.3/8", -1 }, { "192.0.2.1/31", -1 },
		{ "2001:db8::1/127", -1 }, { "10.0.0.0/33", -1 },
		{ "::/129", -1 }, { "10.0.0.0/", -1 }, { "10.0.0.0/-1", -1 },
		{ "10.0.0.0/8x", -1 }, { "10.0.0.0/ 8", -1 },
		{ "10.0.0.0/+8", -1 }, { "10.0.0.0/8/8", -1 },
		{ "10.0.0.0/99999999999999999999", -1 }, { "/8", -1 },
		{ "", -1 }, { "10/8", -1 }, { "fe80::1%2", -1 },
		{ "fe80::%2/10", -1 }, { "localhost", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct netblock block = { .prefix = 200 };
		int status = netblock_parse(blocks[i].text, &block);

		if (status != (blocks[i].prefix < 0 ? -1 : 0))
			fail_msg("'%s': status %d", blocks[i].text, status);
		assert_int_equal(block.prefix,
		    blocks[i].prefix < 0 ? 200 : blocks[i].prefix);
	}
}

static void
netblocks_are_written_as_they_are_read(void **state)
{
	static const struct {
		const char *text, *written;
	} blocks[] = {
		{ "192.0.2.7", "192.0.2.7" }, { "192.0.2.7/32", "192.0.2.7" },
		{ "192.0.2.0/24", "192.0.2.0/24" },
		{ "0.0.0.0/0", "0.0.0.0/0" }, { "::/0", "::/0" },
		{ "2001:db8::1/128", "2001:db8::1" },
		{ "2001:DB8:0:0::/64", "2001:db8::/64" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127",
		    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127" },
	};
	char text[NETBLOCK_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct netblock block = unit_netblock(blocks[i].text);

		assert_int_equal(netblock_format(&block, text),
		    strlen(blocks[i].written));
		assert_string_equal(text, blocks[i].written);
	}
}

/* Lists tell a slip in the prefix from what is no netblock at all. */
static void
netblocks_may_be_read_with_host_bits(void **state)
{
	static const char text[] = "192.0.2.1/24, 10.0.0.0/33";
	struct netblock block = { .prefix = 200 };

	(void)state;
	assert_int_equal(netblock_read(text, 12, &block), 0);
	assert_int_equal(block.prefix, 24);
	assert_int_equal(block.base.bytes[3], 1);
	assert_false(netblock_is_clean(&block));
	assert_int_equal(netblock_read(text, 13, &block), -1);
	assert_int_equal(netblock_read(text + 14, 11, &block), -1);
	assert_int_equal(netblock_read(text, 10, &block), -1);
	assert_int_equal(block.prefix, 24);
	assert_int_equal(netblock_read(text, 9, &block), 0);
	assert_int_equal(block.prefix, 32);
	assert_true(netblock_is_clean(&block));
}

static void
a_netblock_holds_its_addresses(void **state)
{
	static const struct {
		const char *block, *address;
		bool held;
	} pairs[] = {
		{ "10.0.0.0/8", "10.0.0.0", true },
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "9.255.255.255", false },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.0.0.0/8", "::a00:1", false },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "192.0.2.128/25", "192.0.2.128", true },
		{ "192.0.2.6/31", "192.0.2.7", true },
		{ "192.0.2.6/31", "192.0.2.8", false },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.6", false },
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "::", false },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::", false },
		{ "2001:db8::1", "2001:db8::1", true },
		{ "2001:db8::1", "2001:db8::", false },
		{ "2001:db8::/127", "2001:db8::1", true },
		{ "2001:db8::/127", "2001:db8::2", false },
		{ "::/0", "ffff::", true },
		{ "::/0", "10.0.0.1", false },
	};
	const struct address unknown = { .family = 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct netblock n = unit_netblock(pairs[i].block);
		struct address a = unit_address(pairs[i].address);

		if (netblock_holds(&n, &a) != pairs[i].held)
			fail_msg("%s in %s", pairs[i].address, pairs[i].block);
		assert_false(netblock_holds(&n, &unknown));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_literals_and_nothing_else),
		cmocka_unit_test(nothing_is_no_address),
		cmocka_unit_test(an_unknown_address_prints_as_nothing),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(families_never_equal_each_other),
		cmocka_unit_test(netblocks),
		cmocka_unit_test(netblocks_are_written_as_they_are_read),
		cmocka_unit_test(netblocks_may_be_read_with_host_bits),
		cmocka_unit_test(a_netblock_holds_its_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
