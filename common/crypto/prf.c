/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/prf.h"
#include "crypto/context.h"

void ga2_prf(unsigned char *out, const unsigned char *in, int count, const unsigned char key[32])
{
    ga2_crypto_thread_t *t = ga2_crypto_thread();
    int len;

    t->ecb_owner = NULL;            /* the key that keyring.c left there is gone */
    if (EVP_EncryptInit_ex2(t->ecb, NULL, key, NULL, NULL) != 1
        || EVP_EncryptUpdate(t->ecb, out, &len, in, count * GA2_PRF_BLOCK) != 1 || len != count * GA2_PRF_BLOCK)
        ga2_crypto_die("AES-256");
}
