/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/site.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))

static const char *code_of(const fake_visit_t *v)
{
    return v->d.verdict == GA2_REFUSE ? ga2_error_name(v->d.error->code) : v->d.rule;
}

static const char *changed(const char *callback, const char *from, const char *to, apr_pool_t *p)
{
    const char *at = strstr(callback, from);

    assert_non_null(at);
    return apr_pstrcat(p, apr_pstrmemdup(p, callback, (apr_size_t)(at - callback)), to, at + strlen(from), NULL);
}

static void comes_back(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_visit_t *v = fake_get(b, fake_callback(b, fake_get(b, "/app?x=1")));

    assert_string_equal(code_of(v), "callback");
    assert_int_equal(v->d.status, 303);
    assert_string_equal(v->location, "/app?x=1");
    assert_int_equal(b->at->provider->exchanges, 1);
}

static void used_once(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_browser_t *b = fake_browser_make(site);
    const char *callback = fake_callback(b, fake_get(b, "/app"));
    fake_visit_t *v;

    assert_string_equal(code_of(fake_get(b, callback)), "callback");
    v = fake_get(b, callback);                              /* the back button: there is a session now */
    assert_string_equal(code_of(v), "callback-already");
    assert_string_equal(v->location, "/app");
    apr_table_unset(b->cookies, "__Host-goauth2");
    assert_string_equal(code_of(fake_get(b, callback)), "STATE_USED");
    fake_clock += SECONDS(599);                             /* the mark stays until the attempt is too old anyway */
    assert_string_equal(code_of(fake_get(b, callback)), "STATE_USED");
    fake_clock += SECONDS(1);
    assert_string_equal(code_of(fake_get(b, callback)), "callback-age");
    assert_int_equal(site->provider->exchanges, 1);
}

static void used_up_by_a_refusal_too(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, "/app"));

    b->at->provider->token_status = 503;
    assert_string_equal(code_of(fake_get(b, callback)), "PROVIDER_DOWN");
    b->at->provider->token_status = 0;
    assert_string_equal(code_of(fake_get(b, callback)), "STATE_USED");      /* a code is never sent again */
    assert_int_equal(b->at->provider->exchanges, 1);
}

static void not_used_up_before_it_is_looked_at(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, "/app"));

    assert_string_equal(code_of(
                            fake_get(b, changed(callback, "iss=https%3A%2F%2Fop", "iss=https%3A%2F%2Fevil", *state))),
                        "ISSUER");
    assert_string_equal(code_of(fake_get(b, changed(callback, "code=", "kode=", *state))), "BAD_REQUEST");
    assert_string_equal(code_of(fake_get(b, apr_pstrcat(*state, callback, "&error=x", NULL))), "BAD_REQUEST");
    assert_string_equal(code_of(fake_request(b, fake_incoming_make("HEAD", callback, *state))), "METHOD");
    assert_int_equal(b->at->provider->exchanges, 0);
    assert_string_equal(code_of(fake_get(b, callback)), "callback");
}

static void another_browsers_callback(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_browser_t *mallory = fake_browser_make(site), *victim = fake_browser_make(site);
    const char *callback = fake_callback(mallory, fake_get(mallory, "/app"));

    assert_string_equal(code_of(fake_get(victim, callback)), "BINDING");            /* without a cookie */
    (void)fake_get(victim, "/app");
    assert_string_equal(code_of(fake_get(victim, callback)), "BINDING");            /* with one of its own */
    apr_table_set(victim->cookies, "__Host-goauth2-bind", "rubbish");
    assert_string_equal(code_of(fake_get(victim, callback)), "BINDING");
    assert_null(apr_table_get(victim->cookies, "__Host-goauth2"));
    assert_int_equal(site->provider->exchanges, 0);
    assert_string_equal(code_of(fake_get(mallory, callback)), "callback");
}

/* Two cookies of the name: the neighbour who set one of them does not choose. */
static void two_bindings_are_none(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_browser_t *mallory = fake_browser_make(site), *victim = fake_browser_make(site);
    const char *callback = fake_callback(mallory, fake_get(mallory, "/app"));

    (void)fake_get(victim, "/app");
    apr_table_add(victim->cookies, "__Host-goauth2-bind", apr_table_get(mallory->cookies, "__Host-goauth2-bind"));
    assert_string_equal(code_of(fake_get(victim, callback)), "BINDING");
}

static void state_that_is_not_ours(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, "/app"));
    static const char *const others[] = { "/oauth2callback", "/oauth2callback?", "/oauth2callback?code=x",
        "/oauth2callback?code=x&state=", "/oauth2callback?code=x&state=AAAA", "/oauth2callback?state=%3Csvg%3E" };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_string_equal(code_of(fake_get(b, others[i])), "STATE_INVALID");
    assert_string_equal(code_of(fake_get(b, apr_pstrcat(*state, callback, "A", NULL))), "ISSUER");
    assert_string_equal(code_of(fake_get(b, changed(callback, "&iss", "A&iss", *state))), "STATE_INVALID");
    assert_string_equal(code_of(fake_get(b, apr_pstrcat(*state, callback, "&state=x", NULL))), "BAD_REQUEST");
    assert_int_equal(b->at->provider->exchanges, 0);
}

