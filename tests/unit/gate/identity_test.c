/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../keys.h"
#include "outcome.h"
#include "crypto/context.h"
#include "gate/identity.h"
#include "session/claims.h"
#include "session/xsrf.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))

typedef struct told {                   /* what a backend was told: "Name: value\n" and "NAME=value\n", in order */
    const char *headers, *variables;
    apr_pool_t *p;
} told_t;

static void header(void *baton, const char *name, const char *value)
{
    told_t *told = baton;

    told->headers = apr_pstrcat(told->p, told->headers, name, ": ", value, "\n", NULL);
}

static void variable(void *baton, const char *name, const char *value)
{
    told_t *told = baton;

    told->variables = apr_pstrcat(told->p, told->variables, name, "=", value, "\n", NULL);
}

static ga2_session_t session_of(const char *claims, apr_pool_t *p)
{
    ga2_session_t s = { .subject = "alice", .asked = "openid", .granted = "email openid", .acr = "", .sid = "" };
    const ga2_json_t *json = NULL;

    ga2_crypto_start(p);
    assert_null(ga2_json_parse(&json, t_json(claims, p), p));
    assert_null(ga2_claims_make(&s.claims, json, NULL, p));
    memset(s.id, 'i', sizeof s.id);
    return s;
}

static ga2_config_t *config_of(const char *a, const char *b, apr_pool_t *p)
{
    return fake_config((const char *const[]){ a, b, NULL }, p);
}

static told_t tell(const ga2_visitor_t *visitor, apr_pool_t *p)
{
    told_t told = { "", "", p };

    ga2_identity_send(visitor, &(ga2_identity_sink_t){ header, variable, &told }, p);
    return told;
}

/* ---- who it is ---- */

static void user_names(void **state)
{
    static const struct { const char *line, *claims, *want; } rows[] = {
        { NULL, "{'sub':'other'}", "alice" },               /* sub is the session's subject */
        { "GOAuth2User sub", "{}", "alice" },
        { "GOAuth2User preferred_username", "{'preferred_username':'al'}", "al" },
        { "GOAuth2User preferred_username", "{}", NULL },
        { "GOAuth2User preferred_username", "{'preferred_username':''}", NULL },
        { "GOAuth2User preferred_username", "{'preferred_username':null}", NULL },
        { "GOAuth2User preferred_username", "{'preferred_username':'\\u00e4l'}", "%C3%A4l" },
        { "GOAuth2User groups", "{'groups':['admin']}", NULL },
        { "GOAuth2User groups", "{'groups':[]}", NULL },
        { "GOAuth2User id", "{'id':42}", "42" },
        { "GOAuth2User account.name", "{'account':{'name':'al'}}", "al" },
        { "GOAuth2User email", "{'email':'a@b.example'}", NULL },
        { "GOAuth2User email", "{'email':'a@b.example','email_verified':true}", "a@b.example" },
        { "GOAuth2User email", "{'email':'a@b.example','email_verified':false}", NULL },
        { "GOAuth2User email", "{'email':'a@b.example','email_verified':'true'}", NULL },
        { "GOAuth2User email", "{'email':'a@b.example','email_verified':1}", NULL },
        { "GOAuth2User email", "{'email':'a@b.example','email_verified':['true']}", NULL },
        { "GOAuth2User email", "{'email':'a@b.example','Email_Verified':true}", NULL },
        { "GOAuth2User email", "{'email_verified':true}", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_session_t s = session_of(rows[i].claims, *state);
        const char *got = ga2_identity_user(config_of(rows[i].line, NULL, *state), &s, *state);
        T_ROW(got ? rows[i].want && !strcmp(got, rows[i].want) : !rows[i].want, rows[i].claims);
    }
}

static void subjects_are_fit_for_a_header(void **state)
{
    ga2_session_t s = session_of("{}", *state);

    s.subject = "\xc3\xa4 b%\r\n";
    assert_string_equal(ga2_identity_user(config_of(NULL, NULL, *state), &s, *state), "%C3%A4 b%25%0D%0A");
}

/* ---- what is sent ---- */

static void everything_that_is_known(void **state)
{
    ga2_session_t s =
        session_of("{'email':'a@b.example','email_verified':true,'preferred_username':'al','name':'Alice A',"
                   "'groups':['x','y,z']}",
                   *state);
    ga2_visitor_t visitor = { config_of(NULL, NULL, *state), &s, NULL, "alice", NULL, 0 };
    told_t told = tell(&visitor, *state);

    assert_string_equal(told.headers, "X-Auth-Request-User: alice\nX-Auth-Request-Email: a@b.example\n"
                        "X-Auth-Request-Preferred-Username: al\nX-Auth-Request-Groups: x,y%2Cz\n");
    assert_string_equal(
        told.variables,
        "GOAUTH2_USER=alice\nGOAUTH2_EMAIL=a@b.example\nGOAUTH2_PREFERRED_USERNAME=al\n"
        "GOAUTH2_GROUPS=x,y%2Cz\nGOAUTH2_NAME=Alice A\nGOAUTH2_SUB=alice\nGOAUTH2_SCOPES=email openid\n");
}

static void what_is_unknown_is_absent(void **state)
{
    static const char *const claims[] = { "{}", "{'email':'a@b.example'}",
        "{'email':'','email_verified':true,'name':'','groups':[]}", "{'email':'a@b.example','email_verified':false}",
        "{'Email':'a','GROUPS':['x']}" };

    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        ga2_session_t s = session_of(claims[i], *state);
        ga2_visitor_t visitor = {
            config_of("GOAuth2Header X-Country claim:address.country", NULL, *state), &s, NULL, "alice", NULL, 0
        };
        told_t told = tell(&visitor, *state);
        assert_string_equal(told.headers, "X-Auth-Request-User: alice\n");
        assert_string_equal(told.variables, "GOAUTH2_USER=alice\nGOAUTH2_SUB=alice\nGOAUTH2_SCOPES=email openid\n");
    }
}

