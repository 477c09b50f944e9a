/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_HTTP_CERTIFICATE_H
#define GA2_TESTS_HTTP_CERTIFICATE_H
/* A TLS server's context with a certificate of its own making, and the file by which a client may trust it. */
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct certificate { SSL_CTX *context; char file[64]; } certificate_t;

static inline X509 *certificate_for(EVP_PKEY *key, const char *names, long days)
{
    X509 *x = X509_new();
    X509V3_CTX context;
    X509_EXTENSION *san;

    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -2 * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(x), days * 86400L);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_set_pubkey(x, key);
    X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
    san = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names);
    X509_add_ext(x, san, -1);
    X509_EXTENSION_free(san);
    X509_sign(x, key, EVP_sha256());
    return x;
}

/* names as "IP:127.0.0.1,DNS:named.test"; days from now until it expires. */
static inline void certificate_make(certificate_t *c, const char *names, long days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = certificate_for(key, names, days);
    FILE *f;

    snprintf(c->file, sizeof(c->file), "%s", "/tmp/ga2-http-test-XXXXXX");
    f = fdopen(mkstemp(c->file), "w");
    PEM_write_X509(f, x);
    fclose(f);
    c->context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(c->context, x);
    SSL_CTX_use_PrivateKey(c->context, key);
    X509_free(x);
    EVP_PKEY_free(key);
}

static inline void certificate_drop(certificate_t *c)
{
    unlink(c->file);
    SSL_CTX_free(c->context);
}
#endif
