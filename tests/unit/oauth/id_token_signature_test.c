/* SPDX-License-Identifier: Apache-2.0
 * id_tokens that are signed, by a provider whose keys change. */
#include "id_tokens.h"

static const change_t unchanged[CHANGES];

/* An id_token by this private key; the header's members beside alg in single quotes. */
static const ga2_secret_t *signed_by(const char *key, ga2_alg_t alg, const char *header, const change_t *changes,
                                     apr_pool_t *p)
{
    ga2_jwk_t jwk = key_of(apr_pstrcat(p, "{", key, "}", NULL), p);
    const ga2_json_t *members = NULL;
    const char *token = NULL;

    if (ga2_json_parse(&members, t_json(header, p), p)
        || ga2_jws_sign(&token, &jwk, alg, members, ga2_bytes_of(claims_text(changes, p)), p))
        fail();
    return ga2_secret_of(token, p);
}

#define KEYS ISSUER "/keys"
#define ES "{" P256_PUBLIC ",'kid':'e','use':'sig'}"
#define RS "{" RSA_PUBLIC ",'kid':'r','use':'sig','alg':'RS256'}"

typedef struct op { fake_outside_t *o; ga2_peer_t peer; } op_t;

/* A provider with these keys. */
static op_t op_with(const char *keys, apr_pool_t *p)
{
    op_t op = { .o = fake_outside_make(p) };

    op.peer = peer_of(OPENID, op.o, p);
    fake_http_json(op.o->http, KEYS, text_of(apr_pstrcat(p, "{'keys':[", keys, "]}", NULL), p));
    return op;
}

static void new_keys(const op_t *op, const char *keys, apr_pool_t *p)
{
    fake_http_json(op->o->http, KEYS, text_of(apr_pstrcat(p, "{'keys':[", keys, "]}", NULL), p));
}

static ga2_error_t *verify(const op_t *op, const ga2_secret_t *token, apr_pool_t *p)
{
    const ga2_json_t *claims = NULL;
    ga2_expected_t x = expected();

    GA2_TRY(ga2_id_token_verify(&claims, &op->peer, token, &x, p));
    assert_string_equal(ga2_json_string(claims, "sub"), "alice");
    return NULL;
}

static void a_good_token_verifies_once_its_keys_are_there(void **state)
{
    op_t op = op_with(ES "," RS, *state);

    T_OK(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e','typ':'JWT'}", unchanged, *state), *state));
    T_OK(verify(&op, signed_by(RSA_PRIVATE, GA2_ALG_RS256, "{'kid':'r'}", unchanged, *state), *state));
    assert_int_equal(fake_http_count(op.o->http, KEYS), 1);
}

static void a_signature_that_is_not_right_is_refused(void **state)
{
    op_t op = op_with(ES "," RS, *state);
    const char *good_token = ga2_secret_reveal_text(signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e'}", unchanged,
                                                              *state));
    const char *dot = strrchr(good_token, '.'), *first = strchr(good_token, '.');
    const change_t admin[CHANGES] = { { "sub", "'admin'" } };
    const char *payload = ga2_base64url(ga2_bytes_of(claims_text(admin, *state)), *state);
    const char *const tokens[] = { "", "x", "a.b.c", "..", apr_pstrcat(*state, good_token, "A", NULL),
        apr_pstrcat(*state, apr_pstrmemdup(*state, good_token, (apr_size_t)(dot - good_token)), ".", NULL),
        apr_pstrcat(*state, apr_pstrmemdup(*state, good_token, (apr_size_t)(first - good_token)), ".", payload, dot,
                    NULL),
        apr_pstrcat(*state, ga2_base64url(ga2_bytes_of("{\"alg\":\"none\"}"), *state), ".", payload, ".", NULL),
        apr_pstrcat(*state, ga2_base64url(ga2_bytes_of("{\"alg\":\"none\",\"kid\":\"e\"}"), *state), ".", payload, dot,
                    NULL),
        apr_pstrcat(*state, ga2_base64url(ga2_bytes_of("{\"alg\":\"ES256\",\"crit\":[\"x\"]}"), *state), ".", payload,
                    dot, NULL),
        apr_pstrcat(*state, good_token, ".", NULL), apr_pstrcat(*state, good_token, "=", NULL) };

    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        ga2_error_t *err = verify(&op, ga2_secret_of(tokens[i], *state), *state);
        T_ROW(err && err->code == GA2_E_ID_TOKEN, tokens[i]);
    }
    T_FAILS(verify(&op, NULL, *state), ID_TOKEN);
    T_OK(verify(&op, ga2_secret_of(good_token, *state), *state));
}

