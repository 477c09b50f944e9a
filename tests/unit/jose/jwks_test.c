/* SPDX-License-Identifier: Apache-2.0 */
#include "../crypto/pem.h"
#include "../keys.h"
#include "../t.h"
#include "jose/jwk.h"

static ga2_error_t *parse(const ga2_jwks_t **out, const char *text, apr_pool_t *p)
{
    return ga2_jwks_parse(out, t_json(text, p), GA2_KEYS_FROM_NETWORK, p);
}

static void the_good_keys_of_a_set_are_kept(void **state)
{
    const ga2_jwks_t *set;

    T_OK(parse(&set, "{'keys':[{" K256_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'b'},1,{'kty':'new'},{" SECRET
               ",'kid':'c'},{'kty':'RSA','n':'" SHORT_N "','e':'AQAB'},{'kty':'RSA','n':'" ROCA_N "','e':'AQAB'},{"
               P256_PUBLIC ",'kid':'d'},{" ED25519_PRIVATE ",'kid':'e'}]}", *state));
    assert_int_equal(ga2_jwks_count(set), 2);
    assert_string_equal(ga2_jwks_at(set, 0)->kid, "b");
    assert_string_equal(ga2_jwks_at(set, 1)->kid, "d");
    assert_true(ga2_jwks_has_kid(set, "b"));
    assert_false(ga2_jwks_has_kid(set, "a"));
    assert_false(ga2_jwks_has_kid(set, "B"));
}

static void of_keys_that_cannot_be_told_apart_none_is_kept(void **state)
{
    static const struct { const char *json, *kept; } rows[] = {
        { "{" RSA_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'b'}", " b" },
        { "{" RSA_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'b'},{" RSA_PUBLIC ",'kid':'a'}", " b" },
        { "{" RSA_PUBLIC ",'kid':'a','alg':'RS256'},{" RSA_PUBLIC ",'kid':'a','alg':'RS256'},{"
          P256_PUBLIC ",'kid':'a'}", " a" },
        { "{" RSA_PUBLIC ",'kid':'a','alg':'RS256'},{" RSA_PUBLIC ",'kid':'a','alg':'PS256'}", " a a" },
        { "{" RSA_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'a','alg':'RS256'}", " a a" },
        { "{" P256_PUBLIC ",'kid':'a'},{" P384_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'a'},{"
          ED25519_PUBLIC ",'kid':'a'},{" ED448_PUBLIC ",'kid':'a'}", " a a a a a" },
        { "{" RSA_PUBLIC "},{" RSA_PUBLIC "},{" P256_PUBLIC "}", " - - -" },
        { "{" RSA_PUBLIC ",'kid':''},{" RSA_PUBLIC ",'kid':''},{" RSA_PUBLIC "}", " -" } };

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const ga2_jwks_t *set;
        const char *kept = "";
        T_OK(parse(&set, apr_pstrcat(*state, "{'keys':[", rows[i].json, "]}", NULL), *state));
        for (int k = 0; k < ga2_jwks_count(set); k++)
            kept = apr_pstrcat(*state, kept, " ", ga2_jwks_at(set, k)->kid ? ga2_jwks_at(set, k)->kid : "-", NULL);
        T_ROW(strcmp(kept, rows[i].kept) == 0, rows[i].json);
    }
}

static void a_set_of_nothing_is_an_error_that_says_why(void **state)
{
    static const char *const rows[] = { "{}", "{'keys':[]}", "{'keys':{}}", "{'keys':[1,2]}", "{'keys':[{" SECRET "}]}",
        "{'keys':[{" K256_PUBLIC "},{" RSA_PUBLIC ",'use':'enc'}]}",
        "{'keys':[{" RSA_PUBLIC ",'kid':'a'},{" RSA_PUBLIC ",'kid':'a'}]}" };
    const ga2_jwks_t *set;
    ga2_error_t *err;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        err = parse(&set, rows[i], *state);
        T_ROW(err && err->code == GA2_E_JWS_KEY, rows[i]);
        T_ROW((i >= 3) == (err->cause != NULL), rows[i]);
    }
    T_FAILS(parse(&set, "{'keys':[", *state), JSON);
    T_FAILS(parse(&set, "[]", *state), JSON);
    T_FAILS(parse(&set, "{'keys':[],'keys':[]}", *state), JSON);
}

static const char *set_of(int keys, apr_pool_t *p)
{
    const char *list = "";

    for (int i = 0; i < keys; i++)
        list = apr_psprintf(p, "%s%s{" ED25519_PUBLIC ",'kid':'%d'}", list, i ? "," : "", i);
    return apr_pstrcat(p, "{'keys':[", list, "]}", NULL);
}

