/* SPDX-License-Identifier: Apache-2.0
 * At start and at each reload: complete the configuration, stop with one sentence where it is wrong, make the key file
 * and the directories, prove that the server's user can open the store. In each child: open it. */
#include "host.h"
#include "codec/url.h"
#include "crypto/context.h"
#include "http_core.h"
#include "http_log.h"
#include "prove.h"
#include <apr_strings.h>

APLOG_USE_MODULE(goauth2);

#define COMPLAIN(s, ...) ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, __VA_ARGS__)

static ga2_scope_t *base_of(const server_rec *s) { return ap_get_module_config(s->lookup_defaults, &goauth2_module); }

#define EACH_SCOPE(scope, server) \
    for (int i_ = 0; i_ < (server)->scopes->nelts; i_++) \
        for (ga2_scope_t *scope = APR_ARRAY_IDX((server)->scopes, i_, ga2_scope_t *); scope; scope = NULL)

static int has_sections(const ga2_server_t *server)
{
    EACH_SCOPE(scope, server)
        if (scope->written || scope->authtype == GA2_AUTHTYPE_OURS)
            return 1;
    return 0;
}

/* The main server's sections are every virtual host's, too. */
static int is_used(const ga2_server_t *server, const ga2_server_t *main_server, const ga2_scope_t *base)
{
    return base->place || has_sections(server) || has_sections(main_server);
}

/* A server's own provider. A server whose sections have their own may say half of it, or nothing. */
static ga2_error_t *base_provider(ga2_scope_t *base, apr_pool_t *p)
{
    if (base->written->provider)        /* shared with the main server, whose turn came before */
        return NULL;
    return ga2_provider_make(&base->written->provider, base->written, p);
}

/* GOAuth2Mode says "users sign in here", AuthType says "but by something else". */
static ga2_error_t *not_both(const ga2_scope_t *merged, apr_pool_t *p)
{
    if (merged->gate && merged->authtype == GA2_AUTHTYPE_OTHER)
        return ga2_fail(p, CONFIG, NULL,
                        "GOAuth2Mode and another AuthType stand side by side; write AuthType goauth2, or "
                        "GOAuth2Mode off");
    return NULL;
}

static ga2_error_t *check(const ga2_config_t *c, apr_pool_t *p)
{
    const char *wrong = ga2_config_check(c, p);

    return wrong ? ga2_fail(p, CONFIG, NULL, "%s", wrong) : NULL;
}

static ga2_error_t *check_store(const ga2_config_t *c, apr_pool_t *p)
{
    const char *wrong = ga2_store_url_wrong(c->store, p);

    return wrong ? ga2_fail(p, CONFIG, NULL, "GOAuth2Store: %s", wrong) : NULL;
}

/* What one server's configuration comes to. */
typedef struct sum {
    const ga2_scope_t *base;
    apr_array_header_t *configs;        /* of const ga2_config_t *: the server's own first */
    ga2_error_t *no_provider;           /* why the server's own lines name none; NULL: they do */
    const char *place;                  /* what is being looked at, for the error */
} sum_t;

/* A section with lines about the provider completes them from its own server's, once. */
static ga2_error_t *section_provider(ga2_scope_t *scope, const ga2_scope_t *base, apr_pool_t *p)
{
    const char *wrong;

    if (!scope->written || scope->written->provider || !ga2_config_names_provider(scope->written))
        return NULL;
    wrong = ga2_config_check_section(scope->written, p);
    if (wrong)
        return ga2_fail(p, CONFIG, NULL, "%s", wrong);
    ga2_config_complete_provider(scope->written, base->written);
    return ga2_provider_make(&scope->written->provider, scope->written, p);
}

/* The provider's place was said somewhere else, or nowhere. */
static ga2_error_t *same_place(const ga2_provider_t *taken, const ga2_provider_t *other, apr_pool_t *p)
{
    if (!other || ga2_provider_is_at(taken, other))
        return NULL;
    return ga2_fail(p, CONFIG, NULL,
                    "the client here is for %s, which is said elsewhere, and another place around here uses %s; write "
                    "GOAuth2Issuer (or the endpoints) here, too, beside the client", taken->name, other->name);
}

