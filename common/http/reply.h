/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_HTTP_REPLY_H
#define GA2_HTTP_REPLY_H
/* A reply as it arrives: header lines, then pieces of the body, each looked at before more is let in. For curl.c and
 * the fuzz target. */
#include "http/client.h"

enum { GA2_HTTP_HEADERS_MAX = 65536, GA2_HTTP_BODY_MAX = 1 << 20 };

typedef struct ga2_http_arrival {
    ga2_http_reply_t reply;         /* all but status and peer_is_private; complete after _end */
    const char *refused;            /* which rule the reply broke; NULL: none so far */
    apr_pool_t *p;
    apr_size_t limit, room, headers;
    unsigned char *body;            /* room + 1 bytes */
    int challenges;
    int informational;
    int in_body;                    /* the headers are complete; libcurl does not mind when they are not */
} ga2_http_arrival_t;

/* limit 0: GA2_HTTP_BODY_MAX. */
void ga2_http_arrival_begin(ga2_http_arrival_t *a, apr_size_t limit, apr_pool_t *p);
/* One line, status lines, the empty line and trailers among them. 0: refused, read no further. */
int ga2_http_arrival_header(ga2_http_arrival_t *a, const char *line, apr_size_t len);
int ga2_http_arrival_body(ga2_http_arrival_t *a, const void *data, apr_size_t len);
/* Nothing more comes. The body may hold tokens: it is wiped with the pool. */
void ga2_http_arrival_end(ga2_http_arrival_t *a);
#endif
