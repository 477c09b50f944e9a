/* SPDX-License-Identifier: Apache-2.0 */
#include "session/claims.h"
#include "codec/headers.h"
#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

enum { ENTRY_HEAD = 8, NAME_MAX_LEN = 256, OBJECT_DEPTH = 4 };

/* About the token, not about the user. */
static const char *const of_the_token[] = { "iss",     "aud",    "azp",          "exp",
                                            "iat",     "nbf",    "jti",          "nonce",
                                            "at_hash", "c_hash", "s_hash",       "auth_time",
                                            "sid",     "events", "_claim_names", "_claim_sources",
                                            NULL };

typedef struct run { char *bytes; apr_size_t len; int full; apr_pool_t *p; } run_t;

static ga2_bytes_t so_far(const run_t *run) { return (ga2_bytes_t){ (const unsigned char *)run->bytes, run->len }; }

/* A name that is there already is not put again: whoever reads finds the same one, from whichever end. */
static void put(run_t *run, ga2_claim_type_t type, const char *name, const char *value)
{
    apr_uint16_t name_len = (apr_uint16_t)strlen(name);
    apr_uint32_t value_len = (apr_uint32_t)strlen(value);
    apr_size_t need = ENTRY_HEAD + name_len + 1 + value_len + 1;
    char *to = run->bytes + run->len;
    ga2_claim_t had;

    if (ga2_claims_find(&had, so_far(run), name))
        return;
    if (run->full || need > GA2_CLAIMS_MAX - run->len) {
        run->full = 1;
        return;
    }
    to[0] = (char)type;
    to[1] = 0;
    memcpy(to + 2, &name_len, sizeof name_len);
    memcpy(to + 4, &value_len, sizeof value_len);
    memcpy(to + ENTRY_HEAD, name, name_len + 1u);
    memcpy(to + ENTRY_HEAD + name_len + 1, value, value_len + 1);
    run->len += need;
}

/* A value that stands alone; NULL for lists, objects and null. */
static const char *scalar(ga2_claim_type_t *type, const ga2_json_t *item, int in_list, apr_pool_t *p)
{
    switch (ga2_json_type(item)) {
    case GA2_JSON_STRING:
        *type = GA2_CLAIM_STRING;
        return ga2_header_encode(ga2_bytes_of(ga2_json_text(item)), in_list, p);
    case GA2_JSON_NUMBER:
        *type = GA2_CLAIM_NUMBER;
        return ga2_json_number_text(item, p);
    case GA2_JSON_TRUE:
    case GA2_JSON_FALSE:
        *type = GA2_CLAIM_BOOLEAN;
        return ga2_json_type(item) == GA2_JSON_TRUE ? "true" : "false";
    default:
        return NULL;
    }
}

static void put_list(run_t *run, const char *name, const ga2_json_t *list)
{
    apr_array_header_t *items = apr_array_make(run->p, 8, sizeof(const char *));
    ga2_claim_type_t type;

    for (const ga2_json_t *item = ga2_json_first(list); item; item = ga2_json_next(item)) {
        const char *text = scalar(&type, item, 1, run->p);
        if (text)
            APR_ARRAY_PUSH(items, const char *) = text;
    }
    put(run, GA2_CLAIM_LIST, name, apr_array_pstrcat(run->p, items, ','));
}

static void put_members(run_t *run, const char *prefix, const ga2_json_t *object, const ga2_json_t *wins, int depth);

static void put_item(run_t *run, const char *name, const ga2_json_t *item, int depth)
{
    ga2_claim_type_t type;
    const char *text = scalar(&type, item, 0, run->p);

    if (strlen(name) > NAME_MAX_LEN)
        return;
    if (text)
        put(run, type, name, text);
    else if (ga2_json_type(item) == GA2_JSON_ARRAY)
        put_list(run, name, item);
    else if (ga2_json_type(item) == GA2_JSON_OBJECT && depth < OBJECT_DEPTH)
        put_members(run, apr_pstrcat(run->p, name, ".", NULL), item, NULL, depth + 1);
}

static int is_of_the_token(const char *name)
{
    for (int i = 0; of_the_token[i]; i++)
        if (!strcmp(of_the_token[i], name))
            return 1;
    return 0;
}