static void sources_of_headers(void **state)
{
    static const struct { const char *line, *want; } rows[] = {
        { "GOAuth2Header X-A claim:name", "X-A: Alice" },
        { "GOAuth2Header X-A claim:sub", "X-A: alice" },
        { "GOAuth2Header X-A claim:nothing", NULL },
        { "GOAuth2Header X-A claim:groups", "X-A: x,y" },
        { "GOAuth2Header X-A claim:address.country", "X-A: NO" },
        { "GOAuth2Header X-A claim:age", "X-A: 7" },
        { "GOAuth2Header X-A access_token", "X-A: the-access-token" },
        { "GOAuth2Header X-A id_token", "X-A: the-id-token" },
        { "GOAuth2Header X-A scopes", "X-A: email openid" },
        { "GOAuth2Header X-A expires", "X-A: 1700000000" },
        { "GOAuth2Header X-A \"a text\"", "X-A: a text" },
    };
    ga2_session_t s = session_of("{'name':'Alice','groups':['x','y'],'address':{'country':'NO'},'age':7}", *state);
    ga2_session_tokens_t tokens = { ga2_secret_of("the-access-token", *state), NULL,
                                    ga2_secret_of("the-id-token", *state) };

    s.token_expires = SECONDS(1700000000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_visitor_t visitor = { config_of(rows[i].line, NULL, *state), &s, &tokens, "alice", NULL, 0 };
        const char *got = strstr(tell(&visitor, *state).headers, "X-A: ");
        T_ROW(got ? rows[i].want && !strncmp(got, rows[i].want, strlen(rows[i].want))
                        && got[strlen(rows[i].want)] == '\n'
                  : !rows[i].want,
              rows[i].line);
    }
}

static void tokens_that_are_not_there_are_not_sent(void **state)
{
    static const char *const lines[] = { "GOAuth2Header X-A access_token", "GOAuth2Header X-A id_token",
                                         "GOAuth2Bearer access", "GOAuth2Bearer id", "GOAuth2Header X-A expires" };
    ga2_session_t s = session_of("{}", *state);
    ga2_session_tokens_t none = { NULL, NULL, NULL };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (int k = 0; k < 2; k++) {
            ga2_visitor_t visitor = { config_of(lines[i], NULL, *state), &s, k ? &none : NULL, "alice", NULL, 0 };
            assert_string_equal(tell(&visitor, *state).headers, "X-Auth-Request-User: alice\n");
        }
}

static void bearers(void **state)
{
    static const struct { const char *line, *want; } rows[] = {
        { "GOAuth2Bearer access", "Authorization: Bearer A\n" }, { "GOAuth2Bearer id", "Authorization: Bearer I\n" },
        { "GOAuth2Bearer none", "" } };
    ga2_session_t s = session_of("{}", *state);
    ga2_session_tokens_t tokens = { ga2_secret_of("A", *state), ga2_secret_of("R", *state),
                                    ga2_secret_of("I", *state) };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_visitor_t visitor = { config_of(rows[i].line, NULL, *state), &s, &tokens, "alice", NULL, 0 };
        assert_string_equal(tell(&visitor, *state).headers,
                            apr_pstrcat(*state, "X-Auth-Request-User: alice\n", rows[i].want, NULL));
    }
}

static void an_xsrf_token_of_the_session(void **state)
{
    const apr_time_t now = SECONDS(1800000000);
    trial_t *t = trial_make("GET", "/app", NULL, *state);
    ga2_session_t s = session_of("{}", *state);
    ga2_visitor_t visitor = {
        config_of("GOAuth2Header X-Xsrf xsrf", NULL, *state), &s, NULL, "alice", t->site->ring, now
    };
    const char *got = strstr(tell(&visitor, *state).headers, "X-Xsrf: ");
    const char *token = apr_pstrndup(*state, got + 8, strcspn(got + 8, "\n"));
    ga2_bytes_t id = { s.id, sizeof s.id };

    assert_true(ga2_xsrf_ok(token, t->site->ring, id, "application", now, SECONDS(60)));
    assert_false(ga2_xsrf_ok(token, t->site->ring, id, "logout", now, SECONDS(60)));
}

