/* SPDX-License-Identifier: Apache-2.0
 * Signing out: the session first, so that it ends whatever the provider does; then the tokens;
 * then the provider's page. */
#include "gate/run.h"
#include "base/text.h"
#include "oauth/authorize.h"
#include "oauth/token.h"
#include <apr_strings.h>
#include <string.h>

enum { FORM_MAX = 8192 };

ga2_error_t *ga2_fetch_form(ga2_case_t *k, apr_pool_t *p)
{
    const char *type = k->request->header(k->request, "Content-Type");
    ga2_bytes_t body;

    if (!type || !ga2_text_begins(type, "application/x-www-form-urlencoded"))
        return ga2_fail(p, BAD_REQUEST, NULL, "the body is not a form");
    GA2_TRY(k->request->body(&body, k->request, FORM_MAX, p));
    GA2_TRY(ga2_form_parse(&k->facts.form, body, p));
    k->facts.known[GA2_NEED_FORM] = GA2_FOUND;
    return NULL;
}

static void revoke_tokens(const ga2_session_tokens_t *tokens, const ga2_peer_t *peer, const ga2_case_t *k,
                          apr_pool_t *p)
{
    ga2_error_t *err = ga2_token_revoke(peer, tokens->refresh_token, "refresh_token", p);

    if (!err)
        err = ga2_token_revoke(peer, tokens->access_token, "access_token", p);
    ga2_log_error(k->site->log, "signed out, but the provider still has tokens", err, p);
}

/* Where the provider sends the browser afterwards: only an address that the administrator wrote is registered there. */
static const char *return_to(const ga2_case_t *k, apr_pool_t *p)
{
    const char *to = k->config->logged_out_url;

    return to && *to == '/' ? apr_pstrcat(p, ga2_case_origin(k), to, NULL) : to;
}

ga2_error_t *ga2_fetch_sign_out(ga2_case_t *k, apr_pool_t *p)
{
    ga2_session_t *s = k->facts.session;
    ga2_outside_t outside = ga2_case_outside(k);
    ga2_peer_t peer = { ga2_site_provider(k->site, s->provider), NULL, &outside };
    ga2_session_tokens_t tokens;
    ga2_error_t *err;

    GA2_TRY(ga2_session_end(s, &k->site->sessions, p));
    k->facts.cookies[0] = ga2_clear_session_cookie(ga2_case_jar(k), p);
    k->facts.known[GA2_NEED_SIGN_OUT] = GA2_FOUND;
    if (!peer.provider || !ga2_record_tokens(&tokens, s, k->site->ring, p))
        return NULL;
    err = ga2_metadata_get(&peer.metadata, peer.provider, &outside, p);
    ga2_log_error(k->site->log, "signed out here, but not at the provider", err, p);
    if (err)
        return NULL;
    revoke_tokens(&tokens, &peer, k, p);
    k->facts.goodbye = ga2_end_session_url(&peer, tokens.id_token, return_to(k, p), p);
    return NULL;
}
