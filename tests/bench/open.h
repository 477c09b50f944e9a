/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_BENCH_OPEN_H
#define GA2_TESTS_BENCH_OPEN_H
/* What the programs of tests/bench share: sessions in a store, opened as both hosts open them. */
#include "crypto/context.h"
#include "session/session.h"
#include <apr_general.h>
#include <stdio.h>
#include <stdlib.h>

static inline int bench_no_memory(int status)
{
    (void)status;
    abort();
}

/* The pool lives as long as the program. */
static inline apr_pool_t *bench_start(int argc, const char *const *argv)
{
    apr_pool_t *p;

    if (apr_app_initialize(&argc, &argv, NULL) != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS)
        abort();
    apr_pool_abort_set(bench_no_memory, p);
    ga2_crypto_start(p);
    return p;
}

static inline void bench_must(const ga2_error_t *err, apr_pool_t *p)
{
    if (!err)
        return;
    fprintf(stderr, "%s\n", ga2_error_chain(err, p));
    exit(1);
}

/* The key file is made when it is not there. */
static inline ga2_sessions_t bench_open(const char *store_url, const char *key_file, apr_pool_t *p)
{
    ga2_sessions_t in = { .idle = apr_time_from_sec(8 * 3600), .max = apr_time_from_sec(7 * 86400) };

    bench_must(ga2_keyring_ensure(key_file, (uid_t)-1, (gid_t)-1, apr_time_now(), p), p);
    bench_must(ga2_keyring_load(&in.ring, key_file, p), p);
    bench_must(ga2_store_open(&in.store, store_url, p), p);
    return in;
}
#endif
