/* SPDX-License-Identifier: Apache-2.0 */
#include "../keys.h"
#include "../t.h"
#include "codec/base64.h"
#include "crypto/context.h"
#include "jose/jws.h"

static const ga2_algs_t all = (1u << GA2_ALGS) - 1;

static ga2_jwk_t key_of(const char *text, apr_pool_t *p)
{
    const ga2_json_t *object = NULL;
    ga2_jwk_t key = { 0 };

    assert_null(ga2_json_parse(&object, t_json(text, p), p));
    assert_null(ga2_jwk_read(&key, object, GA2_KEYS_FROM_OPERATOR, p));
    return key;
}

static const ga2_jwks_t *set_of(const char *keys, apr_pool_t *p)
{
    const ga2_jwks_t *set = NULL;

    keys = apr_pstrcat(p, "{'keys':[", keys, "]}", NULL);
    assert_null(ga2_jwks_parse(&set, t_json(keys, p), GA2_KEYS_FROM_OPERATOR, p));
    return set;
}

static ga2_error_t *parse(ga2_jws_t *out, const char *token, apr_pool_t *p)
{
    return ga2_jws_parse(out, token, strlen(token), p);
}

/* A token with this header, signed or not. */
static const char *with_header(const char *header, apr_pool_t *p)
{
    return apr_pstrcat(p, ga2_base64url(t_json(header, p), p), ".e30.AAAA", NULL);
}

static const char *signed_by(const char *key_json, ga2_alg_t alg, const char *header, apr_pool_t *p)
{
    ga2_jwk_t key = key_of(key_json, p);
    const ga2_json_t *members = NULL;
    const char *token = NULL;

    if (header)
        assert_null(ga2_json_parse(&members, t_json(header, p), p));
    assert_null(ga2_jws_sign(&token, &key, alg, members, ga2_bytes_of("{\"sub\":\"alice\"}"), p));
    return token;
}

static ga2_error_t *check(const char *token, const char *keys, ga2_algs_t allowed, apr_pool_t *p)
{
    ga2_jws_t jws;

    GA2_TRY(parse(&jws, token, p));
    return ga2_jws_verify(&jws, set_of(keys, p), allowed, p);
}

static void a_token_is_read_in_parts(void **state)
{
    const char *token;
    ga2_jws_t jws;

    ga2_crypto_start(*state);
    token = signed_by("{" P256_PRIVATE "}", GA2_ALG_ES256, "{'kid':'k','typ':'JWT','alg':'none','jku':'https://x'}",
                      *state);
    T_OK(parse(&jws, token, *state));
    assert_int_equal(jws.alg, GA2_ALG_ES256);
    assert_string_equal(jws.kid, "k");
    assert_string_equal(jws.typ, "JWT");
    assert_true(ga2_bytes_equal(jws.payload, ga2_bytes_of("{\"sub\":\"alice\"}")));
    assert_ptr_equal(jws.signed_part.data, token);
    assert_int_equal(jws.signed_part.len, strrchr(token, '.') - token);
    assert_int_equal(jws.signature.len, 64);
    T_OK(parse(&jws, with_header("{'alg':'RS256'}", *state), *state));
    assert_null(jws.kid);
    assert_null(jws.typ);
}

static void whatever_is_not_three_parts_is_malformed(void **state)
{
    static const char *const rows[] = { "", ".", "..", "...", "a.b", "eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9.e30",
        "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA", ".e30.AAAA",
        "eyJhbGciOiJSUzI1NiJ9.e30.AAA=", "eyJhbGciOiJSUzI1NiJ9.e30=.AAAA", "eyJhbGciOiJSUzI1NiJ9.e31.AAAA",
        "eyJhbGciOiJSUzI1NiJ9.e30.AAAB\n", " eyJhbGciOiJSUzI1NiJ9.e30.AAAA", "eyJhbGciOiJSUzI1NiJ9.e 30.AAAA",
        "eyJhbGciOiJSUzI1NiJ9.e30.+AAA", "eyJhbGciOiJSUzI1NiJ9.e30.AB", "eyJhbGciOiJSUzI1NiJ9.e30.A",
        "{\"payload\":\"e30\",\"protected\":\"eyJhbGciOiJSUzI1NiJ9\",\"signature\":\"AAAA\"}" };
    ga2_jws_t jws;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = parse(&jws, rows[i], *state);
        T_ROW(err && err->code == GA2_E_JWS_MALFORMED, rows[i]);
    }
    T_FAILS(ga2_jws_parse(&jws, NULL, 0, *state), JWS_MALFORMED);
    T_FAILS(ga2_jws_parse(&jws, "eyJhbGciOiJSUzI1NiJ9.e30.AAA\0", 29, *state), JWS_MALFORMED);
}

