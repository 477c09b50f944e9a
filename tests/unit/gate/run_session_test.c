/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/site.h"
#include "session/refresh.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
#define WITH_TOKENS(p) \
    FAKE_SITE(p, FAKE_CLIENT, "GOAuth2Bearer access", "GOAuth2SessionIdle 8h", "GOAuth2SessionMax 7d")

static const char *outcome(const fake_visit_t *v)
{
    if (v->d.verdict == GA2_PASS)
        return v->d.user;
    return v->d.verdict == GA2_REFUSE ? ga2_error_name(v->d.error->code) : v->d.rule;
}

static const char *token_of(const fake_visit_t *v)
{
    ga2_visitor_t visitor = ga2_gate_visitor(&v->k, &v->d);

    return visitor.tokens ? ga2_secret_reveal_text(visitor.tokens->access_token) : NULL;
}

static void passes_with_its_cookie(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_visit_t *v = fake_sign_in(b);

    assert_string_equal(outcome(v), "alice");
    assert_null(v->k.facts.cookies[0]);             /* passing sets no cookie */
    assert_null(token_of(v));                       /* and opens no token where none is handed out */
    apr_table_set(b->cookies, "__Host-goauth2", "rubbish");
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
}

static void cookies_of_plain_http_are_others(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_incoming_t *in = fake_incoming_make("GET", "/app", *state);

    (void)fake_sign_in(b);
    apr_table_set(b->cookies, "goauth2", apr_table_get(b->cookies, "__Host-goauth2"));
    apr_table_unset(b->cookies, "__Host-goauth2");
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");      /* anybody nearby could have set that one */
    in->request.secure = 0;
    in->request.loopback = 1;
    assert_string_equal(outcome(fake_request(b, in)), "alice");
}

static void a_store_that_is_down(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    (void)fake_sign_in(b);
    b->at->store->down = FAKE_ALL;
    assert_string_equal(outcome(fake_get(b, "/app")), "STORE");         /* not "sign in again" */
    assert_non_null(apr_table_get(b->cookies, "__Host-goauth2"));
    b->at->store->down = 0;
    assert_string_equal(outcome(fake_get(b, "/app")), "alice");
}

static void uses_are_noted_now_and_then(void **state)
{
    static const struct { int minutes, writes; } rows[] = {
        { 0, 0 }, { 47, 0 }, { 1, 1 }, { 0, 0 }, { 47, 0 }, { 100, 1 }, { 1, 0 },
    };
    fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, "GOAuth2SessionIdle 8h"));
    int before;

    (void)fake_sign_in(b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_clock += SECONDS(60 * rows[i].minutes);
        before = b->at->store->writes;
        assert_string_equal(outcome(fake_get(b, "/app")), "alice");
        assert_int_equal(b->at->store->writes - before, rows[i].writes);
    }
}

/* A location where a session may rest for less must not find it resting because it was used elsewhere. */
static void uses_are_noted_for_the_shortest_idle_time(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, "GOAuth2SessionIdle 8h"));
    ga2_config_t strict = *b->at->config;
    const ga2_config_t *const configs[] = { b->at->config, &strict };
    apr_array_header_t all = { .pool = *state, .elt_size = sizeof *configs, .nelts = 2, .nalloc = 2,
                               .elts = (char *)configs };

    strict.session_idle = SECONDS(4);
    b->at->site->idle_least = ga2_site_make(&all, *state)->idle_least;
    (void)fake_sign_in(b);
    for (int i = 0; i < 12; i++) {
        fake_clock += SECONDS(1) / 2;
        assert_string_equal(outcome(fake_get(b, "/app")), "alice");
    }
    b->at->config->session_idle = SECONDS(4);       /* as at the other location */
    fake_clock += SECONDS(3);
    assert_string_equal(outcome(fake_get(b, "/app")), "alice");
    fake_clock += SECONDS(4);
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
}

static void idle_time_counts_from_the_last_use(void **state)
{
    fake_browser_t *b =
        fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, "GOAuth2SessionIdle 1h", "GOAuth2SessionMax 5h"));

    (void)fake_sign_in(b);
    for (int i = 0; i < 5; i++) {
        fake_clock += SECONDS(3590);
        assert_string_equal(outcome(fake_get(b, "/app")), "alice");
    }
    fake_clock += SECONDS(60);                      /* five hours and ten seconds */
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
    b = fake_browser_make(b->at);
    (void)fake_sign_in(b);
    fake_clock += SECONDS(3600);
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
}

static void a_use_that_cannot_be_noted(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    (void)fake_sign_in(b);
    fake_clock += SECONDS(3600);
    b->at->store->down = FAKE_PUT;
    assert_string_equal(outcome(fake_get(b, "/app")), "alice");
    assert_int_equal(b->at->warnings, 1);
}

