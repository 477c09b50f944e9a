/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/site.h"
#include "base/text.h"
#include "codec/headers.h"
#include "gate/identity.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#define EACH_CONFIG(c, configs) \
    for (int i_ = 0; i_ < (configs)->nelts; i_++) \
        for (const ga2_config_t *c = APR_ARRAY_IDX(configs, i_, const ga2_config_t *); c; c = NULL)

static void add_provider(apr_array_header_t *all, const ga2_provider_t *provider)
{
    for (int i = 0; i < all->nelts; i++)
        if (ga2_provider_same(APR_ARRAY_IDX(all, i, const ga2_provider_t *), provider))
            return;
    APR_ARRAY_PUSH(all, const ga2_provider_t *) = provider;
}

static void add_name(apr_array_header_t *all, const char *canonical)
{
    for (int i = 0; i < all->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(all, i, const char *), canonical))
            return;
    APR_ARRAY_PUSH(all, const char *) = canonical;
}

static void note_letters(ga2_site_t *site)
{
    const char *const routes[] = {
#define GA2_ROUTE(name, field, methods) site->config->field,
#include "gate/routes.def"
    };

    site->header_letters['c'] = site->header_letters['C'] = GA2_LETTER_C;
    for (const char *const *name = site->managed; *name; name++) {
        site->header_letters[(unsigned char)**name] |= GA2_LETTER_MANAGED;
        site->header_letters[(unsigned char)apr_toupper(**name)] |= GA2_LETTER_MANAGED;
    }
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (routes[i])
            site->route_letters[(unsigned char)routes[i][1]] = 1;
}

/* The identity's own, and what any location adds: a name that one location sets is nobody else's to send. */
static void manage_headers(ga2_site_t *site, const apr_array_header_t *configs, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 16, sizeof(const char *));

    for (int i = 0; ga2_identity_header(i); i++)
        add_name(names, ga2_header_canonical(ga2_identity_header(i), p));
    EACH_CONFIG(c, configs)
        for (int i = 0; c->headers && i < c->headers->nelts; i++)
            add_name(names, APR_ARRAY_IDX(c->headers, i, ga2_header_rule_t).canonical);
    APR_ARRAY_PUSH(names, const char *) = NULL;
    site->managed = (const char *const *)names->elts;
    note_letters(site);
}

ga2_site_t *ga2_site_make(const apr_array_header_t *configs, apr_pool_t *p)
{
    ga2_site_t *site = apr_pcalloc(p, sizeof(*site));
    apr_array_header_t *providers = apr_array_make(p, 2, sizeof(const ga2_provider_t *));
    const char *scopes = "";

    site->config = APR_ARRAY_IDX(configs, 0, const ga2_config_t *);
    site->configs = configs;
    for (int secure = 0, n = 0; secure < 2; secure++) {
        ga2_cookie_jar_make(&site->jars[secure], site->config, secure, p);
        for (int i = 0; site->jars[secure].ours[i]; i++)
            site->cookies[n++] = site->jars[secure].ours[i];
    }
    EACH_CONFIG(c, configs) {
        if (c->provider)
            add_provider(providers, c->provider);
        scopes = apr_pstrcat(p, scopes, " ", c->scopes, NULL);
        if (c->session_idle > site->sessions.idle)
            site->sessions.idle = c->session_idle;
        if (!site->idle_least || c->session_idle < site->idle_least)
            site->idle_least = c->session_idle;
        if (c->session_max > site->sessions.max)
            site->sessions.max = c->session_max;
    }
    site->scopes = ga2_text_word_set(scopes, p);
    site->providers = providers;
    manage_headers(site, configs, p);
    return site;
}

const ga2_provider_t *ga2_site_provider(const ga2_site_t *site, const unsigned char id[GA2_PROVIDER_ID_LEN])
{
    for (int i = 0; i < site->providers->nelts; i++) {
        const ga2_provider_t *provider = APR_ARRAY_IDX(site->providers, i, const ga2_provider_t *);
        if (!memcmp(provider->id, id, sizeof provider->id))
            return provider;
    }
    return NULL;
}

int ga2_site_manages(const ga2_site_t *site, const char *header)
{
    for (const char *const *name = site->managed; *name; name++)
        if (ga2_header_is_alias(header, *name))
            return 1;
    return 0;
}
