/* SPDX-License-Identifier: Apache-2.0 */
#include "../keys.h"
#include "../t.h"
#include "crypto/context.h"
#include "jose/jws.h"
#include <openssl/rsa.h>

static const struct { ga2_alg_t alg; const char *json, *public_json; } rows[] = {
    { GA2_ALG_RS256, "{" RSA_PRIVATE "}", "{" RSA_PUBLIC "}" },
    { GA2_ALG_RS384, "{" RSA_PRIVATE "}", "{" RSA_PUBLIC "}" },
    { GA2_ALG_RS512, "{" RSA_PRIVATE "}", "{" RSA_PUBLIC "}" },
    { GA2_ALG_PS256, "{" RSA_PRIVATE "}", "{" RSA_PUBLIC "}" },
    { GA2_ALG_PS384, "{" RSA_PRIVATE "}", "{" RSA_PUBLIC "}" },
    { GA2_ALG_PS512, "{" RSA_PRIVATE "}", "{" RSA_PUBLIC "}" },
    { GA2_ALG_ES256, "{" P256_PRIVATE "}", "{" P256_PUBLIC "}" },
    { GA2_ALG_ES384, "{" P384_PRIVATE "}", "{" P384_PUBLIC "}" },
    { GA2_ALG_ES512, "{" P521_PRIVATE "}", "{" P521_PUBLIC "}" },
    { GA2_ALG_EdDSA, "{" ED25519_PRIVATE "}", "{" ED25519_PUBLIC "}" },
    { GA2_ALG_EdDSA, "{" ED448_PRIVATE "}", "{" ED448_PUBLIC "}" },
    { GA2_ALG_HS256, "{" SECRET "}", "{" SECRET "}" },
    { GA2_ALG_HS384, "{" SECRET "}", "{" SECRET "}" },
    { GA2_ALG_HS512, "{" SECRET "}", "{" SECRET "}" },
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static ga2_jwk_t key_of(const char *text, apr_pool_t *p)
{
    const ga2_json_t *object = NULL;
    ga2_jwk_t key = { 0 };

    assert_null(ga2_json_parse(&object, t_json(text, p), p));
    assert_null(ga2_jwk_read(&key, object, GA2_KEYS_FROM_OPERATOR, p));
    return key;
}

static void what_is_signed_verifies_and_nothing_else(void **state)
{
    ga2_bytes_t data = ga2_bytes_of("signed"), other = ga2_bytes_of("signee"), signature;

    ga2_crypto_start(*state);
    for (int i = 0; i < ROWS; i++) {
        ga2_jwk_t private_key = key_of(rows[i].json, *state), key = key_of(rows[i].public_json, *state);
        const char *row = ga2_algorithms[rows[i].alg].name;
        unsigned char *bytes;

        T_OK(ga2_signature_make(&signature, &private_key, rows[i].alg, data, *state));
        T_ROW(!ga2_algorithms[rows[i].alg].length || signature.len == ga2_algorithms[rows[i].alg].length, row);
        T_ROW(ga2_signature_ok(&key, rows[i].alg, data, signature), row);
        T_ROW(!ga2_signature_ok(&key, rows[i].alg, other, signature), row);
        bytes = (unsigned char *)signature.data;
        for (apr_size_t b = 0; b < signature.len; b += 7) {
            bytes[b] ^= 4;
            T_ROW(!ga2_signature_ok(&key, rows[i].alg, data, signature), row);
            bytes[b] ^= 4;
        }
    }
}

static void the_length_must_be_exact(void **state)
{
    ga2_bytes_t data = ga2_bytes_of("signed"), signature;

    ga2_crypto_start(*state);
    for (int i = 0; i < ROWS; i++) {
        ga2_jwk_t key = key_of(rows[i].json, *state);
        const char *row = ga2_algorithms[rows[i].alg].name;
        unsigned char longer[1024] = { 0 };

        T_OK(ga2_signature_make(&signature, &key, rows[i].alg, data, *state));
        memcpy(longer, signature.data, signature.len);
        T_ROW(!ga2_signature_ok(&key, rows[i].alg, data, (ga2_bytes_t){ longer, signature.len + 1 }), row);
        memcpy(longer + 1, signature.data, signature.len);
        longer[0] = 0;
        T_ROW(!ga2_signature_ok(&key, rows[i].alg, data, (ga2_bytes_t){ longer, signature.len + 1 }), row);
        T_ROW(!ga2_signature_ok(&key, rows[i].alg, data, (ga2_bytes_t){ signature.data, signature.len - 1 }), row);
        T_ROW(!ga2_signature_ok(&key, rows[i].alg, data, (ga2_bytes_t){ longer, 0 }), row);
        T_ROW(!ga2_signature_ok(&key, rows[i].alg, data, GA2_NO_BYTES), row);
    }
}

static void a_signature_holds_for_its_own_algorithm(void **state)
{
    ga2_bytes_t data = ga2_bytes_of("signed"), signature;

    ga2_crypto_start(*state);
    for (int i = 0; i < ROWS; i++) {
        ga2_jwk_t key = key_of(rows[i].json, *state);
        T_OK(ga2_signature_make(&signature, &key, rows[i].alg, data, *state));
        for (ga2_alg_t alg = 0; alg < GA2_ALGS; alg++)
            T_ROW(ga2_signature_ok(&key, alg, data, signature) == (alg == rows[i].alg), ga2_algorithms[alg].name);
    }
}

/* An RSA-PSS signature of OpenSSL's, with a salt and a mask digest of the caller's choice. */
static ga2_bytes_t pss(const ga2_jwk_t *key, int salt, const char *mask, ga2_bytes_t data, apr_pool_t *p)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char *room = apr_palloc(p, 256);
    size_t len = 256;
    EVP_PKEY_CTX *options;

    assert_int_equal(EVP_DigestSignInit_ex(context, &options, "SHA256", NULL, NULL, key->key, NULL), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md_name(options, mask, NULL), 1);
    assert_int_equal(EVP_DigestSign(context, room, &len, data.data, data.len), 1);
    EVP_MD_CTX_free(context);
    return (ga2_bytes_t){ room, len };
}

