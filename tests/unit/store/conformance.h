/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TEST_CONFORMANCE_H
#define GA2_TEST_CONFORMANCE_H
/* What every backend has to do is run on each of drivers.def. */
#include "t.h"
#include "store/store.h"
#include "scratch.h"

/* The backend under test, and a store of its that is empty. */
static const char *scheme;

static inline ga2_store_t *fresh(apr_pool_t *p)
{
    ga2_store_t *s;
    ga2_error_t *err = ga2_store_open(&s, scratch_url(scheme, p), p);

    if (err)
        fail_msg("%s", ga2_error_chain(err, p));
    return s;
}

#define PUT(key, value, expected, expires, now) T_OK(write_text(&generation, s, key, value, expected, expires, now, p))

static const char *const schemes[] = {
#define GA2_STORE_DRIVER(name) #name,
#include "store/drivers.def"
};

#define ON_EVERY_DRIVER(cases) \
    int main(void) \
    { \
        int bad = 0; \
        apr_initialize(); \
        for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) { \
            scheme = schemes[i]; \
            bad += cmocka_run_group_tests_name(scheme, cases, NULL, NULL); \
        } \
        apr_terminate(); \
        return bad; \
    }
#endif
