/* SPDX-License-Identifier: Apache-2.0
 * Between a request_rec and the gate: the request in, identity and answers out. */
#include "host.h"
#include "base/text.h"
#include "http_core.h"
#include "http_log.h"
#include "http_protocol.h"
#include "page/page.h"
#include <apr_strings.h>

APLOG_USE_MODULE(goauth2);

enum { UNREAD_BODY_MAX = 65536 };

static const char *header(const ga2_request_t *request, const char *name)
{
    return apr_table_get(((const request_rec *)request->host)->headers_in, name);
}

/* The port that the browser's connection came to, unless ServerName has one. What the client writes in Host plays no
 * part. */
static const char *origin(const ga2_request_t *request)
{
    request_rec *r = request->host;
    const ga2_server_t *server = ga2_server_of(r->server);
    int port = r->server->port ? r->server->port : r->connection->local_addr->port;
    int usual = request->secure ? 443 : 80;
    char *host;

    if (server->origin)
        return server->origin;
    host = apr_pstrdup(r->pool, r->server->server_hostname);
    ap_str_tolower(host);
    if (port == usual)
        return apr_pstrcat(r->pool, request->secure ? "https://" : "http://", host, NULL);
    return apr_psprintf(r->pool, "%s%s:%d", request->secure ? "https://" : "http://", host, port);
}

static ga2_error_t *body(ga2_bytes_t *out, const ga2_request_t *request, apr_size_t limit, apr_pool_t *p)
{
    request_rec *r = request->host;
    char *buf = apr_palloc(p, limit + 1);
    apr_size_t len = 0;
    long n = 1;

    if (ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK) != OK)
        return ga2_fail(p, BAD_REQUEST, NULL, "the request's body cannot be read");
    if (ap_should_client_block(r))
        while (len <= limit && (n = ap_get_client_block(r, buf + len, limit + 1 - len)) > 0)
            len += (apr_size_t)n;
    if (n < 0 || len > limit)
        return ga2_fail(p, BAD_REQUEST, NULL, "the request's body is cut off or longer than %" APR_SIZE_T_FMT " bytes",
                        limit);
    *out = (ga2_bytes_t){ (unsigned char *)buf, len };
    return NULL;
}

void ga2_visit_describe(ga2_visit_t *visit, request_rec *r, const ga2_server_t *server)
{
    const char *target = r->unparsed_uri;

    /* "GET http://host/path" is the same page as "GET /path". */
    if (target && *target != '/')
        target = r->args ? apr_pstrcat(r->pool, r->uri, "?", r->args, NULL) : r->uri;
    visit->request = (ga2_request_t){
        .method = r->method, .path = r->uri, .target = target ? target : "/",
        .query = visit->query ? visit->query : r->args,
        .cookies = visit->cookies, .header = header, .origin = origin, .body = body, .host = r,
        .secure = server->origin ? server->secure : !strcmp(ap_http_scheme(r), "https"),
        .loopback = server->loopback,
        .inner = r->main != NULL || (r->prev && ap_is_HTTP_ERROR(r->prev->status)) };
}

static void tell_header(void *baton, const char *name, const char *value)
{
    apr_table_setn(((request_rec *)baton)->headers_in, name, value);
}

static void tell_variable(void *baton, const char *name, const char *value)
{
    apr_table_setn(((request_rec *)baton)->subprocess_env, name, value);
}

/* mod_cache answers from its copy before any other module is asked: it keeps none of what the gate has let through. */
static void keep_out_of_cache(request_rec *r) { apr_table_setn(r->subprocess_env, "no-cache", "1"); }

void ga2_visit_tell(ga2_visit_t *visit, request_rec *r)
{
    const ga2_identity_sink_t sink = { tell_header, tell_variable, r };
    const ga2_site_t *site = visit->k.site;
    ga2_visitor_t visitor;

    apr_table_setn(r->err_headers_out, "Vary", "Cookie");       /* what follows depends on who asks */
    keep_out_of_cache(r);
    if (visit->k.config->bearer != GA2_BEARER_NONE)
        apr_table_unset(r->headers_in, "Authorization");        /* ours, also where there is no token to send */
    if (!visit->decision.user) {
        const char *login = ga2_login_path(&visit->k);
        if (login)
            apr_table_setn(r->subprocess_env, "GOAUTH2_LOGIN_URL", login);
        return;
    }
    r->user = (char *)(apr_uintptr_t)visit->decision.user;
    r->ap_auth_type = (char *)(apr_uintptr_t)"goauth2";
    visitor = ga2_gate_visitor(&visit->k, &visit->decision);
    ga2_identity_send(&visitor, &sink, r->pool);
    if (site->config->logout_path)
        apr_table_setn(r->subprocess_env, "GOAUTH2_LOGOUT_URL", site->config->logout_path);
    visit->told = 1;
}

