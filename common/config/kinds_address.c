/* SPDX-License-Identifier: Apache-2.0
 * Kinds that name a place: URLs, paths of the site, files, stores. */
#include "config/kinds.h"
#include "base/text.h"
#include "codec/url.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

/* RFC 6749 3.1, 3.2 and OpenID Connect Core 3.1.2.1 ask for TLS; a loopback host never leaves the machine. */
static const char *safe_url(ga2_url_t *url, const char *text, apr_pool_t *p)
{
    if (!ga2_url_parse(url, text, p) || url->has_fragment || url->has_userinfo)
        return "must be a URL such as https://provider.example/path";
    if (!ga2_url_is_safe(url))
        return "must begin with https:// (http:// is for a provider on this machine: localhost, 127.0.0.1, [::1])";
    return NULL;
}

const char *ga2_parse_URL(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    ga2_url_t url;
    const char *wrong = safe_url(&url, GA2_WORD(0), p);

    if (!wrong)
        *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return wrong;
}

/* OpenID Connect Discovery 4.1: an issuer has neither query nor fragment. */
const char *ga2_parse_ISSUER(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    ga2_url_t url;
    const char *wrong = safe_url(&url, GA2_WORD(0), p);

    if (!wrong && url.query)
        wrong = "must be an issuer URL without a query, such as https://accounts.example.com";
    if (!wrong)
        *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return wrong;
}

const char *ga2_parse_PROXY(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    ga2_url_t url;

    if (!ga2_url_parse(&url, GA2_WORD(0), p) || strcmp(url.path, "/") || url.query || url.has_fragment
        || url.has_userinfo)
        return "must be http://HOST:PORT";
    *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return NULL;
}

const char *ga2_parse_ORIGIN(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    ga2_url_t url;

    if (!ga2_url_parse(&url, GA2_WORD(0), p) || strcmp(url.path, "/") || url.query || url.has_fragment
        || url.has_userinfo)
        return "must be scheme, host and port alone, such as https://www.example.com";
    *(const char **)field = ga2_url_origin(&url, p);
    return NULL;
}

const char *ga2_parse_ADDRESS(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    ga2_url_t url;

    if (!ga2_url_is_return_path(GA2_WORD(0)) && (!ga2_url_parse(&url, GA2_WORD(0), p) || url.has_userinfo))
        return "must be a path of this site, such as /goodbye, or a URL";
    *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return NULL;
}

const char *ga2_parse_ROUTE(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *path = GA2_WORD(0);

    if (ga2_text_same_nocase(path, "off")) {
        *(const char **)field = NULL;
        return NULL;
    }
    if (!path[0] || !path[1] || !ga2_url_is_return_path(path) || path[strcspn(path, "?%;")])
        return "must be a path of this site, such as /oauth2callback, or off";
    *(const char **)field = apr_pstrdup(p, path);
    return NULL;
}

const char *ga2_parse_DOMAIN(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *domain = GA2_WORD(0);
    int dots = 0;

    for (const char *s = domain; *s; s++) {
        if (!apr_isalnum(*s) && *s != '-' && *s != '.')
            return "must be a domain such as example.com";
        dots += *s == '.';
    }
    if (!dots || *domain == '.' || domain[strlen(domain) - 1] == '.' || strstr(domain, ".."))
        return "must be a domain such as example.com";
    *(const char **)field = apr_pstrdup(p, domain);
    return NULL;
}

const char *ga2_parse_FILE(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    if (*GA2_WORD(0) != '/')
        return "must be an absolute path";
    *(const char **)field = apr_pstrdup(p, GA2_WORD(0));
    return NULL;
}

/* The scheme is looked at when the store is opened; config/ does not know the backends. */
const char *ga2_parse_STORE(void *field, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *url = GA2_WORD(0), *colon = strchr(url, ':');

    if (!colon || colon == url)
        return "must be a store such as lmdb:" GA2_STATE_DIR "/sessions";
    *(const char **)field = apr_pstrdup(p, url);
    return NULL;
}
