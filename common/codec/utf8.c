/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/utf8.h"

enum { LENGTH_MAX = 4 };

/* The length that a first byte announces; 0 for a byte that cannot be first. */
static apr_size_t announced(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0)
        return 0;
    if (first < 0xe0)
        return 2;
    if (first < 0xf0)
        return 3;
    return first < 0xf8 ? 4 : 0;
}

apr_size_t ga2_utf8_read(apr_uint32_t *character, const unsigned char *text, apr_size_t len)
{
    static const apr_uint32_t least[LENGTH_MAX + 1] = { 0, 0, 0x80, 0x800, 0x10000 };
    apr_size_t n = len ? announced(text[0]) : 0;
    apr_uint32_t c;

    if (n == 0 || n > len)
        return 0;
    c = n == 1 ? text[0] : text[0] & (0x7fu >> n);
    for (apr_size_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (text[i] & 0x3fu);
    }
    /* RFC 3629 3: the shortest form only, and no halves of UTF-16 pairs. */
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *character = c;
    return n;
}

apr_size_t ga2_utf8_write(char out[4], apr_uint32_t character)
{
    static const unsigned char mark[LENGTH_MAX + 1] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    apr_size_t n = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;

    for (apr_size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    out[0] = (char)(mark[n] | character);
    return n;
}