static void a_token_has_64_kib_at_most(void **state)
{
    char *token = memset(apr_pcalloc(*state, 65540), 'A', 65539);
    ga2_jws_t jws;

    memcpy(token, "eyJhbGciOiJSUzI1NiJ9.e30.", 25);
    T_FAILS(ga2_jws_parse(&jws, token, 65537, *state), JWS_MALFORMED);
    T_OK(ga2_jws_parse(&jws, token, 65535, *state));
}

static void the_header_is_judged(void **state)
{
    static const struct { const char *header; ga2_code_t code; } rows[] = {
        { "{'alg':'RS256'", GA2_E_JWS_MALFORMED }, { "[]", GA2_E_JWS_MALFORMED }, { "'RS256'", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','alg':'none'}", GA2_E_JWS_MALFORMED }, { "{'alg':'RS256'} ", GA2_E_COUNT },
        { "{'alg':'RS256'}x", GA2_E_JWS_MALFORMED }, { "{'alg':'RS256','x':'\\u0000'}", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','crit':['exp']}", GA2_E_JWS_MALFORMED }, { "{'alg':'RS256','crit':[]}", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','crit':null}", GA2_E_JWS_MALFORMED }, { "{'alg':'RS256','b64':false}", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','b64':true}", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','b64':false,'crit':['b64']}", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','kid':1}", GA2_E_JWS_MALFORMED }, { "{'alg':'RS256','kid':null}", GA2_E_JWS_MALFORMED },
        { "{'alg':'RS256','kid':{}}", GA2_E_JWS_MALFORMED }, { "{'alg':'RS256','typ':['JWT']}", GA2_E_JWS_MALFORMED },
        { "{}", GA2_E_JWS_ALGORITHM }, { "{'ALG':'RS256'}", GA2_E_JWS_ALGORITHM },
        { "{'alg':''}", GA2_E_JWS_ALGORITHM },
        { "{'alg':'none'}", GA2_E_JWS_ALGORITHM }, { "{'alg':'None'}", GA2_E_JWS_ALGORITHM },
        { "{'alg':'nOnE'}", GA2_E_JWS_ALGORITHM }, { "{'alg':'rs256'}", GA2_E_JWS_ALGORITHM },
        { "{'alg':256}", GA2_E_JWS_ALGORITHM }, { "{'alg':['RS256']}", GA2_E_JWS_ALGORITHM },
        { "{'alg':null}", GA2_E_JWS_ALGORITHM }, { "{'alg':'RSA-OAEP','enc':'A128GCM'}", GA2_E_JWS_ALGORITHM },
        { "{'alg':'RS256','kid':'../../etc/passwd','jwk':{},'jku':1,'x5u':'','x5c':[]}", GA2_E_COUNT } };
    ga2_jws_t jws;

    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = parse(&jws, with_header(rows[i].header, *state), *state);
        T_ROW(rows[i].code == GA2_E_COUNT ? !err : err && err->code == rows[i].code, rows[i].header);
    }
}

static void kid_and_typ_have_256_bytes_at_most(void **state)
{
    char *text = memset(apr_pcalloc(*state, 258), 'k', 257);
    ga2_jws_t jws;

    for (int i = 0; i < 2; i++) {
        const char *start = i ? "{'alg':'RS256','typ':'" : "{'alg':'RS256','kid':'";
        T_FAILS(parse(&jws, with_header(apr_pstrcat(*state, start, text, "'}", NULL), *state), *state), JWS_MALFORMED);
        T_OK(parse(&jws, with_header(apr_pstrcat(*state, start, text + 1, "'}", NULL), *state), *state));
    }
}

