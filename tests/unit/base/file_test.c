/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "base/file.h"
#include "base/secret.h"
#include <apr_strings.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A directory for one test, gone with the pool. */
static apr_status_t remove_directory(void *path)
{
    pid_t child = fork();

    if (child == 0)
        execlp("rm", "rm", "-rf", "--", (char *)path, (char *)NULL);
    return child > 0 && waitpid(child, NULL, 0) == child ? APR_SUCCESS : APR_EGENERAL;
}

static const char *directory(apr_pool_t *p)
{
    char *path = apr_pstrdup(p, "/tmp/goauth2-test.XXXXXX");

    assert_non_null(mkdtemp(path));
    apr_pool_cleanup_register(p, path, remove_directory, apr_pool_cleanup_null);
    return path;
}

static const char *in(const char *dir, const char *name, apr_pool_t *p) { return apr_pstrcat(p, dir, "/", name, NULL); }

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static int entries(const char *path)
{
    DIR *d = opendir(path);
    int n = -2;                 /* . and .. */

    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void replaces_and_reads(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *path = in(dir, "f", p);
    ga2_bytes_t out;

    T_OK(ga2_file_replace(path, (ga2_bytes_t){ (const unsigned char *)"a\0b", 3 }, 0640, p));
    T_OK(ga2_file_read(&out, path, 3, p));
    assert_int_equal(out.len, 3);
    assert_memory_equal(out.data, "a\0b\0", 4);
    assert_int_equal(mode_of(path), 0640);
    T_OK(ga2_file_replace(path, ga2_bytes_of(""), 0600, p));
    T_OK(ga2_file_read(&out, path, 0, p));
    assert_non_null(out.data);
    assert_int_equal(out.len, 0);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(entries(dir), 1);
}

static void takes_a_missing_file_for_absent(void **state)
{
    ga2_bytes_t out = ga2_bytes_of("x");

    T_OK(ga2_file_read(&out, in(directory(*state), "none", *state), 10, *state));
    assert_null(out.data);
}

static void refuses_what_it_should_not_read(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *path = in(dir, "f", p), *pipe = in(dir, "pipe", p);
    ga2_bytes_t out;

    T_OK(ga2_file_replace(path, ga2_bytes_of("1234"), 0600, p));
    T_FAILS(ga2_file_read(&out, path, 3, p), FILE);
    assert_null(out.data);
    T_FAILS(ga2_file_read(&out, dir, 10, p), FILE);
    T_FAILS(ga2_file_read(&out, in(path, "below", p), 10, p), FILE);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    T_FAILS(ga2_file_read(&out, pipe, 10, p), FILE);        /* and does not wait for a writer */
    T_FAILS(ga2_file_read(&out, "/dev/zero", 10, p), FILE);
}

static void reads_secrets_that_are_ours_alone(void **state)
{
    static const struct { int mode, ok; } rows[] = {
        { 0600, 1 }, { 0400, 1 }, { 0640, 1 }, { 0440, 1 }, { 0700, 1 }, { 0644, 0 }, { 0660, 0 }, { 0620, 0 },
        { 0602, 0 }, { 0604, 0 },
        { 0601, 0 }, { 0666, 0 },
    };
    apr_pool_t *p = *state;
    const char *path = in(directory(p), "key", p);
    ga2_bytes_t out;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_OK(ga2_file_replace(path, ga2_bytes_of("hunter2"), rows[i].mode, p));
        ga2_error_t *err = ga2_file_read_secret(&out, path, 100, p);
        T_ROW((err == NULL) == rows[i].ok, apr_psprintf(p, "%04o", (unsigned)rows[i].mode));
        assert_true((out.data != NULL) == rows[i].ok);
    }
    T_OK(ga2_file_read_secret(&out, apr_pstrcat(p, path, ".none", NULL), 100, p));
    assert_null(out.data);
}

enum { SOMEBODY = 12345, SOMEBODY_ELSE = 12346 };

/* Only root may give a file away, and needs to, to see whose it is refused. */
static void reads_secrets_of_trusted_owners(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *path = in(dir, "key", p);
    ga2_file_access_t theirs = { 0640, SOMEBODY, SOMEBODY };
    ga2_error_t *as_else, *as_owner;
    ga2_bytes_t out;

    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(dir, 0755), 0);
    T_OK(ga2_file_replace_for(path, ga2_bytes_of("hunter2"), &theirs, p));
    T_OK(ga2_file_read_secret(&out, path, 100, p));
    assert_int_equal(setegid(SOMEBODY) || seteuid(SOMEBODY_ELSE), 0);
    as_else = ga2_file_read_secret(&out, path, 100, p);
    T_OK(ga2_file_read(&out, path, 100, p));
    assert_int_equal(seteuid(0) || seteuid(SOMEBODY), 0);
    as_owner = ga2_file_read_secret(&out, path, 100, p);
    assert_int_equal(seteuid(0) || setegid(0), 0);
    T_FAILS(as_else, FILE);
    T_OK(as_owner);
}

static void writes_for_another_owner(void **state)
{
    apr_pool_t *p = *state;
    const char *path = in(directory(p), "f", p);
    ga2_file_access_t theirs = { 0640, SOMEBODY, SOMEBODY_ELSE }, ours = { 0604, (uid_t)-1, (gid_t)-1 };
    struct stat st;
    int made;

    T_OK(ga2_file_create_for(&made, path, ga2_bytes_of("x"), &ours, p));
    assert_int_equal(made, 1);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, geteuid());
    assert_int_equal(st.st_mode & 07777, 0604);
    if (geteuid() != 0) {
        T_FAILS(ga2_file_replace_for(path, ga2_bytes_of("y"), &theirs, p), FILE);
        return;
    }
    T_OK(ga2_file_replace_for(path, ga2_bytes_of("y"), &theirs, p));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, SOMEBODY);
    assert_int_equal(st.st_gid, SOMEBODY_ELSE);
    assert_int_equal(st.st_mode & 07777, 0640);
}

