/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session.h"
#include "base/rand.h"
#include "session/cookie_jar.h"
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

enum { SAVE_TRIES = 8 };

/* The id is its own key: it is random, and it opens nothing without the secret that only the cookie has. */
typedef struct key { unsigned char bytes[1 + GA2_SESSION_ID]; } record_key_t;

static ga2_key_t key_of(record_key_t *key, const ga2_session_t *s)
{
    key->bytes[0] = 's';
    memcpy(key->bytes + 1, s->id, sizeof s->id);
    return (ga2_key_t){ key->bytes, sizeof key->bytes };
}

/* The first of its deadlines. */
static apr_time_t end_of(const ga2_session_t *s, const ga2_sessions_t *in)
{
    apr_time_t end = s->last_used + in->idle, max = s->created + in->max;

    if (max < end)
        end = max;
    return s->ends && s->ends < end ? s->ends : end;
}

ga2_error_t *ga2_session_reload(int *there, ga2_session_t *s, const ga2_sessions_t *in, apr_time_t now, apr_pool_t *p)
{
    record_key_t key;
    ga2_record_t record;

    *there = 0;
    GA2_TRY(ga2_store_get(&record, in->store, key_of(&key, s), now, p));
    if (!record.value.data)
        return NULL;
    *there = ga2_record_open(s, record.value, in->ring, p);
    s->generation = record.generation;
    if (!*there)
        ga2_log_error(in->log, "a stored session does not open and counts as absent",
                      ga2_fail(p, CRYPTO, NULL,
                               "its cookie is forged, its key is gone from the key file, or it was changed"),
                      p);
    return NULL;
}

ga2_error_t *ga2_session_find(ga2_session_t **out, const ga2_sessions_t *in, ga2_bytes_t cookie, apr_time_t now,
                              apr_pool_t *p)
{
    ga2_session_t *s = apr_palloc(p, sizeof(*s));
    int there;

    *out = NULL;
    if (!ga2_session_cookie_read(s, cookie))
        return NULL;
    GA2_TRY(ga2_session_reload(&there, s, in, now, p));
    *out = there ? s : NULL;
    return NULL;
}

typedef struct change { apr_uint64_t expected; apr_time_t now; } change_t;

static ga2_error_t *put_record(int *written, ga2_session_t *s, const ga2_session_tokens_t *tokens,
                               const ga2_sessions_t *in, change_t change, apr_pool_t *p)
{
    ga2_write_t w = { .expires = end_of(s, in), .expected = change.expected, .now = change.now };
    record_key_t key;
    apr_uint64_t generation;

    GA2_TRY(ga2_record_seal(&w.value, s, tokens, in->ring, p));
    if (w.value.len > GA2_RECORD_MAX)
        return ga2_fail(p, IDENTITY, NULL, "the session would take %" APR_SIZE_T_FMT " bytes; at most %d are kept",
                        w.value.len, GA2_RECORD_MAX);
    GA2_TRY(ga2_store_put(&generation, in->store, key_of(&key, s), &w, p));
    *written = generation != 0;
    if (*written)
        s->generation = generation;
    return NULL;
}

ga2_error_t *ga2_session_add(ga2_session_t *s, const ga2_session_tokens_t *tokens, const ga2_sessions_t *in,
                             apr_time_t now, apr_pool_t *p)
{
    apr_uint32_t seconds = htonl((apr_uint32_t)apr_time_sec(now));
    int written;

    GA2_TRY(ga2_random(s->id, sizeof s->id, p));
    memcpy(s->id, &seconds, sizeof seconds);        /* ids that grow keep the pages of a B-tree full */
    GA2_TRY(ga2_random(s->secret, sizeof s->secret, p));
    s->key = 0;
    GA2_TRY(put_record(&written, s, tokens, in, (change_t){ GA2_ABSENT, now }, p));
    return written ? NULL : ga2_fail(p, RANDOM, NULL, "a new session id is in use already");
}

ga2_error_t *ga2_session_save(int *saved, ga2_session_t *s, const ga2_session_tokens_t *tokens,
                              const ga2_sessions_t *in, apr_time_t now, apr_pool_t *p)
{
    return put_record(saved, s, tokens, in, (change_t){ s->generation, now }, p);
}

/* Somebody who notes the last use at the same moment must not keep the old session alive. */
ga2_error_t *ga2_session_supersede(ga2_session_t *s, const ga2_sessions_t *in, apr_time_t now, apr_pool_t *p)
{
    for (int i = 0; i < SAVE_TRIES; i++) {
        int saved, there;

        if (s->ends)
            return NULL;
        s->ends = now + apr_time_from_sec(GA2_SUPERSEDED_S);
        GA2_TRY(ga2_session_save(&saved, s, NULL, in, now, p));
        if (saved)
            return NULL;
        GA2_TRY(ga2_session_reload(&there, s, in, now, p));
        if (!there)
            return NULL;
    }
    return ga2_fail(p, STORE, NULL, "a session was written by others %d times in a row", SAVE_TRIES);
}

ga2_error_t *ga2_session_end(const ga2_session_t *s, const ga2_sessions_t *in, apr_pool_t *p)
{
    record_key_t key;

    return ga2_store_remove(NULL, in->store, key_of(&key, s), GA2_ANY, p);
}
