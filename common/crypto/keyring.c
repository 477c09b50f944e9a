/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/keyring.h"
#include "base/secret.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/keyring_text.h"
#include <stdatomic.h>

typedef struct ring_key {
    apr_uint32_t id;
    char made[21];
    unsigned char subkeys[GA2_PURPOSES][GA2_KEY_LEN];
} ring_key_t;

struct ga2_keyring {
    apr_uint64_t serial;            /* no other ring of this process has or had it */
    int count;
    ring_key_t keys[GA2_KEYS_MAX];
};

static const char *const labels[] = {
#define GA2_PURPOSE(name, label) [GA2_FOR_##name] = label,
#include "crypto/purposes.def"
};

static void derive(ring_key_t *out, const ga2_key_line_t *line)
{
    out->id = line->id;
    memcpy(out->made, line->made, sizeof(out->made));
    for (int i = 0; i < GA2_PURPOSES; i++)
        ga2_hkdf_sha256(out->subkeys[i], (ga2_bytes_t){ line->key, GA2_KEY_LEN }, labels[i]);
}

ga2_error_t *ga2_keyring_parse(const ga2_keyring_t **out, ga2_bytes_t text, const char *where, apr_pool_t *p)
{
    static atomic_ullong serials;
    ga2_keyring_t *ring;
    ga2_key_lines_t *lines;

    GA2_TRY(ga2_key_lines_parse(&lines, text, where, p));
    ring = apr_pcalloc(p, sizeof(*ring));
    ga2_wipe_with(p, ring, sizeof(*ring));
    ring->serial = atomic_fetch_add(&serials, 1) + 1;
    ring->count = lines->count;
    for (int i = 0; i < lines->count; i++)
        derive(&ring->keys[i], &lines->at[i]);
    ga2_wipe(lines, sizeof(*lines));
    *out = ring;
    return NULL;
}

int ga2_keyring_count(const ga2_keyring_t *ring) { return ring->count; }
apr_uint32_t ga2_keyring_id(const ga2_keyring_t *ring, int i) { return ring->keys[i].id; }
const char *ga2_keyring_made(const ga2_keyring_t *ring, int i) { return ring->keys[i].made; }

int ga2_keyring_find(const ga2_keyring_t *ring, apr_uint32_t id)
{
    for (int i = 0; i < ring->count; i++)
        if (ring->keys[i].id == id)
            return i;
    return -1;
}

const unsigned char *ga2_keyring_key(const ga2_keyring_t *ring, int i, ga2_purpose_t purpose)
{
    return ring->keys[i].subkeys[purpose];
}

/* The thread's AES key is changed only when another one was used last. A key's address alone does not say that: a
 * ring may lie where an older one lay. The serial does. */
void ga2_keyring_mix(unsigned char out[32], const ga2_keyring_t *ring, int i, ga2_purpose_t purpose,
                     const unsigned char secret[32])
{
    ga2_crypto_thread_t *t = ga2_crypto_thread();
    const unsigned char *key = ring->keys[i].subkeys[purpose];
    int len;

    if (t->ecb_owner != key || t->ecb_serial != ring->serial) {
        if (EVP_EncryptInit_ex2(t->ecb, NULL, key, NULL, NULL) != 1)
            ga2_crypto_die("AES-256");
        t->ecb_owner = key;
        t->ecb_serial = ring->serial;
    }
    if (EVP_EncryptUpdate(t->ecb, out, &len, secret, 32) != 1 || len != 32)
        ga2_crypto_die("AES-256");
}

static void mac_with(unsigned char out[32], const ga2_keyring_t *ring, int i, ga2_purpose_t purpose, ga2_bytes_t data)
{
    ga2_hmac_sha256(out, (ga2_bytes_t){ ring->keys[i].subkeys[purpose], GA2_KEY_LEN }, data);
}

void ga2_keyring_mac(unsigned char out[32], const ga2_keyring_t *ring, ga2_purpose_t purpose, ga2_bytes_t data)
{
    mac_with(out, ring, 0, purpose, data);
}

int ga2_keyring_mac_ok(const unsigned char mac[32], const ga2_keyring_t *ring, ga2_purpose_t purpose, ga2_bytes_t data)
{
    unsigned char good[32];
    int ok = 0;

    for (int i = 0; i < ring->count; i++) {
        mac_with(good, ring, i, purpose, data);
        ok |= ga2_same_bytes(mac, good, sizeof(good));
    }
    ga2_wipe(good, sizeof(good));
    return ok;
}
