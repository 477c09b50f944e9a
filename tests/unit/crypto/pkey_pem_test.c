/* SPDX-License-Identifier: Apache-2.0 */
#include "../keys.h"
#include "../t.h"
#include "codec/base64.h"
#include "crypto/pkey.h"
#include "pem.h"

static void private_keys_of_every_form_are_read(void **state)
{
    static const char attributes[] = "Bag Attributes\n    friendlyName: privatekey\nKey Attributes: <No Attributes>\n";
    const struct { const char *name, *pem, *curve; } rows[] = {
        { "PKCS#1", pem_rsa_pkcs1, NULL },
        { "SEC1 behind its parameters", pem_p256_sec1, "P-256" },
        { "PKCS#8", pem_ed25519_pkcs8, "Ed25519" },
        { "behind attributes", apr_pstrcat(*state, attributes, pem_ed25519_pkcs8, NULL), "Ed25519" },
        { "behind a certificate", apr_pstrcat(*state, pem_certificate_p256, pem_p256_sec1, NULL), "P-256" },
        { "with Windows line ends", "-----BEGIN PRIVATE KEY-----\r\n"
          "MC4CAQAwBQYDK2VwBCIEINpye+XY88W+6x06Le1arClCzsj1Z9yZsgoM2qLXnrOh\r\n-----END PRIVATE KEY-----\r\n",
          "Ed25519" } };
    EVP_PKEY *key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_pkey_private(&key, ga2_bytes_of(rows[i].pem), *state);
        T_ROW(!err, rows[i].name);
        T_ROW(rows[i].curve ? strcmp(ga2_pkey_curve(key), rows[i].curve) == 0 : !ga2_pkey_curve(key), rows[i].name);
    }
}

static void a_private_key_is_the_one_of_the_jwk(void **state)
{
    EVP_PKEY *pem, *jwk;
    ga2_bytes_t x, y;

    assert_true(ga2_base64url_decode(&x, P256_X, strlen(P256_X), *state));
    assert_true(ga2_base64url_decode(&y, P256_Y, strlen(P256_Y), *state));
    T_OK(ga2_pkey_private(&pem, ga2_bytes_of(pem_p256_sec1), *state));
    T_OK(ga2_pkey_ec(&jwk, "P-256", x, y, *state));
    assert_int_equal(EVP_PKEY_eq(pem, jwk), 1);
}

static void other_private_keys_are_refused(void **state)
{
    const struct { const char *name, *pem; } rows[] = {
        { "nothing", "" }, { "words", "not a key" }, { "a certificate", pem_certificate_p256 },
        { "cut short", apr_pstrmemdup(*state, pem_rsa_pkcs1, 900) },
        { "1024 bits", pem_rsa_1024 }, { "X25519", pem_x25519 }, { "secp256k1", pem_secp256k1 },
        { "with a passphrase", pem_encrypted } };
    EVP_PKEY *key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_pkey_private(&key, ga2_bytes_of(rows[i].pem), *state);
        T_ROW(err && err->code == GA2_E_JWS_KEY, rows[i].name);
    }
    T_FAILS(ga2_pkey_private(&key, GA2_NO_BYTES, *state), JWS_KEY);
}

static void a_text_larger_than_any_key_is_not_read(void **state)
{
    char *text = memset(apr_palloc(*state, 70000), '\n', 70000);
    apr_size_t len = strlen(pem_ed25519_pkcs8);
    EVP_PKEY *key;

    memcpy(text + 60000, pem_ed25519_pkcs8, len);
    T_OK(ga2_pkey_private(&key, (ga2_bytes_t){ (unsigned char *)text, 65536 }, *state));
    T_FAILS(ga2_pkey_private(&key, (ga2_bytes_t){ (unsigned char *)text, 65537 }, *state), JWS_KEY);
}

static void certificates_give_their_public_key(void **state)
{
    const struct { const char *name, *pem; int good; } rows[] = {
        { "RSA", pem_certificate_rsa, 1 }, { "P-256", pem_certificate_p256, 1 },
        { "Ed25519", pem_certificate_ed25519, 1 },
        { "two", apr_pstrcat(*state, pem_certificate_p256, pem_certificate_rsa_1024, NULL), 1 },
        { "RSA 1024", pem_certificate_rsa_1024, 0 }, { "RSA-PSS", pem_certificate_rsa_pss, 0 },
        { "secp256k1", pem_certificate_secp256k1, 0 }, { "a private key", pem_rsa_pkcs1, 0 }, { "nothing", "", 0 } };
    EVP_PKEY *key, *same;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_pkey_from_certificate(&key, ga2_bytes_of(rows[i].pem), *state);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_JWS_KEY, rows[i].name);
    }
    T_OK(ga2_pkey_from_certificate(&key, ga2_bytes_of(pem_certificate_rsa), *state));
    T_OK(ga2_pkey_private(&same, ga2_bytes_of(pem_rsa_pkcs1), *state));
    assert_int_equal(EVP_PKEY_eq(key, same), 1);
}

static const struct CMUnitTest cases[] = {
    T("private keys of every form are read", private_keys_of_every_form_are_read),
    T("a private key in PEM is the one of the JWK", a_private_key_is_the_one_of_the_jwk),
    T("other private keys are refused, and nobody is asked for a passphrase", other_private_keys_are_refused),
    T("a text larger than any key is not read", a_text_larger_than_any_key_is_not_read),
    T("certificates give their public key, if it may verify", certificates_give_their_public_key),
};
T_MAIN("crypto/pkey_pem", cases)
