/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_GATE_IDENTITY_H
#define GA2_GATE_IDENTITY_H
/* From a session to the names and values that a backend sees. */
#include "config/config.h"
#include "session/record.h"

/* Header i of identity.def; NULL behind the last. */
const char *ga2_identity_header(int i);

/* Who is let in, as a host needs it. */
typedef struct ga2_visitor {
    const ga2_config_t *config;
    const ga2_session_t *session;
    const ga2_session_tokens_t *tokens;         /* NULL: this location hands out none */
    const char *user;                           /* what became REMOTE_USER */
    const ga2_keyring_t *ring;
    apr_time_t now;
} ga2_visitor_t;

/* What GOAuth2User names, as a header value in p, or NULL: the claim is absent, empty, a list, or an e-mail address
 * that the provider has not verified. */
const char *ga2_identity_user(const ga2_config_t *c, const ga2_session_t *s, apr_pool_t *p);
/* Whether requests to this location carry one of the user's tokens. */
int ga2_identity_hands_out_tokens(const ga2_config_t *c);

/* Where the values go. Either may be NULL. `value` is printable ASCII and lives as long as the session or p. */
typedef struct ga2_identity_sink {
    void (*header)(void *baton, const char *name, const char *value);
    void (*variable)(void *baton, const char *name, const char *value);
    void *baton;
} ga2_identity_sink_t;
/* Everything this location says of the visitor: identity.def, GOAuth2Header, GOAuth2Bearer. What is unknown is not
 * sent. */
void ga2_identity_send(const ga2_visitor_t *v, const ga2_identity_sink_t *sink, apr_pool_t *p);
#endif
