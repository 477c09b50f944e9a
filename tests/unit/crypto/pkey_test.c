/* SPDX-License-Identifier: Apache-2.0 */
#include "../keys.h"
#include "../t.h"
#include "codec/base64.h"
#include "crypto/pkey.h"

static ga2_bytes_t b64(const char *text, apr_pool_t *p)
{
    ga2_bytes_t out;

    assert_true(ga2_base64url_decode(&out, text, strlen(text), p));
    return out;
}

static void an_rsa_key_is_made_of_its_numbers(void **state)
{
    EVP_PKEY *key;

    T_OK(ga2_pkey_rsa(&key, b64(RSA_N, *state), b64("AQAB", *state), *state));
    assert_int_equal(EVP_PKEY_get_bits(key), 2048);
    assert_null(ga2_pkey_curve(key));
}

/* A number of `bits` bits, all of them set but the second. */
static ga2_bytes_t big(int bits, apr_pool_t *p)
{
    apr_size_t len = (apr_size_t)(bits + 7) / 8;
    unsigned char *bytes = memset(apr_palloc(p, len), 0xff, len);

    bytes[0] = (unsigned char)(0xff >> (8 * (int)len - bits));
    bytes[1] = 0x7f;
    return (ga2_bytes_t){ bytes, len };
}

static void rsa_keys_that_could_be_broken_are_refused(void **state)
{
    apr_pool_t *p = *state;
    ga2_bytes_t n = b64(RSA_N, p), even = ga2_bytes_copy(n, p);
    const struct { const char *name; ga2_bytes_t n; const char *e; int good; } rows[] = {
        { "as it is", n, "AQAB", 1 },
        { "exponent 3", n, "Aw", 1 },
        { "exponent 2^32 - 1", n, "_____w", 1 },
        { "exponent 2^32 + 1", n, "AQAAAAE", 0 },
        { "exponent 1", n, "AQ", 0 },
        { "exponent 0", n, "AA", 0 },
        { "even exponent", n, "AQAA", 0 },
        { "no exponent", n, "", 0 },
        { "no modulus", GA2_NO_BYTES, "AQAB", 0 },
        { "even modulus", even, "AQAB", 0 },
        { "1024 bits", b64(SHORT_N, p), "AQAB", 0 },
        { "2047 bits", big(2047, p), "AQAB", 0 },
        { "2048 bits", big(2048, p), "AQAB", 1 },
        { "8192 bits", big(8192, p), "AQAB", 1 },
        { "8193 bits", big(8193, p), "AQAB", 0 },
        { "16384 bits", big(16384, p), "AQAB", 0 },
        { "ROCA", b64(ROCA_N, p), "AQAB", 0 } };
    EVP_PKEY *key;

    ((unsigned char *)even.data)[even.len - 1] &= 0xfe;
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_pkey_rsa(&key, rows[i].n, b64(rows[i].e, p), p);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_JWS_KEY, rows[i].name);
    }
}

static void points_must_be_on_their_curve(void **state)
{
    static const struct { const char *curve, *x, *y; int good; } rows[] = {
        { "P-256", P256_X, P256_Y, 1 }, { "P-384", P384_X, P384_Y, 1 }, { "P-521", P521_X, P521_Y, 1 },
        { "P-256", P256_Y, P256_X, 0 },                             /* not a point */
        { "P-256", P384_X, P384_Y, 0 }, { "P-384", P256_X, P256_Y, 0 },
        { "P-256", P256_X, "", 0 }, { "P-256", "", P256_Y, 0 },
        { "P-256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
        { "secp256k1", K256_X, K256_Y, 0 }, { "P-256", K256_X, K256_Y, 0 },
        { "prime256v1", P256_X, P256_Y, 0 }, { "p-256", P256_X, P256_Y, 0 }, { "", P256_X, P256_Y, 0 } };
    EVP_PKEY *key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_pkey_ec(&key, rows[i].curve, b64(rows[i].x, *state), b64(rows[i].y, *state), *state);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_JWS_KEY, rows[i].curve);
        if (!err)
            T_ROW(strcmp(ga2_pkey_curve(key), rows[i].curve) == 0, rows[i].curve);
    }
}

/* The same number, with one zero byte in front or behind. */
static ga2_bytes_t with_zero(ga2_bytes_t number, int in_front, apr_pool_t *p)
{
    unsigned char *bytes = apr_pcalloc(p, number.len + 1);

    memcpy(bytes + in_front, number.data, number.len);
    return (ga2_bytes_t){ bytes, number.len + 1 };
}

