/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_REFRESH_H
#define GA2_SESSION_REFRESH_H
/* Renewing a session's access token, once for all requests, threads, processes and hosts.
 *
 * Whoever takes the session's lease reads the session again and, if it still needs it, asks the token endpoint; the new
 * tokens are stored before anybody uses them. The others go on with a token that is still good, or look until the new
 * one is there. After a failure the lease is left in place for a pause. A provider that is down ends nothing;
 * "invalid_grant" ends the session, after one more look. */
#include "oauth/token.h"
#include "session/session.h"

enum { GA2_TOKEN_MARGIN_S = 2 };        /* a token that ends within this is not handed out any more */

/* Whether the token should be renewed now, and whether it can still be handed out. */
int ga2_session_wants_refresh(const ga2_session_t *s, apr_time_t now);
int ga2_session_token_is_good(const ga2_session_t *s, apr_time_t now);
/* How long the token lives, and when to renew it: between 75 and 85 % of its life, so that not all come at once. */
GA2_MUST_USE ga2_error_t *ga2_session_set_expiry(ga2_session_t *s, const ga2_tokens_t *tokens, apr_time_t now,
                                                 apr_pool_t *p);

/* *alive is 0 when the session is over: the provider ended the grant, or somebody signed out meanwhile. On success with
 * *alive the session is as stored, its token good. TOKEN_EXPIRED: the token has expired and cannot be renewed just now;
 * the session stays. */
GA2_MUST_USE ga2_error_t *ga2_session_refresh(int *alive, ga2_session_t *s, const ga2_sessions_t *in,
                                              const ga2_provider_t *provider, const ga2_outside_t *outside,
                                              apr_pool_t *p);
#endif
