/* SPDX-License-Identifier: Apache-2.0
 * From an authorization code to a session: exchange, verify, store. */
#include "gate/run.h"
#include "codec/url.h"
#include "oauth/id_token.h"
#include "oauth/token.h"
#include "oauth/userinfo.h"
#include "session/claims.h"
#include "session/refresh.h"
#include <apr_strings.h>
#include <string.h>

/* What the provider has said of the user. */
typedef struct answer {
    ga2_tokens_t tokens;
    const ga2_json_t *id_token, *userinfo;      /* claims; NULL: none */
} answer_t;

static ga2_error_t *verified(answer_t *a, const ga2_case_t *k, const ga2_peer_t *peer, apr_pool_t *p)
{
    const ga2_attempt_t *attempt = &k->facts.attempt;
    ga2_expected_t expected = { .issuer = peer->provider->issuer, .client_id = peer->provider->client_id,
        .nonce = ga2_attempt_nonce(attempt, &k->facts.binding, p), .access_token = a->tokens.access_token,
        .now = peer->outside->now, .started = attempt->started, .max_age = attempt->max_age,
        .acr_values = attempt->acr_values };

    if (!a->tokens.id_token)
        return ga2_fail(p, ID_TOKEN, NULL, "%s gave no id_token; is openid among GOAuth2Scopes?", peer->provider->name);
    return ga2_id_token_verify(&a->id_token, peer, a->tokens.id_token, &expected, p);
}

static ga2_error_t *ask_provider(answer_t *a, const ga2_case_t *k, const ga2_peer_t *peer, apr_pool_t *p)
{
    const char *redirect_uri = ga2_case_callback(k);
    const char *code = ga2_form_get(k->facts.query, "code"), *subject = NULL;

    *a = (answer_t){ .id_token = NULL };
    GA2_TRY(ga2_token_exchange(&a->tokens, peer, code, redirect_uri,
                               ga2_attempt_verifier(&k->facts.attempt, &k->facts.binding, p), p));
    if (peer->provider->issuer) {
        GA2_TRY(verified(a, k, peer, p));
        subject = ga2_json_string(a->id_token, "sub");
    }
    if (peer->metadata->userinfo_uri)
        GA2_TRY(ga2_userinfo_get(&a->userinfo, peer, a->tokens.access_token, subject, p));
    return NULL;
}

/* A subject: text, or a number as providers without OpenID Connect write it. */
static const char *subject_in(const ga2_json_t *who, const char *name, apr_pool_t *p)
{
    const ga2_json_t *item = ga2_json_member(who, name);
    ga2_json_type_t type = item ? ga2_json_type(item) : GA2_JSON_NULL;

    if (type == GA2_JSON_STRING && *ga2_json_text(item))
        return apr_pstrdup(p, ga2_json_text(item));
    return type == GA2_JSON_NUMBER ? ga2_json_number_text(item, p) : NULL;
}

/* What GOAuth2User says at a location with this provider. The callback is none of them: a session's subject is the same
 * wherever its sign-in began. */
static const char *subject_by_claim(const ga2_json_t *who, const ga2_case_t *k, apr_pool_t *p)
{
    const ga2_provider_t *provider = ga2_site_provider(k->site, k->facts.attempt.provider);
    const char *subject = NULL;

    for (int i = 0; !subject && i < k->site->configs->nelts; i++) {
        const ga2_config_t *c = APR_ARRAY_IDX(k->site->configs, i, const ga2_config_t *);
        if (c->provider && ga2_provider_same(c->provider, provider))
            subject = subject_in(who, c->user_claim, p);
    }
    return subject;
}

