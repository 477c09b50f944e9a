/* SPDX-License-Identifier: Apache-2.0
 * /oauth2authorize?return_url=&scopes=: a link that starts a sign-in, as flask_util had one. Its parameters are these
 * and no others; oauth2client passed every parameter on to its flow, which let anybody choose the token endpoint. */
#include "gate/gate.h"
#include "gate/sign_in.h"
#include "base/text.h"
#include "codec/base64.h"
#include <apr_strings.h>
#include <string.h>

static ga2_decision_t query(ga2_case_t *k)
{
    ga2_error_t *err = NULL;

    if (!k->facts.query)
        err = ga2_form_parse(&k->facts.query, ga2_bytes_of(k->request->query), k->p);
    return err ? GA2_DECIDE(REFUSE, .error = err) : GA2_NOTHING_TO_SAY;
}

/* The one that is named, this path's own, or the site's only one. */
static const ga2_provider_t *provider_of(const ga2_case_t *k)
{
    const char *named = ga2_form_get(k->facts.query, "provider");
    ga2_bytes_t id;

    if (named && (!ga2_base64url_decode(&id, named, strlen(named), k->p) || id.len != GA2_PROVIDER_ID_LEN))
        return NULL;
    if (named)
        return ga2_site_provider(k->site, id.data);
    if (k->config->provider)
        return k->config->provider;
    return k->site->providers->nelts == 1 ? APR_ARRAY_IDX(k->site->providers, 0, const ga2_provider_t *) : NULL;
}

/* A path, or the same as a URL of this very site; anything else is the front page. */
static const char *return_path(const ga2_case_t *k)
{
    const char *given = ga2_form_get(k->facts.query, "return_url");
    const char *origin = ga2_case_origin(k);
    apr_size_t len = strlen(origin);

    if (!given)
        return "/";
    if (!strncmp(given, origin, len) && given[len] == '/')
        given += len;
    return ga2_return_path(k, given);
}

static ga2_decision_t start(ga2_case_t *k)
{
    const char *more = ga2_form_get(k->facts.query, "scopes");
    ga2_ask_t ask = { .provider = provider_of(k), .scopes = k->config->scopes, .return_path = return_path(k) };

    if (!ask.provider)
        return GA2_REFUSE_WITH(BAD_REQUEST, "no such provider, or several to choose from");
    if (k->request->cookies && GA2_KNOWN(k, SESSION) == GA2_UNASKED)
        return GA2_ASK_FOR(SESSION);
    more = more ? ga2_text_word_set(more, k->p) : "";
    if (!ga2_text_words_within(more, k->site->scopes))
        return GA2_REFUSE_WITH(BAD_REQUEST, "scopes has some that no location of this site needs");
    ask.scopes = apr_pstrcat(k->p, ask.scopes, " ", more, NULL);
    if (k->config->include_granted && k->facts.session
        && !memcmp(k->facts.session->provider, ask.provider->id, GA2_PROVIDER_ID_LEN))
        ask.scopes = apr_pstrcat(k->p, ask.scopes, " ", k->facts.session->asked, NULL);
    ask.scopes = ga2_text_word_set(ask.scopes, k->p);
    return ga2_start(k, &ask, 302);
}

const ga2_named_rule_t ga2_route_authorize[] = {
    { "authorize-query", query },
    { "authorize",       start },
    { NULL, NULL }
};
