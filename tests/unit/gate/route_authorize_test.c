/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/site.h"
#include "codec/base64.h"
#include "outcome.h"

#define TO_PROVIDER "authorize: 302 " FAKE_ISSUER "/authorize?x"

static trial_t *asked(const char *query, const char *line, apr_pool_t *p)
{
    return trial_make("GET", apr_pstrcat(p, "/oauth2authorize?", query, NULL), (const char *const[]){ line, NULL }, p);
}

static void where_it_ends(void **state)
{
    static const struct { const char *query, *want; } rows[] = {
        { "", "/" },
        { "return_url=", "/" },
        { "return_url=%2Fapp%3Fx%3D1", "/app?x=1" },
        { "return_url=/app", "/app" },
        { "return_url=https://good.example/app?x=1", "/app?x=1" },
        { "return_url=https://good.example/", "/" },
        { "return_url=https://good.example", "/" },
        { "return_url=https://good.example.evil.example/", "/" },
        { "return_url=https://good.example@evil.example/", "/" },
        { "return_url=https://good.example:8443/app", "/" },
        { "return_url=http://good.example/app", "/" },
        { "return_url=https://evil.example/app", "/" },
        { "return_url=https://good.example//evil.example", "/" },
        { "return_url=//evil.example", "/" },
        { "return_url=https://good.example/%5Cevil.example", "/" },
        { "return_url=%2F%5Cevil.example", "/" },
        { "return_url=%2F%09%2Fevil.example", "/" },
        { "return_url=javascript:alert(1)", "/" },
        { "return_url=app", "/" },
        { "return_url=/oauth2logout", "/" },
        { "return_url=https://good.example/oauth2authorize?return_url=/", "/" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = asked(rows[i].query, NULL, *state);
        T_OUTCOME(t, TO_PROVIDER, rows[i].query);
        T_ROW(!strcmp(t->k.ask.return_path, rows[i].want), rows[i].query);
        assert_false(t->k.ask.restarted);
    }
}

static void which_scopes(void **state)
{
    static const struct { const char *query, *line, *want; } rows[] = {
        { "", NULL, "email openid profile" },
        { "scopes=", NULL, "email openid profile" },
        { "scopes=openid", NULL, "email openid profile" },
        { "scopes=email+profile", NULL, "email openid profile" },
        { "scopes=admin", NULL, NULL }, { "scopes=email+admin", NULL, NULL }, { "scopes=EMAIL", NULL, NULL },
        { "scopes=emai", NULL, NULL },
        { "scopes=photos", "GOAuth2Scopes openid photos", "openid photos" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = asked(rows[i].query, rows[i].line, *state);
        T_OUTCOME(t, rows[i].want ? TO_PROVIDER : "authorize: BAD_REQUEST", rows[i].query);
        T_ROW(!rows[i].want || !strcmp(t->k.ask.scopes, rows[i].want), rows[i].query);
    }
}

/* Scopes of any location may be asked for, not of this one alone; what was granted earlier is kept. */
static void scopes_of_other_locations(void **state)
{
    trial_t *t = asked("scopes=calendar", NULL, *state);
    ga2_config_t *configs[] = { t->config, FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Scopes calendar photos") };

    t->site = fake_closed_site(configs, 2, *state);
    T_OUTCOME(t, TO_PROVIDER, "calendar");
    assert_string_equal(t->k.ask.scopes, "calendar email openid profile");
    assert_int_equal(t->world->fetched[GA2_NEED_SESSION], 0);          /* no cookie, nothing to look up */
    t->world->incoming.request.cookies = "a=b";
    t->world->session = fake_session(t->config->provider, *state);
    t->world->session->asked = "mail";
    T_OUTCOME(t, TO_PROVIDER, "calendar, with a session");
    assert_string_equal(t->k.ask.scopes, "calendar email mail openid profile");
    t->world->session->provider[0] ^= 1;
    T_OUTCOME(t, TO_PROVIDER, "calendar, with a session elsewhere");
    assert_string_equal(t->k.ask.scopes, "calendar email openid profile");
}

static void earlier_scopes_may_be_forgotten(void **state)
{
    trial_t *t = asked("", "GOAuth2IncludeGrantedScopes Off", *state);

    t->world->incoming.request.cookies = "a=b";
    t->world->session = fake_session(t->config->provider, *state);
    t->world->session->asked = "mail";
    T_OUTCOME(t, TO_PROVIDER, "off");
    assert_string_equal(t->k.ask.scopes, "email openid profile");
}

static void which_provider(void **state)
{
    ga2_config_t *mine = FAKE_CONFIG(*state, FAKE_CLIENT), *none = fake_config((const char *const[]){ NULL }, *state);
    ga2_config_t *other =
        FAKE_CONFIG(*state, "GOAuth2Issuer https://other.example", "GOAuth2ClientID c", "GOAuth2ClientSecret s");
    ga2_config_t *const several[] = { none, mine, other }, *const one[] = { none, mine },
                        *const own[] = { mine, other };
    const char *named = ga2_base64url((ga2_bytes_t){ other->provider->id, GA2_PROVIDER_ID_LEN }, *state);
    const struct { ga2_config_t *const *configs; int count; const char *query; const ga2_provider_t *want; } rows[] = {
        { one, 2, "", mine->provider }, { own, 2, "", mine->provider }, { several, 3, "", NULL },
        { several, 3, apr_pstrcat(*state, "provider=", named, NULL), other->provider },
        { own, 2, apr_pstrcat(*state, "provider=", named, NULL), other->provider },
        { one, 2, apr_pstrcat(*state, "provider=", named, NULL), NULL },
        { own, 2, apr_pstrcat(*state, "provider=", named, "A", NULL), NULL },
        { own, 2, apr_pstrcat(*state, "provider=", named + 4, NULL), NULL },
        { own, 2, "provider=", NULL }, { own, 2, "provider=https://evil.example", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = asked(rows[i].query, NULL, *state);
        t->config = rows[i].configs[0];
        t->site = fake_closed_site(rows[i].configs, rows[i].count, *state);
        T_OUTCOME(t, rows[i].want ? TO_PROVIDER : "authorize: BAD_REQUEST", rows[i].query);
        assert_true(!rows[i].want || t->k.ask.provider == rows[i].want);
    }
}

static void broken_queries(void **state)
{
    static const char *const queries[] = { "return_url=/a&return_url=/b", "scopes=%zz", "scopes=%00",
                                           "scopes=a&scopes=b" };

    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        T_OUTCOME(asked(queries[i], NULL, *state), "authorize-query: BAD_REQUEST", queries[i]);
}

/* Nothing of a stranger's link reaches the provider but what is asked for here. */
static void no_parameter_passes_through(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    const char *plain = fake_get(fake_browser_make(site), "/oauth2authorize?return_url=/app")->location;
    const char *odd = fake_get(fake_browser_make(site), "/oauth2authorize?return_url=/app&login_hint=z&prompt=none"
        "&state=x&nonce=y&client_id=evil&acr_values=1&token_uri=https%3A%2F%2Fevil.example"
        "&redirect_uri=https%3A%2F%2Fevil.example")->location;
    ga2_form_t *a, *b;

    T_OK(ga2_form_parse(&a, ga2_bytes_of(strchr(plain, '?') + 1), *state));
    T_OK(ga2_form_parse(&b, ga2_bytes_of(strchr(odd, '?') + 1), *state));
    assert_int_equal(ga2_form_count(a), ga2_form_count(b));
    for (int i = 0; i < ga2_form_count(a); i++) {
        const char *name, *value, *name_b, *value_b;
        ga2_form_at(a, i, &name, &value);
        ga2_form_at(b, i, &name_b, &value_b);
        assert_string_equal(name, name_b);
        if (strcmp(name, "state") && strcmp(name, "nonce") && strcmp(name, "code_challenge"))
            assert_string_equal(value, value_b);
    }
    assert_null(strstr(odd, "evil"));
}

static const struct CMUnitTest cases[] = {
    T("a link ends at a page of this site", where_it_ends),
    T("a link asks for scopes that the site needs", which_scopes),
    T("scopes of other locations, and earlier ones, are added", scopes_of_other_locations),
    T("earlier scopes are left out where that is off", earlier_scopes_may_be_forgotten),
    T("a link is for one provider of this site", which_provider),
    T("a query that is broken is refused", broken_queries),
    T("no other parameter passes through", no_parameter_passes_through),
};
T_MAIN("gate/route_authorize", cases)
