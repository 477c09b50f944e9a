/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"
#include "session/xsrf.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
static const apr_time_t now = SECONDS(FAKE_WORLD_NOW);

static trial_t *logout(const char *method, const char *line, apr_pool_t *p)
{
    trial_t *t = trial_make(method, "/oauth2logout", (const char *const[]){ line, NULL }, p);

    t->world->incoming.request.cookies = "a=b";
    t->world->session = fake_session(t->config->provider, p);
    return t;
}

/* A form with a token for this id and action, made so long ago. */
static const char *form_of(const trial_t *t, int id, const char *action, int seconds_ago)
{
    unsigned char bytes[GA2_SESSION_ID];

    memset(bytes, id, sizeof bytes);
    return apr_pstrcat(t->p, "xsrf=", ga2_xsrf_make(t->site->ring, (ga2_bytes_t){ bytes, sizeof bytes }, action,
                                                    now - SECONDS(seconds_ago), t->p), NULL);
}

static void a_get_asks(void **state)
{
    trial_t *t = logout("GET", NULL, *state);

    T_OUTCOME(t, "logout-ask: 200", "GET");
    assert_int_equal(t->d.answer, GA2_ANSWER_CONFIRM);
    assert_int_equal(t->world->fetched[GA2_NEED_SIGN_OUT], 0);
    assert_int_equal(t->world->fetched[GA2_NEED_FORM], 0);
    assert_null(t->k.facts.cookies[0]);
}

static void a_post_needs_the_sessions_token(void **state)
{
    trial_t *t = logout("POST", NULL, *state);
    const struct { const char *what, *form, *want; } rows[] = {
        { "the page's own", form_of(t, 'i', "logout", 0), "logout: 200" },
        { "an hour old", form_of(t, 'i', "logout", 3600), "logout: 200" },
        { "older", form_of(t, 'i', "logout", 3601), "logout-xsrf: XSRF" },
        { "of tomorrow", form_of(t, 'i', "logout", -86400), "logout-xsrf: XSRF" },
        { "of another session", form_of(t, 'j', "logout", 0), "logout-xsrf: XSRF" },
        { "of the application", form_of(t, 'i', "application", 0), "logout-xsrf: XSRF" },
        { "none", "", "logout-xsrf: XSRF" }, { "empty", "xsrf=", "logout-xsrf: XSRF" },
        { "under another name", "token=x", "logout-xsrf: XSRF" },
        { "twice", apr_pstrcat(*state, form_of(t, 'i', "logout", 0), "&xsrf=x", NULL), "broken: BAD_REQUEST" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        t = logout("POST", NULL, *state);
        t->world->form = rows[i].form;
        T_OUTCOME(t, rows[i].want, rows[i].what);
        T_ROW(t->world->fetched[GA2_NEED_SIGN_OUT] == (t->d.verdict == GA2_ANSWER), rows[i].what);
    }
}

static void where_it_ends(void **state)
{
    static const struct { const char *goodbye, *line, *want; } rows[] = {
        { NULL, NULL, "logout: 200" },
        { FAKE_ISSUER "/goodbye?x", NULL, "logout: 303 " FAKE_ISSUER "/goodbye?x" },
        { FAKE_ISSUER "/goodbye?x", "GOAuth2LoggedOutURL /bye", "logout: 303 " FAKE_ISSUER "/goodbye?x" },
        { NULL, "GOAuth2LoggedOutURL /bye", "logout: 303 /bye" },
        { NULL, "GOAuth2LoggedOutURL https://www.example/", "logout: 303 https://www.example/" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = logout("POST", rows[i].line, *state);
        t->world->form = form_of(t, 'i', "logout", 0);
        t->world->goodbye = rows[i].goodbye;
        T_OUTCOME(t, rows[i].want, rows[i].want);
        assert_true(t->d.answer == (t->d.location ? GA2_ANSWER_REDIRECT : GA2_ANSWER_SIGNED_OUT));
    }
}

/* Whoever has no session is signed out; a cookie that opens nothing goes. */
static void nobody(void **state)
{
    static const char *const methods[] = { "GET", "POST" };

    for (int i = 0; i < 2; i++) {
        trial_t *t = logout(methods[i], NULL, *state);
        t->world->session = NULL;
        T_OUTCOME(t, "logout-nobody: 200", methods[i]);
        assert_int_equal(t->d.answer, GA2_ANSWER_SIGNED_OUT);
        assert_null(t->k.facts.cookies[0]);         /* none came, none is taken away */
        t = logout(methods[i], NULL, *state);
        t->world->session = NULL;
        t->world->incoming.request.cookies = apr_pstrcat(*state, t->site->jars[1].session, "=of-the-past", NULL);
        T_OUTCOME(t, "logout-nobody: 200", methods[i]);
        assert_string_equal(t->k.facts.cookies[0], ga2_clear_session_cookie(&t->site->jars[1], *state));
        assert_int_equal(t->world->fetched[GA2_NEED_SIGN_OUT], 0);
        t = logout(methods[i], "GOAuth2LoggedOutURL /bye", *state);
        t->world->session = NULL;
        T_OUTCOME(t, "logout-nobody: 303 /bye", methods[i]);
    }
}

/* A session that does not count here any more, or is another provider's, can still be ended. */
static void any_session_can_be_ended(void **state)
{
    for (int i = 0; i < 2; i++) {
        trial_t *t = logout("POST", NULL, *state);
        t->world->form = form_of(t, 'i', "logout", 0);
        if (i)
            t->world->session->provider[0] ^= 1;
        else
            t->world->session->last_used = 0;
        T_OUTCOME(t, "logout: 200", i ? "another provider's" : "idle");
    }
}

static void errors_of_each_step(void **state)
{
    static const ga2_need_t needs[] = { GA2_NEED_SESSION, GA2_NEED_FORM, GA2_NEED_SIGN_OUT };

    for (size_t i = 0; i < 3; i++) {
        trial_t *t = logout("POST", NULL, *state);
        t->world->form = form_of(t, 'i', "logout", 0);
        t->world->breaks = (int)needs[i] + 1;
        T_OUTCOME(t, "broken: STORE", "each step");
        assert_int_equal(fetches_of(t), (int)i + 1);
    }
}

static void silence_of_each_step(void **state)
{
    static const ga2_need_t needs[] = { GA2_NEED_FORM, GA2_NEED_SIGN_OUT };

    for (size_t i = 0; i < 2; i++) {
        trial_t *t = logout("POST", NULL, *state);
        t->world->form = form_of(t, 'i', "logout", 0);
        t->world->forgets = (int)needs[i] + 1;
        T_OUTCOME(t, "broken: CONFIG", "silence");
    }
}

static const struct CMUnitTest cases[] = {
    T("a GET asks and ends nothing", a_get_asks),
    T("a POST needs the token of this session and action", a_post_needs_the_sessions_token),
    T("a sign-out ends at the provider, at the address that was set, or on a page", where_it_ends),
    T("whoever has no session is signed out", nobody),
    T("any session can be ended", any_session_can_be_ended),
    T("an error of any step refuses, and nothing follows", errors_of_each_step),
    T("so does silence", silence_of_each_step),
};
T_MAIN("gate/route_logout", cases)
