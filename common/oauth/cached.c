/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/cached.h"
#include "base/clock.h"
#include <apr_atomic.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <string.h>

#define SECONDS(n) apr_time_from_sec(n)
enum { FRESH_LEAST = 300, FRESH_MOST = 86400, FRESH_DEFAULT = 3600, RENEW_PAUSE = 60, DOWN_PAUSE = 5,
    WAIT_STEP_MS = 20 };

/* A parsed value in a pool of its own; it goes with its last user. */
typedef struct copy {
    apr_pool_t *pool;
    const void *value;
    const char *url;
    apr_time_t fresh_until;
    volatile apr_uint32_t users;
} copy_t;

struct ga2_cached {
    apr_thread_mutex_t *lock;           /* guards the two below; held for a few instructions */
    copy_t *copy;
    apr_time_t down_until;              /* the server did not answer this process: do not ask before */
};

static void let_go(copy_t *copy)
{
    if (apr_atomic_dec32(&copy->users) == 0)
        apr_pool_destroy(copy->pool);
}

static apr_status_t let_go_with(void *copy)
{
    let_go(copy);
    return APR_SUCCESS;
}

static apr_status_t drop_copy(void *data)
{
    ga2_cached_t *c = data;

    if (c->copy)
        let_go(c->copy);
    c->copy = NULL;
    return APR_SUCCESS;
}

ga2_cached_t *ga2_cached_make(apr_pool_t *p)
{
    ga2_cached_t *c = apr_pcalloc(p, sizeof(*c));

    (void)apr_thread_mutex_create(&c->lock, APR_THREAD_MUTEX_DEFAULT, p);      /* fails only without memory */
    apr_pool_cleanup_register(p, c, drop_copy, apr_pool_cleanup_null);
    return c;
}

/* The process's copy for this URL, held until p goes; NULL: none. */
static const copy_t *take_copy(ga2_cached_t *c, const char *url, apr_pool_t *p)
{
    copy_t *copy;

    apr_thread_mutex_lock(c->lock);
    copy = c->copy && !strcmp(c->copy->url, url) ? c->copy : NULL;
    if (copy)
        apr_atomic_inc32(&copy->users);
    apr_thread_mutex_unlock(c->lock);
    if (copy)
        apr_pool_cleanup_register(p, copy, let_go_with, apr_pool_cleanup_null);
    return copy;
}

static void put_copy(ga2_cached_t *c, copy_t *copy)
{
    copy_t *old;

    apr_thread_mutex_lock(c->lock);
    old = c->copy;
    c->copy = copy;
    c->down_until = 0;
    apr_thread_mutex_unlock(c->lock);
    if (old)
        let_go(old);
}

static void set_down(ga2_cached_t *c, apr_time_t until)
{
    apr_thread_mutex_lock(c->lock);
    c->down_until = until;
    apr_thread_mutex_unlock(c->lock);
}

static int is_down(ga2_cached_t *c, apr_time_t now)
{
    int down;

    apr_thread_mutex_lock(c->lock);
    down = c->down_until > now;
    apr_thread_mutex_unlock(c->lock);
    return down;
}

/* Parse a text into a new copy for everybody; *out is held until p goes. */
static ga2_error_t *parse_copy(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                               const ga2_document_t *document, apr_pool_t *p)
{
    apr_pool_t *own;
    copy_t *copy;
    ga2_error_t *err;

    apr_pool_create(&own, NULL);
    copy = apr_pcalloc(own, sizeof(*copy));
    copy->pool = own;
    copy->url = apr_pstrdup(own, wanted->url);
    copy->fresh_until = document->fresh_until;
    apr_atomic_set32(&copy->users, 2);                  /* the cache, and the caller until p goes */
    err = wanted->parse(&copy->value, document, wanted->baton, own);
    if (err) {
        ga2_error_t *mine = ga2_fail(p, PROVIDER_BAD, NULL, "%s: %s", wanted->url, ga2_error_sentence(err, p));
        apr_pool_destroy(own);
        return mine;
    }
    apr_pool_cleanup_register(p, copy, let_go_with, apr_pool_cleanup_null);
    put_copy(c, copy);
    *out = copy;
    return NULL;
}

static apr_interval_time_t freshness(const ga2_http_reply_t *reply)
{
    apr_int64_t seconds = reply->max_age < 0 ? FRESH_DEFAULT : reply->max_age;

    if (seconds < FRESH_LEAST)
        seconds = FRESH_LEAST;
    return SECONDS(seconds > FRESH_MOST ? FRESH_MOST : seconds);
}

