#include "output/tls.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls_context {
	SSL_CTX *ssl;
};

struct tls_session {
	SSL *ssl;
	char error[256];
};

/* --- whom to trust, who we are ---------------------------------------------- */

/* Certificates of ${pem}, the ${i}th given to ${take}; how many, or -1. */
static int
each_certificate(SSL_CTX *ssl, const char *pem,
    int (*take)(SSL_CTX *ssl, X509 *certificate, int i))
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *certificate;
	int count = 0, taken = 1;

	if (bio == NULL)
		return -1;
	while (taken == 1 && (certificate = PEM_read_bio_X509(bio, NULL, NULL,
	    NULL)) != NULL) {
		taken = take(ssl, certificate, count++);
		X509_free(certificate);
	}
	BIO_free(bio);
	ERR_clear_error();	/* the end of the text is one */
	return taken == 1 ? count : -1;
}

static int
trust(SSL_CTX *ssl, X509 *certificate, int i)
{
	(void)i;
	return X509_STORE_add_cert(SSL_CTX_get_cert_store(ssl), certificate);
}

/* Ours is the first, what it hangs on comes after it. */
static int
show(SSL_CTX *ssl, X509 *certificate, int i)
{
	if (i == 0)
		return SSL_CTX_use_certificate(ssl, certificate);
	return (int)SSL_CTX_add1_chain_cert(ssl, certificate);
}

/* A key that wants a passphrase gets none, and nobody is asked. */
static int
no_passphrase(char *buf, int size, int writing, void *ctx)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

/* What is wrong with the key in ${pem}; NULL if nothing is. */
static const char *
use_key(SSL_CTX *ssl, const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio == NULL ? NULL :
	    PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	bool used = key != NULL && SSL_CTX_use_PrivateKey(ssl, key) == 1;

	EVP_PKEY_free(key);
	BIO_free(bio);
	return used ? NULL : key != NULL ?
	    "redis_key is not the key of redis_cert" :
	    "redis_key holds no key in PEM that needs no passphrase";
}

static const char *
fill(SSL_CTX *ssl, const char *ca, const char *cert, const char *key)
{
	if (SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) != 1)
		return "TLS 1.2 is not to be had";
	SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	if (each_certificate(ssl, ca, trust) <= 0)
		return "redis_ca holds no certificate in PEM";
	if (cert == NULL)
		return NULL;
	if (each_certificate(ssl, cert, show) <= 0)
		return "redis_cert holds no certificate in PEM";
	return use_key(ssl, key);
}

struct tls_context *
tls_context_new(const char *ca, const char *cert, const char *key,
    char *reterr, size_t size)
{
	struct tls_context *c = calloc(1, sizeof(*c));
	const char *error = "out of memory";

	/* No openssl.cnf: files may not be opened any more. */
	if (c != NULL && OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG,
	    NULL) == 1 && (c->ssl = SSL_CTX_new(TLS_client_method())) != NULL)
		error = fill(c->ssl, ca, cert, key);
	ERR_clear_error();
	if (error == NULL)
		return c;
	snprintf(reterr, size, "%s", error);
	tls_context_free(c);
	return NULL;
}

void
tls_context_free(struct tls_context *c)
{
	if (c == NULL)
		return;
	SSL_CTX_free(c->ssl);
	free(c);
}

/* --- one connection ---------------------------------------------------------- */

static int
expect_name(SSL *ssl, const char *name)
{
	/* An address is looked for among the certificate's addresses. */
	if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1)
		return 0;
	ERR_clear_error();
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	/* SSL_set_tlsext_host_name, whose cast clang does not like.  OpenSSL
	 * does not write to the name. */
	return SSL_set1_host(ssl, name) == 1 && SSL_ctrl(ssl,
	    SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
	    (void *)(uintptr_t)name) == 1 ? 0 : -1;
}

struct tls_session *
tls_session_new(const struct tls_context *context, int fd, const char *name)
{
	struct tls_session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->ssl = SSL_new(context->ssl);
	if (s->ssl == NULL || SSL_set_fd(s->ssl, fd) != 1 ||
	    expect_name(s->ssl, name) != 0) {
		ERR_clear_error();
		tls_session_free(s);
		return NULL;
	}
	SSL_set_connect_state(s->ssl);
	return s;
}

/* Note why it is over: what was found wrong with the server's certificate,
 * what OpenSSL says, or what the system does. */
static void
note_error(struct tls_session *s, int kind, int number)
{
	unsigned long code = ERR_peek_error();
	long verified = SSL_get_verify_result(s->ssl);
	const char *reason = ERR_reason_error_string(code);

	if (verified != X509_V_OK)
		snprintf(s->error, sizeof(s->error), "the server's "
		    "certificate is not trusted: %s",
		    X509_verify_cert_error_string(verified));
	else if (kind == SSL_ERROR_ZERO_RETURN || (code == 0 && number == 0) ||
	    (ERR_GET_LIB(code) == ERR_LIB_SSL &&
	    ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING))
		snprintf(s->error, sizeof(s->error),
		    "Server closed the connection");
	else if (code == 0)
		snprintf(s->error, sizeof(s->error), "%s", strerror(number));
	else
		snprintf(s->error, sizeof(s->error), "TLS: %s", reason != NULL ?
		    reason : "failed");
	ERR_clear_error();
}

/* What ${result} of a call means: 0 to go on when poll reports *${retwants},
 * or -1. */
static int
outcome(struct tls_session *s, int result, short *retwants)
{
	int number = errno;
	int kind = SSL_get_error(s->ssl, result);

	if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
		*retwants = kind == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
		return 0;
	}
	note_error(s, kind, number);
	return -1;
}

int
tls_session_handshake(struct tls_session *s, short *retwants)
{
	int result;

	errno = 0;
	result = SSL_do_handshake(s->ssl);
	return result == 1 ? 1 : outcome(s, result, retwants);
}

ssize_t
tls_session_read(struct tls_session *s, char *buf, size_t size,
    short *retwants)
{
	int result;

	errno = 0;
	result = SSL_read(s->ssl, buf, size < INT_MAX ? (int)size : INT_MAX);
	return result > 0 ? result : outcome(s, result, retwants);
}

ssize_t
tls_session_write(struct tls_session *s, const char *buf, size_t size,
    short *retwants)
{
	int result;

	errno = 0;
	result = SSL_write(s->ssl, buf, size < INT_MAX ? (int)size : INT_MAX);
	return result > 0 ? result : outcome(s, result, retwants);
}

const char *
tls_session_error(const struct tls_session *s)
{
	return s->error;
}

void
tls_session_free(struct tls_session *s)
{
	if (s == NULL)
		return;
	SSL_free(s->ssl);
	free(s);
}
