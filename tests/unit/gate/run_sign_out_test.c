/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/site.h"
#include "codec/form.h"
#include <apr_strings.h>

static const char *outcome(const fake_visit_t *v)
{
    return v->d.verdict == GA2_REFUSE ? ga2_error_name(v->d.error->code) : v->d.rule;
}

/* The token in the page that asks. */
static const char *form_of(fake_browser_t *b)
{
    const fake_visit_t *v = fake_get(b, "/oauth2logout");
    const char *at = strstr(v->reply.body, "name=\"xsrf\" value=\"");

    assert_non_null(at);
    at += strlen("name=\"xsrf\" value=\"");
    return apr_pstrcat(b->at->p, "xsrf=", apr_pstrmemdup(b->at->p, at, strcspn(at, "\"")), NULL);
}

static void a_whole_sign_out(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state)), *thief;
    fake_visit_t *v;
    ga2_form_t *q;

    (void)fake_sign_in(b);
    thief = fake_browser_make(b->at);
    apr_table_set(thief->cookies, "__Host-goauth2", apr_table_get(b->cookies, "__Host-goauth2"));
    v = fake_post(b, "/oauth2logout", form_of(b));
    assert_string_equal(outcome(v), "logout");
    assert_int_equal(v->d.status, 303);
    assert_null(apr_table_get(b->cookies, "__Host-goauth2"));
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
    assert_string_equal(outcome(fake_get(thief, "/app")), "stranger");      /* it is over everywhere */
    assert_string_equal(b->at->provider->revoked, "refresh-1 access-1");
    assert_true(strncmp(v->location, FAKE_ISSUER "/goodbye?", strlen(FAKE_ISSUER "/goodbye?")) == 0);
    T_OK(ga2_form_parse(&q, ga2_bytes_of(strchr(v->location, '?') + 1), *state));
    assert_int_equal(strncmp(ga2_form_get(q, "id_token_hint"), "ey", 2), 0);
    assert_string_equal(ga2_form_get(q, "client_id"), "our-client");
    assert_null(ga2_form_get(q, "post_logout_redirect_uri"));
}

static void where_the_provider_sends_the_browser(void **state)
{
    static const struct { const char *line, *want; } rows[] = {
        { "GOAuth2LoggedOutURL /bye", FAKE_ORIGIN "/bye" },
        { "GOAuth2LoggedOutURL https://www.example/bye", "https://www.example/bye" } };

    for (size_t i = 0; i < 2; i++) {
        fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, rows[i].line));
        ga2_form_t *q;
        (void)fake_sign_in(b);
        T_OK(ga2_form_parse(&q, ga2_bytes_of(strchr(fake_post(b, "/oauth2logout", form_of(b))->location, '?') + 1),
                            *state));
        assert_string_equal(ga2_form_get(q, "post_logout_redirect_uri"), rows[i].want);
    }
}

static void a_link_or_a_foreign_form_signs_nobody_out(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state)), *other = fake_browser_make(b->at);
    fake_incoming_t *in;

    (void)fake_sign_in(b);
    (void)fake_sign_in(other);
    assert_string_equal(outcome(fake_get(b, "/oauth2logout?xsrf=x")), "logout-ask");
    assert_string_equal(outcome(fake_get(b, apr_pstrcat(*state, "/oauth2logout?", form_of(b), NULL))), "logout-ask");
    assert_string_equal(outcome(fake_post(b, "/oauth2logout", "")), "XSRF");
    assert_string_equal(outcome(fake_post(b, "/oauth2logout", form_of(other))), "XSRF");
    in = fake_incoming_make("POST", "/oauth2logout", *state);
    in->body = form_of(b);
    assert_string_equal(outcome(fake_request(b, in)), "BAD_REQUEST");       /* not said to be a form */
    assert_int_equal(in->bodies, 0);
    in = fake_incoming_make("POST", "/oauth2logout", *state);
    fake_incoming_add(in, "Content-Type: text/plain");
    in->body = form_of(b);
    assert_string_equal(outcome(fake_request(b, in)), "BAD_REQUEST");
    assert_string_equal(fake_get(b, "/app")->d.user, "alice");
    assert_int_equal(b->at->provider->revocations, 0);
}

