/* SPDX-License-Identifier: Apache-2.0 */
#include "id_tokens.h"

static ga2_error_t *check(const char *text, const ga2_expected_t *x, apr_pool_t *p)
{
    const ga2_json_t *claims;

    GA2_TRY(ga2_json_parse_object(&claims, ga2_bytes_of(text), p));
    return ga2_id_token_check(claims, x, GA2_ALG_ES256, p);
}

typedef struct claims_row { const char *sentence; int ok; change_t changes[CHANGES]; } claims_row_t;

static void check_rows(const claims_row_t *rows, size_t count, const ga2_expected_t *x, apr_pool_t *p)
{
    ga2_crypto_start(p);
    for (size_t i = 0; i < count; i++) {
        ga2_error_t *err = check(claims_text(rows[i].changes, p), x, p);
        T_ROW((err == NULL) == rows[i].ok, rows[i].sentence);
        T_ROW(!err || err->code == GA2_E_JWS_CLAIMS || err->code == GA2_E_JWS_TIME || err->code == GA2_E_JSON,
              rows[i].sentence);
    }
}
#define CHECK_ROWS(rows, x) check_rows(rows, sizeof(rows) / sizeof *(rows), x, *state)

static void who_it_is_from_and_for(void **state)
{
    static const claims_row_t rows[] = {
        { "good claims", 1, { { NULL, NULL } } },
        { "another iss", 0, { { "iss", "'https://op.example1'" } } },
        { "iss with a slash", 0, { { "iss", "'https://op.example/'" } } },
        { "iss in another case", 0, { { "iss", "'https://OP.example'" } } },
        { "iss with its host alone", 0, { { "iss", "'op.example'" } } },
        { "iss encoded", 0, { { "iss", "'https:%2f%2fop.example'" } } },
        { "no iss", 0, { { "iss", NULL } } }, { "iss as a list", 0, { { "iss", "['https://op.example']" } } },
        { "iss null", 0, { { "iss", "null" } } }, { "iss cut by NUL", 0,
        { { "iss", "'https://op.example\\u0000.evil'" } } },
        { "Iss", 0, { { "iss", NULL }, { "Iss", "'https://op.example'" } } },
        { "another aud", 0, { { "aud", "'our-client1'" } } }, { "no aud", 0, { { "aud", NULL } } },
        { "aud empty", 0, { { "aud", "''" } } }, { "aud an empty list", 0, { { "aud", "[]" } } },
        { "aud a list of us", 1, { { "aud", "['our-client']" } } },
        { "aud a list of others", 0, { { "aud", "['other']" } } },
        { "aud a number", 0, { { "aud", "5" } } }, { "aud an object", 0, { { "aud", "{'our-client':1}" } } },
        { "aud in another case", 0, { { "aud", "'Our-Client'" } } },
        { "aud two, no azp", 0, { { "aud", "['our-client','our-client1']" } } },
        { "aud two, we are second, no azp", 0, { { "aud", "['other','our-client']" } } },
        { "aud two, azp us", 1, { { "aud", "['our-client','other']" }, { "azp", "'our-client'" } } },
        { "aud two, azp other", 0, { { "aud", "['our-client','other']" }, { "azp", "'other'" } } },
        { "aud others, azp us", 0, { { "aud", "['other']" }, { "azp", "'our-client'" } } },
        { "azp us", 1, { { "azp", "'our-client'" } } }, { "azp other", 0, { { "azp", "'other'" } } },
        { "azp a list", 0, { { "azp", "['our-client']" } } }, { "azp null", 0, { { "azp", "null" } } },
        { "azp empty", 0, { { "azp", "''" } } },
    };
    ga2_expected_t x = expected();

    CHECK_ROWS(rows, &x);
}

static void google_once_signed_with_its_hosts_name(void **state)
{
    static const claims_row_t rows[] = {
        { "the URL", 1, { { "iss", "'https://accounts.google.com'" } } },
        { "the host", 1, { { "iss", "'accounts.google.com'" } } },
        { "another host", 0, { { "iss", "'accounts.google.com.evil.example'" } } },
        { "http", 0, { { "iss", "'http://accounts.google.com'" } } },
    };
    static const claims_row_t elsewhere[] = { { "not for others", 0, { { "iss", "'accounts.google.com'" } } } };
    ga2_expected_t x = expected();

    CHECK_ROWS(elsewhere, &x);
    x.issuer = "https://accounts.google.com";
    CHECK_ROWS(rows, &x);
}

