/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../fake/outside.h"
#include "codec/json.h"
#include <apr_strings.h>
#include <stdatomic.h>

#define URL "https://op.example/keys"
#define SECONDS(n) apr_time_from_sec(n)

static atomic_int parsed, gone;         /* values made, and values freed */

static apr_status_t count_gone(void *value)
{
    (void)value;
    gone++;
    return APR_SUCCESS;
}

/* A value is the text of a JSON document's member "v". */
static ga2_error_t *parse(const void **out, const ga2_document_t *document, const void *baton, apr_pool_t *p)
{
    const ga2_json_t *json;

    assert_null(baton);
    GA2_TRY(ga2_json_parse_object(&json, document->body, p));
    if (!ga2_json_string(json, "v"))
        return ga2_fail(p, JSON, NULL, "no v");
    *out = apr_pstrdup(p, ga2_json_string(json, "v"));
    parsed++;
    apr_pool_cleanup_register(p, *out, count_gone, apr_pool_cleanup_null);
    return NULL;
}

static const ga2_http_settings_t settings = { .ca_file = "/ca", .timeout = SECONDS(10) };
static const ga2_wanted_t wanted = { .url = URL, .http = &settings, .limit = 1234, .private_ok = 1, .parse = parse };

typedef struct fixture { fake_outside_t *o; ga2_cached_t *c; apr_pool_t *p; } fixture_t;

static fixture_t fixture(apr_pool_t *p)
{
    parsed = gone = 0;
    return (fixture_t){ fake_outside_make(p), ga2_cached_make(p), p };
}

/* The value, or the name of the error. */
static const char *got(ga2_error_t *err, const void *value) { return err ? ga2_error_name(err->code) : value; }

static const char *get(const fixture_t *f)
{
    const void *value = NULL;
    ga2_error_t *err = ga2_cached_get(&value, f->c, &wanted, &f->o->outside, f->p);

    return got(err, value);
}

static const char *renew(const fixture_t *f)
{
    const void *value = NULL;
    ga2_error_t *err = ga2_cached_renew(&value, f->c, &wanted, &f->o->outside, f->p);

    return got(err, value);
}

static int requests(const fixture_t *f) { return fake_http_count(f->o->http, ""); }
static void serve(const fixture_t *f, const char *json) { fake_http_json(f->o->http, URL, json); }
static void pass(const fixture_t *f, int seconds) { f->o->outside.now += SECONDS(seconds); }
static apr_time_t now_of(const fixture_t *f) { return f->o->outside.now; }

static void fresh_is_used_at_once(void **state)
{
    fixture_t f = fixture(*state);
    const fake_request_t *r;

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    r = fake_http_last(f.o->http);
    assert_true(!strcmp(r->url, URL) && !strcmp(r->ca_file, "/ca") && r->limit == 1234 && r->private_ok && !r->form);
    assert_true(fake_documents_get(f.o->documents, URL).body.data != NULL);
    assert_int_equal(fake_documents_claimed(f.o->documents, URL), 0);       /* given back */
    f.o->documents->fail_get = f.o->documents->fail_claim = 1;              /* nobody outside is asked again */
    pass(&f, 3599);
    assert_string_equal(get(&f), "one");
    assert_int_equal(requests(&f), 1);
    assert_int_equal(parsed, 1);
}

static void how_long_it_is_fresh(void **state)
{
    static const struct { apr_int64_t max_age; int seconds; } rows[] = { { -1, 3600 }, { 0, 300 }, { 1, 300 },
        { 300, 300 },
        { 301, 301 }, { 7200, 7200 }, { 86400, 86400 }, { 86401, 86400 }, { 1000000000, 86400 } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture_t f = fixture(*state);
        fake_rule_t *rule = fake_http_json(f.o->http, URL, "{\"v\":\"one\"}");
        ga2_document_t kept;
        rule->reply.max_age = rows[i].max_age;
        rule->reply.peer_is_private = (int)i & 1;
        assert_string_equal(get(&f), "one");
        kept = fake_documents_get(f.o->documents, URL);
        assert_int_equal(apr_time_sec(kept.fresh_until - now_of(&f)), rows[i].seconds);
        assert_true(kept.fetched == now_of(&f) && kept.private_peer == ((int)i & 1));
        assert_string_equal((const char *)kept.body.data, "{\"v\":\"one\"}");
    }
}

static void what_another_process_fetched_is_used(void **state)
{
    fixture_t f = fixture(*state);

    fake_documents_put(f.o->documents, URL, "{\"v\":\"theirs\"}", now_of(&f) + SECONDS(50));
    assert_string_equal(get(&f), "theirs");
    pass(&f, 60);
    fake_documents_put(f.o->documents, URL, "{\"v\":\"newer\"}", now_of(&f) + SECONDS(50));
    assert_string_equal(get(&f), "newer");
    assert_int_equal(requests(&f), 0);
}