/* OpenID says sub. Plain providers have names of their own for the same. */
static ga2_error_t *subject_of(const char **out, const answer_t *a, const ga2_case_t *k, apr_pool_t *p)
{
    static const char *const first[] = { "sub", "id" }, *const last[] = { "user_id", "login" };
    const ga2_json_t *who = a->id_token ? a->id_token : a->userinfo;
    const char *subject = NULL;

    for (size_t i = 0; !subject && i < sizeof first / sizeof *first; i++)
        subject = subject_in(who, first[i], p);
    if (!subject)
        subject = subject_by_claim(who, k, p);
    for (size_t i = 0; !subject && i < sizeof last / sizeof *last; i++)
        subject = subject_in(who, last[i], p);
    *out = subject;
    return subject ? NULL : ga2_fail(p, IDENTITY, NULL, "the userinfo endpoint names nobody: no sub, id, user_id or "
                                     "login, nor what GOAuth2User says where this provider is used");
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static ga2_error_t *new_session(ga2_session_t *s, const answer_t *a, const ga2_case_t *k, apr_pool_t *p)
{
    const ga2_json_t *id = a->id_token;
    apr_int64_t auth_time = 0;

    *s = (ga2_session_t){ .created = k->facts.now,
                          .last_used = k->facts.now,
                          .asked = k->facts.attempt.scopes,
                          .granted = a->tokens.scopes ? a->tokens.scopes : k->facts.attempt.scopes,
                          .can_refresh = a->tokens.refresh_token != NULL,
                          .acr = or_empty(id ? ga2_json_string(id, "acr") : NULL),
                          .sid = or_empty(id ? ga2_json_string(id, "sid") : NULL) };
    if (id && ga2_json_number(&auth_time, id, "auth_time") && auth_time < APR_INT64_MAX / APR_USEC_PER_SEC)
        s->auth_time = apr_time_from_sec(auth_time);
    memcpy(s->provider, k->facts.attempt.provider, sizeof s->provider);
    GA2_TRY(subject_of(&s->subject, a, k, p));
    GA2_TRY(ga2_session_set_expiry(s, &a->tokens, k->facts.now, p));
    return ga2_claims_make(&s->claims, id, a->userinfo, p);
}

/* One more sign-in that ended well; see ga2_sign_in. */
static void count_round(ga2_binding_t *b, apr_time_t now)
{
    if (b->rounds && now >= b->since && now - b->since < apr_time_from_sec(GA2_ROUNDS_S)) {
        b->rounds++;
        return;
    }
    b->rounds = 1;
    b->since = now;
}

ga2_error_t *ga2_fetch_sign_in(ga2_case_t *k, apr_pool_t *p)
{
    ga2_outside_t outside = ga2_case_outside(k);
    ga2_peer_t peer = { ga2_site_provider(k->site, k->facts.attempt.provider), k->facts.metadata, &outside };
    const ga2_cookie_jar_t *jar = ga2_case_jar(k);
    ga2_session_t s;
    answer_t a;

    if (!peer.metadata)
        GA2_TRY(ga2_metadata_get(&peer.metadata, peer.provider, &outside, p));
    GA2_TRY(ask_provider(&a, k, &peer, p));
    GA2_TRY(new_session(&s, &a, k, p));
    GA2_TRY(ga2_session_add(&s,
                            &(ga2_session_tokens_t){ a.tokens.access_token, a.tokens.refresh_token, a.tokens.id_token },
                            &k->site->sessions, k->facts.now, p));
    if (k->facts.session)               /* a session's id is new at each sign-in */
        ga2_log_error(k->site->log, "the session before this sign-in could not be ended",
                      ga2_session_supersede(k->facts.session, &k->site->sessions, k->facts.now, p), p);
    count_round(&k->facts.binding, k->facts.now);
    k->facts.cookies[0] = ga2_set_session_cookie(jar, ga2_session_cookie_write(&s, p), p);
    k->facts.cookies[1] = ga2_set_binding_cookie(jar, ga2_binding_write(&k->facts.binding, p), p);
    k->facts.cookies[2] = k->facts.attempt.return_path ? NULL : ga2_clear_return_cookie(jar, p);
    k->facts.known[GA2_NEED_SIGN_IN] = GA2_FOUND;
    return NULL;
}
