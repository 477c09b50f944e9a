/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../gate/outcome.h"
#include "../keys.h"
#include "../folder.h"
#include "base/file.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include "page/page.h"
#include "session/claims.h"
#include "session/xsrf.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
#define CLOSED "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"

static const char *const no_lines[] = { NULL };

/* A case at /app?x=1 that the test fills; `headers` of 0: a browser that opens a page. */
static trial_t *at(const char *target, const char *header, const char *const *lines, apr_pool_t *p)
{
    trial_t *t = trial_make("GET", target, lines, p);

    if (header) {
        memset(t->world->incoming.headers, 0, sizeof t->world->incoming.headers);
        fake_incoming_add(&t->world->incoming, header);
    }
    t->k = (ga2_case_t){ .site = t->site, .config = t->config, .request = &t->world->incoming.request, .p = p };
    t->k.facts.now = SECONDS(FAKE_WORLD_NOW);
    return t;
}

static ga2_reply_t reply_to(trial_t *t, ga2_decision_t d)
{
    ga2_reply_t reply;

    ga2_page_reply(&reply, &t->k, &d, "ABCD-EFGH");
    return reply;
}

static ga2_reply_t refused(trial_t *t, ga2_code_t code)
{
    return reply_to(t, (ga2_decision_t){ .verdict = GA2_REFUSE,
                                         .error = ga2_error_make(t->p, "here", code, NULL, "a secret of the log") });
}

static ga2_reply_t answer(trial_t *t, ga2_answer_t what, int status)
{
    return reply_to(t, (ga2_decision_t){ .verdict = GA2_ANSWER, .answer = what, .status = status, .location = "/to" });
}

static const char *header(const ga2_reply_t *reply, const char *name) { return apr_table_get(reply->headers, name); }

static const ga2_json_t *json_of(const ga2_reply_t *reply, void **state)
{
    const ga2_json_t *json = NULL;

    assert_string_equal(reply->content_type, "application/json");
    T_OK(ga2_json_parse_object(&json, ga2_bytes_of(reply->body), *state));
    return json;
}

/* ---- every answer ---- */

/* 'sha256-…' of what is between <style> and </style>. */
static const char *style_hash(const char *html, apr_pool_t *p)
{
    const char *from = strstr(html, "<style>") + strlen("<style>");
    unsigned char digest[GA2_SHA256_LEN];

    ga2_sha256(digest, (ga2_bytes_t){ (const unsigned char *)from, (apr_size_t)(strstr(from, "</style>") - from) });
    return ga2_base64((ga2_bytes_t){ digest, sizeof digest }, p);
}

