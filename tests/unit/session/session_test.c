/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/store.h"
#include "../crypto/lines.h"
#include "crypto/context.h"
#include "session/cookie_jar.h"
#include "session/session.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
static const apr_time_t now = SECONDS(1800000000);

typedef struct place { fake_store_t *store; ga2_sessions_t in; ga2_log_t log; int warnings; } place_t;

static void warn(const ga2_log_t *log, const char *text, apr_pool_t *p)
{
    place_t *place = (place_t *)((char *)(apr_uintptr_t)log - offsetof(place_t, log));

    (void)text, (void)p;
    place->warnings++;
}

static const ga2_keyring_t *ring_of(const char *lines, apr_pool_t *p)
{
    const ga2_keyring_t *ring = NULL;

    assert_null(ga2_keyring_parse(&ring, ga2_bytes_of(lines), "keys", p));
    return ring;
}

static place_t *place_of(apr_pool_t *p)
{
    place_t *place = apr_pcalloc(p, sizeof(*place));

    ga2_crypto_start(p);
    place->log.warn = warn;
    place->store = fake_store_make(p);
    place->in = (ga2_sessions_t){ .store = &place->store->base, .ring = ring_of(LINE_K, p), .log = &place->log,
                                  .idle = SECONDS(100), .max = SECONDS(1000) };
    return place;
}

static ga2_session_t fresh(void)
{
    return (ga2_session_t){ .created = now,
                            .last_used = now,
                            .subject = "alice",
                            .asked = "openid",
                            .granted = "openid",
                            .acr = "",
                            .sid = "" };
}

static ga2_session_t added(place_t *place, void **state)
{
    ga2_session_tokens_t tokens = { ga2_secret_of("access", *state), NULL, NULL };
    ga2_session_t s = fresh();

    T_OK(ga2_session_add(&s, &tokens, &place->in, now, *state));
    return s;
}

static ga2_bytes_t cookie_of(const ga2_session_t *s, apr_pool_t *p)
{
    return ga2_bytes_of(ga2_session_cookie_write(s, p));
}

static ga2_session_t *found_at(place_t *place, const ga2_session_t *s, apr_time_t when, void **state)
{
    ga2_session_t *found;

    T_OK(ga2_session_find(&found, &place->in, cookie_of(s, *state), when, *state));
    return found;
}

static void found_by_its_cookie(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), *found = found_at(place, &s, now, state);

    assert_non_null(found);
    assert_string_equal(found->subject, "alice");
    assert_memory_equal(found->id, s.id, sizeof s.id);
    assert_int_equal(found->generation, s.generation);
    assert_true(found->generation != 0);
    assert_int_equal(place->warnings, 0);
}

static void ids_and_secrets_are_new_each_time(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = fresh();
    ga2_session_tokens_t none = { NULL, NULL, NULL };
    unsigned char ids[20][GA2_SESSION_ID], secrets[20][GA2_SESSION_SECRET];

    memset(s.id, 'x', sizeof s.id);         /* what was there before plays no part */
    for (int i = 0; i < 20; i++) {
        T_OK(ga2_session_add(&s, &none, &place->in, now, *state));
        memcpy(ids[i], s.id, sizeof s.id);
        memcpy(secrets[i], s.secret, sizeof s.secret);
        for (int k = 0; k < i; k++) {
            assert_memory_not_equal(ids[i], ids[k], sizeof s.id);
            assert_memory_not_equal(secrets[i], secrets[k], sizeof s.secret);
        }
    }
}

static void absent_is_no_error(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), *found;
    ga2_session_t other = s;

    T_OK(ga2_session_find(&found, &place->in, GA2_NO_BYTES, now, *state));
    assert_null(found);
    T_OK(ga2_session_find(&found, &place->in, ga2_bytes_of("no cookie of ours"), now, *state));
    assert_null(found);
    assert_int_equal(place->store->reads, 0);       /* not worth a look */
    other.id[0] ^= 1;
    assert_null(found_at(place, &other, now, state));
    assert_int_equal(place->warnings, 0);
}

static void the_id_alone_opens_nothing(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), other = s;

    other.secret[31] ^= 1;
    assert_null(found_at(place, &other, now, state));
    assert_int_equal(place->warnings, 1);
    assert_non_null(found_at(place, &s, now, state));
}