static void a_superseded_session_is_not_kept_alive(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_visit_t *v = fake_sign_in(b);
    int before;

    T_OK(ga2_session_supersede(v->k.facts.session, &b->at->site->sessions, fake_clock, *state));
    before = b->at->store->writes;
    fake_clock += SECONDS(9);
    b->at->site->idle_least = SECONDS(10);
    assert_string_equal(outcome(fake_get(b, "/app")), "alice");
    assert_int_equal(b->at->store->writes, before);
    fake_clock += SECONDS(1);
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
}

/* ---- tokens ---- */

static void tokens_are_handed_out_and_renewed(void **state)
{
    fake_browser_t *b = fake_browser_make(WITH_TOKENS(*state));

    assert_string_equal(token_of(fake_sign_in(b)), "access-1");
    fake_clock += SECONDS(2699);                    /* 75 % of an hour at the earliest */
    assert_string_equal(token_of(fake_get(b, "/app")), "access-1");
    assert_int_equal(b->at->provider->refreshes, 0);
    fake_clock += SECONDS(361);
    assert_string_equal(token_of(fake_get(b, "/app")), "access-2");
    assert_string_equal(token_of(fake_get(b, "/app")), "access-2");
    assert_int_equal(b->at->provider->refreshes, 1);
}

static void a_provider_that_is_down(void **state)
{
    fake_browser_t *b = fake_browser_make(WITH_TOKENS(*state));

    (void)fake_sign_in(b);
    fake_clock += SECONDS(3100);
    b->at->provider->token_status = 503;
    assert_string_equal(token_of(fake_get(b, "/app")), "access-1");
    fake_clock += SECONDS(600);
    assert_string_equal(outcome(fake_get(b, "/app")), "TOKEN_EXPIRED");
    assert_non_null(apr_table_get(b->cookies, "__Host-goauth2"));
    b->at->provider->token_status = 0;
    b->at->provider->serial = 1;
    fake_clock += SECONDS(11);
    assert_string_equal(token_of(fake_get(b, "/app")), "access-2");
}

static void the_grant_ends(void **state)
{
    fake_browser_t *b = fake_browser_make(WITH_TOKENS(*state));
    fake_visit_t *v;

    (void)fake_sign_in(b);
    fake_clock += SECONDS(3100);
    b->at->provider->token_error = "invalid_grant";
    v = fake_get(b, "/app");
    assert_string_equal(outcome(v), "stranger");
    assert_null(v->k.facts.session);
    assert_int_equal(b->at->provider->refreshes, 1);
}

static void without_a_refresh_token(void **state)
{
    fake_browser_t *b = fake_browser_make(WITH_TOKENS(*state));

    b->at->provider->without_refresh_token = 1;
    (void)fake_sign_in(b);
    fake_clock += SECONDS(3500);
    assert_string_equal(token_of(fake_get(b, "/app")), "access-1");
    fake_clock += SECONDS(98);                      /* two seconds before its end it is not handed out any more */
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
    assert_int_equal(b->at->provider->refreshes, 0);
}

static void a_token_of_unknown_life(void **state)
{
    fake_browser_t *b = fake_browser_make(WITH_TOKENS(*state));

    b->at->provider->expires_in = -1;
    (void)fake_sign_in(b);
    fake_clock += SECONDS(20000);
    assert_string_equal(token_of(fake_get(b, "/app")), "access-1");
    assert_int_equal(b->at->provider->refreshes, 0);
}

static const struct CMUnitTest cases[] = {
    T("a session passes with its cookie", passes_with_its_cookie),
    T("cookies of plain http are other cookies", cookies_of_plain_http_are_others),
    T("a store that is down is an error, not a stranger", a_store_that_is_down),
    T("uses are noted once per tenth of the idle time", uses_are_noted_now_and_then),
    T("uses are noted for the shortest idle time of any location", uses_are_noted_for_the_shortest_idle_time),
    T("idle time counts from the last use, and the longest time from the sign-in", idle_time_counts_from_the_last_use),
    T("a use that cannot be noted is logged", a_use_that_cannot_be_noted),
    T("a superseded session is not kept alive", a_superseded_session_is_not_kept_alive),
    T("tokens are handed out, and renewed ahead of their end", tokens_are_handed_out_and_renewed),
    T("a provider that is down ends no session", a_provider_that_is_down),
    T("when the grant ends the user signs in again", the_grant_ends),
    T("without a refresh token the user signs in again in time", without_a_refresh_token),
    T("a token of unknown life is handed out", a_token_of_unknown_life),
};
T_MAIN("gate/run_session", cases)
