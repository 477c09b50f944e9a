/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_PROVIDER_H
#define GA2_TESTS_FAKE_PROVIDER_H
/* An OpenID provider in memory, behind the interface of http/client.h: discovery, keys, token, userinfo and revocation.
 * It rotates refresh tokens, checks PKCE and signs with ES256. Requests may come from many threads; what it shall do is
 * set before they start. */
#include "http/client.h"
#include <pthread.h>
#include <stdatomic.h>

#define FAKE_ISSUER "https://op.example"
/* Its client, as lines of a configuration. */
#define FAKE_CLIENT "GOAuth2Issuer " FAKE_ISSUER, "GOAuth2ClientID our-client", "GOAuth2ClientSecret our-secret"
enum { FAKE_CODES_MAX = 64 };

typedef struct fake_code { const char *nonce, *challenge, *redirect_uri; int used; } fake_code_t;

typedef struct fake_provider {
    ga2_http_t base;                    /* first, so that this is a transport */
    apr_pool_t *p;
    pthread_mutex_t lock;               /* for the pool and the codes */
    const apr_time_t *now;
    /* what it does */
    const char *subject;                /* of id_tokens and userinfo */
    const char *other_subject, *other_nonce;    /* NULL: userinfo says subject, id_tokens the nonce that was sent */
    const char *issuer, *audience, *kid, *id_token;     /* of id_tokens; NULL: ours, our client, none, a good one */
    int ahead;                          /* seconds by which its clock differs */
    const char *id_claims, *userinfo;   /* more members, in single quotes: ",'email':'a@b.example'" */
    const char *scope;                  /* NULL: none in the reply */
    apr_int64_t expires_in;             /* -1: none in the reply */
    int without_refresh_token, refresh_gives_id_token, without_iss, forges_signature;
    int delay_ms;                       /* of the token endpoint */
    int is_down;                        /* nothing can be reached */
    int loses_reply;                    /* the token endpoint does its work, but no answer comes back */
    int token_status;                   /* 0: as it should be */
    const char *token_error;            /* "invalid_grant" */
    int keys_status;                    /* 0: as it should be */
    const char *keys;                   /* NULL: as they should be */
    void (*in_request)(void *baton, const ga2_http_request_t *request);     /* called for each, before it is answered */
    void (*in_token)(void *baton);      /* called while a token request is under way */
    void *baton;
    /* what it saw */
    atomic_int discoveries, key_requests, exchanges, refreshes, userinfos, revocations, reused;
    atomic_int serial;                  /* of the last tokens: "access-3", "refresh-3" */
    const char *revoked;                /* the tokens, one after another */
    fake_code_t codes[FAKE_CODES_MAX];
    int code_count;
} fake_provider_t;

fake_provider_t *fake_provider_make(const apr_time_t *now, apr_pool_t *p);
/* What its page does when a user signs in: the query that the callback gets for this authorization URL. */
const char *fake_provider_sign_in(fake_provider_t *f, const char *url, apr_pool_t *p);
#endif
