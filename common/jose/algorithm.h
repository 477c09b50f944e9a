/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_JOSE_ALGORITHM_H
#define GA2_JOSE_ALGORITHM_H
#include "base/bytes.h"

typedef enum { GA2_KTY_RSA, GA2_KTY_EC, GA2_KTY_OKP, GA2_KTY_OCT } ga2_kty_t;

typedef enum {
#define GA2_ALGORITHM(name, kty, curve, bits, length) GA2_ALG_##name,
#include "jose/algorithms.def"
    GA2_ALGS
} ga2_alg_t;

/* A set of algorithms: what a caller allows. Nothing is ever allowed that is not in it. */
typedef apr_uint32_t ga2_algs_t;
#define GA2_ALG_BIT(name) (1u << GA2_ALG_##name)
/* Every asymmetric one: what an id_token may be signed with unless the provider's metadata allows fewer. */
#define GA2_ALGS_ASYMMETRIC (GA2_ALG_BIT(HS256) - 1)

typedef struct ga2_algorithm {
    const char *name;
    ga2_kty_t kty;
    const char *curve;          /* NULL: any, or none */
    int bits;                   /* of SHA-2; 0: EdDSA hashes by itself */
    apr_size_t length;          /* of the signature in bytes; 0: the key's */
} ga2_algorithm_t;
extern const ga2_algorithm_t ga2_algorithms[GA2_ALGS];

/* By exact, case-sensitive name (RFC 7515 4.1.1); -1 when it is not known. */
int ga2_algorithm_find(const char *name);
#endif
