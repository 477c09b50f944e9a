/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_JOSE_JWS_H
#define GA2_JOSE_JWS_H
/* Compact JSON Web Signatures (RFC 7515 7.1), read as BCP 225 (RFC 8725) and its revision ask: the caller says which
 * algorithms may be, the key says what it is for, and the header decides nothing but which of those is meant. */
#include "codec/json.h"
#include "jose/jwk.h"

enum { GA2_JWS_BYTES_MAX = 65536, GA2_JWS_CANDIDATES_MAX = 8 };

typedef struct ga2_jws {        /* what is written; nothing of it is true before ga2_jws_verify said so */
    ga2_alg_t alg;
    const char *kid, *typ;      /* NULL: absent */
    ga2_bytes_t payload;        /* decoded */
    ga2_bytes_t signed_part;    /* "header.payload" as sent: points into the token */
    ga2_bytes_t signature;
} ga2_jws_t;

/* JWS_MALFORMED: not exactly three canonical base64url parts, a header that is not strict JSON, "crit", "b64", kid or
 * typ that are not short strings. JWS_ALGORITHM: alg is unknown or "none". Members jwk, jku, x5u and x5c are ignored:
 * a token does not bring its own key. */
GA2_MUST_USE ga2_error_t *ga2_jws_parse(ga2_jws_t *out, const char *token, apr_size_t len, apr_pool_t *p);
/* NULL when the signature is by a key of the set, with one of these algorithms. JWS_ALGORITHM: not allowed.
 * JWS_KEY: no key of the set fits (by kid, kty, crv, alg; without a kid up to GA2_JWS_CANDIDATES_MAX are tried).
 * JWS_SIGNATURE: it does not verify. */
GA2_MUST_USE ga2_error_t *ga2_jws_verify(const ga2_jws_t *jws, const ga2_jwks_t *set, ga2_algs_t allowed,
                                         apr_pool_t *p);

/* Sign: header members beside alg come from `header` (may be NULL). ES* signatures are r||s. */
GA2_MUST_USE ga2_error_t *ga2_jws_sign(const char **out, const ga2_jwk_t *key, ga2_alg_t alg, const ga2_json_t *header,
                                       ga2_bytes_t payload, apr_pool_t *p);
/* One signature over bytes, RFC 7518 form, against one key: for the vectors, and for what is not a JWS. */
int ga2_signature_ok(const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, ga2_bytes_t signature);
/* JWS_KEY: the key does not fit or has no private half. */
GA2_MUST_USE ga2_error_t *ga2_signature_make(ga2_bytes_t *out, const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data,
                                             apr_pool_t *p);
#endif
