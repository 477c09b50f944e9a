/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_STORE_URL_H
#define GA2_STORE_URL_H
/* The URL of a store: SCHEME:PLACE?NAME=VALUE&NAME=VALUE. The place is taken as it stands, nothing is decoded; it
 * ends at the first "?". */
#include "base/bytes.h"

enum { GA2_STORE_URL_MAX = 2048, GA2_STORE_OPTIONS_MAX = 8 };

typedef struct ga2_store_url {
    const char *place;
    int count;
    const char *names[GA2_STORE_OPTIONS_MAX], *values[GA2_STORE_OPTIONS_MAX];
} ga2_store_url_t;

/* `rest` is what follows "SCHEME:". Option names must be among `known` (NULL ends it), each at most once and not
 * empty. NULL, or the sentence that says what is wrong. */
const char *ga2_store_url_parse(ga2_store_url_t *out, const char *rest, const char *const *known, apr_pool_t *p);
/* NULL: not given. */
const char *ga2_store_url_option(const ga2_store_url_t *url, const char *name);
/* "64m", "4g": a whole number of bytes, or of k, m, g or t of them, within least and most. NULL or the sentence. */
const char *ga2_store_size_parse(apr_uint64_t *out, const char *text, apr_uint64_t least, apr_uint64_t most,
                                 apr_pool_t *p);
/* Without a password, printable: for errors. */
const char *ga2_store_url_shown(const char *url, apr_pool_t *p);
#endif
