/* SPDX-License-Identifier: Apache-2.0
 * The way back: a run of claims as the JSON object it came from (nested objects stay flat). */
#include "session/claims.h"
#include "codec/html.h"
#include "codec/url.h"
#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

/* The header form decoded: %XX are bytes. */
static const char *decoded(const char *text, apr_size_t len, apr_pool_t *p)
{
    char *out = apr_palloc(p, len + 1), *to = out;

    for (apr_size_t i = 0; i < len; i++) {
        if (text[i] == '%' && i + 2 < len && apr_isxdigit(text[i + 1]) && apr_isxdigit(text[i + 2])) {
            char hex[3] = { text[i + 1], text[i + 2], 0 };
            *to++ = (char)strtol(hex, NULL, 16);
            i += 2;
            continue;
        }
        *to++ = text[i];
    }
    *to = 0;
    return out;
}

static const char *quoted(const char *text, apr_size_t len, apr_pool_t *p)
{
    return apr_pstrcat(p, "\"", ga2_json_escape(decoded(text, len, p), p), "\"", NULL);
}

static const char *list(const ga2_claim_t *claim, apr_pool_t *p)
{
    apr_array_header_t *items = apr_array_make(p, 8, sizeof(const char *));

    for (const char *s = claim->value; *s;) {
        apr_size_t len = strcspn(s, ",");
        APR_ARRAY_PUSH(items, const char *) = quoted(s, len, p);
        s += len + (s[len] != 0);
    }
    return apr_pstrcat(p, "[", apr_array_pstrcat(p, items, ','), "]", NULL);
}

static const char *value(const ga2_claim_t *claim, apr_pool_t *p)
{
    switch (claim->type) {
    case GA2_CLAIM_LIST:
        return list(claim, p);
    case GA2_CLAIM_STRING:
        return quoted(claim->value, claim->value_len, p);
    default:
        return claim->value;
    }
}

const char *ga2_claims_json(ga2_bytes_t claims, apr_pool_t *p)
{
    apr_array_header_t *members = apr_array_make(p, 16, sizeof(const char *));
    ga2_claim_t claim;

    for (apr_size_t at = 0; ga2_claims_next(&claim, claims, &at);)
        APR_ARRAY_PUSH(members, const char *) =
            apr_pstrcat(p, "\"", ga2_json_escape(claim.name, p), "\":", value(&claim, p), NULL);
    return apr_pstrcat(p, "{", apr_array_pstrcat(p, members, ','), "}", NULL);
}
