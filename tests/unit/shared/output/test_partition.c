#include "output/partition.h"

#include "unit.h"

static void
the_whole_key_slot_space_is_the_crc(void **state)
{
	(void)state;
	/* The check value of CRC16/XMODEM, and slots that Redis documents. */
	assert_int_equal(partition_of("123456789", 16384), 0x31c3);
	assert_int_equal(partition_of("", 16384), 0);
	assert_int_equal(partition_of("foo", 16384), 12182);
	assert_int_equal(partition_of("somekey", 16384), 11058);
	/* Slots are the CRC modulo 16384, partitions those modulo P. */
	assert_int_equal(partition_of("foo", 10), 12182 % 10);
	assert_int_equal(partition_of("foo", 1), 0);
}

static void
clients_spread_evenly(void **state)
{
	unsigned counts[16] = { 0 };
	char address[32];

	(void)state;
	for (int i = 0; i < 16000; i++) {
		snprintf(address, sizeof(address), "10.%d.%d.%d", i % 3,
		    i / 256 % 256, i % 256);
		counts[partition_of(address, 16)]++;
	}
	for (int i = 0; i < 16; i++)
		assert_in_range(counts[i], 800, 1200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_key_slot_space_is_the_crc),
		cmocka_unit_test(clients_spread_evenly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
