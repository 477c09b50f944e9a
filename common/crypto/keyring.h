/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_KEYRING_H
#define GA2_CRYPTO_KEYRING_H
/* The key file: text, mode 0600, one key a line, newest first.
 *
 *     # mod_goauth2 keys: the first seals, all open. Keep this file secret.
 *     9f2c1a77 2026-11-24T09:30:00Z wJ0…43 characters of base64url…
 *
 * The first key seals, every key opens, so a key can be replaced without ending a session. The same file on several
 * machines makes one realm. */
#include "base/bytes.h"
#include "base/error.h"
#include <apr_time.h>
#include <sys/types.h>

typedef enum {
#define GA2_PURPOSE(name, label) GA2_FOR_##name,
#include "crypto/purposes.def"
    GA2_PURPOSES
} ga2_purpose_t;

enum { GA2_KEYS_MAX = 16, GA2_KEY_LEN = 32 };

typedef struct ga2_keyring ga2_keyring_t;

/* Read a key file. Missing, damaged, empty or readable by others is an error (KEYS) that says what to write. */
GA2_MUST_USE ga2_error_t *ga2_keyring_load(const ga2_keyring_t **out, const char *path, apr_pool_t *p);
/* From text already read; `where` names it in errors. */
GA2_MUST_USE ga2_error_t *ga2_keyring_parse(const ga2_keyring_t **out, ga2_bytes_t text, const char *where,
                                            apr_pool_t *p);
/* Make the file with one new key, unless it is there; two processes may try at once. With uid or gid not -1 the file
 * is given to them (root only). */
GA2_MUST_USE ga2_error_t *ga2_keyring_ensure(const char *path, uid_t uid, gid_t gid, apr_time_t now, apr_pool_t *p);
/* A new first key, keeping at most `keep` of the old ones; the file is replaced in one step, its owner kept. */
GA2_MUST_USE ga2_error_t *ga2_keyring_rotate(const char *path, int keep, apr_time_t now, apr_pool_t *p);

/* Keys by position, newest first. */
int ga2_keyring_count(const ga2_keyring_t *ring);
apr_uint32_t ga2_keyring_id(const ga2_keyring_t *ring, int i);
const char *ga2_keyring_made(const ga2_keyring_t *ring, int i);          /* "2026-11-24T09:30:00Z" */
/* The position of the key with this id, or -1. */
int ga2_keyring_find(const ga2_keyring_t *ring, apr_uint32_t id);
/* Key i's own key for a purpose: 32 bytes that live as long as the ring. */
const unsigned char *ga2_keyring_key(const ga2_keyring_t *ring, int i, ga2_purpose_t purpose);

/* The key of one record: two AES-256 blocks of `secret` (32 random bytes) under key i's purpose key. As AES is a
 * permutation nobody can predict without its key, the result is as random as the secret to whoever lacks the secret
 * or the key file. Some 330 instructions, where HMAC-SHA256 takes more than ten thousand. */
void ga2_keyring_mix(unsigned char out[32], const ga2_keyring_t *ring, int i, ga2_purpose_t purpose,
                     const unsigned char secret[32]);
/* HMAC-SHA256 under the first key's purpose key, and whether `mac` is one under any key (constant time). */
void ga2_keyring_mac(unsigned char out[32], const ga2_keyring_t *ring, ga2_purpose_t purpose, ga2_bytes_t data);
int ga2_keyring_mac_ok(const unsigned char mac[32], const ga2_keyring_t *ring, ga2_purpose_t purpose, ga2_bytes_t data);
#endif
