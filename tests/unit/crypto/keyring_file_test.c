/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "lines.h"
#include "base/file.h"
#include "crypto/context.h"
#include "crypto/keyring.h"
#include <apr_strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const uid_t same_user = (uid_t)-1;
static const gid_t same_group = (gid_t)-1;

static apr_status_t remove_folder(void *folder)
{
    return rmdir(folder) ? APR_EGENERAL : APR_SUCCESS;
}

static apr_status_t remove_file(void *path)
{
    (void)unlink(path);
    return APR_SUCCESS;
}

/* The path of a key file in a folder of its own; both go with p. */
static const char *fresh_path(apr_pool_t *p)
{
    char *folder = apr_pstrdup(p, "/tmp/ga2-keyring-XXXXXX"), *path;

    assert_non_null(mkdtemp(folder));
    path = apr_pstrcat(p, folder, "/keys", NULL);
    apr_pool_cleanup_register(p, folder, remove_folder, apr_pool_cleanup_null);
    apr_pool_cleanup_register(p, path, remove_file, apr_pool_cleanup_null);
    return path;
}

static const char *folder_of(const char *path, apr_pool_t *p)
{
    return apr_pstrmemdup(p, path, (apr_size_t)(strrchr(path, '/') - path));
}

static void made_once_and_only_for_us(void **state)
{
    const ga2_keyring_t *first, *again;
    const char *path = fresh_path(*state);
    struct stat st, before, after;

    ga2_crypto_start(*state);
    T_OK(ga2_keyring_ensure(path, same_user, same_group, apr_time_from_sec(1795512600), *state));
    T_OK(ga2_keyring_load(&first, path, *state));
    assert_int_equal(ga2_keyring_count(first), 1);
    assert_string_equal(ga2_keyring_made(first, 0), "2026-11-24T09:30:00Z");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(folder_of(path, *state), &before), 0);
    T_OK(ga2_keyring_ensure(path, same_user, same_group, 0, *state));
    T_OK(ga2_keyring_load(&again, path, *state));
    assert_int_equal(ga2_keyring_id(first, 0), ga2_keyring_id(again, 0));
    /* A file that is there is not even tried to be made: its folder may be read-only by then. */
    assert_int_equal(stat(folder_of(path, *state), &after), 0);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
}

/* In a child: make the file and say the id that was found in it. */
static void race(int out, const char *path, apr_pool_t *p)
{
    const ga2_keyring_t *ring;
    apr_uint32_t id = 0;

    if (!ga2_keyring_ensure(path, same_user, same_group, apr_time_now(), p) && !ga2_keyring_load(&ring, path, p))
        id = ga2_keyring_id(ring, 0);
    _exit(write(out, &id, sizeof(id)) == sizeof(id) ? 0 : 1);
}

static void processes_that_start_at_once_agree(void **state)
{
    const char *path = fresh_path(*state);
    apr_uint32_t first = 0, id;
    int ends[2];

    ga2_crypto_start(*state);
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < 8; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            race(ends[1], path, *state);
    }
    for (int i = 0; i < 8; i++) {
        assert_int_equal(read(ends[0], &id, sizeof(id)), sizeof(id));
        assert_int_not_equal(id, 0);
        first = first ? first : id;
        assert_int_equal(id, first);
    }
    while (wait(NULL) > 0)
        continue;
    close(ends[0]);
    close(ends[1]);
}

static void given_to_the_server_s_user(void **state)
{
    const char *path = fresh_path(*state);
    const ga2_keyring_t *ring;
    struct stat st;

    if (geteuid() != 0)
        skip();
    ga2_crypto_start(*state);
    T_OK(ga2_keyring_ensure(path, 12345, 23456, apr_time_now(), *state));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, 12345);
    assert_int_equal(st.st_gid, 23456);
    assert_int_equal(st.st_mode & 07777, 0600);
    T_OK(ga2_keyring_load(&ring, path, *state));
}

static void refused_when_missing_open_or_damaged(void **state)
{
    const char *path = fresh_path(*state);
    const ga2_keyring_t *ring;

    ga2_crypto_start(*state);
    T_FAILS(ga2_keyring_load(&ring, path, *state), KEYS);
    T_FAILS(ga2_keyring_rotate(path, 1, 0, *state), KEYS);
    T_OK(ga2_file_replace(path, ga2_bytes_of(LINE_K), 0640, *state));
    T_OK(ga2_keyring_load(&ring, path, *state));
    T_OK(ga2_file_replace(path, ga2_bytes_of(LINE_K), 0644, *state));
    T_FAILS(ga2_keyring_load(&ring, path, *state), KEYS);
    T_OK(ga2_file_replace(path, ga2_bytes_of(LINE_K), 0660, *state));
    T_FAILS(ga2_keyring_load(&ring, path, *state), KEYS);
    T_OK(ga2_file_replace(path, ga2_bytes_of(""), 0600, *state));
    T_FAILS(ga2_keyring_load(&ring, path, *state), KEYS);
    T_FAILS(ga2_keyring_rotate(path, 1, 0, *state), KEYS);
}

static void rotating_keeps_owner_mode_and_old_keys(void **state)
{
    const ga2_keyring_t *before, *after;
    const char *path = fresh_path(*state);
    uid_t owner = geteuid() == 0 ? 12345 : same_user;
    struct stat st;

    ga2_crypto_start(*state);
    T_OK(ga2_keyring_ensure(path, owner, same_group, 0, *state));
    assert_int_equal(chmod(path, 0640), 0);
    T_OK(ga2_keyring_load(&before, path, *state));
    for (int i = 0; i < 3; i++)
        T_OK(ga2_keyring_rotate(path, 2, 0, *state));
    T_OK(ga2_keyring_load(&after, path, *state));
    assert_int_equal(ga2_keyring_count(after), 3);
    assert_int_equal(ga2_keyring_find(after, ga2_keyring_id(before, 0)), -1);
    T_OK(ga2_keyring_load(&before, path, *state));
    T_OK(ga2_keyring_rotate(path, 2, 0, *state));
    T_OK(ga2_keyring_load(&after, path, *state));
    assert_int_equal(ga2_keyring_find(after, ga2_keyring_id(before, 0)), 1);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(st.st_uid, owner == same_user ? geteuid() : owner);
}

static const struct CMUnitTest cases[] = {
    T("the key file is made once and only for its owner", made_once_and_only_for_us),
    T("processes that start at once agree on one key", processes_that_start_at_once_agree),
    T("the key file can be given to the server's user", given_to_the_server_s_user),
    T("a key file that is missing, open to others or damaged is refused", refused_when_missing_open_or_damaged),
    T("rotating keeps owner, mode and the newest old keys", rotating_keeps_owner_mode_and_old_keys),
};
T_MAIN("crypto/keyring_file", cases)
