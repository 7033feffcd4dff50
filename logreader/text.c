#include "text.h"

/* The bytes of each group, and the classes that hold them all. */
#define COMMON TEXT_VISIBLE
#define DIGITS (COMMON | TEXT_DIGIT | TEXT_HEX | TEXT_ADDRESS | \
    TEXT_MNEMONIC | TEXT_WORD)
#define LETTERS (COMMON | TEXT_WORD | TEXT_LETTER)

const uint8_t text_classes[256] = {
	[0x21 ... 0x24] = COMMON,
	['%'] = COMMON | TEXT_ADDRESS,
	[0x26 ... 0x2C] = COMMON,
	['-'] = COMMON | TEXT_MNEMONIC | TEXT_WORD,
	['.'] = COMMON | TEXT_ADDRESS | TEXT_WORD,
	['/'] = COMMON | TEXT_WORD,
	['0' ... '9'] = DIGITS,
	[':'] = COMMON | TEXT_ADDRESS,
	[0x3B ... 0x40] = COMMON,
	['A' ... 'F'] = LETTERS | TEXT_HEX | TEXT_ADDRESS | TEXT_MNEMONIC,
	['G' ... 'Z'] = LETTERS | TEXT_MNEMONIC,
	[0x5B ... 0x5E] = COMMON,
	['_'] = COMMON | TEXT_WORD,
	['`'] = COMMON,
	['a' ... 'f'] = LETTERS | TEXT_HEX | TEXT_ADDRESS,
	['g' ... 'z'] = LETTERS,
	[0x7B ... 0x7E] = COMMON,
};

int
text_number(struct text t, unsigned long max, unsigned long *ret)
{
	unsigned long value = 0;

	if (t.length == 0 || t.length > 9)
		return -1;
	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return -1;
		value = value * 10 + (unsigned long)(t.at[i] - '0');
	}
	if (value > max)
		return -1;
	*ret = value;
	return 0;
}

const char *
text_find(struct text t, const char *literal)
{
	return t.length == 0 ? NULL :
	    memmem(t.at, t.length, literal, strlen(literal));
}
