/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/site.h"
#include "session/claims.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))

/* The callback's visit of a sign-in, good or not. */
static fake_visit_t *back(fake_browser_t *b)
{
    return fake_get(b, fake_callback(b, fake_get(b, "/app")));
}

static const char *outcome(const fake_visit_t *v)
{
    return v->d.verdict == GA2_REFUSE ? ga2_error_name(v->d.error->code) : v->d.rule;
}

static ga2_session_t *session_of(fake_browser_t *b)
{
    const char *cookie = apr_table_get(b->cookies, "__Host-goauth2");
    ga2_session_t *s = NULL;

    if (cookie && ga2_session_find(&s, &b->at->site->sessions, ga2_bytes_of(cookie), fake_clock, b->at->p))
        abort();
    return s;
}

static const char *claim(const ga2_session_t *s, const char *name)
{
    ga2_claim_t found;

    return ga2_claims_find(&found, s->claims, name) ? found.value : NULL;
}

static void a_whole_sign_in(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    ga2_session_tokens_t tokens;
    fake_visit_t *v;
    ga2_session_t *s;

    b->at->provider->id_claims = ",'email':'a@b.example','acr':'mfa','sid':'s1','auth_time':1800000000";
    b->at->provider->userinfo = ",'name':'Alice'";
    v = back(b);
    assert_string_equal(outcome(v), "callback");
    s = session_of(b);
    assert_non_null(s);
    assert_string_equal(s->subject, "alice");
    assert_int_equal(s->created, fake_clock);
    assert_int_equal(s->last_used, fake_clock);
    assert_int_equal(s->auth_time, SECONDS(1800000000));
    assert_int_equal(s->token_expires, fake_clock + SECONDS(3600));
    assert_true(s->can_refresh);
    assert_string_equal(s->asked, "email openid profile");
    assert_string_equal(s->granted, "email openid profile");
    assert_string_equal(s->acr, "mfa");
    assert_string_equal(s->sid, "s1");
    assert_memory_equal(s->provider, b->at->config->provider->id, sizeof s->provider);
    assert_string_equal(claim(s, "email"), "a@b.example");
    assert_string_equal(claim(s, "name"), "Alice");
    assert_true(ga2_record_tokens(&tokens, s, b->at->site->ring, *state));
    assert_string_equal(ga2_secret_reveal_text(tokens.access_token), "access-1");
    assert_string_equal(ga2_secret_reveal_text(tokens.refresh_token), "refresh-1");
    assert_non_null(tokens.id_token);
    assert_int_equal(b->at->warnings, 0);
    assert_string_equal(fake_get(b, "/app")->d.user, "alice");
}

static void granted_scopes_as_the_provider_says(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->scope = "openid  calendar openid";
    assert_string_equal(outcome(back(b)), "callback");
    assert_string_equal(session_of(b)->granted, "calendar openid");
    assert_string_equal(session_of(b)->asked, "email openid profile");
}

static void no_refresh_token_no_expiry(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->without_refresh_token = 1;
    b->at->provider->expires_in = -1;
    assert_string_equal(outcome(back(b)), "callback");
    assert_false(session_of(b)->can_refresh);
    assert_int_equal(session_of(b)->token_expires, 0);
}

/* ---- what is refused ---- */