static void stale_is_renewed(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    serve(&f, "{\"v\":\"two\"}");
    pass(&f, 3600);
    assert_string_equal(get(&f), "two");
    assert_string_equal(get(&f), "two");
    assert_int_equal(requests(&f), 2);
    assert_int_equal(f.o->warnings, 0);
}

static void stale_stays_good_while_the_server_is_down(void **state)
{
    static const struct { int status; ga2_code_t error; } rows[] = { { 500, GA2_E_COUNT }, { 429, GA2_E_COUNT },
        { 404, GA2_E_COUNT }, { 302, GA2_E_COUNT }, { 0, GA2_E_HTTP_UNREACHABLE }, { 0, GA2_E_HTTP_LOST },
        { 0, GA2_E_HTTP_ANSWER } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture_t f = fixture(*state);
        serve(&f, "{\"v\":\"one\"}");
        assert_string_equal(get(&f), "one");
        fake_http_answer(f.o->http, URL, rows[i].status, "application/json", "{\"v\":\"bad\"}")->error = rows[i].error;
        pass(&f, 3600);
        assert_string_equal(get(&f), "one");
        assert_int_equal(requests(&f), 2);
        assert_int_equal(f.o->warnings, 1);
        for (int k = 0; k < 4; k++) {                           /* a pause, in which nobody waits for it */
            pass(&f, 1);
            assert_string_equal(get(&f), "one");
        }
        assert_int_equal(requests(&f), 2);
        pass(&f, 1);
        assert_string_equal(get(&f), "one");
        assert_int_equal(requests(&f), 3);
        assert_int_equal(fake_documents_claimed(f.o->documents, URL), 0);
        serve(&f, "{\"v\":\"two\"}");
        pass(&f, 5);
        assert_string_equal(get(&f), "two");
    }
}

static void what_does_not_parse_never_replaces_what_is_kept(void **state)
{
    static const char *const rows[] = { "", "{}", "<html>", "{\"v\":5}", "{\"v\":\"a\",\"v\":\"b\"}" };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture_t f = fixture(*state);
        serve(&f, "{\"v\":\"one\"}");
        assert_string_equal(get(&f), "one");
        serve(&f, rows[i]);
        pass(&f, 3600);
        assert_string_equal(get(&f), "one");
        assert_string_equal((const char *)fake_documents_get(f.o->documents, URL).body.data, "{\"v\":\"one\"}");
        assert_int_equal(f.o->warnings, 1);
        assert_string_equal(renew(&f), "PROVIDER_BAD");
        assert_string_equal(get(&f), "one");
    }
}

