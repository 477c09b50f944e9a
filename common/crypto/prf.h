/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_CRYPTO_PRF_H
#define GA2_CRYPTO_PRF_H
/* AES-256 as a pseudo-random function: what comes out for a block cannot be told from random bytes, nor found for
 * another block, by anybody who lacks the key. For short inputs under a key of 32 random bytes; a tenth of an HMAC. */

enum { GA2_PRF_BLOCK = 16, GA2_PRF_BLOCKS_MAX = 8 };

/* out and in take count * GA2_PRF_BLOCK bytes; blocks that differ in use must differ in content. */
void ga2_prf(unsigned char *out, const unsigned char *in, int count, const unsigned char key[32]);
#endif
