/* SPDX-License-Identifier: Apache-2.0
 * ga2_metadata_parse, for an issuer with https and for one on this machine: what is accepted names exactly that issuer;
 * what a sign-in needs is there; every endpoint is https, or http to a loopback host where the issuer is; only
 * asymmetric algorithms are allowed; the client proves itself in a way that the document lists. A document for both
 * issuers does not exist. */
#include "fuzz.h"
#include "codec/json.h"
#include "codec/url.h"
#include "crypto/context.h"
#include "oauth/metadata.h"
#include <string.h>

static const ga2_provider_t *provider(const char *issuer, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);
    const ga2_provider_t *v;

    GA2_HOLDS(!ga2_config_set(c, GA2_D_issuer, issuer, p) && !ga2_config_set(c, GA2_D_client_id, "id", p)
              && !ga2_config_set(c, GA2_D_client_secret, "secret", p));
    GA2_HOLDS(!ga2_provider_make(&v, c, p));
    return v;
}

static void check_endpoint(const char *text, int needed, int http_ok, apr_pool_t *p)
{
    ga2_url_t url;

    GA2_HOLDS(text || !needed);
    if (!text)
        return;
    GA2_HOLDS(ga2_url_parse(&url, text, p) && !url.has_userinfo && !url.has_fragment);
    GA2_HOLDS(!strcmp(url.scheme, "https") || (http_ok && ga2_url_host_is_loopback(url.host)));
}

/* The same question of the text itself, by walking. */
static int lists(const ga2_json_t *json, const char *name, const char *word)
{
    for (const ga2_json_t *m = ga2_json_first(json); m; m = ga2_json_next(m))
        if (!strcmp(ga2_json_name(m), name) && ga2_json_type(m) == GA2_JSON_ARRAY) {
            for (const ga2_json_t *item = ga2_json_first(m); item; item = ga2_json_next(item))
                if (ga2_json_text(item) && !strcmp(ga2_json_text(item), word))
                    return 1;
            return 0;
        }
    return -1;          /* nothing is said */
}

static void check_accepted(const ga2_metadata_t *m, const char *issuer, ga2_bytes_t text, apr_pool_t *p)
{
    int http_ok = !strncmp(issuer, "http:", 5);
    const ga2_json_t *json;

    GA2_HOLDS(!ga2_json_parse_object(&json, text, p));
    GA2_HOLDS(ga2_json_string(json, "issuer") && !strcmp(ga2_json_string(json, "issuer"), issuer));
    check_endpoint(m->auth_uri, 1, http_ok, p);
    check_endpoint(m->token_uri, 1, http_ok, p);
    check_endpoint(m->jwks_uri, 1, http_ok, p);
    check_endpoint(m->userinfo_uri, 0, http_ok, p);
    check_endpoint(m->revoke_uri, 0, http_ok, p);
    check_endpoint(m->end_session_uri, 0, http_ok, p);
    GA2_HOLDS(m->id_token_algs && !(m->id_token_algs & ~GA2_ALGS_ASYMMETRIC));
    for (int a = 0; a < GA2_ALGS; a++)
        if (m->id_token_algs & 1u << a)
            GA2_HOLDS(lists(json, "id_token_signing_alg_values_supported", ga2_algorithms[a].name) == 1
                      || (a == GA2_ALG_RS256 && lists(json, "id_token_signing_alg_values_supported", "") == -1));
    GA2_HOLDS(lists(json, "response_types_supported", "code")
              && lists(json, "code_challenge_methods_supported", "S256"));
    GA2_HOLDS(m->client_auth == GA2_CLIENT_SECRET_BASIC
              ? lists(json, "token_endpoint_auth_methods_supported", "client_secret_basic")
              : m->client_auth == GA2_CLIENT_SECRET_POST
              && lists(json, "token_endpoint_auth_methods_supported", "client_secret_post") == 1);
}

GA2_FUZZ(input, pool)
{
    static const char *const issuers[] = { "https://op.example", "http://localhost:9000" };
    static apr_pool_t *forever;
    static const ga2_provider_t *providers[2];
    ga2_document_t document = { .body = input, .private_peer = (int)(input.len & 1) };
    const ga2_metadata_t *m;
    int accepted = 0;

    if (!forever) {
        atexit(apr_terminate);          /* frees what is made here, or it would count as lost */
        apr_pool_create(&forever, NULL);
        ga2_crypto_start(forever);
        for (int i = 0; i < 2; i++)
            providers[i] = provider(issuers[i], forever);
    }
    for (int i = 0; i < 2; i++)
        if (!ga2_metadata_parse(&m, providers[i], &document, pool)) {
            accepted++;
            check_accepted(m, issuers[i], input, pool);
            GA2_HOLDS(m->private_ok == document.private_peer);
        }
    GA2_HOLDS(accepted < 2);
}
