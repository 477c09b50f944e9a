/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/site.h"
#include "codec/form.h"
#include "oauth/authorize.h"
#include <apr_strings.h>

static ga2_form_t *query_of(const fake_visit_t *v, apr_pool_t *p)
{
    ga2_form_t *form = NULL;

    if (!v->location || strncmp(v->location, FAKE_ISSUER "/authorize?", strlen(FAKE_ISSUER "/authorize?")))
        fail_msg("%s: %s", v->d.rule,
                 v->location  ? v->location
                 : v->d.error ? ga2_error_chain(v->d.error, p)
                              : "no redirect");
    assert_null(ga2_form_parse(&form, ga2_bytes_of(strchr(v->location, '?') + 1), p));
    return form;
}

static ga2_attempt_t attempt_of(fake_browser_t *b, const fake_visit_t *v)
{
    ga2_attempt_t a;

    assert_true(ga2_attempt_open(&a, ga2_form_get(query_of(v, b->at->p), "state"), b->at->site->ring,
                                 FAKE_ORIGIN "/oauth2callback", b->at->p));
    return a;
}

static ga2_binding_t binding_of(fake_browser_t *b)
{
    ga2_binding_t binding;

    assert_true(ga2_binding_read(&binding, ga2_bytes_of(apr_table_get(b->cookies, "__Host-goauth2-bind"))));
    return binding;
}

static void what_the_provider_is_asked(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const fake_visit_t *v = fake_get(b, "/app?x=1");
    ga2_form_t *q = query_of(v, *state);
    ga2_attempt_t a = attempt_of(b, v);
    ga2_binding_t binding = binding_of(b);

    assert_int_equal(v->d.status, 302);
    assert_string_equal(ga2_form_get(q, "response_type"), "code");
    assert_string_equal(ga2_form_get(q, "client_id"), "our-client");
    assert_string_equal(ga2_form_get(q, "redirect_uri"), FAKE_ORIGIN "/oauth2callback");
    assert_string_equal(ga2_form_get(q, "scope"), "email openid profile");
    assert_string_equal(ga2_form_get(q, "code_challenge_method"), "S256");
    assert_string_equal(ga2_form_get(q, "nonce"), ga2_attempt_nonce(&a, &binding, *state));
    assert_string_equal(ga2_form_get(q, "code_challenge"),
                        ga2_code_challenge(ga2_attempt_verifier(&a, &binding, *state), *state));
    assert_null(strstr(v->location, ga2_secret_reveal_text(ga2_attempt_verifier(&a, &binding, *state))));
}

static void what_the_attempt_remembers(void **state)
{
    fake_site_t *site = FAKE_SITE(*state, FAKE_CLIENT, "GOAuth2SignInTimeout 5min");
    fake_browser_t *b = fake_browser_make(site);
    ga2_attempt_t a = attempt_of(b, fake_get(b, "/app?x=1"));
    ga2_binding_t binding = binding_of(b);

    assert_string_equal(a.return_path, "/app?x=1");
    assert_string_equal(a.scopes, "email openid profile");
    assert_int_equal(a.started, fake_clock);
    assert_int_equal(a.lifetime, apr_time_from_sec(300));
    assert_memory_equal(a.provider, site->config->provider->id, sizeof a.provider);
    assert_true(ga2_attempt_is_bound(&a, &binding));
    assert_int_equal(a.max_age, -1);
    assert_null(a.acr_values);
    assert_false(a.restarted);
}

static void what_was_asked_is_remembered_for_the_answer(void **state)
{
    static const struct { const char *line; int max_age; const char *acr; } rows[] = {
        { "GOAuth2AuthParam max_age 300", 300, NULL }, { "GOAuth2AuthParam max_age 0", 0, NULL },
        { "GOAuth2AuthParam max_age soon", -1, NULL }, { "GOAuth2AuthParam acr_values \"mfa pwd\"", -1, "mfa pwd" },
        { "GOAuth2AuthParam prompt login", -1, NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, rows[i].line));
        const fake_visit_t *v = fake_get(b, "/app");
        ga2_attempt_t a = attempt_of(b, v);
        assert_int_equal(a.max_age, rows[i].max_age);
        assert_true(a.acr_values ? rows[i].acr && !strcmp(a.acr_values, rows[i].acr) : !rows[i].acr);
        assert_non_null(strstr(v->location, i < 3 ? "max_age=" : i < 4 ? "acr_values=mfa%20pwd" : "prompt=login"));
    }
}

/* One binding for any number of tabs, so no number of attempts fills a browser's cookies. */
static void one_cookie_for_all_tabs(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    ga2_attempt_t first = attempt_of(b, fake_get(b, "/one")), next;
    ga2_binding_t binding = binding_of(b), after;

    assert_int_equal(apr_table_elts(b->cookies)->nelts, 1);
    for (int i = 0; i < 20; i++) {
        fake_visit_t *v = fake_get(b, "/two");
        assert_null(apr_table_get(v->reply.headers, "Set-Cookie"));
        next = attempt_of(b, v);
        after = binding_of(b);
        assert_memory_equal(binding.secret, after.secret, sizeof after.secret);
        assert_memory_not_equal(first.id, next.id, sizeof next.id);
        first = next;
    }
}

