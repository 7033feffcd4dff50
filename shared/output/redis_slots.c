#include "output/redis_slots.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* CRC16 with the polynomial 0x1021 and no reflection, bit by bit. */
static uint16_t
crc16(const char *text, size_t length)
{
	uint16_t crc = 0;

	for (size_t i = 0; i < length; i++) {
		crc ^= (uint16_t)((unsigned char)text[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 :
			    crc << 1);
	}
	return crc;
}

unsigned
redis_slots_of(const char *key)
{
	const char *open = strchr(key, '{');
	const char *close = open != NULL ? strchr(open, '}') : NULL;

	if (close == NULL || close == open + 1)
		return redis_slots_of_text(key);
	return crc16(open + 1, (size_t)(close - open - 1)) % REDIS_SLOTS;
}

unsigned
redis_slots_of_text(const char *text)
{
	return crc16(text, strlen(text)) % REDIS_SLOTS;
}