static void the_unsecured_are_refused_whatever_is_allowed(void **state)
{
    ga2_crypto_start(*state);
    T_FAILS(check("eyJhbGciOiJub25lIn0.e30.", "{" RSA_PUBLIC "}", (ga2_algs_t)-1, *state), JWS_ALGORITHM);
}

#define ES256_TOKEN(header) signed_by("{" P256_PRIVATE "}", GA2_ALG_ES256, header, *state)

static void the_caller_says_which_algorithms_may_be(void **state)
{
    ga2_crypto_start(*state);
    T_OK(check(ES256_TOKEN(NULL), "{" P256_PUBLIC "}", GA2_ALG_BIT(ES256), *state));
    T_OK(check(ES256_TOKEN(NULL), "{" P256_PUBLIC "}", GA2_ALGS_ASYMMETRIC, *state));
    T_FAILS(check(ES256_TOKEN(NULL), "{" P256_PUBLIC "}", all & ~GA2_ALG_BIT(ES256), *state), JWS_ALGORITHM);
    T_FAILS(check(ES256_TOKEN(NULL), "{" P256_PUBLIC "}", 0, *state), JWS_ALGORITHM);
    T_FAILS(check(signed_by("{" SECRET "}", GA2_ALG_HS256, NULL, *state), "{" SECRET "}", GA2_ALGS_ASYMMETRIC, *state),
            JWS_ALGORITHM);
    T_OK(check(signed_by("{" SECRET "}", GA2_ALG_HS256, NULL, *state), "{" SECRET "}", GA2_ALG_BIT(HS256), *state));
}

/* CVE-2015-9235: a public key is never the secret of an HMAC. */
static void a_public_key_is_no_secret(void **state)
{
    const char *forged;
    ga2_jwk_t secret;

    ga2_crypto_start(*state);
    secret = (ga2_jwk_t){ .kty = GA2_KTY_OCT, .alg = -1, .secret = ga2_secret_of(RSA_N, *state) };
    T_OK(ga2_jws_sign(&forged, &secret, GA2_ALG_HS256, NULL, ga2_bytes_of("{}"), *state));
    T_FAILS(check(forged, "{" RSA_PUBLIC "}", all, *state), JWS_KEY);
}

static void the_key_is_chosen_by_kid_kty_crv_and_alg(void **state)
{
    static const struct { const char *keys; ga2_code_t code; } rows[] = {
        { "{" P256_PUBLIC ",'kid':'k'}", GA2_E_COUNT },
        /* others of the same name do not disturb */
        { "{" RSA_PUBLIC ",'kid':'k'},{" P384_PUBLIC ",'kid':'k'},{" ED25519_PUBLIC
          ",'kid':'k','alg':'EdDSA'},{" RSA_PUBLIC ",'kid':'k','alg':'PS256'},{" P256_PUBLIC
          ",'kid':'k','alg':'ES256'},{" K256_PUBLIC ",'kid':'k'}", GA2_E_COUNT },
        { "{" P256_PUBLIC ",'kid':'K'}", GA2_E_JWS_KEY },
        { "{" P256_PUBLIC "}", GA2_E_JWS_KEY },
        { "{" RSA_PUBLIC ",'kid':'k'},{" P256_PUBLIC ",'kid':'other'}", GA2_E_JWS_KEY },
        { "{" P256_PUBLIC ",'kid':'k'},{" P256_PUBLIC ",'kid':'k'},{" P256_PUBLIC ",'kid':'other'}", GA2_E_JWS_KEY },
        { "{'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4','y':"
          "'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM','kid':'k'},{" P256_PUBLIC ",'kid':'other'}",
          GA2_E_JWS_SIGNATURE } };
    const char *token;

    ga2_crypto_start(*state);
    token = ES256_TOKEN("{'kid':'k'}");
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = check(token, rows[i].keys, all, *state);
        T_ROW(rows[i].code == GA2_E_COUNT ? !err : err && err->code == rows[i].code, rows[i].keys);
    }
}