/* Ask the server, keep what it says. */
static ga2_error_t *fetch(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                          const ga2_outside_t *outside, apr_pool_t *p)
{
    ga2_http_request_t request = { .url = wanted->url, .settings = wanted->http, .limit = wanted->limit,
                                   .private_ok = wanted->private_ok, .waiting = outside->waiting };
    ga2_http_reply_t reply;
    ga2_document_t document;
    ga2_error_t *err = ga2_http_send(&reply, outside->http, &request, p);

    if (err)
        return ga2_fail(p, PROVIDER_DOWN, err, "%s could not be read", wanted->url);
    if (reply.status >= 500 || reply.status == 429)
        return ga2_fail(p, PROVIDER_DOWN, NULL, "%s answered with status %d", wanted->url, reply.status);
    if (reply.status != 200)
        return ga2_fail(p, PROVIDER_BAD, NULL, "%s answered with status %d", wanted->url, reply.status);
    document = (ga2_document_t){ .body = reply.body, .fetched = outside->now, .private_peer = reply.peer_is_private,
                                 .fresh_until = outside->now + freshness(&reply) };
    GA2_TRY(parse_copy(out, c, wanted, &document, p));
    return outside->documents->put(outside->documents, wanted->url, &document, p);
}

/* What another process has fetched meanwhile, or before this one began. */
static ga2_error_t *from_documents(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                                   const ga2_outside_t *outside, apr_pool_t *p)
{
    ga2_document_t document;
    const copy_t *had = *out;

    GA2_TRY(outside->documents->get(&document, outside->documents, wanted->url, p));
    if (!document.body.data || (had && document.fresh_until <= had->fresh_until))
        return NULL;
    if (parse_copy(out, c, wanted, &document, p))       /* kept by another version of ours: as if it were not there */
        *out = had;
    return NULL;
}

/* A claim is short, and its holder extends it while the server takes its time. Whoever waits for this fetch in turn is
 * told, too. */
typedef struct keeper {
    ga2_waiting_t base;
    const char *url, *turn;             /* what is claimed; turn: NULL: only the first */
    const ga2_outside_t *outside;
    ga2_clock_t clock;
    apr_time_t until;
    apr_pool_t *p;
} keeper_t;

static void extend(const keeper_t *k, const char *claimed, apr_time_t now)
{
    const ga2_documents_t *documents = k->outside->documents;
    int mine;

    if (claimed)
        ga2_log_error(k->outside->log, "a claim could not be extended",
                      documents->extend(&mine, documents, claimed, now, k->until, k->p), k->p);
}

static void keep(ga2_waiting_t *self)
{
    keeper_t *k = (keeper_t *)self;
    apr_time_t now = ga2_clock_now(&k->clock);

    ga2_waiting_tick(k->outside->waiting);
    if (k->until - now >= GA2_HOLD_LEAST)
        return;
    k->until = now + GA2_HOLD;
    extend(k, k->url, now);             /* first: who sees it free must not find the turn taken by nobody */
    extend(k, k->turn, now);
}

static ga2_error_t *fetch_kept(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted, const char *turn,
                               const ga2_outside_t *outside, apr_pool_t *p)
{
    keeper_t keeper = { .base = { keep }, .url = wanted->url, .turn = turn, .outside = outside,
        .clock = ga2_clock_from(outside->now), .until = outside->now + GA2_HOLD, .p = p };
    ga2_outside_t told = *outside;

    told.waiting = &keeper.base;
    return fetch(out, c, wanted, &told, p);
}

/* Fetch under the claim, unless whoever had it before has just done so, and give the claim back. */
static ga2_error_t *fetch_claimed(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                                  const ga2_outside_t *outside, apr_pool_t *p)
{
    ga2_error_t *err = from_documents(out, c, wanted, outside, p), *release;

    if (!err && (!*out || (*out)->fresh_until <= outside->now))
        err = fetch_kept(out, c, wanted, NULL, outside, p);
    release = outside->documents->release(outside->documents, wanted->url, p);
    if (err)
        set_down(c, outside->now + SECONDS(DOWN_PAUSE));
    return err ? err : release;
}

static ga2_error_t *claim(int *mine, const char *what, const ga2_outside_t *outside, apr_pool_t *p)
{
    return outside->documents->claim(mine, outside->documents, what, outside->now, outside->now + GA2_HOLD, p);
}

static void wait_a_step(const ga2_outside_t *outside)
{
    ga2_waiting_tick(outside->waiting);
    apr_sleep(WAIT_STEP_MS * 1000);
}