static void forms_have_a_limit(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    char *more = apr_pcalloc(*state, 8193);

    (void)fake_sign_in(b);
    memset(more, 'x', 8192);
    assert_string_equal(outcome(fake_post(b, "/oauth2logout", apr_pstrcat(*state, form_of(b), "&", more, NULL))),
                        "BAD_REQUEST");
    assert_string_equal(fake_get(b, "/app")->d.user, "alice");
}

static void a_form_may_say_its_charset(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_incoming_t *in = fake_incoming_make("POST", "/oauth2logout", *state);

    (void)fake_sign_in(b);
    fake_incoming_add(in, "Content-Type: application/x-www-form-urlencoded; charset=UTF-8");
    in->body = form_of(b);
    assert_string_equal(outcome(fake_request(b, in)), "logout");
}

/* The session ends first, whatever the provider does. */
static void a_provider_that_is_down(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_visit_t *v;

    (void)fake_sign_in(b);
    b->at->provider->is_down = 1;
    v = fake_post(b, "/oauth2logout", form_of(b));
    assert_string_equal(outcome(v), "logout");
    assert_true(b->at->warnings > 0);
    assert_null(apr_table_get(b->cookies, "__Host-goauth2"));
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
}

/* Not even the provider's metadata is known, as after a restart. */
static void a_provider_that_was_never_seen(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state), *again = FAKE_USUAL_SITE(*state);
    fake_browser_t *b = fake_browser_make(site);
    fake_visit_t *v;

    (void)fake_sign_in(b);
    again->site->sessions = site->site->sessions;
    again->provider->is_down = 1;
    b->at = again;
    v = fake_post(b, "/oauth2logout", form_of(b));
    assert_string_equal(outcome(v), "logout");
    assert_int_equal(v->d.status, 200);
    assert_int_equal(v->d.answer, GA2_ANSWER_SIGNED_OUT);
    assert_true(again->warnings > 0);
}

static void a_store_that_is_down(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *form;

    (void)fake_sign_in(b);
    form = form_of(b);
    b->at->store->down = FAKE_REMOVE;
    assert_string_equal(outcome(fake_post(b, "/oauth2logout", form)), "STORE");     /* nobody is told that it is over */
    assert_non_null(apr_table_get(b->cookies, "__Host-goauth2"));
    b->at->store->down = 0;
    assert_string_equal(fake_get(b, "/app")->d.user, "alice");
}

static void a_provider_that_is_not_configured_any_more(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_site_t *other =
        FAKE_SITE(*state, "GOAuth2Issuer https://other.example", "GOAuth2ClientID c", "GOAuth2ClientSecret s");
    fake_browser_t *b = fake_browser_make(site);

    (void)fake_sign_in(b);
    other->site->sessions = site->site->sessions;
    b->at = other;
    assert_string_equal(outcome(fake_post(b, "/oauth2logout", form_of(b))), "logout");
    b->at = site;
    assert_string_equal(outcome(fake_get(b, "/app")), "stranger");
    assert_int_equal(site->provider->revocations + other->provider->revocations, 0);
}

static void without_a_refresh_token(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->without_refresh_token = 1;
    (void)fake_sign_in(b);
    assert_string_equal(outcome(fake_post(b, "/oauth2logout", form_of(b))), "logout");
    assert_string_equal(b->at->provider->revoked, "access-1");
}

static const struct CMUnitTest cases[] = {
    T("a whole sign-out: session, tokens, the provider's page", a_whole_sign_out),
    T("the provider sends the browser where the administrator said", where_the_provider_sends_the_browser),
    T("a link or a foreign form signs nobody out", a_link_or_a_foreign_form_signs_nobody_out),
    T("a form of more than 8 KiB is not read", forms_have_a_limit),
    T("a form may say its charset", a_form_may_say_its_charset),
    T("a provider that is down keeps nobody signed in", a_provider_that_is_down),
    T("nor does one whose metadata cannot be had", a_provider_that_was_never_seen),
    T("a store that is down is no sign-out", a_store_that_is_down),
    T("a provider that is not configured any more keeps its tokens", a_provider_that_is_not_configured_any_more),
    T("without a refresh token the access token is revoked", without_a_refresh_token),
};
T_MAIN("gate/run_sign_out", cases)
