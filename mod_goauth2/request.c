/* SPDX-License-Identifier: Apache-2.0
 * One request on its way through httpd.
 *
 * post_read_request takes out what clients may not send. check_access lets the gate decide before any other check, and
 * writes what the gate answers itself: no module that looks at files or redirects (mod_rewrite, mod_alias, mod_dir)
 * gets to a request that has not passed. The handler asks for the decision again: whatever way a request came, nothing
 * is served without one. */
#include "host.h"
#include "codec/cookie.h"
#include "codec/headers.h"
#include "http_core.h"
#include "http_log.h"
#include "http_request.h"
#include "page/page.h"
#include <apr_strings.h>

APLOG_USE_MODULE(goauth2);

static ga2_visit_t *visit_make(request_rec *r)
{
    ga2_visit_t *visit = apr_pcalloc(r->pool, sizeof(*visit));

    ap_set_module_config(r->request_config, &goauth2_module, visit);
    return visit;
}

/* "Connection: close, X-Auth-Request-User" would make mod_proxy drop what the gate is about to set. */
static void scrub_connection(request_rec *r, const ga2_site_t *site, const char *connection)
{
    static const char *const ours[] = { "authorization", NULL };
    const char *rest;

    rest = ga2_header_without_tokens(connection, site->managed, r->pool);
    if (rest)
        rest = ga2_header_without_tokens(rest, ours, r->pool);
    if (rest)
        apr_table_setn(r->headers_in, "Connection", rest);
    else
        apr_table_unset(r->headers_in, "Connection");
}

/* Our cookies are for us alone. */
static void take_cookies(request_rec *r, const ga2_site_t *site, const char *cookies)
{
    const char *rest;

    if (!strstr(cookies, site->config->cookie_name))
        return;
    rest = ga2_cookie_strip(cookies, site->cookies, r->pool);
    if (rest == cookies)
        return;
    visit_make(r)->cookies = cookies;
    /* As for requests with Authorization: mod_cache keeps no answer to one with a session, whatever parts it is made
     * of. */
    apr_table_setn(r->subprocess_env, "no-cache", "1");
    if (rest)
        apr_table_setn(r->headers_in, "Cookie", rest);
    else
        apr_table_unset(r->headers_in, "Cookie");
}

/* One look at every header's name: those that some backend could take for one of ours, in any spelling, go. */
static __attribute__((noinline)) void scrub(request_rec *r, const ga2_site_t *site)
{
    const apr_array_header_t *all = apr_table_elts(r->headers_in);
    const apr_table_entry_t *e = (const apr_table_entry_t *)all->elts;
    const char *connection = apr_table_get(r->headers_in, "Connection"),
               *cookies = apr_table_get(r->headers_in, "Cookie");

    for (int i = 0; i < all->nelts; i++)
        if (ga2_site_manages(site, e[i].key)) {
            apr_table_unset(r->headers_in, e[i].key);
            i = -1;                     /* the table has moved up: from the start */
        }
    if (connection)
        scrub_connection(r, site, connection);
    if (cookies)
        take_cookies(r, site, cookies);
}

/* The code and state of a callback, before anybody prints its address. */
static __attribute__((noinline)) void hide_query(request_rec *r, const ga2_site_t *site)
{
    ga2_visit_t *visit = ga2_visit_of(r);

    if (ga2_gate_route(site, r->uri))
        ga2_visit_hide_query(visit ? visit : visit_make(r), r);
}

/* Whether a header begins as one of ours, Cookie or Connection do; "Connection: keep-alive" is too usual to count. */
static inline int matters(const ga2_site_t *site, const apr_table_entry_t *e)
{
    int letter = site->header_letters[(unsigned char)*e->key];

    if (letter != GA2_LETTER_C)
        return letter;
    return (e->key[1] | 0x20) == 'o' && strcasecmp(e->val, "keep-alive") != 0;
}

/* The way of every request: it looks at first letters and mostly finds nothing. */
int ga2_post_read_request(request_rec *r)
{
    const ga2_site_t *site = ga2_server_of(r->server)->site;
    const apr_array_header_t *all;
    const apr_table_entry_t *e, *end;

    if (!site)
        return DECLINED;
    all = apr_table_elts(r->headers_in);
    e = (const apr_table_entry_t *)all->elts;
    for (end = e + all->nelts; e < end; e++)
        if (matters(site, e)) {
            scrub(r, site);
            break;
        }
    if (r->args && ga2_site_may_route(site, r->uri))
        hide_query(r, site);
    return DECLINED;
}

/* The request that a browser sent, of which this one is a part or a continuation. */
static const request_rec *root_of(const request_rec *r)
{
    while (r->main || r->prev)
        r = r->main ? r->main : r->prev;
    return r;
}

/* A part of a request that has passed under the same rules has passed. */
static int inherits(ga2_visit_t *visit, request_rec *r, const ga2_scope_t *scope)
{
    const ga2_visit_t *of = r->main ? ga2_visit_of(r->main) : NULL;

    if (!of || of->decided != scope || of->decision.verdict != GA2_PASS)
        return 0;
    visit->decided = scope;
    visit->decision = of->decision;
    r->user = (char *)(apr_uintptr_t)of->decision.user;
    return 1;
}

