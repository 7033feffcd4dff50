#include "core/dns_name.h"

#include "guarded.h"
#include "unit.h"

#define L10 "abcdefghij"
#define L63 L10 L10 L10 L10 L10 L10 "abc"
#define L61 L10 L10 L10 L10 L10 L10 "a"
#define LONGEST L63 "." L63 "." L63 "." L61	/* 255 octets on the wire */

/* Text, and how it prints; NULL: refused. */
static const struct {
	const char *text, *printed;
} texts[] = {
	{ ".", "." },
	{ "com", "com" },
	{ "com.", "com" },
	{ "Bad.EXAMPLE", "bad.example" },
	{ "bad.example.", "bad.example" },
	{ "_sip._tcp.bad-1.example", "_sip._tcp.bad-1.example" },
	{ "a\\.b.example", "a\\.b.example" },
	{ "a\\046b.example", "a\\.b.example" },
	{ "a\\\\b.example", "a\\\\b.example" },
	{ "a\\092b.example", "a\\\\b.example" },
	{ "\\065bc.example", "abc.example" },
	{ "\\ABC.example", "abc.example" },
	{ "\\000.\\255.example", "\\000.\\255.example" },
	{ "a b.example", "a\\032b.example" },
	{ "a\tb.example", "a\\009b.example" },
	{ "\xc3\xa4.example", "\\195\\164.example" },
	{ "*.example", "*.example" },
	{ "\"quoted\".example", "\"quoted\".example" },
	{ "a@b;c(d)$.example", "a@b;c(d)$.example" },
	{ "\\@.example", "@.example" },
	{ "~.\\127.example", "~.\\127.example" },
	{ L63 ".example", L63 ".example" },
	{ LONGEST, LONGEST },
	{ LONGEST ".", LONGEST },
	{ L63 "a.example", NULL },
	{ LONGEST "b", NULL },
	{ LONGEST ".b", NULL },
	{ L63 "." L63 "." L63 "." L63, NULL },
	{ "", NULL },
	{ "..", NULL },
	{ ".com", NULL },
	{ "bad..example", NULL },
	{ "bad.example..", NULL },
	{ "bad\\", NULL },
	{ "bad\\1", NULL },
	{ "bad\\12", NULL },
	{ "bad\\12x", NULL },
	{ "bad\\256", NULL },
	{ "bad\\999.example", NULL },
};

static void
reads_presentation_form(void **state)
{
	char printed[DNS_NAME_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		size_t length = strlen(texts[i].text);
		struct dns_name name;
		int status = dns_name_from_text(
		    (const char *)guarded_copy(texts[i].text, length), length,
		    &name);

		if (texts[i].printed == NULL) {
			if (status != -1)
				fail_msg("'%s' is taken", texts[i].text);
			continue;
		}
		if (status != 0)
			fail_msg("'%s' is refused", texts[i].text);
		assert_int_equal(dns_name_to_text(&name, printed),
		    strlen(texts[i].printed));
		assert_string_equal(printed, texts[i].printed);
	}
}

static void
a_nul_in_text_stands_for_itself(void **state)
{
	char printed[DNS_NAME_TEXT_SIZE];
	struct dns_name name;

	(void)state;
	assert_int_equal(dns_name_from_text("a\0b.c", 5, &name), 0);
	dns_name_to_text(&name, printed);
	assert_string_equal(printed, "a\\000b.c");
}

static void
wire_form_is_canonical(void **state)
{
	struct dns_name name = unit_name("WWW.Bad.example.");

	(void)state;
	assert_int_equal(name.length, 17);
	assert_memory_equal(name.wire, "\3www\3bad\7example", 17);
}

static void
the_longest_name_is_255_octets(void **state)
{
	struct dns_name name = unit_name(LONGEST), again;

	(void)state;
	assert_int_equal(name.length, 255);
	assert_int_equal(dns_name_from_wire(guarded_copy(name.wire, 255), 255,
	    &again), 255);
	assert_true(dns_name_equal(&name, &again));
}

static void
escapes_of_the_longest_name_fit(void **state)
{
	struct dns_name name = { .length = 255 };
	char printed[DNS_NAME_TEXT_SIZE];

	(void)state;
	memset(name.wire, 0xff, sizeof(name.wire));
	name.wire[0] = name.wire[64] = name.wire[128] = 63;
	name.wire[192] = 61;
	name.wire[254] = 0;
	assert_int_equal(dns_name_to_text(&name, printed), 250 * 4 + 3);
}

