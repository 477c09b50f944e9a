/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/metadata.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

#define BAD(...) ga2_fail(p, PROVIDER_BAD, NULL, __VA_ARGS__)

/* One endpoint: what the administrator wrote, else the document's. */
static ga2_error_t *endpoint(const char **out, const char *written, const ga2_json_t *json, const char *name,
                             int http_ok, apr_pool_t *p)
{
    const char *text = ga2_json_string(json, name);
    ga2_url_t url;

    *out = written;
    if (written || !ga2_json_member(json, name))
        return NULL;
    if (!text || !ga2_url_parse(&url, text, p) || url.has_userinfo || url.has_fragment)
        return BAD("the metadata's %s is not a URL", name);
    if (strcmp(url.scheme, "https") && !(http_ok && ga2_url_is_safe(&url)))
        return BAD("the metadata's %s does not begin with https://", name);
    *out = apr_pstrdup(p, text);
    return NULL;
}

/* Without a list, RS256 is what every provider must support (Core 15.1). */
static ga2_error_t *algorithms(ga2_metadata_t *m, const ga2_json_t *json, apr_pool_t *p)
{
    const ga2_json_t *list = ga2_json_array(json, "id_token_signing_alg_values_supported");

    m->id_token_algs = list ? 0 : GA2_ALG_BIT(RS256);
    for (const ga2_json_t *a = list ? ga2_json_first(list) : NULL; a; a = ga2_json_next(a)) {
        int alg = ga2_json_text(a) ? ga2_algorithm_find(ga2_json_text(a)) : -1;
        if (alg >= 0)
            m->id_token_algs |= (1u << alg) & GA2_ALGS_ASYMMETRIC;
    }
    if (!m->id_token_algs)
        return BAD("the provider signs id_tokens with no algorithm that is allowed here (RS, PS, ES or EdDSA)");
    return NULL;
}

/* RFC 8414 2: without a list, client_secret_basic. */
static ga2_error_t *client_auth(ga2_metadata_t *m, const ga2_provider_t *v, const ga2_json_t *json, apr_pool_t *p)
{
    const ga2_json_t *list = ga2_json_array(json, "token_endpoint_auth_methods_supported");

    m->client_auth = v->client_auth;
    if (m->client_auth != GA2_CLIENT_AUTH_AUTO)
        return NULL;
    m->client_auth = GA2_CLIENT_AUTH_NONE;
    if (!v->client_secret)
        return NULL;
    m->client_auth = GA2_CLIENT_SECRET_BASIC;
    if (!list || ga2_json_array_has(list, "client_secret_basic"))
        return NULL;
    m->client_auth = GA2_CLIENT_SECRET_POST;
    if (!ga2_json_array_has(list, "client_secret_post"))
        return BAD("the provider takes neither client_secret_basic nor client_secret_post");
    return NULL;
}

static ga2_error_t *flow(const ga2_json_t *json, apr_pool_t *p)
{
    const ga2_json_t *types = ga2_json_array(json, "response_types_supported");
    const ga2_json_t *pkce = ga2_json_array(json, "code_challenge_methods_supported");

    if (types && !ga2_json_array_has(types, "code"))
        return BAD("the provider does not offer the authorization code flow");
    /* RFC 9700 2.1.1: PKCE is always used, and only with S256. */
    if (pkce && !ga2_json_array_has(pkce, "S256"))
        return BAD("the provider knows PKCE, but not its method S256");
    return NULL;
}

static ga2_error_t *endpoints(ga2_metadata_t *m, const ga2_provider_t *v, const ga2_json_t *json, apr_pool_t *p)
{
    int http_ok = ga2_text_begins(v->issuer, "http:");
    const struct { const char **out, *written, *name; } all[] = {
        { &m->auth_uri, v->auth_uri, "authorization_endpoint" },
        { &m->token_uri, v->token_uri, "token_endpoint" },
        { &m->userinfo_uri, v->userinfo_uri, "userinfo_endpoint" },
        { &m->jwks_uri, v->jwks_uri, "jwks_uri" },
        { &m->revoke_uri, v->revoke_uri, "revocation_endpoint" },
        { &m->end_session_uri, v->end_session_uri, "end_session_endpoint" } };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        GA2_TRY(endpoint(all[i].out, all[i].written, json, all[i].name, http_ok, p));
    for (size_t i = 0; i < 4; i++)
        if (!*all[i].out && all[i].out != &m->userinfo_uri)
            return BAD("the metadata has no %s", all[i].name);
    return NULL;
}

