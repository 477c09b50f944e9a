/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_SIGNED_H
#define GA2_OAUTH_SIGNED_H
/* A JWT that the provider has signed: an id_token, a userinfo answer (OpenID Connect Core 3.1.3.7, 5.3.2). */
#include "jose/jws.h"
#include "oauth/peer.h"

/* Parse, find the key (asking the provider for new ones once when it is unknown), verify with one of the algorithms
 * that the metadata allows, read the claims. The JWS codes say what is wrong; PROVIDER_DOWN and STORE, that it could
 * not be found out. */
GA2_MUST_USE ga2_error_t *ga2_signed_verify(const ga2_json_t **claims, ga2_jws_t *jws, const ga2_peer_t *peer,
                                            ga2_bytes_t text, apr_pool_t *p);
/* Steps 3 to 5 of 3.1.3.7: it is by this issuer, for this client, and for others only when this client asked for it.
 * NULL, or what is wrong. */
const char *ga2_signed_for_us_wrong(const ga2_json_t *claims, const char *issuer, const char *client_id);
#endif