/* NOW is 1800000000, the sign-in began 30 s before, and 60 s are forgiven. */
static void when_it_holds(void **state)
{
    static const claims_row_t rows[] = {
        { "no exp", 0, { { "exp", NULL } } }, { "exp 59 s ago", 1, { { "exp", "1799999941" } } },
        { "exp 60 s ago", 0, { { "exp", "1799999940" } } }, { "exp 61 s ago", 0, { { "exp", "1799999939" } } },
        { "exp 6 min ago", 0, { { "exp", "1799999640" } } }, { "exp after 2038", 1, { { "exp", "2247483648" } } },
        { "exp in ten years", 1, { { "exp", "2115360000" } } },
        { "exp with a fraction", 1, { { "exp", "1800000300.5" } } },
        { "exp as text", 0, { { "exp", "'1800000300'" } } }, { "exp negative", 0, { { "exp", "-1" } } },
        { "exp 0", 0, { { "exp", "0" } } }, { "exp 1e400", 0, { { "exp", "1e400" } } },
        { "exp 1e300", 0, { { "exp", "1e300" } } }, { "exp 2^63", 0, { { "exp", "9223372036854775808" } } },
        { "exp 2^53", 1, { { "exp", "9007199254740992" } } }, { "exp true", 0, { { "exp", "true" } } },
        { "exp with a leading zero", 0, { { "exp", "01800000300" } } }, { "exp NaN", 0, { { "exp", "NaN" } } },
        { "no iat", 0, { { "iat", NULL } } }, { "iat as text", 0, { { "iat", "'1800000000'" } } },
        { "iat 60 s ahead", 1, { { "iat", "1800000060" } } }, { "iat 61 s ahead", 0, { { "iat", "1800000061" } } },
        { "iat 60 s before the start", 1, { { "iat", "1799999910" } } },
        { "iat 61 s before the start", 0, { { "iat", "1799999909" } } }, { "iat 1e300", 0, { { "iat", "1e300" } } },
        { "nbf past", 1, { { "nbf", "1799999000" } } }, { "nbf 60 s ahead", 1, { { "nbf", "1800000060" } } },
        { "nbf 61 s ahead", 0, { { "nbf", "1800000061" } } }, { "nbf 120 s ahead", 0, { { "nbf", "1800000120" } } },
        { "nbf as text", 0, { { "nbf", "'1799999000'" } } }, { "nbf null", 0, { { "nbf", "null" } } },
    };
    static const claims_row_t old[] = { { "iat long ago", 1, { { "iat", "1700000000" } } } };
    ga2_expected_t x = expected();

    CHECK_ROWS(rows, &x);
    x.started = 0;                      /* a refreshed one: it may be a copy of the first */
    CHECK_ROWS(old, &x);
}

/* Who renews a token must be able to tell another's token from another clock. */
static void what_is_a_matter_of_clocks(void **state)
{
    static const struct { const char *what; ga2_code_t code; change_t changes[CHANGES]; } rows[] = {
        { "expired", GA2_E_JWS_TIME, { { "exp", "1" } } }, { "no exp", GA2_E_JWS_CLAIMS, { { "exp", NULL } } },
        { "iat ahead", GA2_E_JWS_TIME, { { "iat", "1800000061" } } },
        { "iat before the start", GA2_E_JWS_TIME, { { "iat", "1700000000" } } },
        { "nbf ahead", GA2_E_JWS_TIME, { { "nbf", "1800000061" } } },
        { "nbf as text", GA2_E_JWS_CLAIMS, { { "nbf", "'1'" } } },
        { "another iss", GA2_E_JWS_CLAIMS, { { "iss", "'x'" } } },
        { "expired and sub", GA2_E_JWS_CLAIMS, { { "exp", "1" }, { "sub", "''" } } },
        { "expired and nonce", GA2_E_JWS_CLAIMS, { { "exp", "1" }, { "nonce", "'x'" } } },
        { "expired and events", GA2_E_JWS_CLAIMS, { { "exp", "1" }, { "events", "{}" } } },
        { "expired and at_hash", GA2_E_JWS_CLAIMS, { { "exp", "1" }, { "at_hash", "'x'" } } },
    };
    ga2_expected_t x = expected();

    ga2_crypto_start(*state);
    x.access_token = ga2_secret_of("at", *state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = check(claims_text(rows[i].changes, *state), &x, *state);
        T_ROW(err && err->code == rows[i].code, rows[i].what);
    }
}

