/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_WORLD_H
#define GA2_TESTS_FAKE_WORLD_H
/* The outside of the gate, written down: what each fetch will find. With it the policy is a table of facts and
 * decisions. A case's request must be the incoming one in here, through which the fetches find their script. */
#include "gate/run.h"
#include "incoming.h"

typedef struct fake_world {
    fake_incoming_t incoming;           /* first, so that a request's host is this */
    ga2_session_t *session;             /* of the cookie; NULL: there is none */
    ga2_session_tokens_t tokens;        /* without an access token there are none */
    int ends_session;                   /* asking for the tokens ends the session */
    const char *start;                  /* URL at the provider */
    const ga2_attempt_t *attempt;       /* NULL: state is none of ours */
    const ga2_binding_t *binding;       /* NULL: the cookie is not there */
    const char *return_path;
    ga2_metadata_t metadata;
    int used;                           /* the attempt was used before */
    const char *form;
    const char *goodbye;
    int breaks;                         /* 1 + the need that fails with STORE; 0: none does */
    int forgets;                        /* 1 + the need whose fetch says nothing at all */
    int fetched[GA2_NEEDS], passed;     /* how often each was called */
} fake_world_t;

enum { FAKE_WORLD_NOW = 1800000000 };   /* in seconds */
extern const ga2_world_t fake_world;

/* A session that is good everywhere at this provider. */
ga2_session_t *fake_session(const ga2_provider_t *provider, apr_pool_t *p);
/* A site of these configurations, not opened but for its key ring; the first is the server's. */
ga2_site_t *fake_closed_site(ga2_config_t *const *configs, int count, apr_pool_t *p);
#endif
