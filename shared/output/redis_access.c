#include "output/redis_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "output/tls.h"

/* A key's text, NULL where nothing is set. */
static const char *
text_of(const struct config *config, const char *key)
{
	const char *text = config_string(config, key);

	return text[0] != '\0' ? text : NULL;
}

/* The password is the file's first line. */
static int
take_password(struct redis_access *a, const struct config *config,
    char *reterr, size_t size)
{
	const char *text = config_contents(config, "redis_password_file");

	a->user = text_of(config, "redis_user");
	if (text == NULL && a->user != NULL) {
		snprintf(reterr, size, "redis_user needs redis_password_file");
		return -1;
	}
	if (text == NULL)
		return 0;
	a->password = strndup(text, strcspn(text, "\r\n"));
	if (a->password != NULL && a->password[0] != '\0')
		return 0;
	snprintf(reterr, size, "%s: holds no password",
	    config_string(config, "redis_password_file"));
	return -1;
}

static int
take_tls(struct redis_access *a, const struct config *config, char *reterr,
    size_t size)
{
	const char *ca = config_contents(config, "redis_ca");
	const char *cert = config_contents(config, "redis_cert");
	const char *key = config_contents(config, "redis_key");

	a->name = text_of(config, "redis_server_name");
	if (!config_switch(config, "redis_tls")) {
		if (ca == NULL && cert == NULL && key == NULL)
			return 0;
		snprintf(reterr, size, "redis_ca, redis_cert and redis_key go "
		    "with 'redis_tls = yes'");
		return -1;
	}
	if (ca == NULL || (cert == NULL) != (key == NULL)) {
		snprintf(reterr, size, "%s", ca == NULL ?
		    "redis_tls needs redis_ca" :
		    "redis_cert and redis_key go together");
		return -1;
	}
	a->tls = tls_context_new(ca, cert, key, reterr, size);
	return a->tls != NULL ? 0 : -1;
}

struct redis_access *
redis_access_new(const struct config *config, char *reterr, size_t size)
{
	struct redis_access *a = calloc(1, sizeof(*a));

	if (a == NULL) {
		snprintf(reterr, size, "out of memory");
		return NULL;
	}
	if (take_password(a, config, reterr, size) == 0 &&
	    take_tls(a, config, reterr, size) == 0)
		return a;
	redis_access_free(a);
	return NULL;
}

void
redis_access_free(struct redis_access *a)
{
	if (a == NULL)
		return;
	if (a->password != NULL)
		explicit_bzero(a->password, strlen(a->password));
	free(a->password);
	tls_context_free(a->tls);
	free(a);
}