static void a_key_is_for_its_own_algorithm(void **state)
{
    const char *token;

    ga2_crypto_start(*state);
    token = signed_by("{" RSA_PRIVATE "}", GA2_ALG_RS256, NULL, *state);
    T_OK(check(token, "{" RSA_PUBLIC ",'alg':'RS256'}", all, *state));
    T_FAILS(check(token, "{" RSA_PUBLIC ",'alg':'PS256'}", all, *state), JWS_KEY);
    T_FAILS(check(token, "{" RSA_PUBLIC ",'alg':'RS384'}", all, *state), JWS_KEY);
}

/* n RSA keys of somebody else, without a kid. */
static const char *strangers(int n, apr_pool_t *p)
{
    char *modulus = apr_pstrdup(p, RSA_N);
    const char *keys = "";

    for (int i = 0; i < n; i++) {
        modulus[100] = (char)('a' + i);
        keys = apr_pstrcat(p, keys, "{'kty':'RSA','n':'", modulus, "','e':'AQAB'},", NULL);
    }
    return keys;
}

static void without_a_kid_eight_keys_are_tried(void **state)
{
    const char *token;
    apr_pool_t *p = *state;

    ga2_crypto_start(p);
    token = signed_by("{" RSA_PRIVATE "}", GA2_ALG_RS256, NULL, p);
    T_OK(check(token, apr_pstrcat(p, strangers(7, p), "{" P256_PUBLIC "},{" K256_PUBLIC "},{" RSA_PUBLIC "}", NULL),
               all, p));
    T_FAILS(check(token, apr_pstrcat(p, strangers(8, p), "{" RSA_PUBLIC "}", NULL), all, p), JWS_SIGNATURE);
    T_FAILS(check(token, apr_pstrcat(p, strangers(2, p), "{" P256_PUBLIC "}", NULL), all, p), JWS_SIGNATURE);
    T_FAILS(check(token, "{" P256_PUBLIC "}", all, p), JWS_KEY);
    T_OK(check(token, "{" RSA_PUBLIC ",'kid':'named'}", all, p));
}

static void every_byte_counts(void **state)
{
    char *token;

    ga2_crypto_start(*state);
    token = apr_pstrdup(*state, ES256_TOKEN("{'kid':'k'}"));
    for (char *c = token; *c; c++) {
        char was = *c;
        *c = was == 'A' ? 'B' : 'A';
        assert_non_null(check(token, "{" P256_PUBLIC ",'kid':'k'}", all, *state));
        *c = was;
    }
    T_OK(check(token, "{" P256_PUBLIC ",'kid':'k'}", all, *state));
}

static void an_error_does_not_quote_the_token(void **state)
{
    static const char *const rows[] = { "{'alg':'canary'}", "{'alg':'RS256','kid':'canary'}",
        "{'alg':'RS256','typ':1,'a':'canary'}" };
    const char *token, *sentence;

    ga2_crypto_start(*state);
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err;
        token = with_header(rows[i], *state);
        err = check(token, "{" RSA_PUBLIC "}", all, *state);
        T_ROW(err, rows[i]);
        sentence = ga2_error_chain(err, *state);
        T_ROW(!strstr(sentence, "canary") && !strstr(sentence, "AAAA"), rows[i]);
    }
}

static const struct CMUnitTest cases[] = {
    T("a token is read in parts", a_token_is_read_in_parts),
    T("whatever is not three parts of base64url is malformed", whatever_is_not_three_parts_is_malformed),
    T("a token has 64 KiB at most", a_token_has_64_kib_at_most),
    T("the header is judged", the_header_is_judged),
    T("kid and typ have 256 bytes at most", kid_and_typ_have_256_bytes_at_most),
    T("the unsecured are refused, whatever is allowed", the_unsecured_are_refused_whatever_is_allowed),
    T("the caller says which algorithms may be", the_caller_says_which_algorithms_may_be),
    T("a public key is no secret", a_public_key_is_no_secret),
    T("the key is chosen by kid, kty, crv and alg", the_key_is_chosen_by_kid_kty_crv_and_alg),
    T("a key is for its own algorithm", a_key_is_for_its_own_algorithm),
    T("without a kid eight keys are tried", without_a_kid_eight_keys_are_tried),
    T("every byte counts", every_byte_counts),
    T("an error does not quote the token", an_error_does_not_quote_the_token),
};
T_MAIN("jose/jws", cases)
