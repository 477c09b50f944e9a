/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "peers.h"
#include "oauth/signed.h"

#define KEYS ISSUER "/keys"

static void what_is_signed_is_read_and_what_is_not_is_refused(void **state)
{
    static const struct { const char *key, *published; ga2_alg_t alg; const char *payload; ga2_code_t want; } rows[] = {
        { P256_PRIVATE, P256_PUBLIC, GA2_ALG_ES256, "{'sub':'alice'}", GA2_E_COUNT },
        { RSA_PRIVATE, RSA_PUBLIC, GA2_ALG_RS256, "{'sub':'alice'}", GA2_E_COUNT },
        { RSA_PRIVATE, RSA_PUBLIC, GA2_ALG_PS256, "{'sub':'alice'}", GA2_E_JWS_ALGORITHM },   /* not announced */
        { P256_PRIVATE, RSA_PUBLIC, GA2_ALG_ES256, "{'sub':'alice'}", GA2_E_JWS_KEY },
        { P256_PRIVATE, P256_PUBLIC, GA2_ALG_ES256, "['alice']", GA2_E_JWS_MALFORMED },
        { P256_PRIVATE, P256_PUBLIC, GA2_ALG_ES256, "{'sub':'alice','sub':'admin'}", GA2_E_JWS_MALFORMED },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(OPENID, o, *state);
        ga2_jwk_t jwk = key_of(apr_pstrcat(*state, "{", rows[i].key, "}", NULL), *state);
        const ga2_json_t *claims = NULL;
        const char *token = NULL;
        ga2_error_t *err;
        ga2_jws_t jws;
        fake_http_json(o->http, KEYS,
                       text_of(apr_pstrcat(*state, "{'keys':[{", rows[i].published, "}]}", NULL), *state));
        T_OK(ga2_jws_sign(&token, &jwk, rows[i].alg, NULL, ga2_bytes_of(text_of(rows[i].payload, *state)), *state));
        err = ga2_signed_verify(&claims, &jws, &peer, ga2_bytes_of(token), *state);
        T_ROW(rows[i].want == GA2_E_COUNT ? !err && claims : err && ga2_error_has(err, rows[i].want), rows[i].payload);
    }
}

static void it_is_by_the_issuer_and_for_us(void **state)
{
    static const struct { const char *claims; int ok; } rows[] = {
        { "{'iss':'" ISSUER "','aud':'our-client'}", 1 }, { "{'iss':'" ISSUER "','aud':['our-client']}", 1 },
        { "{'iss':'" ISSUER "','aud':['our-client','other'],'azp':'our-client'}", 1 },
        { "{'iss':'" ISSUER "','aud':['our-client','other']}", 0 }, { "{'iss':'" ISSUER "','aud':'other'}", 0 },
        { "{'iss':'" ISSUER "','aud':'our-client','azp':'other'}", 0 }, { "{'aud':'our-client'}", 0 },
        { "{'iss':'" ISSUER "/','aud':'our-client'}", 0 }, { "{'iss':'" ISSUER "'}", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ga2_json_t *claims = NULL;
        T_OK(ga2_json_parse_object(&claims, t_json(rows[i].claims, *state), *state));
        T_ROW((ga2_signed_for_us_wrong(claims, ISSUER, "our-client") == NULL) == rows[i].ok, rows[i].claims);
    }
}

static const struct CMUnitTest cases[] = {
    T("what is signed is read, and what is not is refused", what_is_signed_is_read_and_what_is_not_is_refused),
    T("it is by the issuer and for us", it_is_by_the_issuer_and_for_us),
};

T_MAIN("signed", cases)
