/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"
#include "crypto/context.h"
#include "base/secret.h"
#include <openssl/core_names.h>

static const EVP_MD *sha2_of(int bits)
{
    switch (bits) {
    case 256: return ga2_crypto()->sha256;
    case 384: return ga2_crypto()->sha384;
    case 512: return ga2_crypto()->sha512;
    default:  ga2_crypto_die("there is no SHA-2 of that length");
    }
}

apr_size_t ga2_sha2(unsigned char out[64], int bits, ga2_bytes_t data)
{
    EVP_MD_CTX *context = ga2_crypto_thread()->digest;
    unsigned len;

    if (EVP_DigestInit_ex2(context, sha2_of(bits), NULL) != 1
        || EVP_DigestUpdate(context, data.data, data.len) != 1
        || EVP_DigestFinal_ex(context, out, &len) != 1)
        ga2_crypto_die("SHA-2");
    return len;
}

void ga2_sha256(unsigned char out[GA2_SHA256_LEN], ga2_bytes_t data)
{
    unsigned char room[64];

    ga2_sha2(room, 256, data);
    memcpy(out, room, GA2_SHA256_LEN);
}

/* No key would mean the last one to OpenSSL; here it means an empty one. */
static ga2_bytes_t some_key(ga2_bytes_t key)
{
    return key.data ? key : ga2_bytes_of("");
}

void ga2_hmac_sha256(unsigned char out[GA2_SHA256_LEN], ga2_bytes_t key, ga2_bytes_t data)
{
    EVP_MAC_CTX *context = ga2_crypto_thread()->hmac;
    size_t len;

    key = some_key(key);
    if (EVP_MAC_init(context, key.data, key.len, NULL) != 1
        || EVP_MAC_update(context, data.data, data.len) != 1
        || EVP_MAC_final(context, out, &len, GA2_SHA256_LEN) != 1)
        ga2_crypto_die("HMAC-SHA256");
}

apr_size_t ga2_hmac_sha2(unsigned char out[64], int bits, ga2_bytes_t key, ga2_bytes_t data)
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)EVP_MD_get0_name(sha2_of(bits)), 0),
        OSSL_PARAM_construct_end() };
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(ga2_crypto()->hmac);
    size_t len;

    key = some_key(key);
    if (!context
        || EVP_MAC_init(context, key.data, key.len, params) != 1
        || EVP_MAC_update(context, data.data, data.len) != 1
        || EVP_MAC_final(context, out, &len, 64) != 1)
        ga2_crypto_die("HMAC");
    EVP_MAC_CTX_free(context);
    return len;
}

/* RFC 5869 2.2: without a salt, extract with as many zeros as the hash is long. 2.3: 32 bytes are one block. */
void ga2_hkdf_sha256(unsigned char out[32], ga2_bytes_t key, const char *label)
{
    static const unsigned char zeros[GA2_SHA256_LEN];
    unsigned char pseudorandom[GA2_SHA256_LEN], info[128];
    apr_size_t len = strlen(label);

    if (len >= sizeof(info))
        ga2_crypto_die("a label is too long");
    memcpy(info, label, len);
    info[len] = 1;
    ga2_hmac_sha256(pseudorandom, (ga2_bytes_t){ zeros, sizeof(zeros) }, key);
    ga2_hmac_sha256(out, (ga2_bytes_t){ pseudorandom, sizeof(pseudorandom) }, (ga2_bytes_t){ info, len + 1 });
    ga2_wipe(pseudorandom, sizeof(pseudorandom));
}
