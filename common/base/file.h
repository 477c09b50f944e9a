/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_BASE_FILE_H
#define GA2_BASE_FILE_H
/* Whole files, read with a limit and replaced in one step. */
#include "base/bytes.h"
#include "base/error.h"
#include <apr_file_info.h>
#include <sys/types.h>

/* Read a regular file of at most `limit` bytes. A file that is not there is not an error: data stays NULL.
 * Not regular, too large or unreadable is one (FILE), with the path and the system's reason. The content is
 * followed by a NUL that len does not count. */
GA2_MUST_USE ga2_error_t *ga2_file_read(ga2_bytes_t *out, const char *path, apr_size_t limit, apr_pool_t *p);
/* The same for a secret: the bytes are wiped with p, and a file that anyone but its owner (this process's user or
 * root; for root anybody, as it may read for a server that runs as another user) and its group may read, or anyone
 * else may write, is refused. */
GA2_MUST_USE ga2_error_t *ga2_file_read_secret(ga2_bytes_t *out, const char *path, apr_size_t limit, apr_pool_t *p);
/* Replace the file's content: whoever reads sees the old or the new whole, also after a crash or kill -9.
 * `mode` is octal; the owner is this process's user. Symbolic links are replaced, never followed. */
GA2_MUST_USE ga2_error_t *ga2_file_replace(const char *path, ga2_bytes_t content, int mode, apr_pool_t *p);
/* As above, but only where no file is: *made is 0 and nothing changes when one was there first. */
GA2_MUST_USE ga2_error_t *ga2_file_create(int *made, const char *path, ga2_bytes_t content, int mode, apr_pool_t *p);
/* Both again, for a file that shall be another's: it has its mode and owner before it has its name. */
typedef struct ga2_file_access {
    int mode;                   /* octal */
    uid_t uid;                  /* -1: this process's; only root may give a file away */
    gid_t gid;
} ga2_file_access_t;
GA2_MUST_USE ga2_error_t *ga2_file_replace_for(const char *path, ga2_bytes_t content, const ga2_file_access_t *access,
                                               apr_pool_t *p);
GA2_MUST_USE ga2_error_t *ga2_file_create_for(int *made, const char *path, ga2_bytes_t content,
                                              const ga2_file_access_t *access, apr_pool_t *p);
/* Make a directory, and those above it, with this mode; one that is there stays as it is. */
GA2_MUST_USE ga2_error_t *ga2_directory_make(const char *path, int mode, apr_pool_t *p);
#endif
