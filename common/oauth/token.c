/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/token.h"
#include "codec/form.h"
#include <string.h>

/* An error below the token endpoint, told as one of it. Whether the request left is kept in the cause. */
static ga2_error_t *no_answer(ga2_error_t *err, const char *url, apr_pool_t *p)
{
    if (ga2_error_has(err, GA2_E_CONFIG))
        return err;
    return ga2_fail(p, PROVIDER_DOWN, err, "%s did not answer", url);
}

static ga2_error_t *ask(ga2_tokens_t *out, const ga2_peer_t *peer, const char *form, apr_pool_t *p)
{
    const char *url = peer->metadata->token_uri;
    ga2_http_reply_t reply;
    ga2_error_t *err = ga2_peer_post(&reply, peer, url, form, p);

    if (err)
        return no_answer(err, url, p);
    err = ga2_token_reply(out, &reply, p);
    if (reply.body.data)
        ga2_wipe_with(p, (void *)reply.body.data, reply.body.len);
    return err;
}

ga2_error_t *ga2_token_exchange(ga2_tokens_t *out, const ga2_peer_t *peer, const char *code,
                                const char *redirect_uri, const ga2_secret_t *code_verifier, apr_pool_t *p)
{
    const char *form = ga2_form_add(NULL, "grant_type", "authorization_code", p);

    form = ga2_form_add(form, "code", code, p);
    form = ga2_form_add(form, "redirect_uri", redirect_uri, p);
    form = ga2_form_add(form, "code_verifier", ga2_secret_reveal_text(code_verifier), p);
    return ask(out, peer, form, p);
}

ga2_error_t *ga2_token_refresh(ga2_tokens_t *out, const ga2_peer_t *peer, const ga2_secret_t *refresh_token,
                               apr_pool_t *p)
{
    const char *form = ga2_form_add(NULL, "grant_type", "refresh_token", p);

    form = ga2_form_add(form, "refresh_token", ga2_secret_reveal_text(refresh_token), p);
    return ask(out, peer, form, p);
}

ga2_error_t *ga2_token_revoke(const ga2_peer_t *peer, const ga2_secret_t *token, const char *hint, apr_pool_t *p)
{
    const char *url = peer->metadata->revoke_uri, *form;
    ga2_http_reply_t reply;
    ga2_error_t *err;

    if (!url || !token)
        return NULL;
    form = ga2_form_add(NULL, "token", ga2_secret_reveal_text(token), p);
    form = ga2_form_add(form, "token_type_hint", hint, p);
    err = ga2_peer_post(&reply, peer, url, form, p);
    if (err)
        return no_answer(err, url, p);
    /* RFC 7009 2.2: an unknown token is gone, too; 400 says so at providers that are older than the RFC. */
    if (reply.status != 200 && reply.status != 204 && reply.status != 400)
        return ga2_fail(p, PROVIDER_BAD, NULL, "%s answered a revocation with status %d", url, reply.status);
    return NULL;
}
