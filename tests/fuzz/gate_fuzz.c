/* SPDX-License-Identifier: Apache-2.0
 * ga2_gate_run and ga2_page_reply over facts and requests made of the input. Whatever they are: nobody passes as a user
 * without a session that counts, and as nobody only where strangers may; a redirect goes to the provider, to the
 * goodbye address, to the administrator's, or to a path of this site; nothing is fetched twice; a refusal has an error,
 * and only a refusal; a code is redeemed for the browser that began, once and in time; no header has a line end in it.
 */
#include <string.h>
#include "fuzz.h"
#include "../fake/provider.h"
#include "../fake/world.h"
#include "codec/url.h"
#include "page/page.h"
#include "session/xsrf.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
#define GOODBYE FAKE_ISSUER "/goodbye"

enum { CONFIGS = 8 };

/* ---- choices ---- */

static ga2_bytes_t left;            /* of the input */

static int choose(int count)
{
    int byte = left.len ? *left.data : 0;

    if (left.len) {
        left.data++;
        left.len--;
    }
    return byte % count;
}

#define CHOOSE(list) (list)[choose(sizeof(list) / sizeof *(list))]

/* Text of the input up to the next newline. */
static const char *take_text(apr_pool_t *p)
{
    const unsigned char *end = left.len ? memchr(left.data, '\n', left.len) : NULL;
    apr_size_t len = end ? (apr_size_t)(end - left.data) : left.len;
    const char *text = apr_pstrmemdup(p, (const char *)left.data, len);

    left.data += len + (end != NULL);
    left.len -= len + (end != NULL);
    return text;
}

/* ---- the site ---- */

static ga2_config_t *configs[CONFIGS];
static ga2_site_t *site;

static void make_site(void)
{
    static const char *const lines[CONFIGS][4] = {
        { "GOAuth2Scopes openid email", NULL },
        { "GOAuth2Mode aware", "GOAuth2Bearer access", NULL },
        { "GOAuth2Mode off", NULL },
        { "GOAuth2OnStranger redirect", "GOAuth2Scopes photos", "GOAuth2LoggedOutURL /bye", NULL },
        { "GOAuth2OnStranger 401", "GOAuth2User email", NULL },
        { "GOAuth2Bearer id", "GOAuth2IncludeGrantedScopes Off", "GOAuth2LoggedOutURL https://www.example/", NULL },
        { "GOAuth2SessionIdle 1min", "GOAuth2SessionMax 2min", "GOAuth2Header X-Token access_token", NULL },
        { "GOAuth2ClientID another-client", NULL } };
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < CONFIGS; i++) {
        const char *all[8] = { "GOAuth2Issuer " FAKE_ISSUER, "GOAuth2ClientSecret s",
                               i == CONFIGS - 1 ? "GOAuth2Scopes mail" : "GOAuth2ClientID our-client" };
        for (int k = 0; lines[i][k]; k++)
            all[3 + k] = lines[i][k];
        configs[i] = fake_config(all, p);
    }
    site = fake_closed_site(configs, CONFIGS, p);
}

/* ---- the facts ---- */

static const int times[] = { 0,    -1,   1,     -30,    -59,    -60,     -119,    -120,
                             -599, -600, -3600, -28799, -28800, -604799, -604800, 600 };

static apr_time_t some_time(void) { return SECONDS(FAKE_WORLD_NOW + CHOOSE(times)); }

static void some_provider(unsigned char id[GA2_PROVIDER_ID_LEN])
{
    memcpy(id, configs[choose(2) ? CONFIGS - 1 : 0]->provider->id, GA2_PROVIDER_ID_LEN);
    id[0] ^= (unsigned char)(choose(8) == 7);
}

