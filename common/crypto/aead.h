/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_AEAD_H
#define GA2_CRYPTO_AEAD_H
/* AES-256-GCM (NIST SP 800-38D) into buffers of the caller. Allocates nothing. A key seals at most 2^32 boxes with
 * random nonces; every key here seals far fewer. */
#include "base/bytes.h"

enum { GA2_AEAD_KEY = 32, GA2_AEAD_NONCE = 12, GA2_AEAD_TAG = 16 };

typedef struct ga2_aead {           /* one box's key, nonce and what it is bound to */
    const unsigned char *key;       /* GA2_AEAD_KEY bytes */
    const unsigned char *nonce;     /* GA2_AEAD_NONCE bytes, never twice with this key */
    ga2_bytes_t bound;              /* additional data; may be none */
} ga2_aead_t;

/* out takes plain.len + GA2_AEAD_TAG bytes. */
void ga2_aead_seal(unsigned char *out, const ga2_aead_t *a, ga2_bytes_t plain);
/* out takes box.len - GA2_AEAD_TAG bytes, which are meaningless unless 1 is returned. 0: not ours, or changed. */
int ga2_aead_open(unsigned char *out, const ga2_aead_t *a, ga2_bytes_t box);
#endif
