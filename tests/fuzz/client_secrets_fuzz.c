/* SPDX-License-Identifier: Apache-2.0
 * ga2_client_secrets_parse: what is accepted is of one of the two types, has a client that is filled in and endpoints
 * that are https or on this machine; whatever else is refused with CONFIG in printable characters. */
#include "fuzz.h"
#include "codec/url.h"
#include "oauth/client_secrets.h"
#include <string.h>

static void check_address(const char *text, int needed, apr_pool_t *p)
{
    ga2_url_t url;

    GA2_HOLDS(text || !needed);
    if (!text)
        return;
    GA2_HOLDS(ga2_url_parse(&url, text, p) && !url.has_userinfo && !url.has_fragment);
    GA2_HOLDS(!strcmp(url.scheme, "https") || ga2_url_host_is_loopback(url.host));
}

static void check_accepted(const ga2_client_secrets_t *c, apr_pool_t *p)
{
    GA2_HOLDS(!strcmp(c->type, "web") || !strcmp(c->type, "installed"));
    GA2_HOLDS(c->client_id && strncmp(c->client_id, "[[", 2));
    GA2_HOLDS(c->client_secret && strncmp(ga2_secret_reveal_text(c->client_secret), "[[", 2));
    check_address(c->auth_uri, 1, p);
    check_address(c->token_uri, 1, p);
    check_address(c->revoke_uri, 0, p);
    check_address(c->issuer, 0, p);
    check_address(c->userinfo_uri, 0, p);
    check_address(c->jwks_uri, 0, p);
    GA2_HOLDS(!c->issuer || !strchr(c->issuer, '?'));
    GA2_HOLDS(c->redirect_uris);
    for (int i = 0; i < c->redirect_uris->nelts; i++)
        GA2_HOLDS(APR_ARRAY_IDX(c->redirect_uris, i, const char *));
}

GA2_FUZZ(input, pool)
{
    ga2_client_secrets_t out;
    const ga2_error_t *err = ga2_client_secrets_parse(&out, input, "the file", pool);

    if (!err) {
        check_accepted(&out, pool);
        return;
    }
    GA2_HOLDS(err->code == GA2_E_CONFIG);
    for (; err; err = err->cause)
        for (const char *s = err->message; *s; s++)
            GA2_HOLDS(*s >= 0x20 && *s < 0x7f);
}
