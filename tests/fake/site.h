/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_SITE_H
#define GA2_TESTS_FAKE_SITE_H
/* A site that works: the real gate with its real fetches, over a memory store, a key ring and a provider in memory, and
 * a browser with a cookie jar in front of it. */
#include "gate/run.h"
#include "incoming.h"
#include "page/page.h"
#include "provider.h"
#include "store.h"

typedef struct fake_site {
    apr_pool_t *p;
    ga2_config_t *config;               /* of the server and of its only location */
    ga2_site_t *site;
    fake_provider_t *provider;
    fake_store_t *store;
    ga2_log_t log;
    int warnings;
} fake_site_t;

#define FAKE_SITE_NOW 4000000000        /* in seconds: what the clock shows at first, ahead of the real one */
extern apr_time_t fake_clock;           /* of every site; fake_site_make sets it back */
extern const ga2_world_t fake_site_world;   /* the real one with this clock */

/* Configured with these lines, which name the provider. */
fake_site_t *fake_site_make(const char *const *lines, apr_pool_t *p);
#define FAKE_SITE(p, ...) fake_site_make((const char *const[]){ __VA_ARGS__, NULL }, p)
#define FAKE_USUAL_SITE(p) FAKE_SITE(p, FAKE_CLIENT)

typedef struct fake_browser { fake_site_t *at; apr_table_t *cookies; } fake_browser_t;

typedef struct fake_visit {             /* one request and what became of it */
    ga2_case_t k;
    ga2_decision_t d;
    ga2_reply_t reply;                  /* unless it passed */
    const char *location;               /* of a redirect; NULL: none */
} fake_visit_t;

fake_browser_t *fake_browser_make(fake_site_t *at);
fake_visit_t *fake_get(fake_browser_t *b, const char *target);
fake_visit_t *fake_post(fake_browser_t *b, const char *target, const char *form);
/* Any request; its cookies come from the jar, and what is set goes there. */
fake_visit_t *fake_request(fake_browser_t *b, fake_incoming_t *in);
/* From the redirect to the provider to its callback: the callback's target. */
const char *fake_callback(fake_browser_t *b, const fake_visit_t *redirect);
/* A whole sign-in at /app; the last visit, which passed. Aborts when it does not work. */
fake_visit_t *fake_sign_in(fake_browser_t *b);
#endif
