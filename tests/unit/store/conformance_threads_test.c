/* SPDX-License-Identifier: Apache-2.0
 * What every backend has to do while threads share it. */
#include "conformance.h"
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8, TURNS = 200 };

typedef struct race { ga2_store_t *store; atomic_int won, failed; int turns; } race_t;

static void run_threads(race_t *race, void *(*run)(void *))
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, race), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(race->failed, 0);
}

static void *put_if_absent(void *data)
{
    race_t *race = data;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < TURNS; i++) {
        apr_uint64_t generation = 0;
        if (write_text(&generation, race->store, apr_psprintf(p, "k%d", i), "v", GA2_ABSENT, 100, 1, p))
            race->failed++;
        if (generation)
            race->won++;
    }
    apr_pool_destroy(p);
    return NULL;
}

static void absent_once(void **state)
{
    race_t race = { .store = fresh(*state) };

    run_threads(&race, put_if_absent);
    assert_int_equal(race.won, TURNS);
}

/* Adds one by compare-and-swap until it worked. */
static void *count_up(void *data)
{
    race_t *race = data;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (int done = 0; done < TURNS / 4;) {
        ga2_record_t record;
        apr_uint64_t generation = 0;
        unsigned long n;
        if (ga2_store_get(&record, race->store, KEY("n"), 1, p)) {
            race->failed++;
            break;
        }
        n = record.value.data ? strtoul((const char *)record.value.data, NULL, 10) : 0;
        if (write_text(&generation, race->store, "n", apr_psprintf(p, "%lu", n + 1), record.generation, 100, 1, p)) {
            race->failed++;
            break;
        }
        done += generation != 0;
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void no_update_is_lost(void **state)
{
    race_t race = { .store = fresh(*state) };

    run_threads(&race, count_up);
    assert_string_equal(read_text(race.store, "n", 1, *state), apr_psprintf(*state, "%d", THREADS * (TURNS / 4)));
}

static void *mix(void *data)
{
    race_t *race = data;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < TURNS; i++) {
        const char *key = apr_psprintf(p, "k%d", i % 7);
        apr_uint64_t generation;
        ga2_record_t record;
        apr_array_header_t *list;
        int removed;
        if (write_text(&generation, race->store, key, key, GA2_ANY, i + 20, i, p)
            || ga2_store_get(&record, race->store, KEY(key), i, p)
            || ga2_store_set_add(race->store, KEY("set"), KEY(key), i + 20, i, p)
            || ga2_store_set_list(&list, race->store, KEY("set"), i, 9, p)
            || (i % 5 == 0 && ga2_store_remove(NULL, race->store, KEY(key), GA2_ANY, p))
            || (i % 50 == 0 && ga2_store_sweep(&removed, race->store, i, 9, p))
            || (record.value.data && !ga2_bytes_equal(record.value, KEY(key))))
            race->failed++;
    }
    apr_pool_destroy(p);
    return NULL;
}

static void everything_at_once(void **state)
{
    race_t race = { .store = fresh(*state) };

    run_threads(&race, mix);
}

static const struct CMUnitTest cases[] = {
    T("of eight threads one puts what is absent", absent_once),
    T("compare-and-swap loses no update", no_update_is_lost),
    T("reads, writes, sets and sweeps get along", everything_at_once),
};

ON_EVERY_DRIVER(cases)