static void decide(ga2_visit_t *visit, request_rec *r, const ga2_server_t *server, const ga2_scope_t *scope)
{
    const ga2_visit_t *root = ga2_visit_of(root_of(r));

    if (!visit->cookies && root)
        visit->cookies = root->cookies;
    ga2_visit_forget(r, server->site);
    ga2_visit_describe(visit, r, server);
    visit->k = (ga2_case_t){ .site = server->site, .config = scope->config, .request = &visit->request, .p = r->pool };
    visit->decision = ga2_gate_run(&visit->k, &ga2_real_world);
    visit->decided = scope;
    if (visit->decision.verdict == GA2_PASS) {
        ga2_visit_log(visit, r, NULL);
        ga2_visit_tell(visit, r);
    }
}

/* A path of ours is one only where a browser asked for it. */
static int is_own_path(const request_rec *r, const ga2_site_t *site)
{
    return ga2_site_may_route(site, r->uri) && !r->main && !r->prev && ga2_gate_route(site, r->uri) != 0;
}

/* Most requests that are none of ours are known by this alone: no gate here, and nothing done for them before. */
static inline int is_untouched(const request_rec *r)
{
    return !ga2_scope_of(r)->gate && !ga2_visit_of(r) && !r->main && !r->prev;
}

/* The decision about this request, made when there is none for its present scope. */
static ga2_visit_t *visit_decided(request_rec *r, const ga2_server_t *server, const ga2_scope_t *scope)
{
    ga2_visit_t *visit = ga2_visit_of(r);

    if (!visit)
        visit = visit_make(r);
    if (visit->decided != scope && !inherits(visit, r, scope))
        decide(visit, r, server, scope);
    return visit;
}

/* What a part of a request gets instead of a page. */
static int inner_status(const ga2_visit_t *visit)
{
    return visit->decision.verdict == GA2_REFUSE ? ga2_error_http_status(visit->decision.error->code)
                                                 : HTTP_UNAUTHORIZED;
}

/* The decision, or NULL where the gate is not. */
static __attribute__((noinline)) ga2_visit_t *look_at(request_rec *r)
{
    const ga2_server_t *server = ga2_server_of(r->server);
    const ga2_scope_t *scope = ga2_scope_of(r);

    if (scope->gate || is_own_path(r, server->site))
        return visit_decided(r, server, scope);
    ga2_visit_forget(r, server->site);  /* reached from one with it, it must not see who the visitor is */
    return NULL;
}

/* A .htaccess file with AuthType goauth2 on a server that has no line of ours: there is nothing to sign in with. */
static int no_site(request_rec *r)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "%s: AuthType goauth2, but server %s has no provider; write GOAuth2ClientSecrets FILE there", r->uri,
                  r->server->server_hostname);
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* The answer, with the response headers that other modules add (HSTS, say). */
static int answer(ga2_visit_t *visit, request_rec *r)
{
    ap_run_insert_filter(r);
    ga2_visit_answer(visit, r);
    return DONE;
}

static __attribute__((noinline)) int check_access(request_rec *r, const ga2_site_t *site)
{
    ga2_visit_t *visit;

    if (!site)
        return ga2_scope_of(r)->gate ? no_site(r) : DECLINED;
    visit = look_at(r);
    if (!visit)
        return DECLINED;
    if (visit->decision.verdict == GA2_PASS)
        return OK;
    if (!visit->request.inner)
        return answer(visit, r);
    ga2_visit_log(visit, r, NULL);
    return inner_status(visit);
}

int ga2_check_access(request_rec *r)
{
    const ga2_site_t *site = ga2_server_of(r->server)->site;

    return is_untouched(r) && (!site || !ga2_site_may_route(site, r->uri)) ? DECLINED : check_access(r, site);
}

/* Require lines are for users who passed the gate, and a location without them has nothing more to ask. After Satisfy
 * Any this is asked also where the gate has refused. */
int ga2_check_access_ex(request_rec *r)
{
    const ga2_visit_t *visit = ga2_visit_of(r);

    if (!visit || !visit->decided || visit->decided != ga2_scope_of(r))
        return DECLINED;
    if (visit->decision.verdict != GA2_PASS)
        return visit->answered ? DONE : inner_status(visit);
    return ap_some_auth_required(r) ? DECLINED : OK;
}

int ga2_check_authn(request_rec *r)
{
    const ga2_visit_t *visit = ga2_visit_of(r);
    const ga2_scope_t *scope = ga2_scope_of(r);

    if (!scope || scope->authtype != GA2_AUTHTYPE_OURS)
        return DECLINED;
    r->ap_auth_type = (char *)(apr_uintptr_t)"goauth2";
    if (visit && visit->decided == scope && visit->decision.verdict == GA2_PASS && visit->decision.user)
        return OK;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "%s: a Require line asks for a user, but GOAuth2Mode here lets strangers "
                  "pass; write Require all granted, or GOAuth2Mode required",
                  scope->place ? scope->place : r->uri);
    return HTTP_FORBIDDEN;
}

static __attribute__((noinline)) int serve(request_rec *r)
{
    ga2_visit_t *visit = look_at(r);

    if (!visit || visit->decision.verdict == GA2_PASS)
        return DECLINED;
    if (!visit->request.inner)
        return ga2_visit_answer(visit, r);
    ga2_visit_log(visit, r, NULL);
    return inner_status(visit);
}

int ga2_handler(request_rec *r)
{
    return is_untouched(r) || !ga2_server_of(r->server)->site ? DECLINED : serve(r);
}
