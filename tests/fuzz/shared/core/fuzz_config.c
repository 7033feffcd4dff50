/* Any octets as a configuration: an error with its place, or values within
 * their bounds. */

#include <sys/mman.h>
#include <unistd.h>

#include "core/address.h"
#include "core/config.h"
#include "fuzzing.h"

static void
check(const struct config *c)
{
	struct netblock block;

	PROMISE(config_number(c, "coalesce") >= 0);
	PROMISE(config_number(c, "coalesce") <= 3600);
	PROMISE(config_number(c, "partitions") >= 1);
	PROMISE(config_number(c, "partitions") <= 1024);
	PROMISE(config_string(c, "source")[0] == '\0' ||
	    config_source_valid(config_string(c, "source")));
	for (size_t i = 0; i < config_count(c, "ports"); i++) {
		PROMISE(config_item_number(c, "ports", i) >= 1);
		PROMISE(config_item_number(c, "ports", i) <= 65535);
	}
	for (size_t i = 0; i < config_count(c, "excluded"); i++)
		PROMISE(config_netblock_file(config_item(c, "excluded",
		    i)) != NULL || netblock_parse(config_item(c, "excluded",
		    i), &block) == 0);
	for (size_t i = 0; i < config_count(c, "lists"); i++)
		PROMISE(config_item(c, "lists", i) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("config", MFD_CLOEXEC);
	char path[64], error[256] = "";
	struct config *c;

	PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c = config_load(path, error, sizeof(error));
	PROMISE((c == NULL) == (error[0] != '\0'));
	if (c != NULL)
		check(c);
	else
		PROMISE(strncmp(error, path, strlen(path)) == 0);
	config_free(c);
	close(fd);
	return 0;
}
