/* SPDX-License-Identifier: Apache-2.0
 * One renewal for all, in the small (a step of another request placed exactly in between) and in the large (threads). */
#include "t.h"
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

static void warn(const ga2_log_t *log, const char *text, apr_pool_t *p)
{
    place_t *place = (place_t *)((char *)(apr_uintptr_t)log - offsetof(place_t, log));

    (void)text, (void)p;
    place->warnings++;
}

static ga2_session_t *load(place_t *place, apr_pool_t *p)
{
    ga2_session_t *s;

    if (ga2_session_find(&s, &place->in, place->cookie, place->now, p))
        abort();
    return s;
}

/* Signed in at `start`, the token good for LIFE_S from then on and due from the middle of it. */
static void add_session(place_t *place)
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

static place_t *place_of(void **state)
{
    static const char *const lines[] = { FAKE_CLIENT, NULL };
    place_t *place = apr_pcalloc(*state, sizeof(*place));

    ga2_crypto_start(*state);
    place->p = *state;
    place->now = start;
    place->log.warn = warn;
    place->store = fake_store_make(*state);
    place->fake = fake_provider_make(&place->now, *state);
    place->provider = fake_config(lines, *state)->provider;
    place->in = (ga2_sessions_t){ .store = &place->store->base, .log = &place->log, .idle = SECONDS(9000), .max = SECONDS(9000) };
    T_OK(ga2_keyring_parse(&place->in.ring, ga2_bytes_of(LINE_K), "keys", *state));
    place->outside = (ga2_outside_t){ .http = &place->fake->base, .log = &place->log };
    T_OK(ga2_documents_make(&place->outside.documents, place->in.store, place->in.ring, *state));
    add_session(place);
    return place;
}

static ga2_error_t *refresh(int *alive, ga2_session_t *s, place_t *place, apr_pool_t *p)
{
    place->outside.now = place->now;
    return ga2_session_refresh(alive, s, &place->in, place->provider, &place->outside, p);
}

/* The access token of a session as loaded; NULL when it does not open. */
static const char *access_of(place_t *place, const ga2_session_t *s, apr_pool_t *p)
{
    ga2_session_tokens_t tokens;

    return ga2_record_tokens(&tokens, s, place->in.ring, p) ? ga2_secret_reveal_text(tokens.access_token) : NULL;
}

static const char *refresh_token_of(place_t *place, const ga2_session_t *s, apr_pool_t *p)
{
    ga2_session_tokens_t tokens;

    return ga2_record_tokens(&tokens, s, place->in.ring, p) ? ga2_secret_reveal_text(tokens.refresh_token) : NULL;
}

static void due(place_t *place) { place->now = start + SECONDS(LIFE_S / 2); }
static void expired(place_t *place) { place->now = start + SECONDS(LIFE_S); }

/* ---- when ---- */

