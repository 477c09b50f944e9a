/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_RECORD_H
#define GA2_SESSION_RECORD_H
/* A session as the store keeps it: sealed in two parts, so that the way of a request opens only what it needs.
 *
 *     version 1 | unused 3 | key id 4 | nonce 12 | length of hot 4 | hot … tag 16 | cold … tag 16
 *
 * hot:  fixed numbers (deadlines, token expiry, lengths), then texts and claims, read in place.
 * cold: the tokens; its nonce is in hot, so a cold part of another time does not open.
 *
 * The key of both is derived from the session cookie's secret and the key file: a stolen store opens with neither
 * alone. */
#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/keyring.h"
#include "oauth/provider.h"

enum { GA2_SESSION_ID = 16, GA2_SESSION_SECRET = 32, GA2_RECORD_MAX = 131072 };

typedef struct ga2_session {
    unsigned char id[GA2_SESSION_ID], secret[GA2_SESSION_SECRET];
    apr_uint64_t generation;                    /* of the record that was read; 0: not stored yet */
    apr_time_t created, last_used, auth_time;   /* auth_time 0: not said */
    apr_time_t token_expires, refresh_at;       /* 0: not said, never */
    apr_time_t ends;                            /* another session has taken its place; 0: it is current */
    unsigned char provider[GA2_PROVIDER_ID_LEN];
    int can_refresh;
    const char *subject;                        /* the provider's sub, or what stands for it */
    const char *asked, *granted;                /* scopes, as sets */
    const char *acr, *sid;                      /* "" : not said */
    ga2_bytes_t claims;                         /* session/claims.h */
    ga2_bytes_t cold;                           /* still sealed */
    unsigned char cold_nonce[12];
    int key;                                    /* position in the ring of the key that sealed it */
} ga2_session_t;

typedef struct ga2_session_tokens {             /* the cold part; NULL: none */
    const ga2_secret_t *access_token, *refresh_token, *id_token;
} ga2_session_tokens_t;

/* Seal a session. With tokens NULL the cold part stays as it is, unless the ring has a newer first key: then the whole
 * is sealed anew. Fills s->cold. */
GA2_MUST_USE ga2_error_t *ga2_record_seal(ga2_bytes_t *out, ga2_session_t *s, const ga2_session_tokens_t *tokens,
                                          const ga2_keyring_t *ring, apr_pool_t *p);
/* Open the hot part; s->id and s->secret must be set. 1, or 0: not ours, damaged, or sealed with a key that is gone.
 * Texts point into p. */
int ga2_record_open(ga2_session_t *s, ga2_bytes_t record, const ga2_keyring_t *ring, apr_pool_t *p);
/* Open the cold part of an opened session. */
int ga2_record_tokens(ga2_session_tokens_t *out, const ga2_session_t *s, const ga2_keyring_t *ring, apr_pool_t *p);
#endif
