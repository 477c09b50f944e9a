/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FUZZ_H
#define GA2_TESTS_FUZZ_H
/* A fuzz target is one file: its first comment names the function under test and the invariant, its body is
 * GA2_FUZZ. Compiled twice: with replay.c, which feeds the files of corpus/<name>/, in `make check`; with libFuzzer
 * in `./dev fuzz NAME SECONDS`. A broken invariant aborts. */
#include <apr_general.h>
#include <apr_pools.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/bytes.h"

#define GA2_FUZZ(input, pool) \
    static void fuzz_one(ga2_bytes_t input, apr_pool_t *pool); \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) \
    { \
        static int up; \
        apr_pool_t *pool_; \
        if (!up) { apr_initialize(); up = 1; } \
        apr_pool_create(&pool_, NULL); \
        fuzz_one((ga2_bytes_t){ data, size }, pool_); \
        apr_pool_destroy(pool_); \
        return 0; \
    } \
    static void fuzz_one(ga2_bytes_t input, apr_pool_t *pool)

#define GA2_HOLDS(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: invariant broken: %s\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)
#endif
