/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_STORE_DRIVER_H
#define GA2_STORE_DRIVER_H
/* What a backend implements. It moves opaque bytes; limits, expiry and the names of schemes in errors are store.c's.
 * To add one: copy memory.c, fill the struct, add a line to drivers.def; tests/unit/store/conformance_test.c then runs
 * on it. Nobody but store.c and the backends includes this header. */
#include "store/store.h"

typedef struct ga2_store_driver {
    const char *scheme;             /* "lmdb" of lmdb:/var/lib/goauth2/sessions */
    /* What is wrong with `rest`, the URL behind "scheme:", as far as can be seen without opening: NULL or the
     * sentence. */
    const char *(*wrong)(const char *rest, apr_pool_t *p);
    /* `wrong` had no objection. The store lives as long as p and is used by many threads at once. */
    ga2_error_t *(*open)(ga2_store_t **out, const char *rest, apr_pool_t *p);
    /* value.data NULL: no such key. Expired records may be returned: store.c looks at `expires`. */
    ga2_error_t *(*get)(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_pool_t *p);
    /* One atomic step. Writes only when the record's generation is `expected` (GA2_ABSENT: there is none, or it has
     * expired at `now`, and then no generation matches it; GA2_ANY: whatever). *generation is the new one, or 0 when
     * nothing was written. May use the occasion to remove a few records that have expired at `now`. */
    ga2_error_t *(*put)(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key, const ga2_write_t *write,
                        apr_pool_t *p);
    /* One atomic step; removing what is not there is success. With `expected` not GA2_ANY only that generation. */
    ga2_error_t *(*remove)(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected, apr_pool_t *p);
    /* Sets: a set holds members, each with its own expiry. Adding again renews the expiry. */
    ga2_error_t *(*set_add)(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_time_t expires, apr_time_t now,
                            apr_pool_t *p);
    ga2_error_t *(*set_remove)(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_pool_t *p);
    /* ga2_key_t elements, at most `limit`, none that has expired at `now`. */
    ga2_error_t *(*set_list)(apr_array_header_t *out, ga2_store_t *s, ga2_key_t set, apr_time_t now, int limit,
                             apr_pool_t *p);
    /* Remove up to `limit` records and members that have expired at `now`; *removed counts them. */
    ga2_error_t *(*sweep)(int *removed, ga2_store_t *s, apr_time_t now, int limit, apr_pool_t *p);
    ga2_error_t *(*ping)(ga2_store_t *s, apr_pool_t *p);
    /* The directory of its files, in `rest`. NULL: it keeps none. */
    const char *(*directory)(const char *rest, apr_pool_t *p);
} ga2_store_driver_t;

/* For put: whether what a backend found under the key is as the write expects it. */
static inline int ga2_write_fits(const ga2_write_t *write, int exists, apr_uint64_t generation, apr_time_t expires)
{
    if (write->expected == GA2_ANY)
        return 1;
    return (exists && expires > write->now ? generation : GA2_ABSENT) == write->expected;
}

struct ga2_store {                  /* first member of every backend's own struct */
    const ga2_store_driver_t *driver;
    const char *url;                /* as the administrator wrote it, without a password: for errors */
};
#endif
