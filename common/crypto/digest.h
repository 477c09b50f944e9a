/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_DIGEST_H
#define GA2_CRYPTO_DIGEST_H
/* SHA-2, HMAC and HKDF over OpenSSL, with algorithms fetched once per process.
 * None of these fails for a reason a caller could mend: when OpenSSL refuses, the process aborts with one sentence
 * on standard error, which is better than a wrong key. */
#include "base/bytes.h"

enum { GA2_SHA256_LEN = 32 };

void ga2_sha256(unsigned char out[GA2_SHA256_LEN], ga2_bytes_t data);
/* The digest that at_hash is half of (OpenID Connect Core 3.1.3.6): bits is 256, 384 or 512. Returns its length. */
apr_size_t ga2_sha2(unsigned char out[64], int bits, ga2_bytes_t data);
void ga2_hmac_sha256(unsigned char out[GA2_SHA256_LEN], ga2_bytes_t key, ga2_bytes_t data);
/* HMAC with any of them, for HS256, HS384 and HS512. Returns its length. */
apr_size_t ga2_hmac_sha2(unsigned char out[64], int bits, ga2_bytes_t key, ga2_bytes_t data);
/* HKDF-SHA256 (RFC 5869) without salt, 32 bytes. */
void ga2_hkdf_sha256(unsigned char out[32], ga2_bytes_t key, const char *label);
#endif
