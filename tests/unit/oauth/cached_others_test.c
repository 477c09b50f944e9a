/* SPDX-License-Identifier: Apache-2.0
 * A document that other processes and threads want, too. */
#include "cached.h"

static void stale_is_used_while_another_process_renews_it(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    serve(&f, "{\"v\":\"two\"}");
    pass(&f, 3600);
    fake_documents_claim(f.o->documents, URL, now_of(&f) + SECONDS(15));
    assert_string_equal(get(&f), "one");
    assert_int_equal(requests(&f), 1);
    pass(&f, 15);                                           /* it died over it */
    assert_string_equal(get(&f), "two");
}

/* What another process does meanwhile. */
typedef struct other { fake_outside_t *o; const char *body; int fresh_seconds; } other_t;

static void *finish_soon(void *data)
{
    other_t *other = data;

    apr_sleep(50000);
    if (other->body)
        fake_documents_put(other->o->documents, URL, other->body,
                           other->o->outside.now + SECONDS(other->fresh_seconds));
    fake_documents_claim(other->o->documents, URL, 0);
    return NULL;
}

static const char *get_beside(const fixture_t *f, const char *body)
{
    other_t other = { f->o, body, 100 };
    pthread_t thread;
    const char *value;

    fake_documents_claim(f->o->documents, URL, now_of(f) + SECONDS(15));
    pthread_create(&thread, NULL, finish_soon, &other);
    value = get(f);
    pthread_join(thread, NULL);
    return value;
}

static void who_has_nothing_waits_for_whoever_is_at_it(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"ours\"}");
    assert_string_equal(get_beside(&f, "{\"v\":\"theirs\"}"), "theirs");
    assert_int_equal(requests(&f), 0);
    f = fixture(*state);
    serve(&f, "{\"v\":\"ours\"}");
    assert_string_equal(get_beside(&f, NULL), "ours");      /* the other failed: it is our turn */
    assert_int_equal(requests(&f), 1);
}

/* Whoever had the claim before may have finished between our look and our claim. */
static void it_is_looked_for_again_under_the_claim(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"ours\"}");
    f.o->documents->meanwhile = "{\"v\":\"theirs\"}";
    assert_string_equal(get(&f), "theirs");
    assert_int_equal(requests(&f), 0);
    assert_int_equal(fake_documents_claimed(f.o->documents, URL), 0);
    pass(&f, 20);
    f.o->documents->meanwhile = "{\"v\":\"newer\"}";
    assert_string_equal(get(&f), "newer");
    assert_int_equal(requests(&f), 0);
}

static void nobody_waits_longer_than_a_request_may_take(void **state)
{
    static const ga2_http_settings_t brief = { .timeout = SECONDS(-5) + 60000 };    /* 5 s are added */
    fixture_t f = fixture(*state);
    ga2_wanted_t w = wanted;
    const void *value = NULL;
    ga2_error_t *err;

    w.http = &brief;
    fake_documents_claim(f.o->documents, URL, now_of(&f) + SECONDS(1000));
    err = ga2_cached_get(&value, f.c, &w, &f.o->outside, f.p);
    assert_string_equal(got(err, value), "PROVIDER_DOWN");
    assert_int_equal(requests(&f), 0);
}

static void renewing_asks_although_it_is_fresh_once_a_minute(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    serve(&f, "{\"v\":\"two\"}");
    assert_string_equal(renew(&f), "two");
    assert_string_equal(get(&f), "two");
    serve(&f, "{\"v\":\"three\"}");
    pass(&f, 59);
    assert_string_equal(renew(&f), "two");
    assert_int_equal(requests(&f), 2);
    pass(&f, 1);
    assert_string_equal(renew(&f), "three");
    assert_int_equal(requests(&f), 3);
}

static void renewing_takes_what_another_process_renewed(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    pass(&f, 10);
    fake_documents_put(f.o->documents, URL, "{\"v\":\"theirs\"}", now_of(&f) + SECONDS(3600));
    assert_string_equal(renew(&f), "theirs");
    assert_int_equal(requests(&f), 1);
    serve(&f, "{\"v\":\"two\"}");
    assert_string_equal(renew(&f), "two");                  /* the turn was not used up */
}

