/* SPDX-License-Identifier: Apache-2.0
 * "lmdb:/var/lib/goauth2/sessions?size=4g": one machine, all its processes. Readers take no lock; one writer at a
 * time. Each write is one transaction, which also removes a few entries that have expired. */
#include "store/driver.h"
#include "store/lmdb_entry.h"
#include "store/url.h"

enum { SWEPT_BY_A_WRITE = 16, ATTEMPTS = 16 };

static const apr_uint64_t size_default = (apr_uint64_t)4 << 30;     /* of the map: the file grows with its use */
static const apr_uint64_t size_least = (apr_uint64_t)1 << 20, size_most = (apr_uint64_t)1 << 44;

typedef struct lmdb_store { ga2_store_t base; ga2_lmdb_env_t *env; } lmdb_store_t;

static ga2_lmdb_env_t *env_of(ga2_store_t *s) { return ((lmdb_store_t *)s)->env; }

static const char *parse(const char **dir, apr_uint64_t *size, const char *rest, apr_pool_t *p)
{
    static const char *const known[] = { "size", NULL };
    ga2_store_url_t url;
    const char *wrong = ga2_store_url_parse(&url, rest, known, p), *text;

    *dir = url.place;
    *size = size_default;
    if (wrong)
        return wrong;
    if (*url.place != '/')
        return "the directory must begin with /, as in lmdb:/var/lib/goauth2/sessions";
    text = ga2_store_url_option(&url, "size");
    return text ? ga2_store_size_parse(size, text, size_least, size_most, p) : NULL;
}

static const char *wrong(const char *rest, apr_pool_t *p)
{
    const char *dir;
    apr_uint64_t size;

    return parse(&dir, &size, rest, p);
}

static ga2_error_t *open_store(ga2_store_t **out, const char *rest, apr_pool_t *p)
{
    lmdb_store_t *s = apr_pcalloc(p, sizeof(*s));
    const char *dir;
    apr_uint64_t size;

    (void)parse(&dir, &size, rest, p);
    GA2_TRY(ga2_lmdb_env_open(&s->env, dir, size, p));
    *out = &s->base;
    return NULL;
}

static ga2_error_t *get(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_pool_t *p)
{
    ga2_lmdb_env_t *env = env_of(s);
    ga2_lmdb_name_t name;
    MDB_txn *txn;
    int code;

    ga2_lmdb_name_record(&name, key);
    GA2_TRY(ga2_lmdb_read_begin(&txn, env, p));
    code = ga2_lmdb_entry_find(out, &env->lmdb, txn, &name);
    if (out->value.data)
        out->value = ga2_bytes_copy(out->value, p);     /* what lies in the map is good only until the end */
    ga2_lmdb_read_end(txn);
    if (code)
        return ga2_lmdb_fail("read", code, p);
    return out->value.data ? NULL : ga2_lmdb_still_there(env, p);
}

/* The transaction's number is larger than that of any before and stays so when the record is removed and made again.
 * A store that was copied compactly counts from the beginning, so the old record has a say, too. */
static apr_uint64_t next_generation(const ga2_record_t *old, MDB_txn *txn)
{
    apr_uint64_t id = mdb_txn_id(txn);

    return old->generation >= id ? old->generation + 1 : id;
}

typedef struct attempt { apr_uint64_t generation; int swept, full; } attempt_t;

/* What has expired makes room first. What is there already may be replaced in a full store, too. */
static int write_within(attempt_t *a, const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name,
                        const ga2_write_t *write)
{
    ga2_record_t old;
    int code = ga2_lmdb_entry_find(&old, l, txn, name), is_new = old.value.data == NULL;

    if (code || !ga2_write_fits(write, !is_new, old.generation, old.expires))
        return code;
    a->generation = next_generation(&old, txn);
    code = ga2_lmdb_entries_sweep(&a->swept, l, txn, write->now, SWEPT_BY_A_WRITE);
    if (!code && is_new)
        code = ga2_lmdb_is_full(&a->full, l, txn, write->value.len);
    if (code || a->full)
        return code;
    return ga2_lmdb_entry_put(l, txn, name, &(ga2_record_t){ write->value, a->generation, write->expires });
}

/* In a full store the sweep of each attempt is kept, and there is another as long as it had something to remove. */
static ga2_error_t *write_entry(apr_uint64_t *generation, ga2_store_t *s, const ga2_lmdb_name_t *name,
                                const ga2_write_t *write, apr_pool_t *p)
{
    ga2_lmdb_env_t *env = env_of(s);
    attempt_t a = { .full = 1, .swept = SWEPT_BY_A_WRITE };
    int code = 0;

    for (int i = 0; i < ATTEMPTS && !code && a.full && a.swept == SWEPT_BY_A_WRITE; i++) {
        MDB_txn *txn;
        a = (attempt_t){ 0 };
        GA2_TRY(ga2_lmdb_write_begin(&txn, env, p));
        code = write_within(&a, &env->lmdb, txn, name, write);
        code = ga2_lmdb_write_end(txn, code, a.full ? a.swept : a.generation != 0);
    }
    if (!code && a.full)
        code = MDB_MAP_FULL;
    *generation = code ? 0 : a.generation;
    return ga2_lmdb_fail("write", code, p);
}

