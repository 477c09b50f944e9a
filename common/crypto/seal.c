/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"
#include "base/rand.h"
#include "crypto/aead.h"
#include <string.h>

enum { VERSION = 1, ID_AT = 1, NONCE_AT = 5, TEXT_AT = NONCE_AT + GA2_AEAD_NONCE };
_Static_assert(TEXT_AT + GA2_AEAD_TAG == GA2_SEAL_EXTRA, "the parts make up the box");

ga2_bytes_t ga2_seal_named(const unsigned char nonce[12], const ga2_keyring_t *ring, ga2_purpose_t purpose,
                           ga2_bytes_t bound, ga2_bytes_t plain, apr_pool_t *p)
{
    unsigned char *box = apr_palloc(p, plain.len + GA2_SEAL_EXTRA);
    apr_uint32_t id = ga2_keyring_id(ring, 0);

    box[0] = VERSION;
    for (int i = 0; i < 4; i++)
        box[ID_AT + i] = (unsigned char)(id >> (24 - 8 * i));
    memcpy(box + NONCE_AT, nonce, GA2_AEAD_NONCE);
    ga2_aead_seal(box + TEXT_AT, &(ga2_aead_t){ ga2_keyring_key(ring, 0, purpose), box + NONCE_AT, bound }, plain);
    return (ga2_bytes_t){ box, plain.len + GA2_SEAL_EXTRA };
}

ga2_error_t *ga2_seal(ga2_bytes_t *out, const ga2_keyring_t *ring, ga2_purpose_t purpose,
                      ga2_bytes_t bound, ga2_bytes_t plain, apr_pool_t *p)
{
    unsigned char nonce[GA2_AEAD_NONCE];

    GA2_TRY(ga2_random(nonce, sizeof(nonce), p));
    *out = ga2_seal_named(nonce, ring, purpose, bound, plain, p);
    return NULL;
}

const unsigned char *ga2_seal_name(ga2_bytes_t box) { return box.data + NONCE_AT; }

/* The key that made this box, or NULL. */
static const unsigned char *key_of(ga2_bytes_t box, const ga2_keyring_t *ring, ga2_purpose_t purpose)
{
    apr_uint32_t id = 0;
    int i;

    if (box.len < GA2_SEAL_EXTRA || box.data[0] != VERSION)
        return NULL;
    for (i = 0; i < 4; i++)
        id = id << 8 | box.data[ID_AT + i];
    i = ga2_keyring_find(ring, id);
    return i < 0 ? NULL : ga2_keyring_key(ring, i, purpose);
}

int ga2_unseal(ga2_bytes_t *out, const ga2_keyring_t *ring, ga2_purpose_t purpose,
               ga2_bytes_t bound, ga2_bytes_t box, apr_pool_t *p)
{
    const unsigned char *key = key_of(box, ring, purpose);
    unsigned char *plain;

    *out = GA2_NO_BYTES;
    if (!key)
        return 0;
    plain = apr_palloc(p, box.len - GA2_SEAL_EXTRA + 1);
    if (!ga2_aead_open(plain, &(ga2_aead_t){ key, box.data + NONCE_AT, bound },
                       (ga2_bytes_t){ box.data + TEXT_AT, box.len - TEXT_AT }))
        return 0;
    plain[box.len - GA2_SEAL_EXTRA] = 0;
    *out = (ga2_bytes_t){ plain, box.len - GA2_SEAL_EXTRA };
    return 1;
}
