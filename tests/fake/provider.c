/* SPDX-License-Identifier: Apache-2.0 */
#include "provider.h"
#include "../unit/keys.h"
#include "codec/base64.h"
#include "codec/form.h"
#include "codec/url.h"
#include "crypto/digest.h"
#include "jose/jws.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static void must(ga2_error_t *err)
{
    if (err)
        abort();
}

static ga2_error_t *reply_with(ga2_http_reply_t *out, int status, const char *json, apr_pool_t *p)
{
    *out = (ga2_http_reply_t){ .status = status, .content_type = "application/json", .body = t_json(json, p),
                               .max_age = -1, .retry_after = -1 };
    return NULL;
}

static const char *discovery(void)
{
    return "{'issuer':'" FAKE_ISSUER "','authorization_endpoint':'" FAKE_ISSUER "/authorize',"
        "'token_endpoint':'" FAKE_ISSUER "/token','userinfo_endpoint':'" FAKE_ISSUER "/userinfo',"
        "'jwks_uri':'" FAKE_ISSUER "/keys','revocation_endpoint':'" FAKE_ISSUER "/revoke',"
        "'end_session_endpoint':'" FAKE_ISSUER "/goodbye','response_types_supported':['code'],"
        "'id_token_signing_alg_values_supported':['ES256'],'authorization_response_iss_parameter_supported':true}";
}

static const char *sign(const fake_provider_t *f, const char *claims, apr_pool_t *p)
{
    const ga2_json_t *object, *header = NULL;
    ga2_jwk_t key;
    const char *token;

    must(ga2_json_parse(&object, t_json("{" P256_PRIVATE "}", p), p));
    must(ga2_jwk_read(&key, object, GA2_KEYS_FROM_OPERATOR, p));
    if (f->kid)
        must(ga2_json_parse(&header, t_json(apr_pstrcat(p, "{'kid':'", f->kid, "'}", NULL), p), p));
    must(ga2_jws_sign(&token, &key, GA2_ALG_ES256, header, t_json(claims, p), p));
    if (f->forges_signature)
        ((char *)(apr_uintptr_t)strrchr(token, '.'))[9] ^= 1;
    return token;
}

static const char *id_token(const fake_provider_t *f, const char *nonce, apr_pool_t *p)
{
    apr_int64_t now = apr_time_sec(*f->now) + f->ahead;
    const char *claims = apr_psprintf(p,
                                      "{'iss':'%s','aud':'%s','sub':'%s','iat':%" APR_INT64_T_FMT
                                      ",'exp':%" APR_INT64_T_FMT "%s%s%s%s}",
                                      f->issuer ? f->issuer : FAKE_ISSUER, f->audience ? f->audience : "our-client",
                                      f->subject, now, now + 300, nonce ? ",'nonce':'" : "", nonce ? nonce : "",
                                      nonce ? "'" : "", f->id_claims);

    return f->id_token ? f->id_token : sign(f, claims, p);
}

static const char *tokens(fake_provider_t *f, int serial, const char *id, apr_pool_t *p)
{
    const char *json = apr_psprintf(p, "{'token_type':'Bearer','access_token':'access-%d'", serial);

    if (!f->without_refresh_token)
        json = apr_psprintf(p, "%s,'refresh_token':'refresh-%d'", json, serial);
    if (id)
        json = apr_pstrcat(p, json, ",'id_token':'", id, "'", NULL);
    if (f->scope)
        json = apr_pstrcat(p, json, ",'scope':'", f->scope, "'", NULL);
    if (f->expires_in >= 0)
        json = apr_psprintf(p, "%s,'expires_in':%" APR_INT64_T_FMT, json, f->expires_in);
    return apr_pstrcat(p, json, "}", NULL);
}

/* The code's, once; NULL: no such code, used before, or PKCE or the redirect URI do not fit. */
static const fake_code_t *redeem(fake_provider_t *f, const ga2_form_t *form, apr_pool_t *p)
{
    const char *code = ga2_form_get(form, "code"), *verifier = ga2_form_get(form, "code_verifier");
    int i = code && !strncmp(code, "code-", 5) ? (int)apr_atoi64(code + 5) : -1;
    unsigned char digest[GA2_SHA256_LEN];
    fake_code_t *found = NULL;

    pthread_mutex_lock(&f->lock);
    if (i >= 0 && i < f->code_count && !f->codes[i].used++)
        found = &f->codes[i];
    pthread_mutex_unlock(&f->lock);
    if (!found || !verifier || strcmp(found->redirect_uri, ga2_form_get(form, "redirect_uri")))
        return NULL;
    ga2_sha256(digest, ga2_bytes_of(verifier));
    return strcmp(found->challenge, ga2_base64url((ga2_bytes_t){ digest, sizeof digest }, p)) ? NULL : found;
}

static ga2_error_t *exchange(ga2_http_reply_t *out, fake_provider_t *f, const ga2_form_t *form, apr_pool_t *p)
{
    const fake_code_t *code = redeem(f, form, p);

    f->exchanges++;
    if (!code)
        return reply_with(out, 400, "{'error':'invalid_grant'}", p);
    return reply_with(out, 200,
                      tokens(f, ++f->serial, id_token(f, f->other_nonce ? f->other_nonce : code->nonce, p), p), p);
}

