/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_SECRET_H
#define GA2_BASE_SECRET_H
/* Bytes that nobody may print, compare with == or leave in memory: keys, tokens, client secrets, verifiers,
 * nonces. The type is opaque, so that none of those compiles. */
#include "base/bytes.h"

typedef struct ga2_secret ga2_secret_t;

/* Copy len bytes; they are wiped when p is cleared. NULL gives NULL. A NUL is kept behind them. */
ga2_secret_t *ga2_secret_make(const void *bytes, apr_size_t len, apr_pool_t *p);
ga2_secret_t *ga2_secret_of(const char *text, apr_pool_t *p);
/* Takes the same time whatever the bytes are; the length is not a secret. NULL equals nothing. */
int ga2_secret_equal(const ga2_secret_t *a, const ga2_secret_t *b);
/* Same rule for two plain runs of bytes of equal, public length. */
int ga2_same_bytes(const void *a, const void *b, apr_size_t len);
/* The bytes, for a crypto or HTTP call only. Review every use: grep ga2_secret_reveal. */
ga2_bytes_t ga2_secret_reveal(const ga2_secret_t *s);
/* The same as a C string, for what is text: a token, a client secret. NULL for NULL. */
const char *ga2_secret_reveal_text(const ga2_secret_t *s);
/* Overwrite a buffer of one's own, now. */
void ga2_wipe(void *bytes, apr_size_t len);
/* Overwrite len bytes at `bytes` when p is cleared. */
void ga2_wipe_with(apr_pool_t *p, void *bytes, apr_size_t len);
#endif
