/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"
#include <stdlib.h>

static ga2_error_t *answer(fake_store_t *f, int call, apr_pool_t *p)
{
    return f->down & call ? ga2_fail(p, STORE, NULL, "this store is down for a test") : NULL;
}

static ga2_error_t *get(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_pool_t *p)
{
    fake_store_t *f = (fake_store_t *)s;

    f->reads++;
    GA2_TRY(answer(f, FAKE_GET, p));
    return f->inner->driver->get(out, f->inner, key, p);
}

static ga2_error_t *put(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key, const ga2_write_t *write,
                        apr_pool_t *p)
{
    fake_store_t *f = (fake_store_t *)s;

    f->writes++;
    GA2_TRY(answer(f, FAKE_PUT, p));
    if (f->before_put && key.data[0] == f->kind) {
        void (*step_in)(void *) = f->before_put;
        f->before_put = NULL;
        step_in(f->baton);
    }
    return f->inner->driver->put(generation, f->inner, key, write, p);
}

static ga2_error_t *remove_record(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected, apr_pool_t *p)
{
    fake_store_t *f = (fake_store_t *)s;

    f->removals++;
    GA2_TRY(answer(f, FAKE_REMOVE, p));
    return f->inner->driver->remove(removed, f->inner, key, expected, p);
}

static const ga2_store_driver_t driver = { .scheme = "fake", .get = get, .put = put, .remove = remove_record };

fake_store_t *fake_store_make(apr_pool_t *p)
{
    fake_store_t *f = apr_pcalloc(p, sizeof(*f));

    f->base = (ga2_store_t){ &driver, "fake:" };
    if (ga2_store_open(&f->inner, "memory:", p))
        abort();
    return f;
}
