/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_METADATA_H
#define GA2_OAUTH_METADATA_H
/* Where a provider's endpoints are and what it can do: OpenID Connect Discovery 1.0 (RFC 8414), completed and
 * overruled by what the administrator wrote. */
#include "jose/jwk.h"
#include "oauth/cached.h"
#include "oauth/provider.h"

enum { GA2_METADATA_MAX = 262144 };

typedef struct ga2_metadata {
    const char *auth_uri, *token_uri;           /* always there */
    const char *userinfo_uri, *jwks_uri, *revoke_uri, *end_session_uri;     /* NULL: not offered */
    ga2_algs_t id_token_algs;                   /* what an id_token may be signed with */
    ga2_client_auth_t client_auth;              /* how the client proves itself: never AUTO */
    int names_issuer;                           /* RFC 9207: every authorization response carries iss */
    int private_ok;                             /* its issuer is at a private address, so its endpoints may be */
} ga2_metadata_t;

/* Read a discovery document. Refused: an issuer that differs by one byte; an endpoint that is not https (http only for
 * an issuer that is http on loopback); no code flow; PKCE without S256; no signature algorithm that is known here. */
GA2_MUST_USE ga2_error_t *ga2_metadata_parse(const ga2_metadata_t **out, const ga2_provider_t *provider,
                                             const ga2_document_t *document, apr_pool_t *p);
/* The provider's, discovered when needed; valid as long as p. */
GA2_MUST_USE ga2_error_t *ga2_metadata_get(const ga2_metadata_t **out, const ga2_provider_t *provider,
                                           const ga2_outside_t *outside, apr_pool_t *p);
/* The provider's keys, as a JWK set or a map of PEM certificates. `renew`: ask anew, see ga2_cached_renew. */
GA2_MUST_USE ga2_error_t *ga2_metadata_keys(const ga2_jwks_t **out, const ga2_provider_t *provider,
                                            const ga2_metadata_t *metadata, int renew, const ga2_outside_t *outside,
                                            apr_pool_t *p);
#endif