static ga2_error_t *put(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key, const ga2_write_t *write,
                        apr_pool_t *p)
{
    ga2_lmdb_name_t name;

    ga2_lmdb_name_record(&name, key);
    return write_entry(generation, s, &name, write, p);
}

static ga2_error_t *set_add(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_time_t expires, apr_time_t now,
                            apr_pool_t *p)
{
    ga2_write_t write = { { member.data, 0 }, expires, GA2_ANY, now };
    ga2_lmdb_name_t name;
    apr_uint64_t ignored;

    ga2_lmdb_name_member(&name, set, member);
    return write_entry(&ignored, s, &name, &write, p);
}

static int remove_within(int *removed, const ga2_lmdb_t *l, MDB_txn *txn, ga2_key_t key, apr_uint64_t expected)
{
    ga2_record_t record;
    ga2_lmdb_name_t name;
    int code;

    ga2_lmdb_name_record(&name, key);
    code = ga2_lmdb_entry_find(&record, l, txn, &name);
    if (code || !record.value.data || (expected != GA2_ANY && record.generation != expected))
        return code;
    return ga2_lmdb_entry_remove(removed, l, txn, &name);
}

static ga2_error_t *remove_record(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected, apr_pool_t *p)
{
    ga2_lmdb_env_t *env = env_of(s);
    MDB_txn *txn;
    int code;

    GA2_TRY(ga2_lmdb_write_begin(&txn, env, p));
    code = remove_within(removed, &env->lmdb, txn, key, expected);
    return ga2_lmdb_fail("write", ga2_lmdb_write_end(txn, code, *removed), p);
}

static ga2_error_t *set_remove(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_pool_t *p)
{
    ga2_lmdb_env_t *env = env_of(s);
    ga2_lmdb_name_t name;
    MDB_txn *txn;
    int removed = 0, code;

    ga2_lmdb_name_member(&name, set, member);
    GA2_TRY(ga2_lmdb_write_begin(&txn, env, p));
    code = ga2_lmdb_entry_remove(&removed, &env->lmdb, txn, &name);
    return ga2_lmdb_fail("write", ga2_lmdb_write_end(txn, code, removed), p);
}

typedef struct list { apr_array_header_t *members; int limit; } list_t;

static int add_to_list(void *data, ga2_key_t member)
{
    list_t *list = data;

    if (list->members->nelts < list->limit)
        APR_ARRAY_PUSH(list->members, ga2_key_t) = ga2_bytes_copy(member, list->members->pool);
    return list->members->nelts < list->limit;
}

static ga2_error_t *set_list(apr_array_header_t *out, ga2_store_t *s, ga2_key_t set, apr_time_t now, int limit,
                             apr_pool_t *p)
{
    ga2_lmdb_env_t *env = env_of(s);
    list_t list = { out, limit };
    MDB_txn *txn;
    int code;

    GA2_TRY(ga2_lmdb_read_begin(&txn, env, p));
    code = ga2_lmdb_members(&env->lmdb, txn, set, now, add_to_list, &list);
    ga2_lmdb_read_end(txn);
    return code ? ga2_lmdb_fail("read", code, p) : ga2_lmdb_still_there(env, p);
}

static ga2_error_t *sweep(int *removed, ga2_store_t *s, apr_time_t now, int limit, apr_pool_t *p)
{
    ga2_lmdb_env_t *env = env_of(s);
    MDB_txn *txn;
    int code;

    ga2_lmdb_clear_readers(env);
    GA2_TRY(ga2_lmdb_write_begin(&txn, env, p));
    code = ga2_lmdb_entries_sweep(removed, &env->lmdb, txn, now, limit);
    return ga2_lmdb_fail("write", ga2_lmdb_write_end(txn, code, *removed), p);
}

static ga2_error_t *ping(ga2_store_t *s, apr_pool_t *p)
{
    MDB_txn *txn;

    GA2_TRY(ga2_lmdb_read_begin(&txn, env_of(s), p));
    ga2_lmdb_read_end(txn);
    return ga2_lmdb_still_there(env_of(s), p);
}

static const char *directory(const char *rest, apr_pool_t *p)
{
    const char *dir;
    apr_uint64_t size;

    return parse(&dir, &size, rest, p) ? NULL : dir;
}

const ga2_store_driver_t ga2_store_lmdb_driver = {
    "lmdb", wrong, open_store, get, put, remove_record, set_add, set_remove, set_list, sweep, ping,
    directory
};
