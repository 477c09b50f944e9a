/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TEST_ID_TOKENS_H
#define GA2_TEST_ID_TOKENS_H
/* The claims of a good id_token, changes of them, and what is expected of it. */
#include "t.h"
#include "peers.h"
#include "codec/base64.h"
#include "crypto/digest.h"
#include "jose/jws.h"
#include "oauth/id_token.h"

enum { NOW = FAKE_NOW, STARTED = NOW - 30 };


/* A change of the good claims: a member's new value, or NULL to leave it out. */
typedef struct change { const char *name, *json; } change_t;

static const change_t good[] = { { "iss", "'" ISSUER "'" }, { "sub", "'alice'" }, { "aud", "'our-client'" },
    { "exp", "1800000300" }, { "iat", "1800000000" }, { "nonce", "'n-1'" } };
enum { GOOD = sizeof good / sizeof *good, CHANGES = 3 };

/* The good claims with up to CHANGES changes; a name that is NULL ends them. */
static inline const char *claims_text(const change_t *changes, apr_pool_t *p)
{
    const char *text = "{'x':1";

    for (int i = 0; i < GOOD; i++) {
        int changed = 0;
        for (int k = 0; k < CHANGES && changes[k].name; k++)
            changed |= !strcmp(changes[k].name, good[i].name);
        if (!changed)
            text = apr_pstrcat(p, text, ",'", good[i].name, "':", good[i].json, NULL);
    }
    for (int k = 0; k < CHANGES && changes[k].name; k++)
        if (changes[k].json)
            text = apr_pstrcat(p, text, ",'", changes[k].name, "':", changes[k].json, NULL);
    return text_of(apr_pstrcat(p, text, "}", NULL), p);
}

static inline ga2_expected_t expected(void)
{
    return (ga2_expected_t){ .issuer = ISSUER, .client_id = "our-client", .nonce = "n-1",
        .now = apr_time_from_sec(NOW), .started = apr_time_from_sec(STARTED), .max_age = -1 };
}
#endif
