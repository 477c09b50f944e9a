/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/userinfo.h"
#include "base/text.h"
#include <string.h>

#define BAD(...) ga2_fail(p, PROVIDER_BAD, NULL, __VA_ARGS__)

/* application/json and its relatives (RFC 6839 3.1). */
static int is_json(const char *type)
{
    apr_size_t len = strlen(type);

    return !strcmp(type, "application/json") || (len > 5 && !strcmp(type + len - 5, "+json"));
}

ga2_error_t *ga2_userinfo_get(const ga2_json_t **claims, const ga2_peer_t *peer, const ga2_secret_t *access_token,
                              const char *subject, apr_pool_t *p)
{
    const char *url = peer->metadata->userinfo_uri, *sub;
    ga2_http_request_t request = ga2_peer_request(peer, url, p);
    ga2_http_reply_t reply;
    ga2_error_t *err;

    request.bearer = access_token;
    err = ga2_http_send(&reply, peer->outside->http, &request, p);
    if (err)
        return ga2_fail(p, PROVIDER_DOWN, err, "%s did not answer", url);
    if (reply.status == 429 || reply.status >= 500)
        return ga2_fail(p, PROVIDER_DOWN, NULL, "%s answered with status %d", url, reply.status);
    if (reply.status != 200)
        return BAD("%s answered with status %d", url, reply.status);
    if (!is_json(reply.content_type))
        return BAD("%s answered with %s, not with JSON", url,
                   *reply.content_type ? ga2_text_printable(reply.content_type, p) : "no content type");
    err = ga2_json_parse_object(claims, reply.body, p);
    if (err)
        return ga2_fail(p, PROVIDER_BAD, err, "%s gave an answer that cannot be read", url);
    /* Core 5.3.2: the sub must be the id_token's, or the answer is about somebody else. */
    sub = ga2_json_string(*claims, "sub");
    if (subject && (!sub || strcmp(sub, subject)))
        return BAD("%s is about another user than the id_token", url);
    return NULL;
}
