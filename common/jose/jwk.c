/* SPDX-License-Identifier: Apache-2.0
 * One JSON Web Key. It is read with suspicion: what it says of its own use must agree with signing. */
#include "jose/jwk.h"
#include "codec/base64.h"
#include "crypto/pkey.h"
#include <string.h>

/* RFC 7518 6.2.2, 6.3.2, 6.4.1 and RFC 8037 2: what only the key's owner may know. */
static const char *const private_members[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };

static ga2_error_t *refused(const char *why, apr_pool_t *p)
{
    return ga2_fail(p, JWS_KEY, NULL, "%s", why);
}

/* NULL when it is absent; another type is an error. */
static ga2_error_t *read_text(const char **out, const ga2_json_t *jwk, const char *name, apr_pool_t *p)
{
    *out = ga2_json_string(jwk, name);
    if (!*out && ga2_json_member(jwk, name))
        return ga2_fail(p, JWS_KEY, NULL, "the key's \"%s\" is not a string", name);
    return NULL;
}

/* No bytes when it is absent. */
static ga2_error_t *read_bytes(ga2_bytes_t *out, const ga2_json_t *jwk, const char *name, apr_pool_t *p)
{
    const char *text;

    *out = GA2_NO_BYTES;
    GA2_TRY(read_text(&text, jwk, name, p));
    if (!text)
        return NULL;
    if (!*text || !ga2_base64url_decode(out, text, strlen(text), p))
        return ga2_fail(p, JWS_KEY, NULL, "the key's \"%s\" is not base64url", name);
    ga2_wipe_with(p, (void *)out->data, out->len);
    return NULL;
}

static ga2_error_t *read_needed(ga2_bytes_t *out, const ga2_json_t *jwk, const char *name, apr_pool_t *p)
{
    GA2_TRY(read_bytes(out, jwk, name, p));
    return out->data ? NULL : ga2_fail(p, JWS_KEY, NULL, "the key has no \"%s\"", name);
}

static ga2_error_t *read_rsa(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p)
{
    ga2_rsa_parts_t parts;

    GA2_TRY(read_needed(&parts.n, jwk, "n", p));
    GA2_TRY(read_needed(&parts.e, jwk, "e", p));
    GA2_TRY(read_bytes(&parts.d, jwk, "d", p));
    if (!parts.d.data)
        return ga2_pkey_rsa(&out->key, parts.n, parts.e, p);
    if (ga2_json_member(jwk, "oth"))
        return refused("an RSA key of more than two primes is not taken", p);
    GA2_TRY(read_bytes(&parts.p, jwk, "p", p));
    GA2_TRY(read_bytes(&parts.q, jwk, "q", p));
    GA2_TRY(read_bytes(&parts.dp, jwk, "dp", p));
    GA2_TRY(read_bytes(&parts.dq, jwk, "dq", p));
    GA2_TRY(read_bytes(&parts.qi, jwk, "qi", p));
    return ga2_pkey_rsa_private(&out->key, &parts, p);
}

static ga2_error_t *read_ec(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p)
{
    ga2_bytes_t x, y, d;

    GA2_TRY(read_needed(&x, jwk, "x", p));
    GA2_TRY(read_needed(&y, jwk, "y", p));
    GA2_TRY(read_bytes(&d, jwk, "d", p));
    if (d.data)
        return ga2_pkey_ec_private(&out->key, out->crv, x, y, d, p);
    return ga2_pkey_ec(&out->key, out->crv, x, y, p);
}

static ga2_error_t *read_okp(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p)
{
    ga2_bytes_t x, d;

    GA2_TRY(read_needed(&x, jwk, "x", p));
    GA2_TRY(read_bytes(&d, jwk, "d", p));
    if (d.data)
        return ga2_pkey_okp_private(&out->key, out->crv, x, d, p);
    return ga2_pkey_okp(&out->key, out->crv, x, p);
}

static ga2_error_t *read_oct(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p)
{
    ga2_bytes_t k;

    GA2_TRY(read_needed(&k, jwk, "k", p));
    out->secret = ga2_secret_make(k.data, k.len, p);
    return NULL;
}

static const struct { const char *name; ga2_kty_t kty; int has_curve;
                      ga2_error_t *(*read)(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p); } kinds[] = {
    { "RSA", GA2_KTY_RSA, 0, read_rsa },
    { "EC",  GA2_KTY_EC,  1, read_ec  },
    { "OKP", GA2_KTY_OKP, 1, read_okp },
    { "oct", GA2_KTY_OCT, 0, read_oct },
};

