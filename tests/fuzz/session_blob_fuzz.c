/* SPDX-License-Identifier: Apache-2.0
 * Records of sessions. Any bytes as an opened hot part: what is accepted has its texts and claims inside, and comes
 * back when it is sealed again. A good record, changed as the input says (place, place, bits; and its length): it never
 * opens whole. Any bytes as a record: it never opens. */
#include <string.h>
#include "fuzz.h"
#include "../unit/crypto/lines.h"
#include "../unit/session/hot.h"
#include "crypto/context.h"
#include "session/claims.h"

static const ga2_keyring_t *ring(void)
{
    static const ga2_keyring_t *made;
    apr_pool_t *p;

    if (made)
        return made;
    apr_pool_create(&p, NULL);
    ga2_crypto_start(p);
    GA2_HOLDS(!ga2_keyring_parse(&made, ga2_bytes_of(LINE_K "\n" LINE_L "\n"), "keys", p));
    return made;
}

static ga2_session_t from_cookie(void)
{
    ga2_session_t s = { .generation = 0 };

    memset(s.id, 'i', sizeof s.id);
    memset(s.secret, 's', sizeof s.secret);
    return s;
}

static int inside(const void *text, apr_size_t len, const ga2_session_t *s, apr_size_t hot_len)
{
    const char *begin = (const char *)s->claims.data - HOT_HEAD, *at = text;

    return at >= begin && at + len <= begin + hot_len;
}

static void same(const ga2_session_t *a, const ga2_session_t *b)
{
    GA2_HOLDS(!strcmp(a->subject, b->subject) && !strcmp(a->asked, b->asked) && !strcmp(a->granted, b->granted));
    GA2_HOLDS(!strcmp(a->acr, b->acr) && !strcmp(a->sid, b->sid) && ga2_bytes_equal(a->claims, b->claims));
    GA2_HOLDS(a->created == b->created && a->last_used == b->last_used && a->ends == b->ends
              && a->auth_time == b->auth_time);
    GA2_HOLDS(a->token_expires == b->token_expires && a->refresh_at == b->refresh_at
              && a->can_refresh == b->can_refresh);
    GA2_HOLDS(!memcmp(a->provider, b->provider, sizeof a->provider));
}

static void as_hot_part(ga2_bytes_t input, apr_pool_t *p)
{
    ga2_session_t s = from_cookie(), again = from_cookie();
    ga2_bytes_t record = hot_seal(&s, input, ring(), p);
    const char *texts[5];
    ga2_claim_t claim;

    if (!ga2_record_open(&s, record, ring(), p))
        return;
    texts[0] = s.subject;
    texts[1] = s.asked;
    texts[2] = s.granted;
    texts[3] = s.acr;
    texts[4] = s.sid;
    for (int i = 0; i < 5; i++)
        GA2_HOLDS(inside(texts[i], strlen(texts[i]) + 1, &s, input.len));
    GA2_HOLDS(inside(s.claims.data, s.claims.len, &s, input.len));
    for (apr_size_t at = 0; ga2_claims_next(&claim, s.claims, &at);)
        GA2_HOLDS(inside(claim.name, strlen(claim.name) + 1, &s, input.len)
                  && inside(claim.value, strlen(claim.value) + 1, &s, input.len));
    GA2_HOLDS(!ga2_record_seal(&record, &s, &(ga2_session_tokens_t){ NULL, NULL, NULL }, ring(), p));
    GA2_HOLDS(ga2_record_open(&again, record, ring(), p));
    same(&s, &again);
}

static int opens_whole(ga2_bytes_t record, apr_pool_t *p)
{
    ga2_session_t s = from_cookie();
    ga2_session_tokens_t tokens;

    return ga2_record_open(&s, record, ring(), p) && ga2_record_tokens(&tokens, &s, ring(), p);
}

/* Every three bytes change one of the record; a last one cuts it. */
static void as_changes(ga2_bytes_t input, apr_pool_t *p)
{
    ga2_session_t s = from_cookie();
    ga2_session_tokens_t tokens = { ga2_secret_of("access", p), ga2_secret_of("refresh", p), NULL };
    ga2_bytes_t good, bad;

    s.subject = "alice";
    s.asked = s.granted = "email openid";
    s.acr = s.sid = "";
    GA2_HOLDS(!ga2_record_seal(&good, &s, &tokens, ring(), p));
    bad = ga2_bytes_copy(good, p);
    for (apr_size_t i = 0; i + 2 < input.len; i += 3)
        ((unsigned char *)bad.data)[(input.data[i] << 8 | input.data[i + 1]) % bad.len] ^= input.data[i + 2];
    if (input.len % 3 == 1)
        bad.len -= input.data[input.len - 1] < bad.len ? input.data[input.len - 1] : bad.len;
    GA2_HOLDS(opens_whole(bad, p) == ga2_bytes_equal(good, bad));
}

GA2_FUZZ(input, pool)
{
    as_hot_part(input, pool);
    as_changes(input, pool);
    GA2_HOLDS(!opens_whole(input, pool));
}