typedef struct watch { const unsigned char *bytes; int wiped; } watch_t;

static apr_status_t look(void *data)
{
    watch_t *w = data;

    w->wiped = memcmp(w->bytes, "\0\0\0\0\0\0\0", 7) == 0;
    return APR_SUCCESS;
}

static void wipes_secrets_with_the_pool(void **state)
{
    apr_pool_t *p = *state, *inner;
    const char *path = in(directory(p), "key", p);
    watch_t w = { NULL, 0 };
    ga2_bytes_t out;

    T_OK(ga2_file_replace(path, ga2_bytes_of("hunter2"), 0600, p));
    apr_pool_create(&inner, p);
    apr_pool_cleanup_register(inner, &w, look, apr_pool_cleanup_null);
    T_OK(ga2_file_read_secret(&out, path, 100, inner));
    w.bytes = out.data;
    apr_pool_clear(inner);
    assert_int_equal(w.wiped, 1);
}

static void follows_no_link_when_writing(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *target = in(dir, "target", p), *link = in(dir, "link", p);
    struct stat st;
    ga2_bytes_t out;
    int made = 7;

    T_OK(ga2_file_replace(target, ga2_bytes_of("old"), 0600, p));
    assert_int_equal(symlink(target, link), 0);
    T_OK(ga2_file_create(&made, link, ga2_bytes_of("new"), 0600, p));
    assert_int_equal(made, 0);
    T_OK(ga2_file_replace(link, ga2_bytes_of("new"), 0600, p));
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    T_OK(ga2_file_read(&out, target, 10, p));
    assert_memory_equal(out.data, "old", 4);
}

static void creates_only_where_nothing_is(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *path = in(dir, "f", p);
    ga2_bytes_t out;
    int made = 0;

    T_OK(ga2_file_create(&made, path, ga2_bytes_of("first"), 0600, p));
    assert_int_equal(made, 1);
    T_OK(ga2_file_create(&made, path, ga2_bytes_of("second"), 0644, p));
    assert_int_equal(made, 0);
    T_OK(ga2_file_read(&out, path, 10, p));
    assert_memory_equal(out.data, "first", 6);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(entries(dir), 1);
}

static void leaves_nothing_behind_when_it_fails(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *taken = in(dir, "taken", p);
    int made;

    assert_int_equal(mkdir(taken, 0700), 0);
    T_FAILS(ga2_file_replace(taken, ga2_bytes_of("x"), 0600, p), FILE);
    T_FAILS(ga2_file_replace(in(dir, "no/where", p), ga2_bytes_of("x"), 0600, p), FILE);
    T_FAILS(ga2_file_create(&made, in(dir, "no/where", p), ga2_bytes_of("x"), 0600, p), FILE);
    assert_int_equal(entries(dir), 1);
}

/* A pool may live as long as the process; its descriptors must not. */
static void keeps_no_descriptor_open(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *path = in(dir, "f", p);
    int before = entries("/proc/self/fd"), made;
    ga2_bytes_t out;

    for (int i = 0; i < 20; i++) {
        T_OK(ga2_file_replace(path, ga2_bytes_of("x"), 0600, p));
        T_OK(ga2_file_create(&made, path, ga2_bytes_of("x"), 0600, p));
        T_OK(ga2_file_read(&out, path, 10, p));
        T_OK(ga2_file_read_secret(&out, path, 10, p));
        T_FAILS(ga2_file_read(&out, path, 0, p), FILE);
    }
    assert_int_equal(entries("/proc/self/fd"), before);
}

static void makes_directories(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = directory(p), *deep = in(dir, "a/b//c", p);

    T_OK(ga2_directory_make(deep, 0700, p));
    assert_int_equal(mode_of(deep), 0700);
    assert_int_equal(mode_of(in(dir, "a", p)), 0700);
    assert_int_equal(chmod(deep, 0755), 0);
    T_OK(ga2_directory_make(deep, 0700, p));
    assert_int_equal(mode_of(deep), 0755);
    T_OK(ga2_directory_make(in(dir, "a/d/", p), 0700, p));
    T_OK(ga2_directory_make("/", 0700, p));
    T_OK(ga2_file_replace(in(dir, "f", p), ga2_bytes_of("x"), 0600, p));
    T_FAILS(ga2_directory_make(in(dir, "f", p), 0700, p), FILE);
    T_FAILS(ga2_directory_make(in(dir, "f/g", p), 0700, p), FILE);
    T_FAILS(ga2_directory_make("", 0700, p), FILE);
}

static const struct CMUnitTest cases[] = {
    T("what is written is read back", replaces_and_reads),
    T("a missing file is absent and no error", takes_a_missing_file_for_absent),
    T("large files and what is no file are refused", refuses_what_it_should_not_read),
    T("a secret that others could read or write is refused", reads_secrets_that_are_ours_alone),
    T("a secret of another user is refused", reads_secrets_of_trusted_owners),
    T("a file may be written for another owner", writes_for_another_owner),
    T("a secret from a file is wiped with its pool", wipes_secrets_with_the_pool),
    T("a symbolic link is replaced and not followed", follows_no_link_when_writing),
    T("a file is created only where none is", creates_only_where_nothing_is),
    T("a write that fails leaves nothing behind", leaves_nothing_behind_when_it_fails),
    T("no descriptor stays open", keeps_no_descriptor_open),
    T("directories are made, with those above", makes_directories),
};

T_MAIN("file", cases)
