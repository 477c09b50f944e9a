/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_STORE_DOCUMENTS_H
#define GA2_STORE_DOCUMENTS_H
/* Documents of other servers, kept in a store: sealed, for 30 days after they were last confirmed. */
#include "crypto/keyring.h"
#include "http/documents.h"
#include "store/store.h"

/* Used by many threads at once; as long as p, the store and the ring live. What was sealed by keys that are gone, or
 * for another URL, counts as not kept. */
GA2_MUST_USE ga2_error_t *ga2_documents_make(const ga2_documents_t **out, ga2_store_t *s, const ga2_keyring_t *ring,
                                             apr_pool_t *p);

/* What is inside the seal: version 1 | private 1 | fetched 8 | fresh_until 8 | body, big-endian. */
ga2_bytes_t ga2_document_encode(const ga2_document_t *document, apr_pool_t *p);
/* 1, or 0 when it is not what ga2_document_encode makes. The body points into `plain`. */
int ga2_document_decode(ga2_document_t *out, ga2_bytes_t plain);
#endif
