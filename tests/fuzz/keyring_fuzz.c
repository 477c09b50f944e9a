/* SPDX-License-Identifier: Apache-2.0
 * ga2_keyring_parse and the text of key files: a file that is taken has 1 to 16 keys with ids of their own, and says
 * the same when it is written again. */
#include <string.h>
#include "fuzz.h"
#include "crypto/context.h"
#include "crypto/keyring_text.h"

static void start_once(void)
{
    static apr_pool_t *p;

    if (p)
        return;
    apr_pool_create(&p, NULL);
    ga2_crypto_start(p);
}

static void same_lines(const ga2_key_lines_t *a, const ga2_key_lines_t *b)
{
    GA2_HOLDS(a->count == b->count);
    for (int i = 0; i < a->count; i++) {
        GA2_HOLDS(a->at[i].id == b->at[i].id);
        GA2_HOLDS(strlen(a->at[i].made) == 20 && strcmp(a->at[i].made, b->at[i].made) == 0);
        GA2_HOLDS(memcmp(a->at[i].key, b->at[i].key, GA2_KEY_LEN) == 0);
    }
}

GA2_FUZZ(input, p)
{
    ga2_key_lines_t *lines, *again;
    const ga2_keyring_t *ring;

    start_once();
    if (ga2_keyring_parse(&ring, input, "keys", p)) {
        GA2_HOLDS(ga2_key_lines_parse(&lines, input, "keys", p));
        return;
    }
    GA2_HOLDS(ga2_keyring_count(ring) >= 1 && ga2_keyring_count(ring) <= GA2_KEYS_MAX);
    for (int i = 0; i < ga2_keyring_count(ring); i++)
        GA2_HOLDS(ga2_keyring_find(ring, ga2_keyring_id(ring, i)) == i);
    GA2_HOLDS(!ga2_key_lines_parse(&lines, input, "keys", p));
    GA2_HOLDS(lines->count == ga2_keyring_count(ring));
    GA2_HOLDS(!ga2_key_lines_parse(&again, ga2_key_lines_print(lines, p), "keys", p));
    same_lines(lines, again);
}
