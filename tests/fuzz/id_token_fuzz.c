/* SPDX-License-Identifier: Apache-2.0
 * ga2_id_token_check. The first byte chooses what is expected: with or without nonce, subject, max_age, acr, access
 * token; the rest are the claims. A slow model reads the claims again, by walking, with numbers as cJSON has them, and
 * must not find a fault in what was accepted. */
#include "fuzz.h"
#include "crypto/context.h"
#include "oauth/id_token.h"
#include <cjson/cJSON.h>
#include <string.h>

enum { NOW = 1800000000, STARTED = NOW - 30, LEEWAY = 60 };

static const cJSON *claim(const cJSON *claims, const char *name)
{
    for (const cJSON *c = claims->child; c; c = c->next)
        if (!strcmp(c->string, name))
            return c;
    return NULL;
}

static int is_text(const cJSON *item, const char *text)
{
    return item && cJSON_IsString(item) && !strcmp(item->valuestring, text);
}

static int within(const cJSON *item, double least, double most)
{
    return item && cJSON_IsNumber(item) && item->valuedouble >= least && item->valuedouble <= most;
}

static int audience_ok(const cJSON *aud, const cJSON *azp)
{
    int ours = 0, others = 0;

    if (is_text(aud, "our-client"))
        return !azp || is_text(azp, "our-client");
    if (!aud || !cJSON_IsArray(aud))
        return 0;
    for (const cJSON *a = aud->child; a; a = a->next) {
        ours += is_text(a, "our-client");
        others += !is_text(a, "our-client");
    }
    return ours && (others ? is_text(azp, "our-client") : !azp || is_text(azp, "our-client"));
}

static int subject_ok(const cJSON *sub)
{
    size_t len = sub && cJSON_IsString(sub) ? strlen(sub->valuestring) : 0;

    for (size_t i = 0; i < len; i++)
        if ((unsigned char)sub->valuestring[i] < 0x20 || (unsigned char)sub->valuestring[i] > 0x7e)
            return 0;
    return len >= 1 && len <= 255;
}

/* Asks only what must be true of whatever is accepted. */
static void check_by_model(const cJSON *c, const ga2_expected_t *x)
{
    GA2_HOLDS(is_text(claim(c, "iss"), "https://op.example"));
    GA2_HOLDS(audience_ok(claim(c, "aud"), claim(c, "azp")));
    GA2_HOLDS(within(claim(c, "exp"), NOW - LEEWAY + 1, 9007199254740992.0));
    GA2_HOLDS(within(claim(c, "iat"), x->started ? STARTED - LEEWAY : 0, NOW + LEEWAY + 0.999999));
    GA2_HOLDS(!claim(c, "nbf") || within(claim(c, "nbf"), 0, NOW + LEEWAY + 0.999999));
    GA2_HOLDS(!x->nonce || is_text(claim(c, "nonce"), "n-1"));
    GA2_HOLDS(subject_ok(claim(c, "sub")) && (!x->subject || is_text(claim(c, "sub"), "alice")));
    GA2_HOLDS(!claim(c, "events"));
    GA2_HOLDS(x->max_age < 0 || within(claim(c, "auth_time"), NOW - 100 - LEEWAY, 9007199254740992.0));
    GA2_HOLDS(!x->acr_values || is_text(claim(c, "acr"), "gold") || is_text(claim(c, "acr"), "silver"));
    /* The first half of SHA-256 of "token", from another implementation. */
    GA2_HOLDS(!x->access_token || !claim(c, "at_hash") || is_text(claim(c, "at_hash"), "PEaenWxYddN6Q_NT1PiOYQ"));
}

GA2_FUZZ(input, pool)
{
    static int up;
    ga2_expected_t x = { .issuer = "https://op.example", .client_id = "our-client", .now = apr_time_from_sec(NOW) };
    const ga2_json_t *claims;
    unsigned char what;

    if (!up++) {
        apr_pool_t *forever;
        atexit(apr_terminate);
        apr_pool_create(&forever, NULL);
        ga2_crypto_start(forever);
    }
    if (!input.len || ga2_json_parse_object(&claims, (ga2_bytes_t){ input.data + 1, input.len - 1 }, pool))
        return;
    what = input.data[0];
    x.nonce = what & 1 ? NULL : "n-1";
    x.subject = what & 2 ? "alice" : NULL;
    x.max_age = what & 4 ? 100 : -1;
    x.acr_values = what & 8 ? "gold silver" : NULL;
    x.access_token = what & 16 ? ga2_secret_of("token", pool) : NULL;
    x.started = what & 32 ? 0 : apr_time_from_sec(STARTED);
    if (!ga2_id_token_check(claims, &x, GA2_ALG_ES256, pool))
        check_by_model(claims, &x);
}
