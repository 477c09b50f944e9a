/* SPDX-License-Identifier: Apache-2.0
 * How the files are opened, shared within the process and told from ghosts. */
#include "t.h"
#include "scratch.h"
#include <fcntl.h>

static void modes(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = apr_pstrcat(p, folder_make(p), "/a/b", NULL);
    static const char *const names[] = { "", "/data.mdb", "/lock.mdb" };
    mode_t mask = umask(0);
    ga2_store_t *s = open_at(dir, "", p);
    struct stat st;

    umask(mask);
    assert_non_null(s);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(stat(apr_pstrcat(p, dir, names[i], NULL), &st), 0);
        assert_int_equal(st.st_mode & 07777, i ? 0600 : 0700);
    }
    assert_int_equal(chmod(dir, 0770), 0);
    T_FAILS(ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, NULL), p), STORE);
}

static void files_do_not_reach_programs(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = folder_make(p);
    char target[256];
    int seen = 0;

    assert_non_null(open_at(dir, "", p));
    for (int fd = 0; fd < 256; fd++) {
        ssize_t n = readlink(apr_psprintf(p, "/proc/self/fd/%d", fd), target, sizeof(target) - 1);
        if (n <= 0 || strncmp(target, dir, strlen(dir)) != 0)
            continue;
        seen++;
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    }
    assert_in_range(seen, 2, 9);
}

/* Seen from another process: whether this one's lock tells that it is alive. */
static int seen_alive(const char *dir, apr_pool_t *p)
{
    int status = 1;
    pid_t self = getpid(), child = fork();

    if (child == 0) {
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        int fd = open(apr_pstrcat(p, dir, "/lock.mdb", NULL), O_RDWR);
        _exit(fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK || lock.l_pid != self);
    }
    waitpid(child, &status, 0);
    return status == 0;
}

/* Had it been opened twice, closing one would have dropped the locks of both. */
static void one_environment_for_a_directory(void **state)
{
    apr_pool_t *p = *state, *first, *second;
    const char *dir = folder_make(p), *link = apr_pstrcat(p, folder_make(p), "/link", NULL);
    ga2_store_t *a, *b;

    assert_int_equal(symlink(dir, link), 0);
    apr_pool_create(&first, p);
    apr_pool_create(&second, p);
    a = open_at(dir, "", first);
    b = open_at(link, "?size=64m", second);
    assert_true(put(a, "k", "v", p));
    assert_string_equal(get(b, "k", p), "v");
    assert_true(put(b, "k", "w", p));
    assert_string_equal(get(a, "k", p), "w");
    apr_pool_destroy(second);
    assert_true(seen_alive(dir, p));
    assert_string_equal(get(a, "k", p), "w");
    apr_pool_destroy(first);
    assert_false(seen_alive(dir, p));
    a = open_at(dir, "", p);
    assert_string_equal(get(a, "k", p), "w");
}

static void not_across_fork(void **state)
{
    apr_pool_t *p = *state, *life;
    const char *dir = folder_make(p);
    ga2_store_t *s, *own;
    int status = 1;
    pid_t child;

    apr_pool_create(&life, p);
    s = open_at(dir, "", life);
    assert_true(put(s, "k", "v", p));
    assert_string_equal(get(s, "k", p), "v");
    child = fork();
    if (child == 0) {
        int bad = strcmp(get(s, "k", p), "(error)") != 0 || ga2_store_remove(NULL, s, KEY("k"), GA2_ANY, p) == NULL;
        own = open_at(dir, "", p);
        bad |= !own || strcmp(get(own, "k", p), "v") != 0 || !put(own, "l", "w", p);
        apr_pool_destroy(life);             /* the parent's store, closed here: nothing happens to it */
        bad |= strcmp(get(own, "l", p), "w") != 0;
        _exit(bad);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_string_equal(get(s, "k", p), "v");
    assert_string_equal(get(s, "l", p), "w");
}

static void dying_files(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = apr_pstrcat(p, folder_make(p), "/s", NULL);
    ga2_store_t *s = open_at(dir, "", p), *again;
    apr_array_header_t *list;
    apr_uint64_t generation;

    assert_true(put(s, "k", "v", p));
    assert_string_equal(get(s, "k", p), "v");
    assert_int_equal(folder_drop((void *)dir), APR_SUCCESS);
    assert_string_equal(get(s, "other", p), "(error)");
    T_FAILS(write_text(&generation, s, "k", "v", GA2_ANY, 100, 1, p), STORE);
    T_FAILS(ga2_store_set_list(&list, s, KEY("k"), 1, 9, p), STORE);
    T_FAILS(ga2_store_ping(s, p), STORE);
    usleep(1100000);
    assert_string_equal(get(s, "k", p), "(error)");         /* what it still sees is a ghost */
    again = open_at(dir, "", p);                            /* a new one, beside the one that is open */
    assert_non_null(again);
    assert_string_equal(get(again, "k", p), "(absent)");
    assert_string_equal(get(s, "other", p), "(error)");
    assert_true(put(again, "k", "v", p));
    assert_int_equal(unlink(apr_pstrcat(p, dir, "/data.mdb", NULL)), 0);    /* only the files */
    assert_int_equal(unlink(apr_pstrcat(p, dir, "/lock.mdb", NULL)), 0);
    assert_string_equal(get(open_at(dir, "", p), "k", p), "(absent)");
    assert_string_equal(get(again, "other", p), "(error)");
}

static void where_nobody_may_write(void **state)
{
    apr_pool_t *p = *state;
    const char *parent = folder_make(p), *dir = apr_pstrcat(p, parent, "/s", NULL);
    ga2_error_t *err;
    ga2_store_t *s;
    int status = 1;
    pid_t child;

    if (geteuid() != 0)
        skip();
    assert_non_null(open_at(dir, "", p));
    assert_int_equal(chmod(parent, 0755), 0);
    assert_int_equal(chmod(dir, 0755), 0);
    child = fork();
    if (child == 0) {
        int bad = setgid(65534) || setuid(65534);
        err = ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, NULL), p);
        bad |= !err || err->code != GA2_E_STORE || !strstr(ga2_error_sentence(err, p), "may not write");
        err = ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, "/below", NULL), p);
        bad |= !err || err->code != GA2_E_STORE;
        _exit(bad);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void foreign_files(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = folder_make(p);
    ga2_store_t *s;
    FILE *f = fopen(apr_pstrcat(p, dir, "/data.mdb", NULL), "w");

    for (int i = 0; i < 20000; i++)
        fputs("no store", f);
    fclose(f);
    T_FAILS(ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, NULL), p), STORE);
    T_FAILS(ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, "/data.mdb", NULL), p), STORE);
    assert_int_equal(unlink(apr_pstrcat(p, dir, "/data.mdb", NULL)), 0);
    assert_non_null(open_at(dir, "", p));
}

static const struct CMUnitTest cases[] = {
    T("directory and files are the owner's alone", modes),
    T("files are closed on exec", files_do_not_reach_programs),
    T("a directory is opened once, by whatever name", one_environment_for_a_directory),
    T("a store is not carried across fork", not_across_fork),
    T("a directory that is removed is an error, not emptiness", dying_files),
    T("a directory that may not be written says so", where_nobody_may_write),
    T("a file that is no store is refused", foreign_files),
};
T_MAIN("lmdb_env", cases)
