/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"
#include "base/text.h"
#include <apr_strings.h>
#include <stdlib.h>

static const fake_rule_t *rule_for(const fake_http_t *h, const char *url)
{
    for (int i = h->rules->nelts - 1; i >= 0; i--) {
        const fake_rule_t *rule = APR_ARRAY_IDX(h->rules, i, fake_rule_t *);
        if (ga2_text_begins(url, rule->url))
            return rule;
    }
    return NULL;
}

static void record(fake_http_t *h, const ga2_http_request_t *r)
{
    APR_ARRAY_PUSH(h->requests, fake_request_t) = (fake_request_t){
        .url = apr_pstrdup(h->p, r->url), .accept = apr_pstrdup(h->p, r->accept),
        .bearer = apr_pstrdup(h->p, ga2_secret_reveal_text(r->bearer)),
        .basic_user = apr_pstrdup(h->p, r->basic_user),
        .basic_password = apr_pstrdup(h->p, ga2_secret_reveal_text(r->basic_password)),
        .form = apr_pstrdup(h->p, ga2_secret_reveal_text(r->form)),
        .ca_file = r->settings ? r->settings->ca_file : NULL, .proxy = r->settings ? r->settings->proxy : NULL,
        .timeout = r->settings ? r->settings->timeout : 0, .limit = r->limit, .private_ok = r->private_ok };
}

static ga2_error_t *answer(ga2_http_reply_t *out, const ga2_http_t *self, const ga2_http_request_t *request,
                           apr_pool_t *p)
{
    fake_http_t *h = (fake_http_t *)self;
    const fake_rule_t *rule;

    pthread_mutex_lock(&h->lock);
    record(h, request);
    rule = rule_for(h, request->url);
    pthread_mutex_unlock(&h->lock);
    if (!rule)
        return ga2_fail(p, HTTP_UNREACHABLE, NULL, "there is no rule for this address");
    if (rule->delay)
        apr_sleep(rule->delay);
    if (rule->during)
        rule->during(rule->baton, request);
    if (rule->error != GA2_E_COUNT)
        return ga2_error_make(p, GA2_WHERE, rule->error, NULL, "as the script says");
    *out = rule->reply;
    out->body = ga2_bytes_copy(rule->reply.body, p);        /* who asked may wipe it */
    return NULL;
}

fake_http_t *fake_http_make(apr_pool_t *p)
{
    fake_http_t *h = apr_pcalloc(p, sizeof(*h));

    h->base.send = answer;
    apr_pool_create(&h->p, p);
    pthread_mutex_init(&h->lock, NULL);
    h->rules = apr_array_make(h->p, 8, sizeof(fake_rule_t *));
    h->requests = apr_array_make(h->p, 8, sizeof(fake_request_t));
    return h;
}

fake_rule_t *fake_http_answer(fake_http_t *h, const char *url, int status, const char *type, const char *body)
{
    fake_rule_t *rule = apr_pcalloc(h->p, sizeof(*rule));

    *rule = (fake_rule_t){ .url = url, .error = GA2_E_COUNT, .reply = { .status = status, .content_type = type,
        .body = ga2_bytes_of(body), .max_age = -1, .retry_after = -1 } };
    APR_ARRAY_PUSH(h->rules, fake_rule_t *) = rule;
    return rule;
}

fake_rule_t *fake_http_json(fake_http_t *h, const char *url, const char *json)
{
    return fake_http_answer(h, url, 200, "application/json", json);
}

fake_rule_t *fake_http_error(fake_http_t *h, const char *url, ga2_code_t code)
{
    fake_rule_t *rule = fake_http_answer(h, url, 0, "", "");

    rule->error = code;
    return rule;
}

int fake_http_count(fake_http_t *h, const char *url)
{
    int n = 0;

    pthread_mutex_lock(&h->lock);
    for (int i = 0; i < h->requests->nelts; i++)
        n += ga2_text_begins(APR_ARRAY_IDX(h->requests, i, fake_request_t).url, url);
    pthread_mutex_unlock(&h->lock);
    return n;
}

const fake_request_t *fake_http_last(const fake_http_t *h)
{
    if (!h->requests->nelts)
        abort();
    return &APR_ARRAY_IDX(h->requests, h->requests->nelts - 1, fake_request_t);
}
