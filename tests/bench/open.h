/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_BENCH_OPEN_H
#define GA2_TESTS_BENCH_OPEN_H
/* What the programs of tests/bench share: sessions in a store, as both hosts open them. */
#include "session/session.h"

/* Starts the libraries; the pool lives as long as the program. */
apr_pool_t *bench_start(int argc, const char *const *argv);
/* Ends the program with one sentence when there is an error. */
void bench_must(const ga2_error_t *err, apr_pool_t *p);
/* The key file is made when it is not there. */
ga2_sessions_t bench_open(const char *store_url, const char *key_file, apr_pool_t *p);
#endif
