/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"
#include "../unit/crypto/lines.h"
#include "crypto/context.h"
#include <stdlib.h>
#include <string.h>

static apr_time_t now(void) { return apr_time_from_sec(FAKE_WORLD_NOW); }

/* The script, counted; NULL for *w when the fetch shall say nothing. */
static ga2_error_t *begin(fake_world_t **w, const ga2_case_t *k, ga2_need_t need, apr_pool_t *p)
{
    fake_world_t *world = k->request->host;

    world->fetched[need]++;
    *w = world->forgets == (int)need + 1 ? NULL : world;
    return world->breaks == (int)need + 1 ? ga2_fail(p, STORE, NULL, "this fetch fails for a test") : NULL;
}

static void know(ga2_case_t *k, ga2_need_t need, int found) { k->facts.known[need] = found ? GA2_FOUND : GA2_MISSING; }

#define BEGIN(name) \
    fake_world_t *w; \
    GA2_TRY(begin(&w, k, GA2_NEED_##name, p)); \
    if (!w) return NULL

static ga2_error_t *session(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(SESSION);
    k->facts.session = w->session;
    know(k, GA2_NEED_SESSION, w->session != NULL);
    return NULL;
}

static ga2_error_t *tokens(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(TOKENS);
    if (w->ends_session)
        k->facts.session = NULL;
    k->facts.tokens = w->tokens;
    know(k, GA2_NEED_TOKENS, w->tokens.access_token && !w->ends_session);
    return NULL;
}

static ga2_error_t *start(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(START);
    k->facts.start = w->start;
    know(k, GA2_NEED_START, 1);
    return NULL;
}

static ga2_error_t *attempt(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(ATTEMPT);
    GA2_TRY(ga2_form_parse(&k->facts.query, ga2_bytes_of(k->request->query), p));
    know(k, GA2_NEED_ATTEMPT, w->attempt != NULL);
    if (!w->attempt)
        return NULL;
    k->facts.attempt = *w->attempt;
    k->facts.return_path = w->return_path;
    k->facts.has_binding = w->binding != NULL;
    if (w->binding)
        k->facts.binding = *w->binding;
    return NULL;
}

static ga2_error_t *metadata(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(METADATA);
    k->facts.metadata = &w->metadata;
    know(k, GA2_NEED_METADATA, 1);
    return NULL;
}

static ga2_error_t *redeem(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(REDEEM);
    know(k, GA2_NEED_REDEEM, !w->used);
    return NULL;
}

static ga2_error_t *sign_in(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(SIGN_IN);
    know(k, GA2_NEED_SIGN_IN, 1);
    return NULL;
}

static ga2_error_t *form(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(FORM);
    GA2_TRY(ga2_form_parse(&k->facts.form, ga2_bytes_of(w->form), p));
    know(k, GA2_NEED_FORM, 1);
    return NULL;
}

static ga2_error_t *sign_out(ga2_case_t *k, apr_pool_t *p)
{
    BEGIN(SIGN_OUT);
    k->facts.goodbye = w->goodbye;
    know(k, GA2_NEED_SIGN_OUT, 1);
    return NULL;
}

static ga2_error_t *passed(ga2_case_t *k, apr_pool_t *p)
{
    (void)p;
    ((fake_world_t *)k->request->host)->passed++;
    return NULL;
}

const ga2_world_t fake_world = {
    .now = now,
    .fetch = {
#define GA2_NEED(name, fetch) [GA2_NEED_##name] = fetch,
#include "gate/needs.def"
    },
    .passed = passed,
};

ga2_session_t *fake_session(const ga2_provider_t *provider, apr_pool_t *p)
{
    ga2_session_t *s = apr_pcalloc(p, sizeof(*s));

    s->created = s->last_used = now();
    memcpy(s->provider, provider->id, sizeof s->provider);
    memset(s->id, 'i', sizeof s->id);
    s->subject = "alice";
    s->asked = s->granted = "email openid profile";
    s->acr = s->sid = "";
    s->generation = 1;
    return s;
}

ga2_site_t *fake_closed_site(ga2_config_t *const *configs, int count, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, count, sizeof(const ga2_config_t *));
    ga2_site_t *site;

    ga2_crypto_start(p);
    for (int i = 0; i < count; i++)
        APR_ARRAY_PUSH(all, const ga2_config_t *) = configs[i];
    site = ga2_site_make(all, p);
    if (ga2_keyring_parse(&site->ring, ga2_bytes_of(LINE_K), "test", p))
        abort();
    return site;
}
