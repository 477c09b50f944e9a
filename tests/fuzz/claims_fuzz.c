/* SPDX-License-Identifier: Apache-2.0
 * ga2_claims_make from an id_token's and userinfo's JSON (divided by a NUL): the run is whole, each name is in it once,
 * every value may be a header's, what userinfo says counts, and ga2_claims_json is strict JSON of as many members.
 * ga2_claims_next over any bytes at all: it stays inside, and a run that counts as whole is made of C strings. */
#include <string.h>
#include "fuzz.h"
#include "codec/headers.h"
#include "session/claims.h"

static const ga2_json_t *object_of(const unsigned char *data, apr_size_t len, apr_pool_t *p)
{
    const ga2_json_t *json;

    return ga2_json_parse_object(&json, (ga2_bytes_t){ data, len }, p) ? NULL : json;
}

static void holds_for_each(ga2_bytes_t run)
{
    ga2_claim_t claim, found;
    apr_size_t at = 0;

    while (ga2_claims_next(&claim, run, &at)) {
        GA2_HOLDS(ga2_claims_find(&found, run, claim.name) && found.value == claim.value);
        for (const char *s = claim.value; *s; s++)
            GA2_HOLDS(*s >= 0x20 && *s < 0x7f);
        GA2_HOLDS(strcmp(claim.name, "nonce") && strcmp(claim.name, "aud") && strcmp(claim.name, "_claim_sources"));
    }
    GA2_HOLDS(at == run.len);
}

/* Each text member of userinfo is found as it stands there. */
static void userinfo_counts(ga2_bytes_t run, const ga2_json_t *userinfo, apr_pool_t *p)
{
    ga2_claim_t claim;

    for (const ga2_json_t *item = userinfo ? ga2_json_first(userinfo) : NULL; item; item = ga2_json_next(item)) {
        const char *text = ga2_json_text(item);
        if (text && ga2_claims_find(&claim, run, ga2_json_name(item)))
            GA2_HOLDS(!strcmp(claim.value, ga2_header_encode(ga2_bytes_of(text), 0, p)));
    }
}

static int count(ga2_bytes_t run)
{
    ga2_claim_t claim;
    int n = 0;

    for (apr_size_t at = 0; ga2_claims_next(&claim, run, &at);)
        n++;
    return n;
}

static void back_to_json(ga2_bytes_t run, apr_pool_t *p)
{
    const ga2_json_t *json;
    int n = 0;

    GA2_HOLDS(!ga2_json_parse_object(&json, ga2_bytes_of(ga2_claims_json(run, p)), p));
    for (const ga2_json_t *item = ga2_json_first(json); item; item = ga2_json_next(item))
        n++;
    GA2_HOLDS(n == count(run));
}

static void as_answers(ga2_bytes_t input, apr_pool_t *p)
{
    const unsigned char *nul = input.len ? memchr(input.data, 0, input.len) : NULL;
    apr_size_t first = nul ? (apr_size_t)(nul - input.data) : input.len;
    const ga2_json_t *id_token = object_of(input.data, first, p);
    const ga2_json_t *userinfo = nul ? object_of(nul + 1, input.len - first - 1, p) : NULL;
    ga2_bytes_t run;

    if (ga2_claims_make(&run, id_token, userinfo, p))
        return;
    GA2_HOLDS(run.len <= GA2_CLAIMS_MAX && ga2_claims_are_whole(run));
    holds_for_each(run);
    userinfo_counts(run, userinfo, p);
    back_to_json(run, p);
}

static void as_run(ga2_bytes_t run)
{
    const char *begin = (const char *)run.data, *end = begin + run.len;
    int whole = ga2_claims_are_whole(run);
    ga2_claim_t claim;

    for (apr_size_t at = 0; ga2_claims_next(&claim, run, &at);) {
        GA2_HOLDS(at <= run.len && claim.name >= begin && claim.name < claim.value
                  && claim.value + claim.value_len < end);
        GA2_HOLDS(!whole
                  || (strlen(claim.value) == claim.value_len && claim.name + strlen(claim.name) + 1 == claim.value));
    }
    (void)ga2_claims_find(&claim, run, "sub");
}

GA2_FUZZ(input, pool)
{
    as_answers(input, pool);
    if (input.len)
        as_run(ga2_bytes_copy(input, pool));
}
