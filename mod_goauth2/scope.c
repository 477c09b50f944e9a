/* SPDX-License-Identifier: Apache-2.0
 * Configuration in httpd: the directives, and how scopes merge. */
#include "host.h"
#include "base/text.h"
#include "http_core.h"
#include <apr_strings.h>

void *ga2_scope_create(apr_pool_t *p, char *path)
{
    (void)path;
    return apr_pcalloc(p, sizeof(ga2_scope_t));
}

void *ga2_server_create(apr_pool_t *p, server_rec *s)
{
    ga2_server_t *server = apr_pcalloc(p, sizeof(*server));

    server->scopes = apr_array_make(p, 4, sizeof(ga2_scope_t *));
    server->s = s;
    return server;
}

/* What a virtual host takes over is in its scope, as for any other section. */
void *ga2_server_merge(apr_pool_t *p, void *main_server, void *virtual_host)
{
    (void)p;
    (void)main_server;
    return virtual_host;
}

static int says_mode(const ga2_config_t *c) { return c && c->given[GA2_D_mode]; }
static int says_off(const ga2_config_t *c) { return says_mode(c) && c->mode == GA2_MODE_OFF; }

/* AuthType goauth2 inside a place that is off closes it again. */
static ga2_config_t *with_gate(const ga2_config_t *off, apr_pool_t *p)
{
    ga2_config_t *c = apr_pmemdup(p, off, sizeof(*off));

    c->mode = GA2_MODE_REQUIRED;
    return c;
}

void ga2_scope_finish(ga2_scope_t *scope)
{
    scope->config = scope->written;
    if (says_mode(scope->written))
        scope->gate = scope->written->mode != GA2_MODE_OFF;
    else
        scope->gate = scope->authtype == GA2_AUTHTYPE_OURS;
}

static int says_something(const ga2_scope_t *s) { return s->written || s->authtype != GA2_AUTHTYPE_UNSAID; }

const ga2_scope_t *ga2_scope_merge_now(const ga2_scope_t *outer, const ga2_scope_t *inner, apr_pool_t *p)
{
    ga2_scope_t *scope = apr_pcalloc(p, sizeof(*scope));

    *scope = (ga2_scope_t){ .written = outer->written, .place = inner->place ? inner->place : outer->place,
        .authtype = inner->authtype != GA2_AUTHTYPE_UNSAID ? inner->authtype : outer->authtype };
    if (inner->written && outer->written)
        scope->written = ga2_config_merge(outer->written, inner->written, p);
    else if (inner->written)
        scope->written = inner->written;
    if (inner->authtype == GA2_AUTHTYPE_OURS && !says_mode(inner->written) && says_off(scope->written))
        scope->written = with_gate(scope->written, p);
    ga2_scope_finish(scope);
    return scope;
}

void *ga2_scope_merge(apr_pool_t *p, void *outer, void *inner)
{
    const ga2_scope_t *in = inner;

    if (!says_something(in))
        return outer;
    if (in->merged && in->server == outer)
        return (void *)(apr_uintptr_t)in->merged;
    return (void *)(apr_uintptr_t)ga2_scope_merge_now(outer, inner, p);
}

/* The first line of ours in a section enters it in its server's list, which start.c goes through. */
static ga2_scope_t *note_place(cmd_parms *cmd, void *scope)
{
    ga2_scope_t *s = scope;

    if (s->place)
        return s;
    s->place = apr_psprintf(cmd->pool, "%s:%d", cmd->directive->filename, cmd->directive->line_num);
    if (cmd->path)          /* a section; a server's own scope is its lookup_defaults */
        APR_ARRAY_PUSH(ga2_server_of(cmd->server)->scopes, ga2_scope_t *) = s;
    return s;
}

static const char *set_directive(cmd_parms *cmd, void *scope, const char *line)
{
    const ga2_directive_t *d = cmd->info;
    ga2_scope_t *s = note_place(cmd, scope);

    if (!s->written) {
        s->written = ga2_config_defaults(cmd->pool);
        s->written->place = s->place;
    }
    return ga2_config_set(s->written, (int)(d - ga2_directives), line, cmd->pool);
}

/* AuthType is httpd's own directive; we listen. What a .htaccess file says can switch the gate on, never off. */
static const char *listen_to_authtype(cmd_parms *cmd, void *scope, const char *line)
{
    const apr_array_header_t *words = ga2_text_arguments(line, cmd->temp_pool);
    int ours = words->nelts == 1 && ga2_text_same_nocase(APR_ARRAY_IDX(words, 0, const char *), "goauth2");
    ga2_scope_t *s = scope;

    if (ap_check_cmd_context(cmd, NOT_IN_HTACCESS)) {
        if (ours)
            s->authtype = GA2_AUTHTYPE_OURS;
        return DECLINE_CMD;
    }
    s = note_place(cmd, scope);
    s->authtype = ours ? GA2_AUTHTYPE_OURS : GA2_AUTHTYPE_OTHER;
    return DECLINE_CMD;
}

/* ACCESS_CONF without an OR_ flag: not in .htaccess. */
#define ALLOWED_IN_SERVER RSRC_CONF
#define ALLOWED_IN_DIR (RSRC_CONF | ACCESS_CONF)
#define ALLOWED_IN_PROVIDER (RSRC_CONF | ACCESS_CONF)

const command_rec ga2_commands[] = {
#define GA2_DIRECTIVE(kind, field, name, dflt, where, help) \
    AP_INIT_RAW_ARGS(name, set_directive, (void *)(apr_uintptr_t)&ga2_directives[GA2_D_##field], ALLOWED_IN_##where, \
                     help),
#include "config/directives.def"
    AP_INIT_RAW_ARGS("AuthType", listen_to_authtype, NULL, OR_AUTHCFG, "goauth2: users sign in with OAuth 2.0"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};
