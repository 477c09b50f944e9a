/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_BASE64_H
#define GA2_CODEC_BASE64_H
/* base64url without padding (RFC 4648 5, RFC 7515 2) and standard base64 with it (RFC 4648 4).
 * Decoding is strict: one spelling for each value, so no space, no foreign alphabet, no stray bits at the end. */
#include "base/bytes.h"

#define GA2_BASE64URL_LEN(n) (((n) * 4 + 2) / 3)      /* characters for n bytes, without padding */

/* Write GA2_BASE64URL_LEN(len) characters to out, no NUL. */
void ga2_base64url_write(char *out, const void *bytes, apr_size_t len);
const char *ga2_base64url(ga2_bytes_t bytes, apr_pool_t *p);
/* Decode len characters into out, which has room for len * 3 / 4 bytes. 1, or 0 when the text is not canonical.
 * Allocates nothing. */
int ga2_base64url_read(unsigned char *out, apr_size_t *out_len, const char *text, apr_size_t len);
/* The same into p. */
int ga2_base64url_decode(ga2_bytes_t *out, const char *text, apr_size_t len, apr_pool_t *p);

const char *ga2_base64(ga2_bytes_t bytes, apr_pool_t *p);
/* Padding is required; with `loose`, line breaks, spaces and tabs are skipped, as PEM and x5c have them. */
int ga2_base64_decode(ga2_bytes_t *out, const char *text, apr_size_t len, int loose, apr_pool_t *p);
#endif