static ga2_session_t *some_session(apr_pool_t *p)
{
    static const char *const scopes[] = { "email openid profile", "", "photos", "openid photos", "mail", "a b c" };
    ga2_session_t *s;

    if (choose(4) == 3)
        return NULL;
    s = fake_session(configs[0]->provider, p);
    some_provider(s->provider);
    s->created = some_time();
    s->last_used = some_time();
    s->ends = choose(4) ? 0 : some_time();
    s->asked = CHOOSE(scopes);
    s->granted = CHOOSE(scopes);
    s->subject = take_text(p);
    return s;
}

static void some_attempt(fake_world_t *w, apr_pool_t *p)
{
    ga2_attempt_t *a = apr_pcalloc(p, sizeof(*a));
    ga2_binding_t *mine = apr_pcalloc(p, sizeof(*mine));
    const char *path = take_text(p);

    a->started = some_time();
    a->lifetime = SECONDS(choose(2) ? 600 : 60);
    a->scopes = choose(2) ? "openid" : "openid photos";
    a->restarted = choose(2);
    a->max_age = -1;
    some_provider(a->provider);
    ga2_attempt_bind(a, mine);
    mine->secret[0] ^= (unsigned char)(choose(4) == 3);
    w->attempt = choose(8) == 7 ? NULL : a;
    w->binding = choose(8) == 7 ? NULL : mine;
    w->return_path = ga2_url_is_return_path(path) ? path : "/";     /* as it was before it was sealed */
}

static void some_form(fake_world_t *w, apr_pool_t *p)
{
    unsigned char id[GA2_SESSION_ID];

    memset(id, 'i', sizeof id);
    w->form = take_text(p);
    if (choose(2))
        w->form = apr_pstrcat(p, "xsrf=", ga2_xsrf_make(site->ring, (ga2_bytes_t){ id, sizeof id }, "logout",
                                                       some_time(), p), NULL);
}

static fake_world_t *some_world(apr_pool_t *p)
{
    static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "OPTIONS", "get", "" };
    static const char *const paths[] = { "/app",          "/oauth2callback", "/oauth2authorize",
                                         "/oauth2logout", "/oauth2userinfo", "/" };
    static const char *const headers[] = { "Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: cors", "Accept: text/html",
        "Upgrade: websocket", "Sec-Purpose: prefetch", "X-Requested-With: x", "Accept: */*" };
    fake_world_t *w = apr_pcalloc(p, sizeof(*w));
    const char *method = CHOOSE(methods), *path = CHOOSE(paths), *text;

    w->incoming = *fake_incoming_bare(method, apr_pstrcat(p, path, take_text(p), NULL), p);
    w->incoming.request.host = w;
    if (choose(8) == 7)
        w->incoming.request.target = take_text(p);
    for (int i = choose(3); i > 0; i--)
        fake_incoming_add(&w->incoming, CHOOSE(headers));
    text = take_text(p);
    w->incoming.request.cookies = *text ? text : NULL;
    w->incoming.request.secure = choose(8) != 7;
    w->incoming.request.loopback = choose(8) == 7;
    w->incoming.request.inner = choose(8) == 7;
    w->session = some_session(p);
    w->tokens.access_token = choose(4) == 3 ? NULL : ga2_secret_of("access", p);
    w->ends_session = choose(8) == 7;
    w->start = FAKE_ISSUER "/authorize?x";
    some_attempt(w, p);
    w->metadata.names_issuer = choose(2);
    w->used = choose(4) == 3;
    some_form(w, p);
    w->goodbye = choose(2) ? NULL : GOODBYE;
    w->breaks = choose(4) == 3 ? 1 + choose(GA2_NEEDS) : 0;
    w->forgets = choose(4) == 3 ? 1 + choose(GA2_NEEDS) : 0;
    return w;
}

/* ---- what must hold ---- */

/* Said once more, in other words than the gate's. */
static int counts(const ga2_session_t *s, const ga2_config_t *c)
{
    const apr_time_t now = SECONDS(FAKE_WORLD_NOW);
    const ga2_provider_t *provider = s ? ga2_site_provider(site, s->provider) : NULL;

    return provider && ga2_provider_same(provider, c->provider) && now - s->last_used < c->session_idle
        && now - s->created < c->session_max;
}