static ga2_error_t *read_key(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p)
{
    const char *kty;

    GA2_TRY(read_text(&kty, jwk, "kty", p));
    for (int i = 0; kty && i < 4; i++) {
        if (strcmp(kinds[i].name, kty) != 0)
            continue;
        out->kty = kinds[i].kty;
        if (kinds[i].has_curve) {
            GA2_TRY(read_text(&out->crv, jwk, "crv", p));
            if (!out->crv)
                return refused("the key names no curve", p);
        }
        return kinds[i].read(out, jwk, p);
    }
    return refused("the key is not of a kind that is known here (kty RSA, EC, OKP or oct)", p);
}

/* RFC 7517 4.2, 4.3: a key for encryption never verifies a signature. */
static ga2_error_t *for_signatures(const ga2_json_t *jwk, apr_pool_t *p)
{
    const ga2_json_t *operations = ga2_json_array(jwk, "key_ops");
    const char *use;

    GA2_TRY(read_text(&use, jwk, "use", p));
    if (use && strcmp(use, "sig") != 0)
        return refused("the key's \"use\" is not \"sig\"", p);
    if (!operations)
        return ga2_json_member(jwk, "key_ops") ? refused("the key's \"key_ops\" is not a list", p) : NULL;
    if (!ga2_json_array_has(operations, "verify") && !ga2_json_array_has(operations, "sign"))
        return refused("the key's \"key_ops\" have neither \"verify\" nor \"sign\"", p);
    return NULL;
}

static ga2_error_t *fit_for_the_network(const ga2_json_t *jwk, apr_pool_t *p)
{
    for (apr_size_t i = 0; i < sizeof(private_members) / sizeof(*private_members); i++)
        if (ga2_json_member(jwk, private_members[i]))
            return refused("the key is secret, or its private half is published: it proves nothing", p);
    return NULL;
}

/* RFC 8725 3.1: one key, one algorithm. One that is not known here cannot be meant by a token that is. */
static ga2_error_t *read_alg(ga2_jwk_t *out, const ga2_json_t *jwk, apr_pool_t *p)
{
    const char *alg;
    int found;

    GA2_TRY(read_text(&alg, jwk, "alg", p));
    if (!alg)
        return NULL;
    found = ga2_algorithm_find(alg);
    if (found < 0)
        return refused("the key is for an algorithm that is not known here", p);
    if (!ga2_jwk_fits(out, (ga2_alg_t)found))
        return refused("the key's \"alg\" is not one for a key of its kind, curve or length", p);
    out->alg = found;
    return NULL;
}

ga2_error_t *ga2_jwk_read(ga2_jwk_t *out, const ga2_json_t *object, ga2_keys_from_t from, apr_pool_t *p)
{
    ga2_jwk_t key = { .alg = -1 };

    if (ga2_json_type(object) != GA2_JSON_OBJECT)
        return refused("the key is not an object", p);
    if (from == GA2_KEYS_FROM_NETWORK)
        GA2_TRY(fit_for_the_network(object, p));
    GA2_TRY(for_signatures(object, p));
    GA2_TRY(read_text(&key.kid, object, "kid", p));
    if (key.kid && strlen(key.kid) > GA2_KID_MAX)
        return refused("the key's \"kid\" is longer than 256 bytes", p);
    GA2_TRY(read_key(&key, object, p));
    GA2_TRY(read_alg(&key, object, p));
    *out = key;
    return NULL;
}

ga2_jwk_t ga2_jwk_of(EVP_PKEY *key, const char *kid)
{
    const char *curve = ga2_pkey_curve(key);
    ga2_kty_t kty = !curve ? GA2_KTY_RSA : EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? GA2_KTY_EC : GA2_KTY_OKP;

    return (ga2_jwk_t){ .kty = kty, .kid = kid, .alg = -1, .crv = curve, .key = key };
}

int ga2_jwk_fits(const ga2_jwk_t *key, ga2_alg_t alg)
{
    const ga2_algorithm_t *a = &ga2_algorithms[alg];

    if (key->kty != a->kty || (key->alg >= 0 && key->alg != (int)alg))
        return 0;
    if (a->curve && (!key->crv || strcmp(key->crv, a->curve) != 0))
        return 0;
    /* RFC 7518 3.2: a secret is as long as the hash at least. */
    return a->kty != GA2_KTY_OCT || ga2_secret_reveal(key->secret).len >= a->length;
}
