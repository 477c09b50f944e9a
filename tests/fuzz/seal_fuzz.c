/* SPDX-License-Identifier: Apache-2.0
 * ga2_unseal with a fixed key ring: the only box that opens is the one that was sealed, for its own purpose only. */
#include <string.h>
#include "fuzz.h"
#include "../unit/crypto/lines.h"
#include "crypto/context.h"
#include "crypto/seal.h"

static const unsigned char original[] = {
    0x01, 0x5e, 0x31, 0x8f, 0x8c, 0x24, 0x67, 0xec, 0x54, 0x20, 0xef, 0xf5, 0xea, 0x92, 0x71, 0xd9,
    0xa1, 0x73, 0x4b, 0xac, 0xdb, 0x19, 0x9e, 0x77, 0x67, 0xa2, 0xb2, 0x7b, 0x84, 0x29, 0x4c, 0xbd,
    0xef, 0x29, 0xa8, 0x8e, 0x8f, 0xbd, 0xaa, 0x7b, 0x38, 0x12, 0xd7, 0x30
};

static const ga2_keyring_t *ring(void)
{
    static const ga2_keyring_t *made;
    apr_pool_t *p;

    if (made)
        return made;
    apr_pool_create(&p, NULL);
    ga2_crypto_start(p);
    GA2_HOLDS(!ga2_keyring_parse(&made, ga2_bytes_of(LINE_K "\n" LINE_L "\n"), "keys", p));
    return made;
}

GA2_FUZZ(input, p)
{
    int is_original = ga2_bytes_equal(input, (ga2_bytes_t){ original, sizeof(original) });
    ga2_bytes_t plain;

    for (ga2_purpose_t purpose = 0; purpose < GA2_PURPOSES; purpose++) {
        int opened = ga2_unseal(&plain, ring(), purpose, ga2_bytes_of("fuzz"), input, p);
        GA2_HOLDS(opened == (is_original && purpose == GA2_FOR_STATE));
        GA2_HOLDS(!opened || ga2_bytes_equal(plain, ga2_bytes_of("sealed once")));
        GA2_HOLDS(opened || !plain.data);
    }
    GA2_HOLDS(!ga2_unseal(&plain, ring(), GA2_FOR_STATE, ga2_bytes_of("fuzy"), input, p));
}
