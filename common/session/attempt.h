/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_ATTEMPT_H
#define GA2_SESSION_ATTEMPT_H
/* One attempt to sign in. It travels sealed in the `state` parameter, so nothing is stored before a user has signed in,
 * and it is tied to the browser by a hash of its binding cookie: any number of tabs need one cookie.
 *
 * The PKCE verifier and the nonce are derived from the binding's secret and the attempt's id. They are in no cookie, no
 * URL and no store: whoever sees the callback's address can make neither. The id is the nonce that the state is sealed
 * with: random, and there anyway. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/keyring.h"
#include "oauth/provider.h"
#include "session/cookie_jar.h"

enum { GA2_ATTEMPT_ID = 12, GA2_RETURN_IN_STATE = 1024, GA2_RETURN_MAX = 2600 };

typedef struct ga2_attempt {
    unsigned char id[GA2_ATTEMPT_ID];
    apr_time_t started;
    apr_interval_time_t lifetime;
    unsigned char provider[GA2_PROVIDER_ID_LEN];
    unsigned char binding[16];          /* what only the binding's secret gives */
    const char *scopes;                 /* asked for */
    const char *return_path;            /* path and query of our own site; NULL: it is in the return cookie */
    int restarted;                      /* this attempt replaces one that expired */
    apr_int64_t max_age;                /* asked of the provider; -1: not */
    const char *acr_values;             /* asked of the provider; NULL: not */
} ga2_attempt_t;

/* Sealed and bound to the redirect URI, so that a state of one site or path is nothing at another. base64url. */
const char *ga2_attempt_seal(const ga2_attempt_t *a, const ga2_keyring_t *ring, const char *redirect_uri,
                             apr_pool_t *p);
/* 1, or 0: not ours, changed, or of another place. */
int ga2_attempt_open(ga2_attempt_t *out, const char *state, const ga2_keyring_t *ring, const char *redirect_uri,
                     apr_pool_t *p);

/* Does the attempt belong to the browser with this binding? (constant time) */
int ga2_attempt_is_bound(const ga2_attempt_t *a, const ga2_binding_t *binding);
void ga2_attempt_bind(ga2_attempt_t *a, const ga2_binding_t *binding);
const ga2_secret_t *ga2_attempt_verifier(const ga2_attempt_t *a, const ga2_binding_t *binding, apr_pool_t *p);
const char *ga2_attempt_nonce(const ga2_attempt_t *a, const ga2_binding_t *binding, apr_pool_t *p);

/* A return address longer than GA2_RETURN_IN_STATE, sealed for the return cookie and bound to its attempt. */
GA2_MUST_USE ga2_error_t *ga2_return_seal(const char **out, const ga2_attempt_t *a, const char *return_path,
                                          const ga2_keyring_t *ring, apr_pool_t *p);
/* NULL: the cookie is not this attempt's. */
const char *ga2_return_open(const ga2_attempt_t *a, ga2_bytes_t value, const ga2_keyring_t *ring, apr_pool_t *p);
#endif
