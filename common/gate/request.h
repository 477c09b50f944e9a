/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_GATE_REQUEST_H
#define GA2_GATE_REQUEST_H
/* One request as a host saw it. Hosts fill it; the gate only reads. */
#include "base/bytes.h"
#include "base/error.h"

typedef struct ga2_request ga2_request_t;
struct ga2_request {
    const char *method;             /* as sent: "GET" */
    const char *path;               /* as the server matched it against its locations: decoded, normalised */
    const char *target;             /* path and query as sent, for coming back; begins with "/" */
    const char *query;              /* without "?"; NULL: none */
    const char *cookies;            /* the Cookie header as sent; NULL: none */
    int secure;                     /* browsers see https */
    int loopback;                   /* browsers see a host that is this machine */
    int inner;                      /* a sub-request or an error page: it gets a status, never a redirect */
    /* "https://www.example.com": what browsers see, from the configuration and the connection, never from the
     * request. */
    const char *(*origin)(const ga2_request_t *r);
    /* A header by name; NULL: absent. */
    const char *(*header)(const ga2_request_t *r, const char *name);
    /* The body, at most `limit` bytes (BAD_REQUEST beyond). */
    ga2_error_t *(*body)(ga2_bytes_t *out, const ga2_request_t *r, apr_size_t limit, apr_pool_t *p);
    void *host;                     /* the host's own */
};
#endif
