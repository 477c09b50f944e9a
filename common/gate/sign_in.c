/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/sign_in.h"
#include "base/text.h"
#include "codec/base64.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

static int is_get(const ga2_request_t *r)
{
    return !strcmp(r->method, "GET") || !strcmp(r->method, "HEAD");
}

int ga2_request_is_navigation(const ga2_request_t *r)
{
    const char *mode = r->header(r, "Sec-Fetch-Mode"), *purpose = r->header(r, "Sec-Purpose"), *accept;

    if (!is_get(r) || r->header(r, "Upgrade") || (purpose && strstr(purpose, "prefetch")))
        return 0;
    if (mode)
        return ga2_text_same_nocase(mode, "navigate");
    accept = r->header(r, "Accept");
    return accept && strstr(accept, "text/html") && !r->header(r, "X-Requested-With");
}

static int may_be_redirected(const ga2_case_t *k)
{
    switch (k->config->on_stranger) {
    case GA2_STRANGER_REDIRECT:
        return is_get(k->request);
    case GA2_STRANGER_401:
        return 0;
    case GA2_STRANGER_AUTO:
    default:
        return ga2_request_is_navigation(k->request);
    }
}

/* As much of a target as can come back: all of it, its path, or the front page. Our own paths are no pages. */
const char *ga2_return_path(const ga2_case_t *k, const char *target)
{
    const char *path = apr_pstrmemdup(k->p, target, strcspn(target, "?"));

    if (!ga2_url_is_return_path(target) || ga2_gate_route(k->site, path))
        return "/";
    if (strlen(target) <= GA2_RETURN_MAX)
        return target;
    return strlen(path) <= GA2_RETURN_MAX ? path : "/";
}

const char *ga2_login_path(const ga2_case_t *k)
{
    const char *url = k->site->config->authorize_path;

    if (!url)
        return NULL;
    url = ga2_url_add(url, "return_url", ga2_return_path(k, k->request->target), k->p);
    if (k->site->providers->nelts > 1 && k->config->provider)
        url = ga2_url_add(url, "provider",
                          ga2_base64url((ga2_bytes_t){ k->config->provider->id, GA2_PROVIDER_ID_LEN }, k->p), k->p);
    return url;
}

/* Sign-ins that end well and yet begin again: the session's cookie does not come back. */
static int goes_round(ga2_case_t *k)
{
    ga2_bytes_t value = ga2_cookie_value(k->request->cookies, ga2_case_jar(k)->binding);
    ga2_binding_t binding;

    if (!value.data || !ga2_binding_read(&binding, value) || binding.rounds < GA2_ROUNDS_MAX)
        return 0;
    if (k->facts.now - binding.since >= apr_time_from_sec(GA2_ROUNDS_S) || k->facts.now < binding.since)
        return 0;
    binding.rounds = 0;             /* whoever reads the page and tries again gets a fresh count */
    k->facts.cookies[0] = ga2_set_binding_cookie(ga2_case_jar(k), ga2_binding_write(&binding, k->p), k->p);
    return 1;
}

static ga2_decision_t loop(ga2_case_t *k)
{
    ga2_decision_t d = GA2_REFUSE_WITH(LOOP, "%d sign-ins within %d seconds ended well, yet no session came back: the "
                                       "cookie %s is not sent (is it blocked, or does %s differ from the address in "
                                       "the browser?), or this machine's clock jumps",
                                       GA2_ROUNDS_MAX, GA2_ROUNDS_S, ga2_case_jar(k)->session, ga2_case_origin(k));

    d.rule = "loop";
    return d;
}

ga2_decision_t ga2_start(ga2_case_t *k, const ga2_ask_t *ask, int status)
{
    if (GA2_KNOWN(k, START) == GA2_FOUND)
        return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_REDIRECT, .status = status, .location = k->facts.start);
    k->ask = *ask;
    return GA2_ASK_FOR(START);
}

ga2_decision_t ga2_sign_in(ga2_case_t *k, const char *scopes)
{
    ga2_ask_t ask = { .provider = k->config->provider, .scopes = scopes };

    if (k->request->inner)
        return GA2_REFUSE_WITH(SIGN_IN_REQUIRED, "a sub-request or error page of a location that needs a user");
    if (!may_be_redirected(k))
        return GA2_DECIDE(ANSWER, .answer = GA2_ANSWER_SIGN_IN, .status = 401, .rule = "api-stranger");
    if (!ask.provider)
        return GA2_REFUSE_WITH(CONFIG, "no provider is set for this location");
    if (GA2_KNOWN(k, START) == GA2_UNASKED && goes_round(k))
        return loop(k);
    ask.return_path = ga2_return_path(k, k->request->target);
    return ga2_start(k, &ask, 302);
}
