/* SPDX-License-Identifier: Apache-2.0
 * Rules between settings, looked at once, at start. */
#include "config/config.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

static const char *session_times(const ga2_config_t *c, apr_pool_t *p)
{
    (void)p;
    if (c->session_idle > c->session_max)
        return "GOAuth2SessionIdle is longer than GOAuth2SessionMax, so it would never end a session; make it shorter";
    if (c->sign_in_timeout > apr_time_from_sec(3600))
        return "GOAuth2SignInTimeout must be at most 1h: until then the address of a sign-in can be used";
    return NULL;
}

static const char *http_timeout(const ga2_config_t *c, apr_pool_t *p)
{
    (void)p;
    if (c->http_timeout > apr_time_from_sec(120))
        return "GOAuth2HTTPTimeout must be at most 2min: a request of a browser waits for it";
    return NULL;
}

/* RFC 6265bis 5.7: SameSite=None needs Secure; a browser ignores the cookie otherwise. */
static const char *cookie(const ga2_config_t *c, apr_pool_t *p)
{
    (void)p;
    if (c->cookie_samesite == GA2_SAMESITE_NONE && c->base_url && !strncmp(c->base_url, "http:", 5))
        return "GOAuth2CookieSameSite None needs https; browsers would drop the cookie of GOAuth2BaseURL http://…";
    return NULL;
}

static const char *routes(const ga2_config_t *c, apr_pool_t *p)
{
    const struct { const char *name, *path; } all[] = {
        { "GOAuth2CallbackPath", c->callback_path }, { "GOAuth2AuthorizePath", c->authorize_path },
        { "GOAuth2LogoutPath", c->logout_path }, { "GOAuth2UserinfoPath", c->userinfo_path } };

    if (!c->callback_path)
        return "GOAuth2CallbackPath must not be off: without it no sign-in can end";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t k = 0; k < i; k++)
            if (all[i].path && all[k].path && !strcmp(all[i].path, all[k].path))
                return apr_psprintf(p, "%s and %s are the same path; give each its own", all[k].name, all[i].name);
    return NULL;
}

static const char *base_url(const ga2_config_t *c, apr_pool_t *p)
{
    ga2_url_t url;

    if (c->base_url && ga2_url_parse(&url, c->base_url, p) && !ga2_url_is_safe(&url))
        return "GOAuth2BaseURL must begin with https:// (http:// is for this machine: localhost, 127.0.0.1, [::1])";
    return NULL;
}

const char *ga2_config_check(const ga2_config_t *c, apr_pool_t *p)
{
    static const char *(*const rules[])(const ga2_config_t *, apr_pool_t *) =
        { session_times, http_timeout, cookie, routes, base_url };
    const char *wrong = NULL;

    for (size_t i = 0; !wrong && i < sizeof rules / sizeof *rules; i++)
        wrong = rules[i](c, p);
    return wrong;
}
