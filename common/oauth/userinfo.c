/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/userinfo.h"
#include "base/text.h"
#include "oauth/signed.h"
#include <string.h>

#define BAD(...) ga2_fail(p, PROVIDER_BAD, NULL, __VA_ARGS__)

/* application/json and its relatives (RFC 6839 3.1). */
static int is_json(const char *type)
{
    apr_size_t len = strlen(type);

    return !strcmp(type, "application/json") || (len > 5 && !strcmp(type + len - 5, "+json"));
}

/* Core 5.3.2: a signed answer is by the issuer and for this client. Plain OAuth 2.0 has no keys to verify it with. */
static ga2_error_t *read_signed(const ga2_json_t **claims, const ga2_peer_t *peer, ga2_bytes_t text, apr_pool_t *p)
{
    const char *wrong;
    ga2_jws_t jws;

    if (!peer->provider->issuer)
        return BAD("it is signed, and a provider without an issuer has no keys");
    GA2_TRY(ga2_signed_verify(claims, &jws, peer, text, p));
    wrong = ga2_signed_for_us_wrong(*claims, peer->provider->issuer, peer->provider->client_id);
    return wrong ? BAD("%s", wrong) : NULL;
}

static ga2_error_t *read_answer(const ga2_json_t **claims, const ga2_peer_t *peer, const ga2_http_reply_t *reply,
                                apr_pool_t *p)
{
    if (is_json(reply->content_type))
        return ga2_json_parse_object(claims, reply->body, p);
    if (!strcmp(reply->content_type, "application/jwt"))
        return read_signed(claims, peer, reply->body, p);
    return BAD("it is %s, neither JSON nor a JWT",
               *reply->content_type ? ga2_text_printable(reply->content_type, p) : "of no type");
}

ga2_error_t *ga2_userinfo_get(const ga2_json_t **claims, const ga2_peer_t *peer, const ga2_secret_t *access_token,
                              const char *subject, apr_pool_t *p)
{
    const char *url = peer->metadata->userinfo_uri, *sub;
    ga2_http_request_t request = ga2_peer_request(peer, url, p);
    ga2_http_reply_t reply;
    ga2_error_t *err;

    request.bearer = access_token;
    request.accept = "application/json, application/jwt";
    err = ga2_http_send(&reply, peer->outside->http, &request, p);
    if (err)
        return ga2_error_has(err, GA2_E_CONFIG) ? err : ga2_fail(p, PROVIDER_DOWN, err, "%s did not answer", url);
    if (reply.status == 429 || reply.status >= 500)
        return ga2_fail(p, PROVIDER_DOWN, NULL, "%s answered with status %d", url, reply.status);
    if (reply.status != 200)
        return BAD("%s answered with status %d", url, reply.status);
    err = read_answer(claims, peer, &reply, p);
    if (ga2_error_has(err, GA2_E_PROVIDER_DOWN) || ga2_error_has(err, GA2_E_STORE))
        return err;
    if (err)
        return ga2_fail(p, PROVIDER_BAD, err, "%s gave an answer that cannot be used", url);
    /* Core 5.3.2: the sub must be the id_token's, or the answer is about somebody else. */
    sub = ga2_json_string(*claims, "sub");
    if (subject && (!sub || strcmp(sub, subject)))
        return BAD("%s is about another user than the id_token", url);
    return NULL;
}
