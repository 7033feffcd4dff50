#include "input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_filter.h"
#include "core/config.h"
#include "core/log.h"
#include "frontend/frontend.h"

#define QUIET_MS 100		/* how long to wait for a header */

static int
open_interface(const struct input_wanted *wanted, struct frontend *f,
    struct input *in)
{
	const struct config *config = frontend_config(f);
	char error[CAPTURE_ERROR_SIZE];
	uint16_t ports[CONFIG_LIST_MAX];
	const struct capture_options options = {
		.filter = wanted->filter,
		.ports = ports,
		.port_count = config_count(config, "ports"),
		.ring_mib = (int)config_number(config, "ring"),
		.shared = wanted->workers > 1,
	};

	in->live = true;
	frontend_set_live(f);
	frontend_set_reloading(f);
	frontend_add_input(f, wanted->interface);
	for (size_t i = 0; i < options.port_count; i++)
		ports[i] = (uint16_t)config_item_number(config, "ports", i);
	while (in->count < wanted->workers) {
		struct capture *c = capture_open_live(wanted->interface,
		    &options, error);

		if (c == NULL)
			break;
		in->captures[in->count++] = c;
	}
	if (in->count == wanted->workers && (!options.shared ||
	    capture_share(in->captures, in->count, &options, error) == 0))
		return 0;
	log_warnx("%s", error);
	return -1;
}

/* Is what was opened as ${path} a pipe or the like, which may go on for
 * days? */
static bool
is_endless(const char *path)
{
	struct stat st;
	int error = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) :
	    stat(path, &st);

	return error == 0 && !S_ISREG(st.st_mode);
}

/* Files stay open from the start, all of them. */
static void
raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int
open_files(const struct input_wanted *wanted, struct frontend *f,
    struct input *in)
{
	char error[CAPTURE_ERROR_SIZE];

	if (wanted->filter != NULL && wanted->filter[0] != '\0' &&
	    (in->filter = capture_filter_new(wanted->filter, error)) == NULL) {
		log_warnx("%s", error);
		return -1;
	}
	raise_file_limit();
	for (size_t i = 0; i < wanted->file_count; i++) {
		struct capture *c = capture_open_file(wanted->files[i],
		    in->filter, error);

		if (c == NULL) {
			log_warnx("%s", error);
			in->failed = true;
			continue;
		}
		frontend_add_input(f, wanted->files[i]);
		if (is_endless(wanted->files[i]))
			frontend_set_reloading(f);
		in->captures[in->count++] = c;
	}
	return in->count > 0 ? 0 : -1;
}

int
input_open(const struct input_wanted *wanted, struct frontend *f,
    struct input *ret)
{
	size_t most = wanted->interface != NULL ? wanted->workers :
	    wanted->file_count;
	int status;

	ret->captures = calloc(most, sizeof(*ret->captures));
	if (ret->captures == NULL) {
		log_warn("cannot start");
		return -1;
	}
	status = wanted->interface != NULL ? open_interface(wanted, f, ret) :
	    open_files(wanted, f, ret);
	if (status == 0 && wanted->filter != NULL)
		log_info("filter: %s", wanted->filter[0] != '\0' ?
		    wanted->filter : "none");
	return status;
}

void
input_explain(struct input *in, struct capture *c)
{
	in->failed = true;
	log_warnx("%s%s", capture_begun(c) ? "the capture ends early: " : "",
	    capture_error(c));
}

void
input_check(struct input *in, const struct frontend *f)
{
	for (size_t i = 0; i < in->count; i++) {
		struct capture *c = in->captures[i];
		enum capture_status status = CAPTURE_MORE;

		while (!capture_begun(c) && !frontend_stopping(f) &&
		    (status == CAPTURE_MORE || status == CAPTURE_QUIET))
			status = capture_run(c, QUIET_MS, NULL, NULL);
		if (status == CAPTURE_FAILED && !capture_begun(c))
			input_explain(in, c);
	}
}

void
input_close(struct input *in)
{
	for (size_t i = 0; i < in->count; i++)
		capture_close(in->captures[i]);
	free(in->captures);
	capture_filter_free(in->filter);
}
