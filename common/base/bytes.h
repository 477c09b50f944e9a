/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_BYTES_H
#define GA2_BASE_BYTES_H
/* A run of bytes that somebody else owns: a pool, a mapped page, a string literal. data NULL means "none",
 * which is not the same as len 0. */
#include <apr_pools.h>

typedef struct ga2_bytes {
    const unsigned char *data;
    apr_size_t len;
} ga2_bytes_t;

#define GA2_NO_BYTES ((ga2_bytes_t){ NULL, 0 })

/* The bytes of a string, without its NUL. NULL gives no bytes. */
ga2_bytes_t ga2_bytes_of(const char *text);
/* The same bytes in pool p, with a NUL behind them that len does not count. */
ga2_bytes_t ga2_bytes_copy(ga2_bytes_t from, apr_pool_t *p);
/* Same length and same content. Not for secrets: see base/secret.h. */
int ga2_bytes_equal(ga2_bytes_t a, ga2_bytes_t b);
/* As a C string in p; NULL when there are none or when a NUL is among them. */
const char *ga2_bytes_text(ga2_bytes_t from, apr_pool_t *p);
#endif
