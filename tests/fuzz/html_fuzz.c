/* SPDX-License-Identifier: Apache-2.0
 * ga2_html_escape gives valid UTF-8 without a character that could end text or an attribute, and undone it is the
 * text again. ga2_json_escape gives plain ASCII that, in quotes, is the JSON string of that text. */
#include "fuzz.h"
#include "codec/html.h"
#include "codec/json.h"
#include "codec/utf8.h"
#include <apr_strings.h>
#include <string.h>

/* The text with U+FFFD for each byte that is not UTF-8; without control characters when `visible`. */
static const char *repaired(const char *text, int visible, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, 3 * strlen(text) + 1), *to = out;

    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        apr_uint32_t c = 0xfffd;
        apr_size_t n = ga2_utf8_read(&c, s, strlen((const char *)s));
        s += n ? n : 1;
        if (visible && c != '\n' && c != '\t' && (c < 0x20 || (c > 0x7e && c < 0xa0)))
            continue;
        to += ga2_utf8_write(to, c);
    }
    *to = 0;
    return out;
}

static const char *unescaped(const char *html, apr_pool_t *pool)
{
    static const struct { const char *entity; char means; } entities[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' },
    };
    char *out = apr_palloc(pool, strlen(html) + 1), *to = out;

    while (*html) {
        apr_size_t taken = 0;
        for (apr_size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
            if (strncmp(html, entities[i].entity, strlen(entities[i].entity)) != 0)
                continue;
            taken = strlen(entities[i].entity);
            *to++ = entities[i].means;
        }
        GA2_HOLDS(taken || *html != '&');
        if (!taken)
            *to++ = *html;
        html += taken ? taken : 1;
    }
    *to = 0;
    return out;
}

GA2_FUZZ(input, pool)
{
    const char *text = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    const char *html = ga2_html_escape(text, pool), *json = ga2_json_escape(text, pool);
    const ga2_json_t *parsed;

    GA2_HOLDS(!strpbrk(html, "<>\"'"));
    GA2_HOLDS(strcmp(unescaped(html, pool), repaired(text, 1, pool)) == 0);
    for (const char *s = json; *s; s++)
        GA2_HOLDS(*s >= 0x20 && *s < 0x7f && *s != '<' && *s != '>' && *s != '&');
    GA2_HOLDS(!ga2_json_parse(&parsed, ga2_bytes_of(apr_pstrcat(pool, "\"", json, "\"", NULL)), pool));
    GA2_HOLDS(strcmp(ga2_json_text(parsed), repaired(text, 0, pool)) == 0);
}
