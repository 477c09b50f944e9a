/* SPDX-License-Identifier: Apache-2.0
 * goauth2 client-secrets: does the file say what a sign-in needs? */
#include "cli.h"
#include "base/text.h"
#include "oauth/client_secrets.h"
#include <stdio.h>

static void line(const char *name, const char *value, apr_pool_t *p)
{
    if (value)
        printf("%-14s %s\n", name, ga2_text_printable(value, p));
}

ga2_error_t *ga2_command_client_secrets(int *status, const ga2_arguments_t *arguments, apr_pool_t *p)
{
    ga2_client_secrets_t file;

    if (arguments->count != 1) {
        *status = GA2_EXIT_USAGE;
        return NULL;
    }
    GA2_TRY(ga2_client_secrets_load(&file, arguments->words[0], p));
    line("type", file.type, p);
    line("client_id", file.client_id, p);
    line("client_secret", "(set)", p);
    line("auth_uri", file.auth_uri, p);
    line("token_uri", file.token_uri, p);
    line("revoke_uri", file.revoke_uri, p);
    line("issuer", file.issuer, p);
    line("userinfo_uri", file.userinfo_uri, p);
    line("jwks_uri", file.jwks_uri, p);
    for (int i = 0; i < file.redirect_uris->nelts; i++)
        line("redirect_uri", APR_ARRAY_IDX(file.redirect_uris, i, const char *), p);
    return NULL;
}
