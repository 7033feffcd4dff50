#ifndef TLS_H
#define TLS_H

/*
 * tls - TLS over a connected socket that does not block.  OpenSSL stays
 * behind this file.
 *
 * A server is let in if its certificate is from a given authority and has
 * the name, or the address, that it was reached by.  TLS 1.2 or later.
 */

#include <stddef.h>
#include <sys/types.h>

struct tls_context;		/* opaque: whom to trust, who we are */
struct tls_session;		/* opaque: one connection */

/**
 * tls_context_new(ca, cert, key, reterr, size):
 * Return what trusts the certificates in ${ca} and, unless ${cert} is NULL,
 * shows that certificate (others, which it hangs on, may follow it) with its
 * key ${key}.  All are texts in PEM, looked at during the call; no file is
 * opened, now or later.  The caller must tls_context_free it.  NULL and one
 * sentence in ${reterr} of ${size} octets on failure.
 */
struct tls_context *tls_context_new(const char *ca, const char *cert,
    const char *key, char *reterr, size_t size);

/**
 * tls_session_new(context, fd, name):
 * Begin on the socket ${fd}, which stays the caller's, towards a server that
 * must be ${name}, a host name or an address.  ${context} is borrowed until
 * the session is freed.  NULL if memory is short.
 */
struct tls_session *tls_session_new(const struct tls_context *context, int fd,
    const char *name);

/**
 * tls_session_handshake(s, retwants):
 * To be called until it returns 1: we are in; or -1: see tls_session_error.
 * After 0 it can get on once poll reports *${retwants}.
 */
int tls_session_handshake(struct tls_session *s, short *retwants);

/**
 * tls_session_read(s, buf, size, retwants), tls_session_write(...):
 * Return how many octets were moved; 0, and *${retwants} as above, if none
 * can be now; -1 if it is over: see tls_session_error.  A write that moved
 * nothing is to be tried again with the same octets.
 */
ssize_t tls_session_read(struct tls_session *s, char *buf, size_t size,
    short *retwants);
ssize_t tls_session_write(struct tls_session *s, const char *buf,
    size_t size, short *retwants);

/**
 * tls_session_error(s):
 * Return the last error as a phrase, borrowed until ${s} is freed.
 */
const char *tls_session_error(const struct tls_session *s);

/**
 * tls_session_free(s), tls_context_free(c):
 * Free; NULL is fine.  The other side is not told.
 */
void tls_session_free(struct tls_session *s);
void tls_context_free(struct tls_context *c);

#endif /* !TLS_H */
