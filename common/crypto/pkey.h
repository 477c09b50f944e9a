/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_PKEY_H
#define GA2_CRYPTO_PKEY_H
/* Asymmetric keys, adopted by a pool the moment they are made. Only what may verify or sign a JWT is let in:
 * RSA of 2048 to 8192 bits with an odd exponent of 3 to 2^32, P-256, P-384, P-521 with the point on the curve,
 * Ed25519, Ed448. RSA moduli with the ROCA fingerprint (CVE-2017-15361) are refused. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include <openssl/evp.h>

/* Code JWS_KEY: which rule the key breaks. */
GA2_MUST_USE ga2_error_t *ga2_pkey_rsa(EVP_PKEY **out, ga2_bytes_t n, ga2_bytes_t e, apr_pool_t *p);
/* curve as in JWK: "P-256", "P-384", "P-521"; x and y of exactly the curve's length. */
GA2_MUST_USE ga2_error_t *ga2_pkey_ec(EVP_PKEY **out, const char *curve, ga2_bytes_t x, ga2_bytes_t y, apr_pool_t *p);
/* "Ed25519" or "Ed448". */
GA2_MUST_USE ga2_error_t *ga2_pkey_okp(EVP_PKEY **out, const char *curve, ga2_bytes_t x, apr_pool_t *p);
/* The same with their private numbers, which must fit: what an operator's own JWK holds. */
typedef struct ga2_rsa_parts { ga2_bytes_t n, e, d, p, q, dp, dq, qi; } ga2_rsa_parts_t;
GA2_MUST_USE ga2_error_t *ga2_pkey_rsa_private(EVP_PKEY **out, const ga2_rsa_parts_t *parts, apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_pkey_ec_private(EVP_PKEY **out, const char *curve, ga2_bytes_t x, ga2_bytes_t y,
                                              ga2_bytes_t d, apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_pkey_okp_private(EVP_PKEY **out, const char *curve, ga2_bytes_t x, ga2_bytes_t d,
                                               apr_pool_t *p);
/* The public key of the first certificate of a PEM text. Its dates and issuer are not looked at: the place it came
 * from vouches for it. */
GA2_MUST_USE ga2_error_t *ga2_pkey_from_certificate(EVP_PKEY **out, ga2_bytes_t pem, apr_pool_t *p);
/* A private key in PEM (PKCS#8, PKCS#1, SEC1), without a passphrase; text around it, such as Bag Attributes, is
 * skipped. */
GA2_MUST_USE ga2_error_t *ga2_pkey_private(EVP_PKEY **out, ga2_bytes_t pem, apr_pool_t *p);
/* "P-256", "P-384", "P-521", "Ed25519" or "Ed448"; NULL for RSA and for what is not let in. */
const char *ga2_pkey_curve(const EVP_PKEY *key);
/* EVP_PKEY_free with p. */
void ga2_pkey_adopt(EVP_PKEY *key, apr_pool_t *p);
/* NULL, or JWS_KEY with the rule that a key of any origin breaks. Every function above has asked. */
GA2_MUST_USE ga2_error_t *ga2_pkey_check(EVP_PKEY *key, apr_pool_t *p);
/* The same when the private half does not belong to the public one: what the one signs, the other must verify. */
GA2_MUST_USE ga2_error_t *ga2_pkey_check_private(EVP_PKEY *key, apr_pool_t *p);
#endif