static void which_sign_in_it_answers(void **state)
{
    static const claims_row_t rows[] = {
        { "no nonce", 0, { { "nonce", NULL } } }, { "another nonce", 0, { { "nonce", "'n-11'" } } },
        { "nonce of the same length", 0, { { "nonce", "'n-2'" } } }, { "nonce too short", 0, { { "nonce", "'n-'" } } },
        { "nonce empty", 0, { { "nonce", "''" } } }, { "nonce a number", 0, { { "nonce", "1" } } },
        { "nonce a list", 0, { { "nonce", "['n-1']" } } }, { "Nonce", 0, { { "nonce", NULL }, { "Nonce", "'n-1'" } } },
    };
    static const claims_row_t refreshed[] = { { "no nonce", 1, { { "nonce", NULL } } } };
    ga2_expected_t x = expected();

    CHECK_ROWS(rows, &x);
    x.nonce = NULL;
    CHECK_ROWS(refreshed, &x);
}

static void whom_it_is_about(void **state)
{
    const char *most = memset(apr_pcalloc(*state, 258), 'a', 257);
    const claims_row_t rows[] = {
        { "no sub", 0, { { "sub", NULL } } }, { "sub empty", 0, { { "sub", "''" } } },
        { "sub a number", 0, { { "sub", "5" } } },
        { "sub null", 0, { { "sub", "null" } } }, { "sub a list", 0, { { "sub", "['alice']" } } },
        { "sub of 255 bytes", 1, { { "sub", apr_pstrcat(*state, "'", most + 2, "'", NULL) } } },
        { "sub of 256 bytes", 0, { { "sub", apr_pstrcat(*state, "'", most + 1, "'", NULL) } } },
        { "sub with a newline", 0, { { "sub", "'ali\\nce'" } } },
        { "sub with DEL", 0, { { "sub", "'ali\\u007fce'" } } },
        { "sub with ESC", 0, { { "sub", "'\\u001b[2J'" } } },
        { "sub with NUL", 0, { { "sub", "'admin\\u0000.evil'" } } },
        { "sub that is not ASCII", 0, { { "sub", "'\303\274'" } } }, { "sub with C1", 0, { { "sub", "'\\u0085'" } } },
        { "sub with space and signs", 1, { { "sub", "'auth0|a b@c.example'" } } },
        { "sub twice", 0, { { "sub", "'alice'" }, { "sub", "'admin'" } } },
        { "Sub beside sub", 1, { { "Sub", "'admin'" } } }, { "SUB alone", 0,
        { { "sub", NULL }, { "SUB", "'alice'" } } },
    };
    static const claims_row_t refreshed[] = { { "the same", 1, { { NULL, NULL } } },
        { "another", 0, { { "sub", "'aliceinvalid'" } } }, { "a part", 0, { { "sub", "'alic'" } } },
        { "another case", 0, { { "sub", "'Alice'" } } } };
    ga2_expected_t x = expected();

    CHECK_ROWS(rows, &x);
    x.subject = "alice";
    CHECK_ROWS(refreshed, &x);
}

static void what_was_asked_of_the_provider(void **state)
{
    static const claims_row_t age[] = {
        { "no auth_time", 0, { { NULL, NULL } } }, { "now", 1, { { "auth_time", "1800000000" } } },
        { "within", 1, { { "auth_time", "1799999900" } } }, { "with the leeway", 1, { { "auth_time", "1799999840" } } },
        { "too long ago", 0, { { "auth_time", "1799999839" } } }, { "text", 0, { { "auth_time", "'1800000000'" } } },
    };
    static const claims_row_t acr[] = {
        { "no acr", 0, { { NULL, NULL } } }, { "one of them", 1, { { "acr", "'gold'" } } },
        { "the other", 1, { { "acr", "'silver'" } } }, { "none of them", 0, { { "acr", "'bronze'" } } },
        { "both in one", 0, { { "acr", "'silver gold'" } } }, { "a number", 0, { { "acr", "1" } } },
        { "empty", 0, { { "acr", "''" } } },
    };
    static const claims_row_t unasked[] = { { "auth_time of old", 1, { { "auth_time", "1" }, { "acr", "'0'" } } } };
    ga2_expected_t x = expected();

    CHECK_ROWS(unasked, &x);
    x.max_age = 100;
    CHECK_ROWS(age, &x);
    x.max_age = -1;
    x.acr_values = "silver gold";
    CHECK_ROWS(acr, &x);
}

