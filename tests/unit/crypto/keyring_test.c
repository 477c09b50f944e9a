/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "lines.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include "crypto/keyring.h"
#include "crypto/prf.h"

static const unsigned char secret[32] = "the secret half, from a cookie..";

static const ga2_keyring_t *ring_of(const char *text, apr_pool_t *p)
{
    const ga2_keyring_t *ring = NULL;

    assert_null(ga2_keyring_parse(&ring, ga2_bytes_of(text), "keys", p));
    return ring;
}

static void keys_are_found_by_id_in_their_order(void **state)
{
    const ga2_keyring_t *ring;

    ga2_crypto_start(*state);
    ring = ring_of(LINE_K "\n" LINE_L, *state);
    assert_int_equal(ga2_keyring_count(ring), 2);
    assert_int_equal(ga2_keyring_id(ring, 0), 0x5e318f8c);
    assert_string_equal(ga2_keyring_made(ring, 1), "2026-10-01T00:00:00Z");
    assert_int_equal(ga2_keyring_find(ring, 0x5e318f8c), 0);
    assert_int_equal(ga2_keyring_find(ring, 0x793856b2), 1);
    assert_int_equal(ga2_keyring_find(ring, 0), -1);
}

static void each_purpose_has_a_key_of_its_own(void **state)
{
    const ga2_keyring_t *ring;
    unsigned char expected[32];

    ga2_crypto_start(*state);
    ring = ring_of(LINE_K "\n" LINE_L, *state);
    ga2_hkdf_sha256(expected, ga2_bytes_of("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"), "goauth2 session 1");
    assert_memory_equal(ga2_keyring_key(ring, 0, GA2_FOR_SESSION), expected, 32);
    for (ga2_purpose_t a = 0; a < GA2_PURPOSES; a++) {
        assert_memory_not_equal(ga2_keyring_key(ring, 0, a), ga2_keyring_key(ring, 1, a), 32);
        for (ga2_purpose_t b = 0; b < a; b++)
            assert_memory_not_equal(ga2_keyring_key(ring, 0, a), ga2_keyring_key(ring, 0, b), 32);
    }
}

/* Two AES blocks, by a context that nobody keeps. */
static void slow_mix(unsigned char out[32], const unsigned char *key)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int len;

    assert_int_equal(EVP_EncryptInit_ex2(context, ga2_crypto()->aes_256_ecb, key, NULL, NULL), 1);
    EVP_CIPHER_CTX_set_padding(context, 0);
    assert_int_equal(EVP_EncryptUpdate(context, out, &len, secret, 32), 1);
    EVP_CIPHER_CTX_free(context);
}

static void mix_is_aes_under_the_key_that_was_asked_for(void **state)
{
    const ga2_keyring_t *rings[2];

    ga2_crypto_start(*state);
    rings[0] = ring_of(LINE_K "\n" LINE_L, *state);
    rings[1] = ring_of(LINE_L "\n" LINE_K, *state);
    for (int turn = 0; turn < 64; turn++) {
        const ga2_keyring_t *ring = rings[turn / 8 % 2];
        int i = turn / 2 % 2;
        ga2_purpose_t purpose = (ga2_purpose_t)(turn / 3 % GA2_PURPOSES);
        unsigned char fast[32], slow[32];

        slow_mix(slow, ga2_keyring_key(ring, i, purpose));
        ga2_keyring_mix(fast, ring, i, purpose, secret);
        assert_memory_equal(fast, slow, 32);
        if (turn % 5 == 0)
            ga2_prf(fast, secret, 2, secret);           /* takes the same context for another key */
        ga2_keyring_mix(fast, ring, i, purpose, secret);
        assert_memory_equal(fast, slow, 32);
    }
}

/* Cleared and made again, a pool gives the next ring the memory of the last one. */
static void a_new_ring_in_an_old_ones_place_is_not_taken_for_it(void **state)
{
    const ga2_keyring_t *ring, *old;
    unsigned char before[32], after[32];
    apr_pool_t *p;

    ga2_crypto_start(*state);
    apr_pool_create(&p, *state);
    old = ring_of(LINE_K, p);
    ga2_keyring_mix(before, old, 0, GA2_FOR_SESSION, secret);
    apr_pool_clear(p);
    ring = ring_of(LINE_L, p);
    assert_ptr_equal(ring, old);
    ga2_keyring_mix(after, ring, 0, GA2_FOR_SESSION, secret);
    assert_memory_not_equal(before, after, 32);
}

static void a_mac_holds_while_its_key_is_in_the_ring(void **state)
{
    ga2_bytes_t data = ga2_bytes_of("user, action and time");
    const ga2_keyring_t *old, *rotated, *other;
    unsigned char mac[32];

    ga2_crypto_start(*state);
    old = ring_of(LINE_L, *state);
    rotated = ring_of(LINE_K "\n" LINE_L, *state);
    other = ring_of(LINE_K, *state);
    ga2_keyring_mac(mac, old, GA2_FOR_XSRF, data);
    assert_true(ga2_keyring_mac_ok(mac, old, GA2_FOR_XSRF, data));
    assert_true(ga2_keyring_mac_ok(mac, rotated, GA2_FOR_XSRF, data));
    assert_false(ga2_keyring_mac_ok(mac, other, GA2_FOR_XSRF, data));
    assert_false(ga2_keyring_mac_ok(mac, old, GA2_FOR_INDEX, data));
    assert_false(ga2_keyring_mac_ok(mac, old, GA2_FOR_XSRF, ga2_bytes_of("user, action and timf")));
    mac[31] ^= 1;
    assert_false(ga2_keyring_mac_ok(mac, old, GA2_FOR_XSRF, data));
    ga2_keyring_mac(mac, rotated, GA2_FOR_XSRF, data);
    assert_true(ga2_keyring_mac_ok(mac, other, GA2_FOR_XSRF, data));
}

static const struct CMUnitTest cases[] = {
    T("keys are found by id, in their order", keys_are_found_by_id_in_their_order),
    T("each purpose has a key of its own", each_purpose_has_a_key_of_its_own),
    T("mix is AES under the key that was asked for, whichever was last", mix_is_aes_under_the_key_that_was_asked_for),
    T("a new ring in an old one's place is not taken for it", a_new_ring_in_an_old_ones_place_is_not_taken_for_it),
    T("a MAC holds while its key is in the ring", a_mac_holds_while_its_key_is_in_the_ring),
};
T_MAIN("crypto/keyring", cases)
