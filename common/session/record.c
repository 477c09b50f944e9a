/* SPDX-License-Identifier: Apache-2.0 */
#include "session/record.h"
#include "base/rand.h"
#include "crypto/aead.h"
#include "session/claims.h"
#include <apr_strings.h>
#include <assert.h>
#include <string.h>

enum { VERSION = 1, TEXTS = 5, FLAG_CAN_REFRESH = 1, TOKENS = 3 };

/* Numbers are in the machine's own order: a store is read by machines of one kind. A record of another kind fails the
 * check of `layout`. */
typedef struct outer { unsigned char version, unused[3]; apr_uint32_t key_id; unsigned char nonce[GA2_AEAD_NONCE];
                       apr_uint32_t hot_len; } outer_t;

typedef struct hot {
    apr_uint32_t layout, flags;
    apr_int64_t created, last_used, auth_time, token_expires, refresh_at, ends;
    unsigned char provider[GA2_PROVIDER_ID_LEN];
    unsigned char cold_nonce[GA2_AEAD_NONCE];
    apr_uint32_t text_len[TEXTS];           /* each with a NUL behind it that is not counted */
    apr_uint32_t claims_len, unused;
} hot_t;

enum { LAYOUT = 0x32614731 };
static_assert(sizeof(outer_t) == 24 && sizeof(hot_t) == 112, "the layout of stored sessions must not change");

/* The two parts share a key; what each is bound to keeps them apart. */
static ga2_bytes_t hot_bound(void) { return ga2_bytes_of("hot"); }
static ga2_bytes_t cold_bound(void) { return ga2_bytes_of("cold"); }

static unsigned char *add(unsigned char *to, const void *bytes, apr_size_t len)
{
    if (len)
        memcpy(to, bytes, len);
    return to + len;
}

static ga2_bytes_t hot_plain(const ga2_session_t *s, apr_pool_t *p)
{
    const char *const texts[TEXTS] = { s->subject, s->asked, s->granted, s->acr, s->sid };
    hot_t head = { .layout = LAYOUT, .flags = s->can_refresh ? FLAG_CAN_REFRESH : 0, .created = s->created,
        .last_used = s->last_used, .auth_time = s->auth_time, .token_expires = s->token_expires,
        .refresh_at = s->refresh_at, .ends = s->ends, .claims_len = (apr_uint32_t)s->claims.len };
    apr_size_t len = sizeof head + s->claims.len + TEXTS;
    unsigned char *out, *to;

    for (int i = 0; i < TEXTS; i++) {
        head.text_len[i] = (apr_uint32_t)strlen(texts[i]);
        len += head.text_len[i];
    }
    memcpy(head.provider, s->provider, sizeof head.provider);
    memcpy(head.cold_nonce, s->cold_nonce, sizeof head.cold_nonce);
    to = out = apr_palloc(p, len);
    to = add(to, &head, sizeof head);
    to = add(to, s->claims.data, s->claims.len);
    for (int i = 0; i < TEXTS; i++)
        to = add(to, texts[i], head.text_len[i] + 1);
    return (ga2_bytes_t){ out, len };
}

static ga2_bytes_t cold_plain(const ga2_session_tokens_t *tokens, apr_pool_t *p)
{
    const ga2_bytes_t parts[TOKENS] = { ga2_secret_reveal(tokens->access_token),
                                        ga2_secret_reveal(tokens->refresh_token), ga2_secret_reveal(tokens->id_token) };
    apr_size_t len = sizeof(apr_uint32_t) * TOKENS;
    unsigned char *out, *to;

    for (int i = 0; i < TOKENS; i++)
        len += parts[i].len;
    to = out = apr_palloc(p, len);
    ga2_wipe_with(p, out, len);
    for (int i = 0; i < TOKENS; i++) {
        apr_uint32_t n = (apr_uint32_t)parts[i].len;
        to = add(to, &n, sizeof n);
    }
    for (int i = 0; i < TOKENS; i++)
        to = add(to, parts[i].data, parts[i].len);
    return (ga2_bytes_t){ out, len };
}

/* Tokens, into s->cold and s->cold_nonce. */
static ga2_error_t *seal_cold(ga2_session_t *s, const ga2_session_tokens_t *tokens, const unsigned char *key,
                              apr_pool_t *p)
{
    ga2_bytes_t plain = cold_plain(tokens, p);
    unsigned char *box = apr_palloc(p, plain.len + GA2_AEAD_TAG);
    ga2_aead_t aead = { key, s->cold_nonce, cold_bound() };

    GA2_TRY(ga2_random(s->cold_nonce, sizeof s->cold_nonce, p));
    ga2_aead_seal(box, &aead, plain);
    s->cold = (ga2_bytes_t){ box, plain.len + GA2_AEAD_TAG };
    return NULL;
}

