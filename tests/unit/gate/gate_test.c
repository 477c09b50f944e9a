/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))

typedef enum { NOBODY, ALICE, NO_COOKIE, IDLE, TOO_OLD, LAST_MOMENT, ELSEWHERE, LESS, ASKED_FOR_MORE, NAMELESS } who_t;

static ga2_session_t *session_of(who_t who, const ga2_provider_t *provider, apr_pool_t *p)
{
    const apr_time_t now = SECONDS(FAKE_WORLD_NOW), idle = SECONDS(8 * 3600), max = SECONDS(7 * 86400);
    ga2_session_t *s = fake_session(provider, p);

    switch (who) {
    case IDLE:
        s->last_used = now - idle;
        break;
    case TOO_OLD:
        s->created = now - max;
        break;
    case LAST_MOMENT:
        s->last_used = now - idle + 1;
        s->created = now - max + 1;
        break;
    case ELSEWHERE:
        s->provider[15] ^= 1;
        break;
    case LESS:
        s->asked = s->granted = "calendar openid";
        break;
    case ASKED_FOR_MORE:
        s->asked = "calendar email openid photos profile";
        break;
    default:
        break;
    }
    return who == NOBODY || who == NO_COOKIE ? NULL : s;
}

typedef struct row {
    const char *what;
    who_t who;
    const char *want, *line, *more;
    int fetches;                    /* 0: not counted */
} row_t;

static void try_rows(const row_t *rows, size_t count, const char *target, apr_pool_t *p)
{
    for (size_t i = 0; i < count; i++) {
        const char *lines[] = { rows[i].line, rows[i].more, NULL };
        trial_t *t = trial_make("GET", target, lines, p);
        t->world->incoming.request.cookies = rows[i].who == NO_COOKIE ? NULL : "a=b";
        t->world->session = session_of(rows[i].who, t->config->provider, p);
        t->world->tokens.access_token = ga2_secret_of("access", p);
        T_OUTCOME(t, rows[i].want, rows[i].what);
        if (rows[i].fetches && fetches_of(t) != rows[i].fetches)
            fail_msg("row: %s: %d fetches", rows[i].what, fetches_of(t));
        assert_int_equal(t->world->passed, t->d.verdict == GA2_PASS && t->d.user);
        assert_int_equal(t->d.verdict == GA2_REFUSE, t->d.error != NULL);
    }
}

#define TO_PROVIDER "302 " FAKE_ISSUER "/authorize?x"
#define TRY(rows, target) try_rows(rows, sizeof rows / sizeof *rows, target, *state)

static void who_passes(void **state)
{
    static const row_t rows[] = {
        { "a session", ALICE, "signed-in: pass alice", NULL, NULL, 1 },
        { "its last moment", LAST_MOMENT, "signed-in: pass alice", NULL, NULL, 0 },
        { "no session", NOBODY, "stranger: " TO_PROVIDER, NULL, NULL, 2 },
        { "no cookie at all: nothing to look up", NO_COOKIE, "stranger: " TO_PROVIDER, NULL, NULL, 1 },
        { "idle too long", IDLE, "stranger: " TO_PROVIDER, NULL, NULL, 0 },
        { "over", TOO_OLD, "stranger: " TO_PROVIDER, NULL, NULL, 0 },
        { "of another provider", ELSEWHERE, "stranger: " TO_PROVIDER, NULL, NULL, 0 },
        { "idle too long for this location", LAST_MOMENT, "stranger: " TO_PROVIDER, "GOAuth2SessionIdle 1h", NULL, 0 },
        { "too old for this location", LAST_MOMENT, "stranger: " TO_PROVIDER, "GOAuth2SessionMax 1d", NULL, 0 },
    };

    TRY(rows, "/app");
}

