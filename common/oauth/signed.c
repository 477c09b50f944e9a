/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/signed.h"
#include <string.h>

static ga2_error_t *signature(const ga2_jws_t *jws, const ga2_peer_t *peer, apr_pool_t *p)
{
    const ga2_jwks_t *keys;
    ga2_error_t *err;

    GA2_TRY(ga2_metadata_keys(&keys, peer->provider, peer->metadata, 0, peer->outside, p));
    err = ga2_jws_verify(jws, keys, peer->metadata->id_token_algs, p);
    if (!ga2_error_has(err, GA2_E_JWS_KEY) && !(ga2_error_has(err, GA2_E_JWS_SIGNATURE) && !jws->kid))
        return err;
    GA2_TRY(ga2_metadata_keys(&keys, peer->provider, peer->metadata, 1, peer->outside, p));
    return ga2_jws_verify(jws, keys, peer->metadata->id_token_algs, p);
}

ga2_error_t *ga2_signed_verify(const ga2_json_t **claims, ga2_jws_t *jws, const ga2_peer_t *peer, ga2_bytes_t text,
                               apr_pool_t *p)
{
    ga2_error_t *err;

    GA2_TRY(ga2_jws_parse(jws, (const char *)text.data, text.len, p));
    GA2_TRY(signature(jws, peer, p));
    err = ga2_json_parse_object(claims, jws->payload, p);
    return err ? ga2_fail(p, JWS_MALFORMED, err, "the payload is not a JSON object") : NULL;
}

/* Google signed with its host's name before it had an issuer URL; oauth2client took both. */
static int is_issuer(const char *iss, const char *issuer)
{
    return !strcmp(iss, issuer)
        || (!strcmp(issuer, "https://accounts.google.com") && !strcmp(iss, "accounts.google.com"));
}

const char *ga2_signed_for_us_wrong(const ga2_json_t *claims, const char *issuer, const char *client_id)
{
    const ga2_json_t *list = ga2_json_array(claims, "aud");
    const char *iss = ga2_json_string(claims, "iss"), *aud = ga2_json_string(claims, "aud");
    const char *azp = ga2_json_string(claims, "azp");
    int others = list && ga2_json_first(list) && ga2_json_next(ga2_json_first(list));

    if (!iss || !is_issuer(iss, issuer))
        return "iss is not the configured issuer";
    if (list ? !ga2_json_array_has(list, client_id) : !aud || strcmp(aud, client_id))
        return "aud is not this client";
    if (ga2_json_member(claims, "azp") && (!azp || strcmp(azp, client_id)))
        return "azp is another client";
    if (others && !azp)
        return "aud names others beside this client, and azp is missing";
    return NULL;
}
