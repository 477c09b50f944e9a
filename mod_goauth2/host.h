/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_MOD_HOST_H
#define GA2_MOD_HOST_H
/* What the module's files share: its configuration in httpd's two places, and what it knows of one request. */
#include "httpd.h"
#include "http_config.h"
#include "gate/run.h"

extern module AP_MODULE_DECLARE_DATA goauth2_module;

/* AuthType, as far as it concerns us. */
typedef enum { GA2_AUTHTYPE_UNSAID, GA2_AUTHTYPE_OURS, GA2_AUTHTYPE_OTHER } ga2_authtype_t;

/* A directory, location or server scope. httpd merges scopes anew for every request, so the result of the usual merge,
 * this scope inside its server's, is made at start and found by pointer. */
typedef struct ga2_scope ga2_scope_t;
struct ga2_scope {
    ga2_config_t *written;          /* what this scope says; NULL: nothing */
    ga2_authtype_t authtype;
    const char *place;              /* "file:line" of its first line of ours */
    /* from here on made at start, or by a merge for a request */
    const ga2_config_t *config;     /* complete; NULL: the module is not used around here */
    int gate;                       /* this scope is protected (or aware) */
    const ga2_scope_t *server;      /* the scope that this one is usually inside of … */
    const ga2_scope_t *merged;      /* … and the result */
};

/* A server or virtual host. */
typedef struct ga2_server {
    ga2_site_t *site;               /* NULL: the module is not used here */
    apr_array_header_t *scopes;     /* of ga2_scope_t *: its sections with lines of ours */
    const char *origin;             /* from GOAuth2BaseURL; NULL: from ServerName and the connection */
    int secure, loopback;           /* of that origin; loopback also without one */
    ga2_log_t log;
    server_rec *s;
} ga2_server_t;

/* One request of a server that uses the module. Sub-requests and internal redirects have their own. */
typedef struct ga2_visit {
    const char *cookies;            /* the Cookie header as the browser sent it */
    const char *query;              /* of a path of ours: nobody else may see it */
    const ga2_scope_t *decided;     /* the scope that `decision` is about; NULL: none yet */
    ga2_decision_t decision;
    ga2_case_t k;
    ga2_request_t request;
    int told;                       /* the identity is in headers_in */
    int answered;                   /* by the gate: there is nothing more to do */
} ga2_visit_t;

static inline ga2_server_t *ga2_server_of(const server_rec *s)
{
    return ap_get_module_config(s->module_config, &goauth2_module);
}
static inline const ga2_scope_t *ga2_scope_of(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &goauth2_module);
}
static inline ga2_visit_t *ga2_visit_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &goauth2_module);
}

/* scope.c */
extern const command_rec ga2_commands[];
void *ga2_scope_create(apr_pool_t *p, char *path);
void *ga2_scope_merge(apr_pool_t *p, void *outer, void *inner);
/* Inner inside outer, made for the occasion. */
const ga2_scope_t *ga2_scope_merge_now(const ga2_scope_t *outer, const ga2_scope_t *inner, apr_pool_t *p);
void *ga2_server_create(apr_pool_t *p, server_rec *s);
void *ga2_server_merge(apr_pool_t *p, void *main_server, void *virtual_host);
/* Config, gate and the rest of a scope whose lines are all merged. */
void ga2_scope_finish(ga2_scope_t *scope);

/* start.c */
int ga2_check_config(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp, server_rec *s);
void ga2_test_config(apr_pool_t *conf, server_rec *s);
int ga2_post_config(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp, server_rec *s);
void ga2_child_init(apr_pool_t *p, server_rec *s);

/* request.c: hooks, in the order in which httpd calls them */
int ga2_post_read_request(request_rec *r);
int ga2_check_access(request_rec *r);
int ga2_check_access_ex(request_rec *r);
int ga2_check_authn(request_rec *r);
int ga2_handler(request_rec *r);

/* visit.c: the gate's view of a request_rec */
void ga2_visit_describe(ga2_visit_t *visit, request_rec *r, const ga2_server_t *server);
/* Tell the backend who the visitor is. */
void ga2_visit_tell(ga2_visit_t *visit, request_rec *r);
/* Take out again what this request, or one that led to it, has been told: other locations have other rules. */
void ga2_visit_forget(request_rec *r, const ga2_site_t *site);
/* Keep the query of a path of ours (a callback's code and state) out of logs, status pages and other modules. */
void ga2_visit_hide_query(ga2_visit_t *visit, request_rec *r);
/* Write the gate's own answer. */
int ga2_visit_answer(ga2_visit_t *visit, request_rec *r);
/* One line about what was decided. `reference` is on the visitor's page, too. */
void ga2_visit_log(const ga2_visit_t *visit, request_rec *r, const char *reference);
#endif