/* The same keys, another site: its callback is another redirect URI. */
static void another_sites_state(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state), *other = FAKE_SITE(*state, FAKE_CLIENT, "GOAuth2CallbackPath /back");
    fake_browser_t *b = fake_browser_make(site);
    const char *callback = fake_callback(b, fake_get(b, "/app"));

    b->at = other;
    assert_string_equal(code_of(fake_get(b, changed(callback, "/oauth2callback", "/back", *state))), "STATE_INVALID");
    b->at = site;
    assert_string_equal(code_of(fake_get(b, callback)), "callback");
}

static void expired_attempts_begin_again_once(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, "/app?x=1"));
    fake_visit_t *v;

    fake_clock += SECONDS(600);
    v = fake_get(b, callback);
    assert_string_equal(code_of(v), "callback-age");
    callback = fake_callback(b, v);                         /* to the provider again, and back */
    fake_clock += SECONDS(599);
    v = fake_get(b, callback);
    assert_string_equal(code_of(v), "callback");
    assert_string_equal(v->location, "/app?x=1");

    callback = fake_callback(b, fake_get(fake_browser_make(b->at), "/app"));
    b = fake_browser_make(b->at);
    callback = fake_callback(b, fake_get(b, "/app"));
    fake_clock += SECONDS(600);
    callback = fake_callback(b, fake_get(b, callback));
    fake_clock += SECONDS(600);
    assert_string_equal(code_of(fake_get(b, callback)), "STATE_EXPIRED");
    assert_int_equal(b->at->provider->exchanges, 1);
}

static const char *long_path(apr_pool_t *p)
{
    char *path = apr_pcalloc(p, 2001);

    memset(path, 'p', 2000);
    path[0] = '/';
    return path;
}

static void long_addresses_come_back_by_cookie(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_visit_t *v = fake_get(b, fake_callback(b, fake_get(b, long_path(*state))));

    assert_string_equal(v->location, long_path(*state));
    assert_null(apr_table_get(b->cookies, "__Host-goauth2-return"));
}

static void an_expired_attempt_keeps_its_long_address(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, long_path(*state)));

    fake_clock += SECONDS(600);
    assert_string_equal(fake_get(b, fake_callback(b, fake_get(b, callback)))->location, long_path(*state));
}

/* There is one such cookie. Who comes back without it is signed in all the same, and lands on the front page. */
static void a_long_address_that_was_lost(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *first = fake_callback(b, fake_get(b, long_path(*state)));
    const char *second = fake_callback(b, fake_get(b, apr_pstrcat(*state, long_path(*state), "?2", NULL)));
    fake_visit_t *v = fake_get(b, first);

    assert_string_equal(code_of(v), "callback");
    assert_string_equal(v->location, "/");
    assert_string_equal(fake_get(b, second)->location, "/");
    b = fake_browser_make(b->at);
    first = fake_callback(b, fake_get(b, long_path(*state)));
    apr_table_set(b->cookies, "__Host-goauth2-return", "rubbish");
    assert_string_equal(fake_get(b, first)->location, "/");
}

static void a_store_that_is_down_redeems_nothing(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, "/app"));

    b->at->store->down = FAKE_PUT;
    assert_string_equal(code_of(fake_get(b, callback)), "STORE");
    assert_int_equal(b->at->provider->exchanges, 0);
    b->at->store->down = 0;
    assert_string_equal(code_of(fake_get(b, callback)), "callback");
}

static void the_provider_refuses(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *callback = fake_callback(b, fake_get(b, "/app"));

    callback = changed(callback, "code=code-0", "error=access_denied&error_description=no", *state);
    assert_string_equal(code_of(fake_get(b, callback)), "DENIED");
    assert_int_equal(b->at->provider->exchanges, 0);
}

static const struct CMUnitTest cases[] = {
    T("a browser comes back to its page", comes_back),
    T("an attempt is used once, and the back button goes on", used_once),
    T("an attempt is used up by a refusal, too", used_up_by_a_refusal_too),
    T("an attempt is not used up before it was looked at", not_used_up_before_it_is_looked_at),
    T("another browser's callback signs nobody in", another_browsers_callback),
    T("two bindings are none", two_bindings_are_none),
    T("state that is not ours", state_that_is_not_ours),
    T("another site's state", another_sites_state),
    T("an expired attempt begins again, once", expired_attempts_begin_again_once),
    T("long addresses come back by cookie, which then goes", long_addresses_come_back_by_cookie),
    T("an expired attempt keeps its long address", an_expired_attempt_keeps_its_long_address),
    T("a long address that was lost is the front page", a_long_address_that_was_lost),
    T("a store that is down redeems nothing", a_store_that_is_down_redeems_nothing),
    T("what the provider refuses is not redeemed", the_provider_refuses),
};
T_MAIN("gate/run_callback", cases)