static void gone_with_its_key(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state);

    place->in.ring = ring_of(LINE_L, *state);
    assert_null(found_at(place, &s, now, state));
    assert_int_equal(place->warnings, 1);
    place->in.ring = ring_of(LINE_L "\n" LINE_K, *state);
    assert_non_null(found_at(place, &s, now, state));
}

static void ends_at_the_first_deadline(void **state)
{
    static const struct { int created, last_used, ends, seconds, there; } rows[] = {
        { 0, 0, 0, 99, 1 }, { 0, 0, 0, 100, 0 }, { -950, 0, 0, 49, 1 }, { -950, 0, 0, 50, 0 },
        { 0, 0, 10, 9, 1 }, { 0, 0, 10, 10, 0 }, { 0, 0, 500, 99, 1 }, { 0, 0, 500, 100, 0 }, { 0, 50, 0, 149, 1 },
    };
    place_t *place = place_of(*state);
    ga2_session_tokens_t none = { NULL, NULL, NULL };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_session_t s = fresh();
        s.created += SECONDS(rows[i].created);
        s.last_used += SECONDS(rows[i].last_used);
        s.ends = rows[i].ends ? now + SECONDS(rows[i].ends) : 0;
        T_OK(ga2_session_add(&s, &none, &place->in, now, *state));
        if ((found_at(place, &s, now + SECONDS(rows[i].seconds), state) != NULL) != rows[i].there)
            fail_msg("row %d", (int)i);
    }
}

static void saved_once_for_each_reading(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), *one = found_at(place, &s, now, state),
                  *two = found_at(place, &s, now, state);
    int saved, there;

    one->last_used = now + SECONDS(20);
    T_OK(ga2_session_save(&saved, one, NULL, &place->in, now, *state));
    assert_true(saved);
    two->last_used = now + SECONDS(30);
    T_OK(ga2_session_save(&saved, two, NULL, &place->in, now, *state));
    assert_false(saved);
    assert_int_equal(found_at(place, &s, now, state)->last_used, now + SECONDS(20));
    T_OK(ga2_session_reload(&there, two, &place->in, now, *state));
    assert_true(there);
    T_OK(ga2_session_save(&saved, two, NULL, &place->in, now, *state));
    assert_true(saved);
    T_OK(ga2_session_save(&saved, two, NULL, &place->in, now, *state));     /* its own generation is known */
    assert_true(saved);
}

static void ended_everywhere(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), *read = found_at(place, &s, now, state);
    int saved, there;

    T_OK(ga2_session_end(&s, &place->in, *state));
    assert_null(found_at(place, &s, now, state));
    T_OK(ga2_session_save(&saved, read, NULL, &place->in, now, *state));    /* nobody brings it back */
    assert_false(saved);
    T_OK(ga2_session_reload(&there, read, &place->in, now, *state));
    assert_false(there);
    T_OK(ga2_session_end(&s, &place->in, *state));                          /* and again is no error */
}

static void another_takes_its_place(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), *read = found_at(place, &s, now, state);

    T_OK(ga2_session_supersede(read, &place->in, now, *state));
    assert_int_equal(found_at(place, &s, now, state)->ends, now + SECONDS(GA2_SUPERSEDED_S));
    assert_non_null(found_at(place, &s, now + SECONDS(GA2_SUPERSEDED_S) - 1, state));
    assert_null(found_at(place, &s, now + SECONDS(GA2_SUPERSEDED_S), state));
    read = found_at(place, &s, now, state);
    T_OK(ga2_session_supersede(read, &place->in, now + SECONDS(5), *state)); /* a second time makes it no longer */
    assert_int_equal(found_at(place, &s, now, state)->ends, now + SECONDS(GA2_SUPERSEDED_S));
}

typedef struct other { place_t *place; ga2_session_t s; apr_pool_t *p; int times, ends; } other_t;

/* Another request writes, or ends, the same session. */
static void other_writes(void *baton)
{
    other_t *o = baton;
    ga2_session_t *s;
    int saved;

    if (o->ends) {
        assert_null(ga2_session_end(&o->s, &o->place->in, o->p));
        return;
    }
    assert_null(ga2_session_find(&s, &o->place->in, cookie_of(&o->s, o->p), now, o->p));
    s->last_used = now + SECONDS(1);
    assert_null(ga2_session_save(&saved, s, NULL, &o->place->in, now, o->p));
    assert_true(saved);
    if (--o->times > 0)
        o->place->store->before_put = other_writes;
}

