/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_STORE_STORE_H
#define GA2_STORE_STORE_H
/* Where sessions, used attempts, leases and documents are kept: records with a key, a generation and an end.
 * A store does not know what it holds. Values are sealed by whoever writes them. Every error is STORE: a store that
 * cannot answer has said nothing, least of all "absent". */
#include "base/bytes.h"
#include "base/error.h"
#include <apr_tables.h>
#include <apr_time.h>

enum { GA2_STORE_KEY_MAX = 64, GA2_STORE_VALUE_MAX = 1 << 20 };
#define GA2_ABSENT ((apr_uint64_t)0)            /* expected: no live record */
#define GA2_ANY    (~(apr_uint64_t)0)           /* expected: whatever is there */

typedef ga2_bytes_t ga2_key_t;                  /* 1 … GA2_STORE_KEY_MAX bytes; the first says what kind it is */

typedef struct ga2_record {
    ga2_bytes_t value;                          /* data NULL: absent. In the caller's pool. */
    apr_uint64_t generation;                    /* grows with every write of this key; never GA2_ABSENT or GA2_ANY */
    apr_time_t expires;
} ga2_record_t;

typedef struct ga2_write {
    ga2_bytes_t value;                          /* at most GA2_STORE_VALUE_MAX */
    apr_time_t expires;                         /* at this moment the record is absent */
    apr_uint64_t expected;                      /* GA2_ANY, GA2_ABSENT or a generation that was read */
    apr_time_t now;
} ga2_write_t;

typedef struct ga2_store ga2_store_t;

/* "lmdb:/dir" or "memory:". Whether a URL names a known store, without opening it: NULL or the sentence. */
const char *ga2_store_url_wrong(const char *url, apr_pool_t *p);
/* The directory that the store keeps its files in; NULL: it has none, or the URL is wrong. */
const char *ga2_store_directory(const char *url, apr_pool_t *p);
/* Open for this process and its threads; closed when p goes. Not to be carried across fork. */
GA2_MUST_USE ga2_error_t *ga2_store_open(ga2_store_t **out, const char *url, apr_pool_t *p);
/* A record that has expired at `now` is absent. */
GA2_MUST_USE ga2_error_t *ga2_store_get(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_time_t now,
                                        apr_pool_t *p);
/* *generation is the record's new one, or 0 when it was not as expected and nothing was written. */
GA2_MUST_USE ga2_error_t *ga2_store_put(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key,
                                        const ga2_write_t *write, apr_pool_t *p);
/* Removing what is not there is success; *removed (may be NULL) says which. */
GA2_MUST_USE ga2_error_t *ga2_store_remove(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected,
                                           apr_pool_t *p);

GA2_MUST_USE ga2_error_t *ga2_store_set_add(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_time_t expires,
                                            apr_time_t now, apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_store_set_remove(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_pool_t *p);
/* Makes an array of ga2_key_t. */
GA2_MUST_USE ga2_error_t *ga2_store_set_list(apr_array_header_t **out, ga2_store_t *s, ga2_key_t set, apr_time_t now,
                                             int limit, apr_pool_t *p);

GA2_MUST_USE ga2_error_t *ga2_store_sweep(int *removed, ga2_store_t *s, apr_time_t now, int limit, apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_store_ping(ga2_store_t *s, apr_pool_t *p);

/* A lease: the right to do one thing, for one owner of all processes and machines, until a moment.
 * Whoever holds it past its end has lost it. */
typedef struct ga2_lease {
    ga2_key_t key;
    unsigned char owner[16];                    /* random, made by ga2_lease_take */
    apr_uint64_t generation;
    int taken;                                  /* it is ours now */
    apr_time_t until;                           /* taken: ours. Not taken: the holder's. */
    int paused;                                 /* not taken: nobody is at it; it is kept closed until then */
} ga2_lease_t;
/* Success also when somebody else has it: lease->taken says which. */
GA2_MUST_USE ga2_error_t *ga2_lease_take(ga2_lease_t *lease, ga2_store_t *s, ga2_key_t key, apr_time_t now,
                                         apr_time_t until, apr_pool_t *p);
/* Hold it until then. lease->taken is 0 when it has been lost. */
GA2_MUST_USE ga2_error_t *ga2_lease_renew(ga2_lease_t *lease, ga2_store_t *s, apr_time_t now, apr_time_t until,
                                          apr_pool_t *p);
/* Give it back, or, with `until` ahead of now, leave it taken until then so that nobody tries before: a pause after a
 * failure. Nothing happens when it has been lost. */
GA2_MUST_USE ga2_error_t *ga2_lease_end(const ga2_lease_t *lease, ga2_store_t *s, apr_time_t now, apr_time_t until,
                                        apr_pool_t *p);
#endif