ga2_error_t *ga2_metadata_parse(const ga2_metadata_t **out, const ga2_provider_t *v, const ga2_document_t *document,
                                apr_pool_t *p)
{
    ga2_metadata_t *m = apr_pcalloc(p, sizeof(*m));
    const ga2_json_t *json;
    const char *issuer;

    GA2_TRY(ga2_json_parse_object(&json, document->body, p));
    issuer = ga2_json_string(json, "issuer");
    /* Discovery 4.3: exactly the issuer that the document was asked for. */
    if (!issuer || strcmp(issuer, v->issuer))
        return BAD("the metadata is of issuer %s, but the configuration says %s; write the issuer exactly as the "
                   "provider does", ga2_text_printable(issuer, p), v->issuer);
    GA2_TRY(endpoints(m, v, json, p));
    GA2_TRY(flow(json, p));
    GA2_TRY(algorithms(m, json, p));
    GA2_TRY(client_auth(m, v, json, p));
    m->names_issuer = ga2_json_true(json, "authorization_response_iss_parameter_supported");
    m->private_ok = document->private_peer;
    *out = m;
    return NULL;
}

/* Everything is written down: nothing to ask. oauth2client sent the secret in the body, and so do plain providers. */
static const ga2_metadata_t *as_written(const ga2_provider_t *v, apr_pool_t *p)
{
    ga2_metadata_t *m = apr_pcalloc(p, sizeof(*m));

    *m = (ga2_metadata_t){ .auth_uri = v->auth_uri, .token_uri = v->token_uri, .userinfo_uri = v->userinfo_uri,
        .jwks_uri = v->jwks_uri, .revoke_uri = v->revoke_uri, .end_session_uri = v->end_session_uri,
        .id_token_algs = GA2_ALGS_ASYMMETRIC, .client_auth = v->client_auth, .private_ok = 0 };
    if (m->client_auth == GA2_CLIENT_AUTH_AUTO)
        m->client_auth = v->client_secret ? GA2_CLIENT_SECRET_POST : GA2_CLIENT_AUTH_NONE;
    return m;
}

static ga2_error_t *parse_metadata(const void **out, const ga2_document_t *document, const void *baton, apr_pool_t *p)
{
    return ga2_metadata_parse((const ga2_metadata_t **)out, baton, document, p);
}

/* Discovery 4: the issuer, less a final slash, and the well-known path. */
static const char *discovery_url(const char *issuer, apr_pool_t *p)
{
    apr_size_t len = strlen(issuer);

    if (len && issuer[len - 1] == '/')
        len--;
    return apr_pstrcat(p, apr_pstrmemdup(p, issuer, len), "/.well-known/openid-configuration", NULL);
}

ga2_error_t *ga2_metadata_get(const ga2_metadata_t **out, const ga2_provider_t *v, const ga2_outside_t *outside,
                              apr_pool_t *p)
{
    ga2_wanted_t wanted = { .http = &v->http, .private_ok = 1, .limit = GA2_METADATA_MAX,
                            .parse = parse_metadata, .baton = v };

    if (!v->discovers) {
        *out = as_written(v, p);
        return NULL;
    }
    wanted.url = discovery_url(v->issuer, p);
    return ga2_cached_get((const void **)out, v->metadata, &wanted, outside, p);
}

/* Google serves the same keys as a JWK set and as certificates; the content says which it is. */
static ga2_error_t *parse_keys(const void **out, const ga2_document_t *document, const void *baton, apr_pool_t *p)
{
    const ga2_json_t *json;

    (void)baton;
    GA2_TRY(ga2_json_parse_object(&json, document->body, p));
    if (ga2_json_array(json, "keys"))
        return ga2_jwks_from_json((const ga2_jwks_t **)out, json, GA2_KEYS_FROM_NETWORK, p);
    return ga2_jwks_parse_certificates((const ga2_jwks_t **)out, document->body, p);
}

ga2_error_t *ga2_metadata_keys(const ga2_jwks_t **out, const ga2_provider_t *v, const ga2_metadata_t *m, int renew,
                               const ga2_outside_t *outside, apr_pool_t *p)
{
    ga2_wanted_t wanted = { .url = m->jwks_uri, .http = &v->http, .limit = GA2_JWKS_BYTES_MAX, .parse = parse_keys,
                            .private_ok = m->private_ok || ga2_provider_names_host(v, m->jwks_uri, p) };

    if (renew)
        return ga2_cached_renew((const void **)out, v->keys, &wanted, outside, p);
    return ga2_cached_get((const void **)out, v->keys, &wanted, outside, p);
}
