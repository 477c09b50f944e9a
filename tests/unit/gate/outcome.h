/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_GATE_OUTCOME_H
#define GA2_TESTS_GATE_OUTCOME_H
/* A case before the gate in a world that is written down, and its decision in a few words, for tables:
 *
 *     "signed-in: pass alice" · "aware: pass" · "stranger: 302 https://op.example/…" · "scopes: SCOPES"
 */
#include <apr_strings.h>
#include "../../fake/provider.h"
#include "../../fake/world.h"

typedef struct trial {              /* the world is the caller's to change before the trial */
    fake_world_t *world;
    ga2_site_t *site;
    ga2_config_t *config;
    ga2_case_t k;
    ga2_decision_t d;
    apr_pool_t *p;
} trial_t;

/* A browser that opens a page of a site with one provider; `more` are further lines of its configuration. */
static inline trial_t *trial_make(const char *method, const char *target, const char *const *more, apr_pool_t *p)
{
    const char *lines[16] = { FAKE_CLIENT };
    trial_t *t = apr_pcalloc(p, sizeof(*t));
    int n = 3;

    for (; more && *more; more++)
        lines[n++] = *more;
    t->p = p;
    t->config = fake_config(lines, p);
    t->site = fake_closed_site(&t->config, 1, p);
    t->world = apr_pcalloc(p, sizeof(*t->world));
    t->world->incoming = *fake_incoming_make(method, target, p);
    t->world->incoming.request.host = t->world;
    t->world->start = FAKE_ISSUER "/authorize?x";
    return t;
}

static inline const char *outcome_of(const ga2_decision_t *d, apr_pool_t *p)
{
    switch (d->verdict) {
    case GA2_PASS:
        return apr_pstrcat(p, d->rule, ": pass", d->user ? " " : "", d->user, NULL);
    case GA2_REFUSE:
        return apr_pstrcat(p, d->rule, ": ", d->error ? ga2_error_name(d->error->code) : "no error", NULL);
    case GA2_ANSWER:
        return apr_psprintf(p, "%s: %d%s%s", d->rule, d->status, d->location ? " " : "",
                            d->location ? d->location : "");
    default:
        return "no decision";
    }
}

static inline const char *try_it(trial_t *t)
{
    t->k = (ga2_case_t){ .site = t->site, .config = t->config, .request = &t->world->incoming.request, .p = t->p };
    t->d = ga2_gate_run(&t->k, &fake_world);
    return outcome_of(&t->d, t->p);
}

static inline int fetches_of(const trial_t *t)
{
    int n = 0;

    for (int i = 0; i < GA2_NEEDS; i++)
        n += t->world->fetched[i];
    return n;
}

#define T_OUTCOME(t, want, row) \
    do { const char *outcome_ = try_it(t); \
         if (strcmp(outcome_, want)) fail_msg("row: %s: \"%s\", not \"%s\"", row, outcome_, want); } while (0)
#endif
