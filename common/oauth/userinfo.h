/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_USERINFO_H
#define GA2_OAUTH_USERINFO_H
/* The userinfo endpoint (OpenID Connect Core 5.3). At a plain OAuth 2.0 provider it is all that says who a user is. */
#include "codec/json.h"
#include "oauth/peer.h"

/* GET userinfo. `subject` must be its sub, byte for byte, unless NULL (plain OAuth 2.0, where there is no id_token). */
GA2_MUST_USE ga2_error_t *ga2_userinfo_get(const ga2_json_t **claims, const ga2_peer_t *peer,
                                           const ga2_secret_t *access_token,
                                           const char *subject, apr_pool_t *p);
#endif
