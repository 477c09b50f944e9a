/* SPDX-License-Identifier: Apache-2.0
 * The facts about a browser that comes back from the provider. */
#include "gate/run.h"
#include <apr_strings.h>
#include <string.h>

ga2_error_t *ga2_fetch_attempt(ga2_case_t *k, apr_pool_t *p)
{
    const ga2_cookie_jar_t *jar = ga2_case_jar(k);
    const char *redirect_uri = ga2_case_callback(k), *state;
    ga2_bytes_t value = ga2_cookie_value(k->request->cookies, jar->binding);
    ga2_attempt_t *a = &k->facts.attempt;

    GA2_TRY(ga2_form_parse(&k->facts.query, ga2_bytes_of(k->request->query), p));
    state = ga2_form_get(k->facts.query, "state");
    if (!state || !ga2_attempt_open(a, state, k->site->ring, redirect_uri, p))
        return NULL;
    k->facts.has_binding = value.data && ga2_binding_read(&k->facts.binding, value);
    k->facts.return_path = a->return_path;
    if (!a->return_path)
        k->facts.return_path =
            ga2_return_open(a, ga2_cookie_value(k->request->cookies, jar->returning), k->site->ring, p);
    if (!k->facts.return_path) /* another long sign-in has taken the one cookie: its page is lost, not the user */
        k->facts.return_path = "/";
    k->facts.known[GA2_NEED_ATTEMPT] = GA2_FOUND;
    return NULL;
}

ga2_error_t *ga2_fetch_metadata(ga2_case_t *k, apr_pool_t *p)
{
    ga2_outside_t outside = ga2_case_outside(k);
    const ga2_provider_t *provider = ga2_site_provider(k->site, k->facts.attempt.provider);

    GA2_TRY(ga2_metadata_get(&k->facts.metadata, provider, &outside, p));
    k->facts.known[GA2_NEED_METADATA] = GA2_FOUND;
    return NULL;
}

/* An attempt is good once: the mark stays as long as the attempt could be shown again. */
ga2_error_t *ga2_fetch_redeem(ga2_case_t *k, apr_pool_t *p)
{
    const ga2_attempt_t *a = &k->facts.attempt;
    ga2_write_t mark = { .value = ga2_bytes_of("used"), .expires = a->started + a->lifetime + apr_time_from_sec(1),
                         .expected = GA2_ABSENT, .now = k->facts.now };
    unsigned char key[1 + GA2_ATTEMPT_ID] = "a";
    apr_uint64_t generation;

    memcpy(key + 1, a->id, sizeof a->id);
    GA2_TRY(ga2_store_put(&generation, k->site->sessions.store, (ga2_key_t){ key, sizeof key }, &mark, p));
    if (generation)
        k->facts.known[GA2_NEED_REDEEM] = GA2_FOUND;
    return NULL;
}
