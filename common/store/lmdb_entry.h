/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_STORE_LMDB_ENTRY_H
#define GA2_STORE_LMDB_ENTRY_H
/* What lies in an LMDB store, all numbers big-endian:
 *
 *     (unnamed)   'r' | key                              -> generation 8 | expires 8 | value
 *     "members"   'm' | set's length 1 | set | member    -> expires 8
 *     "expiry"    expires 8 | the name of the entry      -> nothing
 *
 * A named database is looked up in the unnamed one by each transaction that uses it. So the records lie there
 * themselves; no name above begins with 'r'. "expiry" has all entries in the order of their ends, so that removing
 * what has expired looks at nothing else.
 * Everything here works within a transaction of the caller's. For lmdb.c. */
#include "store/lmdb_env.h"
#include "store/store.h"

typedef struct ga2_lmdb_name {          /* of a record or a member, ready to be asked for */
    apr_size_t len;
    unsigned char bytes[2 + 2 * GA2_STORE_KEY_MAX];
} ga2_lmdb_name_t;

void ga2_lmdb_name_record(ga2_lmdb_name_t *out, ga2_key_t key);
/* A member of GA2_NO_BYTES gives what the names of all members of the set begin with. */
void ga2_lmdb_name_member(ga2_lmdb_name_t *out, ga2_key_t set, ga2_key_t member);

/* These return LMDB's code: 0 is success. */
/* The entry as it lies in the map: value.data NULL when there is none. Good until the transaction ends. A member has
 * neither generation nor value. */
int ga2_lmdb_entry_find(ga2_record_t *out, const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name);
/* Call `each` for the members of a set that have not expired at `now`, until it returns 0. */
int ga2_lmdb_members(const ga2_lmdb_t *l, MDB_txn *txn, ga2_key_t set, apr_time_t now,
                     int (*each)(void *data, ga2_key_t member), void *data);
/* Put or remove an entry and its line in expiry. */
int ga2_lmdb_entry_put(const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name, const ga2_record_t *entry);
int ga2_lmdb_entry_remove(int *removed, const ga2_lmdb_t *l, MDB_txn *txn, const ga2_lmdb_name_t *name);
/* Whether one more entry with a value of `more` bytes goes beyond the limit. */
int ga2_lmdb_is_full(int *full, const ga2_lmdb_t *l, MDB_txn *txn, apr_size_t more);
/* Remove up to `limit` entries that have expired at `now`. */
int ga2_lmdb_entries_sweep(int *removed, const ga2_lmdb_t *l, MDB_txn *txn, apr_time_t now, int limit);
#endif