/* Octets, and how many of them are the name; 0: refused. */
static const struct {
	const char *bytes;
	size_t length, taken;
} wires[] = {
	{ "", 1, 1 },				/* the root */
	{ "\3WWW\3bad\0tail", 13, 9 },
	{ "\3www\3bad", 9, 9 },
	{ "\3www\3bad", 8, 0 },			/* no root label */
	{ "\3www\3bad", 6, 0 },			/* cut in a label */
	{ "\3www\3bad", 4, 0 },			/* cut before a label */
	{ "", 0, 0 },
	{ "\3www\xc0\x0c", 6, 0 },		/* a pointer */
	{ "\xc0\x0c", 2, 0 },
	{ "\3www\x41\x01", 6, 0 },		/* an extended label */
	{ "\3www\x80\x01", 6, 0 },
	{ "\x40" L63 "a", 66, 0 },		/* 64 octets */
	{ "\x3f" L63, 65, 65 },
	{ "\3w.w\1\\\0", 7, 7 },
};

static void
reads_uncompressed_wire_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wires); i++) {
		struct dns_name name;
		size_t taken = dns_name_from_wire(guarded_copy(wires[i].bytes,
		    wires[i].length), wires[i].length, &name);

		if (taken != wires[i].taken)
			fail_msg("wire %zu: %zu octets taken, not %zu", i,
			    taken, wires[i].taken);
		if (taken > 0)
			assert_int_equal(name.length, taken);
	}
}

static void
a_name_over_255_octets_on_the_wire_is_refused(void **state)
{
	uint8_t wire[257];
	struct dns_name name;

	(void)state;
	memset(wire, 'a', sizeof(wire));
	wire[0] = wire[64] = wire[128] = 63;
	wire[192] = 62;
	wire[255] = wire[256] = 0;
	for (size_t length = 0; length <= sizeof(wire); length++)
		assert_int_equal(dns_name_from_wire(guarded_copy(wire,
		    length), length, &name), 0);
}

/* Random names of random octets: wire to text to wire. */
static void
text_and_wire_round_trip(void **state)
{
	uint64_t seed = unit_seed();
	char printed[DNS_NAME_TEXT_SIZE];

	(void)state;
	for (int round = 0; round < 50000; round++) {
		uint8_t wire[256] = { 0 };
		struct dns_name name, again;
		size_t used = 0;

		while (used < 1 + unit_random(&seed, 200)) {
			size_t label = 1 + unit_random(&seed, 63);

			if (used + label + 2 > DNS_NAME_MAX)
				break;
			wire[used++] = (uint8_t)label;
			while (label-- > 0)
				wire[used++] = (uint8_t)unit_random(&seed,
				    256);
		}
		wire[used++] = 0;
		assert_int_equal(dns_name_from_wire(wire, used, &name), used);
		dns_name_to_text(&name, printed);
		assert_int_equal(dns_name_from_text(printed, strlen(printed),
		    &again), 0);
		assert_true(dns_name_equal(&name, &again));
	}
}

static void
names_end_in_themselves_and_their_parents(void **state)
{
	static const struct {
		const char *name, *parent;
		bool wanted;
	} pairs[] = {
		{ "bad.example", "bad.example", true },
		{ "x.BAD.example", "bad.EXAMPLE", true },
		{ "a.b.c.bad.example", "bad.example", true },
		{ "bad.example", ".", true }, { ".", ".", true },
		{ ".", "example", false },
		{ "example", "bad.example", false },
		{ "notbad.example", "bad.example", false },
		{ "bad.example.org", "bad.example", false },
		{ "x\\.bad.example", "bad.example", false },
		/* The length of a label that reads like the octet before. */
		{ "x\\003bad.example", "bad.example", false },
		{ "aaa\\003bad\\007example", "bad.example", false },
		{ "good.example", "bad.example", false },
		{ LONGEST, LONGEST, true }, { LONGEST, L61, true },
		{ LONGEST, L63 "." L61, true }, { LONGEST, L63, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct dns_name name = unit_name(pairs[i].name);
		struct dns_name parent = unit_name(pairs[i].parent);

		if (dns_name_ends_in(&name, &parent) != pairs[i].wanted)
			fail_msg("%s in %s", pairs[i].name, pairs[i].parent);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_presentation_form),
		cmocka_unit_test(a_nul_in_text_stands_for_itself),
		cmocka_unit_test(wire_form_is_canonical),
		cmocka_unit_test(the_longest_name_is_255_octets),
		cmocka_unit_test(escapes_of_the_longest_name_fit),
		cmocka_unit_test(reads_uncompressed_wire_form),
		cmocka_unit_test(
		    a_name_over_255_octets_on_the_wire_is_refused),
		cmocka_unit_test(text_and_wire_round_trip),
		cmocka_unit_test(names_end_in_themselves_and_their_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