/* Whoever comes while another asks for new keys gets what that one finds, not the old keys. */
static void who_has_no_turn_waits_for_whoever_renews(void **state)
{
    fixture_t f = fixture(*state);
    other_t other = { f.o, "{\"v\":\"theirs\"}", 7200 };
    pthread_t thread;

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    assert_string_equal(renew(&f), "one");                  /* this minute's turn */
    f.o->outside.now += SECONDS(1);
    fake_documents_claim(f.o->documents, URL, now_of(&f) + SECONDS(15));
    pthread_create(&thread, NULL, finish_soon, &other);
    assert_string_equal(renew(&f), "theirs");
    pthread_join(thread, NULL);
    assert_int_equal(requests(&f), 2);
    assert_string_equal(renew(&f), "theirs");               /* nobody asks now: no waiting */
    assert_int_equal(fake_documents_claimed(f.o->documents, URL), 0);
}

static void a_renewal_that_fails_leaves_what_is_kept(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(renew(&f), "one");                  /* nothing was kept: it is simply got */
    fake_http_error(f.o->http, URL, GA2_E_HTTP_UNREACHABLE);
    pass(&f, 60);
    assert_string_equal(renew(&f), "PROVIDER_DOWN");
    assert_string_equal(get(&f), "one");
    assert_string_equal(renew(&f), "one");                  /* not again in this minute */
    assert_int_equal(requests(&f), 2);
}

/* --- claims */

#define TURN URL "#renew"

typedef struct told { ga2_waiting_t base; int ticks; } told_t;

static void count_tick(ga2_waiting_t *self) { ((told_t *)self)->ticks++; }

/* Of the URL's claim and this minute's turn: both are short, and longer once the request has waited. */
static void hang_for_a_while(void *baton, const ga2_http_request_t *request)
{
    const fixture_t *f = baton;
    const char *const claims[] = { URL, TURN };
    apr_time_t before[2];

    for (int i = 0; i < 2; i++) {
        before[i] = fake_documents_claimed(f->o->documents, claims[i]);
        assert_in_range(before[i] ? before[i] - now_of(f) : 1, 1, SECONDS(5));
    }
    apr_sleep(apr_time_from_msec(1600));
    ga2_waiting_tick(request->waiting);
    for (int i = 0; i < 2; i++) {
        apr_time_t after = fake_documents_claimed(f->o->documents, claims[i]);
        assert_in_range(before[i] ? after - before[i] : SECONDS(1), SECONDS(1), SECONDS(20));
    }
}

static void a_claim_is_short_and_extended(void **state)
{
    fixture_t f = fixture(*state);
    told_t told = { { count_tick }, 0 };
    fake_rule_t *rule = fake_http_json(f.o->http, URL, "{\"v\":\"one\"}");

    rule->during = hang_for_a_while;
    rule->baton = &f;
    f.o->outside.waiting = &told.base;
    assert_string_equal(get(&f), "one");
    assert_int_equal(told.ticks, 1);                        /* whoever wants the document is told, too */
    assert_string_equal(renew(&f), "one");
    assert_int_equal(told.ticks, 2);
    assert_int_equal(fake_documents_claimed(f.o->documents, URL), 0);
    assert_int_equal(fake_documents_claimed(f.o->documents, TURN) - now_of(&f), SECONDS(60));
    assert_int_equal(f.o->warnings, 0);
}

static void who_waits_for_another_is_told(void **state)
{
    fixture_t f = fixture(*state);
    told_t told = { { count_tick }, 0 };

    f.o->outside.waiting = &told.base;
    assert_string_equal(get_beside(&f, "{\"v\":\"theirs\"}"), "theirs");
    assert_true(told.ticks > 0);
}

/* Killed while it asked for new keys: it has used up nobody's minute. */
static void whoever_renews_and_is_killed_is_followed(void **state)
{
    fixture_t f = fixture(*state);
    apr_time_t until = now_of(&f) + 200000;

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    serve(&f, "{\"v\":\"two\"}");
    fake_documents_claim(f.o->documents, URL, until);
    fake_documents_claim(f.o->documents, TURN, until);
    assert_string_equal(renew(&f), "two");
    assert_int_equal(requests(&f), 2);
}

enum { THREADS = 16, ROUNDS = 20 };

typedef struct worker {
    const fixture_t *f;
    pthread_barrier_t *start;
    int rounds, ones, twos, others;
} worker_t;

