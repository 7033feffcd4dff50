#include "lists/list_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lists/json_texts.h"

#define MANIFEST "manifest.json"
#define ALL_MAX ((size_t)1 << 30)	/* octets of all files */

static FILE *
open_memory(void)
{
	int fd = memfd_create("list", MFD_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (file == NULL && fd >= 0)
		close(fd);
	return file;
}

/* Open a file of the folder; a pipe or a device would keep us waiting. */
static FILE *
open_in(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	struct stat st;
	FILE *file;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	if ((file = fdopen(fd, "r")) == NULL)
		close(fd);
	return file;
}

/* Copy the file ${name} behind what ${all} holds, as one text of many. */
static int
add(FILE *all, int folder, const char *name)
{
	FILE *file = open_in(folder, name);
	char buf[16384];
	size_t got;
	int status = -1, saved;

	if (file == NULL)
		return -1;
	fputc(JSON_TEXTS_SEPARATOR, all);
	while ((got = fread(buf, 1, sizeof(buf), file)) > 0) {
		if ((size_t)ftell(all) + got > ALL_MAX) {
			errno = EFBIG;
			goto err0;
		}
		if (fwrite(buf, 1, got, all) != got)
			goto err0;
	}
	fputc('\n', all);
	status = ferror(file) || ferror(all) ? -1 : 0;
err0:
	saved = errno;
	fclose(file);
	errno = saved;
	return status;
}

static int
is_event(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && entry->d_name[0] != '.' &&
	    strcmp(entry->d_name + length - 5, ".json") == 0 &&
	    strcmp(entry->d_name, MANIFEST) != 0;
}

static int
add_events(FILE *all, int folder)
{
	struct dirent **names;
	int count = scandirat(folder, ".", &names, is_event, alphasort);
	int status = count < 0 ? -1 : 0, saved = errno;

	for (int i = 0; i < count; i++) {
		if (status == 0 && add(all, folder, names[i]->d_name) != 0) {
			status = -1;
			saved = errno;
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	errno = saved;
	return status;
}

FILE *
list_folder_open(int folder)
{
	FILE *all = open_memory();
	int saved;

	if (all == NULL)
		return NULL;
	if (add(all, folder, MANIFEST) != 0) {
		saved = errno == ENOENT ? EISDIR : errno;
		goto err0;
	}
	if (add_events(all, folder) != 0 || fflush(all) != 0) {
		saved = errno;
		goto err0;
	}
	rewind(all);
	return all;

err0:
	fclose(all);
	errno = saved;
	return NULL;
}
