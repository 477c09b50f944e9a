/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_T_H
#define GA2_TESTS_T_H
/* cmocka, with a pool for each test. A file lists its cases and ends in T_MAIN:
 *
 *     static void refuses_padding(void **state) { apr_pool_t *p = *state; … }
 *     static const struct CMUnitTest cases[] = { T("padding is refused", refuses_padding) };
 *     T_MAIN("base64", cases)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <apr_general.h>
#include <apr_pools.h>
#include <stdio.h>
#include <string.h>
#include "base/error.h"

static inline int t_pool_make(void **state)
{
    return apr_pool_create((apr_pool_t **)state, NULL) != APR_SUCCESS;
}

static inline int t_pool_drop(void **state)
{
    apr_pool_destroy(*state);
    return 0;
}

#define T(sentence, run) { sentence, run, t_pool_make, t_pool_drop, NULL }

#define T_MAIN(name, list) \
    int main(void) \
    { \
        apr_initialize(); \
        int bad = cmocka_run_group_tests_name(name, list, NULL, NULL); \
        apr_terminate(); \
        return bad; \
    }

/* For tables: says which row broke before the assertion stops the test. */
#define T_ROW(condition, row) \
    do { if (!(condition)) { print_error("row: %s\n", row); assert_true(condition); } } while (0)

/* Success, or the whole chain of what went wrong. */
#define T_OK(expr) \
    do { ga2_error_t *t_err = (expr); \
         if (t_err) { print_error("%s\n", ga2_error_chain(t_err, *state)); fail(); } } while (0)
/* Failure with this code; the text is never tested. */
#define T_FAILS(expr, want) \
    do { ga2_error_t *t_err = (expr); \
         if (!t_err) { print_error("%s succeeded\n", #expr); fail(); } \
         assert_string_equal(ga2_error_name(t_err->code), #want); } while (0)
#endif
