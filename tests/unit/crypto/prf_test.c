/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../hex.h"
#include "crypto/context.h"
#include "crypto/keyring.h"
#include "crypto/prf.h"
#include "lines.h"

static const unsigned char zeros[32], blocks[3 * GA2_PRF_BLOCK] = "first block 16 bsecond block 16 third block 16 b";

static void is_aes_256(void **state)
{
    unsigned char key[32], in[16], out[16];

    ga2_crypto_start(*state);
    for (int i = 0; i < 32; i++)
        key[i] = (unsigned char)i;
    for (int i = 0; i < 16; i++)
        in[i] = (unsigned char)(i * 0x11);
    ga2_prf(out, in, 1, key);           /* FIPS 197 C.3 */
    assert_string_equal(t_hex(out, sizeof out, *state), "8ea2b7ca516745bfeafc49904b496089");
}

static void each_block_alone(void **state)
{
    unsigned char all[sizeof blocks], one[GA2_PRF_BLOCK];

    ga2_crypto_start(*state);
    ga2_prf(all, blocks, 3, zeros);
    for (int i = 0; i < 3; i++) {
        ga2_prf(one, blocks + i * GA2_PRF_BLOCK, 1, zeros);
        assert_memory_equal(all + i * GA2_PRF_BLOCK, one, sizeof one);
    }
    assert_memory_not_equal(all, all + GA2_PRF_BLOCK, GA2_PRF_BLOCK);
}

static void another_key_gives_another_answer(void **state)
{
    unsigned char a[16], b[16], key[32] = { 0 };

    ga2_crypto_start(*state);
    ga2_prf(a, blocks, 1, key);
    for (int i = 0; i < 32; i++) {
        key[i] ^= 1;
        ga2_prf(b, blocks, 1, key);
        assert_memory_not_equal(a, b, sizeof a);
        key[i] ^= 1;
    }
}

/* The key ring leaves its own key in the same context and counts on finding it there. */
static void does_not_disturb_the_key_ring(void **state)
{
    const ga2_keyring_t *ring;
    unsigned char before[32], after[32], out[16];

    ga2_crypto_start(*state);
    T_OK(ga2_keyring_parse(&ring, ga2_bytes_of(LINE_K), "keys", *state));
    ga2_keyring_mix(before, ring, 0, GA2_FOR_SESSION, zeros);
    ga2_prf(out, blocks, 1, zeros);
    ga2_keyring_mix(after, ring, 0, GA2_FOR_SESSION, zeros);
    assert_memory_equal(before, after, sizeof before);
}

static const struct CMUnitTest cases[] = {
    T("a block is AES-256 of itself", is_aes_256),
    T("blocks are answered one by one", each_block_alone),
    T("another key gives another answer", another_key_gives_another_answer),
    T("the key ring finds its own key afterwards", does_not_disturb_the_key_ring),
};
T_MAIN("crypto/prf", cases)
