/* Any octets as a list of addresses: what comes out is clean, not too wide,
 * and reads as itself; the report adds up; and a list of what came out gives
 * the same again. */

#include "fuzzing.h"
#include "lists/list.h"

/* What came out, as a list of its own, and how many. */
struct taken {
	char *text;
	size_t used, room;
	uint64_t count;
};

static int
take(void *ctx, const struct netblock *block)
{
	struct taken *t = ctx;
	char text[NETBLOCK_TEXT_SIZE];
	struct netblock again;
	size_t length = netblock_format(block, text);

	PROMISE(block->base.family == 4 || block->base.family == 6);
	PROMISE(block->prefix <= address_bits(&block->base));
	PROMISE(block->prefix >= (block->base.family == 4 ? 8 : 16));
	PROMISE(length == strlen(text) && length < sizeof(text));
	PROMISE(netblock_parse(text, &again) == 0);
	PROMISE(address_equal(&again.base, &block->base) &&
	    again.prefix == block->prefix);
	if (t->room - t->used <= length) {
		t->room = 2 * t->room + sizeof(text);
		t->text = realloc(t->text, t->room);
		PROMISE(t->text != NULL);
	}
	memcpy(t->text + t->used, text, length);
	t->text[t->used + length] = '\n';
	t->used += length + 1;
	t->count++;
	return 0;
}

static void
read_list(void *octets, size_t size, struct taken *t,
    struct list_report *report)
{
	struct list_spec spec = {
		.path = "fuzz", .label = "fuzz", .match = LIST_MATCH_ADDRESS
	};
	FILE *f = fmemopen(octets, size, "r");

	PROMISE(f != NULL);
	if (list_read(f, &spec, NULL, take, t, report) != 0)
		PROMISE(report->excess == LIST_PACKED);
	fclose(f);
}

static uint64_t
refused(const struct list_report *report)
{
	uint64_t all = 0;

	for (int i = 0; i < LIST_REASONS; i++)
		all += report->refused[i];
	return all;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct taken first = { .text = NULL }, second = { .text = NULL };
	struct list_report report;
	uint64_t newlines = 0;
	uint8_t *copy;

	if (size == 0)
		return 0;
	copy = fuzzing_copy(data, size);
	read_list(copy, size, &first, &report);
	if (report.excess == LIST_PACKED)
		goto done;
	for (size_t i = 0; i < size; i++)
		newlines += copy[i] == '\n';
	PROMISE(report.lines == newlines + (copy[size - 1] != '\n'));
	PROMISE(report.entries == first.count);
	PROMISE(report.entries + refused(&report) <= report.lines);
	PROMISE(report.refused[LIST_NOT_A_NAME] == 0);
	if (first.count > 0) {
		read_list(first.text, first.used, &second, &report);
		PROMISE(report.lines == first.count && refused(&report) == 0);
		PROMISE(second.used == first.used &&
		    memcmp(second.text, first.text, first.used) == 0);
	}
done:
	free(first.text);
	free(second.text);
	free(copy);
	return 0;
}
