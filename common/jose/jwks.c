/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/jwk.h"
#include "crypto/pkey.h"
#include <string.h>

struct ga2_jwks {
    int count;
    ga2_jwk_t keys[GA2_JWKS_KEYS_MAX];
};

/* A set in the making. */
typedef struct gathering {
    ga2_jwks_t *set;
    int seen;
    const ga2_error_t *first;       /* why the first key was left out */
} gathering_t;

typedef ga2_error_t *reader_t(ga2_jwk_t *out, const ga2_json_t *item, ga2_keys_from_t from, apr_pool_t *p);

static ga2_error_t *gather(gathering_t *g, const ga2_json_t *item, reader_t *read, ga2_keys_from_t from, apr_pool_t *p)
{
    ga2_error_t *err;

    if (g->seen++ == GA2_JWKS_KEYS_MAX)
        return ga2_fail(p, JWS_KEY, NULL, "the set has more than %d keys", GA2_JWKS_KEYS_MAX);
    err = read(&g->set->keys[g->set->count], item, from, p);
    if (!err)
        g->set->count++;
    else if (!g->first)
        g->first = err;
    return NULL;
}

static int same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static int is_ambiguous(const ga2_jwks_t *set, const ga2_jwk_t *key)
{
    for (const ga2_jwk_t *other = set->keys; key->kid && other < set->keys + set->count; other++)
        if (other != key && same_text(other->kid, key->kid) && other->kty == key->kty && other->alg == key->alg
            && same_text(other->crv, key->crv))
            return 1;
    return 0;
}

static ga2_error_t *finish(const ga2_jwks_t **out, gathering_t *g, apr_pool_t *p)
{
    ga2_jwks_t *clear = apr_pcalloc(p, sizeof(*clear));

    for (int i = 0; i < g->set->count; i++)
        if (!is_ambiguous(g->set, &g->set->keys[i]))
            clear->keys[clear->count++] = g->set->keys[i];
        else if (!g->first)
            g->first = ga2_fail(p, JWS_KEY, NULL, "two keys have the same kid, kty, crv and alg");
    if (!clear->count)
        return ga2_fail(p, JWS_KEY, g->first, g->seen ? "the set has no key that can be used" : "the set has no keys");
    *out = clear;
    return NULL;
}

ga2_error_t *ga2_jwks_from_json(const ga2_jwks_t **out, const ga2_json_t *object, ga2_keys_from_t from, apr_pool_t *p)
{
    gathering_t g = { .set = apr_pcalloc(p, sizeof(ga2_jwks_t)) };
    const ga2_json_t *keys = ga2_json_array(object, "keys");

    if (!keys && !ga2_json_member(object, "kty"))
        return ga2_fail(p, JWS_KEY, NULL, "this is not a key set: it has no list \"keys\"");
    if (!keys)
        GA2_TRY(gather(&g, object, ga2_jwk_read, from, p));
    for (const ga2_json_t *item = keys ? ga2_json_first(keys) : NULL; item; item = ga2_json_next(item))
        GA2_TRY(gather(&g, item, ga2_jwk_read, from, p));
    return finish(out, &g, p);
}

static ga2_error_t *parse_text(const ga2_json_t **out, ga2_bytes_t json, apr_pool_t *p)
{
    if (json.len > GA2_JWKS_BYTES_MAX)
        return ga2_fail(p, JWS_KEY, NULL, "the key set is larger than %d bytes", GA2_JWKS_BYTES_MAX);
    return ga2_json_parse_object(out, json, p);
}

ga2_error_t *ga2_jwks_parse(const ga2_jwks_t **out, ga2_bytes_t json, ga2_keys_from_t from, apr_pool_t *p)
{
    const ga2_json_t *object;

    GA2_TRY(parse_text(&object, json, p));
    return ga2_jwks_from_json(out, object, from, p);
}

static ga2_error_t *read_certificate(ga2_jwk_t *out, const ga2_json_t *item, ga2_keys_from_t from, apr_pool_t *p)
{
    EVP_PKEY *key;

    (void)from;
    GA2_TRY(ga2_pkey_from_certificate(&key, ga2_bytes_of(ga2_json_text(item)), p));
    *out = ga2_jwk_of(key, ga2_json_name(item));
    return NULL;
}

ga2_error_t *ga2_jwks_parse_certificates(const ga2_jwks_t **out, ga2_bytes_t json, apr_pool_t *p)
{
    gathering_t g = { .set = apr_pcalloc(p, sizeof(ga2_jwks_t)) };
    const ga2_json_t *object;

    GA2_TRY(parse_text(&object, json, p));
    for (const ga2_json_t *item = ga2_json_first(object); item; item = ga2_json_next(item))
        GA2_TRY(gather(&g, item, read_certificate, GA2_KEYS_FROM_NETWORK, p));
    return finish(out, &g, p);
}

int ga2_jwks_count(const ga2_jwks_t *set) { return set->count; }
const ga2_jwk_t *ga2_jwks_at(const ga2_jwks_t *set, int i) { return &set->keys[i]; }

int ga2_jwks_has_kid(const ga2_jwks_t *set, const char *kid)
{
    for (int i = 0; i < set->count; i++)
        if (same_text(set->keys[i].kid, kid))
            return 1;
    return 0;
}
