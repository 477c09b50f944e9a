/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_ERROR_H
#define GA2_BASE_ERROR_H
/* Errors are values: a code, a sentence, what caused it, and where. NULL means success.
 * Absent is not an error, and an error is never taken for absent. Whoever gets an error returns it or answers
 * for it; nobody logs and returns. The host logs the chain once; the visitor reads only the text of the code. */
#include <apr_pools.h>
#include <stdarg.h>

typedef enum {
#define GA2_ERROR(name, http_status, retry, text) GA2_E_##name,
#include "base/errors.def"
    GA2_E_COUNT
} ga2_code_t;

typedef struct ga2_error ga2_error_t;
struct ga2_error {
    ga2_code_t code;            /* decides status and page text: base/errors.def */
    const char *message;        /* for the log and the administrator; never holds a secret */
    const ga2_error_t *cause;   /* what went wrong underneath, or NULL */
    const char *where;          /* "common/store/lmdb.c:120" */
};

#define GA2_MUST_USE __attribute__((warn_unused_result))

/* Make an error in pool p, wrapping cause (may be NULL). The rest is a printf format and its values. */
#define ga2_fail(p, code, cause, ...) \
    ga2_error_make(p, GA2_WHERE, GA2_E_##code, cause, __VA_ARGS__)
GA2_MUST_USE ga2_error_t *ga2_error_make(apr_pool_t *p, const char *where, ga2_code_t code,
    const ga2_error_t *cause, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Return from this function if expr failed. Safe anywhere: whatever was opened belongs to a pool. */
#define GA2_TRY(expr) \
    do { ga2_error_t *try_ = (expr); if (try_) return try_; } while (0)

/* "TOKEN_REFUSED: … (oauth/token.c:88) <- HTTP_LOST: … (http/curl.c:140)", for the log; control bytes escaped. */
const char *ga2_error_chain(const ga2_error_t *err, apr_pool_t *p);
/* The sentences alone, outermost first, joined by ": ", for a person at a terminal or in httpd's configuration
 * error. */
const char *ga2_error_sentence(const ga2_error_t *err, apr_pool_t *p);
/* The code's own: name ("STORE"), text for the visitor, HTTP status, whether trying again may help. */
const char *ga2_error_name(ga2_code_t code);
const char *ga2_error_text(ga2_code_t code);
int ga2_error_http_status(ga2_code_t code);
int ga2_error_may_retry(ga2_code_t code);
/* Whether the chain holds this code anywhere. */
int ga2_error_has(const ga2_error_t *err, ga2_code_t code);

#define GA2_STR2(x) #x
#define GA2_STR(x) GA2_STR2(x)
#define GA2_WHERE __FILE__ ":" GA2_STR(__LINE__)
#endif
