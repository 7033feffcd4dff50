#include "stream_key.h"

#include <stdio.h>

void
stream_key(unsigned partition, char buf[STREAM_KEY_SIZE])
{
	snprintf(buf, STREAM_KEY_SIZE, "qw:{%u}:hits", partition);
}
