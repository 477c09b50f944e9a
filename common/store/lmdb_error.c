/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lmdb_env.h"
#include <errno.h>

static const struct { int code; const char *what; } advice[] = {
    { MDB_MAP_FULL, "it has reached its size; raise ?size= in its URL and restart" },
    { MDB_MAP_RESIZED, "another process has opened it with a larger ?size=; restart this one" },
    { MDB_READERS_FULL, "too many threads read it at once; run fewer threads or processes" },
    { ENOSPC, "the disk is full; make room" },
    { EDQUOT, "the disk quota is used up; make room" },
    { EIO, "the disk reports an error; look at the system's log" },
    { EACCES, "this process may not write in its directory; give the directory to the server's user" },
    { EPERM, "this process may not write in its directory; give the directory to the server's user" },
    { EROFS, "its disk is read-only; keep it on one that can be written" },
    { ENOMEM, "there is no room in memory to map it; lower ?size= in its URL" },
    { MDB_BAD_RSLOT, "this process lost its place among the readers; restart it, and do not share the directory "
                     "between containers that count processes apart" },
    { MDB_PANIC, "an earlier write could not be undone; restart" },
    { MDB_VERSION_MISMATCH, "another version of LMDB uses it; stop every server, remove lock.mdb, restart" },
    { MDB_CORRUPTED, "its file is damaged; stop every server, move the directory away and start again" },
    { MDB_PAGE_NOTFOUND, "its file is damaged; stop every server, move the directory away and start again" },
    { MDB_INVALID, "its file is damaged or no store; stop every server, move the directory away and start again" },
};

ga2_error_t *ga2_lmdb_fail(const char *doing, int code, apr_pool_t *p)
{
    if (!code)
        return NULL;
    for (unsigned i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
        if (advice[i].code == code)
            return ga2_fail(p, STORE, NULL, "cannot %s: %s", doing, advice[i].what);
    return ga2_fail(p, STORE, NULL, "cannot %s: %s", doing, mdb_strerror(code));
}
