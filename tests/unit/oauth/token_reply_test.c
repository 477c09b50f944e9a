/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "keys.h"
#include "oauth/token.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define GOOD "'access_token':'at','token_type':'Bearer'"

static ga2_error_t *judge(ga2_tokens_t *out, int status, const char *type, const char *body, apr_pool_t *p)
{
    ga2_http_reply_t reply = { .status = status, .content_type = type, .body = t_json(body, p), .max_age = -1 };

    return ga2_token_reply(out, &reply, p);
}

static int is(const ga2_secret_t *secret, const char *text)
{
    return text ? secret && !strcmp(ga2_secret_reveal_text(secret), text) : !secret;
}

static void a_reply_is_read(void **state)
{
    ga2_tokens_t t;

    T_OK(judge(&t, 200, JSON,
               "{" GOOD ",'refresh_token':'rt','id_token':'a.b.c','expires_in':3600,'scope':'b a b','x':1}",
              *state));
    assert_true(is(t.access_token, "at") && is(t.refresh_token, "rt") && is(t.id_token, "a.b.c"));
    assert_string_equal(t.scopes, "a b");
    assert_int_equal(t.expires_in, 3600);
    T_OK(judge(&t, 200, JSON, "{'access_token':'at'}", *state));
    assert_true(is(t.access_token, "at") && is(t.refresh_token, NULL) && is(t.id_token, NULL));
    assert_null(t.scopes);
    assert_int_equal(t.expires_in, -1);
    T_OK(judge(&t, 200, JSON, "{" GOOD ",'scope':'','refresh_token':'','id_token':null}", *state));
    assert_string_equal(t.scopes, "");
    assert_true(is(t.refresh_token, NULL) && is(t.id_token, NULL));
}

static void a_form_is_read_where_the_type_says_so(void **state)
{
    ga2_tokens_t t;

    T_OK(judge(&t, 200, FORM, "access_token=a%2Bt&token_type=bearer&expires_in=60&scope=b+a&refresh_token=rt", *state));
    assert_true(is(t.access_token, "a+t") && is(t.refresh_token, "rt"));
    assert_string_equal(t.scopes, "a b");
    assert_int_equal(t.expires_in, 60);
    T_FAILS(judge(&t, 200, FORM, "error=invalid_grant&error_description=no", *state), GRANT_ENDED);
    T_FAILS(judge(&t, 200, FORM, "error=bad_verification_code", *state), TOKEN_REFUSED);
    T_FAILS(judge(&t, 200, FORM, "access_token=a&access_token=b", *state), PROVIDER_BAD);
    T_FAILS(judge(&t, 200, FORM, "access_token=a%00b", *state), PROVIDER_BAD);
    T_FAILS(judge(&t, 200, FORM, "{" GOOD "}", *state), PROVIDER_BAD);
    T_FAILS(judge(&t, 200, JSON, "access_token=a&token_type=bearer", *state), PROVIDER_BAD);
    T_FAILS(judge(&t, 200, "", "access_token=a&token_type=bearer", *state), PROVIDER_BAD);
    T_OK(judge(&t, 200, "text/javascript", "{" GOOD "}", *state));           /* some providers still do */
}

static void refusals_and_faults_are_told_apart(void **state)
{
    static const struct { int status; const char *body; ga2_code_t code; } rows[] = {
        { 400, "{'error':'invalid_grant'}", GA2_E_GRANT_ENDED },
        { 401, "{'error':'invalid_grant'}", GA2_E_GRANT_ENDED },
        { 403, "{'error':'invalid_grant','error_description':'x'}", GA2_E_GRANT_ENDED },
        { 200, "{'error':'invalid_grant'}", GA2_E_GRANT_ENDED },
        { 404, "{'error':'invalid_grant'}", GA2_E_GRANT_ENDED },
        { 400, "{'error':'invalid_client'}", GA2_E_TOKEN_REFUSED },
        { 401, "{'error':'invalid_client'}", GA2_E_TOKEN_REFUSED },
        { 200, "{'error':'access_denied'," GOOD "}", GA2_E_TOKEN_REFUSED },
        { 400, "{'error':'Invalid_grant'}", GA2_E_TOKEN_REFUSED }, { 400, "{'error':''}", GA2_E_TOKEN_REFUSED },
        { 500, "{'error':'invalid_grant'}", GA2_E_PROVIDER_DOWN }, { 503, "<html>", GA2_E_PROVIDER_DOWN },
        { 429, "{'error':'slow_down'}", GA2_E_PROVIDER_DOWN }, { 599, "", GA2_E_PROVIDER_DOWN },
        { 400, "{'error':{'code':5}}", GA2_E_PROVIDER_BAD }, { 400, "{}", GA2_E_PROVIDER_BAD },
        { 400, "<html>", GA2_E_PROVIDER_BAD }, { 404, "", GA2_E_PROVIDER_BAD },
        { 302, "{" GOOD "}", GA2_E_PROVIDER_BAD },
        { 201, "{" GOOD "}", GA2_E_PROVIDER_BAD }, { 400, "{" GOOD "}", GA2_E_PROVIDER_BAD },
        { 200, "<!DOCTYPE html><title>Sign in</title>", GA2_E_PROVIDER_BAD }, { 200, "", GA2_E_PROVIDER_BAD },
        { 200, "null", GA2_E_PROVIDER_BAD }, { 200, "[]", GA2_E_PROVIDER_BAD }, { 200, "{}", GA2_E_PROVIDER_BAD },
        { 200, "{'token_type':'Bearer'}", GA2_E_PROVIDER_BAD }, { 200, "{'access_token':5}", GA2_E_PROVIDER_BAD },
        { 200, "{'access_token':''}", GA2_E_PROVIDER_BAD }, { 200, "{'access_token':['at']}", GA2_E_PROVIDER_BAD },
        { 200, "{'Access_token':'at'}", GA2_E_PROVIDER_BAD },
        { 200, "{'access_token':'a','access_token':'b'}", GA2_E_PROVIDER_BAD },
        { 200, "{" GOOD "}{" GOOD "}", GA2_E_PROVIDER_BAD },
        { 200, "{" GOOD ",'expires_in':1e400}", GA2_E_PROVIDER_BAD },
        { 200, "{" GOOD, GA2_E_PROVIDER_BAD },
    };
    ga2_tokens_t t;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = judge(&t, rows[i].status, JSON, rows[i].body, *state);
        T_ROW(err && err->code == rows[i].code, apr_psprintf(*state, "%d %s", rows[i].status, rows[i].body));
    }
}