static void the_provider_says_which_algorithms(void **state)
{
    static const struct { const char *key, *set, *header; ga2_alg_t alg; int ok; } rows[] = {
        { RSA_PRIVATE, "{" RSA_PUBLIC ",'kid':'r'}", "{'kid':'r'}", GA2_ALG_RS256, 1 },
        { RSA_PRIVATE, "{" RSA_PUBLIC ",'kid':'r'}", "{'kid':'r'}", GA2_ALG_PS256, 0 },     /* not announced */
        { RSA_PRIVATE, "{" RSA_PUBLIC ",'kid':'r'}", "{'kid':'r'}", GA2_ALG_RS512, 0 },
        { RSA_PRIVATE, "{" RSA_PUBLIC ",'kid':'r','alg':'PS256'}", "{'kid':'r'}", GA2_ALG_RS256, 0 },
        { P384_PRIVATE, "{" P384_PUBLIC ",'kid':'e'}", "{'kid':'e'}", GA2_ALG_ES384, 0 },
        { ED25519_PRIVATE, "{" ED25519_PUBLIC ",'kid':'d'}", "{'kid':'d'}", GA2_ALG_EdDSA, 1 },
        { SECRET, "{" SECRET ",'kid':'s'}," RS, "{'kid':'s'}", GA2_ALG_HS256, 0 },
        { SECRET, RS, "{}", GA2_ALG_HS256, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        op_t op = op_with(rows[i].set, *state);
        ga2_error_t *err = verify(&op, signed_by(rows[i].key, rows[i].alg, rows[i].header, unchanged, *state), *state);
        T_ROW(rows[i].ok ? !err : err && err->code == GA2_E_ID_TOKEN, apr_psprintf(*state, "row %d", (int)i));
    }
}

static void a_token_does_not_bring_its_own_key(void **state)
{
    op_t op = op_with("{" P384_PUBLIC ",'kid':'other'}", *state);
    const char *header = "{'kid':'e','jwk':{" P256_PUBLIC "},'jku':'https://evil.example/keys',"
        "'x5u':'https://evil.example/c','x5c':['AAAA']}";

    T_FAILS(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, header, unchanged, *state), *state), ID_TOKEN);
    assert_int_equal(fake_http_count(op.o->http, "https://evil.example"), 0);
}

/* RFC 8725 3.11 */
static void a_token_of_another_type_is_refused(void **state)
{
    static const struct { const char *header; int ok; } rows[] = { { "{'kid':'e'}", 1 },
        { "{'kid':'e','typ':'JWT'}", 1 },
        { "{'kid':'e','typ':'jwt'}", 1 }, { "{'kid':'e','typ':'application/jwt'}", 1 },
        { "{'kid':'e','typ':'at+jwt'}", 0 }, { "{'kid':'e','typ':'logout+jwt'}", 0 },
        { "{'kid':'e','typ':'dpop+jwt'}", 0 }, { "{'kid':'e','typ':'client-authentication+jwt'}", 0 },
        { "{'kid':'e','typ':''}", 0 }, { "{'kid':'e','typ':'JWT '}", 0 } };
    op_t op = op_with(ES, *state);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, rows[i].header, unchanged, *state),
                                  *state);
        T_ROW(rows[i].ok ? !err : err && err->code == GA2_E_ID_TOKEN, rows[i].header);
    }
}

