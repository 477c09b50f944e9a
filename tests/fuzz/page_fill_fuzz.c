/* SPDX-License-Identifier: Apache-2.0
 * ga2_page_fill and ga2_page_html: no value adds markup, whatever it holds. The input is an own page and the parts'
 * values, divided by NUL. */
#include <string.h>
#include "fuzz.h"
#include "crypto/context.h"
#include "page/page.h"
#include <apr_strings.h>

static int count(const char *text, const char *of)
{
    int n = 0;

    for (; (text = strpbrk(text, of)) != NULL; text++)
        n++;
    return n;
}

/* The next part; NULL when there is none. */
static const char *next(ga2_bytes_t *rest, apr_pool_t *p)
{
    const char *text;

    if (!rest->len)
        return NULL;
    text = apr_pstrmemdup(p, (const char *)rest->data, rest->len);
    rest->data += strlen(text) + (strlen(text) < rest->len);
    rest->len -= strlen(text) + (strlen(text) < rest->len);
    return text;
}

static const char *plain(const char *text) { return text ? "x" : NULL; }

GA2_FUZZ(input, pool)
{
    const char *html = next(&input, pool);
    ga2_page_t page = { .title = next(&input, pool), .text = next(&input, pool), .message = next(&input, pool) };
    ga2_page_t tame, empty = { .title = NULL };
    const char *filled, *hash;

    page.code = next(&input, pool);
    page.reference = next(&input, pool);
    page.link = page.link_text = next(&input, pool);
    page.action = page.xsrf = page.button = next(&input, pool);
    html = html ? html : "";
    filled = ga2_page_fill(html, &page, pool);
    GA2_HOLDS(count(filled, "<>\"'") == count(html, "<>\"'"));
    filled = ga2_page_fill(html, &empty, pool);
    GA2_HOLDS(strlen(filled) <= strlen(html));
    GA2_HOLDS(strstr(html, "{{") || !strcmp(filled, html));

    tame = (ga2_page_t){ plain(page.title),     plain(page.text),  plain(page.message),   plain(page.code),
                         plain(page.reference), plain(page.link),  plain(page.link_text), plain(page.action),
                         plain(page.xsrf),      plain(page.button) };
    ga2_crypto_start(pool);
    GA2_HOLDS(count(ga2_page_html(&page, &hash, pool), "<>\"'") == count(ga2_page_html(&tame, &hash, pool), "<>\"'"));
}
