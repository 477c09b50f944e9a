/* SPDX-License-Identifier: Apache-2.0
 * ga2_jwks_parse: a set that is taken has 1 to 64 keys, each of which keeps the rules for keys; with the same kid, kty,
 * crv and alg there are never two; from the network there is nothing secret in it. */
#include <openssl/core_names.h>
#include <string.h>
#include "fuzz.h"
#include "crypto/pkey.h"
#include "jose/jwk.h"

static int same_text(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static int has_private_half(const EVP_PKEY *key)
{
    unsigned char room[2048];
    BIGNUM *d = NULL;
    size_t len = sizeof(room);
    int has = EVP_PKEY_get_raw_private_key(key, room, &len) == 1
           || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_D, &d) == 1
           || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1;

    BN_clear_free(d);
    return has;
}

static void check_key(const ga2_jwk_t *key, ga2_keys_from_t from, apr_pool_t *p)
{
    GA2_HOLDS(!key->kid || strlen(key->kid) <= GA2_KID_MAX);
    GA2_HOLDS(key->alg < 0 || ga2_jwk_fits(key, (ga2_alg_t)key->alg));
    GA2_HOLDS((key->kty == GA2_KTY_OCT) == (key->secret != NULL));
    GA2_HOLDS((key->kty == GA2_KTY_OCT) == (key->key == NULL));
    if (!key->key)
        return;
    GA2_HOLDS(!ga2_pkey_check(key->key, p));
    GA2_HOLDS(same_text(key->crv, ga2_pkey_curve(key->key)));
    GA2_HOLDS(key->kty == ga2_jwk_of(key->key, NULL).kty);
    if (from == GA2_KEYS_FROM_NETWORK)
        GA2_HOLDS(!has_private_half(key->key));
}

static void check_set(const ga2_jwks_t *set, ga2_keys_from_t from, apr_pool_t *p)
{
    GA2_HOLDS(ga2_jwks_count(set) >= 1 && ga2_jwks_count(set) <= GA2_JWKS_KEYS_MAX);
    for (int i = 0; i < ga2_jwks_count(set); i++) {
        const ga2_jwk_t *a = ga2_jwks_at(set, i);
        check_key(a, from, p);
        GA2_HOLDS(from == GA2_KEYS_FROM_OPERATOR || a->kty != GA2_KTY_OCT);
        for (int j = 0; a->kid && j < i; j++) {
            const ga2_jwk_t *b = ga2_jwks_at(set, j);
            GA2_HOLDS(a->kty != b->kty || a->alg != b->alg || !same_text(a->kid, b->kid) || !same_text(a->crv, b->crv));
        }
    }
}

GA2_FUZZ(input, p)
{
    const ga2_jwks_t *network, *operator;

    if (ga2_jwks_parse(&operator, input, GA2_KEYS_FROM_OPERATOR, p))
        operator = NULL;
    else
        check_set(operator, GA2_KEYS_FROM_OPERATOR, p);
    if (!ga2_jwks_parse(&network, input, GA2_KEYS_FROM_NETWORK, p))
        check_set(network, GA2_KEYS_FROM_NETWORK, p);
}
