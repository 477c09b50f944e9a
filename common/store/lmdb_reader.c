/* SPDX-License-Identifier: Apache-2.0
 * A thread's read transaction, kept and renewed. Between uses it is reset and pins no page. */
#include "store/lmdb_env.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct reader {
    MDB_txn *txn;
    ga2_lmdb_env_t *env;
    time_t looked;                      /* the second in which the file was last seen in its place */
    struct reader *next;
} reader_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* for the list */
static reader_t *readers;

void ga2_lmdb_clear_readers(const ga2_lmdb_env_t *e)
{
    (void)mdb_reader_check(e->lmdb.env, NULL);
}

/* A thread ends. What is no longer listed went with its environment; what came through fork is the parent's: to end
 * it would free the parent's place among the readers. */
static void thread_ended(void *ended)
{
    reader_t **at, *found;

    pthread_mutex_lock(&lock);
    for (at = &readers; *at && *at != ended; at = &(*at)->next)
        ;
    if ((found = *at)) {
        *at = found->next;
        if (found->env->pid == getpid())
            mdb_txn_abort(found->txn);
    }
    pthread_mutex_unlock(&lock);
    free(found);
}

int ga2_lmdb_readers_make(ga2_lmdb_env_t *e)
{
    return pthread_key_create(&e->key, thread_ended);
}

void ga2_lmdb_readers_drop(ga2_lmdb_env_t *e)
{
    pthread_key_delete(e->key);
    pthread_mutex_lock(&lock);
    for (reader_t **at = &readers; *at;) {
        reader_t *r = *at;
        if (r->env != e) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        mdb_txn_abort(r->txn);
        free(r);
    }
    pthread_mutex_unlock(&lock);
}

int ga2_lmdb_first_read(MDB_txn **txn, const ga2_lmdb_env_t *e)
{
    int code = mdb_txn_begin(e->lmdb.env, NULL, MDB_RDONLY, txn);

    if (code != MDB_READERS_FULL)
        return code;
    ga2_lmdb_clear_readers(e);
    return mdb_txn_begin(e->lmdb.env, NULL, MDB_RDONLY, txn);
}

static int make_reader(reader_t **out, ga2_lmdb_env_t *e)
{
    reader_t *r = calloc(1, sizeof(*r));
    int code = r ? ga2_lmdb_first_read(&r->txn, e) : ENOMEM;

    if (!code && (code = pthread_setspecific(e->key, r)))
        mdb_txn_abort(r->txn);
    if (code) {
        free(r);
        return code;
    }
    r->env = e;
    pthread_mutex_lock(&lock);
    r->next = readers;
    readers = r;
    pthread_mutex_unlock(&lock);
    *out = r;
    return 0;
}

/* Once a second is enough for answers that were found; an absent one asks ga2_lmdb_still_there itself. */
static ga2_error_t *look(reader_t *r, apr_pool_t *p)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    if (now.tv_sec == r->looked)
        return NULL;
    GA2_TRY(ga2_lmdb_still_there(r->env, p));
    r->looked = now.tv_sec;
    return NULL;
}

ga2_error_t *ga2_lmdb_read_begin(MDB_txn **out, ga2_lmdb_env_t *e, apr_pool_t *p)
{
    reader_t *r = pthread_getspecific(e->key);
    ga2_error_t *err;
    int code;

    GA2_TRY(ga2_lmdb_check_process(e, p));
    code = r ? mdb_txn_renew(r->txn) : make_reader(&r, e);
    if (code)
        return ga2_lmdb_fail("read", code, p);
    *out = r->txn;
    err = look(r, p);
    if (err)
        ga2_lmdb_read_end(r->txn);
    return err;
}

void ga2_lmdb_read_end(MDB_txn *txn) { mdb_txn_reset(txn); }
