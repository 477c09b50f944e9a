/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_HTTP_DOCUMENTS_H
#define GA2_HTTP_DOCUMENTS_H
/* Documents of other servers (a provider's metadata, its keys), kept where every process sees them and where they
 * outlive a restart. Who keeps them is behind this interface; see store/documents.c. */
#include "base/bytes.h"
#include "base/error.h"
#include <apr_time.h>

typedef struct ga2_document {
    ga2_bytes_t body;               /* data NULL: none is kept */
    apr_time_t fetched;             /* when this body was last confirmed */
    apr_time_t fresh_until;         /* afterwards it is still good, while the server does not answer */
    int private_peer;               /* it came from a loopback, private or link-local address */
} ga2_document_t;

typedef struct ga2_documents ga2_documents_t;
struct ga2_documents {
    ga2_error_t *(*get)(ga2_document_t *out, const ga2_documents_t *self, const char *url, apr_pool_t *p);
    ga2_error_t *(*put)(const ga2_documents_t *self, const char *url, const ga2_document_t *document, apr_pool_t *p);
    /* Single flight: *mine is 1 for exactly one caller of all processes, until `until` or release. */
    ga2_error_t *(*claim)(int *mine, const ga2_documents_t *self, const char *url, apr_time_t now, apr_time_t until,
                          apr_pool_t *p);
    /* Hold a claim of this thread until then. *mine is 0 when it has been lost. */
    ga2_error_t *(*extend)(int *mine, const ga2_documents_t *self, const char *url, apr_time_t now, apr_time_t until,
                           apr_pool_t *p);
    ga2_error_t *(*release)(const ga2_documents_t *self, const char *url, apr_pool_t *p);
};
#endif