ga2_error_t *ga2_record_seal(ga2_bytes_t *out, ga2_session_t *s, const ga2_session_tokens_t *tokens,
                             const ga2_keyring_t *ring, apr_pool_t *p)
{
    ga2_session_tokens_t kept = { NULL, NULL, NULL };
    outer_t outer = { .version = VERSION, .key_id = ga2_keyring_id(ring, 0) };
    unsigned char key[GA2_AEAD_KEY], *record, *to;
    ga2_aead_t aead = { key, outer.nonce, hot_bound() };
    ga2_bytes_t plain;
    ga2_error_t *err = NULL;

    if (!tokens && s->key != 0) {
        if (!ga2_record_tokens(&kept, s, ring, p))
            return ga2_fail(p, CRYPTO, NULL, "a session's tokens do not open");
        tokens = &kept;
    }
    ga2_keyring_mix(key, ring, 0, GA2_FOR_SESSION, s->secret);
    s->key = 0;
    if (tokens)
        err = seal_cold(s, tokens, key, p);
    if (!err)
        err = ga2_random(outer.nonce, sizeof outer.nonce, p);
    plain = hot_plain(s, p);
    outer.hot_len = (apr_uint32_t)plain.len;
    to = record = apr_palloc(p, sizeof outer + plain.len + GA2_AEAD_TAG + s->cold.len);
    to = add(to, &outer, sizeof outer);
    ga2_aead_seal(to, &aead, plain);
    (void)add(to + plain.len + GA2_AEAD_TAG, s->cold.data, s->cold.len);
    ga2_wipe(key, sizeof key);
    *out = (ga2_bytes_t){ record, sizeof outer + plain.len + GA2_AEAD_TAG + s->cold.len };
    return err;
}

/* Read an opened hot part in place. Its lengths are our own, and are checked all the same. */
static int read_hot(ga2_session_t *s, const unsigned char *plain, apr_size_t len)
{
    const char **const texts[TEXTS] = { &s->subject, &s->asked, &s->granted, &s->acr, &s->sid };
    hot_t head;
    const char *at;
    apr_size_t left;

    if (len < sizeof head)
        return 0;
    memcpy(&head, plain, sizeof head);
    left = len - sizeof head;
    if (head.layout != LAYOUT || head.claims_len > left)
        return 0;
    s->claims = (ga2_bytes_t){ plain + sizeof head, head.claims_len };
    left -= head.claims_len;
    at = (const char *)s->claims.data + head.claims_len;
    for (int i = 0; i < TEXTS; i++) {
        if (left <= head.text_len[i] || at[head.text_len[i]])
            return 0;
        *texts[i] = at;
        at += head.text_len[i] + 1;
        left -= head.text_len[i] + 1;
    }
    s->created = head.created;
    s->last_used = head.last_used;
    s->auth_time = head.auth_time;
    s->token_expires = head.token_expires;
    s->refresh_at = head.refresh_at;
    s->ends = head.ends;
    s->can_refresh = head.flags & FLAG_CAN_REFRESH;
    memcpy(s->provider, head.provider, sizeof s->provider);
    memcpy(s->cold_nonce, head.cold_nonce, sizeof s->cold_nonce);
    return left == 0;
}

int ga2_record_open(ga2_session_t *s, ga2_bytes_t record, const ga2_keyring_t *ring, apr_pool_t *p)
{
    static const unsigned char unused[sizeof ((outer_t *)0)->unused];
    outer_t outer;
    unsigned char key[GA2_AEAD_KEY], *plain;
    ga2_aead_t aead = { key, outer.nonce, hot_bound() };
    apr_size_t box_len;
    int ok;

    if (record.len < sizeof outer + GA2_AEAD_TAG)
        return 0;
    memcpy(&outer, record.data, sizeof outer);
    box_len = (apr_size_t)outer.hot_len + GA2_AEAD_TAG;
    s->key = ga2_keyring_find(ring, outer.key_id);
    if (outer.version != VERSION || memcmp(outer.unused, unused, sizeof unused) || s->key < 0
        || box_len > record.len - sizeof outer)
        return 0;
    ga2_keyring_mix(key, ring, s->key, GA2_FOR_SESSION, s->secret);
    plain = apr_palloc(p, box_len);
    ok = ga2_aead_open(plain, &aead, (ga2_bytes_t){ record.data + sizeof outer, box_len });
    ga2_wipe(key, sizeof key);
    if (!ok || !read_hot(s, plain, outer.hot_len))
        return 0;
    s->cold = (ga2_bytes_t){ record.data + sizeof outer + box_len, record.len - sizeof outer - box_len };
    return 1;
}

static int read_cold(ga2_session_tokens_t *out, const unsigned char *plain, apr_size_t len, apr_pool_t *p)
{
    const ga2_secret_t **const parts[TOKENS] = { &out->access_token, &out->refresh_token, &out->id_token };
    apr_uint32_t lens[TOKENS];
    apr_size_t at = sizeof lens;

    if (len < sizeof lens)
        return 0;
    memcpy(lens, plain, sizeof lens);
    for (int i = 0; i < TOKENS; i++) {
        if (lens[i] > len - at)
            return 0;
        *parts[i] = lens[i] ? ga2_secret_make(plain + at, lens[i], p) : NULL;
        at += lens[i];
    }
    return at == len;
}

int ga2_record_tokens(ga2_session_tokens_t *out, const ga2_session_t *s, const ga2_keyring_t *ring, apr_pool_t *p)
{
    unsigned char key[GA2_AEAD_KEY], *plain;
    ga2_aead_t aead = { key, s->cold_nonce, cold_bound() };
    int ok;

    *out = (ga2_session_tokens_t){ NULL, NULL, NULL };
    if (s->cold.len < GA2_AEAD_TAG)
        return 0;
    plain = apr_palloc(p, s->cold.len);
    ga2_wipe_with(p, plain, s->cold.len);
    ga2_keyring_mix(key, ring, s->key, GA2_FOR_SESSION, s->secret);
    ok = ga2_aead_open(plain, &aead, s->cold);
    ga2_wipe(key, sizeof key);
    return ok && read_cold(out, plain, s->cold.len - GA2_AEAD_TAG, p);
}