static void a_set_has_its_limits(void **state)
{
    const ga2_jwks_t *set;
    unsigned char *text = memset(apr_pcalloc(*state, GA2_JWKS_BYTES_MAX + 2), ' ', GA2_JWKS_BYTES_MAX + 1);
    ga2_bytes_t too_long;
    static const char one[] = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED25519_X "\"}]}";

    T_OK(parse(&set, set_of(GA2_JWKS_KEYS_MAX, *state), *state));
    assert_int_equal(ga2_jwks_count(set), GA2_JWKS_KEYS_MAX);
    T_FAILS(parse(&set, set_of(GA2_JWKS_KEYS_MAX + 1, *state), *state), JWS_KEY);
    memcpy(text, one, sizeof(one) - 1);
    T_OK(ga2_jwks_parse(&set, (ga2_bytes_t){ text, GA2_JWKS_BYTES_MAX }, GA2_KEYS_FROM_NETWORK, *state));
    too_long = (ga2_bytes_t){ text, GA2_JWKS_BYTES_MAX + 1 };
    T_FAILS(ga2_jwks_parse(&set, too_long, GA2_KEYS_FROM_NETWORK, *state), JWS_KEY);
    T_FAILS(ga2_jwks_parse_certificates(&set, too_long, *state), JWS_KEY);
}

static void a_secret_and_a_key_may_share_a_name(void **state)
{
    const ga2_jwks_t *set;

    T_OK(ga2_jwks_parse(&set, t_json("{'keys':[{" RSA_PUBLIC ",'kid':'a'},{" SECRET ",'kid':'a'}]}", *state),
                        GA2_KEYS_FROM_OPERATOR, *state));
    assert_int_equal(ga2_jwks_count(set), 2);
}

static void one_key_is_a_set_of_one(void **state)
{
    const ga2_json_t *object;
    const ga2_jwks_t *set;

    T_OK(ga2_json_parse(&object, t_json("{" SECRET "}", *state), *state));
    T_OK(ga2_jwks_from_json(&set, object, GA2_KEYS_FROM_OPERATOR, *state));
    assert_int_equal(ga2_jwks_count(set), 1);
    T_FAILS(ga2_jwks_from_json(&set, object, GA2_KEYS_FROM_NETWORK, *state), JWS_KEY);
}

/* A PEM text as the value of a JSON member. */
static const char *quoted(const char *pem, apr_pool_t *p)
{
    const char *out = "'", *end;

    for (; (end = strchr(pem, '\n')); pem = end + 1)
        out = apr_pstrcat(p, out, apr_pstrmemdup(p, pem, (apr_size_t)(end - pem)), "\\n", NULL);
    return apr_pstrcat(p, out, "'", NULL);
}

static void a_map_of_certificates_is_a_set(void **state)
{
    apr_pool_t *p = *state;
    const ga2_jwks_t *set;
    const char *map = apr_pstrcat(p, "{'one':", quoted(pem_certificate_rsa, p),
        ",'two':", quoted(pem_certificate_rsa_1024, p), ",'three':5,'four':'no PEM','five':",
        quoted(pem_certificate_p256, p), "}", NULL);

    T_OK(ga2_jwks_parse_certificates(&set, t_json(map, p), p));
    assert_int_equal(ga2_jwks_count(set), 2);
    assert_string_equal(ga2_jwks_at(set, 0)->kid, "one");
    assert_int_equal(ga2_jwks_at(set, 0)->kty, GA2_KTY_RSA);
    assert_string_equal(ga2_jwks_at(set, 1)->crv, "P-256");
    T_FAILS(ga2_jwks_parse_certificates(&set, t_json("{}", p), p), JWS_KEY);
    T_FAILS(ga2_jwks_parse_certificates(&set, t_json("{'keys':[]}", p), p), JWS_KEY);
    T_FAILS(ga2_jwks_parse_certificates(&set, t_json("[]", p), p), JSON);
}

static const struct CMUnitTest cases[] = {
    T("the good keys of a set are kept, the others left out", the_good_keys_of_a_set_are_kept),
    T("of keys that cannot be told apart none is kept", of_keys_that_cannot_be_told_apart_none_is_kept),
    T("a secret and a key may share a name", a_secret_and_a_key_may_share_a_name),
    T("a set of nothing is an error that says why", a_set_of_nothing_is_an_error_that_says_why),
    T("a set has its limits", a_set_has_its_limits),
    T("one key is a set of one", one_key_is_a_set_of_one),
    T("a map of certificates is a set", a_map_of_certificates_is_a_set),
};
T_MAIN("jose/jwks", cases)
