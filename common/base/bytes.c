/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include <apr_strings.h>
#include <string.h>

ga2_bytes_t ga2_bytes_of(const char *text)
{
    if (!text)
        return GA2_NO_BYTES;
    return (ga2_bytes_t){ (const unsigned char *)text, strlen(text) };
}

ga2_bytes_t ga2_bytes_copy(ga2_bytes_t from, apr_pool_t *p)
{
    if (!from.data)
        return GA2_NO_BYTES;
    return (ga2_bytes_t){ (unsigned char *)apr_pstrmemdup(p, (const char *)from.data, from.len), from.len };
}

int ga2_bytes_equal(ga2_bytes_t a, ga2_bytes_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

const char *ga2_bytes_text(ga2_bytes_t from, apr_pool_t *p)
{
    if (!from.data || (from.len && memchr(from.data, 0, from.len)))
        return NULL;
    return apr_pstrmemdup(p, (const char *)from.data, from.len);
}