static void when_a_token_is_due(void **state)
{
    static const struct { int can, at, now, wants; } rows[] = {
        { 1, 500, 499, 0 }, { 1, 500, 500, 1 }, { 1, 500, 5000, 1 }, { 0, 500, 500, 0 }, { 1, 0, 500, 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_session_t s = { .can_refresh = rows[i].can, .refresh_at = rows[i].at };
        assert_int_equal(ga2_session_wants_refresh(&s, rows[i].now), rows[i].wants);
    }
}

static void while_a_token_is_good(void **state)
{
    ga2_session_t s = { .token_expires = start }, unknown = { .token_expires = 0 };

    (void)state;
    assert_true(ga2_session_token_is_good(&s, start - SECONDS(GA2_TOKEN_MARGIN_S) - 1));
    assert_false(ga2_session_token_is_good(&s, start - SECONDS(GA2_TOKEN_MARGIN_S)));
    assert_false(ga2_session_token_is_good(&s, start));
    assert_true(ga2_session_token_is_good(&unknown, start));
}

static void renewal_is_spread(void **state)
{
    const apr_time_t life = SECONDS(1000);
    ga2_tokens_t tokens = { .expires_in = 1000 };
    apr_time_t least = APR_INT64_MAX, most = 0;
    ga2_session_t s = { .generation = 0 };

    ga2_crypto_start(*state);
    for (int i = 0; i < 500; i++) {
        T_OK(ga2_session_set_expiry(&s, &tokens, start, *state));
        assert_int_equal(s.token_expires, start + life);
        assert_in_range(s.refresh_at - start, life / 100 * 75, life / 100 * 85);
        least = s.refresh_at < least ? s.refresh_at : least;
        most = s.refresh_at > most ? s.refresh_at : most;
    }
    assert_int_equal(least - start, life / 100 * 75);
    assert_int_equal(most - start, life / 100 * 85);
    tokens.expires_in = -1;
    T_OK(ga2_session_set_expiry(&s, &tokens, start, *state));
    assert_int_equal(s.token_expires, 0);
    assert_int_equal(s.refresh_at, 0);
    tokens.expires_in = 0;
    T_OK(ga2_session_set_expiry(&s, &tokens, start, *state));
    assert_int_equal(s.token_expires, start);
    assert_false(ga2_session_token_is_good(&s, start));
}

/* ---- one request ---- */

static void new_tokens_are_stored(void **state)
{
    place_t *place = place_of(state);
    ga2_session_t *s = load(place, *state);
    int alive;

    due(place);
    place->fake->scope = "openid email";
    T_OK(refresh(&alive, s, place, *state));
    assert_true(alive);
    assert_string_equal(access_of(place, s, *state), "access-2");
    s = load(place, *state);
    assert_string_equal(access_of(place, s, *state), "access-2");
    assert_string_equal(refresh_token_of(place, s, *state), "refresh-2");
    assert_string_equal(s->granted, "email openid");
    assert_int_equal(s->token_expires, place->now + SECONDS(3600));
    assert_int_equal(place->fake->refreshes, 1);
    assert_int_equal(place->warnings, 0);
    place->now = s->refresh_at;             /* the lease was given back: the next renewal works, too */
    T_OK(refresh(&alive, s, place, *state));
    assert_string_equal(access_of(place, load(place, *state), *state), "access-3");
}

static void a_refresh_token_that_stays_is_kept(void **state)
{
    place_t *place = place_of(state);
    ga2_session_t *s = load(place, *state);
    ga2_session_tokens_t tokens;
    int alive;

    due(place);
    place->fake->without_refresh_token = 1;         /* RFC 6749 6: it may be left out */
    T_OK(refresh(&alive, s, place, *state));
    s = load(place, *state);
    assert_true(ga2_record_tokens(&tokens, s, place->in.ring, *state));
    assert_string_equal(ga2_secret_reveal_text(tokens.access_token), "access-2");
    assert_string_equal(ga2_secret_reveal_text(tokens.refresh_token), "refresh-1");
    assert_string_equal(ga2_secret_reveal_text(tokens.id_token), "id-1");
    assert_true(s->can_refresh);
}

static void what_is_not_due_any_more_is_not_asked_for(void **state)
{
    place_t *place = place_of(state);
    ga2_session_t *old = load(place, *state), *s = load(place, *state);
    int alive;

    due(place);
    T_OK(refresh(&alive, s, place, *state));
    T_OK(refresh(&alive, old, place, *state));      /* read before that, but the lease comes with a fresh look */
    assert_true(alive);
    assert_string_equal(access_of(place, old, *state), "access-2");
    assert_int_equal(place->fake->refreshes, 1);
}

/* ---- failures ---- */

static void a_provider_that_is_down_ends_nothing(void **state)
{
    place_t *place = place_of(state);
    ga2_session_t *s = load(place, *state);
    int alive = 0;

    due(place);
    place->fake->token_status = 503;
    T_OK(refresh(&alive, s, place, *state));        /* still good: used until its end */
    assert_true(alive);
    assert_string_equal(access_of(place, s, *state), "access-1");
    assert_int_equal(place->warnings, 1);
    T_OK(refresh(&alive, s, place, *state));        /* within the pause nobody asks */
    assert_true(alive);
    assert_int_equal(place->fake->refreshes, 1);
    expired(place);
    T_FAILS(refresh(&alive, s, place, *state), TOKEN_EXPIRED);
    T_FAILS(refresh(&alive, s, place, *state), TOKEN_EXPIRED);
    assert_int_equal(place->fake->refreshes, 2);
    place->now += SECONDS(PAUSE_S + 1);
    place->fake->token_status = 0;
    place->fake->serial = 1;                        /* it had refused, so the token is the same */
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_string_equal(access_of(place, load(place, *state), *state), "access-2");
}

static void the_pause_ends(void **state)
{
    place_t *place = place_of(state);
    int alive;

    due(place);
    place->fake->token_status = 503;
    for (int i = 1; i <= 3; i++) {
        T_OK(refresh(&alive, load(place, *state), place, *state));
        assert_int_equal(place->fake->refreshes, i);
        place->now += SECONDS(PAUSE_S - 1);
        T_OK(refresh(&alive, load(place, *state), place, *state));
        assert_int_equal(place->fake->refreshes, i);
        place->now += SECONDS(2);
    }
}

static ga2_lease_t lease_of(place_t *place, const ga2_session_t *s)
{
    unsigned char name[1 + GA2_SESSION_ID] = "r";
    ga2_lease_t lease;
    int taken;

    memcpy(name + 1, s->id, sizeof s->id);
    assert_null(ga2_lease_take(&taken, &lease, place->in.store, (ga2_key_t){ name, sizeof name }, place->now, place->now + 1,
                               place->p));
    assert_false(taken);
    return lease;
}

/* The pause counts from the failure, not from the moment the request was made: a request that hangs until it times out
 * has used up as much before it begins. */
static void the_pause_begins_with_the_failure(void **state)
{
    place_t *place = place_of(state);
    ga2_session_t *s = load(place, *state);
    ga2_lease_t lease;
    int alive;

    due(place);
    place->fake->delay_ms = 300;
    place->fake->loses_reply = 1;
    T_OK(refresh(&alive, s, place, *state));
    lease = lease_of(place, s);
    assert_true(lease.paused);
    assert_in_range(lease.until - place->now, SECONDS(PAUSE_S) + 290 * 1000, SECONDS(PAUSE_S + 30));
}

static void look_at_the_lease(void *baton)
{
    place_t *place = baton;
    ga2_lease_t lease = lease_of(place, load(place, place->p));

    assert_false(lease.paused);
    assert_true(lease.until - place->now > 3 * place->provider->http.timeout);
}

/* Discovery may hang before the tokens are asked for, and the keys afterwards. Whoever took the lease over meanwhile would
 * send the same refresh token. */
static void the_lease_outlives_all_requests_under_it(void **state)
{
    place_t *place = place_of(state);
    int alive;

    due(place);
    place->fake->in_token = look_at_the_lease;
    place->fake->baton = place;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_string_equal(access_of(place, load(place, *state), *state), "access-2");
}

/* Nobody knows whether the provider has used the token up. It is not sent again in a hurry. */
static void a_lost_reply_is_not_asked_for_again(void **state)
{
    place_t *place = place_of(state);
    int alive;

    expired(place);
    place->fake->loses_reply = 1;
    T_FAILS(refresh(&alive, load(place, *state), place, *state), TOKEN_EXPIRED);
    for (int i = 0; i < 5; i++)
        T_FAILS(refresh(&alive, load(place, *state), place, *state), TOKEN_EXPIRED);
    assert_int_equal(place->fake->refreshes, 1);
    assert_non_null(load(place, *state));
}

static void a_provider_that_cannot_be_reached(void **state)
{
    place_t *place = place_of(state);
    int alive = 0;

    due(place);
    place->fake->is_down = 1;                       /* not even its metadata is known */
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_true(alive);
    expired(place);
    T_FAILS(refresh(&alive, load(place, *state), place, *state), TOKEN_EXPIRED);
    assert_non_null(load(place, *state));
}

static void a_refusal_ends_nothing_but_invalid_grant_does(void **state)
{
    static const struct { const char *error; int alive; } rows[] = {
        { "invalid_grant", 0 }, { "invalid_client", 1 }, { "unauthorized_client", 1 }, { "temporarily_unavailable", 1 } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place_t *place = place_of(state);
        int alive;
        due(place);
        place->fake->token_error = rows[i].error;
        T_OK(refresh(&alive, load(place, *state), place, *state));
        T_ROW(alive == rows[i].alive, rows[i].error);
        T_ROW((load(place, *state) != NULL) == rows[i].alive, rows[i].error);
        assert_int_equal(place->fake->refreshes, 1);
        assert_int_equal(place->fake->revocations, 0);
    }
}

/* Reads go on when writes do not: a full disk. */
static void a_good_token_outlives_a_store_that_cannot_write(void **state)
{
    place_t *place = place_of(state);
    int alive = 0;

    due(place);
    place->store->down = FAKE_PUT | FAKE_REMOVE;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_true(alive);
    assert_int_equal(place->fake->refreshes, 0);
    expired(place);
    T_FAILS(refresh(&alive, load(place, *state), place, *state), TOKEN_EXPIRED);
    assert_int_equal(place->fake->refreshes, 0);
}

/* ---- others step in ---- */

typedef struct other { place_t *place; int times; } other_t;

static void touch(void *baton)
{
    place_t *place = ((other_t *)baton)->place;
    ga2_session_t *s = load(place, place->p);
    int saved;

    s->last_used = place->now;
    assert_null(ga2_session_save(&saved, s, NULL, &place->in, place->now, place->p));
    if (--((other_t *)baton)->times > 0) {
        place->store->kind = 's';
        place->store->before_put = touch;
    }
}

static void end(void *baton)
{
    place_t *place = ((other_t *)baton)->place;

    assert_null(ga2_session_end(load(place, place->p), &place->in, place->p));
}

/* Another owner, whose lease ran out while it waited, stores what it got after all. */
static void store_newer(void *baton)
{
    place_t *place = ((other_t *)baton)->place;
    ga2_session_t *s = load(place, place->p);
    ga2_session_tokens_t tokens = { ga2_secret_of("access-9", place->p), ga2_secret_of("refresh-9", place->p), NULL };
    int saved;

    s->token_expires = place->now + SECONDS(LIFE_S);
    s->refresh_at = place->now + SECONDS(LIFE_S / 2);
    assert_null(ga2_session_save(&saved, s, &tokens, &place->in, place->now, place->p));
}

static void a_touch_in_between_loses_no_tokens(void **state)
{
    for (int times = 1; times <= 4; times++) {
        place_t *place = place_of(state);
        other_t other = { place, times };
        int alive;
        due(place);
        place->fake->in_token = touch;
        place->fake->baton = place->store->baton = &other;
        T_OK(refresh(&alive, load(place, *state), place, *state));
        assert_true(alive);
        assert_int_equal(place->fake->refreshes, 1);
        assert_string_equal(access_of(place, load(place, *state), *state), "access-2");
        assert_string_equal(refresh_token_of(place, load(place, *state), *state), "refresh-2");
        assert_int_equal(load(place, *state)->last_used, place->now);
    }
}

static void a_session_that_ended_meanwhile_stays_ended(void **state)
{
    place_t *place = place_of(state);
    other_t other = { place, 0 };
    ga2_session_t *s = load(place, *state);
    int alive = 1;

    due(place);
    place->fake->in_token = end;
    place->fake->baton = &other;
    T_OK(refresh(&alive, s, place, *state));
    assert_false(alive);
    assert_null(load(place, *state));
    assert_string_equal(place->fake->revoked, "refresh-2");
}

static void ended_between_the_answer_and_its_storing(void **state)
{
    place_t *place = place_of(state);
    other_t other = { place, 0 };
    int alive = 1;

    due(place);
    T_OK(refresh(&alive, load(place, *state), place, *state));      /* metadata is known now, so the next put is the session's */
    place->now = load(place, *state)->refresh_at;
    place->store->kind = 's';
    place->store->baton = &other;
    place->store->before_put = end;
    place->fake->without_refresh_token = 1;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_false(alive);
    assert_null(load(place, *state));
    assert_string_equal(place->fake->revoked, "access-3");
}

static void an_end_before_is_seen_first(void **state)
{
    place_t *place = place_of(state);
    ga2_session_t *s = load(place, *state);
    other_t other = { place, 0 };
    int alive = 1;

    due(place);
    end(&other);
    T_OK(refresh(&alive, s, place, *state));
    assert_false(alive);
    assert_int_equal(place->fake->refreshes, 0);
}

static void invalid_grant_looks_once_more(void **state)
{
    place_t *place = place_of(state);
    other_t other = { place, 0 };
    ga2_session_t *s = load(place, *state);
    int alive = 0;

    due(place);
    place->fake->token_error = "invalid_grant";
    place->fake->in_token = store_newer;
    place->fake->baton = &other;
    T_OK(refresh(&alive, s, place, *state));
    assert_true(alive);
    assert_string_equal(access_of(place, s, *state), "access-9");
    assert_non_null(load(place, *state));
}

static void invalid_grant_is_not_doubted_by_a_touch(void **state)
{
    place_t *place = place_of(state);
    other_t other = { place, 1 };
    int alive = 1;

    due(place);
    place->fake->token_error = "invalid_grant";
    place->fake->in_token = touch;
    place->fake->baton = &other;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_false(alive);
    assert_null(load(place, *state));
}

static void signed_out_while_the_grant_ended(void **state)
{
    place_t *place = place_of(state);
    other_t other = { place, 0 };
    int alive = 1;

    due(place);
    place->fake->token_error = "invalid_grant";
    place->fake->in_token = end;
    place->fake->baton = &other;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_false(alive);
}

/* ---- id_token ---- */

static void a_new_id_token_replaces_the_old_one(void **state)
{
    place_t *place = place_of(state);
    ga2_session_tokens_t tokens;
    int alive;

    due(place);
    place->fake->refresh_gives_id_token = 1;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_true(alive);
    assert_true(ga2_record_tokens(&tokens, load(place, *state), place->in.ring, *state));
    assert_true(strncmp(ga2_secret_reveal_text(tokens.id_token), "ey", 2) == 0);
}

/* Core 12.2 */
static void an_id_token_that_is_refused_ends_the_session(void **state)
{
    for (int i = 0; i < 2; i++) {
        place_t *place = place_of(state);
        int alive = 1;
        due(place);
        place->fake->refresh_gives_id_token = 1;
        if (i == 0)
            place->fake->subject = "mallory";
        else
            place->fake->forges_signature = 1;
        T_OK(refresh(&alive, load(place, *state), place, *state));
        assert_false(alive);
        assert_null(load(place, *state));
        assert_string_equal(place->fake->revoked, "refresh-2");
        assert_true(place->warnings > 0);
    }
}

static void lose_the_keys(void *baton) { ((place_t *)baton)->fake->is_down = 1; }

static void an_id_token_that_cannot_be_checked_is_not_kept(void **state)
{
    place_t *place = place_of(state);
    ga2_session_tokens_t tokens;
    int alive = 0;

    due(place);
    place->fake->refresh_gives_id_token = 1;
    place->fake->in_token = lose_the_keys;
    place->fake->baton = place;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_true(alive);
    assert_true(ga2_record_tokens(&tokens, load(place, *state), place->in.ring, *state));
    assert_string_equal(ga2_secret_reveal_text(tokens.access_token), "access-2");
    assert_string_equal(ga2_secret_reveal_text(tokens.id_token), "id-1");
}

/* ---- threads ---- */

enum { THREADS = 50 };

typedef struct crowd {
    place_t *place;
    pthread_barrier_t together;
    atomic_int errors, expired, dead, renewed, old;
    atomic_llong longest;
} crowd_t;

static void *come(void *data)
{
    crowd_t *crowd = data;
    place_t *place = crowd->place;
    ga2_outside_t outside = place->outside;
    ga2_session_t *s;
    ga2_error_t *err;
    apr_pool_t *p;
    apr_time_t began;
    int alive = 0;

    apr_pool_create(&p, NULL);
    s = load(place, p);
    outside.now = place->now;
    pthread_barrier_wait(&crowd->together);
    began = apr_time_now();
    err = ga2_session_refresh(&alive, s, &place->in, place->provider, &outside, p);
    began = apr_time_now() - began;
    for (long long longest = crowd->longest; began > longest;)
        if (atomic_compare_exchange_weak(&crowd->longest, &longest, began))
            break;
    if (err && err->code == GA2_E_TOKEN_EXPIRED)
        crowd->expired++;
    else if (err)
        crowd->errors++;
    else if (!alive)
        crowd->dead++;
    else if (!strcmp(access_of(place, s, p), "access-2"))
        crowd->renewed++;
    else
        crowd->old++;
    apr_pool_destroy(p);
    return NULL;
}

static void all_come(crowd_t *crowd, place_t *place)
{
    pthread_t threads[THREADS];

    memset(crowd, 0, sizeof *crowd);
    crowd->place = place;
    pthread_barrier_init(&crowd->together, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come, crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&crowd->together);
    assert_int_equal(crowd->errors, 0);
}

static void fifty_at_expiry(void **state)
{
    place_t *place = place_of(state);
    crowd_t crowd;

    expired(place);
    place->fake->delay_ms = 300;
    all_come(&crowd, place);
    assert_int_equal(place->fake->refreshes, 1);
    assert_int_equal(place->fake->reused, 0);
    assert_int_equal(crowd.renewed, THREADS);
    assert_int_equal(place->warnings, 0);
}

/* One asks; the others are on their way before the answer is there. */
static void fifty_ahead_of_expiry(void **state)
{
    place_t *place = place_of(state);
    crowd_t crowd;

    due(place);
    place->fake->delay_ms = 1000;
    all_come(&crowd, place);
    assert_int_equal(place->fake->refreshes, 1);
    assert_in_range(crowd.renewed, 1, THREADS);
    assert_int_equal(crowd.renewed + crowd.old, THREADS);
    assert_true(crowd.old >= THREADS / 2);
    assert_string_equal(access_of(place, load(place, *state), *state), "access-2");
}

static void fifty_and_a_failure(void **state)
{
    place_t *place = place_of(state);
    crowd_t crowd;

    expired(place);
    place->fake->delay_ms = 100;
    place->fake->loses_reply = 1;
    all_come(&crowd, place);
    assert_int_equal(place->fake->refreshes, 1);
    assert_int_equal(crowd.expired, THREADS);
    assert_non_null(load(place, *state));
    assert_true(crowd.longest < SECONDS(5));
}

static void fifty_and_the_end(void **state)
{
    place_t *place = place_of(state);
    crowd_t crowd;

    expired(place);
    place->fake->delay_ms = 100;
    place->fake->token_error = "invalid_grant";
    all_come(&crowd, place);
    assert_int_equal(place->fake->refreshes, 1);
    assert_int_equal(crowd.dead, THREADS);
    assert_null(load(place, *state));
}

static const struct CMUnitTest cases[] = {
    T("a token is due from its moment on, when it can be renewed", when_a_token_is_due),
    T("a token is good until two seconds before its end", while_a_token_is_good),
    T("renewal is spread over 75 to 85 % of the token's life", renewal_is_spread),
    T("new tokens are stored, and the lease is given back", new_tokens_are_stored),
    T("a refresh token that the reply leaves out is kept", a_refresh_token_that_stays_is_kept),
    T("what is not due any more is not asked for", what_is_not_due_any_more_is_not_asked_for),
    T("a provider that is down ends nothing", a_provider_that_is_down_ends_nothing),
    T("after a failure there is a pause, which ends", the_pause_ends),
    T("the pause begins with the failure", the_pause_begins_with_the_failure),
    T("the lease outlives all requests that are made under it", the_lease_outlives_all_requests_under_it),
    T("a request whose reply is lost is not sent again", a_lost_reply_is_not_asked_for_again),
    T("a provider that cannot be reached ends nothing", a_provider_that_cannot_be_reached),
    T("of all refusals invalid_grant alone ends the session", a_refusal_ends_nothing_but_invalid_grant_does),
    T("a good token outlives a store that cannot write", a_good_token_outlives_a_store_that_cannot_write),
    T("a touch in between loses no tokens", a_touch_in_between_loses_no_tokens),
    T("a session that ended meanwhile stays ended, and the new tokens are revoked", a_session_that_ended_meanwhile_stays_ended),
    T("so does one that ends just before they are stored", ended_between_the_answer_and_its_storing),
    T("a session that ended before costs no request", an_end_before_is_seen_first),
    T("after invalid_grant one more look finds a newer token", invalid_grant_looks_once_more),
    T("a touch is no newer token", invalid_grant_is_not_doubted_by_a_touch),
    T("invalid_grant for a session that ended is no error", signed_out_while_the_grant_ended),
    T("a new id_token replaces the old one", a_new_id_token_replaces_the_old_one),
    T("an id_token of another user, or forged, ends the session", an_id_token_that_is_refused_ends_the_session),
    T("an id_token that cannot be checked just now is not kept", an_id_token_that_cannot_be_checked_is_not_kept),
    T("fifty at expiry: one request, and all have the new token", fifty_at_expiry),
    T("fifty ahead of expiry: one request, and nobody waits", fifty_ahead_of_expiry),
    T("fifty and a failure: one request, and nobody loses the session", fifty_and_a_failure),
    T("fifty and the end of the grant: one request, and all know", fifty_and_the_end),
};
T_MAIN("session/refresh", cases)
