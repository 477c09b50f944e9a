/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lmdb_entry.h"
#include <string.h>

enum { GENERATION = 8, EXPIRES = 8 };

typedef struct line {                   /* of expiry */
    apr_size_t len;
    unsigned char bytes[EXPIRES + sizeof(((ga2_lmdb_name_t *)0)->bytes)];
} line_t;

static void put_number(unsigned char *to, apr_uint64_t number)
{
    number = __builtin_bswap64(number);
    memcpy(to, &number, sizeof(number));
}

static apr_uint64_t number_at(const void *from)
{
    apr_uint64_t number;

    memcpy(&number, from, sizeof(number));
    return __builtin_bswap64(number);
}

/* Times in an order that bytes have, too: those before 1970 come first. */
static const apr_uint64_t sign = (apr_uint64_t)1 << 63;

static void put_time(unsigned char *to, apr_time_t time) { put_number(to, (apr_uint64_t)time ^ sign); }
static apr_time_t time_at(const void *from) { return (apr_time_t)(number_at(from) ^ sign); }

void ga2_lmdb_name_record(ga2_lmdb_name_t *out, ga2_key_t key)
{
    out->len = 1 + key.len;
    out->bytes[0] = 'r';
    memcpy(out->bytes + 1, key.data, key.len);
}

void ga2_lmdb_name_member(ga2_lmdb_name_t *out, ga2_key_t set, ga2_key_t member)
{
    out->len = 2 + set.len + member.len;
    out->bytes[0] = 'm';
    out->bytes[1] = (unsigned char)set.len;
    memcpy(out->bytes + 2, set.data, set.len);
    if (member.len)
        memcpy(out->bytes + 2 + set.len, member.data, member.len);
}

static MDB_val val(const void *bytes, apr_size_t len) { return (MDB_val){ len, (void *)bytes }; }
static MDB_val name_val(const ga2_lmdb_name_t *name) { return val(name->bytes, name->len); }

static int is_record(const ga2_lmdb_name_t *name) { return name->bytes[0] == 'r'; }
static apr_size_t generation_len(const ga2_lmdb_name_t *name) { return is_record(name) ? GENERATION : 0; }
static MDB_dbi database(const ga2_lmdb_t *l, const ga2_lmdb_name_t *name)
{
    return is_record(name) ? l->records : l->members;
}

static MDB_val line_of(line_t *line, apr_time_t expires, const ga2_lmdb_name_t *name)
{
    put_time(line->bytes, expires);
    memcpy(line->bytes + EXPIRES, name->bytes, name->len);
    line->len = EXPIRES + name->len;
    return val(line->bytes, line->len);
}

/* For steps that end the function when they fail. */
#define CODE(call) \
    do { int code_ = (call); if (code_) return code_; } while (0)

int ga2_lmdb_entry_find(ga2_record_t *out, const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name)
{
    apr_size_t before = generation_len(name);
    MDB_val key = name_val(name), value;
    int code = mdb_get(txn, database(l, name), &key, &value);
    const unsigned char *bytes = value.mv_data;

    memset(out, 0, sizeof(*out));
    if (code)
        return code == MDB_NOTFOUND ? 0 : code;
    if (value.mv_size < before + EXPIRES)
        return MDB_CORRUPTED;
    out->generation = before ? number_at(bytes) : 0;
    out->expires = time_at(bytes + before);
    out->value = (ga2_bytes_t){ bytes + before + EXPIRES, value.mv_size - before - EXPIRES };
    return 0;
}

/* The members of a set lie side by side, behind the name that all of theirs begin with. */
static int walk_members(MDB_cursor *cursor, const ga2_lmdb_name_t *prefix, apr_time_t now,
                        int (*each)(void *data, ga2_key_t member), void *data)
{
    MDB_val key = name_val(prefix), value;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);

    for (; !code; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        const unsigned char *name = key.mv_data;
        if (key.mv_size < prefix->len || memcmp(name, prefix->bytes, prefix->len) != 0)
            return 0;
        if (value.mv_size != EXPIRES)
            return MDB_CORRUPTED;
        if (time_at(value.mv_data) > now
            && !each(data, (ga2_key_t){ name + prefix->len, key.mv_size - prefix->len }))
            return 0;
    }
    return code == MDB_NOTFOUND ? 0 : code;
}

int ga2_lmdb_members(const ga2_lmdb_t *l, MDB_txn *txn, ga2_key_t set, apr_time_t now,
                     int (*each)(void *data, ga2_key_t member), void *data)
{
    ga2_lmdb_name_t prefix;
    MDB_cursor *cursor;
    int code;

    ga2_lmdb_name_member(&prefix, set, GA2_NO_BYTES);
    CODE(mdb_cursor_open(txn, l->members, &cursor));
    code = walk_members(cursor, &prefix, now, each, data);
    mdb_cursor_close(cursor);
    return code;
}