static void what_ends_a_sign_in(void **state)
{
    static const struct { const char *what, *id_claims, *userinfo, *want; } rows[] = {
        { "nothing wrong", "", "", "callback" },
        { "a logout token", ",'events':{}", "", "ID_TOKEN" },
        { "another party", ",'azp':'somebody'", "", "ID_TOKEN" },
        { "at_hash of another token", ",'at_hash':'AAAA'", "", "ID_TOKEN" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
        b->at->provider->id_claims = rows[i].id_claims;
        b->at->provider->userinfo = rows[i].userinfo;
        T_ROW(!strcmp(outcome(back(b)), rows[i].want), rows[i].what);
        T_ROW((session_of(b) != NULL) == !strcmp(rows[i].want, "callback"), rows[i].what);
        T_ROW(b->at->provider->userinfos == !strcmp(rows[i].want, "callback"), rows[i].what);   /* not asked before */
    }
}

static void a_forged_id_token(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->forges_signature = 1;
    assert_string_equal(outcome(back(b)), "ID_TOKEN");
    assert_int_equal(b->at->provider->userinfos, 0);
    assert_null(apr_table_get(b->cookies, "__Host-goauth2"));
}

static void answers_to_somebody_else(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->other_nonce = "another";
    assert_string_equal(outcome(back(b)), "ID_TOKEN");
    b->at->provider->other_nonce = NULL;
    b->at->provider->other_subject = "bob";                     /* Core 5.3.2 */
    assert_string_equal(outcome(back(b)), "PROVIDER_BAD");
    assert_null(apr_table_get(b->cookies, "__Host-goauth2"));
}

/* Code injection: a code that was made for another attempt does not fit this one's verifier. */
static void a_code_of_another_attempt(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_browser_t *victim = fake_browser_make(site), *mallory = fake_browser_make(site);
    const char *stolen = fake_callback(victim, fake_get(victim, "/app"));
    const char *own = fake_callback(mallory, fake_get(mallory, "/app"));
    const char *mixed =
        apr_pstrcat(*state, apr_pstrmemdup(*state, stolen, strcspn(stolen, "&")), strchr(own, '&'), NULL);

    assert_string_equal(outcome(fake_get(mallory, mixed)), "GRANT_ENDED");
    assert_null(session_of(mallory));
}

static void the_requests_that_were_asked_for(void **state)
{
    static const struct { const char *line, *id_claims, *want; } rows[] = {
        { "GOAuth2AuthParam max_age 300", ",'auth_time':3999999990", "callback" },
        { "GOAuth2AuthParam max_age 300", ",'auth_time':3999999000", "ID_TOKEN" },
        { "GOAuth2AuthParam max_age 300", "", "ID_TOKEN" },
        { "GOAuth2AuthParam acr_values mfa", ",'acr':'mfa'", "callback" },
        { "GOAuth2AuthParam acr_values mfa", ",'acr':'pwd'", "ID_TOKEN" },
        { "GOAuth2AuthParam acr_values mfa", "", "ID_TOKEN" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, FAKE_CLIENT, rows[i].line));
        b->at->provider->id_claims = rows[i].id_claims;
        T_ROW(!strcmp(outcome(back(b)), rows[i].want), rows[i].line);
    }
}

/* Any number is a JSON number; not every one is a time. */
static void an_auth_time_beyond_all_times(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->id_claims = ",'auth_time':9007199254740992";
    assert_string_equal(outcome(back(b)), "callback");
    assert_int_equal(session_of(b)->auth_time, 0);
}

static void too_much_about_a_user(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    char *text = apr_pcalloc(*state, 20001);

    memset(text, 't', 20000);
    b->at->provider->userinfo = apr_pstrcat(*state, ",'groups':['", text, "']", NULL);
    assert_string_equal(outcome(back(b)), "IDENTITY");
    assert_null(session_of(b));
}

static void fill_the_disk(void *store) { ((fake_store_t *)store)->down = FAKE_PUT; }

static void a_store_that_is_down(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    b->at->provider->in_token = fill_the_disk;
    b->at->provider->baton = b->at->store;
    assert_string_equal(outcome(back(b)), "STORE");
    assert_int_equal(b->at->provider->exchanges, 1);
    assert_null(apr_table_get(b->cookies, "__Host-goauth2"));
    b->at->store->down = 0;
    b->at->provider->in_token = NULL;
    assert_string_equal(outcome(back(b)), "callback");
}

/* ---- sessions of before ---- */

static void a_new_id_each_time(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *first, *second;
    ga2_session_t *old;

    (void)fake_sign_in(b);
    first = apr_table_get(b->cookies, "__Host-goauth2");
    fake_clock += SECONDS(60);
    assert_string_equal(outcome(fake_get(b, fake_callback(b, fake_get(b, "/oauth2authorize?return_url=/app")))),
                        "callback");
    second = apr_table_get(b->cookies, "__Host-goauth2");
    assert_memory_not_equal(first, second, 22);
    T_OK(ga2_session_find(&old, &b->at->site->sessions, ga2_bytes_of(first), fake_clock, *state));
    assert_int_equal(old->ends, fake_clock + SECONDS(GA2_SUPERSEDED_S));        /* requests on their way still pass */
    assert_non_null(session_of(b));
    T_OK(ga2_session_find(&old, &b->at->site->sessions, ga2_bytes_of(first), fake_clock + SECONDS(GA2_SUPERSEDED_S),
                          *state));
    assert_null(old);
}

