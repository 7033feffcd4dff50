/* querywatch compile - lists into one file that front ends map and share. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "core/usage.h"
#include "match/compiled.h"
#include "match/guards.h"

#define TEMPORARY ".XXXXXX"	/* behind the path, for mkstemp */
#define MODE 0644

static const char help[] =
    "usage: querywatch compile LIST... -o FILE [-c CONF] [--force]\n"
    "\n"
    "Write lists of bad names into one file that front ends take as a list,\n"
    "load in no time and share with one another.\n"
    "\n"
    "  -c CONF   read this configuration, for its canaries and limits; its\n"
    "            lists are not read\n"
    "  -o FILE   write this file; it is replaced once the new one is whole\n"
    "  --force   write it even if the lists look wrong, and only say so\n"
    "  -h        this help (also --help)\n"
    "\n"
    "LIST is PATH[,match=...][,format=...][,label=...], as -b of a front end\n"
    "takes it.\n";

struct options {
	struct command_lists lists;
	const char *output;
};

enum { FORCE = 256 };

/* Read the command line.  Return COMMAND_TAKEN to go on, else the exit
 * status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "force", no_argument, NULL, FORCE },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int letter, status = COMMAND_TAKEN;
	char error[256];

	while (status == COMMAND_TAKEN && (letter = getopt_long(argc, argv,
	    ":c:ho:", names, NULL)) != -1) {
		if (letter == 'o')
			o->output = optarg;
		else if (letter == FORCE)
			o->lists.setup.guards.force = true;
		else
			status = command_option(&compile, &o->lists, letter,
			    optarg, argv);
	}
	if (status != COMMAND_TAKEN)
		return status;
	if (o->output == NULL || o->output[0] == '\0')
		return usage_error(COMMAND_PROGRAM, "compile: no file to "
		    "write: give -o FILE");
	if (optind == argc)
		return usage_error(COMMAND_PROGRAM, "compile: no list");
	for (; optind < argc; optind++) {
		if (rules_setup_add(&o->lists.setup, argv[optind], error,
		    sizeof(error)) != 0)
			return usage_error(COMMAND_PROGRAM, "%s", error);
	}
	return COMMAND_TAKEN;
}

/* --- what is to be written ------------------------------------------------- */

static bool
any_addresses(const struct rules_setup *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->lists[i].spec.match != LIST_MATCH_ADDRESS)
			continue;
		log_warnx("list %s: addresses cannot be compiled: give this "
		    "list to the front ends as it is", s->lists[i].spec.path);
		return true;
	}
	return false;
}

static bool
any_compiled(const struct rules_setup *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!s->lists[i].compiled)
			continue;
		log_warnx("list %s: is compiled already: give the lists that "
		    "it was made of", s->lists[i].spec.path);
		return true;
	}
	return false;
}

/* Read the lists; -1 after having said what is wrong. */
static int
load(struct command_lists *l)
{
	l->setup.only_args = true;
	if (command_configure(l) != 0 ||
	    rules_setup_open(&l->setup, l->config) != 0 ||
	    any_addresses(&l->setup))
		return -1;
	/* Zones are the front ends' own: none of them goes into the file. */
	l->setup.zone_count = 0;
	if (rules_setup_load(&l->setup, false) != 0 ||
	    any_compiled(&l->setup))
		return -1;
	return 0;
}

/* --- what is there already ------------------------------------------------- */

static size_t
entries(const struct rules *r)
{
	struct rules_size size = rules_size(r);

	return size.names + size.substrings + size.regexes;
}

/* How many entries the compiled file ${path} has; 0 if that cannot be told. */
static size_t
former_entries(const char *path, FILE *file)
{
	struct rules_list list = { .file = file };
	const struct rules_options options = { .lists = &list, .count = 1 };
	struct rules *former;
	char error[LIST_PATH_SIZE + 128];
	size_t count = 0;

	snprintf(list.spec.path, sizeof(list.spec.path), "%s", path);
	former = rules_load(&options, error, sizeof(error));
	if (former != NULL)
		count = entries(former);
	else
		log_warnx("the file to be replaced cannot be read: %s", error);
	rules_free(former);
	return count;
}

/* Does ${file} begin as compiled lists do?  It stands at its start again. */
static bool
is_compiled(FILE *file)
{
	char head[COMPILED_HEAD];
	size_t got = fread(head, 1, sizeof(head), file);

	rewind(file);
	return compiled_is(head, got);
}