static void only_bearer_tokens_are_understood(void **state)
{
    static const struct { const char *type; int ok; } rows[] = { { "'Bearer'", 1 }, { "'bEARER'", 1 },
        { "'bearer'", 1 },
        { "'DPoP'", 0 }, { "'mac'", 0 }, { "''", 0 }, { "'Bearer '", 0 }, { "'Bearerx'", 0 } };
    ga2_tokens_t t;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *body = apr_pstrcat(*state, "{'access_token':'at','token_type':", rows[i].type, "}", NULL);
        ga2_error_t *err = judge(&t, 200, JSON, body, *state);
        T_ROW(rows[i].ok ? !err : err && err->code == GA2_E_PROVIDER_BAD, body);
    }
}

static void a_lifetime_is_read_generously(void **state)
{
    static const struct { const char *json; apr_int64_t seconds; } rows[] = { { "3600", 3600 }, { "'3600'", 3600 },
        { "0", 0 }, { "'0'", 0 }, { "-1", 0 }, { "'-1'", 0 }, { "1.9", 1 }, { "'1.9'", 0 }, { "'x'", 0 }, { "''", 0 },
        { "' 5'", 0 }, { "'5 '", 0 }, { "null", -1 }, { "true", -1 }, { "[]", -1 }, { "1e3", 1000 }, { "1e300", 0 },
        { "99999999999", 316224000 }, { "'99999999999'", 316224000 }, { "'99999999999999999999999'", 316224000 } };
    ga2_tokens_t t;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *body = apr_pstrcat(*state, "{" GOOD ",'expires_in':", rows[i].json, "}", NULL);
        T_OK(judge(&t, 200, JSON, body, *state));
        T_ROW(t.expires_in == rows[i].seconds, body);
    }
    T_OK(judge(&t, 200, FORM, "access_token=a&expires_in=-5", *state));
    assert_int_equal(t.expires_in, 0);
    T_OK(judge(&t, 200, FORM, "access_token=a", *state));
    assert_int_equal(t.expires_in, -1);
}

/* They travel in header lines later. */
static void tokens_are_printable_and_not_endless(void **state)
{
    static const char *const names[] = { "access_token", "refresh_token", "id_token" };
    static const char *const values[] = { "a b", " a", "a\\n", "a\\r\\nX-Admin: 1", "a\\t", "\303\274", "a\\u007f",
        "\\u0001" };
    char *most = memset(apr_pcalloc(*state, GA2_TOKEN_MAX + 2), 'a', GA2_TOKEN_MAX + 1);
    ga2_tokens_t t;

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const char *head = apr_pstrcat(*state, "{", n ? "'access_token':'at'," : "", "'", names[n], "':'", NULL);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            const char *body = apr_pstrcat(*state, head, values[i], "'}", NULL);
            ga2_error_t *err = judge(&t, 200, JSON, body, *state);
            T_ROW(err && err->code == GA2_E_PROVIDER_BAD, body);
        }
        T_FAILS(judge(&t, 200, JSON, apr_pstrcat(*state, head, most, "'}", NULL), *state), PROVIDER_BAD);
        T_OK(judge(&t, 200, JSON, apr_pstrcat(*state, head, most + 1, "'}", NULL), *state));
        T_OK(judge(&t, 200, JSON, apr_pstrcat(*state, head, "!a-Z0.~", "'}", NULL), *state));
    }
}

static void errors_are_printable_and_name_no_token(void **state)
{
    static const char *const rows[] = { "{'error':'a\\u001b[2Jb','error_description':'\\n forged'}",
        "{'access_token':'Canary7f3a','token_type':'x\\u001b'}", "{'access_token':'Canary7f3a\\n'}",
        "{'access_token':'Canary7f3a','id_token':'Canary7f3a \\n'}", "{'access_token':'Canary7f3a'" };
    ga2_tokens_t t;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = judge(&t, 200, JSON, rows[i], *state);
        T_ROW(err != NULL, rows[i]);
        for (const char *s = err->message; *s; s++)
            T_ROW(*s >= 0x20 && *s < 0x7f, rows[i]);
        T_ROW(!strstr(ga2_error_chain(err, *state), "Canary7f3a"), rows[i]);
    }
}

static const struct CMUnitTest cases[] = {
    T("a reply is read", a_reply_is_read),
    T("a form is read where the type says so", a_form_is_read_where_the_type_says_so),
    T("refusals and faults are told apart", refusals_and_faults_are_told_apart),
    T("only bearer tokens are understood", only_bearer_tokens_are_understood),
    T("a lifetime is read generously", a_lifetime_is_read_generously),
    T("tokens are printable and not endless", tokens_are_printable_and_not_endless),
    T("errors are printable and name no token", errors_are_printable_and_name_no_token),
};

T_MAIN("token_reply", cases)
