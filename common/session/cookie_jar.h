/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_COOKIE_JAR_H
#define GA2_SESSION_COOKIE_JAR_H
/* Our three cookies at a browser: the session, the binding of sign-ins to this browser, and a return address too long
 * for `state`. All are HttpOnly; over https they are Secure and have the prefix __Host- (with a domain: __Secure-),
 * RFC 6265bis 4.1.3. */
#include "base/error.h"
#include "config/config.h"
#include "session/record.h"

typedef struct ga2_cookie_jar {
    const char *session, *binding, *returning;      /* names */
    const char *ours[4];                            /* the same, for codec/cookie.h; NULL ends them */
    int secure;
    const char *domain;                             /* of the session's cookie; NULL: this host alone */
    ga2_samesite_t samesite;                        /* of the session's cookie; the others are Lax */
} ga2_cookie_jar_t;

void ga2_cookie_jar_make(ga2_cookie_jar_t *out, const ga2_config_t *c, int secure, apr_pool_t *p);

/* The value of a cookie: NULL when it is absent, or there more than once with different values (RFC 6265bis 8.6:
 * another host may have set one of them). Points into p or the header. */
ga2_bytes_t ga2_cookie_value(const char *header, const char *name);

/* Session cookie: version 1 | id 16 | secret 32, base64url. 1 when the text is one; allocates nothing. */
int ga2_session_cookie_read(ga2_session_t *s, ga2_bytes_t value);
const char *ga2_session_cookie_write(const ga2_session_t *s, apr_pool_t *p);

/* The binding: 32 random bytes that only this browser knows, and how often it has finished a sign-in in the last
 * minute. */
typedef struct ga2_binding {
    unsigned char secret[32];
    int rounds;
    apr_time_t since;
} ga2_binding_t;
int ga2_binding_read(ga2_binding_t *out, ga2_bytes_t value);
const char *ga2_binding_write(const ga2_binding_t *b, apr_pool_t *p);

/* Set-Cookie header values. A session's cookie goes with the browser's session; max_age of 0 is "no Max-Age". */
const char *ga2_set_session_cookie(const ga2_cookie_jar_t *jar, const char *value, apr_pool_t *p);
const char *ga2_set_binding_cookie(const ga2_cookie_jar_t *jar, const char *value, apr_pool_t *p);
const char *ga2_set_return_cookie(const ga2_cookie_jar_t *jar, const char *value, apr_interval_time_t max_age,
                                  apr_pool_t *p);
const char *ga2_clear_session_cookie(const ga2_cookie_jar_t *jar, apr_pool_t *p);
const char *ga2_clear_return_cookie(const ga2_cookie_jar_t *jar, apr_pool_t *p);
#endif
