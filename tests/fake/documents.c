/* SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"
#include <apr_strings.h>
#include <string.h>

#define FAILS(p) ga2_fail(p, STORE, NULL, "as the test says")

static fake_documents_t *entered(const ga2_documents_t *self)
{
    fake_documents_t *d = (fake_documents_t *)self;

    pthread_mutex_lock(&d->lock);
    return d;
}

/* The URL's place, made when there is none. Only under the lock. */
static fake_kept_t *place(fake_documents_t *d, const char *url)
{
    fake_kept_t *k;

    for (int i = 0; i < d->kept->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(d->kept, i, fake_kept_t).url, url))
            return &APR_ARRAY_IDX(d->kept, i, fake_kept_t);
    k = apr_array_push(d->kept);
    *k = (fake_kept_t){ .url = apr_pstrdup(d->p, url) };
    return k;
}

static ga2_error_t *get(ga2_document_t *out, const ga2_documents_t *self, const char *url, apr_pool_t *p)
{
    fake_documents_t *d = entered(self);
    int fails = d->fail_get;

    d->reads++;
    *out = place(d, url)->document;
    out->body = ga2_bytes_copy(out->body, p);
    pthread_mutex_unlock(&d->lock);
    return fails ? FAILS(p) : NULL;
}

static ga2_error_t *put(const ga2_documents_t *self, const char *url, const ga2_document_t *document, apr_pool_t *p)
{
    fake_documents_t *d = entered(self);
    int fails = d->fail_put;

    d->writes++;
    if (!fails) {
        ga2_document_t *to = &place(d, url)->document;
        *to = *document;
        to->body = ga2_bytes_copy(document->body, d->p);
    }
    pthread_mutex_unlock(&d->lock);
    return fails ? FAILS(p) : NULL;
}

static ga2_error_t *claim(int *mine, const ga2_documents_t *self, const char *url, apr_time_t now, apr_time_t until,
                          apr_pool_t *p)
{
    fake_documents_t *d = entered(self);
    fake_kept_t *k = place(d, url);
    int fails = d->fail_claim;

    d->claims++;
    *mine = !fails && k->claimed_until <= now;
    if (*mine) {
        k->claimed_until = until;
        d->taken++;
    }
    if (*mine && d->meanwhile)
        k->document = (ga2_document_t){ .body = ga2_bytes_of(d->meanwhile), .fetched = now, .fresh_until = until };
    d->meanwhile = NULL;
    pthread_mutex_unlock(&d->lock);
    return fails ? FAILS(p) : NULL;
}

static ga2_error_t *extend(int *mine, const ga2_documents_t *self, const char *url, apr_time_t now, apr_time_t until,
                           apr_pool_t *p)
{
    fake_documents_t *d = entered(self);
    fake_kept_t *k = place(d, url);
    int fails = d->fail_claim;

    *mine = !fails && k->claimed_until > now;
    if (*mine)
        k->claimed_until = until;
    pthread_mutex_unlock(&d->lock);
    return fails ? FAILS(p) : NULL;
}

static ga2_error_t *release(const ga2_documents_t *self, const char *url, apr_pool_t *p)
{
    fake_documents_t *d = entered(self);

    (void)p;
    d->releases++;
    place(d, url)->claimed_until = 0;
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

fake_documents_t *fake_documents_make(apr_pool_t *p)
{
    fake_documents_t *d = apr_pcalloc(p, sizeof(*d));

    d->base = (ga2_documents_t){ get, put, claim, extend, release };
    apr_pool_create(&d->p, p);
    pthread_mutex_init(&d->lock, NULL);
    d->kept = apr_array_make(d->p, 4, sizeof(fake_kept_t));
    return d;
}

void fake_documents_put(fake_documents_t *d, const char *url, const char *body, apr_time_t fresh_until)
{
    pthread_mutex_lock(&d->lock);
    place(d, url)->document = (ga2_document_t){ .body = ga2_bytes_copy(ga2_bytes_of(body), d->p),
                                                .fetched = 1, .fresh_until = fresh_until };
    pthread_mutex_unlock(&d->lock);
}

ga2_document_t fake_documents_get(fake_documents_t *d, const char *url)
{
    ga2_document_t document;

    pthread_mutex_lock(&d->lock);
    document = place(d, url)->document;
    pthread_mutex_unlock(&d->lock);
    return document;
}

void fake_documents_claim(fake_documents_t *d, const char *url, apr_time_t until)
{
    pthread_mutex_lock(&d->lock);
    place(d, url)->claimed_until = until;
    pthread_mutex_unlock(&d->lock);
}

apr_time_t fake_documents_claimed(fake_documents_t *d, const char *url)
{
    apr_time_t until;

    pthread_mutex_lock(&d->lock);
    until = place(d, url)->claimed_until;
    pthread_mutex_unlock(&d->lock);
    return until;
}
