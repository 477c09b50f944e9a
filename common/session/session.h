/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_SESSION_H
#define GA2_SESSION_SESSION_H
/* Sessions in a store. A session's id and secret stay the same for its life, so passing a request sets no cookie.
 * An error (STORE) has said nothing about whether a session exists. */
#include "base/log.h"
#include "session/record.h"
#include "store/store.h"

typedef struct ga2_sessions {
    ga2_store_t *store;
    const ga2_keyring_t *ring;
    const ga2_log_t *log;
    apr_interval_time_t idle, max;      /* the longest of any location: how long a record is kept */
} ga2_sessions_t;

enum { GA2_SUPERSEDED_S = 10 };         /* a session that a new sign-in replaced: requests on their way still pass */

/* *out is NULL when there is none: no such id, over, another secret, or sealed with a key that is gone (logged). */
GA2_MUST_USE ga2_error_t *ga2_session_find(ga2_session_t **out, const ga2_sessions_t *in, ga2_bytes_t cookie,
                                           apr_time_t now, apr_pool_t *p);
/* Read the same session again; *there is 0 when it is gone. */
GA2_MUST_USE ga2_error_t *ga2_session_reload(int *there, ga2_session_t *s, const ga2_sessions_t *in, apr_time_t now,
                                             apr_pool_t *p);
/* Store a new session; makes its id and secret. */
GA2_MUST_USE ga2_error_t *ga2_session_add(ga2_session_t *s, const ga2_session_tokens_t *tokens,
                                          const ga2_sessions_t *in, apr_time_t now, apr_pool_t *p);
/* Write it back, with new tokens or (NULL) the old ones. *saved is 0 when somebody else wrote or ended it meanwhile. */
GA2_MUST_USE ga2_error_t *ga2_session_save(int *saved, ga2_session_t *s, const ga2_session_tokens_t *tokens,
                                           const ga2_sessions_t *in, apr_time_t now, apr_pool_t *p);
/* A new sign-in has taken its place: it lives GA2_SUPERSEDED_S more. */
GA2_MUST_USE ga2_error_t *ga2_session_supersede(ga2_session_t *s, const ga2_sessions_t *in, apr_time_t now,
                                                apr_pool_t *p);
/* End it, now and everywhere. */
GA2_MUST_USE ga2_error_t *ga2_session_end(const ga2_session_t *s, const ga2_sessions_t *in, apr_pool_t *p);
#endif
