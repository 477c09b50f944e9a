/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lmdb_env.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READERS = 4096, FILE_MODE = 0600, DIRECTORY_MODE = 0700 };

/* LMDB must not be opened twice by a process: closing one would drop the file locks of the other. So every open
 * environment is in this list; the lock guards the list and the counts. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ga2_lmdb_env_t *environments;

ga2_error_t *ga2_lmdb_still_there(const ga2_lmdb_env_t *e, apr_pool_t *p)
{
    struct stat st;

    if (stat(e->file, &st))
        return ga2_fail(p, STORE, NULL, "%s is gone (%s); restart, and the store begins anew", e->file,
                        strerror(errno));
    if (st.st_dev != e->file_device || st.st_ino != e->file_inode)
        return ga2_fail(p, STORE, NULL, "%s was replaced by another file; restart", e->file);
    return NULL;
}

ga2_error_t *ga2_lmdb_check_process(const ga2_lmdb_env_t *e, apr_pool_t *p)
{
    if (e->pid != getpid())
        return ga2_fail(p, STORE, NULL, "it was opened before this process was forked, which has to open its own");
    return NULL;
}

/* LMDB's lock is robust: when its holder is killed, the next writer takes over, and what was half written was never
 * visible. */
ga2_error_t *ga2_lmdb_write_begin(MDB_txn **out, ga2_lmdb_env_t *e, apr_pool_t *p)
{
    GA2_TRY(ga2_lmdb_check_process(e, p));
    GA2_TRY(ga2_lmdb_still_there(e, p));
    return ga2_lmdb_fail("write", mdb_txn_begin(e->lmdb.env, NULL, 0, out), p);
}

int ga2_lmdb_write_end(MDB_txn *txn, int code, int changed)
{
    if (!code && changed)
        return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return code;
}

static void close_env(ga2_lmdb_env_t *e)
{
    ga2_lmdb_readers_drop(e);
    mdb_env_close(e->lmdb.env);
    free(e->file);
    free(e);
}

/* In a child that was forked nothing is closed: the environment is the parent's, its locks are in shared memory. */
static apr_status_t leave(void *env)
{
    ga2_lmdb_env_t *e = env;

    if (e->pid != getpid())
        return APR_SUCCESS;
    pthread_mutex_lock(&lock);
    if (--e->users == 0) {
        ga2_lmdb_env_t **at = &environments;
        while (*at != e)
            at = &(*at)->next;
        *at = e->next;
        close_env(e);
    }
    pthread_mutex_unlock(&lock);
    return APR_SUCCESS;
}

static int open_databases(MDB_txn *txn, ga2_lmdb_t *l, unsigned flags)
{
    int code = mdb_dbi_open(txn, NULL, flags, &l->records);

    if (!code)
        code = mdb_dbi_open(txn, "members", flags, &l->members);
    return code ? code : mdb_dbi_open(txn, "expiry", flags, &l->expiry);
}

/* Reading suffices, and waits for no writer, unless the store is new. */
static int find_databases(ga2_lmdb_env_t *e)
{
    for (unsigned flags = 0;; flags = MDB_CREATE) {
        MDB_txn *txn;
        int code = flags ? mdb_txn_begin(e->lmdb.env, NULL, 0, &txn) : ga2_lmdb_first_read(&txn, e);
        if (code)
            return code;
        code = open_databases(txn, &e->lmdb, flags);
        if (!code)
            return mdb_txn_commit(txn);
        mdb_txn_abort(txn);
        if (flags || code != MDB_NOTFOUND)
            return code;
    }
}

/* LMDB writes no page in place, so it needs free ones even to remove something: a store that was filled to its end
 * could never be emptied again. An eighth is kept for that; half of the smallest store, and no more than is of use. */
static int set_limit(ga2_lmdb_t *l)
{
    const apr_uint64_t least = 512 << 10, most = 64 << 20;
    MDB_envinfo info;
    apr_uint64_t kept;
    int code = mdb_env_info(l->env, &info);

    if (code)
        return code;
    kept = info.me_mapsize / 8;
    kept = kept < least ? least : kept > most ? most : kept;
    l->limit = info.me_mapsize > kept ? info.me_mapsize - kept : 0;
    return 0;
}

