/* SPDX-License-Identifier: Apache-2.0
 * Base64 and base64url. What decodes is exactly what encoding gives back, so that no value has two spellings; and
 * every input, taken as bytes, survives both ways. */
#include "fuzz.h"
#include "codec/base64.h"
#include <string.h>

static int is_text(ga2_bytes_t bytes, const char *text)
{
    return ga2_bytes_equal(bytes, ga2_bytes_of(text));
}

static ga2_bytes_t without_space(ga2_bytes_t from, apr_pool_t *pool)
{
    unsigned char *out = apr_palloc(pool, from.len + 1);
    apr_size_t len = 0;

    for (apr_size_t i = 0; i < from.len; i++)
        if (from.data[i] != ' ' && from.data[i] != '\t' && from.data[i] != '\r' && from.data[i] != '\n')
            out[len++] = from.data[i];
    return (ga2_bytes_t){ out, len };
}

static void as_text(ga2_bytes_t input, apr_pool_t *pool)
{
    const char *text = (const char *)input.data;
    ga2_bytes_t out;

    if (ga2_base64url_decode(&out, text, input.len, pool))
        GA2_HOLDS(is_text(input, ga2_base64url(out, pool)));
    else
        GA2_HOLDS(!out.data);
    if (ga2_base64_decode(&out, text, input.len, 0, pool))
        GA2_HOLDS(is_text(input, ga2_base64(out, pool)));
    if (ga2_base64_decode(&out, text, input.len, 1, pool))
        GA2_HOLDS(is_text(without_space(input, pool), ga2_base64(out, pool)));
}

static void as_bytes(ga2_bytes_t input, apr_pool_t *pool)
{
    const char *url = ga2_base64url(input, pool), *standard = ga2_base64(input, pool);
    ga2_bytes_t out;

    GA2_HOLDS(strlen(url) == GA2_BASE64URL_LEN(input.len));
    GA2_HOLDS(ga2_base64url_decode(&out, url, strlen(url), pool) && ga2_bytes_equal(input, out));
    GA2_HOLDS(ga2_base64_decode(&out, standard, strlen(standard), 0, pool) && ga2_bytes_equal(input, out));
}

GA2_FUZZ(input, pool)
{
    as_text(input, pool);
    as_bytes(input, pool);
}