static void without_anything_kept_a_fault_is_an_error(void **state)
{
    static const struct { int status; ga2_code_t error; const char *body, *want; } rows[] = {
        { 200, GA2_E_COUNT, "{}", "PROVIDER_BAD" }, { 200, GA2_E_COUNT, "<html>", "PROVIDER_BAD" },
        { 404, GA2_E_COUNT, "{\"v\":\"x\"}", "PROVIDER_BAD" }, { 301, GA2_E_COUNT, "{\"v\":\"x\"}", "PROVIDER_BAD" },
        { 204, GA2_E_COUNT, "{\"v\":\"x\"}", "PROVIDER_BAD" }, { 500, GA2_E_COUNT, "{\"v\":\"x\"}", "PROVIDER_DOWN" },
        { 503, GA2_E_COUNT, "{\"v\":\"x\"}", "PROVIDER_DOWN" }, { 429, GA2_E_COUNT, "{\"v\":\"x\"}", "PROVIDER_DOWN" },
        { 0, GA2_E_HTTP_UNREACHABLE, "", "PROVIDER_DOWN" }, { 0, GA2_E_HTTP_LOST, "", "PROVIDER_DOWN" },
        { 0, GA2_E_HTTP_ANSWER, "", "PROVIDER_DOWN" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture_t f = fixture(*state);
        fake_http_answer(f.o->http, URL, rows[i].status, "application/json", rows[i].body)->error = rows[i].error;
        assert_string_equal(get(&f), rows[i].want);
        assert_int_equal(requests(&f), 1);
        assert_null(fake_documents_get(f.o->documents, URL).body.data);
        pass(&f, 4);
        assert_string_equal(get(&f), "PROVIDER_DOWN");      /* not asked so soon again */
        assert_int_equal(requests(&f), 1);
        serve(&f, "{\"v\":\"well\"}");
        pass(&f, 1);
        assert_string_equal(get(&f), "well");
    }
}

static void what_another_version_kept_counts_as_nothing(void **state)
{
    fixture_t f = fixture(*state);

    fake_documents_put(f.o->documents, URL, "version 9", now_of(&f) + SECONDS(1000));
    serve(&f, "{\"v\":\"one\"}");
    assert_string_equal(get(&f), "one");
    assert_int_equal(requests(&f), 1);
    pass(&f, 3600);
    fake_documents_put(f.o->documents, URL, "version 9", now_of(&f) + SECONDS(1000));
    serve(&f, "{\"v\":\"two\"}");
    assert_string_equal(get(&f), "two");
}

static void a_store_that_fails_is_no_absent_document(void **state)
{
    fixture_t f = fixture(*state);

    serve(&f, "{\"v\":\"one\"}");
    f.o->documents->fail_get = 1;
    assert_string_equal(get(&f), "STORE");
    f.o->documents->fail_get = 0;
    f.o->documents->fail_claim = 1;
    assert_string_equal(get(&f), "STORE");
    assert_int_equal(requests(&f), 0);
}

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

static void a_copy_is_of_one_url(void **state)
{
    fixture_t f = fixture(*state);
    ga2_wanted_t other = wanted;
    const void *value = NULL;

    other.url = "https://op.example/other";
    serve(&f, "{\"v\":\"one\"}");
    fake_http_json(f.o->http, other.url, "{\"v\":\"other\"}");
    assert_string_equal(get(&f), "one");
    T_OK(ga2_cached_get(&value, f.c, &other, &f.o->outside, *state));
    assert_string_equal(value, "other");
    assert_string_equal(get(&f), "one");                    /* from what all processes see */
    assert_int_equal(requests(&f), 2);
}

static void a_value_lives_as_long_as_whoever_got_it(void **state)
{
    fixture_t f = fixture(*state);
    apr_pool_t *user, *third, *cache;
    const void *value = NULL, *again = NULL;

    apr_pool_create(&user, NULL);
    apr_pool_create(&third, NULL);
    apr_pool_create(&cache, NULL);
    f.c = ga2_cached_make(cache);
    serve(&f, "{\"v\":\"one\"}");
    T_OK(ga2_cached_get(&value, f.c, &wanted, &f.o->outside, user));
    T_OK(ga2_cached_get(&again, f.c, &wanted, &f.o->outside, third));
    assert_ptr_equal(value, again);
    serve(&f, "{\"v\":\"two\"}");
    pass(&f, 3600);
    T_OK(ga2_cached_get(&again, f.c, &wanted, &f.o->outside, third));
    assert_string_equal(again, "two");
    apr_pool_destroy(third);
    assert_string_equal(value, "one");
    assert_int_equal(gone, 0);
    apr_pool_destroy(user);
    assert_int_equal(gone, 1);                              /* its last user went */
    apr_pool_destroy(cache);
    assert_int_equal(gone, 2);
    assert_int_equal(parsed, 2);
}

static void a_value_outlives_its_cache(void **state)
{
    fixture_t f = fixture(*state);
    apr_pool_t *cache;
    const void *value = NULL;

    apr_pool_create(&cache, NULL);
    f.c = ga2_cached_make(cache);
    serve(&f, "{\"v\":\"one\"}");
    T_OK(ga2_cached_get(&value, f.c, &wanted, &f.o->outside, *state));
    apr_pool_destroy(cache);
    assert_string_equal(value, "one");
    assert_int_equal(gone, 0);
}

/* --- threads */

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
    T("fresh is used at once", fresh_is_used_at_once),
    T("how long it is fresh", how_long_it_is_fresh),
    T("what another process fetched is used", what_another_process_fetched_is_used),
    T("stale is renewed", stale_is_renewed),
    T("stale stays good while the server is down", stale_stays_good_while_the_server_is_down),
    T("what does not parse never replaces what is kept", what_does_not_parse_never_replaces_what_is_kept),
    T("without anything kept a fault is an error", without_anything_kept_a_fault_is_an_error),
    T("what another version kept counts as nothing", what_another_version_kept_counts_as_nothing),
    T("a store that fails is no absent document", a_store_that_fails_is_no_absent_document),
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
    T("a copy is of one URL", a_copy_is_of_one_url),
    T("a value lives as long as whoever got it", a_value_lives_as_long_as_whoever_got_it),
    T("a value outlives its cache", a_value_outlives_its_cache),
    T("of many threads one asks", of_many_threads_one_asks),
    T("when the server is down one asks and all are told", when_the_server_is_down_one_asks_and_all_are_told),
    T("many threads read and renew side by side", many_threads_read_and_renew_side_by_side),
};

T_MAIN("cached", cases)
