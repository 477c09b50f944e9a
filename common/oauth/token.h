/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_TOKEN_H
#define GA2_OAUTH_TOKEN_H
/* The token endpoint (RFC 6749 4.1.3, 5, 6) and revocation (RFC 7009). Nothing here sends a request twice. */
#include "oauth/peer.h"

typedef struct ga2_tokens {
    const ga2_secret_t *access_token;           /* always there */
    const ga2_secret_t *refresh_token, *id_token;   /* NULL: none came */
    const char *scopes;                         /* granted, as a set; NULL: as asked (RFC 6749 5.1) */
    apr_int64_t expires_in;                     /* seconds from now; 0: at once; -1: not said */
} ga2_tokens_t;

enum { GA2_TOKEN_MAX = 32768 };

/* Read a reply. GRANT_ENDED: "invalid_grant". TOKEN_REFUSED: another error of RFC 6749 5.2. PROVIDER_DOWN: 429 or 5xx.
 * PROVIDER_BAD: anything that is not a token reply. */
GA2_MUST_USE ga2_error_t *ga2_token_reply(ga2_tokens_t *out, const ga2_http_reply_t *reply, apr_pool_t *p);

GA2_MUST_USE ga2_error_t *ga2_token_exchange(ga2_tokens_t *out, const ga2_peer_t *peer, const char *code,
    const char *redirect_uri, const ga2_secret_t *code_verifier, apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_token_refresh(ga2_tokens_t *out, const ga2_peer_t *peer,
                                            const ga2_secret_t *refresh_token, apr_pool_t *p);
/* Success when the provider has no revocation endpoint, or says that the token is gone. `hint`: "refresh_token" … */
GA2_MUST_USE ga2_error_t *ga2_token_revoke(const ga2_peer_t *peer, const ga2_secret_t *token, const char *hint,
                                           apr_pool_t *p);
#endif
