/* SPDX-License-Identifier: Apache-2.0 */
#include "incoming.h"
#include "crypto/context.h"
#include "oauth/provider.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static const char *origin(const ga2_request_t *r)
{
    return r->secure ? FAKE_ORIGIN : "http://good.example";
}

static const char *header(const ga2_request_t *r, const char *name)
{
    const fake_incoming_t *in = r->host;
    apr_size_t len = strlen(name);

    for (int i = 0; i < FAKE_HEADERS_MAX && in->headers[i]; i++)
        if (!strncasecmp(in->headers[i], name, len) && in->headers[i][len] == ':')
            return in->headers[i] + len + 1 + strspn(in->headers[i] + len + 1, " ");
    return NULL;
}

static ga2_error_t *body(ga2_bytes_t *out, const ga2_request_t *r, apr_size_t limit, apr_pool_t *p)
{
    fake_incoming_t *in = r->host;
    const char *text = in->body ? in->body : "";

    in->bodies++;
    if (strlen(text) > limit)
        return ga2_fail(p, BAD_REQUEST, NULL, "the body is too long");
    *out = ga2_bytes_of(text);
    return NULL;
}

void fake_incoming_add(fake_incoming_t *in, const char *text)
{
    int i = 0;

    while (i < FAKE_HEADERS_MAX && in->headers[i])
        i++;
    if (i == FAKE_HEADERS_MAX)
        abort();
    in->headers[i] = text;
}

fake_incoming_t *fake_incoming_bare(const char *method, const char *target, apr_pool_t *p)
{
    fake_incoming_t *in = apr_pcalloc(p, sizeof(*in));
    const char *query = strchr(target, '?');

    in->request = (ga2_request_t){ .method = method,
                                   .target = target,
                                   .secure = 1,
                                   .origin = origin,
                                   .header = header,
                                   .path = apr_pstrmemdup(p, target, strcspn(target, "?")),
                                   .query = query ? query + 1 : NULL,
                                   .body = body,
                                   .host = in };
    return in;
}

fake_incoming_t *fake_incoming_make(const char *method, const char *target, apr_pool_t *p)
{
    fake_incoming_t *in = fake_incoming_bare(method, target, p);

    fake_incoming_add(in, "Accept: text/html,application/xhtml+xml");
    fake_incoming_add(in, "Sec-Fetch-Mode: navigate");
    return in;
}

ga2_config_t *fake_config(const char *const *lines, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);
    const ga2_provider_t *provider;

    ga2_crypto_start(p);
    for (; *lines; lines++) {
        apr_size_t len = strcspn(*lines, " ");
        int d = ga2_config_find(apr_pstrmemdup(p, *lines, len));
        const char *wrong = d < 0 ? "no such directive" : ga2_config_set(c, d, *lines + len + ((*lines)[len] != 0), p);
        if (wrong) {
            fprintf(stderr, "%s: %s\n", *lines, wrong);
            abort();
        }
    }
    if (!ga2_config_names_provider(c))
        return c;
    if (ga2_provider_make(&provider, c, p))
        abort();
    c->provider = provider;
    return c;
}
