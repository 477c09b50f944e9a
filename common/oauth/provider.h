/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_PROVIDER_H
#define GA2_OAUTH_PROVIDER_H
/* A provider and our client there: what the configuration says, checked once at start and never changed.
 * With an issuer it speaks OpenID Connect: the rest may be discovered and identity comes from a verified id_token.
 * Without one it speaks plain OAuth 2.0: identity comes from the userinfo endpoint. */
#include "config/config.h"
#include "http/client.h"

typedef struct ga2_cached ga2_cached_t;         /* oauth/cached.h */

enum { GA2_PROVIDER_ID_LEN = 16 };

typedef struct ga2_provider {
    unsigned char id[GA2_PROVIDER_ID_LEN];      /* of issuer (or authorization endpoint) and client_id: one realm */
    const char *name;                           /* issuer, or the authorization endpoint's origin: for logs and pages */
    const char *issuer;                         /* NULL: plain OAuth 2.0 */
    const char *client_id;
    const ga2_secret_t *client_secret;          /* NULL: a public client */
    ga2_client_auth_t client_auth;
    const apr_array_header_t *redirect_uris;    /* what the client file registers; NULL or empty: not said */
    const char *client_file;                    /* where that was written */
    const char *auth_uri, *token_uri, *userinfo_uri, *jwks_uri, *revoke_uri, *end_session_uri;  /* NULL: discovered */
    int discovers;                              /* something of the above is left to discovery */
    int asks_offline;                           /* access_type=offline, as oauth2client asked Google */
    ga2_http_settings_t http;
    ga2_cached_t *metadata, *keys;              /* this process's parsed copies */
} ga2_provider_t;

/* From the PROVIDER lines of a complete configuration. CONFIG: one sentence that says what to write. */
GA2_MUST_USE ga2_error_t *ga2_provider_make(const ga2_provider_t **out, const ga2_config_t *c, apr_pool_t *p);
/* The same issuer and client, whatever else differs. */
int ga2_provider_same(const ga2_provider_t *a, const ga2_provider_t *b);
/* The same issuer (or authorization endpoint), whoever the client is. */
int ga2_provider_is_at(const ga2_provider_t *a, const ga2_provider_t *b);
/* Whether a URL names a host that the administrator wrote down: the issuer's or an explicit endpoint's. */
int ga2_provider_names_host(const ga2_provider_t *provider, const char *url, apr_pool_t *p);
#endif