/* "email_verified" speaks of the address beside it, not of another one that userinfo has in its place. */
static int vouches_for_another(const char *name, const ga2_json_t *own, const ga2_json_t *wins, apr_pool_t *p)
{
    static const char end[] = "_verified";
    apr_size_t len = strlen(name);
    const char *what, *mine, *theirs;

    if (len < sizeof end || strcmp(name + len - (sizeof end - 1), end))
        return 0;
    what = apr_pstrmemdup(p, name, len - (sizeof end - 1));
    mine = ga2_json_string(own, what);
    theirs = ga2_json_string(wins, what);
    return ga2_json_member(wins, what) && (!mine || !theirs || strcmp(mine, theirs));
}

/* What the id_token says beside userinfo. */
static int is_overruled(const char *name, const ga2_json_t *own, const ga2_json_t *wins, apr_pool_t *p)
{
    return wins && (ga2_json_member(wins, name) || vouches_for_another(name, own, wins, p));
}

/* Members whose own names could be taken for a path into an object come first, so that they are the ones found. */
static void put_members(run_t *run, const char *prefix, const ga2_json_t *object, const ga2_json_t *wins, int depth)
{
    for (int objects = 0; objects < 2; objects++)
        for (const ga2_json_t *item = ga2_json_first(object); item; item = ga2_json_next(item)) {
            const char *name = ga2_json_name(item);
            if ((ga2_json_type(item) == GA2_JSON_OBJECT) != objects)
                continue;
            if (depth == 0 && (is_of_the_token(name) || is_overruled(name, object, wins, run->p)))
                continue;
            put_item(run, apr_pstrcat(run->p, prefix, name, NULL), item, depth);
        }
}

ga2_error_t *ga2_claims_make(ga2_bytes_t *out, const ga2_json_t *id_token, const ga2_json_t *userinfo, apr_pool_t *p)
{
    run_t run = { apr_palloc(p, GA2_CLAIMS_MAX), 0, 0, p };

    if (userinfo)
        put_members(&run, "", userinfo, NULL, 0);
    if (id_token)
        put_members(&run, "", id_token, userinfo, 0);
    if (run.full)
        return ga2_fail(p, IDENTITY, NULL,
                        "the provider says more of this user than the %d bytes that a session keeps; "
                        "ask it for fewer claims or groups",
                        GA2_CLAIMS_MAX);
    *out = so_far(&run);
    return NULL;
}

int ga2_claims_next(ga2_claim_t *out, ga2_bytes_t claims, apr_size_t *at)
{
    const char *from;
    apr_size_t left = claims.len - *at;
    apr_uint16_t name_len;
    apr_uint32_t value_len;

    if (left < ENTRY_HEAD)
        return 0;
    from = (const char *)claims.data + *at;
    memcpy(&name_len, from + 2, sizeof name_len);
    memcpy(&value_len, from + 4, sizeof value_len);
    left -= ENTRY_HEAD;
    if (left < (apr_size_t)name_len + 2 || left - name_len - 2 < value_len)
        return 0;
    *out = (ga2_claim_t){ (ga2_claim_type_t)from[0], from + ENTRY_HEAD, from + ENTRY_HEAD + name_len + 1, value_len };
    *at += ENTRY_HEAD + name_len + 1u + value_len + 1u;
    return 1;
}

int ga2_claims_find(ga2_claim_t *out, ga2_bytes_t claims, const char *name)
{
    apr_size_t len = strlen(name);

    for (apr_size_t at = 0; ga2_claims_next(out, claims, &at);)
        if ((apr_size_t)(out->value - out->name) == len + 1 && memcmp(out->name, name, len) == 0)
            return 1;
    return 0;
}

int ga2_claims_are_whole(ga2_bytes_t claims)
{
    ga2_claim_t claim;
    apr_size_t at = 0;

    while (ga2_claims_next(&claim, claims, &at)) {
        if (!claim.type || !strchr("snbl", claim.type) || claim.value[-1] || claim.value[claim.value_len])
            return 0;
        if (strlen(claim.value) != claim.value_len || claim.name + strlen(claim.name) + 1 != claim.value)
            return 0;
    }
    return at == claims.len;
}
