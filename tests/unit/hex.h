/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_HEX_H
#define GA2_TESTS_HEX_H
/* Bytes as published test vectors write them. */
#include <apr_strings.h>
#include "base/bytes.h"
#include "codec/hex.h"

static inline const char *t_hex(const void *bytes, apr_size_t len, apr_pool_t *p)
{
    static const char digits[] = "0123456789abcdef";
    char *text = apr_pcalloc(p, 2 * len + 1);

    for (apr_size_t i = 0; i < len; i++) {
        text[2 * i] = digits[((const unsigned char *)bytes)[i] >> 4];
        text[2 * i + 1] = digits[((const unsigned char *)bytes)[i] & 15];
    }
    return text;
}

static inline ga2_bytes_t t_unhex(const char *text, apr_pool_t *p)
{
    apr_size_t len = strlen(text) / 2;
    unsigned char *bytes = apr_palloc(p, len + 1);

    for (apr_size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(ga2_hex_value(text[2 * i]) * 16 + ga2_hex_value(text[2 * i + 1]));
    return (ga2_bytes_t){ bytes, len };
}
#endif
