/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_OAUTH_ID_TOKEN_H
#define GA2_OAUTH_ID_TOKEN_H
/* Verification of an id_token (OpenID Connect Core 3.1.3.7). */
#include "codec/json.h"
#include "oauth/peer.h"

enum { GA2_CLOCK_LEEWAY_S = 60 };       /* between the provider's clock and ours, for exp, iat, nbf and auth_time */

typedef struct ga2_expected {           /* what must be true of this id_token */
    const char *issuer, *client_id;
    const char *nonce;                  /* NULL: a refreshed one, which need not have a nonce */
    const char *subject;                /* NULL: any; a refreshed one must have the session's (12.2) */
    const ga2_secret_t *access_token;   /* checked against at_hash where there is one */
    apr_time_t now;
    apr_time_t started;                 /* when the sign-in began: an older id_token is not its answer; 0: any */
    apr_int64_t max_age;                /* seconds since the user proved who they are, when that was asked; -1 */
    const char *acr_values;             /* one of which was asked as essential; NULL: none */
} ga2_expected_t;

/* The claims alone, signature already verified. JWS_CLAIMS, with the step that failed; no claim's value is in it.
 * JWS_TIME: all is well but for its times, which may be a matter of clocks. */
GA2_MUST_USE ga2_error_t *ga2_id_token_check(const ga2_json_t *claims, const ga2_expected_t *expected, ga2_alg_t alg,
                                             apr_pool_t *p);
/* Parse, find the key (asking for new ones once when it is unknown), verify, check. ID_TOKEN, with what failed as its
 * cause; PROVIDER_DOWN and STORE, when it could not be found out. With JWS_TIME as the cause *claims is there. */
GA2_MUST_USE ga2_error_t *ga2_id_token_verify(const ga2_json_t **claims, const ga2_peer_t *peer,
                                              const ga2_secret_t *id_token,
                                              const ga2_expected_t *expected, apr_pool_t *p);
#endif
