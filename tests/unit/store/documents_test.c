/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "store/documents.h"
#include "scratch.h"
#include <pthread.h>

#define URL "https://issuer.example/.well-known/openid-configuration"
static const apr_time_t day = apr_time_from_sec((apr_time_t)86400);

static const ga2_keyring_t *ring(int which, apr_pool_t *p)
{
    static const char *const texts[] = {
        "630dcd29 2026-01-01T00:00:00Z AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n",
        "72dbb733 2026-01-01T00:00:00Z ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\n",
    };
    const ga2_keyring_t *r;
    ga2_error_t *err = ga2_keyring_parse(&r, ga2_bytes_of(texts[which]), "test", p);

    if (err)
        fail_msg("%s", ga2_error_chain(err, p));
    return r;
}

static ga2_store_t *store(apr_pool_t *p)
{
    ga2_store_t *s = NULL;

    ga2_crypto_start(p);
    if (ga2_store_open(&s, "memory:", p))
        abort();
    return s;
}

static const ga2_documents_t *documents(ga2_store_t *s, int which, apr_pool_t *p)
{
    const ga2_documents_t *d = NULL;

    if (ga2_documents_make(&d, s, ring(which, p), p))
        abort();
    return d;
}

static ga2_document_t sample(apr_time_t fetched)
{
    return (ga2_document_t){ ga2_bytes_of("{\"issuer\":1}"), fetched, fetched + 5, 1 };
}

static void kept_as_it_was(void **state)
{
    apr_pool_t *p = *state;
    const ga2_documents_t *d = documents(store(p), 0, p);
    ga2_document_t in = sample(apr_time_now()), out;

    T_OK(d->get(&out, d, URL, p));
    assert_null(out.body.data);
    T_OK(d->put(d, URL, &in, p));
    T_OK(d->get(&out, d, URL, p));
    assert_string_equal((const char *)out.body.data, "{\"issuer\":1}");
    assert_int_equal(out.body.len, in.body.len);
    assert_true(out.fetched == in.fetched && out.fresh_until == in.fresh_until);
    assert_int_equal(out.private_peer, 1);
    in.body = ga2_bytes_of("");
    in.private_peer = 0;
    T_OK(d->put(d, URL, &in, p));
    T_OK(d->get(&out, d, URL, p));
    assert_non_null(out.body.data);
    assert_int_equal(out.body.len, 0);
    assert_int_equal(out.private_peer, 0);
    T_OK(d->get(&out, d, URL "/", p));
    assert_null(out.body.data);
}

static void thirty_days(void **state)
{
    apr_pool_t *p = *state;
    const ga2_documents_t *d = documents(store(p), 0, p);
    ga2_document_t in = sample(apr_time_now() - 29 * day), out;

    T_OK(d->put(d, URL, &in, p));
    T_OK(d->get(&out, d, URL, p));
    assert_non_null(out.body.data);
    in = sample(apr_time_now() - 31 * day);
    T_OK(d->put(d, URL, &in, p));
    T_OK(d->get(&out, d, URL, p));
    assert_null(out.body.data);
}

static ga2_key_t key_of(const char *url, apr_pool_t *p)
{
    unsigned char *key = apr_palloc(p, 33);

    key[0] = 'd';
    ga2_sha256(key + 1, ga2_bytes_of(url));
    return (ga2_key_t){ key, 33 };
}

/* Whoever can write the store can neither move nor change a document. */
static void sealed_and_bound(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = store(p);
    const ga2_documents_t *d = documents(s, 0, p), *others = documents(s, 1, p);
    ga2_document_t in = sample(apr_time_now()), out;
    ga2_write_t write = { .expires = apr_time_now() + day, .expected = GA2_ANY };
    ga2_record_t record;
    apr_uint64_t generation;

    T_OK(d->put(d, URL, &in, p));
    T_OK(ga2_store_get(&record, s, key_of(URL, p), apr_time_now(), p));
    assert_non_null(record.value.data);
    assert_null(memmem(record.value.data, record.value.len, "issuer", 6));
    T_OK(others->get(&out, others, URL, p));
    assert_null(out.body.data);
    write.value = record.value;
    T_OK(ga2_store_put(&generation, s, key_of("https://other.example/", p), &write, p));
    T_OK(d->get(&out, d, "https://other.example/", p));
    assert_null(out.body.data);
    write.value = ga2_bytes_copy(record.value, p);
    ((unsigned char *)write.value.data)[record.value.len / 2] ^= 1;
    T_OK(ga2_store_put(&generation, s, key_of(URL, p), &write, p));
    T_OK(d->get(&out, d, URL, p));
    assert_null(out.body.data);
}

static void broken_store_is_an_error(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = folder_make(p);
    const ga2_documents_t *d;
    ga2_document_t in = sample(apr_time_now()), out;
    ga2_store_t *s;
    int mine;

    ga2_crypto_start(p);
    T_OK(ga2_store_open(&s, apr_pstrcat(p, "lmdb:", dir, "/x", NULL), p));
    d = documents(s, 0, p);
    T_OK(d->put(d, URL, &in, p));
    assert_int_equal(unlink(apr_pstrcat(p, dir, "/x/data.mdb", NULL)), 0);
    T_FAILS(d->get(&out, d, "https://absent.example/", p), STORE);
    T_FAILS(d->put(d, URL, &in, p), STORE);
    T_FAILS(d->claim(&mine, d, URL, 1, 9, p), STORE);
}

