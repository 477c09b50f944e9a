/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pkey.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

enum { RSA_BYTES_MAX = 1024, NUMBERS_MAX = 8, COORDINATE_MAX = 66 };

static apr_status_t free_key(void *key)
{
    EVP_PKEY_free(key);
    return APR_SUCCESS;
}

void ga2_pkey_adopt(EVP_PKEY *key, apr_pool_t *p)
{
    apr_pool_cleanup_register(p, key, free_key, apr_pool_cleanup_null);
}

static ga2_error_t *refused(const char *why, apr_pool_t *p)
{
    ERR_clear_error();
    return ga2_fail(p, JWS_KEY, NULL, "%s", why);
}

/* --- made of parts */

static apr_status_t free_context(void *context)
{
    EVP_PKEY_CTX_free(context);
    return APR_SUCCESS;
}

/* `selection` is EVP_PKEY_PUBLIC_KEY or EVP_PKEY_KEYPAIR. */
static ga2_error_t *assemble(EVP_PKEY **out, const char *type, int selection, OSSL_PARAM *params, apr_pool_t *p)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    apr_pool_cleanup_register(p, context, free_context, apr_pool_cleanup_null);
    if (!context || EVP_PKEY_fromdata_init(context) != 1 || EVP_PKEY_fromdata(context, &key, selection, params) != 1)
        return refused("the parts do not make up a key", p);
    ga2_pkey_adopt(key, p);
    GA2_TRY(ga2_pkey_check(key, p));
    *out = key;
    return NULL;
}

/* A JWK's number is big-endian, OpenSSL's has the order of this machine. */
static OSSL_PARAM number(const char *name, ga2_bytes_t value, apr_pool_t *p)
{
    unsigned char *bytes = apr_palloc(p, value.len);

    ga2_wipe_with(p, bytes, value.len);
    for (apr_size_t i = 0; i < value.len; i++)
        bytes[i] = value.data[__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? i : value.len - 1 - i];
    return OSSL_PARAM_construct_BN(name, bytes, value.len);
}

static ga2_error_t *rsa(EVP_PKEY **out, const ga2_rsa_parts_t *parts, apr_pool_t *p)
{
    const struct { const char *name; ga2_bytes_t value; } numbers[NUMBERS_MAX] = {
        { OSSL_PKEY_PARAM_RSA_N, parts->n }, { OSSL_PKEY_PARAM_RSA_E, parts->e }, { OSSL_PKEY_PARAM_RSA_D, parts->d },
        { OSSL_PKEY_PARAM_RSA_FACTOR1, parts->p }, { OSSL_PKEY_PARAM_RSA_FACTOR2, parts->q },
        { OSSL_PKEY_PARAM_RSA_EXPONENT1, parts->dp }, { OSSL_PKEY_PARAM_RSA_EXPONENT2, parts->dq },
        { OSSL_PKEY_PARAM_RSA_COEFFICIENT1, parts->qi } };
    OSSL_PARAM params[NUMBERS_MAX + 1];
    int count = 0;

    for (int i = 0; i < NUMBERS_MAX; i++) {
        if (numbers[i].value.len > RSA_BYTES_MAX)       /* before any work on it */
            return refused("a number of the RSA key is too long", p);
        if (numbers[i].value.len)
            params[count++] = number(numbers[i].name, numbers[i].value, p);
    }
    params[count] = OSSL_PARAM_construct_end();
    return assemble(out, "RSA", parts->d.len ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params, p);
}

ga2_error_t *ga2_pkey_rsa(EVP_PKEY **out, ga2_bytes_t n, ga2_bytes_t e, apr_pool_t *p)
{
    return rsa(out, &(ga2_rsa_parts_t){ .n = n, .e = e }, p);
}

static apr_size_t coordinate_len(const char *curve)
{
    return strcmp(curve, "P-256") == 0 ? 32 : strcmp(curve, "P-384") == 0 ? 48 : strcmp(curve, "P-521") == 0 ? 66 : 0;
}