/* May ${file}, which is at ${path}, make room for so many entries? */
static bool
yields(const char *path, FILE *file, size_t now)
{
	size_t former;

	if (!is_compiled(file)) {
		log_warnx("%s: is not a compiled list, and would be "
		    "overwritten", path);
		return false;
	}
	former = former_entries(path, file);
	if (!guards_shrunk(former, now))
		return true;
	log_warnx("%s: %zu entries are less than half of the %zu it has",
	    path, now, former);
	return false;
}

/* May what is at ${path}, if anything, be replaced? */
static bool
may_replace(const char *path, size_t now, bool force)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	bool may;

	if (file == NULL && errno == ENOENT)
		return true;
	if (file == NULL) {
		log_warn("%s", path);
		return false;
	}
	if (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)) {
		log_warnx("%s: is not a file that can be replaced", path);
		fclose(file);
		return false;
	}
	may = yields(path, file, now);
	fclose(file);
	if (!may && !force)
		log_warnx("if it is meant so, use --force");
	return may || force;
}

/* --- writing --------------------------------------------------------------- */

/* Make what was renamed last, even if the power fails; a file system that
 * cannot is none of our troubles. */
static void
sync_folder(const char *path)
{
	char folder[LIST_PATH_SIZE];
	char *slash;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/* Write all of it to ${fd}, which is closed; -1 with errno. */
static int
write_file(const struct rules *r, int fd, off_t *retsize)
{
	FILE *file = fdopen(fd, "w+");
	struct stat st;
	int status = -1, saved;

	if (file == NULL) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	if (rules_file_write(r, file) == 0 && fflush(file) == 0 &&
	    fchmod(fd, MODE) == 0 && fsync(fd) == 0 && fstat(fd, &st) == 0) {
		*retsize = st.st_size;
		status = 0;
	}
	saved = errno;
	if (fclose(file) != 0 && status == 0)
		return -1;
	errno = saved;
	return status;
}

/* Put the rules into ${path}, as a whole or not at all; -1 after having said
 * why not. */
static int
replace(const struct rules *r, const char *path, off_t *retsize)
{
	char temporary[LIST_PATH_SIZE];
	int fd, length = snprintf(temporary, sizeof(temporary),
	    "%s" TEMPORARY, path);

	if (length < 0 || (size_t)length >= sizeof(temporary)) {
		log_warnx("%s: this path is too long", path);
		return -1;
	}
	if ((fd = mkostemp(temporary, O_CLOEXEC)) < 0) {
		log_warn("%s", path);
		return -1;
	}
	if (write_file(r, fd, retsize) == 0 && rename(temporary, path) == 0) {
		sync_folder(path);
		return 0;
	}
	log_warn("%s", path);
	unlink(temporary);
	return -1;
}

/* --- all together ---------------------------------------------------------- */

static void
say(const struct options *o, off_t size, int64_t time)
{
	struct rules_size made = rules_size(o->lists.setup.rules);
	uint64_t lines = 0;

	for (size_t i = 0; i < o->lists.setup.count; i++)
		lines += o->lists.setup.lists[i].report.lines;
	printf("%s: %zu names", o->output, made.names);
	if (made.substrings + made.regexes > 0)
		printf(", substrings: %zu, regexes: %zu", made.substrings,
		    made.regexes);
	printf(" from %" PRIu64 " lines of %zu list%s, %.1f MiB, %.2f s\n",
	    lines, o->lists.setup.count, o->lists.setup.count == 1 ? "" : "s",
	    (double)size / (1 << 20), (double)time / TIMESTAMP_SECOND);
}

static int
run(int argc, char **argv)
{
	struct options o = { .output = NULL };
	int64_t start = timestamp_steady();
	int status = read_options(argc, argv, &o);
	const struct rules_setup *s = &o.lists.setup;
	off_t size;

	if (status != COMMAND_TAKEN)
		return status;
	status = EXIT_FAILURE;
	if (load(&o.lists) == 0 &&
	    may_replace(o.output, entries(s->rules), s->guards.force) &&
	    replace(s->rules, o.output, &size) == 0) {
		say(&o, size, timestamp_steady() - start);
		status = EXIT_SUCCESS;
	}
	command_close(&o.lists);
	return status;
}

const struct command compile = {
	"compile", "write lists into one file that loads in no time", help,
	run
};
