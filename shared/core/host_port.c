#include "core/host_port.h"

#include <stdlib.h>
#include <string.h>

int
host_port_split(const char *target, char *host, size_t size, int *retport)
{
	const char *colon = strrchr(target, ':');
	const char *first = target, *last = colon;
	char *end;
	long port;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9')
		return -1;
	port = strtol(colon + 1, &end, 10);
	if (*end != '\0' || port < 1 || port > 65535)
		return -1;
	if (*first == '[' && last > first && last[-1] == ']') {
		first++;
		last--;
	} else if (memchr(first, ':', (size_t)(last - first)) != NULL) {
		return -1;	/* an IPv6 address wants brackets */
	}
	if (last == first || (size_t)(last - first) >= size)
		return -1;
	memcpy(host, first, (size_t)(last - first));
	host[last - first] = '\0';
	*retport = (int)port;
	return 0;
}
