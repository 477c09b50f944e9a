/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "crypto/aead.h"
#include "crypto/context.h"

static const unsigned char key[GA2_AEAD_KEY] = "thirty-two bytes that are secret";
static const unsigned char nonce[GA2_AEAD_NONCE] = "used once...";
static const ga2_aead_t alice = { key, nonce, { (const unsigned char *)"alice", 5 } };

static void opens_what_it_sealed(void **state)
{
    static const apr_size_t sizes[] = { 0, 1, 15, 16, 17, 600, 4096 };
    unsigned char plain[4096], box[4096 + GA2_AEAD_TAG], back[4096];

    ga2_crypto_start(*state);
    memset(plain, 'p', sizeof(plain));
    for (apr_size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        ga2_aead_seal(box, &alice, (ga2_bytes_t){ plain, sizes[i] });
        assert_true(ga2_aead_open(back, &alice, (ga2_bytes_t){ box, sizes[i] + GA2_AEAD_TAG }));
        assert_memory_equal(back, plain, sizes[i]);
        assert_true(sizes[i] < 8 || memcmp(box, plain, sizes[i]) != 0);
    }
}

static void a_changed_byte_closes_it_and_leaves_nothing(void **state)
{
    unsigned char box[20 + GA2_AEAD_TAG], back[20], zeros[20] = { 0 };

    ga2_crypto_start(*state);
    ga2_aead_seal(box, &alice, ga2_bytes_of("twenty bytes of text"));
    for (apr_size_t i = 0; i < sizeof(box); i++) {
        box[i] ^= 1;
        memset(back, 'x', sizeof(back));
        assert_false(ga2_aead_open(back, &alice, (ga2_bytes_t){ box, sizeof(box) }));
        assert_memory_equal(back, zeros, sizeof(back));
        box[i] ^= 1;
    }
    assert_true(ga2_aead_open(back, &alice, (ga2_bytes_t){ box, sizeof(box) }));
}

static void is_bound_to_key_nonce_and_place(void **state)
{
    static const unsigned char other_key[GA2_AEAD_KEY] = "thirty-two bytes that are public";
    static const unsigned char other_nonce[GA2_AEAD_NONCE] = "used twice..";
    const struct { const char *name; ga2_aead_t with; } rows[] = {
        { "other key", { other_key, nonce, alice.bound } },
        { "other nonce", { key, other_nonce, alice.bound } },
        { "other place", { key, nonce, { (const unsigned char *)"alicf", 5 } } },
        { "longer place", { key, nonce, { (const unsigned char *)"alice\0", 6 } } },
        { "no place", { key, nonce, GA2_NO_BYTES } } };
    unsigned char box[4 + GA2_AEAD_TAG], back[4];

    ga2_crypto_start(*state);
    ga2_aead_seal(box, &alice, ga2_bytes_of("text"));
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        T_ROW(!ga2_aead_open(back, &rows[i].with, (ga2_bytes_t){ box, sizeof(box) }), rows[i].name);
}

static void a_box_shorter_than_its_tag_does_not_open(void **state)
{
    unsigned char box[GA2_AEAD_TAG], back[1];

    ga2_crypto_start(*state);
    ga2_aead_seal(box, &alice, GA2_NO_BYTES);
    assert_true(ga2_aead_open(back, &alice, (ga2_bytes_t){ box, GA2_AEAD_TAG }));
    for (apr_size_t len = 0; len < GA2_AEAD_TAG; len++)
        assert_false(ga2_aead_open(back, &alice, (ga2_bytes_t){ box, len }));
}

static const struct CMUnitTest cases[] = {
    T("a box opens, whatever its size", opens_what_it_sealed),
    T("a changed byte closes the box and leaves nothing behind", a_changed_byte_closes_it_and_leaves_nothing),
    T("a box is bound to key, nonce and place", is_bound_to_key_nonce_and_place),
    T("a box shorter than its tag does not open", a_box_shorter_than_its_tag_does_not_open),
};
T_MAIN("crypto/aead", cases)
