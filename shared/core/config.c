#include "core/config.h"

#include <confuse.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/address.h"
#include "core/config_file.h"
#include "core/dns_device.h"

/* Every key.  Bounds apply to numbers, to each one of a list of numbers.  FILE_PATH
 * and SECRET_PATH hold paths, whose contents are kept as well; the latter is not
 * for everybody. */
enum kind {
	NUMBER, SWITCH, STRING, STRINGS, NUMBERS, NETBLOCKS, DEVICES, FILE_PATH,
	SECRET_PATH
};

static const struct row {
	const char *key;
	enum kind kind;
	long min, max;
	long number;		/* default of NUMBER, and of SWITCH: 0, 1 */
	const char *text;	/* default of the others, a list as {a, b} */
} rows[] = {
	/* all programs */
	{ "user", STRING, 0, 0, 0, "" },
	{ "sandbox", SWITCH, 0, 0, 1, NULL },
	{ "output", STRING, 0, 0, 0, "" },
	{ "partitions", NUMBER, 1, 1024, 1, NULL },
	{ "stream_max", NUMBER, 0, LONG_MAX, 1000000, NULL },
	{ "redis_user", STRING, 0, 0, 0, "" },
	{ "redis_password_file", SECRET_PATH, 0, 0, 0, "" },
	{ "redis_tls", SWITCH, 0, 0, 0, NULL },
	{ "redis_ca", FILE_PATH, 0, 0, 0, "" },
	{ "redis_cert", FILE_PATH, 0, 0, 0, "" },
	{ "redis_key", SECRET_PATH, 0, 0, 0, "" },
	{ "redis_server_name", STRING, 0, 0, 0, "" },
	{ "redis_sentinel", STRING, 0, 0, 0, "" },
	/* both front ends */
	{ "source", STRING, 0, 0, 0, "" },
	{ "lists", STRINGS, 0, 0, 0, NULL },
	{ "allow", STRINGS, 0, 0, 0, NULL },
	{ "search_zones", STRINGS, 0, 0, 0, NULL },
	{ "canaries", STRINGS, 0, 0, 0, NULL },
	{ "popular", STRING, 0, 0, 0, "" },
	{ "popular_share", NUMBER, 0, 10000, 100, NULL },
	{ "list_size", NUMBER, 1, LONG_MAX, 1L << 30, NULL },
	{ "list_entries", NUMBER, 1, LONG_MAX, 10000000, NULL },
	{ "monitored", NETBLOCKS, 0, 0, 0, NULL },
	{ "excluded", NETBLOCKS, 0, 0, 0, NULL },
	{ "coalesce", NUMBER, 0, 3600, 10, NULL },
	{ "coalesce_table", NUMBER, 1, 1000000, 16384, NULL },
	{ "queue", NUMBER, 16, 1000000, 16384, NULL },
	{ "redis_replicas", NUMBER, 0, 16, 0, NULL },
	{ "heartbeat", NUMBER, 0, 3600, 5, NULL },
	/* sensor, and logreader with --dnstap */
	{ "spool", STRING, 0, 0, 0, "" },
	{ "spool_size", NUMBER, 1, 1L << 20, 256, NULL },
	/* sensor */
	{ "ports", NUMBERS, 1, 65535, 0, "{53}" },
	{ "ring", NUMBER, 1, 1024, 64, NULL },
	{ "fragments", NUMBER, 8, 65536, 512, NULL },
	{ "tcp_streams", NUMBER, 1, 1000000, 4096, NULL },
	{ "duplicates", NUMBER, 0, 10000, 50, NULL },
	{ "answer_wait", NUMBER, 0, 60, 1, NULL },
	{ "answer_table", NUMBER, 16, 1000000, 8192, NULL },
	{ "device", DEVICES, 0, 0, 0, NULL },
	{ "forwarders", NETBLOCKS, 0, 0, 0, NULL },
	{ "workers", NUMBER, 1, 64, 1, NULL },
	{ "quiet", NUMBER, 0, 86400, 60, NULL },
	/* logreader */
	{ "dnstap_group", STRING, 0, 0, 0, "" },
	{ "dnstap_messages", STRINGS, 0, 0, 0, "{client, auth}" },
	{ "zone", STRING, 0, 0, 0, "" },
	/* incidents */
	{ "consumer", STRING, 0, 0, 0, "" },
	{ "names_per_incident", NUMBER, 1, 100000, 200, NULL },
	{ "evidence_per_incident", NUMBER, 1, 100000, 100, NULL },
	{ "hosts_max", NUMBER, 1, 100000000, 100000, NULL },
	{ "claim_idle", NUMBER, 1, 86400, 60, NULL },
	{ "retention", NUMBER, 1, 36500, 90, NULL },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct config {
	cfg_t *cfg;
	char *contents[ROWS];	/* of the files that keys name, once read */
};

/* Where libconfuse's callbacks put the first error; it has no context of its
 * own for them.  Set only while config_load runs. */
static struct {
	char *text;
	size_t size;
} complaint;

static void __attribute__((format(printf, 2, 0)))
note_error(cfg_t *cfg, const char *format, va_list args)
{
	int used;

	if (complaint.text == NULL || complaint.text[0] != '\0')
		return;
	used = snprintf(complaint.text, complaint.size, "%s:%d: ",
	    cfg->filename != NULL ? cfg->filename : "defaults", cfg->line);
	if (used > 0 && (size_t)used < complaint.size)
		vsnprintf(complaint.text + used,
		    complaint.size - (size_t)used, format, args);
}

static const struct row *
row_of(const char *key)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Check the value just read; libconfuse calls this for each key. */
static int
check(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct row *row = row_of(cfg_opt_name(opt));
	unsigned last = cfg_opt_size(opt) - 1;
	struct netblock block;
	long number;

	if (row->kind == NUMBER || row->kind == NUMBERS) {
		number = cfg_opt_getnint(opt, last);
		if (number < row->min || number > row->max) {
			cfg_error(cfg, "%s = %ld: give %ld to %ld", row->key,
			    number, row->min, row->max);
			return -1;
		}
	}
	if (row->kind == NUMBERS && last >= CONFIG_LIST_MAX) {
		cfg_error(cfg, "%s: give at most %d numbers", row->key,
		    CONFIG_LIST_MAX);
		return -1;
	}
	if (row->kind == NETBLOCKS &&
	    config_netblock_file(cfg_opt_getnstr(opt, last)) == NULL &&
	    netblock_parse(cfg_opt_getnstr(opt, last), &block) != 0) {
		cfg_error(cfg, "%s: '%s' is no netblock: give ADDRESS/PREFIX "
		    "with no bit set after the prefix, or file:PATH", row->key,
		    cfg_opt_getnstr(opt, last));
		return -1;
	}
	if (row->kind == DEVICES && (last >= DNS_DEVICES ||
	    dns_device_parse(cfg_opt_getnstr(opt, last)) < 0)) {
		cfg_error(cfg, "%s: '%s': give some of mac, id, cpe and "
		    "subnet, each once", row->key,
		    cfg_opt_getnstr(opt, last));
		return -1;
	}
	if (strcmp(row->key, "source") == 0 &&
	    !config_source_valid(cfg_opt_getnstr(opt, last))) {
		cfg_error(cfg, "source: '%s' is no name: use 1 to 64 letters, "
		    "digits, '.', '_' and '-'", cfg_opt_getnstr(opt, last));
		return -1;
	}
	return 0;
}

/* libconfuse's own rows; they borrow from ${rows}. */
static void
build_options(cfg_opt_t options[ROWS + 1])
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];
		/* libconfuse takes a list's default without const and
		 * does not write to it. */
		char *list = (char *)(uintptr_t)row->text;
		cfg_opt_t made[] = {
			[NUMBER] = CFG_INT(row->key, row->number, CFGF_NONE),
			[SWITCH] = CFG_BOOL(row->key,
			    row->number != 0 ? cfg_true : cfg_false,
			    CFGF_NONE),
			[STRING] = CFG_STR(row->key, row->text, CFGF_NONE),
			[STRINGS] = CFG_STR_LIST(row->key, list, CFGF_NONE),
			[NUMBERS] = CFG_INT_LIST(row->key, list, CFGF_NONE),
			[NETBLOCKS] = CFG_STR_LIST(row->key, list, CFGF_NONE),
			[DEVICES] = CFG_STR_LIST(row->key, list, CFGF_NONE),
			[FILE_PATH] = CFG_STR(row->key, row->text, CFGF_NONE),
			[SECRET_PATH] = CFG_STR(row->key, row->text, CFGF_NONE),
		};

		options[i] = made[row->kind];
	}
	options[ROWS] = (cfg_opt_t)CFG_END();
}

