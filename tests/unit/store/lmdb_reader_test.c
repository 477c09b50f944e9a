/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "scratch.h"
#include <pthread.h>

static apr_off_t size_of(const char *file)
{
    struct stat st;

    return stat(file, &st) ? -1 : st.st_size;
}

static void *read_once(void *store)
{
    apr_pool_t *p;
    long bad;

    apr_pool_create(&p, NULL);
    bad = strcmp(get(store, "k", p), "(error)") == 0;
    apr_pool_destroy(p);
    return (void *)bad;
}

static void threads_come_and_go(void **state)
{
    ga2_store_t *s = open_at(folder_make(*state), "", *state);

    for (int i = 0; i < 5000; i++) {        /* more than there are places for readers */
        pthread_t thread;
        void *bad;
        assert_int_equal(pthread_create(&thread, NULL, read_once, s), 0);
        pthread_join(thread, &bad);
        assert_null(bad);
    }
}

static void idle_readers_pin_nothing(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = folder_make(p);
    ga2_store_t *s = open_at(dir, "", p);

    assert_true(put(s, "k", "v", p));
    assert_string_equal(get(s, "k", p), "v");
    for (int i = 0; i < 500; i++)
        assert_true(put(s, "k", "v", p));
    assert_true(size_of(apr_pstrcat(p, dir, "/data.mdb", NULL)) < 200000);
}

static const struct CMUnitTest cases[] = {
    T("threads give their places back", threads_come_and_go),
    T("a reader that rests pins no page", idle_readers_pin_nothing),
};
T_MAIN("lmdb_reader", cases)