static void modes(void **state)
{
    static const row_t rows[] = {
        { "aware, a stranger", NOBODY, "aware: pass", "GOAuth2Mode aware", NULL, 1 },
        { "aware, no cookie", NO_COOKIE, "aware: pass", "GOAuth2Mode aware", NULL, 0 },
        { "aware, a user", ALICE, "signed-in: pass alice", "GOAuth2Mode aware", NULL, 1 },
        { "aware, a session that is over", TOO_OLD, "aware: pass", "GOAuth2Mode aware", NULL, 0 },
        { "aware, of another provider", ELSEWHERE, "aware: pass", "GOAuth2Mode aware", NULL, 0 },
        { "aware, with fewer scopes", LESS, "signed-in: pass alice", "GOAuth2Mode aware", "GOAuth2Scopes photos", 0 },
        { "off, a stranger", NOBODY, "off: pass", "GOAuth2Mode off", NULL, 0 },
        { "off, a user", ALICE, "off: pass", "GOAuth2Mode off", NULL, 0 },
    };

    TRY(rows, "/app");
}

static void scopes(void **state)
{
    static const row_t rows[] = {
        { "what is needed was granted", LESS, "signed-in: pass alice", "GOAuth2Scopes calendar", NULL, 1 },
        { "nothing is needed", LESS, "signed-in: pass alice", "GOAuth2Scopes \"\"", NULL, 1 },
        { "claims' scopes go without saying", LESS, "signed-in: pass alice",
          "GOAuth2Scopes openid email profile phone address offline_access", NULL, 1 },
        { "more is needed", LESS, "scopes: " TO_PROVIDER, "GOAuth2Scopes calendar photos", NULL, 2 },
        { "it was asked for and not granted", ASKED_FOR_MORE, "scopes: SCOPES", "GOAuth2Scopes photos", NULL, 1 },
        { "some was asked for, some was not", ASKED_FOR_MORE, "scopes: " TO_PROVIDER, "GOAuth2Scopes photos mail", NULL,
          2 },
        { "a stranger is no such case", NOBODY, "stranger: " TO_PROVIDER, "GOAuth2Scopes photos", NULL, 2 },
        { "nor is a session that is over", TOO_OLD, "stranger: " TO_PROVIDER, "GOAuth2Scopes photos", NULL, 0 },
    };

    TRY(rows, "/app");
}

static const char *asked_for(const char *include, apr_pool_t *p)
{
    const char *lines[] = { "GOAuth2Scopes photos openid", include, NULL };
    trial_t *t = trial_make("GET", "/app", lines, p);

    t->world->incoming.request.cookies = "a=b";
    t->world->session = session_of(LESS, t->config->provider, p);
    T_OUTCOME(t, "scopes: " TO_PROVIDER, "more scopes");
    assert_string_equal(t->k.ask.return_path, "/app");
    assert_ptr_equal(t->k.ask.provider, t->config->provider);
    assert_false(t->k.ask.restarted);
    return t->k.ask.scopes;
}

static void earlier_scopes_are_kept(void **state)
{
    assert_string_equal(asked_for("GOAuth2IncludeGrantedScopes On", *state), "calendar openid photos");
    assert_string_equal(asked_for("GOAuth2IncludeGrantedScopes Off", *state), "openid photos");
}