/* The certification suite's "kid-absent" rows: one key of each kind, or several, and kinds that nobody here knows. */
static void without_a_kid_the_keys_that_fit_are_tried(void **state)
{
    const char *each = "{" RSA_PUBLIC "},{" P256_PUBLIC "},{" K256_PUBLIC "},{" ED25519_PUBLIC "}";
    const char *many = "{" K256_PUBLIC "},{" P384_PUBLIC "},{" ED448_PUBLIC "},{'kty':'new'},"
        "{" RSA_PUBLIC ",'use':'enc'},"
        "{" RSA_PUBLIC ",'alg':'PS256'},{" RSA_PUBLIC "},{" P256_PUBLIC "},{" ED25519_PUBLIC "}";
    const char *const sets[] = { each, many };

    for (int i = 0; i < 2; i++) {
        op_t op = op_with(sets[i], *state);
        T_OK(verify(&op, signed_by(RSA_PRIVATE, GA2_ALG_RS256, "{}", unchanged, *state), *state));
        T_OK(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, "{}", unchanged, *state), *state));
        T_OK(verify(&op, signed_by(ED25519_PRIVATE, GA2_ALG_EdDSA, "{}", unchanged, *state), *state));
        assert_int_equal(fake_http_count(op.o->http, KEYS), 1);
    }
}

static void decoys_with_the_same_kid_do_not_matter(void **state)
{
    op_t op = op_with("{" P384_PUBLIC ",'kid':'e'},{" ED25519_PUBLIC ",'kid':'e'},"
        "{" RSA_PUBLIC ",'kid':'e','alg':'PS256'},"
        "{" SECRET ",'kid':'e'},{" P256_PUBLIC ",'kid':'e'}", *state);

    T_OK(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e'}", unchanged, *state), *state));
}

static void an_unknown_kid_is_asked_for_once(void **state)
{
    op_t op = op_with(RS, *state);
    const ga2_secret_t *token = signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e'}", unchanged, *state);

    T_OK(verify(&op, signed_by(RSA_PRIVATE, GA2_ALG_RS256, "{'kid':'r'}", unchanged, *state), *state));
    assert_int_equal(fake_http_count(op.o->http, KEYS), 1);
    new_keys(&op, ES, *state);                              /* the provider rotates */
    T_OK(verify(&op, token, *state));
    assert_int_equal(fake_http_count(op.o->http, KEYS), 2);
    T_OK(verify(&op, token, *state));
    T_FAILS(verify(&op, signed_by(RSA_PRIVATE, GA2_ALG_RS256, "{'kid':'r'}", unchanged, *state), *state), ID_TOKEN);
    assert_int_equal(fake_http_count(op.o->http, KEYS), 2);
}

static void without_a_kid_a_new_key_is_asked_for_too(void **state)
{
    op_t op = op_with("{" P256_PUBLIC "}", *state);

    T_OK(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, "{}", unchanged, *state), *state));
    new_keys(&op, "{" RSA_PUBLIC "}", *state);
    T_OK(verify(&op, signed_by(RSA_PRIVATE, GA2_ALG_RS256, "{}", unchanged, *state), *state));
    assert_int_equal(fake_http_count(op.o->http, KEYS), 2);
    op = op_with("{'kty':'OKP','crv':'Ed25519','x':'xq5mSkp5sF4SZzhcu_4Yw52YPegFj22qE4kOetfWZ2w'}", *state);
    T_FAILS(verify(&op, signed_by(ED25519_PRIVATE, GA2_ALG_EdDSA, "{}", unchanged, *state), *state), ID_TOKEN);
    op.o->outside.now += apr_time_from_sec(60);             /* a key of the same kind, and then the right one */
    new_keys(&op, "{" ED25519_PUBLIC "}", *state);
    T_OK(verify(&op, signed_by(ED25519_PRIVATE, GA2_ALG_EdDSA, "{}", unchanged, *state), *state));
}

