/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rand.h"
#include <limits.h>
#include <openssl/rand.h>

ga2_error_t *ga2_random(void *out, apr_size_t len, apr_pool_t *p)
{
    if (len > INT_MAX || RAND_priv_bytes(out, (int)len) != 1)
        return ga2_fail(p, RANDOM, NULL, "no random bytes from OpenSSL");
    return NULL;
}