/* Back-Channel Logout 2.4 */
static void a_logout_token_is_no_id_token(void **state)
{
    static const claims_row_t rows[] = {
        { "events", 0, { { "events", "{'http://schemas.openid.net/event/backchannel-logout':{}}" } } },
        { "events null", 0, { { "events", "null" } } } };
    ga2_expected_t x = expected();

    CHECK_ROWS(rows, &x);
}

/* OpenID Connect Core 3.1.3.6 */
static void at_hash_belongs_to_the_access_token(void **state)
{
    static const struct { ga2_alg_t alg; int bits; } algs[] = { { GA2_ALG_RS256, 256 }, { GA2_ALG_ES256, 256 },
        { GA2_ALG_PS384, 384 }, { GA2_ALG_ES512, 512 }, { GA2_ALG_EdDSA, 512 } };
    ga2_expected_t x = expected();
    const ga2_json_t *claims;

    ga2_crypto_start(*state);
    for (size_t i = 0; i < sizeof algs / sizeof *algs; i++) {
        unsigned char digest[64];
        apr_size_t len = ga2_sha2(digest, algs[i].bits, ga2_bytes_of("the-token"));
        const char *hash = ga2_base64url((ga2_bytes_t){ digest, len / 2 }, *state);
        const char *whole = ga2_base64url((ga2_bytes_t){ digest, len }, *state);
        const struct { const char *json, *token; int ok; } rows[] = {
            { apr_pstrcat(*state, "'", hash, "'", NULL), "the-token", 1 },
            { apr_pstrcat(*state, "'", hash, "'", NULL), "another", 0 },
            { apr_pstrcat(*state, "'", hash, "'", NULL), NULL, 1 },
            { apr_pstrcat(*state, "'", whole, "'", NULL), "the-token", 0 },
            { apr_pstrcat(*state, "['", hash, "']", NULL), "the-token", 0 }, { "''", "the-token", 0 },
            { "null", "the-token", 0 }, { NULL, "the-token", 1 } };
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            change_t change[CHANGES] = { { "at_hash", rows[k].json } };
            x.access_token = ga2_secret_of(rows[k].token, *state);
            T_OK(ga2_json_parse_object(&claims, ga2_bytes_of(claims_text(change, *state)), *state));
            T_ROW((ga2_id_token_check(claims, &x, algs[i].alg, *state) == NULL) == rows[k].ok,
                  apr_psprintf(*state, "%s %d", ga2_algorithms[algs[i].alg].name, (int)k));
        }
    }
}

static void no_claims_value_is_in_an_error(void **state)
{
    static const char *const names[] = { "iss", "sub", "aud", "azp", "nonce", "exp", "iat", "nbf", "at_hash", "acr" };
    ga2_expected_t x = expected();

    ga2_crypto_start(*state);
    x.access_token = ga2_secret_of("Canary7f3a-token", *state);
    x.acr_values = "gold";
    x.subject = "Canary7f3a-subject";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        change_t change[CHANGES] = { { names[i], "'Canary7f3a'" } };
        ga2_error_t *err = check(claims_text(change, *state), &x, *state);
        T_ROW(err && !strstr(ga2_error_chain(err, *state), "Canary7f3a"), names[i]);
    }
}

static const struct CMUnitTest cases[] = {
    T("who it is from and for", who_it_is_from_and_for),
    T("Google once signed with its host's name", google_once_signed_with_its_hosts_name),
    T("when it holds", when_it_holds),
    T("wrong times are told from wrong claims, and come last", what_is_a_matter_of_clocks),
    T("which sign-in it answers", which_sign_in_it_answers),
    T("whom it is about", whom_it_is_about),
    T("what was asked of the provider", what_was_asked_of_the_provider),
    T("a logout token is no id_token", a_logout_token_is_no_id_token),
    T("at_hash belongs to the access token", at_hash_belongs_to_the_access_token),
    T("no claim's value is in an error", no_claims_value_is_in_an_error),
};
T_MAIN("id_token", cases)
