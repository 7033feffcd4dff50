#include "core/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST (1 << 20)

/* Why ${st} is no file for us; NULL if it is one. */
static const char *
refuse(const struct stat *st, bool secret)
{
	if (!S_ISREG(st->st_mode))
		return "is not a file";
	if (st->st_size > LARGEST)
		return "is larger than a megabyte";
	if (secret && (st->st_mode & S_IRWXO) != 0)
		return "is open to every user: 'chmod o=' it";
	return NULL;
}

static char *
read_all(int fd, size_t size)
{
	char *text = malloc(size + 1);
	size_t used = 0;
	ssize_t count = 1;

	while (text != NULL && used < size && count > 0) {
		count = read(fd, text + used, size - used);
		if (count > 0)
			used += (size_t)count;
	}
	if (text == NULL || count < 0) {
		free(text);
		return NULL;
	}
	text[used] = '\0';
	if (strlen(text) == used)
		return text;
	free(text);
	errno = EILSEQ;
	return NULL;
}

char *
config_file_read(const char *path, bool secret, char *reterr, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *why = NULL;
	char *text = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		why = strerror(errno);
	else if ((why = refuse(&st, secret)) == NULL &&
	    (text = read_all(fd, (size_t)st.st_size)) == NULL)
		why = errno == EILSEQ ? "holds a NUL" : strerror(errno);
	if (fd >= 0)
		close(fd);
	if (why != NULL)
		snprintf(reterr, size, "%s: %s", path, why);
	return text;
}
