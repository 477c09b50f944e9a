/* SPDX-License-Identifier: Apache-2.0
 * What store.c does around every backend, seen on one that only counts and says what it is told. */
#include "t.h"
#include "store/driver.h"
#include <apr_strings.h>

static int asked, fails;
static ga2_record_t kept;

static ga2_error_t *answer(apr_pool_t *p)
{
    asked++;
    return fails ? ga2_fail(p, STORE, NULL, "the cable is out") : NULL;
}

static ga2_error_t *get(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_pool_t *p)
{
    (void)s, (void)key;
    *out = kept;
    return answer(p);
}

static ga2_error_t *put(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key, const ga2_write_t *w, apr_pool_t *p)
{
    (void)s, (void)key, (void)w;
    *generation = 1;
    return answer(p);
}

static ga2_error_t *remove_record(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected, apr_pool_t *p)
{
    (void)s, (void)key, (void)expected;
    *removed = 1;
    return answer(p);
}

static ga2_error_t *set_add(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_time_t expires, apr_time_t now,
                            apr_pool_t *p)
{
    (void)s, (void)set, (void)member, (void)expires, (void)now;
    return answer(p);
}

static ga2_error_t *set_remove(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_pool_t *p)
{
    (void)s, (void)set, (void)member;
    return answer(p);
}

static ga2_error_t *set_list(apr_array_header_t *out, ga2_store_t *s, ga2_key_t set, apr_time_t now, int limit,
                             apr_pool_t *p)
{
    (void)out, (void)s, (void)set, (void)now, (void)limit;
    return answer(p);
}

static ga2_error_t *sweep(int *removed, ga2_store_t *s, apr_time_t now, int limit, apr_pool_t *p)
{
    (void)removed, (void)s, (void)now, (void)limit;
    return answer(p);
}

static ga2_error_t *ping(ga2_store_t *s, apr_pool_t *p)
{
    (void)s;
    return answer(p);
}

static const ga2_store_driver_t counting = {
    "counting", NULL, NULL, get, put, remove_record, set_add, set_remove, set_list, sweep, ping, NULL
};
static ga2_store_t store = { &counting, "counting://host" };
static const ga2_key_t good = { (const unsigned char *)"k", 1 };

/* Every call with this key and this much value. Returns how many succeeded. */
static int call_all(ga2_key_t key, ga2_bytes_t value, apr_pool_t *p)
{
    ga2_write_t write = { value, 100, GA2_ANY, 1 };
    ga2_record_t record;
    apr_array_header_t *list;
    apr_uint64_t generation;
    int removed;

    return !ga2_store_get(&record, &store, key, 1, p) + !ga2_store_put(&generation, &store, key, &write, p)
         + !ga2_store_remove(&removed, &store, key, GA2_ANY, p) + !ga2_store_set_add(&store, key, good, 9, 1, p)
         + !ga2_store_set_add(&store, good, key, 9, 1, p) + !ga2_store_set_remove(&store, key, good, p)
         + !ga2_store_set_remove(&store, good, key, p) + !ga2_store_set_list(&list, &store, key, 1, 9, p);
}

static void limits_come_first(void **state)
{
    unsigned char *bytes = apr_pcalloc(*state, GA2_STORE_VALUE_MAX + 1);
    ga2_write_t large = { { bytes, GA2_STORE_VALUE_MAX + 1 }, 100, GA2_ANY, 1 };
    apr_uint64_t generation;

    asked = fails = 0;
    assert_int_equal(call_all((ga2_key_t){ bytes, 0 }, good, *state), 0);
    assert_int_equal(call_all(GA2_NO_BYTES, good, *state), 0);
    assert_int_equal(call_all((ga2_key_t){ bytes, GA2_STORE_KEY_MAX + 1 }, good, *state), 0);
    T_FAILS(ga2_store_put(&generation, &store, good, &large, *state), STORE);
    assert_int_equal(generation, 0);
    assert_int_equal(asked, 0);
    assert_int_equal(call_all((ga2_key_t){ bytes, GA2_STORE_KEY_MAX }, (ga2_bytes_t){ bytes, GA2_STORE_VALUE_MAX },
                              *state), 8);
    assert_int_equal(asked, 8);
}

static void errors_name_the_store(void **state)
{
    ga2_record_t record;
    ga2_error_t *err;
    int removed;

    fails = 1;
    assert_int_equal(call_all(good, good, *state), 0);
    T_FAILS(ga2_store_sweep(&removed, &store, 1, 9, *state), STORE);
    T_FAILS(ga2_store_ping(&store, *state), STORE);
    err = ga2_store_get(&record, &store, good, 1, *state);
    assert_string_equal(ga2_error_name(err->code), "STORE");
    assert_non_null(strstr(err->message, "counting://host"));
    assert_non_null(err->cause);
}

static void expired_is_absent(void **state)
{
    ga2_record_t record;

    fails = 0;
    kept = (ga2_record_t){ good, 5, 100 };
    T_OK(ga2_store_get(&record, &store, good, 99, *state));
    assert_non_null(record.value.data);
    assert_int_equal(record.generation, 5);
    T_OK(ga2_store_get(&record, &store, good, 100, *state));
    assert_null(record.value.data);
    assert_int_equal(record.generation, 0);
    assert_int_equal(record.expires, 0);
}

static void what_a_write_expects(void **state)
{
    static const struct { apr_uint64_t expected; int exists; apr_uint64_t generation; apr_time_t expires; int fits; }
    rows[] = {
        { GA2_ANY, 0, 0, 0, 1 }, { GA2_ANY, 1, 5, 100, 1 }, { GA2_ANY, 1, 5, 10, 1 },
        { GA2_ABSENT, 0, 0, 0, 1 }, { GA2_ABSENT, 1, 5, 100, 0 }, { GA2_ABSENT, 1, 5, 11, 0 },
        { GA2_ABSENT, 1, 5, 10, 1 }, { 5, 1, 5, 100, 1 }, { 5, 1, 6, 100, 0 }, { 5, 1, 5, 10, 0 }, { 5, 0, 0, 0, 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_write_t write = { good, 500, rows[i].expected, 10 };
        T_ROW(ga2_write_fits(&write, rows[i].exists, rows[i].generation, rows[i].expires) == rows[i].fits,
              apr_psprintf(*state, "%d", (int)i));
    }
}

static const struct CMUnitTest cases[] = {
    T("what breaks a limit never reaches the backend", limits_come_first),
    T("every error names the store and what it said", errors_name_the_store),
    T("what has expired is absent, whatever the backend gives", expired_is_absent),
    T("a write fits over what it expects", what_a_write_expects),
};
T_MAIN("store", cases)
