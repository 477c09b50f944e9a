/* SPDX-License-Identifier: Apache-2.0
 * The PROVIDER lines of one scope, and what it takes over from the one around it. */
#include "config/config.h"
#include <apr_strings.h>
#include <string.h>

/* Who we are at the provider, and where it is. What is in neither list says how to reach it. */
static const int who[] = { GA2_D_client_secrets, GA2_D_client_id, GA2_D_client_secret, GA2_D_client_auth, -1 };
static const int where[] = { GA2_D_issuer, GA2_D_auth_uri, GA2_D_token_uri, GA2_D_userinfo_uri, GA2_D_jwks_uri,
                             GA2_D_revoke_uri, GA2_D_end_session_uri, -1 };

static int is_among(const int *list, int d)
{
    for (; *list >= 0; list++)
        if (*list == d)
            return 1;
    return 0;
}

/* The first of them; -1: there is none. */
static int first_line(const ga2_config_t *c)
{
    for (int d = 0; d < GA2_DIRECTIVES; d++)
        if (ga2_directives[d].where == GA2_IN_PROVIDER && c->given[d])
            return d;
    return -1;
}

int ga2_config_names_provider(const ga2_config_t *c) { return first_line(c) >= 0; }

int ga2_config_says_who(const ga2_config_t *c)
{
    return c->given[GA2_D_client_secrets] || c->given[GA2_D_client_id];
}

/* A client file has endpoints, and mostly an issuer. The other endpoints go with those of somebody else. */
int ga2_config_says_where(const ga2_config_t *c)
{
    return c->given[GA2_D_issuer] || c->given[GA2_D_client_secrets] || c->given[GA2_D_auth_uri]
        || c->given[GA2_D_token_uri];
}

/* A secret belongs to its id and goes to its issuer alone; endpoints belong to their issuer. */
void ga2_config_complete_provider(ga2_config_t *inner, const ga2_config_t *outer)
{
    int own_where = ga2_config_says_where(inner), own_who = own_where || ga2_config_says_who(inner);

    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        if (dir->where != GA2_IN_PROVIDER || inner->given[d])
            continue;
        if ((own_who && is_among(who, d)) || (own_where && is_among(where, d)))
            continue;
        memcpy((char *)inner + dir->offset, (const char *)outer + dir->offset, dir->size);
    }
}

/* A section lies inside others that nobody knows before a request comes. With the client of one of them, one line here
 * would choose among providers; and a sign-in that ends at the callback would know nothing of this line. */
const char *ga2_config_check_section(const ga2_config_t *section, apr_pool_t *p)
{
    int first = first_line(section);

    if (first < 0 || ga2_config_says_who(section))
        return NULL;
    return apr_psprintf(p, "%s is about the provider, and a section with such a line has a client of its own; write "
                        "GOAuth2ClientSecrets or GOAuth2ClientID here, too, or this line outside of sections",
                        ga2_directives[first].name);
}
