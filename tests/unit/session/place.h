/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_SESSION_PLACE_H
#define GA2_TESTS_SESSION_PLACE_H
/* Where tokens are renewed: a store that a test can step into, a provider in memory, and one session. */
#include "../../fake/incoming.h"
#include "../../fake/provider.h"
#include "../../fake/store.h"
#include "../crypto/lines.h"
#include "crypto/context.h"
#include "session/cookie_jar.h"
#include "session/refresh.h"
#include "store/documents.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
static const apr_time_t start = SECONDS(4000000000);     /* ahead of the clock by which documents are kept */

enum { PAUSE_S = 10, LIFE_S = 1000 };

typedef struct place {
    apr_time_t now;
    fake_store_t *store;
    fake_provider_t *fake;
    const ga2_provider_t *provider;
    ga2_sessions_t in;
    ga2_outside_t outside;
    ga2_log_t log;
    atomic_int warnings;
    ga2_bytes_t cookie;                     /* of the session that all tests use */
    apr_pool_t *p;
} place_t;

static inline void place_warn(const ga2_log_t *log, const char *text, apr_pool_t *p)
{
    place_t *place = (place_t *)((char *)(apr_uintptr_t)log - offsetof(place_t, log));

    (void)text, (void)p;
    place->warnings++;
}

static inline ga2_session_t *load(place_t *place, apr_pool_t *p)
{
    ga2_session_t *s;

    if (ga2_session_find(&s, &place->in, place->cookie, place->now, p))
        abort();
    return s;
}

/* Signed in at `start`, the token good for LIFE_S from then on and due from the middle of it. */
static inline void add_session(place_t *place)
{
    ga2_session_tokens_t tokens = { ga2_secret_of("access-1", place->p), ga2_secret_of("refresh-1", place->p),
                                    ga2_secret_of("id-1", place->p) };
    ga2_session_t s = { .created = start, .last_used = start, .token_expires = start + SECONDS(LIFE_S),
        .refresh_at = start + SECONDS(LIFE_S / 2), .can_refresh = 1, .subject = "alice", .asked = "openid",
        .granted = "openid", .acr = "", .sid = "" };

    place->fake->serial = 1;
    if (ga2_session_add(&s, &tokens, &place->in, start, place->p))
        abort();
    place->cookie = ga2_bytes_of(ga2_session_cookie_write(&s, place->p));
}

static inline place_t *place_of(void **state)
{
    static const char *const lines[] = { FAKE_CLIENT, NULL };
    place_t *place = apr_pcalloc(*state, sizeof(*place));

    ga2_crypto_start(*state);
    place->p = *state;
    place->now = start;
    place->log.warn = place_warn;
    place->store = fake_store_make(*state);
    place->fake = fake_provider_make(&place->now, *state);
    place->provider = fake_config(lines, *state)->provider;
    place->in = (ga2_sessions_t){
        .store = &place->store->base, .log = &place->log, .idle = SECONDS(9000), .max = SECONDS(9000)
    };
    T_OK(ga2_keyring_parse(&place->in.ring, ga2_bytes_of(LINE_K), "keys", *state));
    place->outside = (ga2_outside_t){ .http = &place->fake->base, .log = &place->log };
    T_OK(ga2_documents_make(&place->outside.documents, place->in.store, place->in.ring, *state));
    add_session(place);
    return place;
}

static inline ga2_error_t *refresh(int *alive, ga2_session_t *s, place_t *place, apr_pool_t *p)
{
    place->outside.now = place->now;
    return ga2_session_refresh(alive, s, &place->in, place->provider, &place->outside, p);
}

/* The access token of a session as loaded; NULL when it does not open. */
static inline const char *access_of(place_t *place, const ga2_session_t *s, apr_pool_t *p)
{
    ga2_session_tokens_t tokens;

    return ga2_record_tokens(&tokens, s, place->in.ring, p) ? ga2_secret_reveal_text(tokens.access_token) : NULL;
}

static inline const char *refresh_token_of(place_t *place, const ga2_session_t *s, apr_pool_t *p)
{
    ga2_session_tokens_t tokens;

    return ga2_record_tokens(&tokens, s, place->in.ring, p) ? ga2_secret_reveal_text(tokens.refresh_token) : NULL;
}

static inline void due(place_t *place) { place->now = start + SECONDS(LIFE_S / 2); }
static inline void expired(place_t *place) { place->now = start + SECONDS(LIFE_S); }

static inline ga2_lease_t lease_of(place_t *place, const ga2_session_t *s)
{
    unsigned char name[1 + GA2_SESSION_ID] = "r";
    ga2_lease_t lease;

    memcpy(name + 1, s->id, sizeof s->id);
    assert_null(ga2_lease_take(&lease, place->in.store, (ga2_key_t){ name, sizeof name }, place->now,
                               place->now + 1, place->p));
    assert_false(lease.taken);
    return lease;
}
#endif
