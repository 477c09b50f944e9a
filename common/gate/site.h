/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_GATE_SITE_H
#define GA2_GATE_SITE_H
/* A server or virtual host: what all its locations share. Made while the configuration is read, then opened once in
 * every process; afterwards only its parts with locks of their own change. */
#include "oauth/cached.h"
#include "oauth/provider.h"
#include "session/cookie_jar.h"
#include "session/session.h"

enum { GA2_LETTER_MANAGED = 1,              /* a name that clients may not send can begin so, in either case */
       GA2_LETTER_C = 2 };                  /* Cookie and Connection do */

typedef struct ga2_site {
    const ga2_config_t *config;             /* the server's own lines */
    const apr_array_header_t *configs;      /* of const ga2_config_t *: these and every location's */
    ga2_cookie_jar_t jars[2];               /* [secure] */
    const char *cookies[8];                 /* every name in them; NULL ends them */
    const apr_array_header_t *providers;    /* of const ga2_provider_t *: every one that a location uses, each once */
    const char *scopes;                     /* every one that a location needs: what /oauth2authorize may ask for */
    apr_interval_time_t idle_least;         /* the shortest idle time of any location */
    const char *const *managed;             /* canonical names of headers that clients may not send; NULL ends them */
    unsigned char header_letters[256];      /* what a header's first byte says: of GA2_LETTER_… */
    unsigned char route_letters[256];       /* which bytes follow the "/" of a path of ours */
    const ga2_error_t *broken;              /* it could not be opened: every request to it is refused with this */
    const ga2_keyring_t *ring;              /* set by ga2_site_open, like all below */
    ga2_sessions_t sessions;
    const ga2_http_t *http;
    const ga2_documents_t *documents;
    const ga2_log_t *log;
} ga2_site_t;

/* `configs`: of const ga2_config_t *, the server's first, then every location's, merged and with its provider. */
ga2_site_t *ga2_site_make(const apr_array_header_t *configs, apr_pool_t *p);
/* Open the store and what sign-ins need, in this process. */
GA2_MUST_USE ga2_error_t *ga2_site_open(ga2_site_t *site, const ga2_keyring_t *ring, const ga2_log_t *log,
                                        apr_pool_t *p);
/* By id; NULL when no location of this site uses it. */
const ga2_provider_t *ga2_site_provider(const ga2_site_t *site, const unsigned char id[GA2_PROVIDER_ID_LEN]);

/* Is this request header one that clients may not send, in whatever spelling? */
int ga2_site_manages(const ga2_site_t *site, const char *header);
/* For the way of every request: a path that fails this is none of ours. */
static inline int ga2_site_may_route(const ga2_site_t *site, const char *path)
{
    return path[0] == '/' && site->route_letters[(unsigned char)path[1]];
}
#endif
