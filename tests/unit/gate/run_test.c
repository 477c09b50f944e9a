/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "outcome.h"
#include "session/refresh.h"

#define TO_PROVIDER "302 " FAKE_ISSUER "/authorize?x"

static trial_t *app(apr_pool_t *p)
{
    trial_t *t = trial_make("GET", "/app", (const char *const[]){ "GOAuth2Bearer access", NULL }, p);

    t->world->incoming.request.cookies = "a=b";
    t->world->session = fake_session(t->config->provider, p);
    t->world->tokens.access_token = ga2_secret_of("access", p);
    return t;
}

static void each_fact_is_fetched_once(void **state)
{
    trial_t *t = app(*state);

    T_OUTCOME(t, "signed-in: pass alice", "a session with tokens");
    for (int i = 0; i < GA2_NEEDS; i++)
        assert_int_equal(t->world->fetched[i], i == GA2_NEED_SESSION || i == GA2_NEED_TOKENS);
    assert_int_equal(t->world->passed, 1);
}

static void an_error_refuses(void **state)
{
    static const ga2_need_t needs[] = { GA2_NEED_SESSION, GA2_NEED_TOKENS };

    for (int i = 0; i < 2; i++) {
        trial_t *t = app(*state);
        t->world->breaks = (int)needs[i] + 1;
        T_OUTCOME(t, "broken: STORE", "a fetch that fails");
        assert_int_equal(fetches_of(t), i + 1);
        assert_int_equal(t->world->passed, 0);
    }
}

static void aware_is_no_way_around_an_error(void **state)
{
    trial_t *t = trial_make("GET", "/app", (const char *const[]){ "GOAuth2Mode aware", NULL }, *state);

    t->world->incoming.request.cookies = "a=b";
    t->world->breaks = GA2_NEED_SESSION + 1;
    T_OUTCOME(t, "broken: STORE", "aware");
}

/* A fetch that neither finds nor fails has not found. */
static void silence_is_missing(void **state)
{
    trial_t *t = app(*state);

    t->world->forgets = GA2_NEED_SESSION + 1;
    T_OUTCOME(t, "stranger: " TO_PROVIDER, "no word of the session");
    assert_int_equal(t->world->fetched[GA2_NEED_SESSION], 1);
    t = app(*state);
    t->world->forgets = GA2_NEED_TOKENS + 1;
    T_OUTCOME(t, "stranger: " TO_PROVIDER, "no word of the tokens");
}

/* This rule cannot do without the address, and asks for it again. */
static void asking_twice_does_not_hang(void **state)
{
    trial_t *t = trial_make("GET", "/app", NULL, *state);

    t->world->forgets = GA2_NEED_START + 1;
    T_OUTCOME(t, "broken: CONFIG", "no word of where to go");
    assert_int_equal(t->world->fetched[GA2_NEED_START], 1);
}

static void facts_of_before_are_forgotten(void **state)
{
    trial_t *t = app(*state);
    ga2_decision_t d;

    T_OUTCOME(t, "signed-in: pass alice", "first");
    t->world->session = NULL;
    t->k.facts.cookies[0] = "left over";
    d = ga2_gate_run(&t->k, &fake_world);
    assert_string_equal(outcome_of(&d, *state), "stranger: " TO_PROVIDER);
    assert_null(t->k.facts.cookies[0]);
    assert_int_equal(t->k.facts.now, apr_time_from_sec(FAKE_WORLD_NOW));
}

static ga2_error_t *cannot_note(ga2_case_t *k, apr_pool_t *p) { return (void)k, ga2_fail(p, STORE, NULL, "full"); }

static int warnings;
static void warn(const ga2_log_t *log, const char *text, apr_pool_t *p) { (void)log, (void)text, (void)p; warnings++; }

static void a_use_that_cannot_be_noted_is_no_error(void **state)
{
    const ga2_log_t log = { warn };
    ga2_world_t world = fake_world;
    trial_t *t = app(*state);
    ga2_decision_t d;

    world.passed = cannot_note;
    t->k = (ga2_case_t){ .site = t->site, .config = t->config, .request = &t->world->incoming.request, .p = *state };
    t->site->log = &log;
    warnings = 0;
    d = ga2_gate_run(&t->k, &world);
    assert_string_equal(outcome_of(&d, *state), "signed-in: pass alice");
    assert_int_equal(warnings, 1);
}

static void what_goes_outside(void **state)
{
    trial_t *t = app(*state);
    const ga2_log_t log = { warn };
    ga2_outside_t outside;

    T_OUTCOME(t, "signed-in: pass alice", "any");
    t->site->log = &log;
    t->site->http = (const ga2_http_t *)&log;
    t->site->documents = (const ga2_documents_t *)&warnings;
    outside = ga2_case_outside(&t->k);
    assert_ptr_equal(outside.http, t->site->http);
    assert_ptr_equal(outside.documents, t->site->documents);
    assert_ptr_equal(outside.log, &log);
    assert_int_equal(outside.now, t->k.facts.now);
    assert_string_equal(ga2_case_callback(&t->k), FAKE_ORIGIN "/oauth2callback");
}

static void a_visitor_as_hosts_need_it(void **state)
{
    trial_t *t = app(*state);
    ga2_visitor_t v;

    T_OUTCOME(t, "signed-in: pass alice", "with tokens");
    v = ga2_gate_visitor(&t->k, &t->d);
    assert_ptr_equal(v.config, t->config);
    assert_ptr_equal(v.session, t->world->session);
    assert_ptr_equal(v.ring, t->site->ring);
    assert_string_equal(v.user, "alice");
    assert_int_equal(v.now, t->k.facts.now);
    assert_string_equal(ga2_secret_reveal_text(v.tokens->access_token), "access");
    t->config->bearer = GA2_BEARER_NONE;
    T_OUTCOME(t, "signed-in: pass alice", "without");
    assert_null(ga2_gate_visitor(&t->k, &t->d).tokens);
}

static void the_real_world_has_every_fetch(void **state)
{
    (void)state;
    for (int i = 0; i < GA2_NEEDS; i++)
        assert_non_null(ga2_real_world.fetch[i]);
    assert_ptr_equal(ga2_real_world.passed, ga2_note_use);
    assert_true(llabs(ga2_real_world.now() - apr_time_now()) < apr_time_from_sec(60));
}

static const struct CMUnitTest cases[] = {
    T("each fact is fetched once, and none that is not needed", each_fact_is_fetched_once),
    T("an error refuses, and nothing more is fetched", an_error_refuses),
    T("aware is no way around an error", aware_is_no_way_around_an_error),
    T("a fetch that says nothing has found nothing", silence_is_missing),
    T("a rule that asks twice does not hang", asking_twice_does_not_hang),
    T("facts of an earlier run are forgotten", facts_of_before_are_forgotten),
    T("a use that cannot be noted is logged, and no error", a_use_that_cannot_be_noted_is_no_error),
    T("what conversations with providers need", what_goes_outside),
    T("a visitor as hosts need it", a_visitor_as_hosts_need_it),
    T("the real world has every fetch", the_real_world_has_every_fetch),
};
T_MAIN("gate/run", cases)
