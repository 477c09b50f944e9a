/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/authorize.h"
#include "base/text.h"
#include "codec/base64.h"
#include "codec/url.h"
#include "crypto/digest.h"
#include <apr_strings.h>
#include <string.h>

const char *ga2_code_challenge(const ga2_secret_t *code_verifier, apr_pool_t *p)
{
    unsigned char digest[GA2_SHA256_LEN];

    ga2_sha256(digest, ga2_secret_reveal(code_verifier));
    return ga2_base64url((ga2_bytes_t){ digest, sizeof digest }, p);
}

/* The provider would refuse it with a page of its own that says less. */
static ga2_error_t *registered(const ga2_provider_t *v, const char *redirect_uri, apr_pool_t *p)
{
    if (!v->redirect_uris || v->redirect_uris->nelts == 0)
        return NULL;
    for (int i = 0; i < v->redirect_uris->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(v->redirect_uris, i, const char *), redirect_uri))
            return NULL;
    return ga2_fail(p, CONFIG, NULL,
                    "the callback %s is not among redirect_uris of %s; register it at the provider and "
                    "download the file anew, or set GOAuth2BaseURL to the address that browsers use",
                    redirect_uri, v->client_file);
}

static int has_param(const apr_array_header_t *params, const char *name)
{
    for (int i = 0; params && i < params->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(params, i, ga2_param_t).name, name))
            return 1;
    return 0;
}

static void add_param(apr_array_header_t *query, ga2_param_t param, apr_pool_t *p)
{
    if (param.value)
        APR_ARRAY_PUSH(query, const char *) =
            apr_pstrcat(p, ga2_url_encode(param.name, p), "=", ga2_url_encode(param.value, p), NULL);
}

ga2_error_t *ga2_authorize_url(const char **out, const ga2_peer_t *peer, const ga2_authorization_t *a, apr_pool_t *p)
{
    const ga2_provider_t *v = peer->provider;
    int offline = v->asks_offline && !has_param(a->params, "access_type");
    int granted = a->include_granted && v->asks_offline && !has_param(a->params, "include_granted_scopes");
    const ga2_param_t ours[] = {
        { "response_type", "code" }, { "client_id", v->client_id }, { "redirect_uri", a->redirect_uri },
        { "scope", *a->scopes ? a->scopes : NULL }, { "state", a->state }, { "nonce", a->nonce },
        { "code_challenge", ga2_code_challenge(a->code_verifier, p) }, { "code_challenge_method", "S256" },
        { "access_type", offline ? "offline" : NULL }, { "include_granted_scopes", granted ? "true" : NULL } };
    apr_array_header_t *query = apr_array_make(p, 16, sizeof(const char *));

    GA2_TRY(registered(v, a->redirect_uri, p));
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        add_param(query, ours[i], p);
    for (int i = 0; a->params && i < a->params->nelts; i++)
        add_param(query, APR_ARRAY_IDX(a->params, i, ga2_param_t), p);
    *out = ga2_url_add_query(peer->metadata->auth_uri, apr_array_pstrcat(p, query, '&'), p);
    return NULL;
}

const char *ga2_end_session_url(const ga2_peer_t *peer, const ga2_secret_t *id_token, const char *return_to,
                                apr_pool_t *p)
{
    const char *url = peer->metadata->end_session_uri;

    if (!url)
        return NULL;
    if (id_token)
        url = ga2_url_add(url, "id_token_hint", ga2_secret_reveal_text(id_token), p);
    url = ga2_url_add(url, "client_id", peer->provider->client_id, p);
    return return_to ? ga2_url_add(url, "post_logout_redirect_uri", return_to, p) : url;
}
