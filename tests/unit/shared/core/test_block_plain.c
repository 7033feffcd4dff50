/* Goal: test_block.c's, for the twin that this machine does not use. */

#define BLOCK_PLAIN
#include "test_block.c"
