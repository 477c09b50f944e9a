/* SPDX-License-Identifier: Apache-2.0
 * ga2_userinfo_get. The first byte chooses status and type, and whether the user is known already; the rest is the
 * body. What is accepted came with status 200 and a JSON type, is an object, and is about that user. One request is
 * made, with the token in its header alone. */
#include "fuzz.h"
#include "../fake/http.h"
#include "oauth/userinfo.h"
#include <string.h>

static const int statuses[] = { 200, 200, 401, 503 };
static const char *const types[] = { "application/json", "application/x+json", "text/html", "application/jwt" };

GA2_FUZZ(input, pool)
{
    static const char url[] = "https://op.example/userinfo";
    const ga2_provider_t provider = { .issuer = "https://op.example", .client_id = "our-client" };
    const ga2_metadata_t metadata = { .userinfo_uri = url };
    fake_http_t *http = fake_http_make(pool);
    const ga2_outside_t outside = { .http = &http->base };
    const ga2_peer_t peer = { &provider, &metadata, &outside };
    const ga2_json_t *claims = NULL;
    const char *subject;
    fake_rule_t *rule;
    ga2_error_t *err;

    if (!input.len)
        return;
    subject = input.data[0] & 16 ? NULL : "alice";
    rule = fake_http_answer(http, url, statuses[input.data[0] & 3], types[input.data[0] >> 2 & 3], "");
    rule->reply.body = (ga2_bytes_t){ input.data + 1, input.len - 1 };
    err = ga2_userinfo_get(&claims, &peer, ga2_secret_of("token", pool), subject, pool);
    GA2_HOLDS(fake_http_count(http, "") == 1 && !strcmp(fake_http_last(http)->bearer, "token")
              && !fake_http_last(http)->form && !strcmp(fake_http_last(http)->url, url));
    if (err) {
        GA2_HOLDS(err->code == (rule->reply.status == 503 ? GA2_E_PROVIDER_DOWN : GA2_E_PROVIDER_BAD));
        return;
    }
    GA2_HOLDS(rule->reply.status == 200 && strstr(rule->reply.content_type, "json"));
    GA2_HOLDS(ga2_json_type(claims) == GA2_JSON_OBJECT);
    GA2_HOLDS(!subject || !strcmp(ga2_json_string(claims, "sub"), subject));
}
