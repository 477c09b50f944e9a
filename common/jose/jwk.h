/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_JOSE_JWK_H
#define GA2_JOSE_JWK_H
/* JSON Web Keys (RFC 7517, 7518 6, 8037 2) and sets of them, and the map of kid to PEM certificate that Google
 * serves at /oauth2/v1/certs. A key that is unknown, weak or damaged is left out of its set; the others stay. */
#include "codec/json.h"
#include "jose/algorithm.h"
#include "base/secret.h"
#include <openssl/evp.h>

typedef struct ga2_jwk {
    ga2_kty_t kty;
    const char *kid;            /* NULL: none */
    int alg;                    /* a ga2_alg_t, or -1: not said */
    const char *crv;            /* EC and OKP */
    EVP_PKEY *key;              /* RSA, EC, OKP: the public key, or the private one when the operator gave it */
    const ga2_secret_t *secret; /* OCT */
} ga2_jwk_t;

typedef struct ga2_jwks ga2_jwks_t;
enum { GA2_JWKS_KEYS_MAX = 64, GA2_JWKS_BYTES_MAX = 262144, GA2_KID_MAX = 256 };

/* Where a set came from. From the network: only public, asymmetric keys; "oct" keys and keys whose private half is
 * published are left out. */
typedef enum { GA2_KEYS_FROM_NETWORK, GA2_KEYS_FROM_OPERATOR } ga2_keys_from_t;

/* One key. JWS_KEY: why it is not used. */
GA2_MUST_USE ga2_error_t *ga2_jwk_read(ga2_jwk_t *out, const ga2_json_t *object, ga2_keys_from_t from, apr_pool_t *p);
/* A key of another origin, such as a PEM file. kid may be NULL; the key stays its pool's. */
ga2_jwk_t ga2_jwk_of(EVP_PKEY *key, const char *kid);
/* Whether the key may be used with this algorithm: its kind, its curve, its own alg, and the length of a secret. */
int ga2_jwk_fits(const ga2_jwk_t *key, ga2_alg_t alg);

/* Of several keys with the same kid, kty, crv and alg none is used: nobody could say which was meant. (Keys without a
 * kid are not told apart by name anyway, and stay.) A set without one usable key, with more than GA2_JWKS_KEYS_MAX or
 * of more than GA2_JWKS_BYTES_MAX is an error (JWS_KEY) that says why the first was left out. */
GA2_MUST_USE ga2_error_t *ga2_jwks_parse(const ga2_jwks_t **out, ga2_bytes_t json, ga2_keys_from_t from, apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_jwks_parse_certificates(const ga2_jwks_t **out, ga2_bytes_t json, apr_pool_t *p);
/* One key, or a set's object, as already parsed JSON: what a test or a tool has in hand. */
GA2_MUST_USE ga2_error_t *ga2_jwks_from_json(const ga2_jwks_t **out, const ga2_json_t *object, ga2_keys_from_t from,
                                             apr_pool_t *p);
int ga2_jwks_count(const ga2_jwks_t *set);
const ga2_jwk_t *ga2_jwks_at(const ga2_jwks_t *set, int i);
int ga2_jwks_has_kid(const ga2_jwks_t *set, const char *kid);
#endif
