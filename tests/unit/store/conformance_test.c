/* SPDX-License-Identifier: Apache-2.0
 * What every backend has to do. */
#include "conformance.h"

static void absent(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    ga2_record_t record;
    apr_array_header_t *members;
    int removed = 9;

    T_OK(ga2_store_get(&record, s, KEY("k"), 1, p));
    assert_null(record.value.data);
    assert_int_equal(record.generation, 0);
    T_OK(ga2_store_remove(&removed, s, KEY("k"), GA2_ANY, p));
    assert_int_equal(removed, 0);
    T_OK(ga2_store_remove(NULL, s, KEY("k"), GA2_ANY, p));
    T_OK(ga2_store_set_list(&members, s, KEY("k"), 1, 9, p));
    assert_int_equal(members->nelts, 0);
    T_OK(ga2_store_set_remove(s, KEY("k"), KEY("m"), p));
    T_OK(ga2_store_sweep(&removed, s, 1, 9, p));
    assert_int_equal(removed, 0);
    T_OK(ga2_store_ping(s, p));
}

static void put_and_get(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation, first;
    ga2_record_t record;

    PUT("k", "one", GA2_ANY, 100, 1);
    first = generation;
    assert_true(first != GA2_ABSENT && first != GA2_ANY);
    T_OK(ga2_store_get(&record, s, KEY("k"), 1, p));
    assert_string_equal((const char *)record.value.data, "one");
    assert_int_equal(record.value.len, 3);
    assert_int_equal(record.generation, first);
    assert_int_equal(record.expires, 100);
    PUT("k", "another", GA2_ANY, 200, 1);
    assert_true(generation > first);
    assert_string_equal(read_text(s, "k", 150, p), "another");
    assert_string_equal((const char *)record.value.data, "one");    /* what was read stays */
    assert_string_equal(read_text(s, "kk", 1, p), "(absent)");
}

static void compare_and_swap(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation, first;

    PUT("k", "one", 5, 100, 1);             /* nothing there is not generation 5 */
    assert_int_equal(generation, 0);
    PUT("k", "one", GA2_ABSENT, 100, 1);
    first = generation;
    assert_true(first > 0);
    PUT("k", "two", GA2_ABSENT, 100, 1);
    assert_int_equal(generation, 0);
    PUT("k", "two", first + 1, 100, 1);
    assert_int_equal(generation, 0);
    assert_string_equal(read_text(s, "k", 1, p), "one");
    PUT("k", "two", first, 100, 1);
    assert_true(generation > first);
    PUT("k", "three", first, 100, 1);
    assert_int_equal(generation, 0);
    assert_string_equal(read_text(s, "k", 1, p), "two");
}

static void generations_are_never_used_again(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation, last = 0;
    int removed;

    for (int i = 0; i < 5; i++) {
        PUT("k", "v", GA2_ABSENT, 100, 1);
        assert_true(generation > last);
        last = generation;
        T_OK(ga2_store_remove(&removed, s, KEY("k"), last, p));
        assert_int_equal(removed, 1);
        PUT("k", "v", last, 100, 1);        /* the one that was read is gone */
        assert_int_equal(generation, 0);
    }
    PUT("k", "v", GA2_ANY, 10, 1);
    last = generation;
    PUT("k", "v", GA2_ABSENT, 30, 20);      /* over one that has expired */
    assert_true(generation > last);
}

static void removal(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation;
    int removed;

    PUT("k", "v", GA2_ANY, 100, 1);
    T_OK(ga2_store_remove(&removed, s, KEY("k"), generation + 1, p));
    assert_int_equal(removed, 0);
    T_OK(ga2_store_remove(&removed, s, KEY("k"), GA2_ABSENT, p));
    assert_int_equal(removed, 0);
    assert_string_equal(read_text(s, "k", 1, p), "v");
    T_OK(ga2_store_remove(&removed, s, KEY("k"), generation, p));
    assert_int_equal(removed, 1);
    assert_string_equal(read_text(s, "k", 1, p), "(absent)");
}

static void expiry(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation, first;

    PUT("k", "v", GA2_ANY, 100, 1);
    first = generation;
    assert_string_equal(read_text(s, "k", 99, p), "v");
    assert_string_equal(read_text(s, "k", 100, p), "(absent)");
    PUT("k", "w", first, 200, 100);         /* expired is absent, whatever generation it had */
    assert_int_equal(generation, 0);
    PUT("k", "w", GA2_ABSENT, 200, 100);
    assert_true(generation > first);
    assert_string_equal(read_text(s, "k", 150, p), "w");
    PUT("k", "x", GA2_ANY, 120, 100);       /* an earlier end replaces a later one */
    assert_string_equal(read_text(s, "k", 150, p), "(absent)");
    PUT("old", "v", GA2_ANY, -5, -10);
    assert_string_equal(read_text(s, "old", -6, p), "v");
    assert_string_equal(read_text(s, "old", -5, p), "(absent)");
}

