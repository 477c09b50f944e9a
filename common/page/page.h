/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_PAGE_PAGE_H
#define GA2_PAGE_PAGE_H
/* What the gate decided to answer itself, as status, headers and body. Hosts write it out as it is.
 * People get a page without script and without anything from elsewhere; programs get JSON. */
#include "gate/gate.h"

typedef struct ga2_reply {
    int status;
    apr_table_t *headers;               /* everything but Content-Length; Set-Cookie may come several times */
    const char *content_type;
    const char *body;
} ga2_reply_t;

/* For a decision that is ANSWER or REFUSE. `reference` is what the log line of this request has, too. */
void ga2_page_reply(ga2_reply_t *out, const ga2_case_t *k, const ga2_decision_t *d, const char *reference);
/* A short name for one event, such as "7GQ2-M4XK": easy to read out, not secret. */
const char *ga2_page_reference(apr_time_t now, apr_pool_t *p);

/* The parts of a page: plain text each, escaped here. NULL: left out. */
typedef struct ga2_page {
    const char *title, *text, *message;
    const char *code, *reference;
    const char *link, *link_text;       /* where to go on */
    const char *action, *xsrf, *button; /* a form with one button */
} ga2_page_t;
/* HTML; *style_hash is what Content-Security-Policy needs to allow its style. */
const char *ga2_page_html(const ga2_page_t *page, const char **style_hash, apr_pool_t *p);
/* The same words put into the administrator's own page: {{title}} and the rest. */
const char *ga2_page_fill(const char *html, const ga2_page_t *page, apr_pool_t *p);
#endif
