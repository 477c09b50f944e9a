/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_PEER_H
#define GA2_OAUTH_PEER_H
/* The other side of one conversation: which provider, where its endpoints are now, and how requests reach it. */
#include "oauth/metadata.h"

typedef struct ga2_peer {
    const ga2_provider_t *provider;
    const ga2_metadata_t *metadata;
    const ga2_outside_t *outside;
} ga2_peer_t;

/* A request to one of the provider's endpoints, with its settings, address policy and who is told while it waits. */
ga2_http_request_t ga2_peer_request(const ga2_peer_t *peer, const char *url, apr_pool_t *p);
/* A POST of `form` to the token or revocation endpoint, with our client's proof (RFC 6749 2.3.1) added. */
GA2_MUST_USE ga2_error_t *ga2_peer_post(ga2_http_reply_t *out, const ga2_peer_t *peer, const char *url,
                                        const char *form, apr_pool_t *p);
#endif
