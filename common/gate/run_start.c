/* SPDX-License-Identifier: Apache-2.0
 * A new attempt to sign in: sealed, tied to the browser, and the address at the provider. */
#include "gate/run.h"
#include "base/rand.h"
#include "oauth/authorize.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

/* The attempt's id and, for a browser without one, a binding and its cookie: one draw for both. */
static ga2_error_t *draw(ga2_attempt_t *a, ga2_binding_t *binding, ga2_case_t *k, apr_pool_t *p)
{
    ga2_bytes_t value = ga2_cookie_value(k->request->cookies, ga2_case_jar(k)->binding);
    unsigned char random[GA2_ATTEMPT_ID + sizeof binding->secret];

    GA2_TRY(ga2_random(random, sizeof random, p));
    memcpy(a->id, random, sizeof a->id);
    if (value.data && ga2_binding_read(binding, value))
        return NULL;
    *binding = (ga2_binding_t){ .rounds = 0 };
    memcpy(binding->secret, random + sizeof a->id, sizeof binding->secret);
    k->facts.cookies[0] = ga2_set_binding_cookie(ga2_case_jar(k), ga2_binding_write(binding, p), p);
    return NULL;
}

static const char *param(const ga2_config_t *c, const char *name)
{
    for (int i = 0; c->auth_params && i < c->auth_params->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(c->auth_params, i, ga2_param_t).name, name))
            return APR_ARRAY_IDX(c->auth_params, i, ga2_param_t).value;
    return NULL;
}

/* A long return address goes into a cookie of its own. */
static ga2_error_t *carry_return(ga2_attempt_t *a, ga2_case_t *k, apr_pool_t *p)
{
    const char *sealed, **cookie = k->facts.cookies[0] ? &k->facts.cookies[1] : &k->facts.cookies[0];

    if (strlen(k->ask.return_path) <= GA2_RETURN_IN_STATE) {
        a->return_path = k->ask.return_path;
        return NULL;
    }
    GA2_TRY(ga2_return_seal(&sealed, a, k->ask.return_path, k->site->ring, p));
    *cookie = ga2_set_return_cookie(ga2_case_jar(k), sealed, a->lifetime, p);
    return NULL;
}

static ga2_error_t *attempt(ga2_attempt_t *a, ga2_binding_t *binding, ga2_case_t *k, apr_pool_t *p)
{
    const char *max_age = param(k->config, "max_age");

    *a = (ga2_attempt_t){ .started = k->facts.now, .lifetime = k->config->sign_in_timeout, .scopes = k->ask.scopes,
        .restarted = k->ask.restarted, .max_age = max_age && apr_isdigit(*max_age) ? apr_atoi64(max_age) : -1,
        .acr_values = param(k->config, "acr_values") };
    memcpy(a->provider, k->ask.provider->id, sizeof a->provider);
    GA2_TRY(draw(a, binding, k, p));
    ga2_attempt_bind(a, binding);
    return carry_return(a, k, p);
}

ga2_error_t *ga2_fetch_start(ga2_case_t *k, apr_pool_t *p)
{
    ga2_outside_t outside = ga2_case_outside(k);
    ga2_peer_t peer = { k->ask.provider, NULL, &outside };
    ga2_authorization_t a = { .scopes = k->ask.scopes, .params = k->config->auth_params,
        .include_granted = k->config->include_granted,
        .redirect_uri = ga2_case_callback(k) };
    ga2_binding_t binding;
    ga2_attempt_t new;

    GA2_TRY(ga2_metadata_get(&peer.metadata, k->ask.provider, &outside, p));
    GA2_TRY(attempt(&new, &binding, k, p));
    a.state = ga2_attempt_seal(&new, k->site->ring, a.redirect_uri, p);
    a.code_verifier = ga2_attempt_verifier(&new, &binding, p);
    a.nonce = k->ask.provider->issuer ? ga2_attempt_nonce(&new, &binding, p) : NULL;
    GA2_TRY(ga2_authorize_url(&k->facts.start, &peer, &a, p));
    k->facts.known[GA2_NEED_START] = GA2_FOUND;
    return NULL;
}
