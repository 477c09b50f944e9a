/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_AUTHORIZE_H
#define GA2_OAUTH_AUTHORIZE_H
/* The authorization request (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1): code flow, always with state, nonce and
 * PKCE S256 (RFC 7636 4.2). */
#include "oauth/peer.h"

typedef struct ga2_authorization {
    const char *redirect_uri;
    const char *scopes;                         /* a set, single spaces between */
    const char *state, *nonce;                  /* nonce NULL: plain OAuth 2.0 */
    const ga2_secret_t *code_verifier;
    const apr_array_header_t *params;           /* of ga2_param_t, from the configuration; NULL: none */
    int include_granted;                        /* include_granted_scopes=true, as oauth2client asked Google */
} ga2_authorization_t;

/* The URL to send the browser to. CONFIG: redirect_uri is not one that the client file registers. */
GA2_MUST_USE ga2_error_t *ga2_authorize_url(const char **out, const ga2_peer_t *peer, const ga2_authorization_t *a,
                                            apr_pool_t *p);
/* S256: base64url of the SHA-256 of the verifier. */
const char *ga2_code_challenge(const ga2_secret_t *code_verifier, apr_pool_t *p);
/* The provider's page for signing out (RP-Initiated Logout 1.0 2), or NULL when it has none. */
const char *ga2_end_session_url(const ga2_peer_t *peer, const ga2_secret_t *id_token, const char *return_to,
                                apr_pool_t *p);
#endif