/* RFC 7518 6.2: x, y and d have the full length of the curve, leading zeros included. No d: the public key. */
static ga2_error_t *ec(EVP_PKEY **out, const char *curve, const ga2_bytes_t xyd[3], apr_pool_t *p)
{
    apr_size_t len = coordinate_len(curve);
    unsigned char point[1 + 2 * COORDINATE_MAX] = { 4 /* SEC 1 2.3.3: not compressed */ };
    OSSL_PARAM params[4] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * len),
        OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end() };

    if (!len)
        return refused("the curve is not P-256, P-384 or P-521", p);
    if (xyd[0].len != len || xyd[1].len != len || (xyd[2].data && xyd[2].len != len))
        return refused("a coordinate does not have the length of its curve", p);
    memcpy(point + 1, xyd[0].data, len);
    memcpy(point + 1 + len, xyd[1].data, len);
    if (xyd[2].data)
        params[2] = number(OSSL_PKEY_PARAM_PRIV_KEY, xyd[2], p);
    return assemble(out, "EC", xyd[2].data ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params, p);
}

ga2_error_t *ga2_pkey_ec(EVP_PKEY **out, const char *curve, ga2_bytes_t x, ga2_bytes_t y, apr_pool_t *p)
{
    return ec(out, curve, (const ga2_bytes_t[]){ x, y, GA2_NO_BYTES }, p);
}

/* RFC 8037 2; the lengths are OpenSSL's to check. */
ga2_error_t *ga2_pkey_okp(EVP_PKEY **out, const char *curve, ga2_bytes_t x, apr_pool_t *p)
{
    EVP_PKEY *key;

    if (strcmp(curve, "Ed25519") != 0 && strcmp(curve, "Ed448") != 0)
        return refused("the curve is not Ed25519 or Ed448", p);
    key = EVP_PKEY_new_raw_public_key_ex(NULL, curve, NULL, x.data, x.len);
    if (!key)
        return refused("x does not have the length of its curve", p);
    ga2_pkey_adopt(key, p);
    *out = key;
    return NULL;
}

/* --- private */

ga2_error_t *ga2_pkey_rsa_private(EVP_PKEY **out, const ga2_rsa_parts_t *parts, apr_pool_t *p)
{
    int primes = !!parts->p.len + !!parts->q.len + !!parts->dp.len + !!parts->dq.len + !!parts->qi.len;

    if (!parts->d.len)
        return refused("the RSA key has no private exponent", p);
    if (primes != 0 && primes != 5)         /* RFC 7518 6.3.2 */
        return refused("the RSA key has some of p, q, dp, dq and qi, but not all", p);
    GA2_TRY(rsa(out, parts, p));
    return ga2_pkey_check_private(*out, p);
}

ga2_error_t *ga2_pkey_ec_private(EVP_PKEY **out, const char *curve, ga2_bytes_t x, ga2_bytes_t y, ga2_bytes_t d,
                                 apr_pool_t *p)
{
    if (!d.data)
        return refused("the EC key has no private number", p);
    GA2_TRY(ec(out, curve, (const ga2_bytes_t[]){ x, y, d }, p));
    return ga2_pkey_check_private(*out, p);
}

ga2_error_t *ga2_pkey_okp_private(EVP_PKEY **out, const char *curve, ga2_bytes_t x, ga2_bytes_t d, apr_pool_t *p)
{
    EVP_PKEY *public_key, *key;

    GA2_TRY(ga2_pkey_okp(&public_key, curve, x, p));
    key = EVP_PKEY_new_raw_private_key_ex(NULL, curve, NULL, d.data, d.len);
    if (!key)
        return refused("d does not have the length of its curve", p);
    ga2_pkey_adopt(key, p);
    if (EVP_PKEY_eq(key, public_key) != 1)
        return refused("the private part of the key does not belong to the public part", p);
    *out = key;
    return NULL;
}
