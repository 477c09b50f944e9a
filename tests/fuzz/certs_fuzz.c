/* SPDX-License-Identifier: Apache-2.0
 * ga2_jwks_parse_certificates on a JSON map, and ga2_pkey_from_certificate on anything else: a key that is taken keeps
 * the rules for keys, and in a map it has the name it had there. */
#include <string.h>
#include "fuzz.h"
#include "crypto/pkey.h"
#include "jose/jwk.h"

static void check_map(ga2_bytes_t input, apr_pool_t *p)
{
    const ga2_jwks_t *set;

    if (ga2_jwks_parse_certificates(&set, input, p))
        return;
    GA2_HOLDS(ga2_jwks_count(set) >= 1 && ga2_jwks_count(set) <= GA2_JWKS_KEYS_MAX);
    for (int i = 0; i < ga2_jwks_count(set); i++) {
        const ga2_jwk_t *key = ga2_jwks_at(set, i);
        GA2_HOLDS(key->kid && ga2_jwks_has_kid(set, key->kid));
        GA2_HOLDS(key->kty != GA2_KTY_OCT && key->alg == -1);
        GA2_HOLDS(!ga2_pkey_check(key->key, p));
    }
}

GA2_FUZZ(input, p)
{
    EVP_PKEY *key = NULL;

    if (input.len && input.data[0] == '{') {
        check_map(input, p);
        return;
    }
    if (ga2_pkey_from_certificate(&key, input, p))
        GA2_HOLDS(!key);
    else
        GA2_HOLDS(!ga2_pkey_check(key, p));
}
