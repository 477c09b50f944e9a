/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_SESSION_XSRF_H
#define GA2_SESSION_XSRF_H
/* Tokens that prove that a form or script of ours sent a request: HMAC-SHA256 over length-prefixed user, action and
 * time under a key of the key file. The time is in the token; nothing is stored. */
#include "base/bytes.h"
#include "crypto/keyring.h"
#include <apr_time.h>

/* `user` is whatever the token is good for: a session's id. */
const char *ga2_xsrf_make(const ga2_keyring_t *ring, ga2_bytes_t user, const char *action, apr_time_t now,
                          apr_pool_t *p);
/* 1 when it was made for this user and action at most `lifetime` ago, and not in the future. */
int ga2_xsrf_ok(const char *token, const ga2_keyring_t *ring, ga2_bytes_t user, const char *action, apr_time_t now,
                apr_interval_time_t lifetime);
#endif
