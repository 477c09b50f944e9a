/* SPDX-License-Identifier: Apache-2.0
 * Beyond what conformance_test.c asks of every backend: the table grows, and shrinks by the writes alone. */
#include "t.h"
#include "scratch.h"

static ga2_store_t *fresh(apr_pool_t *p)
{
    ga2_store_t *s = NULL;

    if (ga2_store_open(&s, "memory:", p))
        abort();
    return s;
}

static void grows(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_array_header_t *list;

    for (int i = 0; i < 5000; i++) {
        const char *key = apr_psprintf(p, "key %d", i);
        assert_true(put(s, key, key, p));
        if (i % 10 == 0)
            T_OK(ga2_store_set_add(s, KEY("set"), KEY(key), 1000, 1, p));
    }
    for (int i = 0; i < 5000; i++) {
        const char *key = apr_psprintf(p, "key %d", i);
        assert_string_equal(get(s, key, p), key);
    }
    T_OK(ga2_store_set_list(&list, s, KEY("set"), 1, 5000, p));
    assert_int_equal(list->nelts, 500);
}

/* Each lives for a hundred writes: of a hundred thousand, few more than a hundred are ever there. */
static void forgets(void **state)
{
    apr_pool_t *p = *state, *row;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation;
    int removed;

    apr_pool_create(&row, p);
    for (int i = 0; i < 100000; i++) {
        T_OK(write_text(&generation, s, apr_psprintf(row, "%d", i), "v", GA2_ANY, i + 100, i, row));
        apr_pool_clear(row);
    }
    T_OK(ga2_store_sweep(&removed, s, 200000, 100000, p));
    assert_in_range(removed, 100, 400);
}

static void goes_with_its_pool(void **state)
{
    apr_pool_t *p;

    for (int i = 0; i < 3; i++) {
        apr_pool_create(&p, *state);
        assert_true(put(fresh(p), "k", "v", p));
        apr_pool_destroy(p);
    }
}

static const struct CMUnitTest cases[] = {
    T("the table grows with what it holds", grows),
    T("what has expired goes by the writes alone", forgets),
    T("a store goes with its pool", goes_with_its_pool),
};
T_MAIN("memory", cases)
