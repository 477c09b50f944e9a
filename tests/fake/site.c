/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"
#include "../unit/crypto/lines.h"
#include "crypto/context.h"
#include "store/documents.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

apr_time_t fake_clock;

static apr_time_t now(void) { return fake_clock; }

const ga2_world_t fake_site_world = {
    .now = now,
    .fetch = {
#define GA2_NEED(name, fetch) [GA2_NEED_##name] = ga2_fetch_##fetch,
#include "gate/needs.def"
    },
    .passed = ga2_note_use,
};

static void warn(const ga2_log_t *log, const char *text, apr_pool_t *p)
{
    fake_site_t *site = (fake_site_t *)((char *)(apr_uintptr_t)log - offsetof(fake_site_t, log));

    (void)text, (void)p;
    site->warnings++;
}

static void must(ga2_error_t *err, apr_pool_t *p)
{
    if (!err)
        return;
    fprintf(stderr, "%s\n", ga2_error_chain(err, p));
    abort();
}

/* As ga2_site_open does it, but for the transport and the store. */
static void open_site(fake_site_t *f)
{
    ga2_site_t *s = f->site;

    must(ga2_keyring_parse(&s->ring, ga2_bytes_of(LINE_K), "test", f->p), f->p);
    s->sessions.ring = s->ring;
    s->log = s->sessions.log = &f->log;
    s->http = &f->provider->base;
    s->sessions.store = &f->store->base;
    must(ga2_documents_make(&s->documents, s->sessions.store, s->ring, f->p), f->p);
}

fake_site_t *fake_site_make(const char *const *lines, apr_pool_t *p)
{
    fake_site_t *f = apr_pcalloc(p, sizeof(*f));
    apr_array_header_t *configs = apr_array_make(p, 1, sizeof(const ga2_config_t *));

    ga2_crypto_start(p);
    fake_clock = apr_time_from_sec((apr_time_t)FAKE_SITE_NOW);
    f->p = p;
    f->log.warn = warn;
    f->config = fake_config(lines, p);
    APR_ARRAY_PUSH(configs, const ga2_config_t *) = f->config;
    f->site = ga2_site_make(configs, p);
    f->provider = fake_provider_make(&fake_clock, p);
    f->store = fake_store_make(p);
    open_site(f);
    return f;
}

fake_browser_t *fake_browser_make(fake_site_t *at)
{
    fake_browser_t *b = apr_pcalloc(at->p, sizeof(*b));

    b->at = at;
    b->cookies = apr_table_make(at->p, 4);
    return b;
}

static int add_cookie(void *text, const char *name, const char *value)
{
    const char **to = text;
    apr_pool_t *p = ((void **)text)[1];

    *to = apr_pstrcat(p, *to ? *to : "", *to ? "; " : "", name, "=", value, NULL);
    return 1;
}

/* "name=value; …": kept, or dropped when its life is over. */
static int keep_cookie(void *browser, const char *header, const char *value)
{
    fake_browser_t *b = browser;
    apr_size_t name = strcspn(value, "="), len = strcspn(value + name, ";");

    (void)header;
    if (strstr(value, "; Max-Age=0"))
        apr_table_unset(b->cookies, apr_pstrmemdup(b->at->p, value, name));
    else
        apr_table_set(b->cookies, apr_pstrmemdup(b->at->p, value, name),
                      apr_pstrmemdup(b->at->p, value + name + 1, len - 1));
    return 1;
}

fake_visit_t *fake_request(fake_browser_t *b, fake_incoming_t *in)
{
    apr_pool_t *p = b->at->p;
    fake_visit_t *v = apr_pcalloc(p, sizeof(*v));
    void *cookies[2] = { NULL, p };

    apr_table_do(add_cookie, cookies, b->cookies, NULL);
    in->request.cookies = cookies[0];
    v->k = (ga2_case_t){ .site = b->at->site, .config = b->at->config, .request = &in->request, .p = p };
    v->d = ga2_gate_run(&v->k, &fake_site_world);
    if (v->d.verdict == GA2_PASS)
        return v;
    ga2_page_reply(&v->reply, &v->k, &v->d, "ABCD-EFGH");
    apr_table_do(keep_cookie, b, v->reply.headers, "Set-Cookie", NULL);
    v->location = apr_table_get(v->reply.headers, "Location");
    return v;
}

fake_visit_t *fake_get(fake_browser_t *b, const char *target)
{
    return fake_request(b, fake_incoming_make("GET", target, b->at->p));
}

fake_visit_t *fake_post(fake_browser_t *b, const char *target, const char *form)
{
    fake_incoming_t *in = fake_incoming_make("POST", target, b->at->p);

    fake_incoming_add(in, "Content-Type: application/x-www-form-urlencoded");
    in->body = form;
    return fake_request(b, in);
}

const char *fake_callback(fake_browser_t *b, const fake_visit_t *redirect)
{
    if (!redirect->location) {
        fprintf(stderr, "no redirect, but rule %s\n", redirect->d.rule);
        abort();
    }
    return apr_pstrcat(b->at->p, b->at->site->config->callback_path, "?",
                       fake_provider_sign_in(b->at->provider, redirect->location, b->at->p), NULL);
}

fake_visit_t *fake_sign_in(fake_browser_t *b)
{
    fake_visit_t *v = fake_get(b, fake_callback(b, fake_get(b, "/app")));

    if (v->d.verdict == GA2_REFUSE)
        fprintf(stderr, "%s\n", ga2_error_chain(v->d.error, b->at->p));
    v = fake_get(b, "/app");
    if (v->d.verdict != GA2_PASS || !v->d.user)
        abort();
    return v;
}