static void passes_rightly(const ga2_decision_t *d, const ga2_case_t *k, const fake_world_t *w)
{
    GA2_HOLDS(!d->error && !k->facts.error);
    GA2_HOLDS(k->request->secure || k->request->loopback);
    GA2_HOLDS(w->passed == (d->user != NULL));
    if (!d->user) {
        GA2_HOLDS(k->config->mode != GA2_MODE_REQUIRED);
        return;
    }
    GA2_HOLDS(counts(w->session, k->config) && k->facts.session == w->session && k->config->mode != GA2_MODE_OFF);
    for (const char *s = d->user; *s; s++)
        GA2_HOLDS(*s >= 0x20 && *s < 0x7f);
}

static void redirects_rightly(const ga2_decision_t *d, const ga2_case_t *k, const fake_world_t *w)
{
    const char *to = d->location;

    GA2_HOLDS(d->status == 302 || d->status == 303);
    GA2_HOLDS(to
              && (to == w->start || to == w->goodbye || to == k->config->logged_out_url || ga2_url_is_return_path(to)));
    GA2_HOLDS(to != w->start || w->fetched[GA2_NEED_START] == 1);
}

static void redeems_rightly(const ga2_case_t *k, const fake_world_t *w)
{
    if (!w->fetched[GA2_NEED_REDEEM])
        return;
    GA2_HOLDS(w->attempt && w->binding && ga2_attempt_is_bound(w->attempt, w->binding));
    GA2_HOLDS(k->facts.now - w->attempt->started >= 0 && k->facts.now - w->attempt->started < w->attempt->lifetime);
    GA2_HOLDS(!w->fetched[GA2_NEED_SIGN_IN] || !w->used);
    GA2_HOLDS(!strcmp(k->request->method, "GET") && !strcmp(k->request->path, "/oauth2callback"));
}

static int has_no_line_end(void *baton, const char *name, const char *value)
{
    (void)baton, (void)name;
    GA2_HOLDS(!strpbrk(value, "\r\n"));
    return 1;
}

static void answers_rightly(const ga2_decision_t *d, const ga2_case_t *k)
{
    ga2_reply_t reply;
    const char *location;

    ga2_page_reply(&reply, k, d, "ABCD-EFGH");
    location = apr_table_get(reply.headers, "Location");
    GA2_HOLDS(reply.status >= 200 && reply.status < 600 && reply.body && reply.content_type);
    GA2_HOLDS(d->location ? location && !strcmp(location, d->location) : !location);
    GA2_HOLDS(!strstr(reply.body, "<script"));
    apr_table_do(has_no_line_end, NULL, reply.headers, NULL);
}

GA2_FUZZ(input, pool)
{
    fake_world_t *w;
    ga2_case_t k;
    ga2_decision_t d;

    if (!site)
        make_site();
    left = input;
    k = (ga2_case_t){ .site = site, .config = configs[choose(CONFIGS)], .p = pool };
    w = some_world(pool);
    k.request = &w->incoming.request;
    d = ga2_gate_run(&k, &fake_world);
    for (int i = 0; i < GA2_NEEDS; i++)
        GA2_HOLDS(w->fetched[i] <= 1);
    GA2_HOLDS(d.rule && (d.verdict == GA2_REFUSE) == (d.error != NULL));
    redeems_rightly(&k, w);
    if (d.verdict == GA2_PASS) {
        passes_rightly(&d, &k, w);
        return;
    }
    GA2_HOLDS(d.verdict == GA2_ANSWER || d.verdict == GA2_REFUSE);
    GA2_HOLDS(!d.location || d.answer == GA2_ANSWER_REDIRECT);
    if (d.verdict == GA2_ANSWER && d.answer == GA2_ANSWER_REDIRECT)
        redirects_rightly(&d, &k, w);
    answers_rightly(&d, &k);
}