/* "GOAUTH2_USER", a header of ours as scripts see it, and what httpd makes of either when it redirects internally. */
static int is_our_variable(const char *name, const ga2_site_t *site)
{
    while (ga2_text_begins(name, "REDIRECT_"))
        name += strlen("REDIRECT_");
    if (ga2_text_begins(name, "HTTP_"))
        return ga2_site_manages(site, name + strlen("HTTP_"));
    return ga2_text_begins(name, "GOAUTH2_") || !strcmp(name, "REMOTE_USER");
}

static void forget_variables(request_rec *r, const ga2_site_t *site)
{
    const apr_array_header_t *all = apr_table_elts(r->subprocess_env);

    for (int i = 0; i < all->nelts; i++)
        if (is_our_variable(APR_ARRAY_IDX(all, i, apr_table_entry_t).key, site)) {
            apr_table_unset(r->subprocess_env, APR_ARRAY_IDX(all, i, apr_table_entry_t).key);
            i = -1;                     /* the table has moved up: from the start */
        }
}

static void forget(const ga2_visit_t *visit, request_rec *r, const ga2_site_t *site)
{
    if (r->main && r->headers_in == r->main->headers_in)
        r->headers_in = apr_table_copy(r->pool, r->headers_in);     /* older httpd shares the main request's */
    for (int i = 0; site->managed[i]; i++)
        apr_table_unset(r->headers_in, site->managed[i]); /* names that we set are in canonical spelling, any case */
    if (visit->k.config->bearer != GA2_BEARER_NONE)
        apr_table_unset(r->headers_in, "Authorization");
    forget_variables(r, site);
    r->user = NULL;
    r->ap_auth_type = NULL;
}

/* All that led here: an inner one shares what its outer ones were told, or has a copy of it. */
void ga2_visit_forget(request_rec *r, const ga2_site_t *site)
{
    ga2_visit_t *own = ga2_visit_of(r);

    for (const request_rec *of = r; of; of = of->main ? of->main : of->prev) {
        const ga2_visit_t *visit = ga2_visit_of(of);
        if (visit && visit->told)
            forget(visit, r, site);
    }
    if (own)
        own->told = 0;
}

/* A long body that nobody wants: close the connection rather than read it to its end. */
static void spare_body(request_rec *r)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    if (apr_table_get(r->headers_in, "Transfer-Encoding") || (length && apr_atoi64(length) > UNREAD_BODY_MAX))
        r->connection->keepalive = AP_CONN_CLOSE;
}

void ga2_visit_hide_query(ga2_visit_t *visit, request_rec *r)
{
    visit->query = r->args;
    r->args = r->parsed_uri.query = NULL;
    r->unparsed_uri = r->uri;
    r->the_request = apr_psprintf(r->pool, "%s %s?- %s", r->method, r->uri, r->protocol);
}

int ga2_visit_answer(ga2_visit_t *visit, request_rec *r)
{
    const char *reference = ga2_page_reference(visit->k.facts.now, r->pool);
    ga2_reply_t reply;

    ga2_page_reply(&reply, &visit->k, &visit->decision, reference);
    ga2_visit_log(visit, r, reference);
    if (r->args && !r->main && ga2_gate_route(visit->k.site, r->uri))
        ga2_visit_hide_query(visit, r);
    spare_body(r);
    keep_out_of_cache(r);
    r->status = reply.status;
    r->headers_out = apr_table_overlay(r->pool, reply.headers, r->headers_out);
    ap_set_content_type(r, reply.content_type);
    ap_set_content_length(r, (apr_off_t)strlen(reply.body));
    ap_rputs(reply.body, r);
    visit->answered = 1;
    return OK;
}

static int level_of(const ga2_decision_t *d)
{
    if (d->verdict == GA2_PASS)
        return APLOG_DEBUG;
    if (d->verdict != GA2_REFUSE)
        return APLOG_INFO;
    return ga2_error_http_status(d->error->code) >= 500 ? APLOG_ERR : APLOG_WARNING;
}

static const char *outcome(const ga2_decision_t *d, apr_pool_t *p)
{
    if (d->verdict == GA2_PASS)
        return d->user ? apr_psprintf(p, "pass user=%s", d->user) : "pass";
    if (d->verdict == GA2_ANSWER)
        return apr_psprintf(p, "answer %d", d->status);
    return apr_psprintf(p, "refuse %d", ga2_error_http_status(d->error->code));
}

void ga2_visit_log(const ga2_visit_t *visit, request_rec *r, const char *reference)
{
    const ga2_decision_t *d = &visit->decision;
    int level = level_of(d);

    if (!APLOG_R_IS_LEVEL(r, level))
        return;
    ap_log_rerror(APLOG_MARK, level, 0, r, "%s %s -> %s rule=%s%s%s%s%s", r->method, r->uri, outcome(d, r->pool),
                  d->rule, reference ? " reference=" : "", reference ? reference : "",
                  d->verdict == GA2_REFUSE ? " " : "",
                  d->verdict == GA2_REFUSE ? ga2_error_chain(d->error, r->pool) : "");
}
