/* SPDX-License-Identifier: Apache-2.0
 * One renewal for all, in the large: fifty threads come at once. */
#include "t.h"
#include "place.h"

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
    T("fifty at expiry: one request, and all have the new token", fifty_at_expiry),
    T("fifty ahead of expiry: one request, and nobody waits", fifty_ahead_of_expiry),
    T("fifty and a failure: one request, and nobody loses the session", fifty_and_a_failure),
    T("fifty and the end of the grant: one request, and all know", fifty_and_the_end),
};
T_MAIN("session/refresh: threads", cases)
