/* SPDX-License-Identifier: Apache-2.0
 * ga2_header_encode gives printable ASCII that decodes to the value it was, so that no two values look the same;
 * ga2_header_without_tokens leaves no alias of our names and every other token; ages stay within their bounds. */
#include "fuzz.h"
#include "codec/headers.h"
#include <apr_strings.h>
#include <string.h>

static const char *const ours[] = { "x-user", "x-u", NULL };
static const char dividers[] = ",; \t\r\n\v\f";

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static ga2_bytes_t decoded(const char *text, apr_pool_t *pool)
{
    unsigned char *out = apr_palloc(pool, strlen(text) + 1);
    apr_size_t len = 0;

    for (; *text; text++) {
        if (*text != '%') {
            out[len++] = (unsigned char)*text;
            continue;
        }
        GA2_HOLDS(hex(text[1]) >= 0 && hex(text[2]) >= 0);
        out[len++] = (unsigned char)(hex(text[1]) * 16 + hex(text[2]));
        text += 2;
    }
    return (ga2_bytes_t){ out, len };
}

static void encodes(ga2_bytes_t value, int in_list, apr_pool_t *pool)
{
    const char *text = ga2_header_encode(value, in_list, pool);
    apr_size_t len = strlen(text);

    for (apr_size_t i = 0; i < len; i++)
        GA2_HOLDS(text[i] >= 0x20 && text[i] < 0x7f && !(in_list && text[i] == ','));
    GA2_HOLDS(len == 0 || (text[0] != ' ' && text[len - 1] != ' '));
    GA2_HOLDS(ga2_bytes_equal(decoded(text, pool), value));
    GA2_HOLDS(ga2_header_is_plain(value, in_list) == ga2_bytes_equal(value, ga2_bytes_of(text)));
}

static int is_ours(const char *token, apr_pool_t *pool)
{
    const char *name = ga2_header_canonical(token, pool);

    GA2_HOLDS(ga2_header_is_alias(token, name) && strcmp(ga2_header_canonical(name, pool), name) == 0);
    return strcmp(name, ours[0]) == 0 || strcmp(name, ours[1]) == 0;
}

/* The tokens that are not ours, joined as ga2_header_without_tokens joins them; *had says whether some are. */
static const char *others(int *had, const char *text, apr_pool_t *pool)
{
    char *out = apr_pcalloc(pool, 2 * strlen(text) + 1), *to = out;

    *had = 0;
    for (text += strspn(text, dividers); *text; text += strspn(text, dividers)) {
        apr_size_t len = strcspn(text, dividers);
        if (is_ours(apr_pstrmemdup(pool, text, len), pool)) {
            *had = 1;
        } else {
            to += apr_snprintf(to, 3, "%s", to == out ? "" : ", ");
            memcpy(to, text, len);
            to += len;
        }
        text += len;
    }
    return out;
}

static void strips(const char *text, apr_pool_t *pool)
{
    const char *rest = ga2_header_without_tokens(text, ours, pool), *expected;
    int had;

    expected = others(&had, text, pool);
    GA2_HOLDS((rest == text) == !had);
    if (had)
        GA2_HOLDS(rest ? strcmp(rest, expected) == 0 : !*expected);
    if (rest)
        GA2_HOLDS(!ga2_header_has_token(rest, ours[0]) && !ga2_header_has_token(rest, ours[1]));
}

GA2_FUZZ(input, pool)
{
    const char *text = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    apr_int64_t age = ga2_header_max_age(text), retry = ga2_header_retry_after(text);

    encodes(input, 0, pool);
    encodes(input, 1, pool);
    strips(text, pool);
    GA2_HOLDS(age >= -1 && age <= APR_INT64_C(2147483648));
    GA2_HOLDS(retry >= -1 && retry <= 86400);
    if (ga2_header_name_ok(text))
        GA2_HOLDS(ga2_header_is_plain(ga2_bytes_of(text), 1) && ga2_header_has_token(text, text));
}
