/* SPDX-License-Identifier: Apache-2.0
 * ga2_url_parse: what parses, parses the same when it is put together again. ga2_url_is_return_path: what is accepted
 * stays on our host, in our own reading, in a browser's and after what proxies do to paths. The browser and the
 * proxies are models written for this file, so that they do not share the mistakes of what they judge. */
#include "fuzz.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

static const char our_host[] = "good.example";

/* WHATWG URL 4.4, as far as the host goes: where a browser on our page goes with this Location. NULL: to another
 * scheme or nowhere. */
static const char *browser_host(const char *location, apr_pool_t *pool)
{
    char *text = apr_pstrdup(pool, location), *end, *to, *host;

    while (*text && (unsigned char)*text <= ' ')
        text++;
    end = text + strlen(text);
    while (end > text && (unsigned char)end[-1] <= ' ')
        *--end = 0;
    to = text;
    for (const char *s = text; *s; s++)
        if (!strchr("\t\r\n", *s))
            *to++ = *s;
    *to = 0;
    for (char *s = text; *s && *s != '?' && *s != '#'; s++)
        if (*s == '\\')
            *s = '/';
    if (strcspn(text, ":") < strcspn(text, "/?#"))
        return NULL;
    if (text[0] != '/' || text[1] != '/')
        return our_host;
    text += strspn(text, "/");
    text[strcspn(text, "/?#")] = 0;
    host = strrchr(text, '@') ? strrchr(text, '@') + 1 : text;
    host[strcspn(host, ":")] = 0;
    return host;
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) % 16 : -1;
}

/* Every escape undone once. */
static const char *decoded(const char *path, apr_pool_t *pool)
{
    char *out = apr_pstrdup(pool, path), *to = out;

    for (const char *s = path; *s; s++) {
        if (*s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
            *to++ = (char)(hex(s[1]) * 16 + hex(s[2]));
            s += 2;
        } else {
            *to++ = *s;
        }
    }
    *to = 0;
    return out;
}

/* Without ";x=y" in any segment, as servlet containers read it. */
static const char *without_parameters(const char *path, apr_pool_t *pool)
{
    char *out = apr_pstrdup(pool, path), *to = out;
    int inside = 0;

    for (const char *s = path; *s; s++) {
        inside = *s == ';' || (inside && *s != '/');
        if (!inside)
            *to++ = *s;
    }
    *to = 0;
    return out;
}

/* RFC 3986 5.2.4 */
static const char *without_dots(const char *path, apr_pool_t *pool)
{
    char *out = apr_pcalloc(pool, strlen(path) + 2);
    apr_size_t len = 0;

    for (const char *s = path; *s;) {
        apr_size_t n = 1 + strcspn(s + 1, "/");
        int last = s[n] == 0;
        if (n == 2 && s[1] == '.') {
            if (last)
                out[len++] = '/';
        } else if (n == 3 && s[1] == '.' && s[2] == '.') {
            while (len && out[--len] != '/')
                ;
            if (last)
                out[len++] = '/';
        } else {
            memcpy(out + len, s, n);
            len += n;
        }
        s += n;
    }
    out[len] = 0;
    return out;
}

static void stays(const char *path, apr_pool_t *pool)
{
    const char *host = *path ? browser_host(path, pool) : our_host;

    GA2_HOLDS(host && strcmp(host, our_host) == 0);
}

/* Whatever a proxy sends the browser to after it tidied the path up. */
static void stays_behind_proxies(const char *path, apr_pool_t *pool)
{
    const char *plain = apr_pstrmemdup(pool, path, strcspn(path, "?"));

    for (int times = 0; times < 4; times++) {
        stays(plain, pool);
        stays(without_dots(plain, pool), pool);
        stays(without_parameters(plain, pool), pool);
        stays(without_dots(without_parameters(plain, pool), pool), pool);
        plain = decoded(plain, pool);
    }
}

static void as_return_path(const char *path, apr_pool_t *pool)
{
    ga2_url_t u;

    if (!ga2_url_is_return_path(path))
        return;
    GA2_HOLDS(path[0] == '/' && strlen(path) <= GA2_URL_RETURN_MAX);
    for (const char *s = path; *s; s++)
        GA2_HOLDS(*s > 0x20 && *s < 0x7f && *s != '\\' && *s != '#');
    GA2_HOLDS(ga2_url_parse(&u, apr_pstrcat(pool, "https://good.example", path, NULL), pool));
    GA2_HOLDS(strcmp(u.host, our_host) == 0 && u.port == 443 && !u.has_userinfo && !u.has_fragment);
    stays(path, pool);
    stays_behind_proxies(path, pool);
}

static int same(const ga2_url_t *a, const ga2_url_t *b)
{
    return ga2_url_same_origin(a, b) && strcmp(a->path, b->path) == 0
        && (a->query && b->query ? strcmp(a->query, b->query) == 0 : a->query == b->query);
}

static void as_url(const char *text, apr_pool_t *pool)
{
    ga2_url_t u, again;
    const char *written;

    if (!ga2_url_parse(&u, text, pool))
        return;
    GA2_HOLDS(u.host[0] && u.port >= 1 && u.port <= 65535 && u.path[0] == '/');
    GA2_HOLDS(strspn(u.host, "abcdefghijklmnopqrstuvwxyz0123456789-._:") == strlen(u.host));
    GA2_HOLDS(!strpbrk(u.path, "?#\\ ") && !(u.query && strpbrk(u.query, "#\\ ")));
    written = apr_pstrcat(pool, ga2_url_origin(&u, pool), u.path, u.query ? "?" : "", u.query, NULL);
    if (strlen(written) > GA2_URL_MAX)
        return;
    GA2_HOLDS(ga2_url_parse(&again, written, pool) && same(&u, &again));
    GA2_HOLDS(!again.has_fragment && !again.has_userinfo);
    written = ga2_url_add(written, "state", "a b&c=d#e/\xc3\xa4", pool);
    GA2_HOLDS(strlen(written) > GA2_URL_MAX || ga2_url_parse(&again, written, pool));
    GA2_HOLDS(ga2_url_same_origin(&u, &again) && strcmp(u.path, again.path) == 0 && !again.has_fragment);
}

GA2_FUZZ(input, pool)
{
    const char *text = apr_pstrmemdup(pool, (const char *)input.data, input.len);

    as_url(text, pool);
    as_return_path(text, pool);
    GA2_HOLDS(strcmp(decoded(ga2_url_encode(text, pool), pool), text) == 0);
}