static void coordinates_have_exactly_their_length(void **state)
{
    apr_pool_t *p = *state;
    ga2_bytes_t x = b64(P256_X, p), y = b64(P256_Y, p);
    EVP_PKEY *key;

    for (int in_front = 0; in_front < 2; in_front++) {
        T_FAILS(ga2_pkey_ec(&key, "P-256", with_zero(x, in_front, p), y, p), JWS_KEY);
        T_FAILS(ga2_pkey_ec(&key, "P-256", x, with_zero(y, in_front, p), p), JWS_KEY);
    }
    T_OK(ga2_pkey_ec(&key, "P-256", x, y, p));
}

static void edwards_keys_have_exactly_their_length(void **state)
{
    static const struct { const char *curve, *x; int good; } rows[] = {
        { "Ed25519", ED25519_X, 1 }, { "Ed448", ED448_X, 1 }, { "Ed25519", ED448_X, 0 }, { "Ed448", ED25519_X, 0 },
        { "X25519", ED25519_X, 0 }, { "ED25519", ED25519_X, 0 }, { "Ed25519", "", 0 } };
    EVP_PKEY *key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_pkey_okp(&key, rows[i].curve, b64(rows[i].x, *state), *state);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_JWS_KEY, rows[i].curve);
        if (!err)
            T_ROW(strcmp(ga2_pkey_curve(key), rows[i].curve) == 0, rows[i].curve);
    }
}

static void private_halves_must_belong_to_the_public_ones(void **state)
{
    apr_pool_t *p = *state;
    ga2_rsa_parts_t whole = { b64(RSA_N, p), b64("AQAB", p), b64(RSA_D, p), b64(RSA_P, p), b64(RSA_Q, p),
                              b64(RSA_DP, p), b64(RSA_DQ, p), b64(RSA_QI, p) };
    ga2_rsa_parts_t short_one = { .n = whole.n, .e = whole.e, .d = whole.d }, wrong = short_one, none = short_one, some;
    ga2_bytes_t x = b64(P256_X, p), y = b64(P256_Y, p);
    EVP_PKEY *key;

    T_OK(ga2_pkey_rsa_private(&key, &whole, p));
    T_OK(ga2_pkey_rsa_private(&key, &short_one, p));
    wrong.d = b64(RSA_N, p);
    T_FAILS(ga2_pkey_rsa_private(&key, &wrong, p), JWS_KEY);
    some = whole;
    some.qi = GA2_NO_BYTES;
    T_FAILS(ga2_pkey_rsa_private(&key, &some, p), JWS_KEY);
    none.d = GA2_NO_BYTES;
    T_FAILS(ga2_pkey_rsa_private(&key, &none, p), JWS_KEY);
    T_OK(ga2_pkey_ec_private(&key, "P-256", x, y, b64(P256_D, p), p));
    T_FAILS(ga2_pkey_ec_private(&key, "P-256", x, y, b64(K256_X, p), p), JWS_KEY);
    T_FAILS(ga2_pkey_ec_private(&key, "P-256", x, y, b64(P384_D, p), p), JWS_KEY);
    T_FAILS(ga2_pkey_ec_private(&key, "P-256", x, y, GA2_NO_BYTES, p), JWS_KEY);
    T_OK(ga2_pkey_okp_private(&key, "Ed25519", b64(ED25519_X, p), b64(ED25519_D, p), p));
    T_FAILS(ga2_pkey_okp_private(&key, "Ed25519", b64(ED25519_X, p), b64(ED25519_X, p), p), JWS_KEY);
    T_FAILS(ga2_pkey_okp_private(&key, "Ed25519", b64(ED25519_X, p), b64(ED448_D, p), p), JWS_KEY);
}

static const struct CMUnitTest cases[] = {
    T("an RSA key is made of its numbers", an_rsa_key_is_made_of_its_numbers),
    T("RSA keys that could be broken are refused", rsa_keys_that_could_be_broken_are_refused),
    T("points must be on their curve", points_must_be_on_their_curve),
    T("coordinates have exactly their length", coordinates_have_exactly_their_length),
    T("Ed25519 and Ed448 keys have exactly their length", edwards_keys_have_exactly_their_length),
    T("private halves must belong to the public ones", private_halves_must_belong_to_the_public_ones),
};
T_MAIN("crypto/pkey", cases)
