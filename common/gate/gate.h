/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_GATE_GATE_H
#define GA2_GATE_GATE_H
/* What to do with one request. Pure: no I/O, no clock, no randomness; the same facts give the same decision. The policy
 * is an ordered table of named rules (gate.c, and one table for each path of our own); the first that answers wins. */
#include "codec/form.h"
#include "gate/request.h"
#include "gate/site.h"
#include "oauth/metadata.h"
#include "session/attempt.h"
#include "session/session.h"

typedef enum {
#define GA2_NEED(name, fetch) GA2_NEED_##name,
#include "gate/needs.def"
    GA2_NEEDS
} ga2_need_t;

typedef enum {
    GA2_NEXT,                   /* this rule has nothing to say */
    GA2_NEED,                   /* it cannot say before it has the fact `need` */
    GA2_PASS,                   /* let the request through, as `user` or (aware) as nobody */
    GA2_ANSWER,                 /* answer it here */
    GA2_REFUSE                  /* answer it with `error` */
} ga2_verdict_t;

typedef enum {                  /* how page/ makes the answer */
    GA2_ANSWER_REDIRECT,        /* to `location` */
    GA2_ANSWER_ARRIVE,          /* a page that goes on to `location` by itself */
    GA2_ANSWER_SIGN_IN,         /* 401 and, in JSON, where to sign in */
    GA2_ANSWER_USERINFO,        /* JSON about the session's user */
    GA2_ANSWER_CONFIRM,         /* the page that asks whether to sign out */
    GA2_ANSWER_SIGNED_OUT       /* the page that says so */
} ga2_answer_t;

enum { GA2_COOKIES_MAX = 3, GA2_ROUNDS_MAX = 3, GA2_ROUNDS_S = 60, GA2_XSRF_LIFE_S = 3600 };

/* What a new attempt to sign in is for. */
typedef struct ga2_ask {
    const ga2_provider_t *provider;
    const char *scopes, *return_path;
    int restarted;
} ga2_ask_t;

/* A fact is not asked for yet, asked for and missing, or there. */
typedef enum { GA2_UNASKED, GA2_MISSING, GA2_FOUND } ga2_known_t;

typedef struct ga2_facts {
    apr_time_t now;
    const ga2_error_t *error;   /* a fact could not be had: refuse, never guess */
    ga2_known_t known[GA2_NEEDS];
    ga2_session_t *session;
    ga2_session_tokens_t tokens;
    const char *start;          /* URL at the provider */
    ga2_attempt_t attempt;
    ga2_binding_t binding;      /* valid when has_binding */
    int has_binding;
    const char *return_path;    /* of the attempt: a path of our own site */
    const ga2_metadata_t *metadata;
    ga2_form_t *query, *form;
    const char *goodbye;        /* URL at the provider; NULL: it has none */
    const char *cookies[GA2_COOKIES_MAX + 1];   /* Set-Cookie values that fetches want; NULL ends them */
} ga2_facts_t;

typedef struct ga2_case {       /* one request before the gate */
    const ga2_site_t *site;
    const ga2_config_t *config; /* of the request's location */
    const ga2_request_t *request;
    ga2_facts_t facts;
    ga2_ask_t ask;              /* what the rule that needs START wants */
    apr_pool_t *p;              /* for texts that rules make */
} ga2_case_t;

typedef struct ga2_decision {
    ga2_verdict_t verdict;
    ga2_need_t need;
    const char *rule;           /* the rule that decided, for the log */
    const char *user;           /* PASS; NULL: nobody */
    const ga2_error_t *error;   /* REFUSE */
    ga2_answer_t answer;        /* ANSWER */
    int status;
    const char *location;
} ga2_decision_t;

typedef ga2_decision_t ga2_rule_t(ga2_case_t *k);
typedef struct ga2_named_rule { const char *name; ga2_rule_t *apply; } ga2_named_rule_t;

#define GA2_DECIDE(what, ...) ((ga2_decision_t){ .verdict = GA2_##what, __VA_ARGS__ })
#define GA2_NOTHING_TO_SAY ((ga2_decision_t){ .verdict = GA2_NEXT })
#define GA2_ASK_FOR(name) ((ga2_decision_t){ .verdict = GA2_NEED, .need = GA2_NEED_##name })
#define GA2_REFUSE_WITH(code, ...) \
    ((ga2_decision_t){ .verdict = GA2_REFUSE, .error = ga2_fail(k->p, code, NULL, __VA_ARGS__) })
#define GA2_KNOWN(k, name) ((k)->facts.known[GA2_NEED_##name])

/* Fetches put what they found into k->facts. */
ga2_decision_t ga2_gate_decide(ga2_case_t *k);
/* The first answer of a table that ends in an empty row. */
ga2_decision_t ga2_gate_first(const ga2_named_rule_t *rules, ga2_case_t *k);

/* The path of ours that this request is for: 1 + its place in routes.def; 0: none. Quick. */
int ga2_gate_route(const ga2_site_t *site, const char *path);
/* The methods that a path of ours takes: "GET POST"; NULL: it is none. */
const char *ga2_gate_methods(const ga2_site_t *site, const char *path);
/* The rules of each route. */
#define GA2_ROUTE(name, field, methods) extern const ga2_named_rule_t ga2_route_##name[];
#include "gate/routes.def"

/* Is this a browser that opens a page, rather than a script, an image or a program? (Fetch Metadata; Accept) */
int ga2_request_is_navigation(const ga2_request_t *r);
/* Scheme, host and port of the site, as browsers see them. */
const char *ga2_case_origin(const ga2_case_t *k);
/* The cookies of this request's kind of connection. */
const ga2_cookie_jar_t *ga2_case_jar(const ga2_case_t *k);
/* Whether the session counts at this location: provider and both deadlines. */
int ga2_session_counts(const ga2_case_t *k);
/* Whether it has been granted what this location needs; with `asked`, whether that was asked for. */
int ga2_session_covers(const char *scopes, const char *needed);
/* Where a stranger signs in and comes back here: "/oauth2authorize?return_url=…"; NULL when that path is off. */
const char *ga2_login_path(const ga2_case_t *k);
#endif
