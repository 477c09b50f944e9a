/* SPDX-License-Identifier: Apache-2.0
 * The facts about a session. */
#include "gate/run.h"
#include "session/refresh.h"

ga2_error_t *ga2_fetch_session(ga2_case_t *k, apr_pool_t *p)
{
    ga2_bytes_t cookie = ga2_cookie_value(k->request->cookies, ga2_case_jar(k)->session);

    k->facts.known[GA2_NEED_SESSION] = GA2_MISSING;
    if (!cookie.data)
        return NULL;
    GA2_TRY(ga2_session_find(&k->facts.session, &k->site->sessions, cookie, k->facts.now, p));
    if (k->facts.session)
        k->facts.known[GA2_NEED_SESSION] = GA2_FOUND;
    return NULL;
}

ga2_error_t *ga2_fetch_tokens(ga2_case_t *k, apr_pool_t *p)
{
    ga2_session_t *s = k->facts.session;
    ga2_outside_t outside = ga2_case_outside(k);
    int alive = 1;

    k->facts.known[GA2_NEED_TOKENS] = GA2_MISSING;
    if (ga2_session_wants_refresh(s, k->facts.now))
        GA2_TRY(ga2_session_refresh(&alive, s, &k->site->sessions, k->config->provider, &outside, p));
    if (!alive) {
        k->facts.session = NULL;
        return NULL;
    }
    if (!ga2_session_token_is_good(s, k->facts.now))        /* nothing to renew it with: sign in again */
        return NULL;
    if (!ga2_record_tokens(&k->facts.tokens, s, k->site->ring, p))
        return ga2_fail(p, CRYPTO, NULL, "a session's tokens do not open");
    k->facts.known[GA2_NEED_TOKENS] = GA2_FOUND;
    return NULL;
}

/* Written once per tenth of an idle time: not of this location's, but the shortest of all, or whoever works here would
 * seem to rest elsewhere. */
ga2_error_t *ga2_note_use(ga2_case_t *k, apr_pool_t *p)
{
    ga2_session_t *s = k->facts.session;
    int saved;

    if (s->ends || k->facts.now - s->last_used < k->site->idle_least / 10)
        return NULL;
    s->last_used = k->facts.now;
    /* Not saved: somebody else has just done so. */
    return ga2_session_save(&saved, s, NULL, &k->site->sessions, k->facts.now, p);
}
