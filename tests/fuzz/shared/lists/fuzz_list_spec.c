/* Any octets as an argument of -b: an error, or a path that is the start of
 * it and a label that is fit to print. */

#include "fuzzing.h"
#include "lists/list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct list_spec spec;
	char error[100] = "", *text = malloc(size + 1);

	PROMISE(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	memset(&spec, 0x5a, sizeof(spec));
	if (list_spec_parse(text, &spec, error, sizeof(error)) == 0) {
		size_t path = strlen(spec.path), label = strlen(spec.label);

		PROMISE(error[0] == '\0' && path > 0 && path < LIST_PATH_SIZE);
		PROMISE(strncmp(spec.path, text, path) == 0);
		PROMISE(label < LIST_LABEL_SIZE);
		PROMISE(strspn(spec.label, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz0123456789._-") == label);
		PROMISE(spec.match <= LIST_MATCH_ADDRESS);
		PROMISE(spec.format < LIST_FORMAT_ADDRESS);
		PROMISE(spec.match != LIST_MATCH_ADDRESS ||
		    spec.format == LIST_FORMAT_DETECT);
	} else {
		PROMISE(error[0] != '\0');
		PROMISE((uint8_t)spec.path[0] == 0x5a);
	}
	free(text);
	return 0;
}
