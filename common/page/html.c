/* SPDX-License-Identifier: Apache-2.0
 * The built-in page: one card in the middle, the system's fonts and colours, light or dark as the
 * visitor's system is. */
#include "page/page.h"
#include "codec/base64.h"
#include "codec/html.h"
#include "crypto/digest.h"
#include <apr_strings.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--text:#1c2330;--soft:#5b6472;--line:#dfe3ea;"
    "--accent:#1f5fbf;--on:#fff}"
    "@media(prefers-color-scheme:dark){:root{--bg:#14171c;--card:#1e232b;--text:#e8ebf0;--soft:#a2abba;--line:#323a46;"
    "--accent:#8ab4f8;--on:#10141a}}"
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--bg);"
    "color:var(--text);font:1rem/1.55 system-ui,sans-serif}"
    "main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:14px;"
    "padding:2rem}"
    "h1{margin:0 0 .75rem;font-size:1.35rem;line-height:1.3}"
    "p{margin:0 0 1rem;overflow-wrap:anywhere}"
    "a.go,button{display:inline-block;border:0;border-radius:9px;padding:.65rem 1.15rem;background:var(--accent);"
    "color:var(--on);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}"
    "a.go:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:3px}"
    "footer{margin-top:1.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}";

static const char *add(const char *html, const char *before, const char *text, const char *after, apr_pool_t *p)
{
    return text ? apr_pstrcat(p, html, before, ga2_html_escape(text, p), after, NULL) : html;
}

static const char *form(const char *html, const ga2_page_t *page, apr_pool_t *p)
{
    if (!page->action)
        return html;
    html = add(html, "<form method=\"post\" action=\"", page->action, "\">", p);
    html = add(html, "<input type=\"hidden\" name=\"xsrf\" value=\"", page->xsrf, "\">", p);
    return add(html, "<button type=\"submit\">", page->button, "</button></form>\n", p);
}

static const char *footer(const char *html, const ga2_page_t *page, apr_pool_t *p)
{
    if (!page->code && !page->reference)
        return html;
    html = apr_pstrcat(p, html, "<footer>", NULL);
    html = add(html, "Code ", page->code, "", p);
    html = add(html, page->code ? " &middot; Reference " : "Reference ", page->reference, "", p);
    return apr_pstrcat(p, html, "</footer>\n", NULL);
}

const char *ga2_page_html(const ga2_page_t *page, const char **style_hash, apr_pool_t *p)
{
    unsigned char digest[GA2_SHA256_LEN];
    const char *html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

    ga2_sha256(digest, ga2_bytes_of(style));
    *style_hash = apr_pstrcat(p, "'sha256-", ga2_base64((ga2_bytes_t){ digest, sizeof digest }, p), "'", NULL);
    html = add(html, "<title>", page->title, "</title>\n<style>", p);
    html = apr_pstrcat(p, html, style, "</style>\n</head>\n<body>\n<main>\n", NULL);
    html = add(html, "<h1>", page->title, "</h1>\n", p);
    html = add(html, "<p>", page->text, "</p>\n", p);
    html = add(html, "<p>", page->message, "</p>\n", p);
    html = form(html, page, p);
    if (page->link) {
        html = add(html, "<p><a class=\"go\" href=\"", page->link, "\">", p);
        html = add(html, "", page->link_text, "</a></p>\n", p);
    }
    html = footer(html, page, p);
    return apr_pstrcat(p, html, "</main>\n</body>\n</html>\n", NULL);
}

/* The value of {{name}}; NULL: no such name. */
static const char *value_of(const ga2_page_t *page, const char *name, apr_size_t len)
{
    const struct { const char *name, *value; } all[] = {
        { "title", page->title }, { "text", page->text }, { "message", page->message }, { "code", page->code },
        { "reference", page->reference }, { "again", page->link } };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strlen(all[i].name) == len && !memcmp(all[i].name, name, len))
            return all[i].value ? all[i].value : "";
    return NULL;
}

const char *ga2_page_fill(const char *html, const ga2_page_t *page, apr_pool_t *p)
{
    apr_array_header_t *parts = apr_array_make(p, 16, sizeof(const char *));

    for (const char *open; (open = strstr(html, "{{")) != NULL;) {
        const char *close = strstr(open, "}}");
        const char *value = close ? value_of(page, open + 2, (apr_size_t)(close - open) - 2) : NULL;
        apr_size_t kept = (apr_size_t)(open - html) + (value ? 0 : 2);
        APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(p, html, kept);
        if (value)
            APR_ARRAY_PUSH(parts, const char *) = ga2_html_escape(value, p);
        html = value ? close + 2 : open + 2;
    }
    APR_ARRAY_PUSH(parts, const char *) = html;
    return apr_array_pstrcat(p, parts, 0);
}
