/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_HTTP_CLIENT_H
#define GA2_HTTP_CLIENT_H
/* Requests to providers. One request, one reply in memory, within limits of time and size; no redirect is followed,
 * no cookie kept, no proxy or .netrc taken from the environment, nothing decompressed, nothing retried (but a GET
 * whose kept connection turns out to be dead). */
#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include <apr_time.h>

typedef struct ga2_http_settings {      /* one provider's; fields of zero mean the default in the comment */
    const char *ca_file;                /* PEM bundle to trust instead of the system's */
    const char *proxy;                  /* "http://host:port"; NULL: none, whatever the environment says */
    apr_interval_time_t timeout;        /* for the whole request: 10 s */
    apr_interval_time_t connect_timeout;/* 3 s, never above timeout */
} ga2_http_settings_t;

/* Told at least about once a second while a request waits, in the thread that sends it; must not take long. */
typedef struct ga2_waiting ga2_waiting_t;
struct ga2_waiting {
    void (*tick)(ga2_waiting_t *self);
};

static inline void ga2_waiting_tick(ga2_waiting_t *waiting)
{
    if (waiting)
        waiting->tick(waiting);
}

typedef struct ga2_http_request {
    const char *url;                    /* https, or http to a loopback host; anything else is refused (CONFIG) */
    const ga2_http_settings_t *settings;
    const char *accept;                 /* NULL: application/json */
    const ga2_secret_t *bearer;         /* Authorization: Bearer */
    const char *basic_user;             /* Authorization: Basic, already encoded as RFC 6749 2.3.1 wants */
    const ga2_secret_t *basic_password;
    const ga2_secret_t *form;           /* a POST with this urlencoded body; NULL: GET */
    apr_size_t limit;                   /* of the body: 1 MiB when 0 */
    int private_ok;                     /* may the address be loopback, private or link-local? Only where the
                                           administrator named the host, or the issuer itself is at such an address. */
    ga2_waiting_t *waiting;             /* NULL: nobody needs to know */
} ga2_http_request_t;

typedef struct ga2_http_reply {
    int status;
    const char *content_type;           /* lower case, without parameters; "" when there was none */
    ga2_bytes_t body;                   /* a NUL behind it */
    apr_int64_t max_age;                /* seconds of Cache-Control; -1: not said */
    apr_int64_t retry_after;            /* seconds; -1: not said */
    const char *www_authenticate;       /* NULL: none */
    int peer_is_private;                /* the address that answered is loopback, private or link-local */
} ga2_http_reply_t;

/* How requests leave: the real one is ga2_http_curl(); tests have scripted ones. */
typedef struct ga2_http ga2_http_t;
struct ga2_http {
    ga2_error_t *(*send)(ga2_http_reply_t *out, const ga2_http_t *self, const ga2_http_request_t *request,
                         apr_pool_t *p);
};

/* Any complete reply is success, whatever its status. HTTP_UNREACHABLE: nothing of the request was sent, so it may be
 * tried again later. HTTP_LOST: it may have been received, but no complete reply came back. HTTP_ANSWER: the reply
 * breaks a limit. The error names the URL without its query and the reason; never a header or a body. */
GA2_MUST_USE ga2_error_t *ga2_http_send(ga2_http_reply_t *out, const ga2_http_t *http,
                                        const ga2_http_request_t *request, apr_pool_t *p);

/* The URL for a log or an error: without its query, fragment and user, printable. */
const char *ga2_http_url_shown(const char *url, apr_pool_t *p);

/* libcurl; connections are kept per thread. Needs ga2_http_curl_start once, before threads; it also has SIGPIPE
 * ignored. Undone with p, when no other thread is inside. A process that forks may have started before or after: the
 * child opens connections of its own. */
GA2_MUST_USE ga2_error_t *ga2_http_curl_start(apr_pool_t *p);
const ga2_http_t *ga2_http_curl(void);
#endif
