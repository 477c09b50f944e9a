/* SPDX-License-Identifier: Apache-2.0
 * ga2_store_url_wrong, ga2_store_url_parse and ga2_store_url_shown. A URL without objection names a known store; what
 * is shown is printable and holds no password; options are known, given once and not empty, and joined again they and
 * the place are the text that was read; sizes are within their bounds. */
#include "fuzz.h"
#include "store/store.h"
#include "store/url.h"
#include <apr_strings.h>
#include <string.h>

static const char *const known[] = { "size", "timeout", "a", "b", "c", "d", "e", "f", "g", NULL };

/* The text again, as far as it says something: without empty options. */
static void check_parts(const ga2_store_url_t *url, const char *rest, apr_pool_t *p)
{
    const char *again = url->place, *at = rest + strlen(url->place);

    GA2_HOLDS(url->count <= GA2_STORE_OPTIONS_MAX && !strchr(url->place, '?'));
    GA2_HOLDS(strncmp(rest, url->place, strlen(url->place)) == 0 && (*at == '?' || !*at));
    for (int i = 0; i < url->count; i++) {
        again = apr_pstrcat(p, again, i ? "&" : "?", url->names[i], "=", url->values[i], NULL);
        GA2_HOLDS(*url->values[i] && ga2_store_url_option(url, url->names[i]) == url->values[i]);
    }
    GA2_HOLDS(strlen(again) <= strlen(rest));
    GA2_HOLDS(strstr(rest, "&&") || strstr(rest, "?&") || !*at || at[strlen(at) - 1] == '&' || !at[1]
              || strcmp(again, rest) == 0);
}

static void check_size(const char *text, apr_pool_t *p)
{
    apr_uint64_t size = 0;

    if (!ga2_store_size_parse(&size, text, 5, (apr_uint64_t)1 << 50, p))
        GA2_HOLDS(size >= 5 && size <= (apr_uint64_t)1 << 50);
}

static void check_shown(const char *url, apr_pool_t *p)
{
    const char *with = apr_pstrcat(p, "redis://user:pass", url, "word@host/", url, NULL);
    const char *shown = ga2_store_url_shown(url, p);

    for (const char *s = shown; *s; s++)
        GA2_HOLDS(*s >= 0x20 && *s < 0x7f);
    if (!strpbrk(url, "/?"))
        GA2_HOLDS(strncmp(ga2_store_url_shown(with, p), "redis://user:***@host/", 22) == 0);
}

GA2_FUZZ(input, pool)
{
    const char *text = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    const char *wrong = ga2_store_url_wrong(text, pool);
    ga2_store_url_t url;

    GA2_HOLDS(wrong || strcmp(text, "memory:") == 0 || strncmp(text, "lmdb:/", 6) == 0);
    if (!ga2_store_url_parse(&url, text, known, pool))
        check_parts(&url, text, pool);
    check_size(text, pool);
    check_shown(text, pool);
}