static void *work(void *data)
{
    worker_t *w = data;

    pthread_barrier_wait(w->start);
    for (int i = 0; i < w->rounds; i++) {
        ga2_outside_t outside = w->f->o->outside;
        const void *value = NULL;
        const char *text;
        ga2_error_t *err;
        apr_pool_t *p;
        apr_pool_create(&p, NULL);
        err = i % 5 == 4 ? ga2_cached_renew(&value, w->f->c, &wanted, &outside, p)
                         : ga2_cached_get(&value, w->f->c, &wanted, &outside, p);
        text = got(err, value);
        w->ones += !strcmp(text, "one");
        w->twos += !strcmp(text, "two");
        w->others += strcmp(text, "one") && strcmp(text, "two");
        apr_pool_destroy(p);
    }
    return NULL;
}

/* All at once; the sums over the threads. */
static worker_t race(const fixture_t *f, int rounds)
{
    worker_t workers[THREADS], sum = { 0 };
    pthread_t threads[THREADS];
    pthread_barrier_t start;

    pthread_barrier_init(&start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker_t){ .f = f, .start = &start, .rounds = rounds };
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        sum.ones += workers[i].ones;
        sum.twos += workers[i].twos;
        sum.others += workers[i].others;
    }
    pthread_barrier_destroy(&start);
    return sum;
}

static void of_many_threads_one_asks(void **state)
{
    fixture_t f = fixture(*state);
    worker_t sum;

    fake_http_json(f.o->http, URL, "{\"v\":\"one\"}")->delay = 60000;
    sum = race(&f, 1);
    assert_int_equal(sum.ones, THREADS);
    assert_int_equal(requests(&f), 1);
    fake_http_json(f.o->http, URL, "{\"v\":\"two\"}")->delay = 60000;
    pass(&f, 3600);
    sum = race(&f, 1);                      /* one renews, the others go on with what they have */
    assert_int_equal(sum.ones + sum.twos, THREADS);
    assert_true(sum.twos >= 1);
    assert_int_equal(requests(&f), 2);
    assert_int_equal(f.o->warnings, 0);
}

static void when_the_server_is_down_one_asks_and_all_are_told(void **state)
{
    fixture_t f = fixture(*state);
    worker_t sum;

    fake_http_error(f.o->http, URL, GA2_E_HTTP_UNREACHABLE)->delay = 30000;
    sum = race(&f, 1);
    assert_int_equal(sum.others, THREADS);
    assert_int_equal(requests(&f), 1);
}

static void many_threads_read_and_renew_side_by_side(void **state)
{
    fixture_t f = fixture(*state);
    worker_t sum;

    serve(&f, "{\"v\":\"one\"}");
    f.o->outside.now = SECONDS(FAKE_NOW);
    sum = race(&f, ROUNDS);
    assert_int_equal(sum.ones, THREADS * ROUNDS);
    assert_int_equal(requests(&f), 2);      /* the first, and one that was asked for anew in this minute */
    assert_int_equal(parsed - gone, 1);
}

static const struct CMUnitTest cases[] = {
    T("stale is used while another process renews it", stale_is_used_while_another_process_renews_it),
    T("who has nothing waits for whoever is at it", who_has_nothing_waits_for_whoever_is_at_it),
    T("it is looked for again under the claim", it_is_looked_for_again_under_the_claim),
    T("nobody waits longer than a request may take", nobody_waits_longer_than_a_request_may_take),
    T("renewing asks although it is fresh, once a minute", renewing_asks_although_it_is_fresh_once_a_minute),
    T("renewing takes what another process renewed", renewing_takes_what_another_process_renewed),
    T("who has no turn waits for whoever renews", who_has_no_turn_waits_for_whoever_renews),
    T("a renewal that fails leaves what is kept", a_renewal_that_fails_leaves_what_is_kept),
    T("a claim is short, and extended while the server takes its time", a_claim_is_short_and_extended),
    T("who waits for another's fetch is told", who_waits_for_another_is_told),
    T("whoever renews and is killed is followed by the next", whoever_renews_and_is_killed_is_followed),
    T("of many threads one asks", of_many_threads_one_asks),
    T("when the server is down one asks and all are told", when_the_server_is_down_one_asks_and_all_are_told),
    T("many threads read and renew side by side", many_threads_read_and_renew_side_by_side),
};
T_MAIN("cached: others", cases)
