#include "core/public_suffix.h"

#include <libpsl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* As the list is published; what libpsl takes by itself is a packed form of
 * it, whose rules nobody can go through. */
#define INSTALLED "/usr/share/publicsuffix/public_suffix_list.dat"

#define LINE_SIZE 256		/* no rule is as long */
#define FILTER_BITS ((size_t)1 << 19)
#define BELOW UINT64_C(0x5bd1e9955bd1e995)	/* sets "*.ck" apart from "ck" */

/*
 * libpsl takes a quarter of a microsecond to say that a name is no suffix,
 * which for a list of a million names is as long as all the rest of loading
 * it.  So names are asked for only if a filter of all rules lets them pass;
 * what it stops is in no rule.
 */
struct public_suffix {
	psl_ctx_t *list;
	bool filtered;		/* else the rules could not be gone through */
	uint64_t filter[FILTER_BITS / 64];
};

/* --- the filter ------------------------------------------------------------ */

/* Eight octets at a time; all that it has to do is to spread. */
static uint64_t
hash(const uint8_t *octets, size_t length)
{
	uint64_t h = length, word;

	for (; length > 0; octets += 8, length -= 8) {
		size_t some = length < 8 ? length : 8;

		word = 0;
		memcpy(&word, octets, some);
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
		if (some < 8)
			break;
	}
	return h;
}

static void
filter_add(struct public_suffix *p, uint64_t h)
{
	size_t a = h % FILTER_BITS, b = (h >> 32) % FILTER_BITS;

	p->filter[a / 64] |= UINT64_C(1) << a % 64;
	p->filter[b / 64] |= UINT64_C(1) << b % 64;
}

static bool
filter_may_hold(const struct public_suffix *p, uint64_t h)
{
	size_t a = h % FILTER_BITS, b = (h >> 32) % FILTER_BITS;

	return (p->filter[a / 64] >> a % 64 & p->filter[b / 64] >> b % 64 &
	    1) != 0;
}

/* Put one line's rule into the filter: "co.uk", "*.ck", "!www.ck", a comment
 * or nothing.  A rule in Unicode is left out: may_be_suffix lets all names in
 * that form of theirs pass. */
static void
filter_rule(struct public_suffix *p, const char *line)
{
	size_t length;
	bool below;
	struct dns_name name;

	line += strspn(line, " \t");
	if (line[0] == '/')
		return;
	line += line[0] == '!';
	below = strncmp(line, "*.", 2) == 0;
	line += below ? 2 : 0;
	length = strcspn(line, " \t\r\n");
	if (length == 0 || dns_name_from_text(line, length, &name) != 0)
		return;
	filter_add(p, hash(name.wire, name.length));
	if (below)
		filter_add(p, hash(name.wire, name.length) ^ BELOW);
}

static bool
has_a_label(const struct dns_name *name)
{
	for (size_t at = 0; name->wire[at] != 0; at += name->wire[at] + 1u) {
		if (name->wire[at] > 4 &&
		    memcmp(name->wire + at + 1, "xn--", 4) == 0)
			return true;
	}
	return false;
}

/* May a rule of the list make ${name} a suffix? */
static bool
may_be_suffix(const struct public_suffix *p, const struct dns_name *name)
{
	size_t parent = name->wire[0] + 1u;

	return !p->filtered ||
	    filter_may_hold(p, hash(name->wire, name->length)) ||
	    filter_may_hold(p, hash(name->wire + parent,
	    name->length - parent) ^ BELOW) || has_a_label(name);
}

/* --- the list -------------------------------------------------------------- */

struct public_suffix *
public_suffix_read(FILE *file)
{
	struct public_suffix *p = calloc(1, sizeof(*p));
	char line[LINE_SIZE];

	if (p == NULL)
		return NULL;
	if ((p->list = psl_load_fp(file)) == NULL) {
		free(p);
		return NULL;
	}
	rewind(file);
	while (fgets(line, sizeof(line), file) != NULL)
		filter_rule(p, line);
	p->filtered = true;
	return p;
}

/* The installed list, unless the one built into libpsl is newer. */
static struct public_suffix *
open_installed(void)
{
	FILE *file = fopen(INSTALLED, "re");
	struct public_suffix *p = NULL;
	struct stat st;

	if (file == NULL)
		return NULL;
	if (fstat(fileno(file), &st) == 0 &&
	    st.st_mtime >= psl_builtin_file_time())
		p = public_suffix_read(file);
	fclose(file);
	return p;
}

struct public_suffix *
public_suffix_open(void)
{
	struct public_suffix *p = open_installed();

	if (p != NULL || (p = calloc(1, sizeof(*p))) == NULL)
		return p;
	if ((p->list = psl_latest(NULL)) == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

/* What may stand in a rule of the list, once in lower case. */
static bool
plain(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') ||
	    (octet >= '0' && octet <= '9') || octet == '-';
}

/* Write the name with dots.  Whatever could be taken for a dot, or for
 * something else than itself, becomes an octet that is in no rule, so that
 * each octet stands where it stands in wire form, one further on. */
static void
write_text(const struct dns_name *name, char text[DNS_NAME_MAX])
{
	const uint8_t *wire = name->wire;
	size_t last = (size_t)name->length - 1, label = 1u + wire[0];

	for (size_t i = 1; i < last; i++) {
		if (i == label) {
			label += 1u + wire[i];
			text[i - 1] = '.';
		} else {
			text[i - 1] = plain(wire[i]) ? (char)wire[i] : '_';
		}
	}
	text[last - 1] = '\0';
}

size_t
public_suffix_registered(const struct public_suffix *p,
    const struct dns_name *name)
{
	char text[DNS_NAME_MAX];
	const char *registered;

	if (name->length < 2)
		return 0;
	write_text(name, text);
	registered = psl_registrable_domain(p->list, text);
	/* The octet before the first label, and the root. */
	return registered == NULL ? 0 : strlen(registered) + 2;
}

bool
public_suffix_is(const struct public_suffix *p, const struct dns_name *name)
{
	char text[DNS_NAME_MAX];

	if (name->length < 2 || name->wire[0] + 2 == name->length)
		return true;
	if (!may_be_suffix(p, name))
		return false;
	write_text(name, text);
	return psl_is_public_suffix(p->list, text);
}

void
public_suffix_close(struct public_suffix *p)
{
	if (p == NULL)
		return;
	psl_free(p->list);
	free(p);
}
