/* SPDX-License-Identifier: Apache-2.0 */
#include "http/client.h"
#include "base/text.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

/* "https://user:password@host/path?query#fragment" is shown as "https://host/path". */
const char *ga2_http_url_shown(const char *url, apr_pool_t *p)
{
    const char *slashes = strstr(url, "//");
    const char *host = slashes ? slashes + 2 : url;
    const char *at = memchr(host, '@', strcspn(host, "/?#"));
    const char *scheme = apr_pstrmemdup(p, url, (apr_size_t)(host - url));

    host = at ? at + 1 : host;
    return ga2_text_printable(apr_pstrcat(p, scheme, apr_pstrmemdup(p, host, strcspn(host, "?#")), NULL), p);
}

static ga2_error_t *check_url(const char *text, apr_pool_t *p)
{
    ga2_url_t url;

    if (!ga2_url_parse(&url, text, p))
        return ga2_fail(p, CONFIG, NULL, "%s is not an absolute http or https URL",
                        ga2_http_url_shown(text, p));
    if (url.has_userinfo || url.has_fragment)
        return ga2_fail(p, CONFIG, NULL, "%s: a URL for requests has neither a user nor a #fragment",
                        ga2_http_url_shown(text, p));
    if (!ga2_url_is_safe(&url))
        return ga2_fail(p, CONFIG, NULL, "%s must begin with https:", ga2_http_url_shown(text, p));
    return NULL;
}

/* RFC 6750 2.1 allows less; what matters is that a token cannot end its header line. */
static int fits_in_header(const char *text)
{
    for (; text && *text; text++)
        if (*text <= 0x20 || *text >= 0x7f)
            return 0;
    return 1;
}

ga2_error_t *ga2_http_send(ga2_http_reply_t *out, const ga2_http_t *http, const ga2_http_request_t *request,
                           apr_pool_t *p)
{
    memset(out, 0, sizeof(*out));
    GA2_TRY(check_url(request->url, p));
    if (!fits_in_header(ga2_secret_reveal_text(request->bearer)))
        return ga2_fail(p, CONFIG, NULL, "the token for %s has bytes that no header may hold",
                        ga2_http_url_shown(request->url, p));
    return http->send(out, http, request, p);
}
