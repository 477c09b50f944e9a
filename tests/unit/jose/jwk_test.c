/* SPDX-License-Identifier: Apache-2.0 */
#include "../keys.h"
#include "../t.h"
#include "jose/jwk.h"

static ga2_error_t *read_from(ga2_jwk_t *out, const char *text, ga2_keys_from_t from, apr_pool_t *p)
{
    const ga2_json_t *object;

    GA2_TRY(ga2_json_parse(&object, t_json(text, p), p));
    return ga2_jwk_read(out, object, from, p);
}

static ga2_error_t *read_key(ga2_jwk_t *out, const char *text, apr_pool_t *p)
{
    return read_from(out, text, GA2_KEYS_FROM_NETWORK, p);
}

static void a_key_says_what_it_is(void **state)
{
    ga2_jwk_t key;

    T_OK(read_key(&key, "{" RSA_PUBLIC ",'kid':'k','alg':'PS384','use':'sig','x5t':'ignored'}", *state));
    assert_int_equal(key.kty, GA2_KTY_RSA);
    assert_string_equal(key.kid, "k");
    assert_int_equal(key.alg, GA2_ALG_PS384);
    assert_null(key.crv);
    assert_non_null(key.key);
    T_OK(read_key(&key, "{" P256_PUBLIC "}", *state));
    assert_int_equal(key.kty, GA2_KTY_EC);
    assert_null(key.kid);
    assert_int_equal(key.alg, -1);
    assert_string_equal(key.crv, "P-256");
    T_OK(read_key(&key, "{" ED448_PUBLIC "}", *state));
    assert_int_equal(key.kty, GA2_KTY_OKP);
    assert_string_equal(key.crv, "Ed448");
}

static void keys_that_are_not_for_signatures_are_refused(void **state)
{
    static const struct { const char *json; int good; } rows[] = {
        { "{" RSA_PUBLIC ",'use':'sig'}", 1 },
        { "{" RSA_PUBLIC ",'use':'enc'}", 0 },
        { "{" RSA_PUBLIC ",'use':'SIG'}", 0 },
        { "{" RSA_PUBLIC ",'use':1}", 0 },
        { "{" RSA_PUBLIC ",'key_ops':['verify']}", 1 },
        { "{" RSA_PUBLIC ",'key_ops':['sign','verify']}", 1 },
        { "{" RSA_PUBLIC ",'key_ops':['encrypt','wrapKey']}", 0 },
        { "{" RSA_PUBLIC ",'key_ops':[]}", 0 },
        { "{" RSA_PUBLIC ",'key_ops':'verify'}", 0 },
        { "{" RSA_PUBLIC ",'alg':'RS512'}", 1 },
        { "{" RSA_PUBLIC ",'alg':'ES256'}", 0 },
        { "{" RSA_PUBLIC ",'alg':'HS256'}", 0 },
        { "{" RSA_PUBLIC ",'alg':'RSA-OAEP'}", 0 },
        { "{" RSA_PUBLIC ",'alg':'none'}", 0 },
        { "{" RSA_PUBLIC ",'alg':null}", 0 },
        { "{" P521_PUBLIC ",'alg':'ES512'}", 1 },
        { "{" P521_PUBLIC ",'alg':'ES521'}", 0 },
        { "{" P384_PUBLIC ",'alg':'ES256'}", 0 },
        { "{" ED25519_PUBLIC ",'alg':'EdDSA'}", 1 } };
    ga2_jwk_t key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = read_key(&key, rows[i].json, *state);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_JWS_KEY, rows[i].json);
    }
}

static void damaged_keys_are_refused(void **state)
{
    static const char *const rows[] = { "[]", "'RSA'", "{}", "{'kty':1}", "{'kty':'rsa'}", "{'kty':'AKP'}",
        "{'kty':'RSA'}", "{'kty':'RSA','n':'" RSA_N "'}", "{'kty':'RSA','n':'" RSA_N "=','e':'AQAB'}",
        "{'kty':'RSA','n':'','e':'AQAB'}",
        "{'kty':'RSA','n':1,'e':'AQAB'}", "{'kty':'RSA','n':'" RSA_N "','e':65537}", "{'kty':'EC'}",
        "{'kty':'EC','x':'" P256_X "','y':'" P256_Y "'}", "{'kty':'EC','crv':1,'x':'" P256_X "','y':'" P256_Y "'}",
        "{'kty':'EC','crv':'P-256','x':'" P256_X "'}", "{'kty':'EC','crv':'P-384','x':'" P256_X "','y':'" P256_Y "'}",
        "{" K256_PUBLIC "}", "{'kty':'OKP','crv':'X25519','x':'" ED25519_X "'}", "{'kty':'OKP','crv':'Ed25519'}",
        "{" RSA_PUBLIC ",'kid':1}", "{" RSA_PUBLIC ",'kid':null}", "{" RSA_PUBLIC ",'kid':{}}" };
    ga2_jwk_t key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = read_key(&key, rows[i], *state);
        T_ROW(err && err->code == GA2_E_JWS_KEY, rows[i]);
    }
}

