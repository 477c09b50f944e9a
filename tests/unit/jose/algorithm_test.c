/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "jose/algorithm.h"

static void names_are_exact(void **state)
{
    static const char *const unknown[] = { "", "none", "None", "NONE", "nOnE", "rs256", "Rs256", "RS256 ", " RS256",
        "RS25", "RS2566", "ES521", "EdDsa", "Ed25519", "ES256K", "HS1", "RSA-OAEP", "dir" };

    (void)state;
    for (apr_size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
        T_ROW(ga2_algorithm_find(unknown[i]) == -1, unknown[i]);
    for (int i = 0; i < GA2_ALGS; i++)
        T_ROW(ga2_algorithm_find(ga2_algorithms[i].name) == i, ga2_algorithms[i].name);
}

static void the_asymmetric_set_holds_no_hmac(void **state)
{
    (void)state;
    for (int i = 0; i < GA2_ALGS; i++)
        T_ROW((GA2_ALGS_ASYMMETRIC >> i & 1) == (ga2_algorithms[i].kty != GA2_KTY_OCT), ga2_algorithms[i].name);
}

static const struct CMUnitTest cases[] = {
    T("algorithms are known by exact name, and none is not one", names_are_exact),
    T("the asymmetric set holds all but HMAC", the_asymmetric_set_holds_no_hmac),
};
T_MAIN("jose/algorithm", cases)
