/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_HEADERS_H
#define GA2_CODEC_HEADERS_H
/* HTTP header names and values (RFC 9110). */
#include "base/bytes.h"
#include <apr_time.h>

/* A value that may be sent to a backend: printable ASCII stays, "%" and every other byte become %XX, so that two
 * different values never look the same. A "," is encoded too when `in_list`, since it divides the items of a list. */
const char *ga2_header_encode(ga2_bytes_t value, int in_list, apr_pool_t *p);
/* Whether the value would stay as it is. */
int ga2_header_is_plain(ga2_bytes_t value, int in_list);

/* Two header names that some server or gateway could take for each other: letters folded, every other byte "-".
 * "X_Auth.Request-USER" is "x-auth-request-user". Returns 1 when `name` in this form equals `canonical`. */
int ga2_header_is_alias(const char *name, const char *canonical);
const char *ga2_header_canonical(const char *name, apr_pool_t *p);
/* A header name that may be written in a configuration: RFC 9110 token of letters, digits and "-". */
int ga2_header_name_ok(const char *name);
/* "Connection: keep-alive, x-user" without the tokens that are an alias of one of `names` (canonical; NULL ends
 * them). The text itself when none is there, NULL when nothing is left. */
const char *ga2_header_without_tokens(const char *connection, const char *const *names, apr_pool_t *p);
/* Does a comma-separated list of tokens hold this one (any case)? */
int ga2_header_has_token(const char *list, const char *token);

/* Seconds that Cache-Control lets a reply be kept (max-age, 0 for no-store and no-cache), or -1 when it does not
 * say. Huge numbers are clamped, broken ones count as not said. */
apr_int64_t ga2_header_max_age(const char *cache_control);
/* Seconds of Retry-After when it is a number, clamped to a day; -1 otherwise. */
apr_int64_t ga2_header_retry_after(const char *retry_after);
#endif