static void sizes(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    unsigned char *big = apr_palloc(p, GA2_STORE_VALUE_MAX + 1);
    ga2_write_t write = { { big, 0 }, 100, GA2_ANY, 1 };
    apr_uint64_t generation;
    ga2_record_t record;

    for (int i = 0; i <= GA2_STORE_VALUE_MAX; i++)
        big[i] = (unsigned char)(i * 7 + i / 251);
    for (apr_size_t len = 0; len <= GA2_STORE_VALUE_MAX; len = len * 4 + (len < 4)) {
        write.value.len = len;
        T_OK(ga2_store_put(&generation, s, KEY("k"), &write, p));
        T_OK(ga2_store_get(&record, s, KEY("k"), 1, p));
        assert_non_null(record.value.data);
        assert_true(ga2_bytes_equal(record.value, write.value));
    }
    write.value.len = GA2_STORE_VALUE_MAX + 1;
    T_FAILS(ga2_store_put(&generation, s, KEY("k"), &write, p), STORE);
    write.value = GA2_NO_BYTES;
    T_FAILS(ga2_store_put(&generation, s, KEY("k"), &write, p), STORE);
}

static void keys(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    unsigned char bytes[GA2_STORE_KEY_MAX + 1] = { 0 };
    ga2_write_t write = { KEY("v"), 100, GA2_ANY, 1 };
    static const ga2_key_t odd[] = {
        { (const unsigned char *)"\0", 1 }, { (const unsigned char *)"\0\0", 2 }, { (const unsigned char *)"\xff", 1 },
        { (const unsigned char *)"\xff\xff\xff", 3 }, { (const unsigned char *)"a\0b", 3 },
        { (const unsigned char *)"a\0c", 3 }, { (const unsigned char *)"%s\r\nFLUSHALL", 12 },
        { (const unsigned char *)"'; drop table x; --", 19 }, { (const unsigned char *)"members", 7 },
        { (const unsigned char *)"expiry", 6 },
    };
    int count = (int)(sizeof(odd) / sizeof(odd[0]));
    apr_uint64_t generation;
    ga2_record_t record;

    for (int i = 0; i < count; i++) {
        write.value = odd[i];
        T_OK(ga2_store_put(&generation, s, odd[i], &write, p));
    }
    for (int i = 0; i < count; i++) {
        T_OK(ga2_store_get(&record, s, odd[i], 1, p));
        assert_true(record.value.data && ga2_bytes_equal(record.value, odd[i]));
    }
    T_OK(ga2_store_put(&generation, s, (ga2_key_t){ bytes, GA2_STORE_KEY_MAX }, &write, p));
    T_FAILS(ga2_store_put(&generation, s, (ga2_key_t){ bytes, GA2_STORE_KEY_MAX + 1 }, &write, p), STORE);
    T_FAILS(ga2_store_put(&generation, s, (ga2_key_t){ bytes, 0 }, &write, p), STORE);
    T_FAILS(ga2_store_get(&record, s, GA2_NO_BYTES, 1, p), STORE);
    T_FAILS(ga2_store_set_add(s, KEY("s"), (ga2_key_t){ bytes, GA2_STORE_KEY_MAX + 1 }, 9, 1, p), STORE);
    T_FAILS(ga2_store_set_add(s, GA2_NO_BYTES, KEY("m"), 9, 1, p), STORE);
}

/* "a b c", sorted, of a set. */
static const char *members_of(ga2_store_t *s, const char *set, apr_time_t now, int limit, apr_pool_t *p)
{
    apr_array_header_t *list;
    char seen[27] = "", *to = seen;

    if (ga2_store_set_list(&list, s, KEY(set), now, limit, p))
        return "(error)";
    for (char c = 'a'; c <= 'z'; c++)
        for (int i = 0; i < list->nelts; i++)
            if (ga2_bytes_equal(APR_ARRAY_IDX(list, i, ga2_key_t), (ga2_key_t){ (unsigned char *)&c, 1 }))
                *to++ = c;
    *to = 0;
    return (int)(to - seen) == list->nelts ? apr_pstrdup(p, seen) : "(more)";
}

