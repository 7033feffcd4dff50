/* Goal: test_plain_name.c's, for the blocks that this machine does not use. */

#define BLOCK_PLAIN
#include "test_plain_name.c"
