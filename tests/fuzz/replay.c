/*
 * replay - run a fuzz target over the files and folders named on the command
 * line, without libFuzzer: seeds and former crashes as tests.
 */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, got;

	if (f == NULL)
		return -1;
	do {
		uint8_t *grown = realloc(data, size + 65536);

		if (grown == NULL)
			break;
		data = grown;
		got = fread(data + size, 1, 65536, f);
		size += got;
	} while (got > 0);
	fclose(f);
	if (data != NULL) {
		/* An exact copy, so that ASan sees one octet too far. */
		uint8_t *exact = realloc(data, size > 0 ? size : 1);

		data = exact != NULL ? exact : data;
		LLVMFuzzerTestOneInput(data, size);
	}
	free(data);
	return 0;
}

static int
replay(const char *path)
{
	struct stat st;
	DIR *dir;
	struct dirent *e;
	char inside[4096];
	int status = 0;

	if (stat(path, &st) != 0)
		return -1;
	if (!S_ISDIR(st.st_mode))
		return replay_file(path);
	if ((dir = opendir(path)) == NULL)
		return -1;
	while ((e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(inside, sizeof(inside), "%s/%s", path, e->d_name);
		if (replay(inside) != 0)
			status = -1;
	}
	closedir(dir);
	return status;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (replay(argv[i]) != 0) {
			fprintf(stderr, "%s: cannot read\n", argv[i]);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}
