/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_DOCUMENTS_H
#define GA2_TESTS_FAKE_DOCUMENTS_H
/* Documents kept in memory, as all processes would see them, with single flight; may be told to fail, and what another
 * process did can be put there by hand. Many threads may use it at once. */
#include "http/documents.h"
#include <apr_tables.h>
#include <pthread.h>

typedef struct fake_documents {
    ga2_documents_t base;               /* give &fake->base to what is tested */
    apr_pool_t *p;
    pthread_mutex_t lock;
    apr_array_header_t *kept;           /* of fake_kept_t */
    int reads, writes, claims, releases; /* how often each was called */
    int taken;                          /* how many claims were given out */
    int fail_get, fail_put, fail_claim; /* 1: answers with STORE */
    const char *meanwhile;              /* a body that another process puts there just before the next claim; NULL */
} fake_documents_t;

typedef struct fake_kept {
    const char *url;
    ga2_document_t document;
    apr_time_t claimed_until;           /* 0: nobody is at it */
} fake_kept_t;

fake_documents_t *fake_documents_make(apr_pool_t *p);
/* What another process has fetched. */
void fake_documents_put(fake_documents_t *d, const char *url, const char *body, apr_time_t fresh_until);
/* What is kept: data NULL when nothing is. */
ga2_document_t fake_documents_get(fake_documents_t *d, const char *url);
/* Another process is at it until then; 0 ends that. */
void fake_documents_claim(fake_documents_t *d, const char *url, apr_time_t until);
/* Until when somebody is at it. */
apr_time_t fake_documents_claimed(fake_documents_t *d, const char *url);
#endif
