/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/peer.h"
#include "codec/form.h"
#include <string.h>

ga2_http_request_t ga2_peer_request(const ga2_peer_t *peer, const char *url, apr_pool_t *p)
{
    return (ga2_http_request_t){ .url = url, .settings = &peer->provider->http, .waiting = peer->outside->waiting,
        .private_ok = peer->metadata->private_ok || ga2_provider_names_host(peer->provider, url, p) };
}

/* RFC 6749 2.3.1: both halves are form-encoded before they are joined. */
static const char *form_encoded(const char *text, apr_pool_t *p)
{
    return ga2_form_add(NULL, "", text, p) + 1;         /* without the "=" */
}

ga2_error_t *ga2_peer_post(ga2_http_reply_t *out, const ga2_peer_t *peer, const char *url, const char *form,
                           apr_pool_t *p)
{
    const ga2_provider_t *v = peer->provider;
    ga2_http_request_t request = ga2_peer_request(peer, url, p);

    if (peer->metadata->client_auth == GA2_CLIENT_SECRET_BASIC) {
        request.basic_user = form_encoded(v->client_id, p);
        request.basic_password = ga2_secret_of(form_encoded(ga2_secret_reveal_text(v->client_secret), p), p);
    } else {
        form = ga2_form_add(form, "client_id", v->client_id, p);
    }
    if (peer->metadata->client_auth == GA2_CLIENT_SECRET_POST)
        form = ga2_form_add(form, "client_secret", ga2_secret_reveal_text(v->client_secret), p);
    request.form = ga2_secret_of(form, p);
    return ga2_http_send(out, peer->outside->http, &request, p);
}
