/* SPDX-License-Identifier: Apache-2.0
 * The main of a fuzz target outside the fuzzer: gives it each file of its corpus once and speaks TAP. The corpus is
 * the directory given, or tests/fuzz/corpus/<name> for a program called <name>_fuzz. No corpus is a failure: a
 * target that nothing is fed to proves nothing. */
#include <apr_file_info.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <errno.h>
#include <stdint.h>
#include "base/file.h"

enum { LARGEST_INPUT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The regular files of a directory in a fixed order; empty when it cannot be read. */
static apr_array_header_t *files_of(const char *directory, apr_pool_t *p)
{
    apr_array_header_t *files = apr_array_make(p, 16, sizeof(const char *));
    apr_finfo_t entry;
    apr_dir_t *open;

    if (apr_dir_open(&open, directory, p) != APR_SUCCESS)
        return files;
    while (apr_dir_read(&entry, APR_FINFO_NAME | APR_FINFO_TYPE, open) == APR_SUCCESS)
        if (entry.filetype == APR_REG)
            APR_ARRAY_PUSH(files, const char *) = apr_pstrcat(p, directory, "/", entry.name, NULL);
    apr_dir_close(open);
    qsort(files->elts, (size_t)files->nelts, sizeof(const char *), by_name);
    return files;
}

/* Names each input before it is read, so that the log of a crash ends with the one to blame. */
static ga2_error_t *replay(const apr_array_header_t *files, apr_pool_t *p)
{
    for (int i = 0; i < files->nelts; i++) {
        const char *path = APR_ARRAY_IDX(files, i, const char *);
        ga2_bytes_t input;

        printf("# %s\n", path);
        fflush(stdout);
        GA2_TRY(ga2_file_read(&input, path, LARGEST_INPUT, p));
        LLVMFuzzerTestOneInput(input.data, input.len);
    }
    return NULL;
}

static const char *target_name(apr_pool_t *p)
{
    const char *program = program_invocation_short_name;
    size_t length = strlen(program);

    if (length > 5 && !strcmp(program + length - 5, "_fuzz"))
        length -= 5;
    return apr_pstrndup(p, program, length);
}

static const char *corpus_of(const char *name, apr_pool_t *p)
{
    const char *top = getenv("top_srcdir");

    return apr_pstrcat(p, top ? top : ".", "/tests/fuzz/corpus/", name, NULL);
}

int main(int argc, char **argv)
{
    const apr_array_header_t *files;
    const ga2_error_t *err;
    const char *name;
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    name = target_name(p);
    files = files_of(argc > 1 ? argv[1] : corpus_of(name, p), p);
    printf("1..1\n");
    err = replay(files, p);
    if (err)
        printf("# %s\n", ga2_error_chain(err, p));
    printf("%s 1 - %s: %d inputs\n", err || !files->nelts ? "not ok" : "ok", name, files->nelts);
    apr_terminate();
    return err || !files->nelts;
}
