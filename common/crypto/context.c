/* SPDX-License-Identifier: Apache-2.0
 * The process's algorithms are fetched at start and only read afterwards. A thread's contexts are made at its first
 * use and go with it. After fork the child's thread keeps its copy, which is as good as the parent's: contexts hold
 * memory only. */
#include "crypto/context.h"
#include <openssl/core_names.h>
#include <pthread.h>

static ga2_crypto_t crypto;
static pthread_key_t contexts;
static int started;                 /* how many pools keep it alive */

void ga2_crypto_die(const char *what)
{
    fprintf(stderr, "mod_goauth2: OpenSSL failed: %s. The process stops rather than work with a wrong key.\n", what);
    abort();
}

const ga2_crypto_t *ga2_crypto(void) { return &crypto; }

static void drop_thread(void *data)
{
    ga2_crypto_thread_t *t = data;

    EVP_MD_CTX_free(t->digest);
    EVP_MAC_CTX_free(t->hmac);
    EVP_CIPHER_CTX_free(t->gcm);
    EVP_CIPHER_CTX_free(t->ecb);
    free(t);
}

static EVP_MAC_CTX *make_hmac(void)
{
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
                            OSSL_PARAM_construct_end() };
    EVP_MAC_CTX *hmac = EVP_MAC_CTX_new(crypto.hmac);

    if (!hmac || EVP_MAC_CTX_set_params(hmac, params) != 1)
        ga2_crypto_die("an HMAC context");
    return hmac;
}

/* With its cipher set, so that later calls give only the key. */
static EVP_CIPHER_CTX *make_cipher(const EVP_CIPHER *cipher)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (!context || EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL) != 1)
        ga2_crypto_die("a cipher context");
    return context;
}

static ga2_crypto_thread_t *make_thread(void)
{
    ga2_crypto_thread_t *t = calloc(1, sizeof(*t));

    if (!t)
        ga2_crypto_die("no memory for a thread's contexts");
    t->digest = EVP_MD_CTX_new();
    if (!t->digest)
        ga2_crypto_die("a digest context");
    t->hmac = make_hmac();
    t->gcm = make_cipher(crypto.aes_256_gcm);
    t->ecb = make_cipher(crypto.aes_256_ecb);
    EVP_CIPHER_CTX_set_padding(t->ecb, 0);
    if (pthread_setspecific(contexts, t))
        ga2_crypto_die("a thread's contexts cannot be kept");
    return t;
}

ga2_crypto_thread_t *ga2_crypto_thread(void)
{
    ga2_crypto_thread_t *t = pthread_getspecific(contexts);

    return t ? t : make_thread();
}

/* The key goes first: a thread that ends later must not call drop_thread in a module that is gone. */
static apr_status_t undo(void *unused)
{
    ga2_crypto_thread_t *t;

    (void)unused;
    if (--started)
        return APR_SUCCESS;
    t = pthread_getspecific(contexts);
    pthread_key_delete(contexts);
    if (t)
        drop_thread(t);
    EVP_MD_free(crypto.sha256);
    EVP_MD_free(crypto.sha384);
    EVP_MD_free(crypto.sha512);
    EVP_MAC_free(crypto.hmac);
    EVP_CIPHER_free(crypto.aes_256_gcm);
    EVP_CIPHER_free(crypto.aes_256_ecb);
    crypto = (ga2_crypto_t){ 0 };
    return APR_SUCCESS;
}

void ga2_crypto_start(apr_pool_t *p)
{
    apr_pool_cleanup_register(p, NULL, undo, apr_pool_cleanup_null);
    if (started++)
        return;
    crypto.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    crypto.sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
    crypto.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    crypto.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    crypto.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    crypto.aes_256_ecb = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    if (!crypto.sha256 || !crypto.sha384 || !crypto.sha512 || !crypto.hmac
        || !crypto.aes_256_gcm || !crypto.aes_256_ecb)
        ga2_crypto_die("SHA-2, HMAC or AES-256 is not there");
    if (pthread_key_create(&contexts, drop_thread))
        ga2_crypto_die("no room for threads' contexts");
}
