/* SPDX-License-Identifier: Apache-2.0
 * ga2_text_arguments. The values, each put in quotes again, split to the same values; and a model that first looks
 * for the end of a value and then undoes its backslashes, as httpd does, splits the line alike. */
#include "fuzz.h"
#include "base/text.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

/* Where the value that begins at s ends: at the closing quote, at a space, or with the line. */
static const char *end_of(const char *s, char quote)
{
    if (!quote) {
        while (*s && !apr_isspace(*s))
            s++;
        return s;
    }
    while (*s && *s != quote)
        s += *s == '\\' && (s[1] == quote || s[1] == '\\') ? 2 : 1;
    return s;
}

static const char *plain(const char *s, const char *end, char quote, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, (apr_size_t)(end - s) + 1), *to = out;

    for (; s < end; s++) {
        if (*s == '\\' && (s[1] == '\\' || (quote && s[1] == quote)))
            s++;
        *to++ = *s;
    }
    *to = 0;
    return out;
}

static void is_split_like_httpd(const apr_array_header_t *values, const char *s, apr_pool_t *pool)
{
    int i = 0;

    for (;; i++) {
        const char *end;
        char quote;
        while (apr_isspace(*s))
            s++;
        if (!*s)
            break;
        quote = *s == '"' || *s == '\'' ? *s++ : 0;
        end = end_of(s, quote);
        GA2_HOLDS(i < values->nelts);
        GA2_HOLDS(strcmp(APR_ARRAY_IDX(values, i, const char *), plain(s, end, quote, pool)) == 0);
        s = end + (quote && *end);
    }
    GA2_HOLDS(i == values->nelts);
}

static char *quoted(char *to, const char *value)
{
    *to++ = '"';
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            *to++ = '\\';
        *to++ = *value;
    }
    *to++ = '"';
    return to;
}

GA2_FUZZ(input, pool)
{
    const char *line = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    const apr_array_header_t *values = ga2_text_arguments(line, pool), *again;
    char *written = apr_palloc(pool, 4 * input.len + 4), *to = written;

    is_split_like_httpd(values, line, pool);
    for (int i = 0; i < values->nelts; i++) {
        to = quoted(to, APR_ARRAY_IDX(values, i, const char *));
        *to++ = ' ';
    }
    *to = 0;
    again = ga2_text_arguments(written, pool);
    GA2_HOLDS(again->nelts == values->nelts);
    for (int i = 0; i < values->nelts; i++)
        GA2_HOLDS(strcmp(APR_ARRAY_IDX(values, i, const char *), APR_ARRAY_IDX(again, i, const char *)) == 0);
}
