/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/base64.h"
#include <string.h>

/* What a character stands for, as a table that the compiler computes; NONE has the one bit that no value has. */
#define NONE 0x80
#define VALUE(c, c62, c63) \
    (unsigned char)((c) >= 'A' && (c) <= 'Z' ? (c) - 'A' : (c) >= 'a' && (c) <= 'z' ? (c) - 'a' + 26 : \
        (c) >= '0' && (c) <= '9' ? (c) - '0' + 52 : (c) == (c62) ? 62 : (c) == (c63) ? 63 : NONE)
#define VALUES_4(c, x, y) VALUE(c, x, y), VALUE((c) + 1, x, y), VALUE((c) + 2, x, y), VALUE((c) + 3, x, y)
#define VALUES_16(c, x, y) VALUES_4(c, x, y), VALUES_4((c) + 4, x, y), VALUES_4((c) + 8, x, y), VALUES_4((c) + 12, x, y)
#define VALUES_64(c, x, y) \
    VALUES_16(c, x, y), VALUES_16((c) + 16, x, y), VALUES_16((c) + 32, x, y), VALUES_16((c) + 48, x, y)
#define TABLE(x, y) { VALUES_64(0, x, y), VALUES_64(64, x, y), VALUES_64(128, x, y), VALUES_64(192, x, y) }

#define COMMON "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

typedef struct alphabet { char character[65]; unsigned char value[256]; } alphabet_t;

static const alphabet_t url_alphabet = { COMMON "-_", TABLE('-', '_') };
static const alphabet_t standard_alphabet = { COMMON "+/", TABLE('+', '/') };

/* Without padding; returns the place behind the last character. */
static char *write_text(char *to, const unsigned char *from, apr_size_t len, const alphabet_t *a)
{
    for (; len >= 3; len -= 3, from += 3) {
        *to++ = a->character[from[0] >> 2];
        *to++ = a->character[(from[0] & 3) << 4 | from[1] >> 4];
        *to++ = a->character[(from[1] & 15) << 2 | from[2] >> 6];
        *to++ = a->character[from[2] & 63];
    }
    if (len == 0)
        return to;
    *to++ = a->character[from[0] >> 2];
    if (len == 1) {
        *to++ = a->character[(from[0] & 3) << 4];
        return to;
    }
    *to++ = a->character[(from[0] & 3) << 4 | from[1] >> 4];
    *to++ = a->character[(from[1] & 15) << 2];
    return to;
}

/* The last one or two bytes, of two or three characters. */
static unsigned read_tail(unsigned char *to, const unsigned char *from, apr_size_t len, const unsigned char *value)
{
    unsigned a, b, c;

    if (len == 0)
        return 0;
    if (len == 1)
        return NONE;
    a = value[from[0]];
    b = value[from[1]];
    c = len == 3 ? value[from[2]] : 0;
    to[0] = (unsigned char)(a << 2 | b >> 4);
    if (len == 3)
        to[1] = (unsigned char)(b << 4 | c >> 2);
    /* RFC 4648 3.5: bits that belong to no byte are zero, or one value would have several spellings. */
    if (len == 2 ? b & 15 : c & 3)
        return NONE;
    return a | b | c;
}

/* Without padding. 1, or 0 when the text is not canonical. */
static int read_text(unsigned char *to, const unsigned char *from, apr_size_t len, const alphabet_t *alphabet)
{
    const unsigned char *value = alphabet->value;
    unsigned seen = 0;

    for (; len >= 4; len -= 4, from += 4) {
        unsigned a = value[from[0]], b = value[from[1]], c = value[from[2]], d = value[from[3]];
        seen |= a | b | c | d;
        *to++ = (unsigned char)(a << 2 | b >> 4);
        *to++ = (unsigned char)(b << 4 | c >> 2);
        *to++ = (unsigned char)(c << 6 | d);
    }
    seen |= read_tail(to, from, len, value);
    return !(seen & NONE);
}

void ga2_base64url_write(char *out, const void *bytes, apr_size_t len)
{
    (void)write_text(out, bytes, len, &url_alphabet);
}

const char *ga2_base64url(ga2_bytes_t bytes, apr_pool_t *p)
{
    char *out = apr_palloc(p, GA2_BASE64URL_LEN(bytes.len) + 1);

    *write_text(out, bytes.data, bytes.len, &url_alphabet) = 0;
    return out;
}

int ga2_base64url_read(unsigned char *out, apr_size_t *out_len, const char *text, apr_size_t len)
{
    int ok = read_text(out, (const unsigned char *)text, len, &url_alphabet);

    *out_len = ok ? len / 4 * 3 + len % 4 * 3 / 4 : 0;
    return ok;
}

int ga2_base64url_decode(ga2_bytes_t *out, const char *text, apr_size_t len, apr_pool_t *p)
{
    unsigned char *bytes = apr_palloc(p, len / 4 * 3 + 3);

    *out = GA2_NO_BYTES;
    if (!ga2_base64url_read(bytes, &out->len, text, len))
        return 0;
    bytes[out->len] = 0;
    out->data = bytes;
    return 1;
}

const char *ga2_base64(ga2_bytes_t bytes, apr_pool_t *p)
{
    char *out = apr_palloc(p, bytes.len / 3 * 4 + 5);
    char *end = write_text(out, bytes.data, bytes.len, &standard_alphabet);

    while ((end - out) % 4)
        *end++ = '=';
    *end = 0;
    return out;
}

static const char *without_space(const char *text, apr_size_t *len, apr_pool_t *p)
{
    char *out = apr_palloc(p, *len + 1), *to = out;

    for (apr_size_t i = 0; i < *len; i++)
        if (!memchr(" \t\r\n", text[i], 4))
            *to++ = text[i];
    *len = (apr_size_t)(to - out);
    return out;
}

int ga2_base64_decode(ga2_bytes_t *out, const char *text, apr_size_t len, int loose, apr_pool_t *p)
{
    unsigned char *bytes;
    apr_size_t padding = 0;

    *out = GA2_NO_BYTES;
    if (loose)
        text = without_space(text, &len, p);
    if (len % 4)
        return 0;
    while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
        padding++;
    len -= padding;
    bytes = apr_palloc(p, len / 4 * 3 + 3);
    if (!read_text(bytes, (const unsigned char *)text, len, &standard_alphabet))
        return 0;
    *out = (ga2_bytes_t){ bytes, len / 4 * 3 + len % 4 * 3 / 4 };
    bytes[out->len] = 0;
    return 1;
}