static void has_common_headers(const ga2_reply_t *reply, apr_pool_t *p)
{
    const char *policy = CLOSED;

    if (strstr(reply->body, "<style>"))
        policy = apr_pstrcat(p, CLOSED "; style-src 'sha256-", style_hash(reply->body, p), "'", NULL);
    assert_string_equal(header(reply, "Cache-Control"), "no-store");
    assert_string_equal(header(reply, "Referrer-Policy"), "no-referrer");
    assert_string_equal(header(reply, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(header(reply, "X-Frame-Options"), "DENY");
    assert_string_equal(header(reply, "Content-Security-Policy"), policy);
    assert_null(strstr(reply->body, "<script"));
    assert_null(strstr(reply->body, "secret of the log"));
}

static void headers_of_every_answer(void **state)
{
    static const char *const kinds[] = { NULL, "Accept: application/json" };

    for (int i = 0; i < 2; i++) {
        trial_t *t = at("/app", kinds[i], no_lines, *state);
        ga2_reply_t reply;
        t->k.facts.session = fake_session(t->config->provider, *state);
        for (int a = GA2_ANSWER_REDIRECT; a <= GA2_ANSWER_SIGNED_OUT; a++) {
            reply = answer(t, (ga2_answer_t)a, 200);
            has_common_headers(&reply, *state);
        }
        for (int code = 0; code < GA2_E_COUNT; code++) {
            reply = refused(t, (ga2_code_t)code);
            has_common_headers(&reply, *state);
            assert_int_equal(reply.status, ga2_error_http_status((ga2_code_t)code));
        }
    }
}

static void cookies_of_the_case(void **state)
{
    trial_t *t = at("/app", NULL, no_lines, *state);
    const apr_array_header_t *all;
    ga2_reply_t reply;
    int n = 0;

    t->k.facts.cookies[0] = "a=1";
    t->k.facts.cookies[1] = "b=2";
    t->k.facts.cookies[2] = "c=3";
    reply = answer(t, GA2_ANSWER_REDIRECT, 303);
    all = apr_table_elts(reply.headers);
    for (int i = 0; i < all->nelts; i++) {
        const apr_table_entry_t *e = &APR_ARRAY_IDX(all, i, apr_table_entry_t);
        if (strcmp(e->key, "Set-Cookie"))
            continue;
        assert_string_equal(e->val, t->k.facts.cookies[n]);
        n++;
    }
    assert_int_equal(n, 3);
    assert_null(header(&(ga2_reply_t){ .headers = refused(at("/app", NULL, no_lines, *state), GA2_E_STORE).headers },
                       "Set-Cookie"));
}

/* ---- answers ---- */

static void redirects(void **state)
{
    trial_t *t = at("/app", NULL, no_lines, *state);
    ga2_reply_t reply = answer(t, GA2_ANSWER_REDIRECT, 303);

    assert_int_equal(reply.status, 303);
    assert_string_equal(header(&reply, "Location"), "/to");
    assert_string_equal(reply.content_type, "text/html; charset=utf-8");
    assert_null(strstr(reply.body, "/to"));
}

static void strangers_learn_where_to_sign_in(void **state)
{
    trial_t *t = at("/app?a=\"<x>", "Accept: */*", no_lines, *state);
    ga2_reply_t reply = answer(t, GA2_ANSWER_SIGN_IN, 401);
    const ga2_json_t *json = json_of(&reply, state);

    assert_int_equal(reply.status, 401);
    assert_string_equal(header(&reply, "WWW-Authenticate"), "Bearer realm=\"" FAKE_ORIGIN "\"");
    assert_string_equal(ga2_json_string(json, "error"), "sign_in_required");
    assert_string_equal(ga2_json_string(json, "login_url"),
                        FAKE_ORIGIN "/oauth2authorize?return_url=%2Fapp%3Fa%3D%22%3Cx%3E");
    assert_string_equal(ga2_json_string(json, "reference"), "ABCD-EFGH");
    t = at("/app", "Accept: */*", (const char *const[]){ "GOAuth2AuthorizePath off", NULL }, *state);
    reply = answer(t, GA2_ANSWER_SIGN_IN, 401);
    assert_null(ga2_json_member(json_of(&reply, state), "login_url"));
}

static void userinfo_is_json(void **state)
{
    trial_t *t = at("/oauth2userinfo", NULL, no_lines, *state);
    const ga2_json_t *claims;
    ga2_reply_t reply;

    t->k.facts.session = fake_session(t->config->provider, *state);
    T_OK(ga2_json_parse(&claims, t_json("{'sub':'alice','name':'\\u00e4</script>','groups':['x']}", *state), *state));
    T_OK(ga2_claims_make(&t->k.facts.session->claims, claims, NULL, *state));
    reply = answer(t, GA2_ANSWER_USERINFO, 200);
    claims = json_of(&reply, state);
    assert_string_equal(ga2_json_string(claims, "name"), "\xc3\xa4</script>");
    assert_true(ga2_json_array_has(ga2_json_array(claims, "groups"), "x"));
    assert_null(strchr(reply.body, '<'));
}

static void the_page_that_asks(void **state)
{
    trial_t *t = at("/oauth2logout", NULL, no_lines, *state);
    ga2_reply_t reply;
    const char *token;

    t->k.facts.session = fake_session(t->config->provider, *state);
    reply = answer(t, GA2_ANSWER_CONFIRM, 200);
    assert_non_null(strstr(reply.body, "<form method=\"post\" action=\"/oauth2logout\">"));
    token = strstr(reply.body, "name=\"xsrf\" value=\"") + strlen("name=\"xsrf\" value=\"");
    token = apr_pstrmemdup(*state, token, strcspn(token, "\""));
    assert_true(ga2_xsrf_ok(token, t->site->ring, (ga2_bytes_t){ t->k.facts.session->id, GA2_SESSION_ID }, "logout",
                            t->k.facts.now, SECONDS(GA2_XSRF_LIFE_S)));
    reply = answer(t, GA2_ANSWER_SIGNED_OUT, 200);
    assert_non_null(strstr(reply.body, "href=\"/\""));
    assert_null(strstr(reply.body, "<form"));
}

/* ---- errors ---- */

static void people_get_pages_and_programs_json(void **state)
{
    static const struct { const char *header; int json; } rows[] = {
        { NULL, 0 },
        { "Accept: text/html", 0 },
        { "Accept: application/json", 1 },
        { "Accept: */*", 1 },
        { "X-A: b", 1 },
        { "Sec-Fetch-Mode: navigate", 0 },
        { "Sec-Fetch-Mode: cors", 1 },
        { "Accept: text/plain", 1 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_reply_t reply = refused(at("/app", rows[i].header, no_lines, *state), GA2_E_STATE_USED);
        assert_string_equal(reply.content_type, rows[i].json ? "application/json" : "text/html; charset=utf-8");
        if (!rows[i].json)
            continue;
        assert_string_equal(ga2_json_string(json_of(&reply, state), "error"), "STATE_USED");
        assert_string_equal(ga2_json_string(json_of(&reply, state), "message"), ga2_error_text(GA2_E_STATE_USED));
        assert_string_equal(ga2_json_string(json_of(&reply, state), "reference"), "ABCD-EFGH");
    }
}

/* A form that was sent gets a page, although nobody navigated by GET. */
static void a_posted_form_gets_a_page(void **state)
{
    trial_t *t = at("/oauth2logout", NULL, no_lines, *state);

    t->world->incoming.request.method = "POST";
    assert_string_equal(refused(t, GA2_E_XSRF).content_type, "text/html; charset=utf-8");
}

static void what_a_page_says(void **state)
{
    ga2_reply_t reply =
        refused(at("/app", NULL, (const char *const[]){ "GOAuth2Message \"Call <Bob>\"", NULL }, *state), GA2_E_STORE);

    assert_non_null(strstr(reply.body, ga2_error_text(GA2_E_STORE)));
    assert_non_null(strstr(reply.body, "<p>Call &lt;Bob&gt;</p>"));
    assert_non_null(strstr(reply.body, "Code STORE"));
    assert_non_null(strstr(reply.body, "Reference ABCD-EFGH"));
    assert_non_null(strstr(reply.body, "<title>Something went wrong</title>"));
    assert_non_null(
        strstr(refused(at("/app", NULL, no_lines, *state), GA2_E_SCOPES).body, "<title>Not allowed</title>"));
    assert_non_null(strstr(refused(at("/app", NULL, no_lines, *state), GA2_E_BAD_REQUEST).body,
                           "<title>That did not work</title>"));
}

static void headers_of_some_statuses(void **state)
{
    for (int code = 0; code < GA2_E_COUNT; code++) {
        ga2_reply_t reply = refused(at("/oauth2logout", NULL, no_lines, *state), (ga2_code_t)code);
        const char *retry = header(&reply, "Retry-After"), *challenge = header(&reply, "WWW-Authenticate");
        const char *allow = header(&reply, "Allow");
        T_ROW(reply.status == 503 ? retry && !strcmp(retry, "5") : !retry, ga2_error_name((ga2_code_t)code));
        T_ROW((reply.status == 401) == (challenge != NULL), ga2_error_name((ga2_code_t)code));
        T_ROW(reply.status == 405 ? allow && !strcmp(allow, "GET,POST") : !allow, ga2_error_name((ga2_code_t)code));
    }
}

static const char *href(const ga2_reply_t *reply, apr_pool_t *p)
{
    const char *from = strstr(reply->body, "href=\"");

    return from ? apr_pstrmemdup(p, from + 6, strcspn(from + 6, "\"")) : NULL;
}

static void the_way_on(void **state)
{
    static const struct { const char *what; ga2_code_t code; const char *target, *back, *line; int session;
                          const char *want; } rows[] = {
        { "nothing to try", GA2_E_CONFIG, "/app", NULL, NULL, 0, NULL },
        { "the same page", GA2_E_STORE, "/app?x=1", NULL, NULL, 0, "/app?x=1" },
        { "the page that was wanted", GA2_E_STATE_USED, "/oauth2callback?code=c", "/wanted", NULL, 0, "/wanted" },
        { "a path of ours is no page", GA2_E_STATE_INVALID, "/oauth2callback?code=secret", NULL, NULL, 0, "/" },
        { "another account", GA2_E_SCOPES, "/app", NULL, NULL, 1, "/oauth2logout" },
        { "another account", GA2_E_IDENTITY, "/app", NULL, NULL, 1, "/oauth2logout" },
        { "no account yet", GA2_E_IDENTITY, "/oauth2callback", "/wanted", NULL, 0, NULL },
        { "nowhere to sign out", GA2_E_SCOPES, "/app", NULL, "GOAuth2LogoutPath off", 1, NULL },
        { "off this site", GA2_E_STORE, "//evil.example/", NULL, NULL, 0, "/" },
        { "off this site", GA2_E_STORE, "/\\evil.example/", NULL, NULL, 0, "/" },
        { "off this site", GA2_E_STORE, "https://evil.example/", NULL, NULL, 0, "/" },
        { "off this site", GA2_E_STORE, "javascript:alert(1)", NULL, NULL, 0, "/" },
        { "off this site", GA2_E_LOOP, "/app", "//evil.example", NULL, 0, "/" },
        { "markup", GA2_E_STORE, "/a\"onx=<b>", NULL, NULL, 0, "/a&quot;onx=&lt;b&gt;" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = at(rows[i].target, NULL, (const char *const[]){ rows[i].line, NULL }, *state);
        ga2_reply_t reply;
        const char *got;
        t->k.facts.return_path = rows[i].back;
        t->k.facts.session = rows[i].session ? fake_session(t->config->provider, *state) : NULL;
        reply = refused(t, rows[i].code);
        got = href(&reply, *state);
        T_ROW(got ? rows[i].want && !strcmp(got, rows[i].want) : !rows[i].want, rows[i].what);
        T_ROW(!strstr(reply.body, "code=secret"), rows[i].what);
    }
}

/* ---- the administrator's own page ---- */

static void an_own_page(void **state)
{
    const char *file = apr_pstrcat(*state, folder_make(*state), "/error.html", NULL);
    const char *lines[] = { apr_pstrcat(*state, "GOAuth2ErrorPage ", file, NULL), "GOAuth2Message \"Call <Bob>\"",
                            NULL };
    ga2_reply_t reply;

    T_OK(ga2_file_replace(file,
                          ga2_bytes_of("<h1>{{title}}</h1>{{text}}|{{message}}|{{code}}|{{reference}}|{{again}}|{{x}}"),
                          0600, *state));
    reply = refused(at("/app?a=<b>", NULL, lines, *state), GA2_E_STATE_USED);
    assert_string_equal(reply.body, apr_pstrcat(*state, "<h1>That did not work</h1>", ga2_error_text(GA2_E_STATE_USED),
                                                "|Call &lt;Bob&gt;|STATE_USED|ABCD-EFGH|/app?a=&lt;b&gt;|{{x}}", NULL));
    assert_string_equal(reply.content_type, "text/html; charset=utf-8");
    assert_non_null(strstr(header(&reply, "Content-Security-Policy"), "script-src 'none'; frame-ancestors 'none'"));
    assert_string_equal(header(&reply, "Cache-Control"), "no-store");
    assert_string_equal(header(&reply, "X-Frame-Options"), "DENY");
    assert_int_equal(reply.status, 400);
    assert_string_equal(refused(at("/app", "Accept: */*", lines, *state), GA2_E_STATE_USED).content_type,
                        "application/json");
}

static int warnings;
static void warn(const ga2_log_t *log, const char *text, apr_pool_t *p) { (void)log, (void)text, (void)p; warnings++; }

static void an_own_page_that_cannot_be_read(void **state)
{
    const ga2_log_t log = { warn };
    const char *directory = folder_make(*state), *large = apr_pstrcat(*state, directory, "/large", NULL);
    const char *const files[] = { apr_pstrcat(*state, directory, "/gone", NULL), directory, large };
    char *text = apr_pcalloc(*state, 300000);

    memset(text, 'x', 299999);
    T_OK(ga2_file_replace(large, ga2_bytes_of(text), 0600, *state));
    for (int i = 0; i < 3; i++) {
        const char *lines[] = { apr_pstrcat(*state, "GOAuth2ErrorPage ", files[i], NULL), NULL };
        trial_t *t = at("/app", NULL, lines, *state);
        ga2_reply_t reply;
        warnings = 0;
        t->site->log = &log;
        reply = refused(t, GA2_E_STORE);
        assert_non_null(strstr(reply.body, ga2_error_text(GA2_E_STORE)));   /* ours instead */
        has_common_headers(&reply, *state);
        assert_int_equal(warnings, 1);
    }
}

static void the_page_that_goes_on(void **state)
{
    ga2_reply_t reply = answer(at("/app", NULL, no_lines, *state), GA2_ANSWER_ARRIVE, 200);

    assert_string_equal(header(&reply, "Refresh"), "0; url=/to");
    assert_non_null(strstr(reply.body, "href=\"/to\""));
}

/* ---- references ---- */

static void references(void **state)
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const apr_time_t now = SECONDS(1800000000);
    const char *seen[500];

    for (int i = 0; i < 500; i++) {
        const char *text = seen[i] = ga2_page_reference(now + i / 100, *state);
        assert_int_equal(strlen(text), 9);
        assert_int_equal(strspn(text, letters), 4);
        assert_int_equal(text[4], '-');
        assert_int_equal(strspn(text + 5, letters), 4);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(text, seen[k]);
    }
}

static const struct CMUnitTest cases[] = {
    T("every answer has its headers, and the style its hash", headers_of_every_answer),
    T("the cookies of the case are set, each once", cookies_of_the_case),
    T("a redirect says where to, and not in its body", redirects),
    T("a page that goes on says where to, also to whoever clicks", the_page_that_goes_on),
    T("strangers learn where to sign in, in JSON", strangers_learn_where_to_sign_in),
    T("userinfo is JSON", userinfo_is_json),
    T("the page that asks has the session's token", the_page_that_asks),
    T("people get pages, programs JSON", people_get_pages_and_programs_json),
    T("a form that was sent gets a page", a_posted_form_gets_a_page),
    T("what a page says", what_a_page_says),
    T("Retry-After, WWW-Authenticate and Allow where they belong", headers_of_some_statuses),
    T("the way on stays on this site", the_way_on),
    T("an own page has the same words and headers", an_own_page),
    T("an own page that cannot be read is replaced by ours", an_own_page_that_cannot_be_read),
    T("references are short and differ", references),
};
T_MAIN("page/page", cases)