/* A cookie that somebody put into the browser beforehand is not the one that gets signed in. */
static void session_fixation(void **state)
{
    fake_site_t *site = FAKE_USUAL_SITE(*state);
    fake_browser_t *mallory = fake_browser_make(site), *victim = fake_browser_make(site);
    const char *fixed;

    (void)fake_sign_in(mallory);
    fixed = apr_table_get(mallory->cookies, "__Host-goauth2");
    apr_table_set(victim->cookies, "__Host-goauth2", fixed);
    site->provider->subject = "bob";
    fake_clock += SECONDS(60);
    assert_string_equal(outcome(fake_get(victim, fake_callback(victim, fake_get(victim, "/oauth2authorize")))),
                        "callback");
    assert_string_not_equal(apr_table_get(victim->cookies, "__Host-goauth2"), fixed);
    assert_string_equal(fake_get(victim, "/app")->d.user, "bob");
    assert_string_equal(fake_get(mallory, "/app")->d.user, "alice");            /* for ten seconds, and as before */
    fake_clock += SECONDS(GA2_SUPERSEDED_S);
    assert_string_equal(outcome(fake_get(mallory, "/app")), "stranger");
}

/* ---- rounds ---- */

static int rounds_of(fake_browser_t *b)
{
    ga2_binding_t binding;

    assert_true(ga2_binding_read(&binding, ga2_bytes_of(apr_table_get(b->cookies, "__Host-goauth2-bind"))));
    return binding.rounds;
}

/* The session's cookie never comes back: a browser that goes round. */
static void going_round(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    for (int i = 1; i <= 3; i++) {
        assert_string_equal(outcome(back(b)), "callback");
        assert_int_equal(rounds_of(b), i);
        apr_table_unset(b->cookies, "__Host-goauth2");
        fake_clock += SECONDS(2);
    }
    assert_string_equal(outcome(fake_get(b, "/app")), "LOOP");
    assert_int_equal(rounds_of(b), 0);
    assert_string_equal(outcome(back(b)), "callback");          /* whoever tries again may */
}

static void sign_ins_now_and_then_are_no_rounds(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));

    for (int i = 0; i < 5; i++) {
        assert_string_equal(outcome(back(b)), "callback");
        assert_int_equal(rounds_of(b), 1);
        apr_table_unset(b->cookies, "__Host-goauth2");
        fake_clock += SECONDS(GA2_ROUNDS_S);
    }
}

static void binding_stays_the_same(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_USUAL_SITE(*state));
    const char *other_tab, *before;

    other_tab = fake_callback(b, fake_get(b, "/two"));
    before = apr_table_get(b->cookies, "__Host-goauth2-bind");
    assert_string_equal(outcome(back(b)), "callback");
    assert_memory_equal(before, apr_table_get(b->cookies, "__Host-goauth2-bind"), 43);
    assert_string_equal(fake_get(b, other_tab)->location, "/two");      /* the other tab ends well, too */
}

/* ---- plain OAuth 2.0 ---- */

#define PLAIN "GOAuth2AuthURI " FAKE_ISSUER "/authorize", "GOAuth2TokenURI " FAKE_ISSUER "/token", \
    "GOAuth2UserinfoURI " FAKE_ISSUER "/userinfo", "GOAuth2ClientID our-client", "GOAuth2ClientSecret our-secret"

static void plain_providers(void **state)
{
    fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, PLAIN, "GOAuth2User login"));

    b->at->provider->userinfo = ",'login':'al','id':7";
    assert_string_equal(outcome(back(b)), "callback");
    assert_string_equal(session_of(b)->subject, "alice");
    assert_string_equal(fake_get(b, "/app")->d.user, "al");
    assert_int_equal(b->at->provider->discoveries, 0);
}

