#include "core/dns_token.h"

#include "unit.h"

static void
types_and_classes_by_name(void **state)
{
	static const struct {
		const char *text;
		int32_t number;
	} types[] = {
		{ "A", 1 }, { "aaaa", 28 }, { "HTTPS", 65 }, { "ANY", 255 },
		{ "TYPE65", 65 }, { "type65535", 65535 }, { "TYPE0", 0 },
		{ "RRTYPE7", 7 }, { "RESERVED0", 0 }, { "AXFR", 252 },
		{ "TYPE65536", -1 }, { "TYPE", -1 }, { "TYPE-1", -1 },
		{ "TYPE1x", -1 }, { "TYPE99999999999999", -1 },
		{ "BADTYPE", -1 }, { "", -1 }, { "A ", -1 },
		{ "ATYPENAMETHATISFARTOOLONG", -1 },
	}, classes[] = {
		{ "IN", 1 }, { "ch", 3 }, { "CHAOS", 3 }, { "HS", 4 },
		{ "HESIOD", 4 }, { "ANY", 255 }, { "NONE", 254 },
		{ "CLASS1", 1 }, { "CLASS65535", 65535 }, { "RESERVED0", 0 },
		{ "RDCLASS9", 9 },
		{ "CLASS65536", -1 }, { "XX", -1 }, { "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		int32_t got = dns_type_parse(types[i].text,
		    strlen(types[i].text));

		if (got != types[i].number)
			fail_msg("type '%s': %d", types[i].text, (int)got);
	}
	for (size_t i = 0; i < COUNT(classes); i++) {
		int32_t got = dns_class_parse(classes[i].text,
		    strlen(classes[i].text));

		if (got != classes[i].number)
			fail_msg("class '%s': %d", classes[i].text, (int)got);
	}
	assert_int_equal(dns_type_parse("A\0B", 3), -1);
}

/* Every number prints as something that is read as that number. */
static void
types_and_classes_round_trip(void **state)
{
	char text[DNS_TOKEN_SIZE];
	size_t length;

	(void)state;
	for (unsigned i = 0; i <= 65535; i++) {
		length = dns_type_text((uint16_t)i, text);
		assert_int_equal(length, strlen(text));
		if (dns_type_parse(text, length) != (int32_t)i)
			fail_msg("type %u prints as %s", i, text);
		length = dns_class_text((uint16_t)i, text);
		assert_int_equal(length, strlen(text));
		if (dns_class_parse(text, length) != (int32_t)i)
			fail_msg("class %u prints as %s", i, text);
	}
	assert_int_equal(dns_type_parse("type=65280", 10), 65280);
	assert_int_equal(dns_type_parse("type=65536", 10), -1);
	dns_type_text(65535, text);
	assert_string_equal(text, "TYPE65535");
	dns_class_text(4347, text);
	assert_string_equal(text, "CLASS4347");
}

static void
response_codes_round_trip(void **state)
{
	char text[DNS_TOKEN_SIZE];

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		size_t length = dns_rcode_text((uint8_t)i, text);

		assert_int_equal(dns_rcode_parse(text, length), (int)i);
	}
	dns_rcode_text(3, text);
	assert_string_equal(text, "NXDOMAIN");
	dns_rcode_text(14, text);
	assert_string_equal(text, "RCODE14");
	assert_int_equal(dns_rcode_parse("NOSUCH", 6), -1);
	assert_int_equal(dns_rcode_parse("NOTIMP", 6), 4);
	assert_int_equal(dns_rcode_parse("RCODE256", 8), -1);
	assert_int_equal(dns_rcode_parse("23", 2), 23);
	assert_int_equal(dns_rcode_parse("256", 3), -1);
	assert_int_equal(dns_rcode_parse("-1", 2), -1);
	assert_int_equal(dns_rcode_parse("", 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_and_classes_by_name),
		cmocka_unit_test(types_and_classes_round_trip),
		cmocka_unit_test(response_codes_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