/* A refresh token is good once: the next reply has its successor. */
static ga2_error_t *refresh(ga2_http_reply_t *out, fake_provider_t *f, const ga2_form_t *form, apr_pool_t *p)
{
    const char *given = ga2_form_get(form, "refresh_token");
    int serial = given && !strncmp(given, "refresh-", 8) ? (int)apr_atoi64(given + 8) : 0;

    f->refreshes++;
    if (f->token_error)
        return reply_with(out, 400, apr_pstrcat(p, "{'error':'", f->token_error, "'}", NULL), p);
    if (!serial || !atomic_compare_exchange_strong(&f->serial, &serial, serial + 1)) {
        f->reused++;
        return reply_with(out, 400, "{'error':'invalid_grant'}", p);
    }
    return reply_with(out, 200, tokens(f, serial + 1, f->refresh_gives_id_token ? id_token(f, NULL, p) : NULL, p), p);
}

static ga2_error_t *token(ga2_http_reply_t *out, fake_provider_t *f, const ga2_http_request_t *request, apr_pool_t *p)
{
    ga2_form_t *form;

    if (f->delay_ms)
        apr_sleep(f->delay_ms * 1000);
    must(ga2_form_parse(&form, ga2_secret_reveal(request->form), p));
    if (!strcmp(ga2_form_get(form, "grant_type"), "refresh_token"))
        must(refresh(out, f, form, p));
    else
        must(exchange(out, f, form, p));
    if (f->in_token)
        f->in_token(f->baton);
    if (f->token_status)
        out->status = f->token_status;
    return f->loses_reply ? ga2_fail(p, HTTP_LOST, NULL, "the reply is lost for a test") : NULL;
}

static ga2_error_t *userinfo(ga2_http_reply_t *out, fake_provider_t *f, const ga2_http_request_t *request,
                             apr_pool_t *p)
{
    const char *bearer = ga2_secret_reveal_text(request->bearer);

    f->userinfos++;
    if (!bearer || strncmp(bearer, "access-", 7))
        return reply_with(out, 401, "{}", p);
    return reply_with(out, 200, apr_pstrcat(p, "{'sub':'", f->other_subject ? f->other_subject : f->subject, "'",
                                          f->userinfo, "}", NULL), p);
}

static ga2_error_t *take_back(ga2_http_reply_t *out, fake_provider_t *f, const ga2_http_request_t *request,
                              apr_pool_t *p)
{
    ga2_form_t *form;

    f->revocations++;
    must(ga2_form_parse(&form, ga2_secret_reveal(request->form), p));
    pthread_mutex_lock(&f->lock);
    f->revoked = apr_pstrcat(f->p, f->revoked, *f->revoked ? " " : "", ga2_form_get(form, "token"), NULL);
    pthread_mutex_unlock(&f->lock);
    return reply_with(out, 200, "{}", p);
}

static ga2_error_t *send_to(ga2_http_reply_t *out, const ga2_http_t *self, const ga2_http_request_t *request,
                            apr_pool_t *p)
{
    fake_provider_t *f = (fake_provider_t *)(apr_uintptr_t)self;
    const char *path =
        strncmp(request->url, FAKE_ISSUER "/", sizeof FAKE_ISSUER) ? "" : request->url + sizeof FAKE_ISSUER;

    if (f->in_request)
        f->in_request(f->baton, request);
    if (f->is_down)
        return ga2_fail(p, HTTP_UNREACHABLE, NULL, "%s is down for a test", request->url);
    if (!strcmp(path, "token"))
        return token(out, f, request, p);
    if (!strcmp(path, "userinfo"))
        return userinfo(out, f, request, p);
    if (!strcmp(path, "revoke"))
        return take_back(out, f, request, p);
    if (!strcmp(path, "keys")) {
        f->key_requests++;
        return reply_with(out, f->keys_status ? f->keys_status : 200,
                          f->keys ? f->keys : "{'keys':[{" P256_PUBLIC "}]}", p);
    }
    if (strcmp(path, ".well-known/openid-configuration"))
        return reply_with(out, 404, "{}", p);
    f->discoveries++;
    return reply_with(out, 200, discovery(), p);
}

fake_provider_t *fake_provider_make(const apr_time_t *now, apr_pool_t *p)
{
    fake_provider_t *f = apr_pcalloc(p, sizeof(*f));

    f->base.send = send_to;
    f->p = p;
    f->now = now;
    f->subject = "alice";
    f->id_claims = f->userinfo = f->revoked = "";
    f->expires_in = 3600;
    pthread_mutex_init(&f->lock, NULL);
    return f;
}

const char *fake_provider_sign_in(fake_provider_t *f, const char *url, apr_pool_t *p)
{
    const char *query = strchr(url, '?'), *back;
    fake_code_t code = { .used = 0 };
    ga2_form_t *form;

    if (strncmp(url, FAKE_ISSUER "/authorize?", sizeof FAKE_ISSUER + 10))
        abort();
    must(ga2_form_parse(&form, ga2_bytes_of(query + 1), p));
    pthread_mutex_lock(&f->lock);
    code.nonce = apr_pstrdup(f->p, ga2_form_get(form, "nonce"));
    code.challenge = apr_pstrdup(f->p, ga2_form_get(form, "code_challenge"));
    code.redirect_uri = apr_pstrdup(f->p, ga2_form_get(form, "redirect_uri"));
    back = apr_psprintf(p, "code=code-%d", f->code_count);
    if (f->code_count == FAKE_CODES_MAX)
        abort();
    f->codes[f->code_count++] = code;
    pthread_mutex_unlock(&f->lock);
    back = ga2_form_add(back, "state", ga2_form_get(form, "state"), p);
    return f->without_iss ? back : ga2_form_add(back, "iss", FAKE_ISSUER, p);
}
