/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"

#define OTHER "GOAuth2Issuer https://other.example", "GOAuth2ClientID c", "GOAuth2ClientSecret s"

static void every_spelling_is_managed(void **state)
{
    static const char *const managed[] = {
        "X-Auth-Request-User", "x-auth-request-user", "X-AUTH-REQUEST-USER", "X_Auth_Request_User",
        "X.Auth.Request.User", "X!Auth!Request!User", "X~Auth-Request-User", "X+Auth+Request+User",
        "X'Auth'Request'User", "X|Auth|Request|User", "X^Auth^Request^User", "X`Auth`Request`User",
        "X#Auth$Request%User", "X&Auth*Request-User", "X_auth-REQUEST.user", "X-Auth-Request-Email",
        "X_Auth_Request_Email", "X-Auth-Request-Preferred-Username", "X-Auth-Request-Groups", "x.auth.request.groups",
        "X-Country", "x_country", "X-Level2", "x_level2",
    };
    static const char *const others[] = {
        "X-Auth-Request-Use", "X-Auth-Request-Users", "X-Auth-RequestUser", "-X-Auth-Request-User",
        "X--Auth-Request-User", "XAuth-Request-User", "", "Host", "Cookie", "Authorization", "X-Auth-Request",
        "X-Countr", "X-Level3", "X-Level-2",
    };
    ga2_config_t *configs[] = { FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Header X-Country claim:country"),
                                FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Header X-Level2 text") };
    ga2_site_t *site = fake_closed_site(configs, 2, *state);

    for (size_t i = 0; i < sizeof managed / sizeof *managed; i++) {
        T_ROW(ga2_site_manages(site, managed[i]), managed[i]);
        /* the quick look agrees */
        T_ROW(site->header_letters[(unsigned char)*managed[i]] & GA2_LETTER_MANAGED, managed[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        T_ROW(!ga2_site_manages(site, others[i]), others[i]);
}

static void letters_of_headers(void **state)
{
    ga2_config_t *config = FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Header Country claim:country");
    ga2_site_t *site = fake_closed_site(&config, 1, *state);

    for (int c = 0; c < 256; c++) {
        int want = c == 'c' || c == 'C'   ? GA2_LETTER_C | GA2_LETTER_MANAGED
                   : c == 'x' || c == 'X' ? GA2_LETTER_MANAGED
                                          : 0;
        assert_int_equal(site->header_letters[c], want);
    }
}

static void a_name_is_managed_once(void **state)
{
    ga2_config_t *configs[] = { FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Header X-A text",
                                            "GOAuth2Header X-Auth-Request-User text"),
                                FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2Header x-a text") };
    ga2_site_t *site = fake_closed_site(configs, 2, *state);
    int n = 0;

    while (site->managed[n])
        n++;
    assert_int_equal(n, 4 + 1);
}

static void providers_each_once(void **state)
{
    ga2_config_t *configs[] = {
        FAKE_CONFIG(*state, FAKE_CLIENT), FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2HTTPTimeout 5s"),
        FAKE_CONFIG(*state, OTHER), FAKE_CONFIG(*state, "GOAuth2Mode off"),
        FAKE_CONFIG(*state, "GOAuth2Issuer " FAKE_ISSUER, "GOAuth2ClientID another", "GOAuth2ClientSecret s")
    };
    ga2_site_t *site = fake_closed_site(configs, 5, *state);
    unsigned char unknown[GA2_PROVIDER_ID_LEN] = "";

    assert_int_equal(site->providers->nelts, 3);
    assert_ptr_equal(ga2_site_provider(site, configs[0]->provider->id), configs[0]->provider);
    assert_ptr_equal(ga2_site_provider(site, configs[1]->provider->id), configs[0]->provider);
    assert_ptr_equal(ga2_site_provider(site, configs[2]->provider->id), configs[2]->provider);
    assert_ptr_equal(ga2_site_provider(site, configs[4]->provider->id), configs[4]->provider);
    assert_null(ga2_site_provider(site, unknown));
}

static void the_longest_times_and_all_scopes(void **state)
{
    ga2_config_t *configs[] = {
        FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2SessionIdle 1h", "GOAuth2SessionMax 2d", "GOAuth2Scopes openid"),
        FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2SessionIdle 3h", "GOAuth2SessionMax 1d", "GOAuth2Scopes mail openid"),
        FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2SessionIdle 2h", "GOAuth2SessionMax 1d", "GOAuth2Scopes calendar") };
    ga2_site_t *site = fake_closed_site(configs, 3, *state);

    assert_int_equal(site->sessions.idle, apr_time_from_sec(3 * 3600));
    assert_int_equal(site->idle_least, apr_time_from_sec(3600));
    assert_int_equal(site->sessions.max, apr_time_from_sec(2 * 86400));
    assert_string_equal(site->scopes, "calendar mail openid");
}

static void cookies_of_both_kinds(void **state)
{
    static const char *const want[] = { "goauth2",        "goauth2-bind",        "goauth2-return",
                                        "__Host-goauth2", "__Host-goauth2-bind", "__Host-goauth2-return" };
    ga2_config_t *config = FAKE_CONFIG(*state, FAKE_CLIENT);
    ga2_site_t *site = fake_closed_site(&config, 1, *state);

    for (int i = 0; i < 6; i++)
        assert_string_equal(site->cookies[i], want[i]);
    assert_null(site->cookies[6]);
    assert_false(site->jars[0].secure);
    assert_true(site->jars[1].secure);
}

static void routes(void **state)
{
    static const struct { const char *path; int route; } rows[] = {
        { "/oauth2callback", 1 }, { "/oauth2authorize", 2 }, { "/bye", 3 }, { "/oauth2userinfo", 0 },
        { "/oauth2logout", 0 }, { "/", 0 }, { "", 0 }, { "oauth2callback", 0 }, { "//oauth2callback", 0 },
        { "/oauth2callback/", 0 }, { "/b", 0 }, { "/o", 0 }, { "/bye2", 0 },
    };
    ga2_config_t *config = FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2LogoutPath /bye", "GOAuth2UserinfoPath off");
    ga2_site_t *site = fake_closed_site(&config, 1, *state);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        T_ROW(ga2_gate_route(site, rows[i].path) == rows[i].route, rows[i].path);
        T_ROW(!rows[i].route || ga2_site_may_route(site, rows[i].path), rows[i].path);
    }
    assert_false(ga2_site_may_route(site, "/app"));
    assert_false(ga2_site_may_route(site, "/"));
    assert_false(ga2_site_may_route(site, ""));
}

static const struct CMUnitTest cases[] = {
    T("every spelling of a managed name is managed", every_spelling_is_managed),
    T("first letters say where a second look is worth it", letters_of_headers),
    T("a name that several locations set is managed once", a_name_is_managed_once),
    T("providers are there each once, and found by id", providers_each_once),
    T("records are kept for the longest time of all locations, uses noted for the shortest",
      the_longest_times_and_all_scopes),
    T("cookies of https and http are known", cookies_of_both_kinds),
    T("a route is the whole path", routes),
};
T_MAIN("gate/site", cases)
