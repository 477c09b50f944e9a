/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "crypto/pkey.h"
#include <openssl/core_names.h>

/* A key of OpenSSL's own making: with the parameter that its kind takes, or 0 and NULL. */
static EVP_PKEY *made(const char *kind, int bits, const char *curve, apr_pool_t *p)
{
    EVP_PKEY *key = bits ? EVP_PKEY_Q_keygen(NULL, NULL, kind, (size_t)bits)
                  : curve ? EVP_PKEY_Q_keygen(NULL, NULL, kind, curve) : EVP_PKEY_Q_keygen(NULL, NULL, kind);

    assert_non_null(key);
    ga2_pkey_adopt(key, p);
    return key;
}

static void only_keys_that_sign_jwts_pass(void **state)
{
    static const struct { const char *kind; int bits; const char *curve, *called; int good; } rows[] = {
        { "RSA", 2048, NULL, NULL, 1 }, { "RSA", 1024, NULL, NULL, 0 },
        { "EC", 0, "P-256", "P-256", 1 }, { "EC", 0, "P-384", "P-384", 1 }, { "EC", 0, "P-521", "P-521", 1 },
        { "EC", 0, "P-224", NULL, 0 }, { "EC", 0, "secp256k1", NULL, 0 }, { "EC", 0, "brainpoolP256r1", NULL, 0 },
        { "ED25519", 0, NULL, "Ed25519", 1 }, { "ED448", 0, NULL, "Ed448", 1 },
        { "X25519", 0, NULL, NULL, 0 }, { "X448", 0, NULL, NULL, 0 } };

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        EVP_PKEY *key = made(rows[i].kind, rows[i].bits, rows[i].curve, *state);
        ga2_error_t *err = ga2_pkey_check(key, *state);
        const char *row = rows[i].curve ? rows[i].curve : rows[i].kind, *curve = ga2_pkey_curve(key);

        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_JWS_KEY, row);
        T_ROW(rows[i].called ? curve && strcmp(curve, rows[i].called) == 0 : !curve, row);
        if (rows[i].good)
            T_ROW(!ga2_pkey_check_private(key, *state), row);
    }
}

/* A public key whose modulus has `bits` bits, all of them set. */
static EVP_PKEY *rsa_of(int bits, apr_pool_t *p)
{
    unsigned char n[1100], e[] = { 1, 0, 1 };
    OSSL_PARAM params[] = { OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, (size_t)bits / 8),
                            OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, sizeof(e)), OSSL_PARAM_construct_end() };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *key = NULL;

    memset(n, 0xff, sizeof(n));
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    EVP_PKEY_CTX_free(context);
    ga2_pkey_adopt(key, p);
    return key;
}

static void an_rsa_modulus_has_2048_to_8192_bits(void **state)
{
    T_FAILS(ga2_pkey_check(rsa_of(2040, *state), *state), JWS_KEY);
    T_OK(ga2_pkey_check(rsa_of(2048, *state), *state));
    T_OK(ga2_pkey_check(rsa_of(8192, *state), *state));
    T_FAILS(ga2_pkey_check(rsa_of(8200, *state), *state), JWS_KEY);
}

static const struct CMUnitTest cases[] = {
    T("only keys that sign JWTs pass", only_keys_that_sign_jwts_pass),
    T("an RSA modulus has 2048 to 8192 bits, wherever the key is from", an_rsa_modulus_has_2048_to_8192_bits),
};
T_MAIN("crypto/pkey_check", cases)