static void covering_scopes(void **state)
{
    static const struct { const char *granted, *needed; int covers; } rows[] = {
        { "", "", 1 },          { "a", "", 1 },   { "a b", "b a", 1 }, { "a", "a b", 0 },
        { "", "a", 0 },         { "ab", "a", 0 }, { "a", "ab", 0 },    { "", "openid email profile", 1 },
        { "", "openid a", 0 },  { "A", "a", 0 },  { "", "Openid", 0 }, { "", "emails", 0 },
        { "email", "emai", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW(ga2_session_covers(rows[i].granted, rows[i].needed) == rows[i].covers, rows[i].needed);
}

static void user_names(void **state)
{
    static const row_t rows[] = {
        { "a claim that is not there", ALICE, "signed-in: IDENTITY", "GOAuth2User email", NULL, 1 },
        { "nor here, but nobody needs one", ALICE, "off: pass", "GOAuth2User email", "GOAuth2Mode off", 0 },
    };

    TRY(rows, "/app");
}

static void tokens(void **state)
{
    static const struct { const char *what, *line, *want; int access, ends, fetched; who_t who; } rows[] = {
        { "none handed out", "GOAuth2Bearer none", "signed-in: pass alice", 1, 0, 0, ALICE },
        { "handed out", "GOAuth2Bearer access", "signed-in: pass alice", 1, 0, 1, ALICE },
        { "an id_token", "GOAuth2Bearer id", "signed-in: pass alice", 1, 0, 1, ALICE },
        { "in a header", "GOAuth2Header X-Token access_token", "signed-in: pass alice", 1, 0, 1, ALICE },
        { "id_token in a header", "GOAuth2Header X-Token id_token", "signed-in: pass alice", 1, 0, 1, ALICE },
        { "no token in any header", "GOAuth2Header X-Scopes scopes", "signed-in: pass alice", 1, 0, 0, ALICE },
        { "they cannot be had any more", "GOAuth2Bearer access", "stranger: " TO_PROVIDER, 0, 0, 1, ALICE },
        { "asking ended the session", "GOAuth2Bearer access", "stranger: " TO_PROVIDER, 1, 1, 1, ALICE },
        { "a stranger has none", "GOAuth2Bearer access", "stranger: " TO_PROVIDER, 1, 0, 0, NOBODY },
        { "a session that is over has none", "GOAuth2Bearer access", "stranger: " TO_PROVIDER, 1, 0, 0, TOO_OLD },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *lines[] = { rows[i].line, NULL };
        trial_t *t = trial_make("GET", "/app", lines, *state);
        t->world->incoming.request.cookies = "a=b";
        t->world->session = session_of(rows[i].who, t->config->provider, *state);
        t->world->tokens.access_token = rows[i].access ? ga2_secret_of("access", *state) : NULL;
        t->world->ends_session = rows[i].ends;
        T_OUTCOME(t, rows[i].want, rows[i].what);
        T_ROW(t->world->fetched[GA2_NEED_TOKENS] == rows[i].fetched, rows[i].what);
    }
}

static void aware_without_tokens(void **state)
{
    const char *lines[] = { "GOAuth2Mode aware", "GOAuth2Bearer access", NULL };
    trial_t *t = trial_make("GET", "/app", lines, *state);

    t->world->incoming.request.cookies = "a=b";
    t->world->session = session_of(ALICE, t->config->provider, *state);
    T_OUTCOME(t, "aware: pass", "no token to be had");
}

static void only_https_or_this_machine(void **state)
{
    static const struct { int secure, loopback; const char *want; } rows[] = {
        { 1, 0, "signed-in: pass alice" }, { 0, 1, "signed-in: pass alice" }, { 1, 1, "signed-in: pass alice" },
        { 0, 0, "insecure: INSECURE" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trial_t *t = trial_make("GET", "/app", NULL, *state);
        t->world->incoming.request.cookies = "a=b";
        t->world->incoming.request.secure = rows[i].secure;
        t->world->incoming.request.loopback = rows[i].loopback;
        t->world->session = session_of(ALICE, t->config->provider, *state);
        T_OUTCOME(t, rows[i].want, rows[i].want);
        assert_ptr_equal(ga2_case_jar(&t->k), &t->site->jars[rows[i].secure]);
    }
}

static void own_paths_and_methods(void **state)
{
    static const struct { const char *method, *target, *want; } rows[] = {
        { "GET", "/oauth2callback", "callback-state: STATE_INVALID" },
        { "HEAD", "/oauth2callback", "own-path: METHOD" },
        { "POST", "/oauth2callback", "own-path: METHOD" },
        { "PUT", "/oauth2callback", "own-path: METHOD" },
        { "OPTIONS", "/oauth2callback", "own-path: METHOD" },
        { "get", "/oauth2callback", "own-path: METHOD" },
        { "GET POST", "/oauth2logout", "own-path: METHOD" },
        { "", "/oauth2logout", "own-path: METHOD" },
        { "GET", "/oauth2authorize", "authorize: " TO_PROVIDER },
        { "POST", "/oauth2authorize", "own-path: METHOD" },
        { "GET", "/oauth2logout", "logout-nobody: 200" },
        { "POST", "/oauth2logout", "logout-nobody: 200" },
        { "DELETE", "/oauth2logout", "own-path: METHOD" },
        { "GET", "/oauth2userinfo", "userinfo: 401" },
        { "POST", "/oauth2userinfo", "own-path: METHOD" },
        { "GET", "/oauth2callbac", "stranger: " TO_PROVIDER },
        { "GET", "/oauth2callbackk", "stranger: " TO_PROVIDER },
        { "GET", "/oauth2callback/", "stranger: " TO_PROVIDER },
        { "GET", "/Oauth2callback", "stranger: " TO_PROVIDER },
        { "GET", "/x/oauth2callback", "stranger: " TO_PROVIDER },
        { "GET", "/", "stranger: " TO_PROVIDER },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_OUTCOME(trial_make(rows[i].method, rows[i].target, NULL, *state), rows[i].want, rows[i].target);
}

/* Our own paths work where the gate is off, and a path that is switched off is a page like any other. */
static void own_paths_and_settings(void **state)
{
    static const struct { const char *target, *line, *want; } rows[] = {
        { "/oauth2userinfo", "GOAuth2Mode off", "userinfo: 401" },
        { "/oauth2userinfo", "GOAuth2Mode aware", "userinfo: 401" },
        { "/oauth2userinfo", "GOAuth2UserinfoPath off", "stranger: " TO_PROVIDER },
        { "/oauth2logout", "GOAuth2LogoutPath off", "stranger: " TO_PROVIDER },
        { "/oauth2authorize", "GOAuth2AuthorizePath off", "stranger: " TO_PROVIDER },
        { "/me", "GOAuth2UserinfoPath /me", "userinfo: 401" },
        { "/oauth2userinfo", "GOAuth2UserinfoPath /me", "stranger: " TO_PROVIDER },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *lines[] = { rows[i].line, NULL };
        T_OUTCOME(trial_make("GET", rows[i].target, lines, *state), rows[i].want, rows[i].target);
    }
}

static void errors_close_everything(void **state)
{
    static const char *const targets[] = { "/app", "/oauth2callback", "/oauth2authorize", "/oauth2logout",
                                           "/oauth2userinfo" };
    static const char *const modes_[] = { "GOAuth2Mode required", "GOAuth2Mode aware", "GOAuth2Mode off" };

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        for (size_t k = 0; k < 3; k++) {
            const char *lines[] = { modes_[k], NULL };
            trial_t *t = trial_make("GET", targets[i], lines, *state);
            t->site->broken = ga2_fail(*state, KEYS, NULL, "no keys");
            T_OUTCOME(t, "broken: KEYS", targets[i]);
            assert_int_equal(fetches_of(t), 0);
        }
}

static ga2_decision_t nothing(ga2_case_t *k) { return (void)k, GA2_NOTHING_TO_SAY; }
static ga2_decision_t pass(ga2_case_t *k) { return (void)k, GA2_DECIDE(PASS); }
static ga2_decision_t named_pass(ga2_case_t *k) { return (void)k, GA2_DECIDE(PASS, .rule = "inner"); }

static void tables(void **state)
{
    static const ga2_named_rule_t none[] = { { "a", nothing }, { "b", nothing }, { NULL, NULL } };
    static const ga2_named_rule_t second[] = { { "a", nothing }, { "b", pass }, { "c", named_pass }, { NULL, NULL } };
    static const ga2_named_rule_t inner[] = { { "a", named_pass }, { NULL, NULL } };
    ga2_case_t k = { .p = *state };

    assert_string_equal(ga2_gate_first(second, &k).rule, "b");
    assert_string_equal(ga2_gate_first(inner, &k).rule, "inner");
    assert_int_equal(ga2_gate_first(none, &k).verdict, GA2_REFUSE);
    assert_int_equal(ga2_gate_first(none, &k).error->code, GA2_E_CONFIG);
}

static const struct CMUnitTest cases[] = {
    T("who passes, and who is sent to sign in", who_passes),
    T("aware lets strangers pass as nobody, off asks nothing", modes),
    T("a session opens what it was granted", scopes),
    T("earlier scopes are asked for again, unless that is off", earlier_scopes_are_kept),
    T("what covers which scopes", covering_scopes),
    T("a session without a usable name is refused", user_names),
    T("tokens are fetched where they are handed out, and must be there", tokens),
    T("aware without tokens is nobody", aware_without_tokens),
    T("only https or this machine", only_https_or_this_machine),
    T("own paths take their methods and nothing else", own_paths_and_methods),
    T("own paths work in every mode, unless they are off", own_paths_and_settings),
    T("an error closes everything, and nothing is fetched", errors_close_everything),
    T("of a table the first answer counts, and none is a refusal", tables),
};
T_MAIN("gate/gate", cases)
