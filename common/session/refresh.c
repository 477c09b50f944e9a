/* SPDX-License-Identifier: Apache-2.0 */
#include "session/refresh.h"
#include "base/clock.h"
#include "base/rand.h"
#include "jose/jws.h"
#include "oauth/id_token.h"
#include <apr_strings.h>
#include <string.h>

enum { PATIENCE_S = 5, PAUSE_S = 10, LOOK_EVERY_MS = 5, SAVE_TRIES = 8 };

/* Everything one renewal is about. */
typedef struct renewal {
    ga2_waiting_t waiting;              /* told while a request is waited for; first, so that it leads back here */
    ga2_session_t *s;
    const ga2_sessions_t *in;
    const ga2_provider_t *provider;
    ga2_outside_t outside;              /* in which everybody waits with the above */
    ga2_clock_t clock;
    apr_time_t now;                     /* of the latest look */
    ga2_lease_t lease;
    apr_time_t until;                   /* the lease is renewed until then */
    int too_late;                       /* it was lost before the tokens were asked for */
    apr_pool_t *p;
} renewal_t;

/* The lease is short, so that nobody waits long for somebody who was killed. It is renewed for as long as requests are
 * under way, however many follow each other. One that is lost ends no request: its answer may be the better one. */
static void keep_lease(ga2_waiting_t *self)
{
    renewal_t *r = (renewal_t *)self;
    apr_time_t now = ga2_clock_now(&r->clock);

    if (!r->lease.taken || r->until - now >= GA2_HOLD_LEAST)
        return;
    r->until = now + GA2_HOLD;
    ga2_log_error(r->in->log, "a lease could not be renewed",
                  ga2_lease_renew(&r->lease, r->in->store, now, r->until, r->p), r->p);
}

int ga2_session_wants_refresh(const ga2_session_t *s, apr_time_t now)
{
    return s->can_refresh && s->refresh_at && now >= s->refresh_at;
}

int ga2_session_token_is_good(const ga2_session_t *s, apr_time_t now)
{
    return !s->token_expires || now < s->token_expires - apr_time_from_sec(GA2_TOKEN_MARGIN_S);
}

ga2_error_t *ga2_session_set_expiry(ga2_session_t *s, const ga2_tokens_t *tokens, apr_time_t now, apr_pool_t *p)
{
    apr_interval_time_t life = apr_time_from_sec(tokens->expires_in);
    unsigned char jitter;

    s->token_expires = s->refresh_at = 0;
    if (tokens->expires_in < 0)
        return NULL;
    GA2_TRY(ga2_random(&jitter, sizeof jitter, p));
    s->token_expires = now + life;
    s->refresh_at = now + life / 100 * (75 + jitter % 11);
    /* One that lives for seconds is due at the latest when it is no longer handed out. */
    if (s->refresh_at > s->token_expires - apr_time_from_sec(GA2_TOKEN_MARGIN_S))
        s->refresh_at = s->token_expires - apr_time_from_sec(GA2_TOKEN_MARGIN_S);
    return NULL;
}

/* Of an id_token that was verified when it was stored; NULL: none. */
static const char *nonce_of(const ga2_secret_t *id_token, apr_pool_t *p)
{
    ga2_bytes_t text = ga2_secret_reveal(id_token);
    const ga2_json_t *claims;
    ga2_jws_t jws;

    if (!text.data || ga2_jws_parse(&jws, (const char *)text.data, text.len, p)
        || ga2_json_parse_object(&claims, jws.payload, p))
        return NULL;
    return ga2_json_string(claims, "nonce");
}

/* Core 12.2: a nonce need not come again, but one that does is the first one. */
static ga2_error_t *check_nonce(const ga2_json_t *claims, const ga2_secret_t *old, apr_pool_t *p)
{
    const char *first = nonce_of(old, p), *again = ga2_json_string(claims, "nonce");

    if (!first || !ga2_json_member(claims, "nonce") || (again && !strcmp(again, first)))
        return NULL;
    return ga2_fail(p, JWS_CLAIMS, NULL, "nonce is not that of the first id_token");
}

/* What no other key and no other clock would make good. */
static int is_wrong(const ga2_error_t *err)
{
    return ga2_error_has(err, GA2_E_JWS_CLAIMS) || ga2_error_has(err, GA2_E_JWS_SIGNATURE)
        || ga2_error_has(err, GA2_E_JWS_ALGORITHM) || ga2_error_has(err, GA2_E_JWS_MALFORMED);
}

