/* SPDX-License-Identifier: Apache-2.0 */
#include "../hex.h"
#include "../t.h"
#include "jose/ecdsa.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

static const struct { const char *curve; int len; } curves[] = { { "P-256", 32 }, { "P-384", 48 }, { "P-521", 66 } };

/* r||s with both numbers right-aligned. */
static ga2_bytes_t pair(const char *r, const char *s, int len, apr_pool_t *p)
{
    ga2_bytes_t a = t_unhex(r, p), b = t_unhex(s, p);
    unsigned char *rs = apr_pcalloc(p, 2 * (apr_size_t)len);

    memcpy(rs + len - a.len, a.data, a.len);
    memcpy(rs + 2 * len - b.len, b.data, b.len);
    return (ga2_bytes_t){ rs, 2 * (apr_size_t)len };
}

static void both_forms_say_the_same(void **state)
{
    static const struct { const char *r, *s, *der; } rows[] = {
        { "01", "01", "3006020101020101" },
        { "7f", "80", "300702017f02020080" },
        { "0100", "ff01", "3009020201000203" "00ff01" } };
    unsigned char der[GA2_ECDSA_DER_MAX], back[132];
    apr_size_t len;

    for (int c = 0; c < 3; c++)
        for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            ga2_bytes_t rs = pair(rows[i].r, rows[i].s, curves[c].len, *state);
            T_ROW(ga2_ecdsa_to_der(der, &len, curves[c].curve, rs), rows[i].der);
            T_ROW(strcmp(t_hex(der, len, *state), rows[i].der) == 0, rows[i].der);
            T_ROW(ga2_ecdsa_from_der(back, rs.len, (ga2_bytes_t){ der, len }), rows[i].der);
            T_ROW(memcmp(back, rs.data, rs.len) == 0, rows[i].der);
        }
}

/* What OpenSSL says the curve's order is, plus `more`. */
static const char *order(const char *curve, int more, apr_pool_t *p)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
    BIGNUM *n = NULL;
    char *hex;
    const char *copy;

    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_ORDER, &n), 1);
    assert_int_equal(more < 0 ? BN_sub_word(n, (BN_ULONG)-more) : BN_add_word(n, (BN_ULONG)more), 1);
    hex = BN_bn2hex(n);
    copy = apr_pstrdup(p, hex);
    OPENSSL_free(hex);
    BN_free(n);
    EVP_PKEY_free(key);
    return copy;
}

static void numbers_are_within_1_and_the_order(void **state)
{
    unsigned char der[GA2_ECDSA_DER_MAX];
    apr_size_t len;

    for (int c = 0; c < 3; c++) {
        const char *curve = curves[c].curve, *last = order(curve, -1, *state);
        const struct { const char *r, *s; int good; } rows[] = {
            { "01", "01", 1 }, { last, last, 1 }, { "00", "01", 0 }, { "01", "00", 0 }, { "00", "00", 0 },
            { order(curve, 0, *state), "01", 0 }, { "01", order(curve, 0, *state), 0 },
            { order(curve, 1, *state), "01", 0 }, { "01", order(curve, 1, *state), 0 } };
        for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            ga2_bytes_t rs = pair(rows[i].r, rows[i].s, curves[c].len, *state);
            const char *row = apr_pstrcat(*state, curve, " ", rows[i].r, " ", rows[i].s, NULL);
            T_ROW(ga2_ecdsa_to_der(der, &len, curve, rs) == rows[i].good, row);
        }
        assert_true(ga2_ecdsa_to_der(der, &len, curve, pair(last, last, curves[c].len, *state)));
        assert_true(len <= GA2_ECDSA_DER_MAX);
    }
}

static void the_length_is_the_curve_s(void **state)
{
    unsigned char der[GA2_ECDSA_DER_MAX], rs[200];
    apr_size_t out;

    (void)state;
    memset(rs, 1, sizeof(rs));
    for (int c = 0; c < 3; c++)
        for (apr_size_t len = 0; len < sizeof(rs); len++)
            assert_int_equal(ga2_ecdsa_to_der(der, &out, curves[c].curve, (ga2_bytes_t){ rs, len }),
                             len == 2 * (apr_size_t)curves[c].len);
    assert_false(ga2_ecdsa_to_der(der, &out, "secp256k1", (ga2_bytes_t){ rs, 64 }));
}

static void broken_der_is_not_read(void **state)
{
    static const char *const rows[] = { "", "30", "3006", "300602010102", "30060201010201", "3106020101020101",
        "3007020101020101", "3005020101020101", "300602010102010100", "3006030101020101", "3006020101030101",
        "3006020181020101", "300602010102007f", "3006020201020101", "3006020101020401", "308106020101020101ff",
        "30260221010000000000000000000000000000000000000000000000000000000000000000020101" };
    unsigned char rs[64];

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        T_ROW(!ga2_ecdsa_from_der(rs, sizeof(rs), t_unhex(rows[i], *state)), rows[i]);
}

static const struct CMUnitTest cases[] = {
    T("both forms say the same", both_forms_say_the_same),
    T("r and s are within 1 and the order of the curve", numbers_are_within_1_and_the_order),
    T("the length of a signature is the curve's", the_length_is_the_curve_s),
    T("broken DER is not read", broken_der_is_not_read),
};
T_MAIN("jose/ecdsa", cases)