/* MDB_NOTLS ties a reader's place to its transaction, which can then be kept and renewed without a lock.
 * MDB_NOMETASYNC leaves the last page of a commit to the system: every commit survives kill -9, a loss of power costs
 * at most the last few commits and never the file, and a write waits for the disk once instead of twice. */
static int open_files(ga2_lmdb_env_t *e, const char *dir, apr_uint64_t size)
{
    apr_uint64_t page = (apr_uint64_t)sysconf(_SC_PAGESIZE);
    MDB_env *env = e->lmdb.env;
    struct stat st;
    int fd, code;

    if ((code = mdb_env_set_mapsize(env, (size_t)((size + page - 1) / page * page)))
        || (code = mdb_env_set_maxreaders(env, READERS)) || (code = mdb_env_set_maxdbs(env, 2))
        || (code = mdb_env_open(env, dir, MDB_NOTLS | MDB_NOMETASYNC, FILE_MODE))
        || (code = mdb_env_get_fd(env, &fd)) || (code = set_limit(&e->lmdb)))
        return code;
    if (fstat(fd, &st) || fcntl(fd, F_SETFD, FD_CLOEXEC))       /* LMDB leaves this one open to programs */
        return errno;
    e->file_device = st.st_dev;
    e->file_inode = st.st_ino;
    ga2_lmdb_clear_readers(e);
    return find_databases(e);
}

static int make_env(ga2_lmdb_env_t **out, const char *dir, const struct stat *st, apr_uint64_t size)
{
    ga2_lmdb_env_t *e = calloc(1, sizeof(*e));
    int code;

    if (!e)
        return ENOMEM;
    e->pid = getpid();
    e->device = st->st_dev;
    e->inode = st->st_ino;
    e->file = malloc(strlen(dir) + sizeof("/data.mdb"));
    code = e->file ? ga2_lmdb_readers_make(e) : ENOMEM;
    if (code) {
        free(e->file);
        free(e);
        return code;
    }
    memcpy(e->file, dir, strlen(dir));
    memcpy(e->file + strlen(dir), "/data.mdb", sizeof("/data.mdb"));
    code = mdb_env_create(&e->lmdb.env);
    if (!code)
        code = open_files(e, dir, size);
    if (code) {
        close_env(e);
        return code;
    }
    e->next = environments;
    environments = e;
    *out = e;
    return 0;
}

/* The one of this directory that this process has open. A directory that was removed may have left its number to
 * another, so the file has to be the same, too. */
static ga2_lmdb_env_t *shared(const struct stat *st, apr_pool_t *p)
{
    for (ga2_lmdb_env_t *e = environments; e; e = e->next)
        if (e->pid == getpid() && e->device == st->st_dev && e->inode == st->st_ino && !ga2_lmdb_still_there(e, p))
            return e;
    return NULL;
}

static ga2_error_t *check_directory(struct stat *st, const char *dir, apr_pool_t *p)
{
    GA2_TRY(ga2_directory_make(dir, DIRECTORY_MODE, p));
    if (stat(dir, st))
        return ga2_fail(p, STORE, NULL, "%s: %s", dir, strerror(errno));
    if (st->st_mode & 022)
        return ga2_fail(p, STORE, NULL, "others may write in %s; write: chmod 700 %s", dir, dir);
    return NULL;
}

ga2_error_t *ga2_lmdb_env_open(ga2_lmdb_env_t **out, const char *dir, apr_uint64_t size, apr_pool_t *p)
{
    ga2_lmdb_env_t *e;
    struct stat st;
    int code = 0;

    GA2_TRY(check_directory(&st, dir, p));
    pthread_mutex_lock(&lock);
    e = shared(&st, p);
    if (!e)
        code = make_env(&e, dir, &st, size);
    if (!code)
        e->users++;
    pthread_mutex_unlock(&lock);
    if (code)
        return ga2_lmdb_fail("open its files", code, p);
    apr_pool_cleanup_register(p, e, leave, apr_pool_cleanup_null);
    *out = e;
    return NULL;
}
