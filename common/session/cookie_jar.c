/* SPDX-License-Identifier: Apache-2.0 */
#include "session/cookie_jar.h"
#include "codec/base64.h"
#include "codec/cookie.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { COOKIE_VERSION = 1, COOKIE_BYTES = 1 + GA2_SESSION_ID + GA2_SESSION_SECRET,
       COOKIE_TEXT = GA2_BASE64URL_LEN(COOKIE_BYTES), BINDING_TEXT = GA2_BASE64URL_LEN(32), NUMBER_MAX = 18 };

void ga2_cookie_jar_make(ga2_cookie_jar_t *out, const ga2_config_t *c, int secure, apr_pool_t *p)
{
    const char *prefix = secure ? "__Host-" : "";

    *out = (ga2_cookie_jar_t){ .secure = secure, .domain = c->cookie_domain, .samesite = c->cookie_samesite };
    out->session = apr_pstrcat(p, c->cookie_domain && secure ? "__Secure-" : prefix, c->cookie_name, NULL);
    out->binding = apr_pstrcat(p, prefix, c->cookie_name, "-bind", NULL);
    out->returning = apr_pstrcat(p, prefix, c->cookie_name, "-return", NULL);
    out->ours[0] = out->session;
    out->ours[1] = out->binding;
    out->ours[2] = out->returning;
}

ga2_bytes_t ga2_cookie_value(const char *header, const char *name)
{
    ga2_bytes_t values[GA2_COOKIE_VALUES_MAX];
    int n = header ? ga2_cookie_find(values, header, name) : 0;

    if (n == 0 || n > GA2_COOKIE_VALUES_MAX)
        return GA2_NO_BYTES;
    for (int i = 1; i < n; i++)
        if (!ga2_bytes_equal(values[0], values[i]))
            return GA2_NO_BYTES;
    return values[0];
}

int ga2_session_cookie_read(ga2_session_t *s, ga2_bytes_t value)
{
    unsigned char bytes[COOKIE_BYTES];
    apr_size_t len;

    if (value.len != COOKIE_TEXT || !ga2_base64url_read(bytes, &len, (const char *)value.data, value.len))
        return 0;
    if (bytes[0] != COOKIE_VERSION)
        return 0;
    memcpy(s->id, bytes + 1, sizeof s->id);
    memcpy(s->secret, bytes + 1 + sizeof s->id, sizeof s->secret);
    return 1;
}

const char *ga2_session_cookie_write(const ga2_session_t *s, apr_pool_t *p)
{
    unsigned char bytes[COOKIE_BYTES] = { COOKIE_VERSION };

    memcpy(bytes + 1, s->id, sizeof s->id);
    memcpy(bytes + 1 + sizeof s->id, s->secret, sizeof s->secret);
    return ga2_base64url((ga2_bytes_t){ bytes, sizeof bytes }, p);
}

/* ".N": digits up to the next dot or the end. */
static int number(apr_int64_t *out, const char **at, const char *end)
{
    const char *s = *at;

    if (s == end || *s++ != '.')
        return 0;
    for (*out = 0; s < end && apr_isdigit(*s) && s - *at <= NUMBER_MAX; s++)
        *out = *out * 10 + (*s - '0');
    if (s == *at + 1)
        return 0;
    *at = s;
    return 1;
}

int ga2_binding_read(ga2_binding_t *out, ga2_bytes_t value)
{
    const char *at, *end;
    apr_int64_t rounds = 0, since = 0;
    apr_size_t len;

    if (value.len < BINDING_TEXT || !ga2_base64url_read(out->secret, &len, (const char *)value.data, BINDING_TEXT))
        return 0;
    at = (const char *)value.data + BINDING_TEXT;
    end = (const char *)value.data + value.len;
    if (at != end && (!number(&rounds, &at, end) || !number(&since, &at, end) || at != end))
        return 0;
    out->rounds = rounds > 1000 ? 1000 : (int)rounds;
    out->since = apr_time_from_sec(since < APR_INT64_MAX / APR_USEC_PER_SEC ? since : 0);
    return 1;
}

const char *ga2_binding_write(const ga2_binding_t *b, apr_pool_t *p)
{
    const char *secret = ga2_base64url((ga2_bytes_t){ b->secret, sizeof b->secret }, p);

    if (!b->rounds)
        return secret;
    return apr_psprintf(p, "%s.%d.%" APR_INT64_T_FMT, secret, b->rounds, apr_time_sec(b->since));
}

static const char *const samesite_words[] = { [GA2_SAMESITE_LAX] = "Lax", [GA2_SAMESITE_STRICT] = "Strict",
                                              [GA2_SAMESITE_NONE] = "None" };

static const char *set(const ga2_cookie_jar_t *jar, const char *name, const char *value, const char *more,
                       apr_pool_t *p)
{
    return apr_pstrcat(p, name, "=", value, "; Path=/; HttpOnly", jar->secure ? "; Secure" : "", more, NULL);
}

static const char *session_attributes(const ga2_cookie_jar_t *jar, const char *more, apr_pool_t *p)
{
    return apr_pstrcat(p, "; SameSite=", samesite_words[jar->samesite], jar->domain ? "; Domain=" : "",
                       jar->domain ? jar->domain : "", more, NULL);
}

const char *ga2_set_session_cookie(const ga2_cookie_jar_t *jar, const char *value, apr_pool_t *p)
{
    return set(jar, jar->session, value, session_attributes(jar, "", p), p);
}

const char *ga2_clear_session_cookie(const ga2_cookie_jar_t *jar, apr_pool_t *p)
{
    return set(jar, jar->session, "", session_attributes(jar, "; Max-Age=0", p), p);
}

const char *ga2_set_binding_cookie(const ga2_cookie_jar_t *jar, const char *value, apr_pool_t *p)
{
    return set(jar, jar->binding, value, "; SameSite=Lax", p);
}

const char *ga2_set_return_cookie(const ga2_cookie_jar_t *jar, const char *value, apr_interval_time_t max_age,
                                  apr_pool_t *p)
{
    return set(jar, jar->returning, value,
               apr_psprintf(p, "; SameSite=Lax; Max-Age=%" APR_INT64_T_FMT, apr_time_sec(max_age)), p);
}

const char *ga2_clear_return_cookie(const ga2_cookie_jar_t *jar, apr_pool_t *p)
{
    return set(jar, jar->returning, "", "; SameSite=Lax; Max-Age=0", p);
}
