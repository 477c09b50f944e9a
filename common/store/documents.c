/* SPDX-License-Identifier: Apache-2.0 */
#include "store/documents.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, HEAD = 1 + 1 + 8 + 8, KEY = 1 + GA2_SHA256_LEN };

static const apr_time_t kept_for = apr_time_from_sec((apr_time_t)30 * 24 * 3600);

/* A claim of this process. The interface gives a claim back by its URL, so the lease is remembered here; and the
 * thread, so that one whose claim has run out does not give back another's. */
typedef struct held {
    pthread_t thread;
    unsigned char key[KEY];
    ga2_lease_t lease;                      /* its key points to the one above */
    struct held *next;
} held_t;

typedef struct documents {
    ga2_documents_t base;
    ga2_store_t *store;
    const ga2_keyring_t *ring;
    pthread_mutex_t lock;                   /* for the list */
    held_t *held;
} documents_t;

static void put_time(unsigned char *to, apr_time_t time)
{
    for (int i = 7; i >= 0; i--, time >>= 8)
        to[i] = (unsigned char)time;
}

static apr_time_t time_at(const unsigned char *from)
{
    apr_uint64_t time = 0;

    for (int i = 0; i < 8; i++)
        time = time << 8 | from[i];
    return (apr_time_t)time;
}

ga2_bytes_t ga2_document_encode(const ga2_document_t *document, apr_pool_t *p)
{
    unsigned char *plain = apr_palloc(p, HEAD + document->body.len);

    plain[0] = VERSION;
    plain[1] = document->private_peer != 0;
    put_time(plain + 2, document->fetched);
    put_time(plain + 10, document->fresh_until);
    if (document->body.len)
        memcpy(plain + HEAD, document->body.data, document->body.len);
    return (ga2_bytes_t){ plain, HEAD + document->body.len };
}

int ga2_document_decode(ga2_document_t *out, ga2_bytes_t plain)
{
    memset(out, 0, sizeof(*out));
    if (plain.len < HEAD || plain.data[0] != VERSION || plain.data[1] > 1)
        return 0;
    out->private_peer = plain.data[1];
    out->fetched = time_at(plain.data + 2);
    out->fresh_until = time_at(plain.data + 10);
    out->body = (ga2_bytes_t){ plain.data + HEAD, plain.len - HEAD };
    return 1;
}

static ga2_key_t key_of(unsigned char key[KEY], char kind, const char *url)
{
    key[0] = (unsigned char)kind;
    ga2_sha256(key + 1, ga2_bytes_of(url));
    return (ga2_key_t){ key, KEY };
}

static ga2_error_t *get(ga2_document_t *out, const ga2_documents_t *self, const char *url, apr_pool_t *p)
{
    const documents_t *d = (const documents_t *)self;
    unsigned char buf[KEY];
    ga2_key_t key = key_of(buf, 'd', url);
    ga2_record_t record;
    ga2_bytes_t plain;

    memset(out, 0, sizeof(*out));
    GA2_TRY(ga2_store_get(&record, d->store, key, apr_time_now(), p));
    if (record.value.data && ga2_unseal(&plain, d->ring, GA2_FOR_DOCUMENT, key, record.value, p))
        (void)ga2_document_decode(out, plain);
    return NULL;
}

static ga2_error_t *put(const ga2_documents_t *self, const char *url, const ga2_document_t *document, apr_pool_t *p)
{
    const documents_t *d = (const documents_t *)self;
    unsigned char buf[KEY];
    ga2_key_t key = key_of(buf, 'd', url);
    ga2_write_t write = { .expires = document->fetched + kept_for, .expected = GA2_ANY, .now = apr_time_now() };
    apr_uint64_t generation;

    GA2_TRY(ga2_seal(&write.value, d->ring, GA2_FOR_DOCUMENT, key, ga2_document_encode(document, p), p));
    return ga2_store_put(&generation, d->store, key, &write, p);
}

