/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_LOG_H
#define GA2_BASE_LOG_H
/* Where a host writes what happened beside the answer: something failed and the request went on. Everything else is an
 * error value or a decision, which the host logs itself, once. */
#include "base/error.h"

typedef struct ga2_log ga2_log_t;
struct ga2_log {
    void (*warn)(const ga2_log_t *self, const char *text, apr_pool_t *p);
};

/* "what: chain of err". A NULL log says nothing. */
void ga2_log_error(const ga2_log_t *log, const char *what, const ga2_error_t *err, apr_pool_t *p);
#endif
