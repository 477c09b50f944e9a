/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_OAUTH_PEERS_H
#define GA2_TESTS_OAUTH_PEERS_H
/* Providers from lines of a configuration, and the other side of a conversation with one. */
#include "../fake/outside.h"
#include "config/lines.h"
#include "keys.h"
#include "crypto/context.h"
#include "jose/jwk.h"
#include "oauth/peer.h"

#define ISSUER "https://op.example"
#define CLIENT "GOAuth2ClientID our-client\nGOAuth2ClientSecret our-secret\n"
#define OPENID "GOAuth2Issuer " ISSUER "\n" CLIENT
#define PLAIN CLIENT "GOAuth2AuthURI https://plain.example/auth\nGOAuth2TokenURI https://plain.example/token\n" \
    "GOAuth2UserinfoURI https://plain.example/user\n"
#define DISCOVERY ISSUER "/.well-known/openid-configuration"
#define ENDPOINTS "'authorization_endpoint':'" ISSUER "/auth','token_endpoint':'" ISSUER "/token','jwks_uri':'" ISSUER \
    "/keys','userinfo_endpoint':'" ISSUER "/userinfo','revocation_endpoint':'" ISSUER "/revoke'," \
    "'end_session_endpoint':'" ISSUER "/end'"
#define METADATA "{'issuer':'" ISSUER "'," ENDPOINTS \
    ",'id_token_signing_alg_values_supported':['RS256','ES256','EdDSA']}"

static inline const char *text_of(const char *with_single_quotes, apr_pool_t *p)
{
    return (const char *)t_json(with_single_quotes, p).data;
}

static inline ga2_error_t *provider_try(const ga2_provider_t **out, const char *lines, apr_pool_t *p)
{
    ga2_crypto_start(p);
    return ga2_provider_make(out, lines_read(lines, p), p);
}

static inline const ga2_provider_t *provider_of(const char *lines, apr_pool_t *p)
{
    const ga2_provider_t *v = NULL;
    ga2_error_t *err = provider_try(&v, lines, p);

    if (err)
        fail_msg("%s", ga2_error_chain(err, p));
    return v;
}

static inline ga2_jwk_t key_of(const char *text, apr_pool_t *p)
{
    const ga2_json_t *object = NULL;
    ga2_jwk_t key = { 0 };

    if (ga2_json_parse(&object, t_json(text, p), p) || ga2_jwk_read(&key, object, GA2_KEYS_FROM_OPERATOR, p))
        fail();
    return key;
}

/* The provider of these lines, with the metadata that the outside serves for it. */
static inline ga2_peer_t peer_of(const char *lines, fake_outside_t *o, apr_pool_t *p)
{
    ga2_peer_t peer = { .provider = provider_of(lines, p), .outside = &o->outside };
    ga2_error_t *err;

    if (!fake_http_count(o->http, DISCOVERY))
        fake_http_json(o->http, DISCOVERY, text_of(METADATA, p));
    err = ga2_metadata_get(&peer.metadata, peer.provider, &o->outside, p);
    if (err)
        fail_msg("%s", ga2_error_chain(err, p));
    return peer;
}
#endif
