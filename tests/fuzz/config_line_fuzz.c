/* SPDX-License-Identifier: Apache-2.0
 * ga2_config_set, ga2_config_dump and ga2_config_merge with one line, "NAME values": what is said of a refused line
 * is one printable sentence that begins with the directive's name, and nothing changes; an accepted line, dumped and
 * set again, gives the same dump, also through a scope around it; a secret is in neither. */
#include "fuzz.h"
#include "base/text.h"
#include "config/config.h"
#include <apr_strings.h>
#include <string.h>

/* Files and the environment are not the fuzzer's. */
static int is_elsewhere(int d, const char *line)
{
    return ga2_directives[d].kind == GA2_KIND_SECRET && (strstr(line, "file:") || strstr(line, "env:"));
}

static void check_sentence(int d, const char *wrong)
{
    const char *name = ga2_directives[d].name;

    GA2_HOLDS(ga2_text_begins(wrong, name) && wrong[strlen(name)] == ':' && strlen(wrong) > strlen(name) + 10);
    for (const char *s = wrong; *s; s++)
        GA2_HOLDS(*s >= 0x20 && *s < 0x7f);
}

/* Set every line of a dump anew. */
static ga2_config_t *read_dump(const char *dump, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);
    char *state, *copy = apr_pstrdup(p, dump);

    for (char *line = apr_strtok(copy, "\n", &state); line; line = apr_strtok(NULL, "\n", &state)) {
        char *space = strchr(line, ' ');
        int d;
        GA2_HOLDS(space);
        d = ga2_config_find(apr_pstrmemdup(p, line, (apr_size_t)(space - line)));
        GA2_HOLDS(d >= 0 && !ga2_config_set(c, d, space + 1, p));
    }
    return c;
}

static void check_accepted(const ga2_config_t *c, int d, apr_pool_t *p)
{
    const char *dump = ga2_config_dump(c, p);
    const ga2_config_t *inner = ga2_config_merge(ga2_config_defaults(p), c, p);

    GA2_HOLDS(c->given[d] && strstr(dump, ga2_directives[d].name));
    GA2_HOLDS(strcmp(dump, ga2_config_dump(read_dump(dump, p), p)) == 0);
    GA2_HOLDS(strcmp(dump, ga2_config_dump(inner, p)) == 0);
    GA2_HOLDS(strcmp(dump, ga2_config_dump(ga2_config_merge(c, inner, p), p)) == 0);
    (void)ga2_config_check(c, p);
}

GA2_FUZZ(input, pool)
{
    const char *text = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    const char *line = apr_pstrmemdup(pool, text, strcspn(text, "\n"));
    apr_size_t len = strcspn(line, " ");
    int d = ga2_config_find(apr_pstrmemdup(pool, line, len));
    ga2_config_t *c = ga2_config_defaults(pool), before = *c;
    const char *wrong;

    if (d < 0 || is_elsewhere(d, line))
        return;
    wrong = ga2_config_set(c, d, line + len, pool);
    if (wrong) {
        check_sentence(d, wrong);
        GA2_HOLDS(memcmp(&before, c, sizeof before) == 0);
        return;
    }
    check_accepted(c, d, pool);
    if (c->client_secret)
        GA2_HOLDS(strstr(ga2_config_dump(c, pool), "GOAuth2ClientSecret (set)"));
}
