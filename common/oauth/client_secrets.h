/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_CLIENT_SECRETS_H
#define GA2_OAUTH_CLIENT_SECRETS_H
/* client_secret.json as Google's console gives it and Python's oauth2client reads it: {"web": {…}} or
 * {"installed": {…}}, with oauth2client's rules and its sentences. Three members more are understood, which
 * oauth2client skips: issuer, userinfo_uri and jwks_uri, so that the file of any provider can stand alone. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include <apr_tables.h>

typedef struct ga2_client_secrets {
    const char *type;                       /* "web" or "installed" */
    const char *client_id;
    const ga2_secret_t *client_secret;
    const char *auth_uri, *token_uri;
    const char *revoke_uri, *issuer, *userinfo_uri, *jwks_uri;  /* NULL: absent */
    const apr_array_header_t *redirect_uris;                    /* of const char * */
} ga2_client_secrets_t;

enum { GA2_CLIENT_SECRETS_MAX = 65536 };

/* CONFIG, with oauth2client's sentence; `where` names the text in it. */
GA2_MUST_USE ga2_error_t *ga2_client_secrets_parse(ga2_client_secrets_t *out, ga2_bytes_t json, const char *where,
                                                   apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_client_secrets_load(ga2_client_secrets_t *out, const char *path, apr_pool_t *p);
#endif
