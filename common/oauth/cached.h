/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_CACHED_H
#define GA2_OAUTH_CACHED_H
/* A document of the provider (its metadata, its keys), parsed once and kept three ways: the parsed value in this
 * process, the text where all processes see it and where it outlives a restart (http/documents.h), and the server.
 *
 * Fresh is used at once. Stale is renewed by one caller of all processes while the others go on with what they have;
 * when the server does not answer, stale stays good. With nothing at hand, one caller fetches and the others wait. */
#include "base/error.h"
#include "base/log.h"
#include "http/client.h"
#include "http/documents.h"

typedef struct ga2_cached ga2_cached_t;

/* The outside, as a sign-in needs it. */
typedef struct ga2_outside {
    const ga2_http_t *http;
    const ga2_documents_t *documents;
    const ga2_log_t *log;
    apr_time_t now;
    ga2_waiting_t *waiting;             /* told while a request, or another one's, is waited for; NULL: nobody is */
} ga2_outside_t;

/* What to get, and how to read it. */
typedef struct ga2_wanted {
    const char *url;
    const ga2_http_settings_t *http;
    int private_ok;
    apr_size_t limit;
    /* Read a body into a value that lives in p. A body that does not parse counts as no answer. */
    ga2_error_t *(*parse)(const void **out, const ga2_document_t *document, const void *baton, apr_pool_t *p);
    const void *baton;
} ga2_wanted_t;

/* One for each document, made at start; safe for threads, and in a forked child as long as the parent had none. */
ga2_cached_t *ga2_cached_make(apr_pool_t *p);
/* The value stays valid as long as p. PROVIDER_DOWN: nothing is kept and the server does not answer; PROVIDER_BAD: what
 * it answers cannot be used. */
GA2_MUST_USE ga2_error_t *ga2_cached_get(const void **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                                         const ga2_outside_t *outside, apr_pool_t *p);
/* The same, but ask the server although what is kept is fresh: a key that the set does not have was named. At most once
 * a minute for all processes; otherwise *out is what is kept. */
GA2_MUST_USE ga2_error_t *ga2_cached_renew(const void **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                                           const ga2_outside_t *outside, apr_pool_t *p);
#endif
