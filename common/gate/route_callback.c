/* SPDX-License-Identifier: Apache-2.0
 * /oauth2callback: the browser comes back from the provider (RFC 6749 4.1.2). Everything that can be checked without
 * the provider is checked before the code is redeemed. */
#include "gate/gate.h"
#include "gate/sign_in.h"
#include "base/text.h"
#include <string.h>

static const char *param(const ga2_case_t *k, const char *name) { return ga2_form_get(k->facts.query, name); }

static const ga2_provider_t *provider_of(const ga2_case_t *k)
{
    return ga2_site_provider(k->site, k->facts.attempt.provider);
}

/* A redirect would go on with the navigation that the provider began, in which a browser sends no SameSite=Strict
 * cookie; a page of this site begins one of its own. */
static ga2_decision_t back_to_page(const ga2_case_t *k)
{
    if (k->site->config->cookie_samesite == GA2_SAMESITE_STRICT)
        return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_ARRIVE, .status = 200, .location = k->facts.return_path);
    return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_REDIRECT, .status = 303, .location = k->facts.return_path);
}

static ga2_decision_t state(ga2_case_t *k)
{
    if (GA2_KNOWN(k, ATTEMPT) == GA2_UNASKED)
        return GA2_ASK_FOR(ATTEMPT);
    if (GA2_KNOWN(k, ATTEMPT) == GA2_MISSING)
        return GA2_REFUSE_WITH(STATE_INVALID,
                               "state is missing, damaged, or was made for another site or with other keys");
    return GA2_NOTHING_TO_SAY;
}

/* The attempt began in this browser: otherwise somebody could sign a visitor in as himself. */
static ga2_decision_t binding(ga2_case_t *k)
{
    if (!k->facts.has_binding)
        return GA2_REFUSE_WITH(BINDING,
                               "the cookie %s did not come back: cookies are blocked, or the sign-in began at another "
                               "address than %s",
                               ga2_case_jar(k)->binding, ga2_case_origin(k));
    if (!ga2_attempt_is_bound(&k->facts.attempt, &k->facts.binding))
        return GA2_REFUSE_WITH(BINDING, "the sign-in began in another browser");
    return GA2_NOTHING_TO_SAY;
}

/* Another tab was faster, or this is the back button: there is a session since this attempt began. */
static ga2_decision_t already(ga2_case_t *k)
{
    const ga2_attempt_t *a = &k->facts.attempt;
    const ga2_session_t *s = k->facts.session;

    if (GA2_KNOWN(k, SESSION) == GA2_UNASKED)
        return GA2_ASK_FOR(SESSION);
    if (!s || s->ends || memcmp(s->provider, a->provider, sizeof s->provider) || s->created < a->started
        || !ga2_session_covers(s->asked, a->scopes))
        return GA2_NOTHING_TO_SAY;
    return back_to_page(k);
}

static ga2_decision_t provider(ga2_case_t *k)
{
    if (!provider_of(k))
        return GA2_REFUSE_WITH(STATE_INVALID,
                               "the sign-in was for a provider or client that is not configured any more");
    return GA2_NOTHING_TO_SAY;
}

/* An attempt that took too long begins again by itself, once. */
static ga2_decision_t age(ga2_case_t *k)
{
    const ga2_attempt_t *a = &k->facts.attempt;
    ga2_ask_t ask = { provider_of(k), a->scopes, k->facts.return_path, 1 };

    if (k->facts.now >= a->started && k->facts.now < a->started + a->lifetime)
        return GA2_NOTHING_TO_SAY;
    if (a->restarted)
        return GA2_REFUSE_WITH(STATE_EXPIRED, "the sign-in took longer than GOAuth2SignInTimeout, twice");
    return ga2_start(k, &ask, 302);
}

static ga2_decision_t mixed(ga2_case_t *k)
{
    static const char *const never[] = { "access_token", "id_token", "response" };

    if (param(k, "code") && param(k, "error"))
        return GA2_REFUSE_WITH(BAD_REQUEST, "the callback has both a code and an error");
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (param(k, never[i]))
            return GA2_REFUSE_WITH(BAD_REQUEST, "the callback has %s, which the code flow does not", never[i]);
    return GA2_NOTHING_TO_SAY;
}

/* RFC 9207 2.4: by whom the answer is, before anything is sent to anybody. */
static ga2_decision_t issuer(ga2_case_t *k)
{
    const char *iss = param(k, "iss"), *expected = provider_of(k)->issuer;

    if (!expected)
        return GA2_NOTHING_TO_SAY;
    if (GA2_KNOWN(k, METADATA) != GA2_FOUND)
        return GA2_ASK_FOR(METADATA);
    if (!iss && k->facts.metadata->names_issuer)
        return GA2_REFUSE_WITH(ISSUER, "the callback has no iss, although %s promises one", expected);
    if (iss && strcmp(iss, expected))
        return GA2_REFUSE_WITH(ISSUER, "the callback's iss is %s, not %s", ga2_text_printable(iss, k->p), expected);
    return GA2_NOTHING_TO_SAY;
}

/* RFC 6749 4.1.2.1. The provider's own words go into the log; the visitor reads ours. */
static ga2_decision_t refused(ga2_case_t *k)
{
    const char *error = param(k, "error"), *more = param(k, "error_description");
    const char *said = ga2_text_printable(error, k->p), *words = more ? ga2_text_printable(more, k->p) : "";

    if (!error)
        return GA2_NOTHING_TO_SAY;
    if (!strcmp(error, "access_denied"))
        return GA2_REFUSE_WITH(DENIED, "the provider answered %s: %s", said, words);
    if (!strcmp(error, "temporarily_unavailable") || !strcmp(error, "server_error"))
        return GA2_REFUSE_WITH(PROVIDER_DOWN, "the provider answered %s: %s", said, words);
    return GA2_REFUSE_WITH(PROVIDER_REFUSED, "the provider answered %s: %s", said, words);
}

static ga2_decision_t code(ga2_case_t *k)
{
    const char *text = param(k, "code");

    return text && *text ? GA2_NOTHING_TO_SAY
                         : GA2_REFUSE_WITH(BAD_REQUEST, "the callback has neither a code nor an error");
}

static ga2_decision_t used(ga2_case_t *k)
{
    if (GA2_KNOWN(k, REDEEM) == GA2_UNASKED)
        return GA2_ASK_FOR(REDEEM);
    if (GA2_KNOWN(k, REDEEM) == GA2_MISSING)
        return GA2_REFUSE_WITH(STATE_USED, "this sign-in was finished before");
    return GA2_NOTHING_TO_SAY;
}

static ga2_decision_t signed_in(ga2_case_t *k)
{
    if (GA2_KNOWN(k, SIGN_IN) != GA2_FOUND)
        return GA2_ASK_FOR(SIGN_IN);
    return back_to_page(k);
}

const ga2_named_rule_t ga2_route_callback[] = {
    { "callback-state",    state     },
    { "callback-binding",  binding   },
    { "callback-already",  already   },
    { "callback-provider", provider  },
    { "callback-age",      age       },
    { "callback-mixed",    mixed     },
    { "callback-issuer",   issuer    },
    { "callback-refused",  refused   },
    { "callback-code",     code      },
    { "callback-used",     used      },
    { "callback",          signed_in },
    { NULL, NULL }
};
