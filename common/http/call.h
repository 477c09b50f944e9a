/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_HTTP_CALL_H
#define GA2_HTTP_CALL_H
/* One request on its way through libcurl: what it is told, and what it asks while it works. For curl.c. */
#include "http/client.h"
#include "http/reply.h"
#include <curl/curl.h>
#include <sys/socket.h>

typedef struct ga2_http_call {
    const ga2_http_request_t *request;
    const char *url;                    /* as errors show it */
    int plain;                          /* http: the address has to be loopback */
    int proxied;                        /* addresses that libcurl sees are the proxy's */
    ga2_http_arrival_t arrival;
    struct curl_slist *headers;
    int sendings;                       /* how often the request was about to be sent */
    int address_refused, again_refused; /* why a callback stopped it */
    char error[CURL_ERROR_SIZE];        /* libcurl's sentence */
    apr_pool_t *p;
} ga2_http_call_t;

/* CONFIG, or HTTP_UNREACHABLE for an address in numbers that may not be asked. */
GA2_MUST_USE ga2_error_t *ga2_http_call_make(ga2_http_call_t **out, const ga2_http_request_t *request, apr_pool_t *p);
/* Set every option of a handle that has none. Afterwards it points into the call, until it is reset.
 * 0: this libcurl lacks an option that a rule needs. */
int ga2_http_call_set(CURL *easy, ga2_http_call_t *call);
#endif
