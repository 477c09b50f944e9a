/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CONFIG_CONFIG_H
#define GA2_CONFIG_CONFIG_H
/* Settings: parsed from text, merged from outer to inner scopes, then never changed. Every setting is one line in
 * directives.def; both hosts use the same parsers, so the same line has the same effect and the same error sentence.
 *
 * A configuration is complete at any moment: defaults are texts, read by the same parsers. given[] says what the
 * administrator wrote, and merging copies just that.
 *
 * The lines marked PROVIDER describe one thing together. A scope that has one of them has a provider of its own, made
 * of them and of what they leave to the lines around it: a virtual host to the main server's, a section to its server's
 * (ga2_config_complete_provider). The lines of two sections never mix. */
#include "base/error.h"
#include "base/secret.h"
#include "config/values.h"
#include <stddef.h>

typedef enum { GA2_IN_SERVER, GA2_IN_DIR, GA2_IN_PROVIDER } ga2_where_t;

typedef enum {
#define GA2_KIND(name, type, least, most, print, merge) GA2_KIND_##name,
#include "config/kinds.def"
    GA2_KINDS
} ga2_kind_t;

#define GA2_KIND(name, type, least, most, print, merge) typedef type GA2_CTYPE_##name;
#include "config/kinds.def"

enum {
#define GA2_DIRECTIVE(kind, field, name, dflt, where, help) GA2_D_##field,
#include "config/directives.def"
    GA2_DIRECTIVES
};

struct ga2_provider;                    /* oauth/provider.h */

typedef struct ga2_config {
#define GA2_DIRECTIVE(kind, field, name, dflt, where, help) GA2_CTYPE_##kind field;
#include "config/directives.def"
    unsigned char given[GA2_DIRECTIVES];        /* what the administrator wrote in this scope or one around it */
    const char *place;                          /* "/etc/apache2/sites-enabled/app.conf line 12": its first own line */
    const struct ga2_provider *provider;        /* NULL until a host made it from the PROVIDER lines */
} ga2_config_t;

typedef struct ga2_directive {
    const char *name;
    ga2_kind_t kind;
    size_t offset, size;
    const char *dflt;                   /* as an administrator would write it; NULL: none */
    ga2_where_t where;
    const char *help;
} ga2_directive_t;
extern const ga2_directive_t ga2_directives[GA2_DIRECTIVES];

/* A configuration with every default. */
ga2_config_t *ga2_config_defaults(apr_pool_t *p);
/* Set one directive from the rest of its line. NULL, or one sentence that names the directive, says what is wrong and
 * what to write instead. */
const char *ga2_config_set(ga2_config_t *c, int directive, const char *line, apr_pool_t *p);
/* By name, in any case; -1 when there is none. */
int ga2_config_find(const char *name);
/* Where inner says nothing, outer holds. The PROVIDER lines are taken together, and inner's are completed from outer's
 * unless its provider is made already. */
ga2_config_t *ga2_config_merge(const ga2_config_t *outer, const ga2_config_t *inner, apr_pool_t *p);

/* provider_lines.c: whether one of the PROVIDER lines was written here … */
int ga2_config_names_provider(const ga2_config_t *c);
/* … and whether they name a client … */
int ga2_config_says_who(const ga2_config_t *c);
/* … and where users sign in. */
int ga2_config_says_where(const ga2_config_t *c);
/* Fill the PROVIDER lines that inner left out from outer's: but no other client's secret, and where inner says where,
 * neither client nor endpoints of outer's. given[] stays what was written. */
void ga2_config_complete_provider(ga2_config_t *inner, const ga2_config_t *outer);
/* Whether a section, before it is completed, can have a provider of its own: NULL, or one sentence. */
const char *ga2_config_check_section(const ga2_config_t *section, apr_pool_t *p);

/* The rules between settings (both hosts, at start): NULL, or one sentence. */
const char *ga2_config_check(const ga2_config_t *c, apr_pool_t *p);
/* "GOAuth2SessionIdle 8h" lines of what is in force, secrets as "(set)". */
const char *ga2_config_dump(const ga2_config_t *c, apr_pool_t *p);
#endif
