/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/html.h"
#include "codec/utf8.h"
#include <apr_strings.h>
#include <string.h>

enum { REPLACEMENT = 0xfffd };

/* Text under construction. Each escape runs twice: first without a buffer, to learn the length. */
typedef struct out { char *buffer; apr_size_t len; } out_t;
typedef void (*escape_t)(out_t *out, apr_uint32_t character);

static void put(out_t *out, const char *text, apr_size_t len)
{
    if (out->buffer)
        memcpy(out->buffer + out->len, text, len);
    out->len += len;
}

static void run(out_t *out, const char *text, escape_t escape)
{
    const unsigned char *s = (const unsigned char *)text;

    while (*s) {
        apr_uint32_t character = REPLACEMENT;
        apr_size_t n = ga2_utf8_read(&character, s, 4);    /* the NUL stops it earlier */
        escape(out, character);
        s += n ? n : 1;
    }
}

static const char *escaped(const char *text, escape_t escape, apr_pool_t *p)
{
    out_t out = { NULL, 0 };

    if (!text)
        return "";
    run(&out, text, escape);
    out = (out_t){ apr_palloc(p, out.len + 1), 0 };
    run(&out, text, escape);
    out.buffer[out.len] = 0;
    return out.buffer;
}

static int is_control(apr_uint32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

static void html_character(out_t *out, apr_uint32_t c)
{
    char bytes[4];

    switch (c) {
    case '&': put(out, "&amp;", 5); return;
    case '<': put(out, "&lt;", 4); return;
    case '>': put(out, "&gt;", 4); return;
    case '"': put(out, "&quot;", 6); return;
    case '\'': put(out, "&#39;", 5); return;
    default: break;
    }
    if (is_control(c) && c != '\n' && c != '\t')
        return;
    put(out, bytes, ga2_utf8_write(bytes, c));
}

const char *ga2_html_escape(const char *text, apr_pool_t *p)
{
    return escaped(text, html_character, p);
}

static void json_unit(out_t *out, apr_uint32_t unit)
{
    char text[8];

    put(out, text, (apr_size_t)apr_snprintf(text, sizeof(text), "\\u%04x", (unsigned)unit));
}

static void json_character(out_t *out, apr_uint32_t c)
{
    char byte = (char)c;

    if (c > 0xffff) {           /* RFC 8259 7: as a pair of UTF-16 surrogates */
        json_unit(out, 0xd800 + ((c - 0x10000) >> 10));
        json_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
        return;
    }
    if (c < 0x20 || c >= 0x7f || c == '<' || c == '>' || c == '&') {
        json_unit(out, c);
        return;
    }
    if (c == '"' || c == '\\')
        put(out, "\\", 1);
    put(out, &byte, 1);
}

const char *ga2_json_escape(const char *text, apr_pool_t *p)
{
    return escaped(text, json_character, p);
}