static void names_of_plain_users(void **state)
{
    static const struct { const char *userinfo, *want; } rows[] = {
        { ",'id':7", "7" },
        { ",'id':'seven'", "seven" },
        { ",'id':'','nick':'al'", "al" },
        { ",'id':true,'user_id':'u'", "u" },
        { ",'login':'l'", "l" },
        { ",'nick':'al','user_id':'u','login':'l'", "al" },
        { ",'id':null,'login':['x']", NULL },
        { ",'name':'Alice'", NULL },
        { "", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, PLAIN, "GOAuth2User nick"));
        b->at->provider->subject = "";          /* an empty sub names nobody */
        b->at->provider->userinfo = rows[i].userinfo;
        T_ROW(!strcmp(outcome(back(b)), rows[i].want ? "callback" : "IDENTITY"), rows[i].userinfo);
        T_ROW(!rows[i].want || !strcmp(session_of(b)->subject, rows[i].want), rows[i].userinfo);
    }
}

/* The callback is at none of the locations that say what names a user. */
static void names_that_locations_say(void **state)
{
    static const struct { const char *userinfo, *want; } rows[] = {
        { ",'nick':'al'", "al" },
        { ",'nick':'al','user_id':'u','handle':'h'", "al" },    /* the same subject wherever the sign-in began */
        { ",'handle':'h'", "h" },
        { ",'theirs':'x'", NULL },                              /* what names users of another provider */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_browser_t *b = fake_browser_make(FAKE_SITE(*state, PLAIN));
        apr_array_header_t *configs = apr_array_copy(*state, b->at->site->configs);
        APR_ARRAY_PUSH(configs, const ga2_config_t *) = FAKE_CONFIG(*state, "GOAuth2User theirs");
        APR_ARRAY_PUSH(configs, const ga2_config_t *) = FAKE_CONFIG(*state, FAKE_CLIENT, "GOAuth2User theirs");
        APR_ARRAY_PUSH(configs, const ga2_config_t *) = FAKE_CONFIG(*state, PLAIN, "GOAuth2User nick");
        APR_ARRAY_PUSH(configs, const ga2_config_t *) = FAKE_CONFIG(*state, PLAIN, "GOAuth2User handle");
        b->at->site->configs = configs;
        b->at->provider->subject = "";
        b->at->provider->userinfo = rows[i].userinfo;
        T_ROW(!strcmp(outcome(back(b)), rows[i].want ? "callback" : "IDENTITY"), rows[i].userinfo);
        T_ROW(!rows[i].want || !strcmp(session_of(b)->subject, rows[i].want), rows[i].userinfo);
    }
}

static const struct CMUnitTest cases[] = {
    T("a whole sign-in, from the first page to the session", a_whole_sign_in),
    T("granted scopes are what the provider says", granted_scopes_as_the_provider_says),
    T("neither a refresh token nor an expiry is needed", no_refresh_token_no_expiry),
    T("what ends a sign-in, before userinfo is asked", what_ends_a_sign_in),
    T("a forged id_token ends it", a_forged_id_token),
    T("an id_token for another request, or userinfo about another user, ends it", answers_to_somebody_else),
    T("a code of another attempt is worthless", a_code_of_another_attempt),
    T("max_age and acr_values must be met", the_requests_that_were_asked_for),
    T("an auth_time beyond all times is not said", an_auth_time_beyond_all_times),
    T("too much about a user is an error", too_much_about_a_user),
    T("a store that is down ends it without a cookie", a_store_that_is_down),
    T("a session's id is new at each sign-in, and the old one ends", a_new_id_each_time),
    T("a cookie that was there before is not signed in", session_fixation),
    T("a browser that goes round is stopped", going_round),
    T("sign-ins now and then are no rounds", sign_ins_now_and_then_are_no_rounds),
    T("the binding stays, so that other tabs end well", binding_stays_the_same),
    T("a plain provider's users come from userinfo", plain_providers),
    T("what names a plain provider's user", names_of_plain_users),
    T("what names a plain provider's user at a location alone", names_that_locations_say),
};
T_MAIN("gate/run_sign_in", cases)
