/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/provider.h"
#include "codec/url.h"
#include "crypto/digest.h"
#include "oauth/cached.h"
#include "oauth/client_secrets.h"
#include <apr_strings.h>
#include <string.h>

static const char google_issuer[] = "https://accounts.google.com";

#define FIRST(a, b) ((a) ? (a) : (b))

/* Explicit lines win over the client file. */
static ga2_error_t *client_of(ga2_provider_t *v, const ga2_config_t *c, apr_pool_t *p)
{
    ga2_client_secrets_t file = { 0 };

    if (c->client_secrets && c->client_id)
        return ga2_fail(p, CONFIG, NULL,
                        "GOAuth2ClientSecrets and GOAuth2ClientID both name the client; keep one of them");
    if (!c->client_secrets && !c->client_id)
        return ga2_fail(p, CONFIG, NULL, "no client is set; write GOAuth2ClientSecrets FILE with the file that your "
                        "provider's console gives, or GOAuth2ClientID and GOAuth2ClientSecret");
    if (c->client_secrets) {
        GA2_TRY(ga2_client_secrets_load(&file, c->client_secrets, p));
        v->client_file = c->client_secrets;
        if (!strcmp(file.type, "web"))
            v->redirect_uris = file.redirect_uris;
    }
    v->client_id = FIRST(c->client_id, file.client_id);
    v->client_secret = FIRST(c->client_secret, file.client_secret);
    v->issuer = FIRST(c->issuer, file.issuer);
    v->auth_uri = c->auth_uri;
    v->token_uri = c->token_uri;
    v->userinfo_uri = FIRST(c->userinfo_uri, file.userinfo_uri);
    v->jwks_uri = FIRST(c->jwks_uri, file.jwks_uri);
    v->revoke_uri = FIRST(c->revoke_uri, file.revoke_uri);
    v->end_session_uri = c->end_session_uri;
    if (c->issuer)                  /* it says where everything is; the file's copies may be older */
        return NULL;
    v->auth_uri = FIRST(v->auth_uri, file.auth_uri);
    v->token_uri = FIRST(v->token_uri, file.token_uri);
    return NULL;
}

static int is_google(const char *url, apr_pool_t *p)
{
    ga2_url_t u;

    return url && ga2_url_parse(&u, url, p) && !strcmp(u.scheme, "https") && !strcmp(u.host, "accounts.google.com");
}

/* oauth2client's endpoints are Google's unless something else is said. */
static void google_by_default(ga2_provider_t *v, const ga2_config_t *c, apr_pool_t *p)
{
    int nothing_said = !v->issuer && !v->auth_uri && !v->token_uri && !v->userinfo_uri;

    if (nothing_said || (!v->issuer && is_google(v->auth_uri, p))) {
        v->issuer = google_issuer;
        v->auth_uri = c->auth_uri;
        v->token_uri = c->token_uri;
    }
    v->asks_offline = v->issuer && !strcmp(v->issuer, google_issuer);
}

static ga2_error_t *endpoints_suffice(ga2_provider_t *v, apr_pool_t *p)
{
    if (v->issuer) {
        v->discovers = !v->auth_uri || !v->token_uri || !v->jwks_uri || !v->userinfo_uri;
        return NULL;
    }
    if (!v->auth_uri || !v->token_uri)
        return ga2_fail(p, CONFIG, NULL, "the provider has no %s; write GOAuth2Issuer URL for an OpenID provider, or "
                        "GOAuth2AuthURI, GOAuth2TokenURI and GOAuth2UserinfoURI for a plain OAuth 2.0 one",
                        v->auth_uri ? "token endpoint" : "authorization endpoint");
    if (!v->userinfo_uri)
        return ga2_fail(p, CONFIG, NULL,
                        "nothing says who a user is; write GOAuth2Issuer URL for an OpenID provider, or "
                        "GOAuth2UserinfoURI URL for a plain OAuth 2.0 one");
    return NULL;
}

static ga2_error_t *client_auth_fits(const ga2_provider_t *v, apr_pool_t *p)
{
    int needs_secret = v->client_auth == GA2_CLIENT_SECRET_BASIC || v->client_auth == GA2_CLIENT_SECRET_POST;

    if (needs_secret && !v->client_secret)
        return ga2_fail(p, CONFIG, NULL, "GOAuth2ClientAuth needs a secret; write GOAuth2ClientSecret file:PATH, or "
                        "GOAuth2ClientAuth none for a public client");
    return NULL;
}

static const char *place_of(const ga2_provider_t *v) { return FIRST(v->issuer, v->auth_uri); }

static void name_it(ga2_provider_t *v, apr_pool_t *p)
{
    const char *whose = place_of(v);
    unsigned char digest[GA2_SHA256_LEN];
    ga2_url_t url;

    v->name = v->issuer;
    if (!v->name && ga2_url_parse(&url, v->auth_uri, p))
        v->name = ga2_url_origin(&url, p);
    ga2_sha256(digest, ga2_bytes_of(apr_psprintf(p, "%s %s", whose, v->client_id)));     /* neither has a space */
    memcpy(v->id, digest, sizeof v->id);
}

ga2_error_t *ga2_provider_make(const ga2_provider_t **out, const ga2_config_t *c, apr_pool_t *p)
{
    ga2_provider_t *v = apr_pcalloc(p, sizeof(*v));

    GA2_TRY(client_of(v, c, p));
    google_by_default(v, c, p);
    GA2_TRY(endpoints_suffice(v, p));
    v->client_auth = c->client_auth;
    GA2_TRY(client_auth_fits(v, p));
    v->http = (ga2_http_settings_t){ .ca_file = c->ca_file, .proxy = c->proxy, .timeout = c->http_timeout };
    name_it(v, p);
    v->metadata = ga2_cached_make(p);
    v->keys = ga2_cached_make(p);
    *out = v;
    return NULL;
}

int ga2_provider_same(const ga2_provider_t *a, const ga2_provider_t *b)
{
    return a == b || memcmp(a->id, b->id, sizeof a->id) == 0;
}

int ga2_provider_is_at(const ga2_provider_t *a, const ga2_provider_t *b) { return !strcmp(place_of(a), place_of(b)); }

int ga2_provider_names_host(const ga2_provider_t *v, const char *url, apr_pool_t *p)
{
    const char *const ours[] = { v->issuer, v->auth_uri, v->token_uri, v->userinfo_uri, v->jwks_uri, v->revoke_uri,
                                 v->end_session_uri };
    ga2_url_t asked, written;

    if (!ga2_url_parse(&asked, url, p))
        return 0;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (ours[i] && ga2_url_parse(&written, ours[i], p) && !strcmp(asked.host, written.host))
            return 1;
    return 0;
}
