/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))

static void who_is_told(void **state)
{
    static const struct { const char *what; int session, idle, age, other; const char *line, *want; } rows[] = {
        { "nobody", 0, 0, 0, 0, NULL, "userinfo: 401" },
        { "a session", 1, 0, 0, 0, NULL, "userinfo: 200" },
        { "its last moment", 1, 3599, 86399, 0, "GOAuth2SessionIdle 1h", "userinfo: 200" },
        { "idle too long", 1, 3600, 3600, 0, "GOAuth2SessionIdle 1h", "userinfo: 401" },
        { "too old", 1, 0, 86400, 0, "GOAuth2SessionMax 1d", "userinfo: 401" },
        { "of a provider that is not there any more", 1, 0, 0, 1, NULL, "userinfo: 401" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = trial_make("GET", "/oauth2userinfo", (const char *const[]){ rows[i].line, NULL }, *state);
        ga2_session_t *s = fake_session(t->config->provider, *state);
        s->last_used -= SECONDS(rows[i].idle);
        s->created -= SECONDS(rows[i].age);
        s->provider[0] ^= (unsigned char)rows[i].other;
        t->world->session = rows[i].session ? s : NULL;
        T_OUTCOME(t, rows[i].want, rows[i].what);
        assert_int_equal(t->d.answer, t->d.status == 200 ? GA2_ANSWER_USERINFO : GA2_ANSWER_SIGN_IN);
        assert_int_equal(fetches_of(t), 1);
    }
}

/* The path is the site's, not a location's: a user of any of its providers is told. */
static void users_of_every_provider(void **state)
{
    trial_t *t = trial_make("GET", "/oauth2userinfo", NULL, *state);
    ga2_config_t *other =
        FAKE_CONFIG(*state, "GOAuth2Issuer https://other.example", "GOAuth2ClientID c", "GOAuth2ClientSecret s");
    ga2_config_t *configs[] = { t->config, other };

    t->site = fake_closed_site(configs, 2, *state);
    t->world->session = fake_session(other->provider, *state);
    T_OUTCOME(t, "userinfo: 200", "the other provider's");
}

static void errors(void **state)
{
    trial_t *t = trial_make("GET", "/oauth2userinfo", NULL, *state);

    t->world->breaks = GA2_NEED_SESSION + 1;
    T_OUTCOME(t, "broken: STORE", "store");
}

static const struct CMUnitTest cases[] = {
    T("a session's user is told, and nobody else", who_is_told),
    T("users of every provider of the site are told", users_of_every_provider),
    T("a store that is down is an error, not a stranger", errors),
};
T_MAIN("gate/route_userinfo", cases)
