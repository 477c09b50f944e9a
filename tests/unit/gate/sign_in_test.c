/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"
#include "gate/sign_in.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
#define TO_PROVIDER "302 " FAKE_ISSUER "/authorize?x"

#define HTML "Accept: text/html"
#define ANY "Accept: */*"

static void who_opens_a_page(void **state)
{
    static const struct { const char *method, *headers[4]; int navigates; } rows[] = {
        /* a browser says so itself */
        { "GET", { "Sec-Fetch-Mode: navigate", HTML }, 1 },
        { "GET", { "Sec-Fetch-Mode: navigate" }, 1 },
        { "HEAD", { "Sec-Fetch-Mode: navigate" }, 1 },
        { "GET", { "Sec-Fetch-Mode: Navigate" }, 1 },
        { "POST", { "Sec-Fetch-Mode: navigate", HTML }, 0 },
        { "PUT", { HTML }, 0 },
        { "OPTIONS", { HTML }, 0 },
        { "get", { "Sec-Fetch-Mode: navigate" }, 0 },
        { "FOO", { "Sec-Fetch-Mode: navigate" }, 0 },
        { "GET", { "Sec-Fetch-Mode: cors", HTML }, 0 },
        { "GET", { "Sec-Fetch-Mode: no-cors", HTML }, 0 },
        { "GET", { "Sec-Fetch-Mode: same-origin", HTML }, 0 },
        { "GET", { "Sec-Fetch-Mode: websocket" }, 0 },
        { "GET", { "Sec-Fetch-Mode: ", HTML }, 0 },
        { "GET", { "Sec-Fetch-Mode: navigate2" }, 0 },
        /* an older one: what it accepts */
        { "GET", { HTML }, 1 },
        { "HEAD", { HTML }, 1 },
        { "GET", { "Accept: application/xhtml+xml,text/html;q=0.9" }, 1 },
        { "GET", { ANY }, 0 },
        { "GET", { "Accept: application/json" }, 0 },
        { "GET", { "Accept: image/png" }, 0 },
        { "GET", { NULL }, 0 },
        { "GET", { "Accept: " }, 0 },
        { "GET", { HTML, "X-Requested-With: XMLHttpRequest" }, 0 },
        { "GET", { "Sec-Fetch-Mode: navigate", "X-Requested-With: com.example.app" }, 1 }, /* an app's web view */
        /* nobody looks at the page now, or it is no page */
        { "GET", { "Sec-Fetch-Mode: navigate", "Sec-Purpose: prefetch" }, 0 },
        { "GET", { "Sec-Fetch-Mode: navigate", "Sec-Purpose: prefetch;prerender" }, 0 },
        { "GET", { HTML, "Sec-Purpose: prefetch" }, 0 },
        { "GET", { HTML, "Sec-Purpose: " }, 1 },
        { "GET", { HTML, "Upgrade: websocket" }, 0 },
        { "GET", { "Sec-Fetch-Mode: navigate", "Upgrade: websocket" }, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_incoming_t *in = fake_incoming_bare(rows[i].method, "/app", *state);
        for (int h = 0; rows[i].headers[h]; h++)
            fake_incoming_add(in, rows[i].headers[h]);
        if (ga2_request_is_navigation(&in->request) != rows[i].navigates)
            fail_msg("row %d: %s %s %s", (int)i, rows[i].method, rows[i].headers[0], rows[i].headers[1]);
    }
}

/* A trial whose request has this header alone. */
static trial_t *with_header(const char *method, const char *header, const char *line, apr_pool_t *p)
{
    const char *lines[] = { line, NULL };
    trial_t *t = trial_make(method, "/app?x=1", lines, p);

    memset(t->world->incoming.headers, 0, sizeof t->world->incoming.headers);
    if (header)
        fake_incoming_add(&t->world->incoming, header);
    return t;
}

static void strangers(void **state)
{
    static const struct { const char *method, *header, *line, *want; } rows[] = {
        { "GET", HTML, NULL, "stranger: " TO_PROVIDER },
        { "HEAD", HTML, NULL, "stranger: " TO_PROVIDER },
        { "POST", HTML, NULL, "api-stranger: 401" },
        { "GET", ANY, NULL, "api-stranger: 401" },
        { "GET", NULL, NULL, "api-stranger: 401" },
        { "GET", ANY, "GOAuth2OnStranger redirect", "stranger: " TO_PROVIDER },
        { "HEAD", ANY, "GOAuth2OnStranger redirect", "stranger: " TO_PROVIDER },
        { "POST", HTML, "GOAuth2OnStranger redirect", "api-stranger: 401" },
        { "FOO", HTML, "GOAuth2OnStranger redirect", "api-stranger: 401" },
        { "GET", HTML, "GOAuth2OnStranger 401", "api-stranger: 401" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = with_header(rows[i].method, rows[i].header, rows[i].line, *state);
        T_OUTCOME(t, rows[i].want, rows[i].want);
        assert_int_equal(t->world->fetched[GA2_NEED_START], strstr(rows[i].want, "302") != NULL);
        assert_true(t->d.verdict != GA2_ANSWER || (t->d.answer == GA2_ANSWER_SIGN_IN) == (t->d.status == 401));
        assert_null(t->k.facts.cookies[0]);     /* no cookie for who is not sent away */
    }
}

static void a_part_of_a_page_gets_a_status(void **state)
{
    trial_t *t = trial_make("GET", "/app", NULL, *state);

    t->world->incoming.request.inner = 1;
    T_OUTCOME(t, "stranger: SIGN_IN_REQUIRED", "inner");
    assert_int_equal(t->world->fetched[GA2_NEED_START], 0);
}

static void without_a_provider(void **state)
{
    trial_t *t = trial_make("GET", "/app", NULL, *state);

    t->config = fake_config((const char *const[]){ NULL }, *state);
    T_OUTCOME(t, "stranger: CONFIG", "no provider");
}

/* ---- going round ---- */

static const char *binding_cookie(int rounds, int seconds_ago, apr_pool_t *p)
{
    ga2_binding_t b = { .rounds = rounds, .since = SECONDS(FAKE_WORLD_NOW - seconds_ago) };

    memset(b.secret, 'b', sizeof b.secret);
    return apr_pstrcat(p, "__Host-goauth2-bind=", ga2_binding_write(&b, p), NULL);
}

static void too_many_rounds(void **state)
{
    static const struct { int rounds, ago; const char *want; } rows[] = {
        { 0, 0, "stranger: " TO_PROVIDER },
        { 2, 0, "stranger: " TO_PROVIDER },
        { 3, 0, "loop: LOOP" },
        { 3, 59, "loop: LOOP" },
        { 3, 60, "stranger: " TO_PROVIDER },
        { 4, 30, "loop: LOOP" },
        { 1000, 1, "loop: LOOP" },
        { 3, -5, "stranger: " TO_PROVIDER }, /* the clock was set back */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = trial_make("GET", "/app", NULL, *state);
        t->world->incoming.request.cookies = binding_cookie(rows[i].rounds, rows[i].ago, *state);
        T_OUTCOME(t, rows[i].want, apr_itoa(*state, (int)i));
        if (t->d.verdict == GA2_REFUSE)                 /* whoever tries again gets a fresh count */
            assert_string_equal(t->k.facts.cookies[0], apr_pstrcat(*state, binding_cookie(0, 0, *state),
                                                                   "; Path=/; HttpOnly; Secure; SameSite=Lax", NULL));
    }
}

static void rounds_that_do_not_count(void **state)
{
    static const char *const cookies[] = { "__Host-goauth2-bind=", "__Host-goauth2-bind=rubbish.9.1800000000", "x=y" };
    trial_t *t;

    for (size_t i = 0; i < sizeof cookies / sizeof *cookies; i++) {
        t = trial_make("GET", "/app", NULL, *state);
        t->world->incoming.request.cookies = cookies[i];
        T_OUTCOME(t, "stranger: " TO_PROVIDER, cookies[i]);
    }
    t = trial_make("POST", "/app", NULL, *state);       /* nobody is redirected, so nobody goes round */
    t->world->incoming.request.cookies = binding_cookie(9, 0, *state);
    T_OUTCOME(t, "api-stranger: 401", "POST");
}

/* ---- coming back ---- */

static const char *long_path(char c, int len, const char *more, apr_pool_t *p)
{
    char *path = apr_pcalloc(p, (apr_size_t)len + 1);

    memset(path, c, (size_t)len);
    path[0] = '/';
    return apr_pstrcat(p, path, more, NULL);
}

static void return_paths(void **state)
{
    const char *longest = long_path('p', GA2_RETURN_MAX, "", *state), *half = long_path('p', 2000, "", *state);
    const struct { const char *target, *want; } rows[] = {
        { "/app", "/app" },
        { "/app?x=1&y=%2F", "/app?x=1&y=%2F" },
        { "/", "/" },
        { longest, longest },
        { long_path('p', GA2_RETURN_MAX + 1, "", *state), "/" },
        { apr_pstrcat(*state, half, "?", long_path('q', 2000, "", *state), NULL), half },
        { "//evil.example", "/" },
        { "/\\evil.example", "/" },
        { "/%2f/evil.example", "/" },
        { "/%5cevil.example", "/" },
        { "/.//evil.example", "/" },
        { "/\tevil.example", "/" },
        { "https://evil.example/", "/" },
        { "evil.example", "/" },
        { "javascript:alert(1)", "/" },
        { "", "/" },
        { "/a#b", "/" },
        { "/a\r\nSet-Cookie: x=y", "/" },
        { "/\xc3\xa4", "/" },
        { "/oauth2logout", "/" },
        { "/oauth2callback?code=1&state=2", "/" },
        { "/oauth2authorize", "/" },
        { "/oauth2userinfo", "/" },
        { "/oauth2userinfo2", "/oauth2userinfo2" },
    };
    trial_t *t = trial_make("GET", "/app", NULL, *state);

    (void)try_it(t);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(ga2_return_path(&t->k, rows[i].target), rows[i].want))
            fail_msg("%.60s comes back to %.60s", rows[i].target, ga2_return_path(&t->k, rows[i].target));
}

static void a_new_attempt_comes_back_here(void **state)
{
    trial_t *t = trial_make("GET", "/app?x=1", NULL, *state);

    T_OUTCOME(t, "stranger: " TO_PROVIDER, "/app");
    assert_string_equal(t->k.ask.return_path, "/app?x=1");
    assert_string_equal(t->k.ask.scopes, "email openid profile");
    t = trial_make("GET", "//evil.example/", NULL, *state);
    T_OUTCOME(t, "stranger: " TO_PROVIDER, "//evil.example/");
    assert_string_equal(t->k.ask.return_path, "/");
}

static void where_to_sign_in(void **state)
{
    trial_t *t = trial_make("POST", "/app?x=1", NULL, *state);
    ga2_config_t *configs[2];

    T_OUTCOME(t, "api-stranger: 401", "POST");
    assert_string_equal(ga2_login_path(&t->k), "/oauth2authorize?return_url=%2Fapp%3Fx%3D1");
    configs[0] = t->config;
    configs[1] =
        FAKE_CONFIG(*state, "GOAuth2Issuer https://other.example", "GOAuth2ClientID c", "GOAuth2ClientSecret s");
    t->site = fake_closed_site(configs, 2, *state);
    T_OUTCOME(t, "api-stranger: 401", "POST");
    assert_int_equal(strlen(strstr(ga2_login_path(&t->k), "&provider=")), strlen("&provider=") + 22);
    t = trial_make("POST", "/app", (const char *const[]){ "GOAuth2AuthorizePath off", NULL }, *state);
    T_OUTCOME(t, "api-stranger: 401", "POST");
    assert_null(ga2_login_path(&t->k));
}

static const struct CMUnitTest cases[] = {
    T("who opens a page, and what does not", who_opens_a_page),
    T("strangers are redirected or told, as the setting says", strangers),
    T("a part of a page gets a status", a_part_of_a_page_gets_a_status),
    T("without a provider nobody is sent anywhere", without_a_provider),
    T("the fourth round within a minute ends", too_many_rounds),
    T("rounds that do not count", rounds_that_do_not_count),
    T("a return path is a page of this site", return_paths),
    T("a new attempt comes back to the page that was wanted", a_new_attempt_comes_back_here),
    T("strangers are told where to sign in", where_to_sign_in),
};
T_MAIN("gate/sign_in", cases)
