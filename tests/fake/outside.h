/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_OUTSIDE_H
#define GA2_TESTS_FAKE_OUTSIDE_H
/* Everything outside of a sign-in, scripted: the network, what is kept, the log, the time. */
#include "documents.h"
#include "http.h"
#include "oauth/cached.h"

typedef struct fake_outside {
    ga2_log_t log;                      /* counts */
    int warnings;
    fake_http_t *http;
    fake_documents_t *documents;
    ga2_outside_t outside;              /* outside.now is set by the test */
} fake_outside_t;

enum { FAKE_NOW = 1800000000 };         /* in seconds */

static inline void fake_warn(const ga2_log_t *self, const char *text, apr_pool_t *p)
{
    (void)text, (void)p;
    __atomic_add_fetch(&((fake_outside_t *)self)->warnings, 1, __ATOMIC_SEQ_CST);
}

static inline fake_outside_t *fake_outside_make(apr_pool_t *p)
{
    fake_outside_t *o = apr_pcalloc(p, sizeof(*o));

    o->log.warn = fake_warn;
    o->http = fake_http_make(p);
    o->documents = fake_documents_make(p);
    o->outside = (ga2_outside_t){ &o->http->base, &o->documents->base, &o->log, apr_time_from_sec(FAKE_NOW), NULL };
    return o;
}
#endif
