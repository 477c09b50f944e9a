/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "place.h"

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

/* The lease that was there at first would not last for four of these. */
static void hang_for_a_while(void *baton, const ga2_http_request_t *request)
{
    place_t *place = baton;
    apr_time_t before = lease_of(place, load(place, place->p)).until;

    assert_non_null(request->waiting);
    apr_sleep(apr_time_from_msec(1700));
    ga2_waiting_tick(request->waiting);
    assert_in_range(lease_of(place, load(place, place->p)).until - before, SECONDS(1), SECONDS(20));
}

/* Discovery may hang before the tokens are asked for, and the keys afterwards, twice. Whoever took the lease over
 * meanwhile would send the same refresh token. */
static void the_lease_outlives_all_requests_under_it(void **state)
{
    place_t *place = place_of(state);
    int alive;

    due(place);
    place->fake->refresh_gives_id_token = 1;
    place->fake->kid = "new";
    place->fake->in_request = hang_for_a_while;
    place->fake->baton = place;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_string_equal(access_of(place, load(place, *state), *state), "access-2");
    assert_int_equal(place->fake->key_requests, 2);
    place->now = load(place, *state)->refresh_at;       /* and it was given back */
    place->fake->in_request = NULL;
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_string_equal(access_of(place, load(place, *state), *state), "access-3");
}

static void look_at_the_lease(void *baton)
{
    place_t *place = baton;
    ga2_lease_t lease = lease_of(place, load(place, place->p));

    assert_false(lease.paused);
    assert_in_range(lease.until - place->now, 1, SECONDS(5));
}

/* Whoever is killed in the middle leaves it behind. */
static void the_lease_is_short(void **state)
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
        { "invalid_grant", 0 }, { "invalid_client", 1 }, { "unauthorized_client", 1 }, { "temporarily_unavailable", 1 },
    };

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
    T("the lease is short", the_lease_is_short),
    T("the lease outlives all requests that are made under it", the_lease_outlives_all_requests_under_it),
    T("a request whose reply is lost is not sent again", a_lost_reply_is_not_asked_for_again),
    T("a provider that cannot be reached ends nothing", a_provider_that_cannot_be_reached),
    T("of all refusals invalid_grant alone ends the session", a_refusal_ends_nothing_but_invalid_grant_does),
    T("a good token outlives a store that cannot write", a_good_token_outlives_a_store_that_cannot_write),
};
T_MAIN("session/refresh", cases)