/* A virtual host's client is not for another provider than the one that the main server's lines are about. */
static ga2_error_t *base_place(const ga2_scope_t *base, const ga2_scope_t *main_base, apr_pool_t *p)
{
    const ga2_config_t *c = base->written;

    if (!c->provider || c->issuer || c->client_secrets || c->auth_uri || c->token_uri)
        return NULL;
    return same_place(c->provider, main_base->written ? main_base->written->provider : NULL, p);
}

/* Which section lies inside which shows in a request. A client that leaves to others where its provider is must be able
 * to lie inside any of them. */
static ga2_error_t *section_place(sum_t *sum, const ga2_scope_t *scope, apr_pool_t *p)
{
    if (!scope->written || !scope->written->provider || ga2_config_says_where(scope->written))
        return NULL;
    sum->place = scope->place;
    for (int i = 0; i < sum->configs->nelts; i++)
        GA2_TRY(same_place(scope->written->provider, APR_ARRAY_IDX(sum->configs, i, const ga2_config_t *)->provider,
                           p));
    return NULL;
}

static ga2_error_t *section(sum_t *sum, ga2_scope_t *scope, apr_pool_t *p)
{
    const ga2_scope_t *merged;

    sum->place = scope->place;
    GA2_TRY(section_provider(scope, sum->base, p));
    merged = ga2_scope_merge_now(sum->base, scope, p);
    GA2_TRY(not_both(merged, p));
    GA2_TRY(check(merged->config, p));
    if (merged->gate && !merged->config->provider)
        return sum->no_provider;
    APR_ARRAY_PUSH(sum->configs, const ga2_config_t *) = merged->config;
    if (!scope->server) {               /* where a request finds it; another server merges anew */
        scope->server = sum->base;
        scope->merged = merged;
    }
    return NULL;
}

/* All sections of one server, merged, and the main server's, which count here, too. */
static ga2_error_t *sections(sum_t *sum, ga2_server_t *server, ga2_server_t *main_server, apr_pool_t *p)
{
    EACH_SCOPE(scope, server)
        GA2_TRY(section(sum, scope, p));
    if (server != main_server)
        EACH_SCOPE(scope, main_server)
            GA2_TRY(section(sum, scope, p));
    EACH_SCOPE(scope, server)
        GA2_TRY(section_place(sum, scope, p));
    if (server != main_server)
        EACH_SCOPE(scope, main_server)
            GA2_TRY(section_place(sum, scope, p));
    return NULL;
}

static ga2_error_t *complete(sum_t *sum, ga2_server_t *server, ga2_server_t *main_server, ga2_scope_t *base,
                             apr_pool_t *p)
{
    *sum = (sum_t){ .base = base, .configs = apr_array_make(p, 8, sizeof(const ga2_config_t *)), .place = base->place };
    sum->no_provider = base_provider(base, p);
    APR_ARRAY_PUSH(sum->configs, const ga2_config_t *) = base->config;
    GA2_TRY(check(base->config, p));
    GA2_TRY(check_store(base->config, p));
    GA2_TRY(base_place(base, base_of(main_server->s), p));
    GA2_TRY(sections(sum, server, main_server, p));
    sum->place = base->place;
    return base->gate ? sum->no_provider : NULL;
}

/* What GOAuth2BaseURL or ServerName say about the address that browsers use. */
static void note_origin(ga2_server_t *server, const ga2_config_t *c, apr_pool_t *p)
{
    const char *written = c->base_url;
    ga2_url_t url;

    if (!written && server->s->server_scheme)
        written = apr_psprintf(p, server->s->port ? "%s://%s:%d" : "%s://%s", server->s->server_scheme,
                               server->s->server_hostname, server->s->port);
    if (written && ga2_url_parse(&url, written, p)) {
        server->origin = ga2_url_origin(&url, p);
        server->secure = !strcmp(url.scheme, "https");
        server->loopback = ga2_url_host_is_loopback(url.host);
        return;
    }
    server->loopback = server->s->server_hostname && ga2_url_host_is_loopback(server->s->server_hostname);
}

