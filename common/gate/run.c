/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/run.h"
#include <apr_strings.h>
#include <string.h>

ga2_decision_t ga2_gate_run(ga2_case_t *k, const ga2_world_t *world)
{
    memset(&k->facts, 0, sizeof k->facts);
    k->facts.now = world->now();
    k->facts.error = k->site->broken;
    for (;;) {
        ga2_decision_t d = ga2_gate_decide(k);
        ga2_error_t *err;

        if (d.verdict == GA2_PASS && d.user)
            ga2_log_error(k->site->log, "the use of a session could not be noted", world->passed(k, k->p), k->p);
        if (d.verdict != GA2_NEED)
            return d;
        if (k->facts.known[d.need] != GA2_UNASKED)      /* a rule that asks twice would never end */
            err = ga2_fail(k->p, CONFIG, NULL, "rule %s asks for the same fact again", d.rule);
        else
            err = world->fetch[d.need](k, k->p);
        if (k->facts.known[d.need] == GA2_UNASKED)
            k->facts.known[d.need] = GA2_MISSING;
        if (err)
            k->facts.error = err;
    }
}

ga2_outside_t ga2_case_outside(const ga2_case_t *k)
{
    return (ga2_outside_t){ k->site->http, k->site->documents, k->site->log, k->facts.now, NULL };
}

const char *ga2_case_callback(const ga2_case_t *k)
{
    return apr_pstrcat(k->p, ga2_case_origin(k), k->site->config->callback_path, NULL);
}

ga2_visitor_t ga2_gate_visitor(const ga2_case_t *k, const ga2_decision_t *d)
{
    return (ga2_visitor_t){ .config = k->config, .session = k->facts.session, .user = d->user, .ring = k->site->ring,
        .now = k->facts.now, .tokens = GA2_KNOWN(k, TOKENS) == GA2_FOUND ? &k->facts.tokens : NULL };
}

const ga2_world_t ga2_real_world = {
    .now = apr_time_now,
    .fetch = {
#define GA2_NEED(name, fetch) [GA2_NEED_##name] = ga2_fetch_##fetch,
#include "gate/needs.def"
    },
    .passed = ga2_note_use,
};