/* Take this thread's claim of the key out of the list, and drop those that ended without being given back. NULL: none
 * is held. */
static held_t *take_out(documents_t *d, ga2_key_t key, apr_time_t now)
{
    held_t **at = &d->held, *found = NULL;

    pthread_mutex_lock(&d->lock);
    while (*at) {
        held_t *h = *at;
        int is_it = pthread_equal(h->thread, pthread_self()) && ga2_bytes_equal(h->lease.key, key);
        if (!is_it && h->lease.until > now) {
            at = &h->next;
            continue;
        }
        *at = h->next;
        if (is_it)
            found = h;
        else
            free(h);
    }
    pthread_mutex_unlock(&d->lock);
    return found;
}

/* This thread's claim of a URL, out of the list; NULL: it has none. */
static held_t *claim_of(documents_t *d, const char *url)
{
    unsigned char buf[KEY];

    return take_out(d, key_of(buf, 'D', url), 0);
}

static void put_in(documents_t *d, held_t *h)
{
    pthread_mutex_lock(&d->lock);
    h->next = d->held;
    d->held = h;
    pthread_mutex_unlock(&d->lock);
}

static ga2_error_t *remember(documents_t *d, const ga2_lease_t *lease, apr_time_t now, apr_pool_t *p)
{
    held_t *h = calloc(1, sizeof(*h));

    if (!h)
        return ga2_fail(p, STORE, NULL, "there is no memory left");
    free(take_out(d, lease->key, now));
    h->thread = pthread_self();
    memcpy(h->key, lease->key.data, KEY);
    h->lease = *lease;
    h->lease.key.data = h->key;
    put_in(d, h);
    return NULL;
}

static ga2_error_t *claim(int *mine, const ga2_documents_t *self, const char *url, apr_time_t now, apr_time_t until,
                          apr_pool_t *p)
{
    documents_t *d = (documents_t *)self;
    unsigned char buf[KEY];
    ga2_key_t key = key_of(buf, 'D', url);
    ga2_lease_t lease;

    GA2_TRY(ga2_lease_take(&lease, d->store, key, now, until, p));
    *mine = lease.taken;
    return *mine ? remember(d, &lease, now, p) : NULL;
}

/* The claim is out of the list meanwhile: only its own thread looks for it. */
static ga2_error_t *extend(int *mine, const ga2_documents_t *self, const char *url, apr_time_t now, apr_time_t until,
                           apr_pool_t *p)
{
    documents_t *d = (documents_t *)self;
    held_t *h = claim_of(d, url);
    ga2_error_t *err;

    *mine = 0;
    if (!h)
        return NULL;
    err = ga2_lease_renew(&h->lease, d->store, now, until, p);
    *mine = h->lease.taken;
    if (*mine)
        put_in(d, h);
    else
        free(h);
    return err;
}

static ga2_error_t *release(const ga2_documents_t *self, const char *url, apr_pool_t *p)
{
    documents_t *d = (documents_t *)self;
    held_t *h = claim_of(d, url);
    ga2_error_t *err;

    if (!h)
        return NULL;
    err = ga2_lease_end(&h->lease, d->store, 0, 0, p);
    free(h);
    return err;
}

static apr_status_t drop(void *documents)
{
    documents_t *d = documents;

    while (d->held) {
        held_t *h = d->held;
        d->held = h->next;
        free(h);
    }
    pthread_mutex_destroy(&d->lock);
    return APR_SUCCESS;
}

ga2_error_t *ga2_documents_make(const ga2_documents_t **out, ga2_store_t *s, const ga2_keyring_t *ring, apr_pool_t *p)
{
    documents_t *d = apr_pcalloc(p, sizeof(*d));

    d->base = (ga2_documents_t){ get, put, claim, extend, release };
    d->store = s;
    d->ring = ring;
    pthread_mutex_init(&d->lock, NULL);
    apr_pool_cleanup_register(p, d, drop, apr_pool_cleanup_null);
    *out = &d->base;
    return NULL;
}
