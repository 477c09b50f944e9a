/* SPDX-License-Identifier: Apache-2.0
 * goauth2 keys: the file whose keys seal sessions. */
#include "cli.h"
#include "crypto/keyring.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

enum { KEEP_DEFAULT = 4 };

ga2_error_t *ga2_command_keys_new(int *status, const ga2_arguments_t *arguments, apr_pool_t *p)
{
    if (arguments->count != 1) {
        *status = GA2_EXIT_USAGE;
        return NULL;
    }
    return ga2_keyring_ensure(arguments->words[0], (uid_t)-1, (gid_t)-1, apr_time_now(), p);
}

ga2_error_t *ga2_command_keys_ls(int *status, const ga2_arguments_t *arguments, apr_pool_t *p)
{
    const ga2_keyring_t *ring;

    if (arguments->count != 1) {
        *status = GA2_EXIT_USAGE;
        return NULL;
    }
    GA2_TRY(ga2_keyring_load(&ring, arguments->words[0], p));
    for (int i = 0; i < ga2_keyring_count(ring); i++)
        printf("%08x  %s  %s\n", ga2_keyring_id(ring, i), ga2_keyring_made(ring, i), i ? "opens" : "seals and opens");
    return NULL;
}

/* "--keep N" behind the file. */
static int keep_of(int *keep, const ga2_arguments_t *arguments)
{
    apr_int64_t n;
    char *end;

    *keep = KEEP_DEFAULT;
    if (arguments->count == 1)
        return 1;
    if (arguments->count != 3 || strcmp(arguments->words[1], "--keep") || !apr_isdigit(*arguments->words[2]))
        return 0;
    n = apr_strtoi64(arguments->words[2], &end, 10);
    *keep = n < GA2_KEYS_MAX ? (int)n : GA2_KEYS_MAX;
    return !*end && *keep < GA2_KEYS_MAX;
}

ga2_error_t *ga2_command_keys_rotate(int *status, const ga2_arguments_t *arguments, apr_pool_t *p)
{
    int keep;

    if (!keep_of(&keep, arguments)) {
        *status = GA2_EXIT_USAGE;
        return NULL;
    }
    GA2_TRY(ga2_keyring_rotate(arguments->words[0], keep, apr_time_now(), p));
    printf("A new key seals from the next reload on (apachectl graceful); up to %d before it still open.\n", keep);
    return NULL;
}
