/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CODEC_COOKIE_H
#define GA2_CODEC_COOKIE_H
/* The Cookie header, read as browsers write it (RFC 6265bis 5.8.3): pairs divided by ";". A host that joined two
 * headers may have put ", " between them: a pair whose name is one of ours is found behind that, too. No browser sends
 * two headers (RFC 6265bis 5.8.3), but a neighbouring site can set a cookie whose value reads "1, name=…". So a value
 * behind ", " is counted and stripped, but never given: no bytes are stored for it. */
#include "base/bytes.h"

enum { GA2_COOKIE_VALUES_MAX = 4 };

/* Every value of the cookie `name`: exact name, no quotes taken off. Returns how many were found; at most
 * GA2_COOKIE_VALUES_MAX are stored. The values point into `header`. Allocates nothing. */
int ga2_cookie_find(ga2_bytes_t values[GA2_COOKIE_VALUES_MAX], const char *header, const char *name);
/* The header without any cookie whose name is one of `names` (NULL ends them). The header itself when none of them
 * is there; NULL when nothing is left. */
const char *ga2_cookie_strip(const char *header, const char *const *names, apr_pool_t *p);
#endif
