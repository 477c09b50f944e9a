/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/secret.h"
#include "crypto/keyring_text.h"
#include <errno.h>
#include <sys/stat.h>

enum { FILE_MAX = 65536 };

static ga2_error_t *read_text(ga2_bytes_t *out, const char *path, apr_pool_t *p)
{
    ga2_error_t *err = ga2_file_read_secret(out, path, FILE_MAX, p);

    if (err)
        return ga2_fail(p, KEYS, err, "the key file cannot be used");
    if (!out->data)
        return ga2_fail(p, KEYS, NULL, "the key file %s is not there; write: goauth2 keys new %s", path, path);
    return NULL;
}

ga2_error_t *ga2_keyring_load(const ga2_keyring_t **out, const char *path, apr_pool_t *p)
{
    ga2_bytes_t text;

    GA2_TRY(read_text(&text, path, p));
    return ga2_keyring_parse(out, text, path, p);
}

ga2_error_t *ga2_keyring_ensure(const char *path, uid_t uid, gid_t gid, apr_time_t now, apr_pool_t *p)
{
    ga2_key_lines_t *lines;
    struct stat st;
    ga2_error_t *err;
    int made;

    if (lstat(path, &st) == 0)
        return NULL;
    lines = apr_pcalloc(p, sizeof(*lines));
    ga2_wipe_with(p, lines, sizeof(*lines));
    GA2_TRY(ga2_key_lines_renew(lines, 0, now, p));
    err = ga2_file_create_for(&made, path, ga2_key_lines_print(lines, p), &(ga2_file_access_t){ 0600, uid, gid }, p);
    return err ? ga2_fail(p, KEYS, err, "the key file cannot be made") : NULL;
}

ga2_error_t *ga2_keyring_rotate(const char *path, int keep, apr_time_t now, apr_pool_t *p)
{
    ga2_key_lines_t *lines;
    ga2_bytes_t text;
    struct stat st;
    ga2_error_t *err;

    GA2_TRY(read_text(&text, path, p));
    GA2_TRY(ga2_key_lines_parse(&lines, text, path, p));
    if (stat(path, &st))
        return ga2_fail(p, KEYS, NULL, "cannot look at the key file %s: %s", path, strerror(errno));
    GA2_TRY(ga2_key_lines_renew(lines, keep, now, p));
    err = ga2_file_replace_for(path, ga2_key_lines_print(lines, p),
                               &(ga2_file_access_t){ (int)(st.st_mode & 0750), st.st_uid, st.st_gid }, p);
    return err ? ga2_fail(p, KEYS, err, "the key file cannot be replaced") : NULL;
}
