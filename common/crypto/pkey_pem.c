/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pkey.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

enum { PEM_MAX = 65536 };

static ga2_error_t *refused(const char *why, apr_pool_t *p)
{
    ERR_clear_error();
    return ga2_fail(p, JWS_KEY, NULL, "%s", why);
}

/* Nobody is asked for a passphrase: a server has no terminal. */
static int no_passphrase(char *room, int size, int writing, void *unused)
{
    (void)room; (void)size; (void)writing; (void)unused;
    return -1;
}

static apr_status_t free_bio(void *bio)
{
    BIO_free(bio);
    return APR_SUCCESS;
}

static ga2_error_t *open_text(BIO **out, ga2_bytes_t pem, apr_pool_t *p)
{
    if (!pem.data || pem.len > PEM_MAX)
        return refused("there is no PEM text, or one of more than 65536 bytes", p);
    *out = BIO_new_mem_buf(pem.data, (int)pem.len);
    if (!*out)
        return refused("the PEM text cannot be read", p);
    apr_pool_cleanup_register(p, *out, free_bio, apr_pool_cleanup_null);
    return NULL;
}

static apr_status_t free_certificate(void *certificate)
{
    X509_free(certificate);
    return APR_SUCCESS;
}

ga2_error_t *ga2_pkey_from_certificate(EVP_PKEY **out, ga2_bytes_t pem, apr_pool_t *p)
{
    X509 *certificate;
    EVP_PKEY *key;
    BIO *text;

    GA2_TRY(open_text(&text, pem, p));
    certificate = PEM_read_bio_X509(text, NULL, no_passphrase, NULL);
    if (!certificate)
        return refused("the PEM text holds no certificate", p);
    apr_pool_cleanup_register(p, certificate, free_certificate, apr_pool_cleanup_null);
    key = X509_get_pubkey(certificate);
    if (!key)
        return refused("the certificate's public key is of an unknown kind", p);
    ga2_pkey_adopt(key, p);
    GA2_TRY(ga2_pkey_check(key, p));
    *out = key;
    return NULL;
}

ga2_error_t *ga2_pkey_private(EVP_PKEY **out, ga2_bytes_t pem, apr_pool_t *p)
{
    EVP_PKEY *key;
    BIO *text;

    GA2_TRY(open_text(&text, pem, p));
    key = PEM_read_bio_PrivateKey(text, NULL, no_passphrase, NULL);
    if (!key && memmem(pem.data, pem.len, "ENCRYPTED", 9))
        return refused("the private key needs a passphrase; write it without one: openssl pkey -in FILE -out FILE", p);
    if (!key)
        return refused("the PEM text holds no private key", p);
    ga2_pkey_adopt(key, p);
    GA2_TRY(ga2_pkey_check(key, p));
    GA2_TRY(ga2_pkey_check_private(key, p));
    *out = key;
    return NULL;
}
