/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
#define TO_PROVIDER "302 " FAKE_ISSUER "/authorize?x"
#define GOOD "code=c&state=s&iss=https%3A%2F%2Fop.example"

enum { LIFETIME_S = 600 };

typedef struct callback {
    trial_t *t;
    ga2_attempt_t attempt;
    ga2_binding_t binding;
} callback_t;

/* A browser that comes back in time, in the browser where it began, from a provider that always says who it is. */
static callback_t *callback_of(const char *query, apr_pool_t *p)
{
    callback_t *c = apr_pcalloc(p, sizeof(*c));
    trial_t *t = trial_make("GET", apr_pstrcat(p, "/oauth2callback?", query, NULL), NULL, p);

    c->t = t;
    memset(c->binding.secret, 'b', sizeof c->binding.secret);
    c->attempt = (ga2_attempt_t){ .started = SECONDS(FAKE_WORLD_NOW - 30), .lifetime = SECONDS(LIFETIME_S),
                                  .scopes = "openid photos", .return_path = "/app?x=1", .max_age = -1 };
    memcpy(c->attempt.provider, t->config->provider->id, sizeof c->attempt.provider);
    ga2_attempt_bind(&c->attempt, &c->binding);
    t->world->attempt = &c->attempt;
    t->world->binding = &c->binding;
    t->world->return_path = "/app?x=1";
    t->world->metadata.names_issuer = 1;
    t->world->incoming.request.cookies = "a=b";
    return c;
}

/* What must not happen after a refusal: the code is not redeemed, the attempt not used up. */
static void nothing_was_redeemed(const trial_t *t, const char *row)
{
    T_ROW(!t->world->fetched[GA2_NEED_REDEEM] && !t->world->fetched[GA2_NEED_SIGN_IN], row);
}

static void ends_well(void **state)
{
    callback_t *c = callback_of(GOOD, *state);

    T_OUTCOME(c->t, "callback: 303 /app?x=1", GOOD);
    assert_int_equal(c->t->world->fetched[GA2_NEED_REDEEM], 1);
    assert_int_equal(c->t->world->fetched[GA2_NEED_SIGN_IN], 1);
}