static void warn(const ga2_log_t *log, const char *text, apr_pool_t *p)
{
    const ga2_server_t *server = (const ga2_server_t *)((const char *)log - offsetof(ga2_server_t, log));

    (void)p;
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server->s, "%s", text);
}

static ga2_error_t *make_site(const char **place, ga2_server_t *server, ga2_server_t *main_server, ga2_scope_t *base,
                              apr_pool_t *p)
{
    ga2_error_t *err;
    sum_t sum;

    if (!base->written)
        base->written = ga2_config_defaults(p);
    ga2_scope_finish(base);
    err = complete(&sum, server, main_server, base, p);
    *place = sum.place;
    if (err)
        return err;
    server->site = ga2_site_make(sum.configs, p);
    server->log.warn = warn;
    note_origin(server, base->config, p);
    return NULL;
}

static int complain(const ga2_error_t *err, const char *place, const server_rec *s, apr_pool_t *p)
{
    const char *sentence = ga2_error_sentence(err, p);

    if (place)
        sentence = apr_pstrcat(p, place, ": ", sentence, NULL);
    COMPLAIN(s, "%s", sentence);
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* httpd lets a virtual host without a line of ours share the main server's: but its address is its own, and what may be
 * signed in to at one must not be decided by the other's name. */
static ga2_server_t *own_server(server_rec *s, const server_rec *main_server, apr_pool_t *conf)
{
    ga2_server_t *server = ga2_server_of(s);

    if (s == main_server || server != ga2_server_of(main_server))
        return server;
    server = ga2_server_create(conf, s);
    ap_set_module_config(s->module_config, &goauth2_module, server);
    return server;
}

int ga2_check_config(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp, server_rec *main_server)
{
    (void)log;
    ga2_crypto_start(conf);
    for (server_rec *s = main_server; s; s = s->next) {
        ga2_server_t *server = own_server(s, main_server, conf);
        ga2_scope_t *base = base_of(s);
        const char *place = NULL;
        ga2_error_t *err;

        if (!base || !is_used(server, ga2_server_of(main_server), base))
            continue;
        err = make_site(&place, server, ga2_server_of(main_server), base, conf);
        if (err)
            return complain(err, place, s, temp);
    }
    return OK;
}

/* `httpd -t -D DUMP_GOAUTH2` */
void ga2_test_config(apr_pool_t *conf, server_rec *main_server)
{
    apr_file_t *out;

    if (!ap_exists_config_define("DUMP_GOAUTH2") || apr_file_open_stdout(&out, conf) != APR_SUCCESS)
        return;
    for (server_rec *s = main_server; s; s = s->next) {
        const ga2_server_t *server = ga2_server_of(s);

        if (!server->site)
            continue;
        apr_file_printf(out, "# server %s\n%s\n", s->server_hostname ? s->server_hostname : "(no name)",
                        ga2_config_dump(base_of(s)->config, conf));
        EACH_SCOPE(scope, server)
        apr_file_printf(out, "# section of %s: %s\n%s\n", scope->place, scope->merged->gate ? "protected" : "no gate",
                        ga2_config_dump(scope->merged->config, conf));
    }
}

int ga2_post_config(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp, server_rec *main_server)
{
    (void)log;
    /* httpd reads its configuration twice at start; files are made when it means it. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    for (server_rec *s = main_server; s; s = s->next) {
        ga2_server_t *server = ga2_server_of(s);
        ga2_error_t *err = server->site ? ga2_prove_site(server, conf, temp) : NULL;

        if (err)
            return complain(err, NULL, s, temp);
    }
    return OK;
}

void ga2_child_init(apr_pool_t *p, server_rec *main_server)
{
    ga2_error_t *err = ga2_http_curl_start(p);

    for (server_rec *s = main_server; s; s = s->next) {
        ga2_server_t *server = ga2_server_of(s);

        if (!server->site)
            continue;
        if (!err)
            err = ga2_site_open(server->site, server->site->ring, &server->log, p);
        server->site->broken = err;
        if (err)
            COMPLAIN(s, "sign-in is closed in this process: %s", ga2_error_sentence(err, p));
    }
}