/* Nothing at hand: the first of all callers asks, the others look again until it is there. */
static ga2_error_t *fetch_or_wait(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                                  const ga2_outside_t *outside, apr_pool_t *p)
{
    apr_time_t last = outside->now + wanted->http->timeout + SECONDS(DOWN_PAUSE);
    ga2_clock_t clock = ga2_clock_from(outside->now);
    ga2_outside_t then = *outside;

    for (; then.now < last && !is_down(c, then.now); then.now = ga2_clock_now(&clock)) {
        int mine;

        GA2_TRY(claim(&mine, wanted->url, &then, p));
        if (mine)
            return fetch_claimed(out, c, wanted, &then, p);
        wait_a_step(outside);
        GA2_TRY(from_documents(out, c, wanted, &then, p));
        if (*out)
            return NULL;
    }
    return ga2_fail(p, PROVIDER_DOWN, NULL, "%s did not answer a moment ago; it is asked again in %d seconds at most",
                    wanted->url, DOWN_PAUSE);
}

ga2_error_t *ga2_cached_get(const void **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                            const ga2_outside_t *outside, apr_pool_t *p)
{
    const copy_t *copy = take_copy(c, wanted->url, p);
    int mine = 0;

    if (!copy || copy->fresh_until <= outside->now)
        GA2_TRY(from_documents(&copy, c, wanted, outside, p));
    if (!copy)
        GA2_TRY(fetch_or_wait(&copy, c, wanted, outside, p));
    if (copy->fresh_until <= outside->now && !is_down(c, outside->now)) {
        GA2_TRY(claim(&mine, wanted->url, outside, p));
        if (mine)
            ga2_log_error(outside->log, "going on with an older copy", fetch_claimed(&copy, c, wanted, outside, p), p);
    }
    *out = copy->value;
    return NULL;
}

/* With this minute's turn: ask the server, so that others see that somebody does. The turn is closed when the server
 * has been asked, not before: whoever is killed over it has used up nobody's minute. */
static ga2_error_t *renew_claimed(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted, const char *turn,
                                  const ga2_outside_t *outside, apr_pool_t *p)
{
    ga2_error_t *err, *closed, *release = NULL;
    int mine, ours;

    GA2_TRY(claim(&mine, wanted->url, outside, p));
    err = fetch_kept(out, c, wanted, turn, outside, p);
    closed = outside->documents->extend(&ours, outside->documents, turn, outside->now,
                                        outside->now + SECONDS(RENEW_PAUSE), p);
    if (mine)
        release = outside->documents->release(outside->documents, wanted->url, p);
    return err ? err : closed ? closed : release;
}

/* One caller a minute asks. While they do, the others wait for what they find; otherwise what is kept has to do. */
static ga2_error_t *renew_or_wait(const copy_t **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                                  const ga2_outside_t *outside, apr_pool_t *p)
{
    const char *turn = apr_pstrcat(p, wanted->url, "#renew", NULL);
    ga2_clock_t clock = ga2_clock_from(outside->now);
    ga2_outside_t then = *outside;
    const copy_t *had = *out;
    int nobody = 0;

    for (; then.now < outside->now + wanted->http->timeout && !nobody; then.now = ga2_clock_now(&clock)) {
        int mine;

        GA2_TRY(claim(&mine, turn, &then, p));
        if (mine)
            return renew_claimed(out, c, wanted, turn, &then, p);
        GA2_TRY(from_documents(out, c, wanted, &then, p));
        if (*out != had)
            return NULL;
        GA2_TRY(claim(&nobody, wanted->url, &then, p));
        if (nobody)
            GA2_TRY(outside->documents->release(outside->documents, wanted->url, p));
        else
            wait_a_step(outside);
    }
    return NULL;
}

ga2_error_t *ga2_cached_renew(const void **out, ga2_cached_t *c, const ga2_wanted_t *wanted,
                              const ga2_outside_t *outside, apr_pool_t *p)
{
    const copy_t *copy = take_copy(c, wanted->url, p);
    const copy_t *had = copy;

    GA2_TRY(from_documents(&copy, c, wanted, outside, p));
    if (copy && copy != had) {          /* another process renewed it */
        *out = copy->value;
        return NULL;
    }
    GA2_TRY(renew_or_wait(&copy, c, wanted, outside, p));
    if (!copy)
        return ga2_cached_get(out, c, wanted, outside, p);
    *out = copy->value;
    return NULL;
}
