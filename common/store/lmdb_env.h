/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_STORE_LMDB_ENV_H
#define GA2_STORE_LMDB_ENV_H
/* An LMDB environment as this process has it open: once for each directory, with one kept read transaction for each
 * thread. For lmdb.c and lmdb_entry.c. */
#include "base/error.h"
#include <lmdb.h>
#include <pthread.h>
#include <sys/types.h>

typedef struct ga2_lmdb {               /* what transactions work on: see lmdb_entry.h */
    MDB_env *env;
    MDB_dbi records, members, expiry;
    apr_uint64_t limit;                 /* bytes in use at which nothing is added any more */
} ga2_lmdb_t;

typedef struct ga2_lmdb_env {
    ga2_lmdb_t lmdb;
    pid_t pid;                          /* whoever forks has to open its own */
    pthread_key_t key;                  /* a thread's reader: lmdb_reader.c */
    dev_t device;                       /* the directory's */
    ino_t inode;
    char *file;                         /* the data: its path, and which file that was */
    dev_t file_device;
    ino_t file_inode;
    int users;                          /* stores that share it */
    struct ga2_lmdb_env *next;
} ga2_lmdb_env_t;

/* Open `dir`, which is made when missing; closed with p. Whoever opens it first in this process decides the size. */
GA2_MUST_USE ga2_error_t *ga2_lmdb_env_open(ga2_lmdb_env_t **out, const char *dir, apr_uint64_t size, apr_pool_t *p);
/* STORE when this process is not the one that opened it. */
GA2_MUST_USE ga2_error_t *ga2_lmdb_check_process(const ga2_lmdb_env_t *e, apr_pool_t *p);
/* Whether the directory still names the file that is open here. When it was removed or replaced, what this process
 * reads is a ghost, and nothing found there may be called absent. */
GA2_MUST_USE ga2_error_t *ga2_lmdb_still_there(const ga2_lmdb_env_t *e, apr_pool_t *p);

/* This thread's view of the store as it is now. Takes no lock but the first time. Every begin needs its end: until
 * then no page that the view sees is used again. */
GA2_MUST_USE ga2_error_t *ga2_lmdb_read_begin(MDB_txn **out, ga2_lmdb_env_t *e, apr_pool_t *p);
void ga2_lmdb_read_end(MDB_txn *txn);
/* For opening: a key for readers, and a transaction of reading that is not kept, as LMDB's code. */
int ga2_lmdb_readers_make(ga2_lmdb_env_t *e);
int ga2_lmdb_first_read(MDB_txn **txn, const ga2_lmdb_env_t *e);
/* For closing, when no thread is inside. */
void ga2_lmdb_readers_drop(ga2_lmdb_env_t *e);
/* The places of readers that died are free again. */
void ga2_lmdb_clear_readers(const ga2_lmdb_env_t *e);

/* Alone of all processes, until _write_end, which is told what became of the work: it commits when the code is 0 and
 * something has changed. Returns LMDB's code. */
GA2_MUST_USE ga2_error_t *ga2_lmdb_write_begin(MDB_txn **out, ga2_lmdb_env_t *e, apr_pool_t *p);
int ga2_lmdb_write_end(MDB_txn *txn, int code, int changed);
/* LMDB's code as an error that says what to do; NULL for 0. `doing` as in "cannot read". See lmdb_error.c. */
GA2_MUST_USE ga2_error_t *ga2_lmdb_fail(const char *doing, int code, apr_pool_t *p);
#endif
