#ifndef REDIS_ACCESS_H
#define REDIS_ACCESS_H

/*
 * redis_access - what it takes to be let in by a server: user and password,
 * TLS.  Made from the configuration and from the files that it names, which
 * config_read_files has read; opens nothing.
 */

#include <stddef.h>

struct config;
struct tls_context;

struct redis_access {		/* texts are borrowed from the configuration */
	const char *user;	/* NULL: the default user */
	char *password;		/* NULL: do not log in */
	const char *name;	/* of every server's certificate; NULL: what
				   the server is reached by */
	struct tls_context *tls;	/* NULL: in clear text */
};

/**
 * redis_access_new(config, reterr, size):
 * Return the access that ${config} gives, for the caller to redis_access_free
 * before ${config} goes; or NULL and one sentence in ${reterr} of ${size}
 * octets, if keys do not go together or a file does not hold what it should.
 */
struct redis_access *redis_access_new(const struct config *config,
    char *reterr, size_t size);

/**
 * redis_access_free(a):
 * Free ${a}, wiping the password; NULL is fine.
 */
void redis_access_free(struct redis_access *a);

#endif /* !REDIS_ACCESS_H */
