/* SPDX-License-Identifier: Apache-2.0
 * One renewal for all, in the small: what another request does is placed exactly in between. */
#include "t.h"
#include "place.h"

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
    T_OK(refresh(&alive, load(place, *state), place, *state));
    assert_true(alive);                     /* and the metadata is known now */
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

/* ---- the lease is lost ---- */

typedef struct taker { place_t *place; const char *at; int stores; ga2_lease_t lease; } taker_t;

/* Our process stood still for so long that another owner has the lease now, and perhaps new tokens. */
static void take_over(void *baton, const ga2_http_request_t *request)
{
    taker_t *taker = baton;
    place_t *place = taker->place;
    ga2_lease_t ours = lease_of(place, load(place, place->p));

    if (!strstr(request->url, taker->at))
        return;
    assert_null(ga2_store_remove(NULL, place->in.store, ours.key, GA2_ANY, place->p));
    assert_null(ga2_lease_take(&taker->lease, place->in.store, ours.key, place->now, place->now + SECONDS(60),
                               place->p));
    if (taker->stores)
        store_newer(&(other_t){ place, 0 });
    apr_sleep(apr_time_from_msec(1700));
    ga2_waiting_tick(request->waiting);
}

static void whoever_has_lost_the_lease(void **state)
{
    static const struct { const char *at; int stores, requests; const char *access; } rows[] = {
        { "/.well-known/", 1, 0, "access-9" },          /* is too late to ask */
        { "/token", 0, 1, "access-2" },                 /* keeps what is answered */
        { "/token", 1, 1, "access-9" },                 /* unless the other was faster */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place_t *place = place_of(state);
        taker_t taker = { .place = place, .at = rows[i].at, .stores = rows[i].stores };
        ga2_session_t *s = load(place, *state);
        int alive = 0;
        expired(place);
        place->fake->in_request = take_over;
        place->fake->baton = &taker;
        T_OK(refresh(&alive, s, place, *state));
        T_ROW(alive && !strcmp(access_of(place, s, *state), rows[i].access), rows[i].access);
        T_ROW(!strcmp(access_of(place, load(place, *state), *state), rows[i].access), rows[i].access);
        T_ROW(place->fake->refreshes == rows[i].requests && !place->fake->revocations, rows[i].at);
        T_ROW(lease_of(place, s).until == taker.lease.until, "what is another's is left alone");
    }
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

/* Something about the provider's next id_token. */
typedef struct oddity {
    const char *what, *subject, *issuer, *audience, *kid, *id_token, *id_claims, *keys;
    int forged, ahead, keys_status;
} oddity_t;

static void give(place_t *place, const oddity_t *odd)
{
    fake_provider_t *f = place->fake;

    f->refresh_gives_id_token = 1;
    f->subject = odd->subject ? odd->subject : "alice";
    f->issuer = odd->issuer;
    f->audience = odd->audience;
    f->kid = odd->kid;
    f->id_token = odd->id_token;
    f->id_claims = odd->id_claims ? odd->id_claims : "";
    f->keys = odd->keys;
    f->forges_signature = odd->forged;
    f->ahead = odd->ahead;
    f->keys_status = odd->keys_status;
}

static const char *id_token_of(place_t *place, apr_pool_t *p)
{
    ga2_session_tokens_t tokens;

    assert_true(ga2_record_tokens(&tokens, load(place, p), place->in.ring, p));
    return ga2_secret_reveal_text(tokens.id_token);
}

/* Core 12.2 */
static void an_id_token_that_is_wrong_ends_the_session(void **state)
{
    static const oddity_t rows[] = {
        { .what = "sub", .subject = "mallory" }, { .what = "iss", .issuer = "https://evil.example" },
        { .what = "aud", .audience = "other" }, { .what = "azp", .id_claims = ",'azp':'other'" },
        { .what = "signature", .forged = 1 }, { .what = "not a JWT", .id_token = "x" },
        { .what = "alg none", .id_token = "eyJhbGciOiJub25lIn0.e30." },
        { .what = "alg of a secret", .id_token = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA" },
        { .what = "sub, and the clock", .subject = "mallory", .ahead = 90 },
        { .what = "at_hash", .id_claims = ",'at_hash':'AAAA'" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place_t *place = place_of(state);
        int alive = 1;
        due(place);
        give(place, &rows[i]);
        T_OK(refresh(&alive, load(place, *state), place, *state));
        T_ROW(!alive && !load(place, *state), rows[i].what);
        T_ROW(!strcmp(place->fake->revoked, "refresh-2"), rows[i].what);
        T_ROW(place->warnings == 1, rows[i].what);
    }
}

static void so_does_one_with_another_nonce(void **state)
{
    static const oddity_t first = { .id_claims = ",'nonce':'one'" },
        rows[] = { { .what = "alone", .id_claims = ",'nonce':'two'" },
                   { .what = "and the clock", .id_claims = ",'nonce':'two'", .ahead = 90 } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place_t *place = place_of(state);
        int alive;
        for (int k = 0; k < 2; k++) {               /* the same one again is good */
            place->now = load(place, *state)->refresh_at;
            give(place, &first);
            T_OK(refresh(&alive, load(place, *state), place, *state));
            T_ROW(alive, rows[i].what);
        }
        place->now = load(place, *state)->refresh_at;
        give(place, &rows[i]);
        T_OK(refresh(&alive, load(place, *state), place, *state));
        T_ROW(!alive && !load(place, *state), rows[i].what);
    }
}

/* Core 12.2 wants the same user, which another key or another clock does not contradict. */
static void one_that_cannot_be_judged_is_dropped(void **state)
{
    static const oddity_t rows[] = {
        { .what = "a key that is not there", .kid = "new" }, { .what = "no keys", .keys_status = 404 },
        { .what = "keys that are a page", .keys = "<html>" }, { .what = "keys of another kind", .keys = "{'keys':[]}" },
        { .what = "iat ahead", .ahead = 90 }, { .what = "expired", .ahead = -1000 },
        { .what = "nbf ahead", .id_claims = ",'nbf':5000000000" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place_t *place = place_of(state);
        int alive = 0;
        due(place);
        give(place, &rows[i]);
        T_OK(refresh(&alive, load(place, *state), place, *state));
        T_ROW(alive && load(place, *state), rows[i].what);
        T_ROW(!strcmp(access_of(place, load(place, *state), *state), "access-2"), rows[i].what);
        T_ROW(!strcmp(refresh_token_of(place, load(place, *state), *state), "refresh-2"), rows[i].what);
        T_ROW(!strcmp(id_token_of(place, *state), "id-1"), rows[i].what);
        T_ROW(place->warnings == 1 && !place->fake->revocations, rows[i].what);
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

static const struct CMUnitTest cases[] = {
    T("a touch in between loses no tokens", a_touch_in_between_loses_no_tokens),
    T("a session that ended meanwhile stays ended, and the new tokens are revoked",
      a_session_that_ended_meanwhile_stays_ended),
    T("so does one that ends just before they are stored", ended_between_the_answer_and_its_storing),
    T("a session that ended before costs no request", an_end_before_is_seen_first),
    T("after invalid_grant one more look finds a newer token", invalid_grant_looks_once_more),
    T("a touch is no newer token", invalid_grant_is_not_doubted_by_a_touch),
    T("invalid_grant for a session that ended is no error", signed_out_while_the_grant_ended),
    T("who has lost the lease asks for nothing, and overwrites nothing newer", whoever_has_lost_the_lease),
    T("a new id_token replaces the old one", a_new_id_token_replaces_the_old_one),
    T("an id_token that is wrong for certain ends the session", an_id_token_that_is_wrong_ends_the_session),
    T("so does one with another nonce than the first", so_does_one_with_another_nonce),
    T("one whose key is not there, or from another clock, is dropped and ends nothing",
      one_that_cannot_be_judged_is_dropped),
    T("an id_token that cannot be checked just now is not kept", an_id_token_that_cannot_be_checked_is_not_kept),
};
T_MAIN("session/refresh: others step in", cases)