/* A session that stays although another took its place is a fixed session. */
static void superseded_whoever_writes_meanwhile(void **state)
{
    place_t *place = place_of(*state);

    for (int times = 1; times <= 3; times++) {
        other_t other = { place, added(place, state), *state, times, 0 };
        ga2_session_t *read = found_at(place, &other.s, now, state);
        place->store->kind = 's';
        place->store->baton = &other;
        place->store->before_put = other_writes;
        T_OK(ga2_session_supersede(read, &place->in, now, *state));
        assert_null(found_at(place, &other.s, now + SECONDS(GA2_SUPERSEDED_S), state));
        assert_int_equal(found_at(place, &other.s, now, state)->last_used, now + SECONDS(1));
    }
}

static void superseding_ends_nothing_twice(void **state)
{
    place_t *place = place_of(*state);
    other_t other = { place, added(place, state), *state, 1, 1 };
    ga2_session_t *read = found_at(place, &other.s, now, state);

    place->store->kind = 's';
    place->store->baton = &other;
    place->store->before_put = other_writes;
    T_OK(ga2_session_supersede(read, &place->in, now, *state));
    assert_null(found_at(place, &other.s, now, state));
}

static void a_store_that_is_down_says_nothing(void **state)
{
    place_t *place = place_of(*state);
    ga2_session_t s = added(place, state), *found = NULL, *read = found_at(place, &s, now, state);
    ga2_session_t new = fresh();
    ga2_session_tokens_t none = { NULL, NULL, NULL };
    int saved, there;

    place->store->down = FAKE_ALL;
    T_FAILS(ga2_session_find(&found, &place->in, cookie_of(&s, *state), now, *state), STORE);
    T_FAILS(ga2_session_reload(&there, read, &place->in, now, *state), STORE);
    T_FAILS(ga2_session_save(&saved, read, NULL, &place->in, now, *state), STORE);
    T_FAILS(ga2_session_supersede(read, &place->in, now, *state), STORE);
    T_FAILS(ga2_session_end(&s, &place->in, *state), STORE);
    T_FAILS(ga2_session_add(&new, &none, &place->in, now, *state), STORE);
    place->store->down = 0;
    assert_non_null(found_at(place, &s, now, state));
}

static void the_largest_and_one_byte_more(void **state)
{
    place_t *place = place_of(*state);
    char *text = apr_pcalloc(*state, GA2_RECORD_MAX + 1);
    ga2_session_tokens_t tokens = { NULL, NULL, NULL };
    ga2_session_t s = fresh();
    ga2_bytes_t record;
    apr_size_t room;

    memset(text, 't', GA2_RECORD_MAX);
    T_OK(ga2_record_seal(&record, &s, &tokens, place->in.ring, *state));
    room = GA2_RECORD_MAX - record.len;
    tokens.access_token = ga2_secret_make(text, room, *state);
    T_OK(ga2_session_add(&s, &tokens, &place->in, now, *state));
    assert_non_null(found_at(place, &s, now, state));
    tokens.access_token = ga2_secret_make(text, room + 1, *state);
    T_FAILS(ga2_session_add(&s, &tokens, &place->in, now, *state), IDENTITY);
}

static const struct CMUnitTest cases[] = {
    T("a session is found by its cookie", found_by_its_cookie),
    T("ids and secrets are new each time", ids_and_secrets_are_new_each_time),
    T("absent is no error", absent_is_no_error),
    T("the id alone opens nothing, and that is logged", the_id_alone_opens_nothing),
    T("a session goes with its key, and that is logged", gone_with_its_key),
    T("a session ends at the first of its deadlines", ends_at_the_first_deadline),
    T("of two who read it one writes it back", saved_once_for_each_reading),
    T("a session that was ended stays ended", ended_everywhere),
    T("a superseded session lives ten seconds more", another_takes_its_place),
    T("a session is superseded whoever writes it meanwhile", superseded_whoever_writes_meanwhile),
    T("one that ended meanwhile needs no superseding", superseding_ends_nothing_twice),
    T("a store that is down has not said absent", a_store_that_is_down_says_nothing),
    T("128 KiB are kept, and not one byte more", the_largest_and_one_byte_more),
};
T_MAIN("session/session", cases)
