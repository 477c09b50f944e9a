/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_FAKE_INCOMING_H
#define GA2_TESTS_FAKE_INCOMING_H
/* A request as a host would hand it to the gate, and configurations written as their lines. */
#include "config/config.h"
#include "gate/request.h"

#define FAKE_ORIGIN "https://good.example"
enum { FAKE_HEADERS_MAX = 6 };

typedef struct fake_incoming {
    ga2_request_t request;              /* give &incoming->request to the gate */
    const char *headers[FAKE_HEADERS_MAX];  /* "Name: value" */
    const char *body;
    int bodies;                         /* how often the body was read */
} fake_incoming_t;

/* A page that a browser opens over https: target with query, the rest is the caller's to change. */
fake_incoming_t *fake_incoming_make(const char *method, const char *target, apr_pool_t *p);
/* Another header. */
void fake_incoming_add(fake_incoming_t *in, const char *header);
/* The same without any header. */
fake_incoming_t *fake_incoming_bare(const char *method, const char *target, apr_pool_t *p);

/* Defaults, then these lines (NULL ends them); with a provider when they name one. Aborts when a line is wrong. */
ga2_config_t *fake_config(const char *const *lines, apr_pool_t *p);
#define FAKE_CONFIG(p, ...) fake_config((const char *const[]){ __VA_ARGS__, NULL }, p)
#endif
