/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/aead.h"
#include "crypto/context.h"
#include "base/secret.h"
#include <limits.h>

/* Longer ones do not fit OpenSSL's int. */
enum { LONGEST = INT_MAX - GA2_AEAD_TAG };

void ga2_aead_seal(unsigned char *out, const ga2_aead_t *a, ga2_bytes_t plain)
{
    EVP_CIPHER_CTX *gcm = ga2_crypto_thread()->gcm;
    int len = 0;

    if (plain.len > LONGEST || a->bound.len > LONGEST)
        ga2_crypto_die("what is to be sealed is too long");
    if (EVP_EncryptInit_ex2(gcm, NULL, a->key, a->nonce, NULL) != 1
        || (a->bound.len && EVP_EncryptUpdate(gcm, NULL, &len, a->bound.data, (int)a->bound.len) != 1)
        || (plain.len && EVP_EncryptUpdate(gcm, out, &len, plain.data, (int)plain.len) != 1)
        || EVP_EncryptFinal_ex(gcm, out + plain.len, &len) != 1
        || EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_GET_TAG, GA2_AEAD_TAG, out + plain.len) != 1)
        ga2_crypto_die("AES-256-GCM");
}

int ga2_aead_open(unsigned char *out, const ga2_aead_t *a, ga2_bytes_t box)
{
    EVP_CIPHER_CTX *gcm = ga2_crypto_thread()->gcm;
    apr_size_t plain_len = box.len - GA2_AEAD_TAG;
    int len = 0;

    if (box.len < GA2_AEAD_TAG || plain_len > LONGEST || a->bound.len > LONGEST)
        return 0;
    if (EVP_DecryptInit_ex2(gcm, NULL, a->key, a->nonce, NULL) != 1
        || EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_AEAD_SET_TAG, GA2_AEAD_TAG, (void *)(box.data + plain_len)) != 1
        || (a->bound.len && EVP_DecryptUpdate(gcm, NULL, &len, a->bound.data, (int)a->bound.len) != 1)
        || (plain_len && EVP_DecryptUpdate(gcm, out, &len, box.data, (int)plain_len) != 1))
        ga2_crypto_die("AES-256-GCM");
    if (EVP_DecryptFinal_ex(gcm, out + plain_len, &len) == 1)
        return 1;
    ga2_wipe(out, plain_len);       /* nobody shall work with bytes that were not proven */
    return 0;
}
