/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/token.h"
#include "base/text.h"
#include "codec/form.h"
#include "codec/json.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum { LIFETIME_MOST = 10 * 366 * 86400 };

/* A reply is JSON (RFC 6749 5.1); some plain providers answer with a form. Both become the same questions. */
typedef struct answer { const ga2_json_t *json; const ga2_form_t *form; } answer_t;

static const char *text_of(const answer_t *a, const char *name)
{
    return a->json ? ga2_json_string(a->json, name) : ga2_form_get(a->form, name);
}

static ga2_error_t *read_answer(answer_t *a, const ga2_http_reply_t *reply, apr_pool_t *p)
{
    *a = (answer_t){ NULL, NULL };
    if (!strcmp(reply->content_type, "application/x-www-form-urlencoded"))
        return ga2_form_parse((ga2_form_t **)&a->form, reply->body, p);
    return ga2_json_parse_object(&a->json, reply->body, p);
}

/* RFC 6749 5.2, from whatever status it came with. */
static ga2_error_t *refusal(const answer_t *a, int status, apr_pool_t *p)
{
    const char *error = text_of(a, "error"), *more = text_of(a, "error_description");

    if (!error)
        return NULL;
    error = apr_psprintf(p, "%s%s%s", ga2_text_printable(error, p), more ? ": " : "",
                         more ? ga2_text_printable(more, p) : "");
    if (!strcmp(text_of(a, "error"), "invalid_grant"))
        return ga2_fail(p, GRANT_ENDED, NULL, "the token endpoint answered %s", error);
    return ga2_fail(p, TOKEN_REFUSED, NULL, "the token endpoint answered %s (status %d)", error, status);
}

/* A number, or a number in quotes, which several providers send. */
static apr_int64_t expires_in(const answer_t *a)
{
    const char *text = text_of(a, "expires_in");
    apr_int64_t seconds = -1;
    char *end;

    if (a->json && ga2_json_number(&seconds, a->json, "expires_in"))
        return seconds > LIFETIME_MOST ? LIFETIME_MOST : seconds;
    if (a->json && ga2_json_type(ga2_json_member(a->json, "expires_in")) == GA2_JSON_NUMBER)
        return 0;                               /* negative, or no time at all */
    if (!text || !apr_isdigit(*text))
        return text ? 0 : -1;
    seconds = apr_strtoi64(text, &end, 10);
    if (*end || seconds < 0)
        return 0;
    return seconds > LIFETIME_MOST ? LIFETIME_MOST : seconds;
}

/* A token travels in headers later: RFC 6750 2.1 allows printable ASCII without spaces at most. */
static ga2_error_t *token(const ga2_secret_t **out, const answer_t *a, const char *name, apr_pool_t *p)
{
    const char *text = text_of(a, name);

    *out = NULL;
    if (!text || !*text)
        return NULL;
    if (strlen(text) > GA2_TOKEN_MAX)
        return ga2_fail(p, PROVIDER_BAD, NULL, "the token reply's %s is longer than %d bytes", name, GA2_TOKEN_MAX);
    for (const char *s = text; *s; s++)
        if (*s <= 0x20 || *s >= 0x7f)
            return ga2_fail(p, PROVIDER_BAD, NULL, "the token reply's %s has characters that no token may have", name);
    *out = ga2_secret_of(text, p);
    return NULL;
}

ga2_error_t *ga2_token_reply(ga2_tokens_t *out, const ga2_http_reply_t *reply, apr_pool_t *p)
{
    answer_t a;
    const char *type, *scopes;
    ga2_error_t *err;

    *out = (ga2_tokens_t){ .expires_in = -1 };
    if (reply->status == 429 || reply->status >= 500)
        return ga2_fail(p, PROVIDER_DOWN, NULL, "the token endpoint answered with status %d", reply->status);
    err = read_answer(&a, reply, p);
    if (err)
        return ga2_fail(p, PROVIDER_BAD, err, "the token endpoint's answer (status %d) cannot be read", reply->status);
    GA2_TRY(refusal(&a, reply->status, p));
    if (reply->status != 200)
        return ga2_fail(p, PROVIDER_BAD, NULL, "the token endpoint answered with status %d", reply->status);
    type = text_of(&a, "token_type");
    if (type && !ga2_text_same_nocase(type, "bearer"))
        return ga2_fail(p, PROVIDER_BAD, NULL, "the token is of type %s; only bearer tokens are understood",
                        ga2_text_printable(type, p));
    GA2_TRY(token(&out->access_token, &a, "access_token", p));
    GA2_TRY(token(&out->refresh_token, &a, "refresh_token", p));
    GA2_TRY(token(&out->id_token, &a, "id_token", p));
    if (!out->access_token)
        return ga2_fail(p, PROVIDER_BAD, NULL, "the token reply has no access_token");
    scopes = text_of(&a, "scope");
    out->scopes = scopes ? ga2_text_word_set(scopes, p) : NULL;
    out->expires_in = expires_in(&a);
    return NULL;
}