/* RFC 6749 3.3 leaves no room for such scopes; a provider may send them all the same. */
static void scopes_are_fit_for_a_header(void **state)
{
    ga2_session_t s = session_of("{}", *state);
    ga2_visitor_t visitor = { config_of("GOAuth2Header X-A scopes", NULL, *state), &s, NULL, "alice", NULL, 0 };
    told_t told;

    s.granted = "a\x01 \xc3\xa4\x7f";
    told = tell(&visitor, *state);
    assert_non_null(strstr(told.headers, "X-A: a%01 %C3%A4%7F\n"));
    assert_non_null(strstr(told.variables, "GOAUTH2_SCOPES=a%01 %C3%A4%7F\n"));
}

static void every_value_is_printable(void **state)
{
    ga2_session_t s = session_of("{'email':'\\u00e4\\r\\n@b','email_verified':true,'preferred_username':'\\u0001',"
                                 "'name':'a\\nX-Admin: 1','groups':['\\u007f',',']}", *state);
    ga2_visitor_t visitor = { config_of("GOAuth2Header X-A claim:name", NULL, *state), &s, NULL, "alice", NULL, 0 };
    told_t told = tell(&visitor, *state);

    for (const char *text = apr_pstrcat(*state, told.headers, told.variables, NULL); *text; text++)
        assert_true(*text == '\n' || (*text >= 0x20 && *text < 0x7f));
    assert_null(strstr(told.headers, "\nX-Admin"));
}

static void a_sink_may_take_one_kind(void **state)
{
    ga2_session_t s = session_of("{}", *state);
    ga2_session_tokens_t tokens = { ga2_secret_of("A", *state), NULL, NULL };
    ga2_visitor_t visitor = {
        config_of("GOAuth2Bearer access", "GOAuth2Header X-A text", *state), &s, &tokens, "alice", NULL, 0
    };
    told_t told = { "", "", *state };

    ga2_identity_send(&visitor, &(ga2_identity_sink_t){ header, NULL, &told }, *state);
    assert_string_equal(told.headers, "X-Auth-Request-User: alice\nX-A: text\nAuthorization: Bearer A\n");
    assert_string_equal(told.variables, "");
    told.headers = "";
    ga2_identity_send(&visitor, &(ga2_identity_sink_t){ NULL, variable, &told }, *state);
    assert_string_equal(told.headers, "");
    assert_string_equal(told.variables, "GOAUTH2_USER=alice\nGOAUTH2_SUB=alice\nGOAUTH2_SCOPES=email openid\n");
}

static void who_hands_out_tokens(void **state)
{
    static const struct { const char *a, *b; int does; } rows[] = {
        { NULL, NULL, 0 },
        { "GOAuth2Bearer access", NULL, 1 },
        { "GOAuth2Bearer id", NULL, 1 },
        { "GOAuth2Bearer none", NULL, 0 },
        { "GOAuth2Header X-A access_token", NULL, 1 },
        { "GOAuth2Header X-A id_token", NULL, 1 },
        { "GOAuth2Header X-A scopes", NULL, 0 },
        { "GOAuth2Header X-A expires", NULL, 0 },
        { "GOAuth2Header X-A xsrf", NULL, 0 },
        { "GOAuth2Header X-A claim:sub", NULL, 0 },
        { "GOAuth2Header X-A text", NULL, 0 },
        { "GOAuth2Header X-A text", "GOAuth2Header X-B access_token", 1 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(ga2_identity_hands_out_tokens(config_of(rows[i].a, rows[i].b, *state)), rows[i].does);
}

static void headers_of_the_list(void **state)
{
    static const char *const all[] = { "X-Auth-Request-User", "X-Auth-Request-Email",
                                       "X-Auth-Request-Preferred-Username", "X-Auth-Request-Groups" };

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_string_equal(ga2_identity_header(i), all[i]);
    assert_null(ga2_identity_header(4));
}

static const struct CMUnitTest cases[] = {
    T("who a user is, by GOAuth2User", user_names),
    T("subjects are fit for a header", subjects_are_fit_for_a_header),
    T("everything that is known is sent", everything_that_is_known),
    T("what is unknown, empty or unverified is absent", what_is_unknown_is_absent),
    T("each source of GOAuth2Header", sources_of_headers),
    T("tokens that are not there are not sent", tokens_that_are_not_there_are_not_sent),
    T("the bearer is the token that was chosen", bearers),
    T("an XSRF token is the session's, for the application", an_xsrf_token_of_the_session),
    T("scopes are fit for a header", scopes_are_fit_for_a_header),
    T("every value is printable", every_value_is_printable),
    T("a sink may take headers or variables alone", a_sink_may_take_one_kind),
    T("which locations hand out tokens", who_hands_out_tokens),
    T("the list's headers, one by one", headers_of_the_list),
};
T_MAIN("gate/identity", cases)
