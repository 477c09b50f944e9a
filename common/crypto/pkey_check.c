/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/pkey.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, EXPONENT_BITS_MAX = 32 };

static ga2_error_t *refused(const char *why, apr_pool_t *p)
{
    ERR_clear_error();
    return ga2_fail(p, JWS_KEY, NULL, "%s", why);
}

static apr_status_t free_number(void *number)
{
    BN_free(number);
    return APR_SUCCESS;
}

static const BIGNUM *number_of(const EVP_PKEY *key, const char *name, apr_pool_t *p)
{
    BIGNUM *number = NULL;

    if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
        return NULL;
    apr_pool_cleanup_register(p, number, free_number, apr_pool_cleanup_null);
    return number;
}

/* Is residue a power of 65537, modulo this prime? */
static int is_power(unsigned residue, unsigned prime)
{
    unsigned power = 1;

    do {
        if (power == residue)
            return 1;
        power = power * (65537 % prime) % prime;
    } while (power != 1);
    return 0;
}

/* CVE-2017-15361: the library of some chips chose both factors among the powers of 65537 modulo the product of the
 * first primes, so their product is one, too. A modulus made otherwise is so for all of these by a chance below
 * 2^-27. */
static int has_roca_print(const BIGNUM *modulus)
{
    static const unsigned char primes[] = { 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71,
        73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167 };

    for (apr_size_t i = 0; i < sizeof(primes); i++)
        if (!is_power((unsigned)BN_mod_word(modulus, primes[i]), primes[i]))
            return 0;
    return 1;
}

static ga2_error_t *check_rsa(const EVP_PKEY *key, apr_pool_t *p)
{
    const BIGNUM *n = number_of(key, OSSL_PKEY_PARAM_RSA_N, p), *e = number_of(key, OSSL_PKEY_PARAM_RSA_E, p);

    if (!n || !e)
        return refused("the RSA key has no modulus or no exponent", p);
    if (BN_num_bits(n) < RSA_BITS_MIN || BN_num_bits(n) > RSA_BITS_MAX)
        return refused("the RSA modulus does not have 2048 to 8192 bits", p);
    if (!BN_is_odd(n))
        return refused("the RSA modulus is even", p);
    if (!BN_is_odd(e) || BN_is_one(e) || BN_num_bits(e) > EXPONENT_BITS_MAX)
        return refused("the RSA exponent is not an odd number of 3 to 2^32", p);
    if (has_roca_print(n))
        return refused("the RSA modulus was made by a library whose keys can be broken (CVE-2017-15361)", p);
    return NULL;
}

static apr_status_t free_context(void *context)
{
    EVP_PKEY_CTX_free(context);
    return APR_SUCCESS;
}

static ga2_error_t *check_ec(EVP_PKEY *key, apr_pool_t *p)
{
    EVP_PKEY_CTX *context;

    if (!ga2_pkey_curve(key))
        return refused("the curve is not P-256, P-384 or P-521", p);
    context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    apr_pool_cleanup_register(p, context, free_context, apr_pool_cleanup_null);
    if (!context || EVP_PKEY_public_check(context) != 1)
        return refused("the point is not on its curve", p);
    return NULL;
}

ga2_error_t *ga2_pkey_check(EVP_PKEY *key, apr_pool_t *p)
{
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
        return check_rsa(key, p);
    case EVP_PKEY_EC:
        return check_ec(key, p);
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
        return NULL;
    default:
        return refused("only RSA, EC, Ed25519 and Ed448 keys sign JWTs", p);
    }
}

static apr_status_t free_digest(void *context)
{
    EVP_MD_CTX_free(context);
    return APR_SUCCESS;
}

static EVP_MD_CTX *digest_in(apr_pool_t *p)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    apr_pool_cleanup_register(p, context, free_digest, apr_pool_cleanup_null);
    return context;
}

ga2_error_t *ga2_pkey_check_private(EVP_PKEY *key, apr_pool_t *p)
{
    static const unsigned char text[] = "any text";
    int id = EVP_PKEY_get_base_id(key);
    const char *digest = id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448 ? NULL : "SHA256";
    EVP_MD_CTX *sign = digest_in(p), *verify = digest_in(p);
    unsigned char signature[RSA_BITS_MAX / 8];
    size_t len = sizeof(signature);

    if (!sign || !verify
        || EVP_DigestSignInit_ex(sign, NULL, digest, NULL, NULL, key, NULL) != 1
        || EVP_DigestSign(sign, signature, &len, text, sizeof(text)) != 1
        || EVP_DigestVerifyInit_ex(verify, NULL, digest, NULL, NULL, key, NULL) != 1
        || EVP_DigestVerify(verify, signature, len, text, sizeof(text)) != 1)
        return refused("the private part of the key does not belong to the public part", p);
    return NULL;
}

const char *ga2_pkey_curve(const EVP_PKEY *key)
{
    static const struct { const char *openssl, *jwk; } curves[] = {
        { "prime256v1", "P-256" }, { "secp384r1", "P-384" }, { "secp521r1", "P-521" } };
    char name[32];
    size_t len;

    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
        return "Ed25519";
    case EVP_PKEY_ED448:
        return "Ed448";
    case EVP_PKEY_EC:
        if (EVP_PKEY_get_group_name(key, name, sizeof(name), &len) == 1)
            for (int i = 0; i < 3; i++)
                if (strcmp(name, curves[i].openssl) == 0)
                    return curves[i].jwk;
        return NULL;
    default:
        return NULL;
    }
}