static void a_flood_of_unknown_kids_asks_once_a_minute(void **state)
{
    op_t op = op_with(RS, *state);

    for (int i = 0; i < 50; i++) {
        const char *header = apr_psprintf(*state, "{'kid':'random-%d'}", i);
        T_FAILS(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, header, unchanged, *state), *state), ID_TOKEN);
        op.o->outside.now += apr_time_from_sec(1);
    }
    assert_int_equal(fake_http_count(op.o->http, KEYS), 2);     /* the first, and one anew */
    op.o->outside.now += apr_time_from_sec(20);
    for (int i = 0; i < 5; i++)
        T_FAILS(verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'late'}", unchanged, *state), *state),
                ID_TOKEN);
    assert_int_equal(fake_http_count(op.o->http, KEYS), 3);
}

static void other_faults_ask_for_no_new_keys(void **state)
{
    op_t op = op_with(ES "," RS, *state);
    const char *forged = ga2_secret_reveal_text(signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e'}", unchanged,
                                                          *state));
    char *token = apr_pstrdup(*state, forged);
    char *signature = strrchr(token, '.') + 1;

    *signature = *signature == 'A' ? 'B' : 'A';
    T_FAILS(verify(&op, ga2_secret_of(token, *state), *state), ID_TOKEN);
    T_FAILS(verify(&op, signed_by(RSA_PRIVATE, GA2_ALG_PS256, "{'kid':'r'}", unchanged, *state), *state), ID_TOKEN);
    T_FAILS(verify(&op, signed_by(SECRET, GA2_ALG_HS256, "{'kid':'e'}", unchanged, *state), *state), ID_TOKEN);
    assert_int_equal(fake_http_count(op.o->http, KEYS), 1);
}

static void keys_that_cannot_be_had_are_no_verdict(void **state)
{
    op_t op = { .o = fake_outside_make(*state) };
    const ga2_secret_t *token = signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e'}", unchanged, *state);

    op.peer = peer_of(OPENID, op.o, *state);
    fake_http_error(op.o->http, KEYS, GA2_E_HTTP_UNREACHABLE);
    T_FAILS(verify(&op, token, *state), PROVIDER_DOWN);
    op.o->documents->fail_get = 1;
    T_FAILS(verify(&op, token, *state), STORE);
    op = op_with("{'kty':'new'}", *state);
    T_FAILS(verify(&op, token, *state), ID_TOKEN);
}

static void claims_are_checked_behind_a_good_signature(void **state)
{
    static const change_t rows[][CHANGES] = { { { "aud", "'other'" } }, { { "nonce", NULL } }, { { "exp", "1" } },
        { { "sub", "''" } }, { { "iss", "'https://evil.example'" } } };
    op_t op = op_with(ES, *state);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = verify(&op, signed_by(P256_PRIVATE, GA2_ALG_ES256, "{'kid':'e'}", rows[i], *state), *state);
        T_ROW(err && err->code == GA2_E_ID_TOKEN, rows[i][0].name);
    }
}

static const struct CMUnitTest cases[] = {
    T("a good token verifies, once its keys are there", a_good_token_verifies_once_its_keys_are_there),
    T("a signature that is not right is refused", a_signature_that_is_not_right_is_refused),
    T("the provider says which algorithms", the_provider_says_which_algorithms),
    T("a token does not bring its own key", a_token_does_not_bring_its_own_key),
    T("a token of another type is refused", a_token_of_another_type_is_refused),
    T("without a kid the keys that fit are tried", without_a_kid_the_keys_that_fit_are_tried),
    T("decoys with the same kid do not matter", decoys_with_the_same_kid_do_not_matter),
    T("an unknown kid is asked for once", an_unknown_kid_is_asked_for_once),
    T("without a kid a new key is asked for, too", without_a_kid_a_new_key_is_asked_for_too),
    T("a flood of unknown kids asks once a minute", a_flood_of_unknown_kids_asks_once_a_minute),
    T("other faults ask for no new keys", other_faults_ask_for_no_new_keys),
    T("keys that cannot be had are no verdict", keys_that_cannot_be_had_are_no_verdict),
    T("claims are checked behind a good signature", claims_are_checked_behind_a_good_signature),
};
T_MAIN("id_token: signature", cases)