/* Removing what is not there is fine. */
static int delete(MDB_txn *txn, MDB_dbi from, MDB_val key)
{
    int code = mdb_del(txn, from, &key, NULL);

    return code == MDB_NOTFOUND ? 0 : code;
}

int ga2_lmdb_entry_remove(int *removed, const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name)
{
    ga2_record_t old;
    line_t line;

    CODE(ga2_lmdb_entry_find(&old, l, txn, name));
    *removed = old.value.data != NULL;
    if (!*removed)
        return 0;
    CODE(delete(txn, database(l, name), name_val(name)));
    return delete(txn, l->expiry, line_of(&line, old.expires, name));
}

/* The line of the old entry goes, unless it is the new one's as well. */
static int put_line(const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name, apr_time_t expires)
{
    MDB_val key, nothing = val("", 0);
    ga2_record_t old;
    line_t line;

    CODE(ga2_lmdb_entry_find(&old, l, txn, name));
    if (old.value.data && old.expires == expires)
        return 0;
    if (old.value.data)
        CODE(delete(txn, l->expiry, line_of(&line, old.expires, name)));
    key = line_of(&line, expires, name);
    return mdb_put(txn, l->expiry, &key, &nothing, 0);
}

int ga2_lmdb_entry_put(const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name, const ga2_record_t *entry)
{
    apr_size_t before = generation_len(name);
    MDB_val key = name_val(name), value = val(NULL, before + EXPIRES + entry->value.len);
    unsigned char *to;

    CODE(put_line(l, txn, name, entry->expires));
    CODE(mdb_put(txn, database(l, name), &key, &value, MDB_RESERVE));
    to = value.mv_data;
    if (before)
        put_number(to, entry->generation);
    put_time(to + before, entry->expires);
    if (entry->value.len)
        memcpy(to + before + EXPIRES, entry->value.data, entry->value.len);
    return 0;
}

int ga2_lmdb_is_full(int *full, const ga2_lmdb_t *l, MDB_txn *txn, apr_size_t more)
{
    const MDB_dbi all[] = { l->records, l->members, l->expiry };
    apr_uint64_t used = more;

    for (int i = 0; i < 3; i++) {
        MDB_stat stat;
        CODE(mdb_stat(txn, all[i], &stat));
        used += (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * stat.ms_psize;
    }
    *full = used > l->limit;
    return 0;
}

/* The first line of all, and whose entry it is. *found is 0 when nothing has expired. */
static int first_expired(int *found, line_t *line, ga2_lmdb_name_t *name, MDB_cursor *cursor, apr_time_t now)
{
    MDB_val key, nothing;
    int code = mdb_cursor_get(cursor, &key, &nothing, MDB_FIRST);

    *found = 0;
    if (code)
        return code == MDB_NOTFOUND ? 0 : code;
    if (key.mv_size <= EXPIRES || key.mv_size > sizeof(line->bytes))
        return MDB_CORRUPTED;
    if (time_at(key.mv_data) > now)
        return 0;
    memcpy(line->bytes, key.mv_data, key.mv_size);
    line->len = key.mv_size;
    name->len = line->len - EXPIRES;
    memcpy(name->bytes, line->bytes + EXPIRES, name->len);
    *found = 1;
    return 0;
}

/* The entry of a line, if that is when it ends: a line that lied must not cost a session. */
static int remove_if(apr_time_t expires, const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name)
{
    ga2_record_t entry;

    CODE(ga2_lmdb_entry_find(&entry, l, txn, name));
    return entry.value.data && entry.expires == expires ? delete(txn, database(l, name), name_val(name)) : 0;
}

/* A transaction of writing closes its cursors itself. */
int ga2_lmdb_entries_sweep(int *removed, const ga2_lmdb_t *l, MDB_txn *txn, apr_time_t now, int limit)
{
    MDB_cursor *cursor;

    *removed = 0;
    CODE(mdb_cursor_open(txn, l->expiry, &cursor));
    while (*removed < limit) {
        ga2_lmdb_name_t name;
        line_t line;
        int found;

        CODE(first_expired(&found, &line, &name, cursor, now));
        if (!found)
            break;
        CODE(mdb_cursor_del(cursor, 0));
        CODE(remove_if(time_at(line.bytes), l, txn, &name));
        ++*removed;
    }
    mdb_cursor_close(cursor);
    return 0;
}
