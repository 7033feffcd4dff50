/* Any octets as a message: what it says of the device is a short printable
 * word, whichever kinds are wanted. */

#include "core/dns_device.h"
#include "fuzzing.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum dns_device all[] = {
		DNS_DEVICE_SUBNET, DNS_DEVICE_MAC, DNS_DEVICE_ID,
		DNS_DEVICE_CPE,
	};

	for (size_t first = 0; first < DNS_DEVICES; first++) {
		char text[QUERY_DEVICE_SIZE];
		size_t length = dns_device_find(data, size, all + first,
		    DNS_DEVICES - first, text);

		PROMISE(length < sizeof(text) && text[length] == '\0');
		for (size_t i = 0; i < length; i++)
			PROMISE(text[i] > ' ' && text[i] < 0x7f);
	}
	return 0;
}