static void too_large(void **state)
{
    apr_pool_t *p = *state;
    const ga2_documents_t *d = documents(store(p), 0, p);
    ga2_document_t in = { { apr_pcalloc(p, GA2_STORE_VALUE_MAX), GA2_STORE_VALUE_MAX }, apr_time_now(), 0, 0 };

    T_FAILS(d->put(d, URL, &in, p), STORE);
}

static void single_flight(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = store(p);
    const ga2_documents_t *d = documents(s, 0, p), *other = documents(s, 0, p);
    int mine;

    T_OK(d->claim(&mine, d, URL, 10, 30, p));
    assert_int_equal(mine, 1);
    T_OK(other->claim(&mine, other, URL, 11, 30, p));
    assert_int_equal(mine, 0);
    T_OK(d->claim(&mine, d, URL, 11, 30, p));
    assert_int_equal(mine, 0);
    T_OK(other->release(other, URL, p));            /* it was not theirs */
    T_OK(other->claim(&mine, other, URL, 12, 30, p));
    assert_int_equal(mine, 0);
    T_OK(other->claim(&mine, other, URL "2", 12, 30, p));
    assert_int_equal(mine, 1);
    T_OK(d->release(d, URL, p));
    T_OK(other->claim(&mine, other, URL, 13, 40, p));
    assert_int_equal(mine, 1);
    T_OK(d->claim(&mine, d, URL, 40, 50, p));       /* it ran out */
    assert_int_equal(mine, 1);
    T_OK(other->release(other, URL, p));            /* too late to give anything back */
    T_OK(other->claim(&mine, other, URL, 41, 60, p));
    assert_int_equal(mine, 0);
}

static void held_for_longer(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = store(p);
    const ga2_documents_t *d = documents(s, 0, p), *other = documents(s, 0, p);
    int mine;

    T_OK(d->claim(&mine, d, URL, 10, 30, p));
    for (int now = 20; now < 60; now += 10) {
        T_OK(d->extend(&mine, d, URL, now, now + 20, p));
        assert_int_equal(mine, 1);
    }
    T_OK(other->claim(&mine, other, URL, 69, 99, p));
    assert_int_equal(mine, 0);
    T_OK(other->extend(&mine, other, URL, 69, 99, p));      /* it is not theirs */
    assert_int_equal(mine, 0);
    T_OK(d->extend(&mine, d, URL, 70, 99, p));              /* too late */
    assert_int_equal(mine, 0);
    T_OK(other->claim(&mine, other, URL, 70, 99, p));
    assert_int_equal(mine, 1);
    T_OK(other->extend(&mine, other, URL, 80, 200, p));
    T_OK(other->release(other, URL, p));
    T_OK(d->claim(&mine, d, URL, 81, 99, p));
    assert_int_equal(mine, 1);
}

typedef struct thread_claim { const ga2_documents_t *documents; apr_time_t now; int mine; } thread_claim_t;

static void *claim_in_thread(void *data)
{
    thread_claim_t *c = data;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    if (c->documents->claim(&c->mine, c->documents, URL, c->now, c->now + 20, p))
        c->mine = -1;
    apr_pool_destroy(p);
    return NULL;
}

static void late_thread_gives_back_only_its_own(void **state)
{
    apr_pool_t *p = *state;
    const ga2_documents_t *d = documents(store(p), 0, p);
    thread_claim_t other = { d, 30, 0 };
    pthread_t thread;
    int mine;

    T_OK(d->claim(&mine, d, URL, 10, 30, p));
    assert_int_equal(pthread_create(&thread, NULL, claim_in_thread, &other), 0);
    pthread_join(thread, NULL);
    assert_int_equal(other.mine, 1);
    T_OK(d->release(d, URL, p));
    T_OK(d->claim(&mine, d, URL, 31, 50, p));
    assert_int_equal(mine, 0);
}

static void plain_form(void **state)
{
    static const struct { const char *row; const char *bytes; apr_size_t len; int good; } rows[] = {
        { "empty", "", 0, 0 },
        { "shorter than its head", "\1\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 17, 0 },
        { "head alone", "\1\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2", 18, 1 },
        { "with a body", "\1\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2x", 19, 1 },
        { "another version", "\2\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2", 18, 0 },
        { "another flag", "\1\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2", 18, 0 },
    };
    ga2_document_t out;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_bytes_t plain = { (const unsigned char *)rows[i].bytes, rows[i].len };
        T_ROW(ga2_document_decode(&out, plain) == rows[i].good, rows[i].row);
        T_ROW(!rows[i].good || (out.fetched == 1 && out.fresh_until == 2), rows[i].row);
        T_ROW(!rows[i].good || ga2_bytes_equal(ga2_document_encode(&out, *state), plain), rows[i].row);
    }
}

static const struct CMUnitTest cases[] = {
    T("a document is kept as it was", kept_as_it_was),
    T("it is kept for thirty days", thirty_days),
    T("it is sealed, and bound to its URL and key file", sealed_and_bound),
    T("a store that does not answer is an error, not absence", broken_store_is_an_error),
    T("what does not fit is refused", too_large),
    T("one caller of all holds a claim", single_flight),
    T("a claim can be held for longer, until it is lost", held_for_longer),
    T("a thread that is late gives back only its own claim", late_thread_gives_back_only_its_own),
    T("the plain form is read strictly", plain_form),
};
T_MAIN("documents", cases)
