/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"
#include "base/text.h"
#include "config/kinds.h"
#include <apr_strings.h>
#include <string.h>

const ga2_directive_t ga2_directives[GA2_DIRECTIVES] = {
#define GA2_DIRECTIVE(kind, field, name, dflt, where, help) \
    [GA2_D_##field] = { name, GA2_KIND_##kind, offsetof(ga2_config_t, field), \
                        sizeof(((ga2_config_t *)0)->field), dflt, GA2_IN_##where, help },
#include "config/directives.def"
};

static void *field_of(const ga2_config_t *c, int d)
{
    return (char *)(apr_uintptr_t)c + ga2_directives[d].offset;
}

int ga2_config_find(const char *name)
{
    for (int d = 0; d < GA2_DIRECTIVES; d++)
        if (ga2_text_same_nocase(ga2_directives[d].name, name))
            return d;
    return -1;
}

static const char *count_wrong(const ga2_directive_t *dir, const ga2_value_kind_t *kind, apr_pool_t *p)
{
    if (kind->most == 1)
        return apr_psprintf(p, "%s: write one value (in quotes when it has spaces)", dir->name);
    if (kind->least == kind->most)
        return apr_psprintf(p, "%s: write a name and a value (in quotes when it has spaces)", dir->name);
    return apr_psprintf(p, "%s: write %d to %d values", dir->name, kind->least, kind->most);
}

/* ", not "what was written"": unless it is a secret, or a URL whose user part may be a password. */
static const char *as_written(const ga2_directive_t *dir, const apr_array_header_t *words, apr_pool_t *p)
{
    const char *text = apr_array_pstrcat(p, words, ' '), *slashes = strstr(text, "//");

    if (dir->kind == GA2_KIND_SECRET || (slashes && strchr(slashes, '@')))
        return "";
    return apr_pstrcat(p, ", not \"", ga2_text_printable(text, p), "\"", NULL);
}

const char *ga2_config_set(ga2_config_t *c, int d, const char *line, apr_pool_t *p)
{
    const ga2_directive_t *dir = &ga2_directives[d];
    const ga2_value_kind_t *kind = &ga2_kinds[dir->kind];
    apr_array_header_t *words = ga2_text_arguments(line, p);
    const char *wrong;

    if (words->nelts < kind->least || words->nelts > kind->most)
        return count_wrong(dir, kind, p);
    wrong = kind->parse(field_of(c, d), words, p);
    if (wrong)
        return apr_pstrcat(p, dir->name, ": ", wrong, as_written(dir, words, p), NULL);
    c->given[d] = 1;
    return NULL;
}

ga2_config_t *ga2_config_defaults(apr_pool_t *p)
{
    ga2_config_t *c = apr_pcalloc(p, sizeof(*c));

    for (int d = 0; d < GA2_DIRECTIVES; d++)
        if (ga2_directives[d].dflt)
            (void)ga2_config_set(c, d, ga2_directives[d].dflt, p);     /* a test proves that each one parses */
    memset(c->given, 0, sizeof c->given);
    return c;
}

static void take(ga2_config_t *to, const ga2_config_t *from, int d)
{
    memcpy(field_of(to, d), field_of(from, d), ga2_directives[d].size);
}

ga2_config_t *ga2_config_merge(const ga2_config_t *outer, const ga2_config_t *inner, apr_pool_t *p)
{
    ga2_config_t *c = apr_pmemdup(p, outer, sizeof(*c)), whole = *inner;
    int own_provider = ga2_config_names_provider(inner);

    if (own_provider && !inner->provider)
        ga2_config_complete_provider(&whole, outer);
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        int together = own_provider && dir->where == GA2_IN_PROVIDER;
        if (!inner->given[d] && !together)
            continue;
        if (ga2_kinds[dir->kind].add && outer->given[d])
            ga2_kinds[dir->kind].add(field_of(c, d), field_of(inner, d), p);
        else
            take(c, &whole, d);
        c->given[d] |= inner->given[d];
    }
    if (own_provider)
        c->provider = inner->provider;
    if (inner->place)
        c->place = inner->place;
    return c;
}

const char *ga2_config_dump(const ga2_config_t *c, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, GA2_DIRECTIVES, sizeof(const char *));

    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        if (c->given[d] || dir->dflt)
            ga2_kinds[dir->kind].print(lines, dir->name, field_of(c, d), p);
    }
    return apr_array_pstrcat(p, lines, '\n');
}
