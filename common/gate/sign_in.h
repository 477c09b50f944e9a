/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_GATE_SIGN_IN_H
#define GA2_GATE_SIGN_IN_H
/* Somebody has to sign in first: who is sent to the provider, who is told so, and when it has gone round too often. */
#include "gate/gate.h"

/* Always answers (or needs START). `scopes`: what to ask for. */
ga2_decision_t ga2_sign_in(ga2_case_t *k, const char *scopes);
/* A new attempt, for somebody who may be redirected. */
ga2_decision_t ga2_start(ga2_case_t *k, const ga2_ask_t *ask, int status);
/* Path and query to come back to after signing in: the request's own, or as much of it as can be carried safely. */
const char *ga2_return_path(const ga2_case_t *k, const char *target);
#endif
