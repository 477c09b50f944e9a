/* SPDX-License-Identifier: Apache-2.0
 * /oauth2logout: a GET asks, a POST with the session's XSRF token signs out, so that no picture in a page of somebody
 * else's can. */
#include "gate/gate.h"
#include "session/xsrf.h"
#include <string.h>

static ga2_decision_t signed_out(const ga2_case_t *k)
{
    const char *to = k->facts.goodbye ? k->facts.goodbye : k->config->logged_out_url;

    if (to)
        return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_REDIRECT, .status = 303, .location = to);
    return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_SIGNED_OUT, .status = 200);
}

/* A cookie is cleared only where it came along: a form of another site, which brings none, must not take it away. */
static ga2_decision_t session(ga2_case_t *k)
{
    if (GA2_KNOWN(k, SESSION) == GA2_UNASKED)
        return GA2_ASK_FOR(SESSION);
    if (k->facts.session || GA2_KNOWN(k, SIGN_OUT) == GA2_FOUND)
        return GA2_NOTHING_TO_SAY;
    if (ga2_cookie_value(k->request->cookies, ga2_case_jar(k)->session).data)
        k->facts.cookies[0] = ga2_clear_session_cookie(ga2_case_jar(k), k->p);
    return signed_out(k);
}

static ga2_decision_t question(ga2_case_t *k)
{
    if (!strcmp(k->request->method, "POST"))
        return GA2_NOTHING_TO_SAY;
    return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_CONFIRM, .status = 200);
}

static ga2_decision_t token(ga2_case_t *k)
{
    const ga2_session_t *s = k->facts.session;

    if (GA2_KNOWN(k, SIGN_OUT) == GA2_FOUND)
        return GA2_NOTHING_TO_SAY;
    if (GA2_KNOWN(k, FORM) != GA2_FOUND)
        return GA2_ASK_FOR(FORM);
    if (!ga2_xsrf_ok(ga2_form_get(k->facts.form, "xsrf"), k->site->ring, (ga2_bytes_t){ s->id, sizeof s->id }, "logout",
                     k->facts.now, apr_time_from_sec(GA2_XSRF_LIFE_S)))
        return GA2_REFUSE_WITH(XSRF, "a sign-out without this session's XSRF token");
    return GA2_NOTHING_TO_SAY;
}

static ga2_decision_t leave(ga2_case_t *k)
{
    if (GA2_KNOWN(k, SIGN_OUT) != GA2_FOUND)
        return GA2_ASK_FOR(SIGN_OUT);
    return signed_out(k);
}

const ga2_named_rule_t ga2_route_logout[] = {
    { "logout-nobody",  session  },
    { "logout-ask",     question },
    { "logout-xsrf",    token    },
    { "logout",         leave    },
    { NULL, NULL }
};