static void a_kid_has_256_bytes_at_most(void **state)
{
    char *kid = memset(apr_pcalloc(*state, 258), 'k', 257);
    ga2_jwk_t key;

    T_FAILS(read_key(&key, apr_pstrcat(*state, "{" RSA_PUBLIC ",'kid':'", kid, "'}", NULL), *state), JWS_KEY);
    T_OK(read_key(&key, apr_pstrcat(*state, "{" RSA_PUBLIC ",'kid':'", kid + 1, "'}", NULL), *state));
}

static void secrets_come_from_the_operator_only(void **state)
{
    static const char *const rows[] = { "{" SECRET "}", "{" RSA_PRIVATE "}", "{" P256_PRIVATE "}",
        "{" ED25519_PRIVATE "}", "{" RSA_PUBLIC ",'d':'" RSA_D "'}" };
    static const char *const private_ones[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
    ga2_jwk_t key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = read_key(&key, rows[i], *state);
        T_ROW(err && err->code == GA2_E_JWS_KEY, rows[i]);
        err = read_from(&key, rows[i], GA2_KEYS_FROM_OPERATOR, *state);
        T_ROW(!err, rows[i]);
    }
    for (apr_size_t i = 0; i < 8; i++) {
        ga2_error_t *err = read_key(&key, apr_psprintf(*state, "{" RSA_PUBLIC ",'%s':null}", private_ones[i]), *state);
        T_ROW(err && err->code == GA2_E_JWS_KEY, private_ones[i]);
    }
}

static void an_operator_s_key_must_be_whole(void **state)
{
    static const char *const rows[] = { "{'kty':'oct'}", "{'kty':'oct','k':''}", "{'kty':'oct','k':1}",
        "{'kty':'oct','k':'AAAA','alg':'HS256'}", "{'kty':'oct','k':'GawgguFyGrWKav7AX4VKUg','alg':'A128KW'}",
        "{" RSA_PRIVATE ",'oth':[]}", "{" RSA_PUBLIC ",'d':'AQAB'}", "{" P256_PUBLIC ",'d':'" P384_D "'}",
        "{" ED25519_PUBLIC ",'d':'" ED25519_X "'}" };
    ga2_jwk_t key;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = read_from(&key, rows[i], GA2_KEYS_FROM_OPERATOR, *state);
        T_ROW(err && err->code == GA2_E_JWS_KEY, rows[i]);
    }
}

/* RFC 8725 3.1: what a key may be used with depends on nothing that a token says. */
static void a_key_fits_its_own_algorithms_only(void **state)
{
    static const struct { const char *json, *fits; } rows[] = {
        { "{" RSA_PUBLIC "}", " RS256 RS384 RS512 PS256 PS384 PS512" },
        { "{" RSA_PUBLIC ",'alg':'PS256'}", " PS256" },
        { "{" P256_PUBLIC "}", " ES256" },
        { "{" P384_PUBLIC "}", " ES384" },
        { "{" P521_PUBLIC "}", " ES512" },
        { "{" ED25519_PUBLIC "}", " EdDSA" },
        { "{" ED448_PUBLIC "}", " EdDSA" },
        { "{" SECRET "}", " HS256 HS384 HS512" },
        { "{" SECRET ",'alg':'HS384'}", " HS384" },
        { "{'kty':'oct','k':'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}", " HS256" },
        { "{'kty':'oct','k':'AAAA'}", "" } };

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *fits = "";
        ga2_jwk_t key;
        T_OK(read_from(&key, rows[i].json, GA2_KEYS_FROM_OPERATOR, *state));
        for (ga2_alg_t alg = 0; alg < GA2_ALGS; alg++)
            if (ga2_jwk_fits(&key, alg))
                fits = apr_pstrcat(*state, fits, " ", ga2_algorithms[alg].name, NULL);
        T_ROW(strcmp(fits, rows[i].fits) == 0, rows[i].json);
    }
}

static void a_key_of_another_origin_knows_its_kind(void **state)
{
    static const char *const rows[] = { "{" RSA_PUBLIC "}", "{" P384_PUBLIC "}", "{" ED25519_PUBLIC "}" };

    for (apr_size_t i = 0; i < 3; i++) {
        ga2_jwk_t read, of;
        T_OK(read_key(&read, rows[i], *state));
        of = ga2_jwk_of(read.key, "name");
        T_ROW(of.kty == read.kty && of.alg == -1 && of.key == read.key && strcmp(of.kid, "name") == 0, rows[i]);
        T_ROW(of.crv ? strcmp(of.crv, read.crv) == 0 : !read.crv, rows[i]);
    }
}

static const struct CMUnitTest cases[] = {
    T("a key says what it is", a_key_says_what_it_is),
    T("keys that are not for signatures are refused", keys_that_are_not_for_signatures_are_refused),
    T("damaged and unknown keys are refused", damaged_keys_are_refused),
    T("a kid has 256 bytes at most", a_kid_has_256_bytes_at_most),
    T("secrets come from the operator only", secrets_come_from_the_operator_only),
    T("an operator's key must be whole", an_operator_s_key_must_be_whole),
    T("a key fits its own algorithms only", a_key_fits_its_own_algorithms_only),
    T("a key of another origin knows its kind", a_key_of_another_origin_knows_its_kind),
};
T_MAIN("jose/jwk", cases)
