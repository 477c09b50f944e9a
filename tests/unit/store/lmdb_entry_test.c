/* SPDX-License-Identifier: Apache-2.0
 * What lies in the file, below expiry and locks: entries and the lines that order them by their ends. */
#include "t.h"
#include "folder.h"
#include "store/lmdb_entry.h"

typedef struct file { ga2_lmdb_env_t *env; const ga2_lmdb_t *l; MDB_txn *txn; } file_t;

static file_t begin(apr_pool_t *p)
{
    file_t f;

    if (ga2_lmdb_env_open(&f.env, folder_make(p), 4 << 20, p) || ga2_lmdb_write_begin(&f.txn, f.env, p))
        abort();
    f.l = &f.env->lmdb;
    return f;
}

static void end(const file_t *f) { assert_int_equal(ga2_lmdb_write_end(f->txn, 0, 0), 0); }

static ga2_lmdb_name_t record(const char *key)
{
    ga2_lmdb_name_t name;

    ga2_lmdb_name_record(&name, ga2_bytes_of(key));
    return name;
}

static ga2_lmdb_name_t member(const char *set, const char *of_it)
{
    ga2_lmdb_name_t name;

    ga2_lmdb_name_member(&name, ga2_bytes_of(set), ga2_bytes_of(of_it));
    return name;
}

static void put(const file_t *f, ga2_lmdb_name_t name, const char *value, apr_time_t expires)
{
    assert_int_equal(ga2_lmdb_entry_put(f->l, f->txn, &name, &(ga2_record_t){ ga2_bytes_of(value), 7, expires }), 0);
}

static int is_there(const file_t *f, ga2_lmdb_name_t name)
{
    ga2_record_t found;

    assert_int_equal(ga2_lmdb_entry_find(&found, f->l, f->txn, &name), 0);
    return found.value.data != NULL;
}

static apr_size_t lines(const file_t *f)
{
    MDB_stat stat;

    assert_int_equal(mdb_stat(f->txn, f->l->expiry, &stat), 0);
    return stat.ms_entries;
}

static void raw(const file_t *f, MDB_dbi where, const void *key, size_t key_len, const void *value, size_t value_len)
{
    MDB_val k = { key_len, (void *)key }, v = { value_len, (void *)value };

    assert_int_equal(mdb_put(f->txn, where, &k, &v, 0), 0);
}

static void one_line_for_each(void **state)
{
    file_t f = begin(*state);
    ga2_lmdb_name_t a = record("a");
    ga2_record_t found;
    int removed = 0;

    put(&f, a, "one", 10);
    put(&f, a, "two", 10);
    put(&f, a, "three", 20);
    put(&f, member("a", "b"), "", 10);
    put(&f, member("a", "b"), "", 30);
    assert_int_equal(lines(&f), 2);
    assert_int_equal(ga2_lmdb_entry_find(&found, f.l, f.txn, &a), 0);
    assert_int_equal(found.generation, 7);
    assert_int_equal(found.expires, 20);
    assert_memory_equal(found.value.data, "three", 5);
    assert_int_equal(ga2_lmdb_entry_remove(&removed, f.l, f.txn, &a), 0);
    assert_int_equal(removed, 1);
    assert_int_equal(ga2_lmdb_entry_remove(&removed, f.l, f.txn, &a), 0);
    assert_int_equal(removed, 0);
    assert_int_equal(lines(&f), 1);
    end(&f);
}

static void in_the_order_of_their_ends(void **state)
{
    static const apr_time_t times[] = { 0, -1, 1, INT64_MIN, INT64_MAX, -256, 255, 256, 1764000000000000 };
    enum { COUNT = sizeof(times) / sizeof(times[0]) };
    file_t f = begin(*state);

    for (int i = 0; i < COUNT; i++)
        put(&f, record(apr_psprintf(*state, "%d", i)), "v", times[i]);
    for (int now = 0; now < COUNT; now++) {
        int removed, left = 0;
        assert_int_equal(ga2_lmdb_entries_sweep(&removed, f.l, f.txn, times[now], 99), 0);
        for (int i = 0; i < COUNT; i++) {
            int there = is_there(&f, record(apr_psprintf(*state, "%d", i)));
            assert_true(!there || times[i] > times[now]);
            left += there;
        }
        assert_int_equal(lines(&f), left);
    }
    assert_int_equal(lines(&f), 0);
    end(&f);
}

static void line_that_lies(void **state)
{
    file_t f = begin(*state);
    int removed;

    put(&f, record("live"), "v", 100);
    raw(&f, f.l->expiry, "\x80\0\0\0\0\0\0\x05rlive", 13, "", 0);
    assert_int_equal(ga2_lmdb_entries_sweep(&removed, f.l, f.txn, 50, 99), 0);
    assert_int_equal(removed, 1);
    assert_true(is_there(&f, record("live")));
    assert_int_equal(lines(&f), 1);
    end(&f);
}

static int none(void *data, ga2_key_t key) { (void)data, (void)key; return 1; }

static void damage(void **state)
{
    file_t f = begin(*state);
    ga2_lmdb_name_t short_record = record("s"), short_member = member("s", "m");
    ga2_record_t found;
    int removed;

    raw(&f, f.l->records, "rs", 2, "fifteen bytes..", 15);
    raw(&f, f.l->members, short_member.bytes, short_member.len, "7 bytes", 7);
    assert_int_equal(ga2_lmdb_entry_find(&found, f.l, f.txn, &short_record), MDB_CORRUPTED);
    assert_int_equal(ga2_lmdb_entry_find(&found, f.l, f.txn, &short_member), MDB_CORRUPTED);
    assert_int_equal(ga2_lmdb_members(f.l, f.txn, ga2_bytes_of("s"), 1, none, NULL), MDB_CORRUPTED);
    raw(&f, f.l->expiry, "\0", 1, "", 0);
    assert_int_equal(ga2_lmdb_entries_sweep(&removed, f.l, f.txn, 50, 99), MDB_CORRUPTED);
    end(&f);
}

static void records_are_no_databases(void **state)
{
    file_t f = begin(*state);

    put(&f, record("members"), "v", 100);
    put(&f, record("expiry"), "v", 100);
    assert_true(is_there(&f, record("members")));
    assert_int_equal(lines(&f), 2);
    end(&f);
}

static void fullness(void **state)
{
    file_t f = begin(*state);
    int full = 9;

    assert_int_equal(ga2_lmdb_is_full(&full, f.l, f.txn, 1 << 20), 0);
    assert_int_equal(full, 0);
    assert_int_equal(ga2_lmdb_is_full(&full, f.l, f.txn, 4 << 20), 0);
    assert_int_equal(full, 1);
    end(&f);
}

static const struct CMUnitTest cases[] = {
    T("an entry has one line, whatever is done to it", one_line_for_each),
    T("what ends first is swept first, before 1970 and after", in_the_order_of_their_ends),
    T("a line that lies costs no entry", line_that_lies),
    T("what is too short is damaged, not absent", damage),
    T("a record may have a database's name", records_are_no_databases),
    T("full is what leaves no room to work", fullness),
};
T_MAIN("lmdb_entry", cases)
