/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_URL_H
#define GA2_CODEC_URL_H
/* Absolute http and https URLs (RFC 3986), and the guard for return addresses. */
#include "base/bytes.h"

typedef struct ga2_url {
    const char *scheme;         /* "http" or "https" */
    const char *host;           /* lower case, without [ ] around an IPv6 address */
    int port;                   /* as written, or the scheme's own */
    const char *path;           /* "/" at least; still encoded */
    const char *query;          /* without "?"; NULL: none */
    int has_fragment, has_userinfo;
} ga2_url_t;

enum { GA2_URL_MAX = 8192,                         /* longer ones do not parse */
       GA2_URL_RETURN_MAX = GA2_URL_MAX - 512 };    /* longer ones are no return path; any origin fits before one */

/* 1, or 0 when it is not a well-formed absolute http(s) URL: bytes outside printable ASCII, spaces, backslashes,
 * an empty or malformed host, a port outside 1…65535. */
int ga2_url_parse(ga2_url_t *out, const char *url, apr_pool_t *p);
/* "localhost", 127.0.0.0/8 or ::1, as written: no look-up. */
int ga2_url_host_is_loopback(const char *host);
/* https, or http to a loopback host. */
int ga2_url_is_safe(const ga2_url_t *url);
/* "https://host[:port]", without the scheme's own port, IPv6 in brackets. */
const char *ga2_url_origin(const ga2_url_t *url, apr_pool_t *p);
/* The same scheme, host and port. */
int ga2_url_same_origin(const ga2_url_t *a, const ga2_url_t *b);

/* Percent-encode everything outside RFC 3986's unreserved characters. */
const char *ga2_url_encode(const char *text, apr_pool_t *p);
/* Append a query that is encoded already, or one "name=value" that is not yet, to a URL that may have a query
 * already; before a fragment. */
const char *ga2_url_add_query(const char *url, const char *query, apr_pool_t *p);
const char *ga2_url_add(const char *url, const char *name, const char *value, apr_pool_t *p);

/* May a browser be sent to this path and query of our own site after sign-in? It begins with one "/"; it has no
 * byte outside printable ASCII, no backslash, no "#"; neither its first two segments nor anything before them can be
 * read by a browser or a proxy as another host: "//", "/\", "/%2f", "/%5c", "/.//", "/%2e//" and their like are out. */
int ga2_url_is_return_path(const char *path);
#endif
