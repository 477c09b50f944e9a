/* SPDX-License-Identifier: Apache-2.0
 * /oauth2userinfo: what this site knows of the signed-in user, for scripts of its own pages. */
#include "gate/gate.h"

static ga2_decision_t session(ga2_case_t *k)
{
    if (GA2_KNOWN(k, SESSION) == GA2_UNASKED)
        return GA2_ASK_FOR(SESSION);
    return GA2_NOTHING_TO_SAY;
}

/* Any of the site's providers: this path belongs to no location. */
static ga2_decision_t answer(ga2_case_t *k)
{
    const ga2_session_t *s = k->facts.session;

    if (!s || !ga2_site_provider(k->site, s->provider) || k->facts.now >= s->last_used + k->config->session_idle
        || k->facts.now >= s->created + k->config->session_max)
        return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_SIGN_IN, .status = 401);
    return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_USERINFO, .status = 200);
}

const ga2_named_rule_t ga2_route_userinfo[] = {
    { "userinfo-session", session },
    { "userinfo",         answer  },
    { NULL, NULL }
};
