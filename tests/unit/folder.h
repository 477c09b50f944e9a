/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FOLDER_H
#define GA2_TESTS_FOLDER_H
/* A folder for one test, and files in it; all go with the pool. */
#include <apr_pools.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static inline apr_status_t folder_drop(void *path)
{
    pid_t child = fork();

    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", (char *)path, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, NULL, 0) == child ? APR_SUCCESS : APR_EGENERAL;
}

static inline const char *folder_make(apr_pool_t *p)
{
    char *path = apr_pstrdup(p, "/tmp/goauth2-test.XXXXXX");

    if (!mkdtemp(path))
        abort();
    apr_pool_cleanup_register(p, path, folder_drop, apr_pool_cleanup_null);
    return path;
}

/* The path of a new file with these bytes and this mode. */
static inline const char *folder_write(const char *folder, const char *name, const void *bytes, size_t len, int mode,
                                       apr_pool_t *p)
{
    const char *path = apr_pstrcat(p, folder, "/", name, NULL);
    FILE *f = fopen(path, "w");

    if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) || chmod(path, (mode_t)mode))
        abort();
    return path;
}
#endif
