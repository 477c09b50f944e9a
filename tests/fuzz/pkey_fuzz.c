/* SPDX-License-Identifier: Apache-2.0
 * ga2_pkey_private: a key that is taken keeps the rules for keys and has a private half that belongs to it. No
 * passphrase is ever asked for, so the target never waits. */
#include <openssl/pem.h>
#include "fuzz.h"
#include "crypto/pkey.h"

GA2_FUZZ(input, p)
{
    EVP_PKEY *key = NULL;

    if (ga2_pkey_private(&key, input, p)) {
        GA2_HOLDS(!key);
        return;
    }
    GA2_HOLDS(!ga2_pkey_check(key, p));
    GA2_HOLDS(!ga2_pkey_check_private(key, p));
    GA2_HOLDS((EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) == !ga2_pkey_curve(key));
}
