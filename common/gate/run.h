/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_GATE_RUN_H
#define GA2_GATE_RUN_H
/* Decide; fetch the one fact that the decision needs; decide again. */
#include "gate/gate.h"
#include "gate/identity.h"

/* Fills the facts of one need (needs.def). An error becomes the case's. */
typedef ga2_error_t *ga2_fetch_t(ga2_case_t *k, apr_pool_t *p);

typedef struct ga2_world {          /* the outside; the real one, or a test's */
    apr_time_t (*now)(void);
    ga2_fetch_t *fetch[GA2_NEEDS];
    ga2_fetch_t *passed;            /* after a PASS with a session: note that it was used */
} ga2_world_t;

extern const ga2_world_t ga2_real_world;

/* Writes the time of the last use once per tenth of the idle time. */
ga2_fetch_t ga2_note_use;

/* k->site, config, request and p are set; the rest is made here. Never returns NEXT or NEED. */
ga2_decision_t ga2_gate_run(ga2_case_t *k, const ga2_world_t *world);
/* What a conversation with a provider needs. */
ga2_outside_t ga2_case_outside(const ga2_case_t *k);
/* The redirect URI of this site. */
const char *ga2_case_callback(const ga2_case_t *k);
/* What a host needs to tell the backend about a PASS with a user. */
ga2_visitor_t ga2_gate_visitor(const ga2_case_t *k, const ga2_decision_t *d);

#define GA2_NEED(name, fetch) ga2_fetch_t ga2_fetch_##fetch;
#include "gate/needs.def"
#endif
