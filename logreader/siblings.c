#include "siblings.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST 65536		/* files of one log */
#define COUNTED_DIGITS 7	/* more make a date */

/* Does ${text} of ${length} octets end in ${end}? */
static bool
ends_in(const char *text, size_t length, const char *end)
{
	size_t n = strlen(end);

	return length > n && memcmp(text + length - n, end, n) == 0;
}

/* Is ${text} the suffix of a rotated file: a mark, then digits? */
static bool
is_suffix(const char *text, size_t length)
{
	static const char digits[] = "0123456789";

	return length >= 2 && strchr(".-_", text[0]) != NULL &&
	    strchr(digits, text[1]) != NULL &&
	    strspn(text + 1, "0123456789.-_:TZ") >= length - 1 &&
	    strchr(digits, text[length - 1]) != NULL;
}

/* Where in ${name} the suffix is, with its length; NULL: it has none. */
static const char *
find_suffix(const char *log, const char *name, size_t *retlength,
    bool *retpacked)
{
	const char *dot = strrchr(log, '.');
	size_t length = strlen(name), whole = strlen(log);
	size_t stem = dot != NULL && dot != log ? (size_t)(dot - log) : whole;

	*retpacked = true;
	if (ends_in(name, length, ".gz") || ends_in(name, length, ".xz"))
		length -= 3;
	else if (ends_in(name, length, ".zst"))
		length -= 4;
	else
		*retpacked = false;
	if (length > whole && memcmp(name, log, whole) == 0) {
		*retlength = length - whole;
		if (is_suffix(name + whole, *retlength))
			return name + whole;
	}
	if (stem < whole && length > whole && memcmp(name, log, stem) == 0 &&
	    ends_in(name, length, log + stem)) {
		*retlength = length - whole;
		if (is_suffix(name + stem, *retlength))
			return name + stem;
	}
	return NULL;
}

bool
siblings_rotated(const char *log, const char *name, bool *retpacked)
{
	size_t length;

	return find_suffix(log, name, &length, retpacked) != NULL;
}

/* Take the digits out of ${suffix}. */
static void
read_digits(const char *suffix, size_t length, struct sibling *s)
{
	size_t n = 0;

	for (size_t i = 0; i < length && n < sizeof(s->digits) - 1; i++) {
		if (suffix[i] >= '0' && suffix[i] <= '9')
			s->digits[n++] = suffix[i];
	}
	s->digits[n] = '\0';
	s->counted = n == length - 1 && n <= COUNTED_DIGITS;
}

static int
compare_numbers(const char *a, const char *b)
{
	size_t x = strlen(a), y = strlen(b);

	return x != y ? (x < y ? -1 : 1) : strcmp(a, b);
}

static int
by_count(const void *x, const void *y)
{
	const struct sibling *a = x, *b = y;

	return -compare_numbers(a->digits, b->digits);
}

static int
by_date(const void *x, const void *y)
{
	const struct sibling *a = x, *b = y;

	return compare_numbers(a->digits, b->digits);
}

static int
by_change(const void *x, const void *y)
{
	const struct sibling *a = x, *b = y;

	return a->changed != b->changed ? (a->changed < b->changed ? -1 : 1) :
	    strcmp(a->path, b->path);
}

/* Names tell the order if all are of one kind; else the times must. */
static void
sort(struct siblings *s)
{
	size_t counted = 0, alike = 0;

	for (size_t i = 0; i < s->count; i++) {
		counted += s->at[i].counted;
		alike += !s->at[i].counted && strlen(s->at[i].digits) ==
		    strlen(s->at[0].digits);
	}
	if (s->count > 1)
		qsort(s->at, s->count, sizeof(s->at[0]),
		    counted == s->count ? by_count :
		    alike == s->count ? by_date : by_change);
}

/* Add what is called ${name} in the folder, if it belongs to ${log}. */
static void
add(struct siblings *s, DIR *folder, const char *in, const char *log,
    const char *name)
{
	struct sibling *more, one;
	const char *suffix;
	struct stat st;
	size_t length;

	suffix = find_suffix(log, name, &length, &one.packed);
	if (suffix == NULL || s->count >= MOST ||
	    fstatat(dirfd(folder), name, &st, 0) != 0 || !S_ISREG(st.st_mode))
		return;
	read_digits(suffix, length, &one);
	one.device = st.st_dev;
	one.inode = st.st_ino;
	one.changed = (int64_t)st.st_mtim.tv_sec * 1000000 +
	    st.st_mtim.tv_nsec / 1000;
	more = realloc(s->at, (s->count + 1) * sizeof(*more));
	if (more == NULL)
		return;
	s->at = more;
	if (asprintf(&one.path, "%s%s", in, name) >= 0)
		s->at[s->count++] = one;
}

/* Is the file that ${packed} is being made of still there? */
static bool
has_original(const struct siblings *s, const struct sibling *packed)
{
	for (size_t i = 0; i < s->count; i++) {
		size_t length = strlen(s->at[i].path);

		if (!s->at[i].packed && length < strlen(packed->path) &&
		    packed->path[length] == '.' &&
		    memcmp(packed->path, s->at[i].path, length) == 0 &&
		    strcmp(packed->digits, s->at[i].digits) == 0)
			return true;
	}
	return false;
}

/* Leave out compressed files that may not be complete yet. */
static void
drop_unfinished(struct siblings *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		s->at[i].unfinished = s->at[i].packed &&
		    has_original(s, &s->at[i]);
	}
	for (size_t i = 0; i < s->count; i++) {
		if (s->at[i].unfinished)
			free(s->at[i].path);
		else
			s->at[kept++] = s->at[i];
	}
	s->count = kept;
}

void
siblings_list(const char *path, struct siblings *ret)
{
	const char *slash = strrchr(path, '/');
	char *in = slash == NULL ? strdup("") :
	    strndup(path, (size_t)(slash + 1 - path));
	DIR *folder = NULL;
	const struct dirent *entry;

	*ret = (struct siblings){ 0, NULL };
	if (in != NULL)
		folder = opendir(in[0] != '\0' ? in : ".");
	if (folder != NULL) {
		while ((entry = readdir(folder)) != NULL)
			add(ret, folder, in, slash == NULL ? path : slash + 1,
			    entry->d_name);
		closedir(folder);
	}
	free(in);
	drop_unfinished(ret);
	sort(ret);
}

void
siblings_free(struct siblings *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->at[i].path);
	free(s->at);
	*s = (struct siblings){ 0, NULL };
}
