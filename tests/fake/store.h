/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_STORE_H
#define GA2_TESTS_FAKE_STORE_H
/* A store around another one: it fails when it is told to, counts, and lets a test step in between. */
#include "store/driver.h"
#include <stdatomic.h>

enum { FAKE_GET = 1, FAKE_PUT = 2, FAKE_REMOVE = 4, FAKE_ALL = 7 };

typedef struct fake_store {
    ga2_store_t base;               /* first, so that this is a store */
    ga2_store_t *inner;
    atomic_int down;                /* of FAKE_…: these fail */
    atomic_int reads, writes, removals;
    unsigned char kind;             /* before_put looks at keys that begin so */
    void (*before_put)(void *baton);/* called once, with the hook taken off: what it does comes before that put */
    void *baton;
} fake_store_t;

/* Around a new memory store. */
fake_store_t *fake_store_make(apr_pool_t *p);
#endif
