/*
 * Any octets as a compiled file, whose head and checksum are made right first,
 * so that what is in the sections is looked at: it is refused, or whatever is
 * asked of it reads nothing else.  The matcher is asked twice, as it is mapped
 * and over copies of its sections that are not an octet longer.
 */

#include "fuzzing.h"
#include "match/compiled.h"
#include "match/matcher.h"
#include "match/matcher_view.h"
#include "match/name_hash.h"
#include "match/rules_count.h"
#include "match/rules_view.h"

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#define MATCHER 3		/* that kind of section: rules_file.c */
#define NAMES 40

/* As compiled.c has it. */
struct head {
	char magic[COMPILED_HEAD];
	uint32_t version, order;
	uint64_t size, checksum, count;
};

static const char *const texts[] = {
	"bad.example", "www.bad.example", "ok.bad.example", "c2.test",
	"www.evil.example.org", ".", "a", "x.y.z.search.test.dept.example",
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

struct names {
	size_t count;
	struct dns_name name[NAMES];
};

static void
add(struct names *n, const struct dns_name *name)
{
	if (n->count < NAMES)
		n->name[n->count++] = *name;
}

/* The name below ${name}, if that is not too long. */
static void
add_below(struct names *n, const struct dns_name *name)
{
	struct dns_name below = { .length = (uint8_t)(name->length + 2) };

	if (name->length > DNS_NAME_MAX - 2)
		return;
	memcpy(below.wire, "\1w", 2);
	memcpy(below.wire + 2, name->wire, name->length);
	add(n, &below);
}

static void
make_right(uint8_t *octets, size_t size)
{
	struct head head;

	memcpy(&head, octets, sizeof(head));
	memcpy(head.magic, "QWLISTS\n", COMPILED_HEAD);
	head.version = 1;
	head.order = UINT32_C(0x01020304);
	head.size = size;
	head.checksum = XXH3_64bits(octets + offsetof(struct head, count),
	    size - offsetof(struct head, count));
	memcpy(octets, &head, sizeof(head));
}

/* --- the matcher ----------------------------------------------------------- */

static void
ask_matcher(const struct matcher *m, struct names *names)
{
	struct matcher_view v;
	struct matcher_note note;
	struct match match;
	size_t at = 0;

	while (matcher_view_next(m, &at, &v)) {
		fuzzing_name(&v.name);
		if (names->count + 2 > NAMES)
			continue;
		add(names, &v.name);
		add_below(names, &v.name);
	}
	for (size_t i = 0; i < names->count; i++) {
		const struct dns_name *name = &names->name[i];
		bool found = matcher_find(m, name, &match);

		for (; found; found = matcher_find_shorter(m, name, &match)) {
			PROMISE(match.cut < name->length);
			for (size_t k = 0; matcher_note(m, &match, k, &note);
			    k++)
				PROMISE(note.list < MATCHER_LISTS_MAX);
		}
	}
}

/* Over copies, so that one octet too far is seen. */
static void
ask_copies(const struct compiled *c, struct names *names)
{
	struct matcher_part parts[MATCHER_PARTS];
	struct compiled_section s;
	struct matcher *m = NULL;
	unsigned count = 0;

	while (count < MATCHER_PARTS && compiled_find(c, MATCHER, count, &s)) {
		parts[count].octets = fuzzing_copy(s.octets, s.length);
		parts[count++].length = s.length;
	}
	if (count == MATCHER_PARTS)
		m = matcher_map(parts);
	if (m != NULL)
		ask_matcher(m, names);
	matcher_free(m);
	while (count > 0)
		free(parts[--count].octets);
}

/* --- the rules ------------------------------------------------------------- */

static void
take(void *ctx, const struct rules_view_entry *e)
{
	(void)ctx;
	PROMISE(strlen(e->detail.threat) < sizeof(e->detail.threat));
	PROMISE(strlen(e->detail.reference) < sizeof(e->detail.reference));
}

static void
take_hold(void *ctx, const struct rules_view_hold *h)
{
	(void)ctx;
	PROMISE(h->rule.file != NULL && h->rule.comment != NULL);
}

static void
ask_rules(const struct rules *r, const struct names *names)
{
	static struct rules_count counts;
	const uint8_t octets[4] = { 192, 0, 2, 7 };
	const struct address client = address_v4(octets);
	struct rules_scratch *scratch = rules_scratch(r, 0);
	struct rules_match match;
	char labels[LIST_LABEL_SIZE * MATCHER_LISTS_MAX];

	for (size_t i = 0; i < names->count; i++) {
		const struct rules_question q = {
			&names->name[i], &client, 1, 0, false
		};

		if (rules_match(r, scratch, &q, &match) == RULES_BAD)
			rules_labels(r, match.lists, labels, sizeof(labels));
		rules_view_name(r, scratch, &q, take, NULL);
		rules_view_held(r, &q, 5, UINT64_MAX, false, take_hold, NULL);
	}
	rules_count_all(r, &counts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules_list list = { .spec = { .path = "fuzz", .label = "f" } };
	const struct rules_options options = { .lists = &list, .count = 1 };
	struct names names = { .count = 0 };
	char error[LIST_PATH_SIZE + 256] = "";
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct compiled *c;
	struct rules *r;
	uint8_t *copy;

	PROMISE(fd >= 0);
	copy = fuzzing_copy(data, size);
	if (size >= sizeof(struct head))
		make_right(copy, size);
	PROMISE(write(fd, copy, size) == (ssize_t)size);
	free(copy);
	for (size_t i = 0; i < TEXTS; i++) {
		struct dns_name name;

		PROMISE(dns_name_from_text(texts[i], strlen(texts[i]), &name)
		    == 0);
		add(&names, &name);
	}
	if ((c = compiled_open(fd, error, sizeof(error))) != NULL)
		ask_copies(c, &names);
	else
		PROMISE(error[0] != '\0');
	compiled_close(c);
	PROMISE(lseek(fd, 0, SEEK_SET) == 0);
	PROMISE((list.file = fdopen(fd, "r")) != NULL);
	r = rules_load(&options, error, sizeof(error));
	PROMISE(r != NULL || error[0] != '\0');
	if (r != NULL)
		ask_rules(r, &names);
	rules_free(r);
	fclose(list.file);
	return 0;
}
