/* SPDX-License-Identifier: Apache-2.0
 * ga2_attempt_open. Any text as state: it opens only when we sealed it (a seed has one), and then it has the same
 * fields when it is sealed and opened again. Any bytes inside the seal: what is accepted comes back, too. Any text as
 * the return cookie: it does not open for this attempt. */
#include <string.h>
#include "fuzz.h"
#include "../unit/crypto/lines.h"
#include "codec/base64.h"
#include "crypto/context.h"
#include "crypto/seal.h"
#include "session/attempt.h"
#include <apr_strings.h>

#define CALLBACK "https://good.example/oauth2callback"

static const unsigned char id[GA2_ATTEMPT_ID] = "attempt id 1";

static const ga2_keyring_t *ring(void)
{
    static const ga2_keyring_t *made;
    apr_pool_t *p;

    if (made)
        return made;
    apr_pool_create(&p, NULL);
    ga2_crypto_start(p);
    GA2_HOLDS(!ga2_keyring_parse(&made, ga2_bytes_of(LINE_K "\n"), "keys", p));
    return made;
}

static int same_text(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

/* state opened: whatever came out goes in again. */
static void comes_back(const char *state, apr_pool_t *p)
{
    ga2_attempt_t a, b;

    if (!ga2_attempt_open(&a, state, ring(), CALLBACK, p))
        return;
    GA2_HOLDS(a.scopes && !ga2_attempt_open(&b, state, ring(), CALLBACK "2", p));
    GA2_HOLDS(ga2_attempt_open(&b, ga2_attempt_seal(&a, ring(), CALLBACK, p), ring(), CALLBACK, p));
    GA2_HOLDS(!memcmp(a.id, b.id, sizeof a.id) && a.started == b.started && a.lifetime == b.lifetime
              && a.max_age == b.max_age);
    GA2_HOLDS(!memcmp(a.provider, b.provider, sizeof a.provider) && !memcmp(a.binding, b.binding, sizeof a.binding));
    GA2_HOLDS(same_text(a.scopes, b.scopes) && same_text(a.return_path, b.return_path)
              && same_text(a.acr_values, b.acr_values));
    GA2_HOLDS(a.restarted == b.restarted);
}

GA2_FUZZ(input, pool)
{
    const char *text = apr_pstrmemdup(pool, (const char *)input.data, input.len);
    ga2_attempt_t a = { .started = 0 };
    ga2_bytes_t box = ga2_seal_named(id, ring(), GA2_FOR_STATE, ga2_bytes_of(CALLBACK), input, pool);

    comes_back(text, pool);
    comes_back(ga2_base64url(box, pool), pool);
    memcpy(a.id, id, sizeof id);
    GA2_HOLDS(!ga2_return_open(&a, input, ring(), pool));
}
