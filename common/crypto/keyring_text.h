/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_KEYRING_TEXT_H
#define GA2_CRYPTO_KEYRING_TEXT_H
/* The text of a key file, for keyring.c and keyring_file.c only: the keys themselves appear nowhere else. */
#include "crypto/keyring.h"

typedef struct ga2_key_line {
    apr_uint32_t id;                /* the first 4 bytes of the key's SHA-256 */
    char made[21];
    unsigned char key[GA2_KEY_LEN];
} ga2_key_line_t;

typedef struct ga2_key_lines {
    int count;
    ga2_key_line_t at[GA2_KEYS_MAX];
} ga2_key_lines_t;

/* Wiped with p, and sooner by whoever is done with it. Code KEYS, naming `where`, the line and what is wrong. */
GA2_MUST_USE ga2_error_t *ga2_key_lines_parse(ga2_key_lines_t **out, ga2_bytes_t text, const char *where,
                                              apr_pool_t *p);
/* The whole file; wiped with p. */
ga2_bytes_t ga2_key_lines_print(const ga2_key_lines_t *lines, apr_pool_t *p);
/* A new key in front of at most `keep` of the others. */
GA2_MUST_USE ga2_error_t *ga2_key_lines_renew(ga2_key_lines_t *lines, int keep, apr_time_t now, apr_pool_t *p);
#endif
