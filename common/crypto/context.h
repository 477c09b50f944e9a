/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_CONTEXT_H
#define GA2_CRYPTO_CONTEXT_H
/* What OpenSSL makes slow to make: fetched algorithms, once a process, and contexts, once a thread. */
#include <apr_pools.h>
#include <openssl/evp.h>

typedef struct ga2_crypto {         /* one process; immutable after start */
    EVP_MD *sha256, *sha384, *sha512;
    EVP_MAC *hmac;
    EVP_CIPHER *aes_256_gcm, *aes_256_ecb;
} ga2_crypto_t;

typedef struct ga2_crypto_thread {  /* one thread's own */
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *hmac;              /* with SHA-256 */
    EVP_CIPHER_CTX *gcm;
    EVP_CIPHER_CTX *ecb;
    const void *ecb_owner;          /* whose key ecb holds now; see keyring.c */
    apr_uint64_t ecb_serial;
} ga2_crypto_thread_t;

/* Before anything else of crypto/, in the process's first thread; again is harmless. Undone when the last pool it was
 * called with is cleared, so that a module can be unloaded; no other thread may then be inside crypto/. */
void ga2_crypto_start(apr_pool_t *p);
const ga2_crypto_t *ga2_crypto(void);
ga2_crypto_thread_t *ga2_crypto_thread(void);
/* One sentence on standard error, then abort(): OpenSSL failed where it cannot fail. */
void ga2_crypto_die(const char *what) __attribute__((noreturn));
#endif
