/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/id_token.h"
#include "base/text.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include "oauth/signed.h"
#include <string.h>

#define BAD(...) ga2_fail(p, JWS_CLAIMS, NULL, __VA_ARGS__)
#define OFF(...) ga2_fail(p, JWS_TIME, NULL, __VA_ARGS__)

static ga2_error_t *for_us(const ga2_json_t *c, const ga2_expected_t *x, apr_pool_t *p)
{
    const char *wrong = ga2_signed_for_us_wrong(c, x->issuer, x->client_id);

    return wrong ? BAD("%s", wrong) : NULL;
}

static ga2_error_t *times(const ga2_json_t *c, const ga2_expected_t *x, apr_pool_t *p)
{
    apr_int64_t now = apr_time_sec(x->now), exp, iat, nbf, leeway = GA2_CLOCK_LEEWAY_S;

    if (!ga2_json_number(&exp, c, "exp"))
        return BAD("exp is missing or not a time");
    if (exp <= now - leeway)
        return OFF("it has expired (exp is in the past); compare the clocks of this machine and the provider");
    if (!ga2_json_number(&iat, c, "iat"))
        return BAD("iat is missing or not a time");
    if (iat > now + leeway)
        return OFF("iat is in the future; compare the clocks of this machine and the provider");
    if (x->started && iat < apr_time_sec(x->started) - leeway)
        return OFF("it is older than the sign-in (iat)");
    if (!ga2_json_member(c, "nbf"))
        return NULL;
    if (!ga2_json_number(&nbf, c, "nbf"))
        return BAD("nbf is not a time");
    return nbf > now + leeway ? OFF("it is not valid yet (nbf)") : NULL;
}

static ga2_error_t *nonce(const ga2_json_t *c, const ga2_expected_t *x, apr_pool_t *p)
{
    const char *got = ga2_json_string(c, "nonce");

    if (!x->nonce)
        return NULL;
    if (!got || strlen(got) != strlen(x->nonce) || !ga2_same_bytes(got, x->nonce, strlen(got)))
        return BAD("nonce is not the one that was sent");
    return NULL;
}

/* Core 2: at most 255 ASCII characters. */
static ga2_error_t *subject(const ga2_json_t *c, const ga2_expected_t *x, apr_pool_t *p)
{
    const char *sub = ga2_json_string(c, "sub");

    if (!sub || !*sub || strlen(sub) > 255)
        return BAD("sub is missing, empty or too long");
    for (const char *s = sub; *s; s++)
        if (*s < 0x20 || *s >= 0x7f)
            return BAD("sub has characters that are not printable ASCII");
    if (x->subject && strcmp(sub, x->subject))
        return BAD("sub is another user than the session's");
    return NULL;
}

/* Core 3.1.3.6: the left half of the digest that goes with alg. EdDSA has no agreed one: Ed25519 uses SHA-512. */
static ga2_error_t *at_hash(const ga2_json_t *c, const ga2_expected_t *x, ga2_alg_t alg, apr_pool_t *p)
{
    const char *got = ga2_json_string(c, "at_hash");
    int bits = ga2_algorithms[alg].bits ? ga2_algorithms[alg].bits : 512;
    unsigned char digest[64];
    apr_size_t len;

    if (!ga2_json_member(c, "at_hash") || !x->access_token)
        return NULL;
    len = ga2_sha2(digest, bits, ga2_secret_reveal(x->access_token));
    if (!got || strcmp(got, ga2_base64url((ga2_bytes_t){ digest, len / 2 }, p)))
        return BAD("at_hash does not belong to the access token");
    return NULL;
}

static ga2_error_t *authentication(const ga2_json_t *c, const ga2_expected_t *x, apr_pool_t *p)
{
    const char *acr = ga2_json_string(c, "acr");
    apr_int64_t at;

    if (x->max_age >= 0 && (!ga2_json_number(&at, c, "auth_time")
                            || apr_time_sec(x->now) - at > x->max_age + GA2_CLOCK_LEEWAY_S))
        return BAD("auth_time is missing or longer ago than max_age allows");
    if (x->acr_values && (!acr || !ga2_text_has_word(x->acr_values, acr, strlen(acr))))
        return BAD("acr is none of those that were asked for");
    return NULL;
}

ga2_error_t *ga2_id_token_check(const ga2_json_t *claims, const ga2_expected_t *x, ga2_alg_t alg, apr_pool_t *p)
{
    GA2_TRY(for_us(claims, x, p));
    GA2_TRY(nonce(claims, x, p));
    GA2_TRY(subject(claims, x, p));
    GA2_TRY(at_hash(claims, x, alg, p));
    /* Back-Channel Logout 2.4: what has "events" is a logout token. */
    if (ga2_json_member(claims, "events"))
        return BAD("it is a logout token");
    GA2_TRY(authentication(claims, x, p));
    return times(claims, x, p);
}

/* RFC 8725 3.11: a token that says it is something else is not an id_token. */
static int typ_ok(const char *typ)
{
    return !typ || ga2_text_same_nocase(typ, "JWT") || ga2_text_same_nocase(typ, "application/jwt");
}

ga2_error_t *ga2_id_token_verify(const ga2_json_t **claims, const ga2_peer_t *peer, const ga2_secret_t *id_token,
                                 const ga2_expected_t *x, apr_pool_t *p)
{
    ga2_jws_t jws;
    ga2_error_t *err = ga2_signed_verify(claims, &jws, peer, ga2_secret_reveal(id_token), p);

    if (ga2_error_has(err, GA2_E_PROVIDER_DOWN) || ga2_error_has(err, GA2_E_STORE))
        return err;
    if (!err && !typ_ok(jws.typ))
        err = BAD("typ says that it is something else");
    if (!err)
        err = ga2_id_token_check(*claims, x, jws.alg, p);
    return err ? ga2_fail(p, ID_TOKEN, err, "the id_token of %s is refused", peer->provider->name) : NULL;
}
