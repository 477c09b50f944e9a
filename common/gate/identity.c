/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/identity.h"
#include "codec/headers.h"
#include "session/claims.h"
#include "session/xsrf.h"
#include <apr_strings.h>
#include <string.h>

typedef enum { USER, EMAIL, CLAIM, SUBJECT, SCOPES } from_t;

static const struct { const char *header, *variable; from_t from; const char *claim; } lines[] = {
#define GA2_IDENTITY(header, variable, from, claim) { header, variable, from, claim },
#include "gate/identity.def"
};

enum { LINES = sizeof lines / sizeof *lines };

const char *ga2_identity_header(int i)
{
    for (int line = 0; line < LINES; line++)
        if (lines[line].header && i-- == 0)
            return lines[line].header;
    return NULL;
}

/* A provider that does not say email_verified has not verified it. */
static int email_is_verified(const ga2_session_t *s)
{
    ga2_claim_t claim;

    return ga2_claims_find(&claim, s->claims, "email_verified") && claim.type == GA2_CLAIM_BOOLEAN
        && !strcmp(claim.value, "true");
}

static const char *claim_value(const ga2_session_t *s, const char *name)
{
    ga2_claim_t claim;

    return ga2_claims_find(&claim, s->claims, name) ? claim.value : NULL;
}

/* A list of one looks like its element once it is written, but names nobody. */
static const char *text_value(const ga2_session_t *s, const char *name)
{
    ga2_claim_t claim;

    return ga2_claims_find(&claim, s->claims, name) && claim.type == GA2_CLAIM_STRING ? claim.value : NULL;
}

const char *ga2_identity_user(const ga2_config_t *c, const ga2_session_t *s, apr_pool_t *p)
{
    ga2_claim_t claim;

    if (!strcmp(c->user_claim, "sub"))
        return ga2_header_encode(ga2_bytes_of(s->subject), 0, p);
    if (!ga2_claims_find(&claim, s->claims, c->user_claim) || claim.type == GA2_CLAIM_LIST || !claim.value_len)
        return NULL;
    if (!strcmp(c->user_claim, "email") && !email_is_verified(s))
        return NULL;
    return claim.value;
}

int ga2_identity_hands_out_tokens(const ga2_config_t *c)
{
    if (c->bearer != GA2_BEARER_NONE)
        return 1;
    for (int i = 0; c->headers && i < c->headers->nelts; i++) {
        ga2_source_t source = APR_ARRAY_IDX(c->headers, i, ga2_header_rule_t).source;
        if (source == GA2_FROM_ACCESS_TOKEN || source == GA2_FROM_ID_TOKEN)
            return 1;
    }
    return 0;
}

static const char *line_value(const ga2_visitor_t *v, from_t from, const char *claim, apr_pool_t *p)
{
    switch (from) {
    case USER:
        return v->user;
    case EMAIL:
        return email_is_verified(v->session) ? text_value(v->session, claim) : NULL;
    case CLAIM:
        return claim_value(v->session, claim);
    case SUBJECT:
        return ga2_header_encode(ga2_bytes_of(v->session->subject), 0, p);
    case SCOPES:
    default:                            /* the provider's own words: nobody has looked at their bytes yet */
        return ga2_header_encode(ga2_bytes_of(v->session->granted), 0, p);
    }
}

static const char *rule_value(const ga2_visitor_t *v, const ga2_header_rule_t *rule, apr_pool_t *p)
{
    const ga2_session_t *s = v->session;

    switch (rule->source) {
    case GA2_FROM_TEXT:
        return rule->argument;
    case GA2_FROM_CLAIM:
        return strcmp(rule->argument, "sub") ? claim_value(s, rule->argument) : line_value(v, SUBJECT, NULL, p);
    case GA2_FROM_ACCESS_TOKEN:
        return v->tokens ? ga2_secret_reveal_text(v->tokens->access_token) : NULL;
    case GA2_FROM_ID_TOKEN:
        return v->tokens ? ga2_secret_reveal_text(v->tokens->id_token) : NULL;
    case GA2_FROM_SCOPES:
        return line_value(v, SCOPES, NULL, p);
    case GA2_FROM_EXPIRES:
        return s->token_expires ? apr_psprintf(p, "%" APR_INT64_T_FMT, apr_time_sec(s->token_expires)) : NULL;
    case GA2_FROM_XSRF:
    default:
        return ga2_xsrf_make(v->ring, (ga2_bytes_t){ s->id, sizeof s->id }, "application", v->now, p);
    }
}

static void send_bearer(const ga2_visitor_t *v, const ga2_identity_sink_t *sink, apr_pool_t *p)
{
    const ga2_secret_t *token = !v->tokens ? NULL
        : v->config->bearer == GA2_BEARER_ACCESS ? v->tokens->access_token : v->tokens->id_token;

    if (v->config->bearer != GA2_BEARER_NONE && token)
        sink->header(sink->baton, "Authorization", apr_pstrcat(p, "Bearer ", ga2_secret_reveal_text(token), NULL));
}

void ga2_identity_send(const ga2_visitor_t *v, const ga2_identity_sink_t *sink, apr_pool_t *p)
{
    const apr_array_header_t *rules = v->config->headers;

    for (int i = 0; i < LINES; i++) {
        const char *value = line_value(v, lines[i].from, lines[i].claim, p);
        if (!value || !*value)
            continue;
        if (lines[i].header && sink->header)
            sink->header(sink->baton, lines[i].header, value);
        if (sink->variable)
            sink->variable(sink->baton, lines[i].variable, value);
    }
    if (!sink->header)
        return;
    for (int i = 0; rules && i < rules->nelts; i++) {
        const ga2_header_rule_t *rule = &APR_ARRAY_IDX(rules, i, ga2_header_rule_t);
        const char *value = rule_value(v, rule, p);
        if (value && *value)
            sink->header(sink->baton, rule->name, value);
    }
    send_bearer(v, sink, p);
}
