/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_CLAIMS_H
#define GA2_SESSION_CLAIMS_H
/* What a provider says of a user, in the form that a request needs: a flat run of entries, each ready to become a
 * header, found without parsing.
 *
 *     type 1 | unused 1 | length of name 2 | length of value 4 | name NUL | value NUL
 *
 * Values are encoded as headers are (codec/headers.h), so two claims look the same only when they are the same. A
 * list's items are divided by ",". Members of an object get the name "object.member". */
#include "codec/json.h"

typedef enum {
    GA2_CLAIM_STRING = 's',
    GA2_CLAIM_NUMBER = 'n',
    GA2_CLAIM_BOOLEAN = 'b',
    GA2_CLAIM_LIST = 'l'
} ga2_claim_type_t;

typedef struct ga2_claim {
    ga2_claim_type_t type;
    const char *name, *value;           /* inside the run */
    apr_size_t value_len;
} ga2_claim_t;

enum { GA2_CLAIMS_MAX = 16384 };

/* The claims about the user in both answers (either may be NULL); where both have one, userinfo's counts. What is about
 * the token itself (iss, aud, exp …) is left out. IDENTITY: more than GA2_CLAIMS_MAX bytes. */
GA2_MUST_USE ga2_error_t *ga2_claims_make(ga2_bytes_t *out, const ga2_json_t *id_token, const ga2_json_t *userinfo,
                                          apr_pool_t *p);
/* 1 and the claim, or 0. Allocates nothing. */
int ga2_claims_find(ga2_claim_t *out, ga2_bytes_t claims, const char *name);
/* Walk: set *at to 0 first; 1 and the next claim, or 0 at the end (or where the run is damaged). */
int ga2_claims_next(ga2_claim_t *out, ga2_bytes_t claims, apr_size_t *at);
/* Whether the run is whole: what is decoded from a store is checked once. */
int ga2_claims_are_whole(ga2_bytes_t claims);
/* As a JSON object with the claims' own types. */
const char *ga2_claims_json(ga2_bytes_t claims, apr_pool_t *p);
#endif
