/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_HTTP_H
#define GA2_TESTS_FAKE_HTTP_H
/* A scripted way out: what each address answers, and what was asked of it. Many threads may ask at once; the script is
 * written before they do. An address without a rule is not reachable. */
#include "http/client.h"
#include <apr_tables.h>
#include <pthread.h>

typedef struct fake_rule {
    const char *url;                    /* what the URL begins with */
    ga2_code_t error;                   /* GA2_E_COUNT: none */
    ga2_http_reply_t reply;
    apr_interval_time_t delay;          /* before it answers */
    void (*during)(void *baton, const ga2_http_request_t *request);     /* while it is waited for; NULL: nothing */
    void *baton;
} fake_rule_t;

typedef struct fake_request {           /* a copy; secrets are plain text here */
    const char *url, *accept, *bearer, *basic_user, *basic_password, *form, *ca_file, *proxy;
    apr_interval_time_t timeout;
    apr_size_t limit;
    int private_ok;
} fake_request_t;

typedef struct fake_http {
    ga2_http_t base;                    /* give &fake->base to what is tested */
    apr_pool_t *p;
    pthread_mutex_t lock;
    apr_array_header_t *rules;          /* of fake_rule_t *; the newest that fits counts */
    apr_array_header_t *requests;       /* of fake_request_t, in order */
} fake_http_t;

fake_http_t *fake_http_make(apr_pool_t *p);
/* A new rule: 200 with this JSON, of which nothing says how long it may be kept. The caller may change it. */
fake_rule_t *fake_http_json(fake_http_t *h, const char *url, const char *json);
/* A rule with any status and type. */
fake_rule_t *fake_http_answer(fake_http_t *h, const char *url, int status, const char *type, const char *body);
/* A rule that fails. */
fake_rule_t *fake_http_error(fake_http_t *h, const char *url, ga2_code_t code);
/* How many requests went to URLs that begin like this; "" counts all. */
int fake_http_count(fake_http_t *h, const char *url);
/* The newest request; there must be one. */
const fake_request_t *fake_http_last(const fake_http_t *h);
#endif
