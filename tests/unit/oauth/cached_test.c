/* SPDX-License-Identifier: Apache-2.0 */
#include "cached.h"

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
    T("a copy is of one URL", a_copy_is_of_one_url),
    T("a value lives as long as whoever got it", a_value_lives_as_long_as_whoever_got_it),
    T("a value outlives its cache", a_value_outlives_its_cache),
};
T_MAIN("cached", cases)