static void a_binding_that_is_none_is_replaced(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    ga2_attempt_t a;
    ga2_binding_t binding;

    apr_table_set(b->cookies, "__Host-goauth2-bind", "rubbish");
    a = attempt_of(b, fake_get(b, "/app"));
    binding = binding_of(b);
    assert_true(ga2_attempt_is_bound(&a, &binding));
    assert_int_equal(binding.rounds, 0);
}

static void browsers_have_bindings_of_their_own(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_browser_t *a = fake_browser_make(site), *b = fake_browser_make(site);
    ga2_binding_t mine, theirs;

    (void)fake_get(a, "/app");
    (void)fake_get(b, "/app");
    mine = binding_of(a);
    theirs = binding_of(b);
    assert_memory_not_equal(mine.secret, theirs.secret, sizeof mine.secret);
}

static const char *path_of(int len, apr_pool_t *p)
{
    char *path = apr_pcalloc(p, (apr_size_t)len + 1);

    memset(path, 'p', (size_t)len);
    path[0] = '/';
    return path;
}

static void long_addresses_go_into_a_cookie(void **state)
{
    static const struct { int len, cookie; } rows[] = {
        { GA2_RETURN_IN_STATE, 0 }, { GA2_RETURN_IN_STATE + 1, 1 }, { GA2_RETURN_MAX, 1 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int known = 0; known < 2; known++) { /* with the binding's cookie set in the same answer, or before */
            fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
            const char *path = path_of(rows[i].len, *state), *cookie;
            fake_visit_t *v = known ? fake_get(b, "/") : NULL;
            ga2_attempt_t a;
            v = fake_get(b, path);
            a = attempt_of(b, v);
            cookie = apr_table_get(b->cookies, "__Host-goauth2-return");
            assert_int_equal(cookie != NULL, rows[i].cookie);
            assert_int_equal(a.return_path == NULL, rows[i].cookie);
            assert_string_equal(cookie ? ga2_return_open(&a, ga2_bytes_of(cookie), b->at->site->ring, *state)
                                       : a.return_path,
                                path);
        }
}

static void the_return_cookie_lives_as_long_as_the_attempt(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, "GOAuth2SignInTimeout 5min"));
    fake_visit_t *v;

    (void)fake_get(b, "/");
    v = fake_get(b, path_of(2000, *state));
    assert_non_null(strstr(apr_table_get(v->reply.headers, "Set-Cookie"), "; SameSite=Lax; Max-Age=300"));
}

static void plain_providers_get_no_nonce(void **state)
{
    fake_site_t *site =
        FAKE_SITE(*state, "GOAuth2AuthURI " FAKE_ISSUER "/authorize", "GOAuth2TokenURI " FAKE_ISSUER "/token",
                  "GOAuth2UserinfoURI " FAKE_ISSUER "/userinfo", "GOAuth2ClientID our-client",
                  "GOAuth2ClientSecret our-secret");
    fake_browser_t *b = fake_browser_make(site);
    ga2_form_t *q = query_of(fake_get(b, "/app"), *state);

    assert_null(ga2_form_get(q, "nonce"));
    assert_non_null(ga2_form_get(q, "code_challenge"));
    assert_int_equal(site->provider->discoveries, 0);
}

static void without_metadata_nobody_is_sent_away(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_visit_t *v;

    b->at->provider->is_down = 1;
    v = fake_get(b, "/app");
    assert_int_equal(v->d.verdict, GA2_REFUSE);
    assert_int_equal(v->d.error->code, GA2_E_PROVIDER_DOWN);
    assert_int_equal(apr_table_elts(b->cookies)->nelts, 0);
    b->at->provider->is_down = 0;
    fake_clock += apr_time_from_sec(10);
    assert_int_equal(fake_get(b, "/app")->d.status, 302);
}

static void over_http_on_this_machine(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    fake_incoming_t *in = fake_incoming_make("GET", "/app", *state);
    fake_visit_t *v;

    in->request.secure = 0;
    in->request.loopback = 1;
    v = fake_request(b, in);
    assert_string_equal(ga2_form_get(query_of(v, *state), "redirect_uri"), "http://good.example/oauth2callback");
    assert_non_null(apr_table_get(b->cookies, "goauth2-bind"));
    assert_null(strstr(apr_table_get(v->reply.headers, "Set-Cookie"), "Secure"));
}

static const struct CMUnitTest cases[] = {
    T("what the provider is asked", what_the_provider_is_asked),
    T("what the attempt remembers", what_the_attempt_remembers),
    T("max_age and acr_values are remembered for the answer", what_was_asked_is_remembered_for_the_answer),
    T("one cookie serves all tabs", one_cookie_for_all_tabs),
    T("a binding that is none is replaced", a_binding_that_is_none_is_replaced),
    T("browsers have bindings of their own", browsers_have_bindings_of_their_own),
    T("long addresses go into a cookie", long_addresses_go_into_a_cookie),
    T("the return cookie lives as long as the attempt", the_return_cookie_lives_as_long_as_the_attempt),
    T("plain providers get no nonce, and are not discovered", plain_providers_get_no_nonce),
    T("without metadata nobody is sent away", without_metadata_nobody_is_sent_away),
    T("over http on this machine cookies have no prefix", over_http_on_this_machine),
};
T_MAIN("gate/run_start", cases)