static void sets(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation;
    ga2_key_t long_set = { (const unsigned char *)apr_pcalloc(p, GA2_STORE_KEY_MAX), GA2_STORE_KEY_MAX };
    apr_array_header_t *list;

    T_OK(ga2_store_set_add(s, KEY("set"), KEY("a"), 100, 1, p));
    T_OK(ga2_store_set_add(s, KEY("set"), KEY("b"), 200, 1, p));
    T_OK(ga2_store_set_add(s, KEY("set"), KEY("c"), 100, 1, p));
    T_OK(ga2_store_set_add(s, KEY("se"), KEY("t"), 300, 1, p));
    T_OK(ga2_store_set_add(s, KEY("sett"), KEY("x"), 300, 1, p));
    PUT("set", "a record of the same name", GA2_ANY, 100, 1);
    assert_string_equal(members_of(s, "set", 1, 9, p), "abc");
    assert_string_equal(members_of(s, "se", 1, 9, p), "t");
    assert_int_equal(strlen(members_of(s, "set", 1, 2, p)), 2);
    assert_string_equal(members_of(s, "set", 1, 0, p), "");
    assert_string_equal(members_of(s, "set", 100, 9, p), "b");
    assert_string_equal(members_of(s, "set", 200, 9, p), "");
    T_OK(ga2_store_set_add(s, KEY("set"), KEY("a"), 400, 1, p));    /* again: renewed, not twice */
    assert_string_equal(members_of(s, "set", 1, 9, p), "abc");
    assert_string_equal(members_of(s, "set", 300, 9, p), "a");
    T_OK(ga2_store_set_remove(s, KEY("set"), KEY("a"), p));
    T_OK(ga2_store_set_remove(s, KEY("set"), KEY("z"), p));
    assert_string_equal(members_of(s, "set", 1, 9, p), "bc");
    assert_string_equal(read_text(s, "set", 1, p), "a record of the same name");
    T_OK(ga2_store_set_add(s, long_set, long_set, 300, 1, p));
    T_OK(ga2_store_set_list(&list, s, long_set, 1, 9, p));
    assert_int_equal(list->nelts, 1);
    assert_true(ga2_bytes_equal(APR_ARRAY_IDX(list, 0, ga2_key_t), long_set));
}

static void sweeping(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation;
    int removed;

    for (int i = 0; i < 40; i++) {
        PUT(apr_psprintf(p, "old%d", i), "v", GA2_ANY, 100 + i, 1);
        PUT(apr_psprintf(p, "new%d", i), "v", GA2_ANY, 1000 + i, 1);
        T_OK(ga2_store_set_add(s, KEY("set"), KEY(apr_psprintf(p, "%d", i)), 100 + i, 1, p));
    }
    PUT("old0", "renewed", GA2_ANY, 1000, 1);
    T_OK(ga2_store_sweep(&removed, s, 99, 1000, p));
    assert_int_equal(removed, 0);
    T_OK(ga2_store_sweep(&removed, s, 139, 10, p));
    assert_int_equal(removed, 10);
    T_OK(ga2_store_sweep(&removed, s, 139, 1000, p));
    assert_int_equal(removed, 69);          /* 40 + 40, without the one renewed and the ten before */
    T_OK(ga2_store_sweep(&removed, s, 139, 1000, p));
    assert_int_equal(removed, 0);
    assert_string_equal(read_text(s, "old0", 139, p), "renewed");
    for (int i = 0; i < 40; i++)
        assert_string_equal(read_text(s, apr_psprintf(p, "new%d", i), 139, p), "v");
}

/* No background work is needed: what expires goes while other things are written. */
static void writes_sweep(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p);
    apr_uint64_t generation;
    int removed;

    for (int i = 0; i < 3000; i++)
        PUT(apr_psprintf(p, "k%d", i), "v", GA2_ANY, i + 10, i);
    T_OK(ga2_store_sweep(&removed, s, 3000, 10000, p));
    assert_true(removed < 300);
}

static void stores_are_apart(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = fresh(p), *other = fresh(p);
    apr_uint64_t generation;

    PUT("k", "v", GA2_ANY, 100, 1);
    assert_string_equal(read_text(s, "k", 1, p), "v");
    assert_string_equal(read_text(other, "k", 1, p), "(absent)");
}

static const struct CMUnitTest cases[] = {
    T("absent is an answer", absent),
    T("what was put is got, and stays as it was read", put_and_get),
    T("a write happens only over the expected generation", compare_and_swap),
    T("a generation is never used again", generations_are_never_used_again),
    T("only the expected generation is removed", removal),
    T("at its end a record is absent", expiry),
    T("values from none to a MiB are kept, larger ones refused", sizes),
    T("keys are any 1 to 64 bytes", keys),
    T("sets hold members that end one by one", sets),
    T("a sweep removes what has expired and nothing else", sweeping),
    T("writes sweep, too", writes_sweep),
    T("two stores are two", stores_are_apart),
};

ON_EVERY_DRIVER(cases)