/* RFC 7518 3.5. */
static void pss_has_one_salt_length_and_one_mask(void **state)
{
    static const struct { int salt; const char *mask; int good; } forms[] = {
        { 32, "SHA256", 1 }, { 0, "SHA256", 0 }, { 20, "SHA256", 0 }, { 64, "SHA256", 0 }, { 32, "SHA1", 0 },
        { 32, "SHA512", 0 } };
    ga2_bytes_t data = ga2_bytes_of("signed");
    ga2_jwk_t key;

    ga2_crypto_start(*state);
    key = key_of("{" RSA_PRIVATE "}", *state);
    for (apr_size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
        T_ROW(ga2_signature_ok(&key, GA2_ALG_PS256, data, pss(&key, forms[i].salt, forms[i].mask, data, *state))
              == forms[i].good, forms[i].mask);
}

static void only_a_fitting_private_key_signs(void **state)
{
    ga2_jwk_t public_key, rsa, short_secret;
    ga2_bytes_t out, data = ga2_bytes_of("x");

    ga2_crypto_start(*state);
    public_key = key_of("{" P256_PUBLIC "}", *state);
    rsa = key_of("{" RSA_PRIVATE ",'alg':'RS256'}", *state);
    short_secret = key_of("{'kty':'oct','k':'AAAA'}", *state);
    T_FAILS(ga2_signature_make(&out, &public_key, GA2_ALG_ES256, data, *state), JWS_KEY);
    T_FAILS(ga2_signature_make(&out, &public_key, GA2_ALG_ES384, data, *state), JWS_KEY);
    T_FAILS(ga2_signature_make(&out, &rsa, GA2_ALG_PS256, data, *state), JWS_KEY);
    T_FAILS(ga2_signature_make(&out, &rsa, GA2_ALG_HS256, data, *state), JWS_KEY);
    T_FAILS(ga2_signature_make(&out, &short_secret, GA2_ALG_HS256, data, *state), JWS_KEY);
}

static const struct CMUnitTest cases[] = {
    T("what is signed verifies, and nothing else", what_is_signed_verifies_and_nothing_else),
    T("the length of a signature must be exact", the_length_must_be_exact),
    T("a signature holds for its own algorithm", a_signature_holds_for_its_own_algorithm),
    T("PSS has one salt length and one mask", pss_has_one_salt_length_and_one_mask),
    T("only a fitting private key signs", only_a_fitting_private_key_signs),
};
T_MAIN("jose/signature", cases)
