/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_HTTP_HANDLE_H
#define GA2_HTTP_HANDLE_H
/* libcurl's easy handles: one a thread, with the connections and TLS sessions that it keeps. For curl.c. */
#include "base/error.h"
#include <curl/curl.h>

/* libcurl for this process, counted; the last pool that goes closes every thread's handle. */
GA2_MUST_USE ga2_error_t *ga2_http_handles_start(apr_pool_t *p);
/* This thread's handle, without any option set. It stays the thread's own. */
GA2_MUST_USE ga2_error_t *ga2_http_handle(CURL **out, apr_pool_t *p);
#endif