/* A refreshed id_token must be about the same user (Core 12.2). One that cannot be judged, because its key is not
 * there or the clocks differ, says nothing about that: it is dropped and the old one is kept. */
static ga2_error_t *check_id_token(ga2_tokens_t *new, const ga2_secret_t *old, const renewal_t *r,
                                   const ga2_peer_t *peer)
{
    ga2_expected_t expected = { .issuer = r->provider->issuer, .client_id = r->provider->client_id,
        .subject = r->s->subject, .access_token = new->access_token, .now = r->outside.now,
        .max_age = -1 };
    const ga2_json_t *claims;
    ga2_error_t *err, *other_nonce = NULL;

    if (!new->id_token || !r->provider->issuer) {
        new->id_token = NULL;
        return NULL;
    }
    err = ga2_id_token_verify(&claims, peer, new->id_token, &expected, r->p);
    if (!err || ga2_error_has(err, GA2_E_JWS_TIME))
        other_nonce = check_nonce(claims, old, r->p);
    if (!err || other_nonce || is_wrong(err))
        return other_nonce ? other_nonce : err;
    ga2_log_error(r->in->log, "a refreshed id_token could not be judged and is not kept", err, r->p);
    new->id_token = NULL;
    return NULL;
}

/* Put new tokens on top of what the session is now. */
static ga2_error_t *apply(ga2_session_tokens_t *all, const renewal_t *r, const ga2_tokens_t *new)
{
    ga2_session_t *s = r->s;

    if (!ga2_record_tokens(all, s, r->in->ring, r->p))
        return ga2_fail(r->p, CRYPTO, NULL, "a session's tokens do not open");
    all->access_token = new->access_token;
    if (new->refresh_token)
        all->refresh_token = new->refresh_token;
    if (new->id_token)
        all->id_token = new->id_token;
    if (new->scopes)
        s->granted = new->scopes;
    s->can_refresh = all->refresh_token != NULL;
    return ga2_session_set_expiry(s, new, r->now, r->p);
}

/* Store the new tokens. Somebody who only noted the last use is written over; whoever had the lease after us and was
 * faster is not, and a session that was ended stays ended. */
static ga2_error_t *store(int *alive, const renewal_t *r, const ga2_tokens_t *new)
{
    for (int i = 0; i < SAVE_TRIES; i++) {
        ga2_session_tokens_t all;
        int saved;

        GA2_TRY(apply(&all, r, new));
        GA2_TRY(ga2_session_save(&saved, r->s, &all, r->in, r->now, r->p));
        *alive = 1;
        if (saved)
            return NULL;
        GA2_TRY(ga2_session_reload(alive, r->s, r->in, r->now, r->p));
        if (!*alive || !ga2_session_wants_refresh(r->s, r->now))
            return NULL;
    }
    return ga2_fail(r->p, STORE, NULL, "a session was written by others %d times in a row", SAVE_TRIES);
}

/* Nobody can use them any more. */
static void take_back(const renewal_t *r, const ga2_peer_t *peer, const ga2_tokens_t *new)
{
    ga2_log_error(r->in->log, "could not revoke the tokens of a session that ended meanwhile",
                  ga2_token_revoke(peer, new->refresh_token ? new->refresh_token : new->access_token,
                                   new->refresh_token ? "refresh_token" : "access_token", r->p), r->p);
}

/* "invalid_grant": unless another owner has stored a newer token after all, it is over. */
static ga2_error_t *grant_ended(int *alive, const renewal_t *r)
{
    apr_uint64_t had = r->s->generation;

    GA2_TRY(ga2_session_reload(alive, r->s, r->in, r->now, r->p));
    if (!*alive || (r->s->generation != had && !ga2_session_wants_refresh(r->s, r->now)))
        return NULL;
    *alive = 0;
    return ga2_session_end(r->s, r->in, r->p);
}

