/* SPDX-License-Identifier: Apache-2.0
 * The examples of the documents that are implemented. */
#include "../unit/hex.h"
#include "codec/base64.h"
#include "crypto/aead.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "jose/jws.h"
#include "vectors.h"

static const ga2_algs_t all = (1u << GA2_ALGS) - 1;

/* The key of a test, whole. */
static const ga2_jwks_t *key_of(const ga2_json_t *test, apr_pool_t *p)
{
    const ga2_jwks_t *set = NULL;
    ga2_error_t *err = ga2_jwks_from_json(&set, ga2_json_object(test, "key"), GA2_KEYS_FROM_OPERATOR, p);

    if (err)
        print_error("%s\n", ga2_error_chain(err, p));
    assert_null(err);
    return set;
}

static void jws_examples_verify(void **state)
{
    int count = 0;

    ga2_crypto_start(*state);
    for T_EACH(test, t_vectors("rfc_jws.json", *state)) {
        const char *name = ga2_json_string(test, "name"), *token = ga2_json_string(test, "token");
        ga2_jws_t jws;

        T_OK(ga2_jws_parse(&jws, token, strlen(token), *state));
        T_ROW(strcmp(ga2_algorithms[jws.alg].name, ga2_json_string(test, "alg")) == 0, name);
        T_ROW(!ga2_jws_verify(&jws, key_of(test, *state), all, *state), name);
        ((unsigned char *)jws.signature.data)[jws.signature.len / 2] ^= 1;
        T_ROW(ga2_jws_verify(&jws, key_of(test, *state), all, *state), name);
        count++;
    }
    assert_int_equal(count, 9);
}

static void jws_examples_are_signed_again(void **state)
{
    ga2_crypto_start(*state);
    for T_EACH(test, t_vectors("rfc_jws.json", *state)) {
        const char *name = ga2_json_string(test, "name"), *token = ga2_json_string(test, "token");
        const ga2_jwk_t *key = ga2_jwks_at(key_of(test, *state), 0);
        ga2_bytes_t signature;
        ga2_jws_t jws;

        T_OK(ga2_jws_parse(&jws, token, strlen(token), *state));
        T_OK(ga2_signature_make(&signature, key, jws.alg, jws.signed_part, *state));
        T_ROW(ga2_signature_ok(key, jws.alg, jws.signed_part, signature), name);
        T_ROW(ga2_bytes_equal(signature, jws.signature) == ga2_json_true(test, "repeatable"), name);
    }
}

/* RFC 7515 A.5. */
static void the_unsecured_example_is_refused(void **state)
{
    const char *path = apr_pstrcat(*state, t_top_srcdir(), "/tests/vectors/rfc_jws.json", NULL);
    const char *token = ga2_json_string(t_vectors_read(path, *state), "unsecured");
    ga2_jws_t jws;

    assert_non_null(token);
    T_FAILS(ga2_jws_parse(&jws, token, strlen(token), *state), JWS_ALGORITHM);
}

static void expect_kids(const ga2_json_t *test, const char *from_name, ga2_keys_from_t from, apr_pool_t *p)
{
    const char *name = apr_pstrcat(p, ga2_json_string(test, "name"), " from the ", from_name, NULL);
    const ga2_json_t *kid = ga2_json_first(ga2_json_array(test, from_name));
    const ga2_jwks_t *set = NULL;
    ga2_error_t *err = ga2_jwks_from_json(&set, ga2_json_object(test, "set"), from, p);

    T_ROW(!kid == !!err, name);
    for (int i = 0; set && i < ga2_jwks_count(set); i++, kid = ga2_json_next(kid))
        T_ROW(kid && strcmp(ga2_jwks_at(set, i)->kid, ga2_json_text(kid)) == 0, name);
    T_ROW(!kid, name);
}

static void key_set_examples_are_read(void **state)
{
    int count = 0;

    for T_EACH(test, t_vectors("rfc_jwk.json", *state)) {
        expect_kids(test, "network", GA2_KEYS_FROM_NETWORK, *state);
        expect_kids(test, "operator", GA2_KEYS_FROM_OPERATOR, *state);
        count++;
    }
    assert_int_equal(count, 3);
}

static ga2_bytes_t bytes(const ga2_json_t *test, const char *name, apr_pool_t *p)
{
    assert_non_null(ga2_json_string(test, name));
    return t_unhex(ga2_json_string(test, name), p);
}

static void hkdf_examples_come_out(void **state)
{
    int count = 0, without_salt = 0;

    ga2_crypto_start(*state);
    for T_EACH(test, t_vectors("rfc5869_hkdf.json", *state)) {
        ga2_bytes_t key = bytes(test, "key", *state), salt = bytes(test, "salt", *state);
        ga2_bytes_t info = bytes(test, "info", *state);
        unsigned char pseudorandom[32], output[32], block[128];

        ga2_hmac_sha256(pseudorandom, salt, key);
        assert_string_equal(t_hex(pseudorandom, 32, *state), ga2_json_string(test, "pseudorandom"));
        memcpy(block, info.data, info.len);
        block[info.len] = 1;
        ga2_hmac_sha256(output, (ga2_bytes_t){ pseudorandom, 32 }, (ga2_bytes_t){ block, info.len + 1 });
        assert_string_equal(t_hex(output, 32, *state), ga2_json_string(test, "output"));
        count++;
        if (salt.len)
            continue;
        ga2_hkdf_sha256(output, key, (const char *)ga2_bytes_copy(info, *state).data);
        assert_string_equal(t_hex(output, 32, *state), ga2_json_string(test, "output"));
        without_salt++;
    }
    assert_int_equal(count, 3);
    assert_int_equal(without_salt, 1);
}

static void gcm_examples_come_out(void **state)
{
    int count = 0;

    ga2_crypto_start(*state);
    for T_EACH(test, t_vectors("nist_gcm.json", *state)) {
        ga2_bytes_t plain = bytes(test, "plain", *state), box = bytes(test, "box", *state);
        ga2_aead_t with = { bytes(test, "key", *state).data, bytes(test, "nonce", *state).data,
                            bytes(test, "bound", *state) };
        unsigned char out[128];

        ga2_aead_seal(out, &with, plain);
        assert_string_equal(t_hex(out, box.len, *state), ga2_json_string(test, "box"));
        assert_true(ga2_aead_open(out, &with, box));
        assert_string_equal(t_hex(out, plain.len, *state), ga2_json_string(test, "plain"));
        count++;
    }
    assert_int_equal(count, 4);
}

static const struct CMUnitTest cases[] = {
    T("the JWS examples of RFC 7515, 7520 and 8037 verify", jws_examples_verify),
    T("the JWS examples are signed again", jws_examples_are_signed_again),
    T("the unsecured example of RFC 7515 is refused", the_unsecured_example_is_refused),
    T("the key sets of RFC 7517 are read", key_set_examples_are_read),
    T("the HKDF examples of RFC 5869 come out", hkdf_examples_come_out),
    T("the GCM examples come out", gcm_examples_come_out),
};
T_MAIN("vectors/rfc", cases)
