/* SPDX-License-Identifier: Apache-2.0
 * ga2_http_arrival_*: header lines and a body, cut at every newline as libcurl does. Whatever comes, no more is kept
 * than the limits say, the type is lower case without parameters, ages are -1 or within bounds, and what was refused
 * stays refused. */
#include "fuzz.h"
#include "http/reply.h"
#include <string.h>

enum { LIMIT = 300 };

static int type_ok(const char *type)
{
    for (; *type; type++)
        if (*type <= 0x20 || *type >= 0x7f || *type == ';' || *type == ',' || (*type >= 'A' && *type <= 'Z'))
            return 0;
    return 1;
}

/* The lines, up to the first that is refused or ends the headers. Returns how many bytes they were. */
static apr_size_t headers(ga2_http_arrival_t *a, ga2_bytes_t input)
{
    apr_size_t at = 0;

    while (at < input.len && !a->in_body) {
        const unsigned char *line = input.data + at, *end = memchr(line, '\n', input.len - at);
        apr_size_t len = end ? (apr_size_t)(end - line) + 1 : input.len - at;
        int ok = ga2_http_arrival_header(a, (const char *)line, len);
        GA2_HOLDS(ok == (a->refused == NULL));
        if (!ok)
            break;
        at += len;
    }
    return at;
}

GA2_FUZZ(input, pool)
{
    ga2_http_arrival_t a;
    apr_size_t at;

    ga2_http_arrival_begin(&a, LIMIT, pool);
    at = headers(&a, input);
    GA2_HOLDS(a.headers <= GA2_HTTP_HEADERS_MAX && a.headers >= at && (a.refused || a.headers == at));
    if (a.in_body) {
        ga2_bytes_t rest = { input.data + at, input.len - at };
        apr_size_t half = rest.len / 2;
        int ok = ga2_http_arrival_body(&a, rest.data, half)
              && ga2_http_arrival_body(&a, rest.data + half, rest.len - half);
        GA2_HOLDS(ok == (rest.len <= LIMIT));
        ga2_http_arrival_end(&a);
        GA2_HOLDS(a.reply.body.len <= LIMIT && a.reply.body.data[a.reply.body.len] == 0);
        GA2_HOLDS(!ok || (a.reply.body.len == rest.len
                          && (rest.len == 0 || memcmp(a.reply.body.data, rest.data, rest.len) == 0)));
    }
    GA2_HOLDS(type_ok(a.reply.content_type));
    GA2_HOLDS(a.reply.max_age >= -1 && a.reply.retry_after >= -1 && a.reply.retry_after <= 86400);
}
