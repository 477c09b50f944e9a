/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/secret.h"
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static apr_status_t close_fd(void *fd)
{
    return close((int)(intptr_t)fd) ? APR_EGENERAL : APR_SUCCESS;
}

/* From here on the pool closes it. */
static void adopt_fd(int fd, apr_pool_t *p)
{
    apr_pool_cleanup_register(p, (void *)(intptr_t)fd, close_fd, close_fd);
}

/* Close it now: p may live as long as the process. */
static void release_fd(int fd, apr_pool_t *p)
{
    (void)apr_pool_cleanup_run(p, (void *)(intptr_t)fd, close_fd);
}

static ga2_error_t *refused(const char *what, const char *path, apr_pool_t *p)
{
    return ga2_fail(p, FILE, NULL, "%s %s: %s", what, path, strerror(errno));
}

static ga2_error_t *only_for_us(const struct stat *st, const char *path, apr_pool_t *p)
{
    if (st->st_uid != geteuid() && st->st_uid != 0 && geteuid() != 0)
        return ga2_fail(p, FILE, NULL, "%s belongs to user %d; it must belong to root or to the server's user",
                        path, (int)st->st_uid);
    if (st->st_mode & 027)
        return ga2_fail(p, FILE, NULL, "%s holds a secret but its mode is %04o; write: chmod 600 %s", path,
                        (unsigned)(st->st_mode & 07777), path);
    return NULL;
}

static ga2_error_t *read_all(ga2_bytes_t *out, int fd, const struct stat *st, const char *path, apr_pool_t *p)
{
    apr_size_t want = (apr_size_t)st->st_size, got = 0;
    char *buf = apr_palloc(p, want + 1);

    while (got < want) {
        ssize_t n = read(fd, buf + got, want - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refused("cannot read", path, p);
        if (n == 0)
            break;
        got += (apr_size_t)n;
    }
    buf[got] = 0;
    *out = (ga2_bytes_t){ (unsigned char *)buf, got };
    return NULL;
}

static ga2_error_t *read_opened(ga2_bytes_t *out, int fd, const char *path, apr_size_t limit, int secret,
                                apr_pool_t *p)
{
    struct stat st;

    if (fstat(fd, &st))
        return refused("cannot look at", path, p);
    if (!S_ISREG(st.st_mode))
        return ga2_fail(p, FILE, NULL, "%s is not a regular file", path);
    if ((apr_uint64_t)st.st_size > limit)
        return ga2_fail(p, FILE, NULL, "%s is larger than %" APR_SIZE_T_FMT " bytes", path, limit);
    if (secret)
        GA2_TRY(only_for_us(&st, path, p));
    GA2_TRY(read_all(out, fd, &st, path, p));
    if (secret)
        ga2_wipe_with(p, (void *)out->data, out->len);
    return NULL;
}

static ga2_error_t *read_file(ga2_bytes_t *out, const char *path, apr_size_t limit, int secret, apr_pool_t *p)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ga2_error_t *err;

    *out = GA2_NO_BYTES;
    if (fd < 0)
        return errno == ENOENT ? NULL : refused("cannot open", path, p);
    adopt_fd(fd, p);
    err = read_opened(out, fd, path, limit, secret, p);
    release_fd(fd, p);
    return err;
}

ga2_error_t *ga2_file_read(ga2_bytes_t *out, const char *path, apr_size_t limit, apr_pool_t *p)
{
    return read_file(out, path, limit, 0, p);
}

ga2_error_t *ga2_file_read_secret(ga2_bytes_t *out, const char *path, apr_size_t limit, apr_pool_t *p)
{
    return read_file(out, path, limit, 1, p);
}

static ga2_error_t *write_all(int fd, ga2_bytes_t content, const char *path, apr_pool_t *p)
{
    apr_size_t done = 0;

    while (done < content.len) {
        ssize_t n = write(fd, content.data + done, content.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return refused("cannot write", path, p);
        done += (apr_size_t)n;
    }
    if (fsync(fd))
        return refused("cannot write", path, p);
    return NULL;
}

/* The name is durable only once its directory is. */
static void sync_directory(const char *path, apr_pool_t *p)
{
    const char *slash = strrchr(path, '/');
    const char *dir = slash ? apr_pstrmemdup(p, path, (apr_size_t)(slash - path) + (slash == path)) : ".";
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

/* A finished temporary file beside `path`; the caller gives it its name or removes it. */
static ga2_error_t *write_beside(const char **temp, const char *path, ga2_bytes_t content,
                                 const ga2_file_access_t *access, apr_pool_t *p)
{
    char *name = apr_pstrcat(p, path, ".XXXXXX", NULL);
    int fd = mkostemp(name, O_CLOEXEC);
    ga2_error_t *err = NULL;

    if (fd < 0)
        return refused("cannot create a file beside", path, p);
    adopt_fd(fd, p);
    if ((access->uid != (uid_t)-1 || access->gid != (gid_t)-1) && fchown(fd, access->uid, access->gid))
        err = refused("cannot set the owner of", path, p);
    if (!err && fchmod(fd, (mode_t)access->mode))
        err = refused("cannot set the mode of", path, p);
    if (!err)
        err = write_all(fd, content, path, p);
    release_fd(fd, p);
    if (err)
        (void)unlink(name);
    *temp = name;
    return err;
}

ga2_error_t *ga2_file_replace_for(const char *path, ga2_bytes_t content, const ga2_file_access_t *access, apr_pool_t *p)
{
    const char *temp;

    GA2_TRY(write_beside(&temp, path, content, access, p));
    if (rename(temp, path)) {
        ga2_error_t *err = refused("cannot replace", path, p);
        (void)unlink(temp);
        return err;
    }
    sync_directory(path, p);
    return NULL;
}

ga2_error_t *ga2_file_create_for(int *made, const char *path, ga2_bytes_t content, const ga2_file_access_t *access,
                                 apr_pool_t *p)
{
    const char *temp;
    int linked, why;

    GA2_TRY(write_beside(&temp, path, content, access, p));
    linked = link(temp, path);      /* unlike rename, this never takes another's place */
    why = errno;
    (void)unlink(temp);
    errno = why;
    if (linked && why != EEXIST)
        return refused("cannot create", path, p);
    *made = !linked;
    sync_directory(path, p);
    return NULL;
}

ga2_error_t *ga2_file_replace(const char *path, ga2_bytes_t content, int mode, apr_pool_t *p)
{
    return ga2_file_replace_for(path, content, &(ga2_file_access_t){ mode, (uid_t)-1, (gid_t)-1 }, p);
}

ga2_error_t *ga2_file_create(int *made, const char *path, ga2_bytes_t content, int mode, apr_pool_t *p)
{
    return ga2_file_create_for(made, path, content, &(ga2_file_access_t){ mode, (uid_t)-1, (gid_t)-1 }, p);
}

ga2_error_t *ga2_directory_make(const char *path, int mode, apr_pool_t *p)
{
    char *part = apr_pstrdup(p, path);
    struct stat st;

    for (char *s = part + (*part == '/');; s++) {
        char was = *s;
        if (was && was != '/')
            continue;
        *s = 0;
        if (mkdir(part, (mode_t)mode) && errno != EEXIST && (errno != EROFS || stat(part, &st)))
            return refused("cannot make directory", part, p);
        if (!was)
            break;
        *s = was;
    }
    if (stat(path, &st) || !S_ISDIR(st.st_mode))
        return ga2_fail(p, FILE, NULL, "%s is not a directory", path);
    return NULL;
}
