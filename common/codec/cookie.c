/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/cookie.h"
#include <string.h>

/* What stands between two dividers, without the space around it. */
typedef struct piece {
    const char *start, *end;
    const char *semicolon;      /* the next one, or the header's end: looked for once */
} piece_t;

static int is_space(char c) { return c == ' ' || c == '\t'; }

/* The divider that ends the piece: a ";", the end, or a "," that a space follows, as hosts join headers. */
static const char *divider(const piece_t *piece)
{
    const char *s = piece->start;

    while ((s = memchr(s, ',', (apr_size_t)(piece->semicolon - s))))
        if (*++s == ' ')
            return s - 1;
    return piece->semicolon;
}

/* The piece that begins at `at`; returns the divider behind it. */
static const char *take_piece(piece_t *piece, const char *at)
{
    const char *stop;

    if (!piece->semicolon || at > piece->semicolon)
        piece->semicolon = strchrnul(at, ';');
    piece->start = at;
    piece->end = stop = divider(piece);
    while (is_space(*piece->start))
        piece->start++;
    while (piece->end > piece->start && is_space(piece->end[-1]))
        piece->end--;
    return stop;
}

/* The place behind "name=", or NULL when the piece begins otherwise. */
static const char *value_of(const piece_t *piece, const char *name)
{
    apr_size_t len;

    if (*piece->start != *name)         /* most differ here */
        return NULL;
    len = strlen(name);
    if ((apr_size_t)(piece->end - piece->start) <= len || piece->start[len] != '=')
        return NULL;
    return memcmp(piece->start, name, len) == 0 ? piece->start + len + 1 : NULL;
}

int ga2_cookie_find(ga2_bytes_t values[GA2_COOKIE_VALUES_MAX], const char *header, const char *name)
{
    const char *stop, *value;
    piece_t piece = { NULL, NULL, NULL };
    int found = 0;

    for (const char *at = header; at; at = *stop ? stop + 1 : NULL) {
        stop = take_piece(&piece, at);
        value = value_of(&piece, name);
        if (!value)
            continue;
        /* A neighbouring site may set a cookie of its own whose value reads "1, our-name=…", past the browser's
         * rules for our name's prefix. So what stands behind a comma is seen, but never believed. */
        if (found < GA2_COOKIE_VALUES_MAX)
            values[found] = at != header && at[-1] == ',' ? GA2_NO_BYTES
                : (ga2_bytes_t){ (const unsigned char *)value, (apr_size_t)(piece.end - value) };
        found++;
    }
    return found;
}

static int is_one_of(const piece_t *piece, const char *const *names)
{
    for (; *names; names++)
        if (value_of(piece, *names))
            return 1;
    return 0;
}

const char *ga2_cookie_strip(const char *header, const char *const *names, apr_pool_t *p)
{
    char *out = apr_palloc(p, (header ? strlen(header) : 0) + 1), *to = out;
    const char *stop, *from;
    piece_t piece = { NULL, NULL, NULL };
    int dropped = 0;

    for (const char *at = header; at; at = *stop ? stop + 1 : NULL) {
        stop = take_piece(&piece, at);
        if (is_one_of(&piece, names)) {
            dropped = 1;
            continue;
        }
        if (piece.start == piece.end)
            continue;
        from = to == out ? piece.start : at - 1;        /* as it was, with the divider before it */
        memcpy(to, from, (apr_size_t)(stop - from));
        to += stop - from;
    }
    *to = 0;
    if (!dropped)
        return header;
    return to == out ? NULL : out;
}