static int
parse(struct config *c, const char *path, char *reterr, size_t size)
{
	struct stat st;
	int status;

	if (path == NULL)
		return 0;
	/* libconfuse's scanner ends the program over a folder. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		snprintf(reterr, size, "%s: is a folder, not a file", path);
		return -1;
	}
	status = cfg_parse(c->cfg, path);
	if (status == CFG_SUCCESS && cfg_size(c->cfg, "ports") > 0)
		return 0;
	if (status == CFG_SUCCESS) {
		snprintf(reterr, size, "%s: ports: give one at least", path);
		return -1;
	}
	if (status == CFG_FILE_ERROR)
		snprintf(reterr, size, "%s: %s", path, strerror(errno));
	else if (reterr[0] == '\0')
		snprintf(reterr, size, "%s: cannot be read", path);
	return -1;
}

struct config *
config_load(const char *path, char *reterr, size_t size)
{
	struct config *c = calloc(1, sizeof(*c));
	cfg_opt_t options[ROWS + 1];
	int status;

	reterr[0] = '\0';
	if (c == NULL)
		goto err0;
	build_options(options);
	if ((c->cfg = cfg_init(options, CFGF_NONE)) == NULL)
		goto err1;
	complaint.text = reterr;
	complaint.size = size;
	cfg_set_error_function(c->cfg, note_error);
	for (size_t i = 0; i < ROWS; i++)
		cfg_set_validate_func(c->cfg, rows[i].key, check);
	status = parse(c, path, reterr, size);
	complaint.text = NULL;
	if (status != 0)
		goto err2;
	return c;

err2:
	cfg_free(c->cfg);
err1:
	free(c);
err0:
	if (reterr[0] == '\0')
		snprintf(reterr, size, "out of memory");
	return NULL;
}

long
config_number(const struct config *c, const char *key)
{
	return cfg_getint(c->cfg, key);
}

bool
config_switch(const struct config *c, const char *key)
{
	return cfg_getbool(c->cfg, key) == cfg_true;
}

const char *
config_string(const struct config *c, const char *key)
{
	const char *value = cfg_getstr(c->cfg, key);

	return value != NULL ? value : "";
}

size_t
config_count(const struct config *c, const char *key)
{
	return cfg_size(c->cfg, key);
}

const char *
config_item(const struct config *c, const char *key, size_t index)
{
	return cfg_getnstr(c->cfg, key, (unsigned)index);
}

long
config_item_number(const struct config *c, const char *key, size_t index)
{
	return cfg_getnint(c->cfg, key, (unsigned)index);
}

int
config_read_files(struct config *c, char *reterr, size_t size)
{
	for (size_t i = 0; i < ROWS; i++) {
		enum kind kind = rows[i].kind;
		const char *path;

		if ((kind != FILE_PATH && kind != SECRET_PATH) ||
		    c->contents[i] != NULL)
			continue;
		path = config_string(c, rows[i].key);
		if (path[0] == '\0')
			continue;
		c->contents[i] = config_file_read(path, kind == SECRET_PATH,
		    reterr, size);
		if (c->contents[i] == NULL)
			return -1;
	}
	return 0;
}

const char *
config_contents(const struct config *c, const char *key)
{
	return c->contents[row_of(key) - rows];
}

/* No secret stays in memory that is used for something else. */
static void
free_contents(struct config *c)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (c->contents[i] != NULL)
			explicit_bzero(c->contents[i], strlen(c->contents[i]));
		free(c->contents[i]);
	}
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	free_contents(c);
	cfg_free(c->cfg);
	free(c);
}

const char *
config_netblock_file(const char *item)
{
	return strncmp(item, "file:", 5) == 0 && item[5] != '\0' ? item + 5 :
	    NULL;
}

bool
config_source_valid(const char *name)
{
	size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return length >= 1 && length <= 64 && name[length] == '\0';
}