static void what_a_provider_may_answer(void **state)
{
    static const struct { const char *query, *want; } rows[] = {
        { "state=s&iss=https%3A%2F%2Fop.example", "callback-code: BAD_REQUEST" },
        { "code=&state=s&iss=https%3A%2F%2Fop.example", "callback-code: BAD_REQUEST" },
        { GOOD "&error=access_denied", "callback-mixed: BAD_REQUEST" },
        { GOOD "&access_token=t", "callback-mixed: BAD_REQUEST" },
        { GOOD "&id_token=t", "callback-mixed: BAD_REQUEST" },
        { GOOD "&response=t", "callback-mixed: BAD_REQUEST" },
        { GOOD "&session_state=x&scope=openid&authuser=0", "callback: 303 /app?x=1" },
        { "code=c&state=s", "callback-issuer: ISSUER" },
        { "code=c&state=s&iss=", "callback-issuer: ISSUER" },
        { "code=c&state=s&iss=https%3A%2F%2Fop.example%2F", "callback-issuer: ISSUER" },
        { "code=c&state=s&iss=https%3A%2F%2Fop.example1", "callback-issuer: ISSUER" },
        { "code=c&state=s&iss=https%3A%2F%2FOP.example", "callback-issuer: ISSUER" },
        { "error=access_denied&state=s", "callback-issuer: ISSUER" },
        { "error=access_denied&state=s&iss=https%3A%2F%2Fop.example", "callback-refused: DENIED" },
        { "error=server_error&state=s&iss=https%3A%2F%2Fop.example", "callback-refused: PROVIDER_DOWN" },
        { "error=temporarily_unavailable&state=s&iss=https%3A%2F%2Fop.example", "callback-refused: PROVIDER_DOWN" },
        { "error=login_required&state=s&iss=https%3A%2F%2Fop.example", "callback-refused: PROVIDER_REFUSED" },
        { "error=&state=s&iss=https%3A%2F%2Fop.example", "callback-refused: PROVIDER_REFUSED" },
        { "error=Access_Denied&error_description=%3Csvg%3E%0D%0A&error_uri=javascript:x&state=s"
          "&iss=https%3A%2F%2Fop.example",
          "callback-refused: PROVIDER_REFUSED" },
        { GOOD "&code=d", "broken: BAD_REQUEST" },
        { GOOD "&state=t", "broken: BAD_REQUEST" },
        { GOOD "&iss=t", "broken: BAD_REQUEST" },
        { "code=%zz&state=s", "broken: BAD_REQUEST" },
        { "code=a%00b&state=s", "broken: BAD_REQUEST" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        callback_t *c = callback_of(rows[i].query, *state);
        T_OUTCOME(c->t, rows[i].want, rows[i].query);
        if (c->t->d.verdict == GA2_REFUSE)
            nothing_was_redeemed(c->t, rows[i].query);
    }
}

static void who_must_say_iss(void **state)
{
    static const struct { const char *query, *want; } rows[] = {
        { "code=c&state=s", "callback: 303 /app?x=1" }, { GOOD, "callback: 303 /app?x=1" },
        { "code=c&state=s&iss=https%3A%2F%2Fevil.example", "callback-issuer: ISSUER" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        callback_t *c = callback_of(rows[i].query, *state);
        c->t->world->metadata.names_issuer = 0;
        T_OUTCOME(c->t, rows[i].want, rows[i].query);
    }
}

/* A plain OAuth 2.0 provider has no issuer, so there is nothing to compare and nothing to discover. */
static void plain_providers_have_no_issuer(void **state)
{
    callback_t *c = callback_of("code=c&state=s&iss=whatever", *state);
    const char *lines[] = { "GOAuth2AuthURI https://plain.example/authorize",
                            "GOAuth2TokenURI https://plain.example/token",
                            "GOAuth2UserinfoURI https://plain.example/user",
                            "GOAuth2ClientID c",
                            "GOAuth2ClientSecret s",
                            NULL };

    c->t->config = fake_config(lines, *state);
    c->t->site = fake_closed_site(&c->t->config, 1, *state);
    memcpy(c->attempt.provider, c->t->config->provider->id, sizeof c->attempt.provider);
    T_OUTCOME(c->t, "callback: 303 /app?x=1", "plain");
    assert_int_equal(c->t->world->fetched[GA2_NEED_METADATA], 0);
}

static void state_must_be_ours(void **state)
{
    callback_t *c = callback_of(GOOD, *state);

    c->t->world->attempt = NULL;
    T_OUTCOME(c->t, "callback-state: STATE_INVALID", "no attempt");
    assert_int_equal(fetches_of(c->t), 1);
}

/* Login CSRF: a callback that another browser began. */
static void the_browser_must_be_the_same(void **state)
{
    callback_t *c = callback_of(GOOD, *state);

    c->t->world->binding = NULL;
    T_OUTCOME(c->t, "callback-binding: BINDING", "no cookie");
    memset(c->binding.secret, 0, sizeof c->binding.secret);         /* no cookie is not a cookie of zeros */
    ga2_attempt_bind(&c->attempt, &c->binding);
    T_OUTCOME(c->t, "callback-binding: BINDING", "no cookie, and an attempt bound to zeros");
    c = callback_of(GOOD, *state);
    c->binding.secret[31] ^= 1;
    T_OUTCOME(c->t, "callback-binding: BINDING", "another browser's");
    assert_int_equal(fetches_of(c->t), 1);
    c = callback_of(GOOD, *state);
    c->binding.secret[0] ^= 1;
    c->t->world->session = fake_session(c->t->config->provider, *state);    /* nor does a session change that */
    c->t->world->session->asked = "openid photos";
    T_OUTCOME(c->t, "callback-binding: BINDING", "another browser's, with a session here");
}

static void a_session_since_then_goes_on(void **state)
{
    static const struct { const char *what; int created, ends, other; const char *asked, *want; } rows[] = {
        { "made after the attempt began", 0, 0, 0, "openid photos", "callback-already: 303 /app?x=1" },
        { "at the same moment", -30, 0, 0, "openid photos", "callback-already: 303 /app?x=1" },
        { "with more scopes", 0, 0, 0, "calendar openid photos", "callback-already: 303 /app?x=1" },
        { "made before", -31, 0, 0, "openid photos", "callback: 303 /app?x=1" },
        { "superseded since", 0, 5, 0, "openid photos", "callback: 303 /app?x=1" },
        { "of another provider", 0, 0, 1, "openid photos", "callback: 303 /app?x=1" },
        { "with fewer scopes", 0, 0, 0, "openid", "callback: 303 /app?x=1" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        callback_t *c = callback_of(GOOD, *state);
        ga2_session_t *s = c->t->world->session = fake_session(c->t->config->provider, *state);
        s->created = SECONDS(FAKE_WORLD_NOW + rows[i].created);
        s->ends = rows[i].ends ? SECONDS(FAKE_WORLD_NOW + rows[i].ends) : 0;
        s->provider[0] ^= (unsigned char)rows[i].other;
        s->asked = rows[i].asked;
        T_OUTCOME(c->t, rows[i].want, rows[i].what);
        T_ROW(c->t->world->fetched[GA2_NEED_SIGN_IN] == (strstr(rows[i].want, "already") == NULL), rows[i].what);
    }
}

/* The second of two parallel callbacks, or the back button, without a code that is any good. */
static void going_on_needs_no_code(void **state)
{
    callback_t *c = callback_of("state=s&error=login_required", *state);

    c->t->world->session = fake_session(c->t->config->provider, *state);
    c->t->world->session->asked = "openid photos";
    c->attempt.started = 0;
    T_OUTCOME(c->t, "callback-already: 303 /app?x=1", "back button");
}

static void providers_that_are_gone(void **state)
{
    callback_t *c = callback_of(GOOD, *state);

    c->attempt.provider[0] ^= 1;
    T_OUTCOME(c->t, "callback-provider: STATE_INVALID", "unknown provider");
    nothing_was_redeemed(c->t, "unknown provider");
}

static void how_long_an_attempt_is_good(void **state)
{
    static const struct { int ago, restarted; const char *want; } rows[] = {
        { 0, 0, "callback: 303 /app?x=1" }, { 599, 0, "callback: 303 /app?x=1" }, { 599, 1, "callback: 303 /app?x=1" },
        { 600, 0, "callback-age: " TO_PROVIDER }, { 600, 1, "callback-age: STATE_EXPIRED" },
        { 86400, 0, "callback-age: " TO_PROVIDER }, { 86400, 1, "callback-age: STATE_EXPIRED" },
        { -1, 0, "callback-age: " TO_PROVIDER }, { -1, 1, "callback-age: STATE_EXPIRED" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        callback_t *c = callback_of(GOOD, *state);
        c->attempt.started = SECONDS(FAKE_WORLD_NOW - rows[i].ago);
        c->attempt.restarted = rows[i].restarted;
        T_OUTCOME(c->t, rows[i].want, apr_itoa(*state, rows[i].ago));
        if (strncmp(rows[i].want, "callback-age", 12))
            continue;
        nothing_was_redeemed(c->t, "expired");
        if (c->t->d.verdict == GA2_REFUSE)
            continue;
        assert_true(c->t->k.ask.restarted);
        assert_string_equal(c->t->k.ask.return_path, "/app?x=1");
        assert_string_equal(c->t->k.ask.scopes, "openid photos");
        assert_ptr_equal(c->t->k.ask.provider, c->t->config->provider);
    }
}

static void an_attempt_is_good_once(void **state)
{
    callback_t *c = callback_of(GOOD, *state);

    c->t->world->used = 1;
    T_OUTCOME(c->t, "callback-used: STATE_USED", "a second time");
    assert_int_equal(c->t->world->fetched[GA2_NEED_SIGN_IN], 0);
}

static void errors_of_each_step(void **state)
{
    static const struct { ga2_need_t need; int others; } rows[] = {
        { GA2_NEED_ATTEMPT, 0 }, { GA2_NEED_SESSION, 1 }, { GA2_NEED_METADATA, 2 }, { GA2_NEED_REDEEM, 3 },
        { GA2_NEED_SIGN_IN, 4 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        callback_t *c = callback_of(GOOD, *state);
        c->t->world->breaks = (int)rows[i].need + 1;
        T_OUTCOME(c->t, "broken: STORE", apr_itoa(*state, (int)i));
        assert_int_equal(fetches_of(c->t), rows[i].others + 1);
    }
}

/* What a rule cannot do without, and a fetch that neither has it nor fails. */
static void silence_of_each_step(void **state)
{
    static const struct { ga2_need_t need; const char *want; } rows[] = {
        { GA2_NEED_ATTEMPT, "callback-state: STATE_INVALID" }, { GA2_NEED_METADATA, "broken: CONFIG" },
        { GA2_NEED_REDEEM, "callback-used: STATE_USED" }, { GA2_NEED_SIGN_IN, "broken: CONFIG" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        callback_t *c = callback_of(GOOD, *state);
        c->t->world->forgets = (int)rows[i].need + 1;
        T_OUTCOME(c->t, rows[i].want, rows[i].want);
    }
}

static const struct CMUnitTest cases[] = {
    T("a sign-in ends at the page that was wanted", ends_well),
    T("what a provider may answer", what_a_provider_may_answer),
    T("iss may be left out where it was not promised", who_must_say_iss),
    T("a plain provider has no issuer", plain_providers_have_no_issuer),
    T("state must be ours", state_must_be_ours),
    T("a callback is for the browser that began", the_browser_must_be_the_same),
    T("with a session since then the browser just goes on", a_session_since_then_goes_on),
    T("going on needs neither a code nor time", going_on_needs_no_code),
    T("a provider that is not configured any more", providers_that_are_gone),
    T("an attempt is good for its time and begins again once", how_long_an_attempt_is_good),
    T("an attempt is good once", an_attempt_is_good_once),
    T("an error of any step refuses, and nothing follows", errors_of_each_step),
    T("so does silence", silence_of_each_step),
};
T_MAIN("gate/route_callback", cases)