/* With the lease in hand: one token request at most. */
static ga2_error_t *ask(int *alive, renewal_t *r)
{
    ga2_peer_t peer = { r->provider, NULL, &r->outside };
    ga2_session_tokens_t old;
    ga2_tokens_t new;
    ga2_error_t *err;

    GA2_TRY(ga2_session_reload(alive, r->s, r->in, r->now, r->p));
    if (!*alive || !ga2_session_wants_refresh(r->s, r->now))
        return NULL;
    if (!ga2_record_tokens(&old, r->s, r->in->ring, r->p))
        return ga2_fail(r->p, CRYPTO, NULL, "a session's tokens do not open");
    GA2_TRY(ga2_metadata_get(&peer.metadata, r->provider, &r->outside, r->p));
    keep_lease(&r->waiting);
    if (!r->lease.taken) {
        r->too_late = 1;
        return NULL;
    }
    err = ga2_token_refresh(&new, &peer, old.refresh_token, r->p);
    if (ga2_error_has(err, GA2_E_GRANT_ENDED))
        return grant_ended(alive, r);
    if (err)
        return err;
    r->outside.now = ga2_clock_now(&r->clock);
    err = check_id_token(&new, old.id_token, r, &peer);
    if (err) {
        ga2_log_error(r->in->log, "a session ends: its refreshed id_token is refused", err, r->p);
        *alive = 0;
        GA2_TRY(ga2_session_end(r->s, r->in, r->p));
    } else {
        GA2_TRY(store(alive, r, &new));
    }
    if (!*alive)
        take_back(r, &peer, &new);
    return NULL;
}

/* Ask, and give the lease back; after a failure, only after a pause. A request that hung until it timed out has taken
 * as long as the pause does, so the pause begins when it ends. */
static ga2_error_t *ask_leased(int *alive, renewal_t *r)
{
    ga2_error_t *err = ask(alive, r);
    apr_time_t until;

    r->now = ga2_clock_now(&r->clock);
    until = err ? r->now + apr_time_from_sec(PAUSE_S) : r->now;
    ga2_log_error(r->in->log, "a lease could not be given back",
                  ga2_lease_end(&r->lease, r->in->store, r->now, until, r->p), r->p);
    return err;
}

static ga2_error_t *expired(const renewal_t *r, const ga2_error_t *cause)
{
    return ga2_fail(r->p, TOKEN_EXPIRED, cause,
                    "the access token has expired and could not be renewed; the session stays");
}

/* A failure while the token is good: it goes on being used. */
static ga2_error_t *after_failure(int *alive, const renewal_t *r, ga2_error_t *err)
{
    if (!ga2_session_token_is_good(r->s, r->now))
        return expired(r, err);
    ga2_log_error(r->in->log, "a token could not be renewed ahead of its end and is used until then", err, r->p);
    *alive = 1;
    return NULL;
}

ga2_error_t *ga2_session_refresh(int *alive, ga2_session_t *s, const ga2_sessions_t *in,
                                 const ga2_provider_t *provider, const ga2_outside_t *outside, apr_pool_t *p)
{
    renewal_t r = { .waiting = { keep_lease }, .s = s, .in = in, .provider = provider, .outside = *outside,
        .clock = ga2_clock_from(outside->now), .now = outside->now, .p = p };
    apr_time_t last = outside->now + provider->http.timeout + apr_time_from_sec(PATIENCE_S);
    unsigned char name[1 + GA2_SESSION_ID] = "r";
    ga2_key_t key = { name, sizeof name };

    memcpy(name + 1, s->id, sizeof s->id);
    r.outside.waiting = &r.waiting;
    for (*alive = 1; r.now < last; r.now = ga2_clock_now(&r.clock)) {
        ga2_error_t *err;
        int mine;

        r.outside.now = r.now;
        r.until = r.now + GA2_HOLD;
        r.too_late = 0;
        err = ga2_lease_take(&r.lease, in->store, key, r.now, r.until, p);
        mine = !err && r.lease.taken;
        if (mine)
            err = ask_leased(alive, &r);
        if (err)
            return after_failure(alive, &r, err);
        if (mine && !r.too_late)
            return NULL;
        if (ga2_session_token_is_good(s, r.now))
            return NULL;
        if (r.lease.paused)
            return expired(&r, NULL);
        apr_sleep(LOOK_EVERY_MS * 1000);
        GA2_TRY(ga2_session_reload(alive, s, in, r.now, p));
        if (!*alive || !ga2_session_wants_refresh(s, r.now))
            return NULL;
    }
    return expired(&r, NULL);
}
