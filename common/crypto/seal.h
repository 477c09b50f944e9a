/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_SEAL_H
#define GA2_CRYPTO_SEAL_H
/* A box that only this realm can make and open:
 *
 *     version 1 | key id 4 | nonce 12 | ciphertext … | tag 16
 *
 * It is bound to its purpose (by key) and to `bound` (by additional data): a box that was made for one place does
 * not open at another. */
#include "base/bytes.h"
#include "base/error.h"
#include "crypto/keyring.h"

enum { GA2_SEAL_EXTRA = 1 + 4 + 12 + 16 };

/* Fails only when there are no random bytes. */
GA2_MUST_USE ga2_error_t *ga2_seal(ga2_bytes_t *out, const ga2_keyring_t *ring, ga2_purpose_t purpose,
                                   ga2_bytes_t bound, ga2_bytes_t plain, apr_pool_t *p);
/* The same with a nonce of the caller's: 12 random bytes that are drawn for this box and are its name, too. */
ga2_bytes_t ga2_seal_named(const unsigned char nonce[12], const ga2_keyring_t *ring, ga2_purpose_t purpose,
                           ga2_bytes_t bound, ga2_bytes_t plain, apr_pool_t *p);
/* The nonce of a box; only of one that opened. */
const unsigned char *ga2_seal_name(ga2_bytes_t box);
/* 1 and the plain bytes (a NUL behind them), or 0: not ours, changed, made for something else, or by a key that is
 * gone. Which of these is not told. */
int ga2_unseal(ga2_bytes_t *out, const ga2_keyring_t *ring, ga2_purpose_t purpose,
               ga2_bytes_t bound, ga2_bytes_t box, apr_pool_t *p);
#endif
