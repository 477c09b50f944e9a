/* SPDX-License-Identifier: Apache-2.0
 * Signatures of RFC 7518 3 and RFC 8037 3.1 over plain bytes, made and verified by OpenSSL. */
#include "jose/jws.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "jose/ecdsa.h"
#include <openssl/err.h>
#include <openssl/rsa.h>

static const char *digest_of(ga2_alg_t alg)
{
    switch (ga2_algorithms[alg].bits) {
    case 256: return "SHA256";
    case 384: return "SHA384";
    case 512: return "SHA512";
    default:  return NULL;          /* RFC 8037 3.1: EdDSA hashes by itself */
    }
}

/* RFC 7518 3.5: the salt is as long as the digest, and the mask is made with the same one. */
static int set_padding(EVP_PKEY_CTX *context, ga2_alg_t alg)
{
    if (alg < GA2_ALG_PS256 || alg > GA2_ALG_PS512)
        return 1;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, digest_of(alg), NULL) == 1;
}

/* --- verifying */

static int verify(const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, ga2_bytes_t signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options;
    int ok;

    if (!context)
        ga2_crypto_die("a digest context");
    ok = EVP_DigestVerifyInit_ex(context, &options, digest_of(alg), NULL, NULL, key->key, NULL) == 1
        && set_padding(options, alg)
        && EVP_DigestVerify(context, signature.data, signature.len, data.data, data.len) == 1;
    EVP_MD_CTX_free(context);
    if (!ok)
        ERR_clear_error();
    return ok;
}

static int verify_ec(const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, ga2_bytes_t signature)
{
    unsigned char der[GA2_ECDSA_DER_MAX];
    apr_size_t len;

    return ga2_ecdsa_to_der(der, &len, key->crv, signature) && verify(key, alg, data, (ga2_bytes_t){ der, len });
}

static int verify_hmac(const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, ga2_bytes_t signature)
{
    unsigned char good[64];
    apr_size_t len = ga2_hmac_sha2(good, ga2_algorithms[alg].bits, ga2_secret_reveal(key->secret), data);
    int ok = signature.len == len && ga2_same_bytes(good, signature.data, len);

    ga2_wipe(good, sizeof(good));
    return ok;
}

int ga2_signature_ok(const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, ga2_bytes_t signature)
{
    if (!ga2_jwk_fits(key, alg))
        return 0;
    switch (key->kty) {
    case GA2_KTY_OCT:
        return verify_hmac(key, alg, data, signature);
    case GA2_KTY_EC:
        return verify_ec(key, alg, data, signature);
    case GA2_KTY_RSA:
    case GA2_KTY_OKP:
        /* RFC 8017 8.1.2, 8.2.2: as long as the modulus, exactly. Ed25519 and Ed448 have one length, too. */
        return signature.len == (apr_size_t)EVP_PKEY_get_size(key->key) && verify(key, alg, data, signature);
    }
    return 0;
}

/* --- signing */

static apr_status_t free_context(void *context)
{
    EVP_MD_CTX_free(context);
    return APR_SUCCESS;
}

static ga2_error_t *sign(ga2_bytes_t *out, const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, apr_pool_t *p)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t len = (size_t)EVP_PKEY_get_size(key->key);
    unsigned char *room = apr_palloc(p, len);
    EVP_PKEY_CTX *options;

    if (!context)
        ga2_crypto_die("a digest context");
    apr_pool_cleanup_register(p, context, free_context, apr_pool_cleanup_null);
    if (EVP_DigestSignInit_ex(context, &options, digest_of(alg), NULL, NULL, key->key, NULL) != 1
        || !set_padding(options, alg)
        || EVP_DigestSign(context, room, &len, data.data, data.len) != 1) {
        ERR_clear_error();
        return ga2_fail(p, JWS_KEY, NULL, "the key cannot sign: it has no private half");
    }
    *out = (ga2_bytes_t){ room, len };
    return NULL;
}

static ga2_error_t *sign_ec(ga2_bytes_t *out, const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, apr_pool_t *p)
{
    apr_size_t len = ga2_algorithms[alg].length;
    unsigned char *rs = apr_palloc(p, len);
    ga2_bytes_t der;

    GA2_TRY(sign(&der, key, alg, data, p));
    if (!ga2_ecdsa_from_der(rs, len, der))
        return ga2_fail(p, CRYPTO, NULL, "OpenSSL made an ECDSA signature that is not one");
    *out = (ga2_bytes_t){ rs, len };
    return NULL;
}

static void sign_hmac(ga2_bytes_t *out, const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, apr_pool_t *p)
{
    unsigned char *mac = apr_palloc(p, 64);

    *out = (ga2_bytes_t){ mac, ga2_hmac_sha2(mac, ga2_algorithms[alg].bits, ga2_secret_reveal(key->secret), data) };
}

ga2_error_t *ga2_signature_make(ga2_bytes_t *out, const ga2_jwk_t *key, ga2_alg_t alg, ga2_bytes_t data, apr_pool_t *p)
{
    if (!ga2_jwk_fits(key, alg))
        return ga2_fail(p, JWS_KEY, NULL, "the key is not one for %s", ga2_algorithms[alg].name);
    if (key->kty == GA2_KTY_EC)
        return sign_ec(out, key, alg, data, p);
    if (key->kty != GA2_KTY_OCT)
        return sign(out, key, alg, data, p);
    sign_hmac(out, key, alg, data, p);
    return NULL;
}
