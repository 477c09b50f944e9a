/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/gate.h"
#include "base/text.h"
#include "codec/headers.h"
#include "codec/url.h"
#include "gate/identity.h"
#include "gate/sign_in.h"
#include <apr_strings.h>
#include <string.h>

static ga2_decision_t broken(ga2_case_t *k)
{
    return k->facts.error ? GA2_DECIDE(REFUSE, .error = k->facts.error) : GA2_NOTHING_TO_SAY;
}

/* Without TLS anybody on the way could take the session over. */
static ga2_decision_t insecure(ga2_case_t *k)
{
    if (k->request->secure || k->request->loopback)
        return GA2_NOTHING_TO_SAY;
    return GA2_REFUSE_WITH(INSECURE,
                           "%s is not https; if TLS ends before this server, write GOAuth2BaseURL https://… with "
                           "the address that browsers use",
                           ga2_case_origin(k));
}

static const struct { const ga2_named_rule_t *rules; const char *methods; } routes[] = {
#define GA2_ROUTE(name, field, methods) { ga2_route_##name, methods },
#include "gate/routes.def"
};

static ga2_decision_t own_path(ga2_case_t *k)
{
    int route = ga2_gate_route(k->site, k->request->path);

    if (!route)
        return GA2_NOTHING_TO_SAY;
    if (!ga2_text_has_word(routes[route - 1].methods, k->request->method, strlen(k->request->method)))
        return GA2_REFUSE_WITH(METHOD, "%s does not take this method, only %s", k->request->path,
                               routes[route - 1].methods);
    return ga2_gate_first(routes[route - 1].rules, k);
}

static ga2_decision_t off(ga2_case_t *k)
{
    return k->config->mode == GA2_MODE_OFF ? GA2_DECIDE(PASS) : GA2_NOTHING_TO_SAY;
}

static ga2_decision_t session(ga2_case_t *k)
{
    if (k->request->cookies && GA2_KNOWN(k, SESSION) == GA2_UNASKED)
        return GA2_ASK_FOR(SESSION);
    return GA2_NOTHING_TO_SAY;
}

/* A session that may not open this page is told so; asking the provider again for what it was asked before would
 * loop. */
static ga2_decision_t scopes(ga2_case_t *k)
{
    const ga2_session_t *s = k->facts.session;
    const char *needed = k->config->scopes;

    if (!ga2_session_counts(k) || ga2_session_covers(s->granted, needed) || k->config->mode == GA2_MODE_AWARE)
        return GA2_NOTHING_TO_SAY;
    if (ga2_session_covers(s->asked, needed))
        return GA2_REFUSE_WITH(SCOPES, "the provider granted \"%s\", but this location needs \"%s\"", s->granted,
                               needed);
    if (k->config->include_granted)
        needed = ga2_text_word_set(apr_pstrcat(k->p, s->asked, " ", needed, NULL), k->p);
    return ga2_sign_in(k, needed);
}

static ga2_decision_t tokens(ga2_case_t *k)
{
    if (ga2_session_counts(k) && ga2_identity_hands_out_tokens(k->config) && GA2_KNOWN(k, TOKENS) == GA2_UNASKED)
        return GA2_ASK_FOR(TOKENS);
    return GA2_NOTHING_TO_SAY;
}

static ga2_decision_t signed_in(ga2_case_t *k)
{
    const char *user, *hint;

    if (!ga2_session_counts(k) || GA2_KNOWN(k, TOKENS) == GA2_MISSING)
        return GA2_NOTHING_TO_SAY;
    user = ga2_identity_user(k->config, k->facts.session, k->p);
    if (user)
        return GA2_DECIDE(PASS, .user = user);
    hint = strcmp(k->config->user_claim, "email") ? "" : "; an e-mail address counts only with email_verified true";
    return GA2_REFUSE_WITH(IDENTITY, "the provider gave no usable claim \"%s\" (GOAuth2User)%s", k->config->user_claim,
                           hint);
}

static ga2_decision_t aware(ga2_case_t *k)
{
    return k->config->mode == GA2_MODE_AWARE ? GA2_DECIDE(PASS) : GA2_NOTHING_TO_SAY;
}

static ga2_decision_t stranger(ga2_case_t *k)
{
    return ga2_sign_in(k, k->config->scopes);
}

/* The policy. */
static const ga2_named_rule_t rules[] = {
    { "broken",    broken    },     /* a fact could not be had */
    { "insecure",  insecure  },     /* no TLS, and not this machine */
    { "own-path",  own_path  },     /* callback, sign-out and their like: routes.def */
    { "off",       off       },     /* GOAuth2Mode off */
    { "session",   session   },     /* is there one? */
    { "scopes",    scopes    },     /* it was not granted what this location needs */
    { "tokens",    tokens    },     /* this location hands out the user's token: have it ready */
    { "signed-in", signed_in },
    { "aware",     aware     },     /* GOAuth2Mode aware: strangers pass, as nobody */
    { "stranger",  stranger  },     /* always answers: sign in */
    { NULL, NULL }
};

ga2_decision_t ga2_gate_first(const ga2_named_rule_t *table, ga2_case_t *k)
{
    ga2_decision_t d = GA2_NOTHING_TO_SAY;

    for (; table->name && d.verdict == GA2_NEXT; table++) {
        d = table->apply(k);
        if (!d.rule)
            d.rule = table->name;
    }
    if (d.verdict == GA2_NEXT)      /* a table that does not end in an answer is our mistake: closed, not open */
        return GA2_REFUSE_WITH(CONFIG, "no rule had an answer");
    return d;
}

ga2_decision_t ga2_gate_decide(ga2_case_t *k)
{
    return ga2_gate_first(rules, k);
}

int ga2_gate_route(const ga2_site_t *site, const char *path)
{
    const char *const paths[] = {
#define GA2_ROUTE(name, field, methods) site->config->field,
#include "gate/routes.def"
    };

    if (!ga2_site_may_route(site, path))
        return 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (paths[i] && !strcmp(path, paths[i]))
            return (int)i + 1;
    return 0;
}

const char *ga2_gate_methods(const ga2_site_t *site, const char *path)
{
    int route = ga2_gate_route(site, path);

    return route ? routes[route - 1].methods : NULL;
}

const char *ga2_case_origin(const ga2_case_t *k) { return k->request->origin(k->request); }

const ga2_cookie_jar_t *ga2_case_jar(const ga2_case_t *k)
{
    return &k->site->jars[k->request->secure != 0];
}

int ga2_session_counts(const ga2_case_t *k)
{
    const ga2_session_t *s = k->facts.session;

    return s && k->config->provider && !memcmp(s->provider, k->config->provider->id, sizeof s->provider)
        && k->facts.now < s->last_used + k->config->session_idle && k->facts.now < s->created + k->config->session_max;
}

/* openid and the scopes that only ask for claims are granted by the claims themselves; several providers answer with
 * other names for them. */
static const char about_claims[] = "address email offline_access openid phone profile";

int ga2_session_covers(const char *granted, const char *needed)
{
    if (!strcmp(granted, needed))
        return 1;
    while (*needed) {
        apr_size_t n = strcspn(needed, " ");
        if (n && !ga2_text_has_word(granted, needed, n) && !ga2_text_has_word(about_claims, needed, n))
            return 0;
        needed += n + (needed[n] != 0);
    }
    return 1;
}
