/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_SESSION_HOT_H
#define GA2_TESTS_SESSION_HOT_H
/* The hot part of a session record in plain bytes, out and in again: only so can a test damage what is inside the seal.
 * Offsets are those that session/record.c promises never to change. */
#include <string.h>
#include "crypto/aead.h"
#include "session/record.h"

enum { HOT_AT = 24, HOT_LEN_AT = 20, HOT_HEAD = 112, HOT_TEXT_LENS = 84, HOT_CLAIMS_LEN = 104 };

/* The record's hot part opened, in p. */
static inline ga2_bytes_t hot_open(const ga2_session_t *s, ga2_bytes_t record, const ga2_keyring_t *ring, apr_pool_t *p)
{
    unsigned char key[GA2_AEAD_KEY], *plain;
    ga2_aead_t aead = { key, record.data + 8, ga2_bytes_of("hot") };
    apr_uint32_t len;

    memcpy(&len, record.data + HOT_LEN_AT, sizeof len);
    plain = apr_palloc(p, len + 1);
    ga2_keyring_mix(key, ring, 0, GA2_FOR_SESSION, s->secret);
    if (!ga2_aead_open(plain, &aead, (ga2_bytes_t){ record.data + HOT_AT, len + GA2_AEAD_TAG }))
        return GA2_NO_BYTES;
    return (ga2_bytes_t){ plain, len };
}

/* A record with any bytes as its hot part, and no cold one. */
static inline ga2_bytes_t hot_seal(const ga2_session_t *s, ga2_bytes_t plain, const ga2_keyring_t *ring, apr_pool_t *p)
{
    unsigned char key[GA2_AEAD_KEY], *record = apr_pcalloc(p, HOT_AT + plain.len + GA2_AEAD_TAG);
    ga2_aead_t aead = { key, record + 8, ga2_bytes_of("hot") };
    apr_uint32_t len = (apr_uint32_t)plain.len, id = ga2_keyring_id(ring, 0);

    record[0] = 1;
    memcpy(record + 4, &id, sizeof id);
    memset(record + 8, 'n', GA2_AEAD_NONCE);
    memcpy(record + HOT_LEN_AT, &len, sizeof len);
    ga2_keyring_mix(key, ring, 0, GA2_FOR_SESSION, s->secret);
    ga2_aead_seal(record + HOT_AT, &aead, plain);
    return (ga2_bytes_t){ record, HOT_AT + plain.len + GA2_AEAD_TAG };
}
#endif
