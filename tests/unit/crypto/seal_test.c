/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "lines.h"
#include "crypto/context.h"
#include "crypto/seal.h"

static ga2_bytes_t place, text;

static const ga2_keyring_t *ring_of(const char *lines, apr_pool_t *p)
{
    const ga2_keyring_t *ring = NULL;

    ga2_crypto_start(p);
    place = ga2_bytes_of("a place");
    text = ga2_bytes_of("some text");
    assert_null(ga2_keyring_parse(&ring, ga2_bytes_of(lines), "keys", p));
    return ring;
}

static void opens_where_it_was_sealed(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_bytes_t box, plain;

    T_OK(ga2_seal(&box, ring, GA2_FOR_STATE, place, text, *state));
    assert_int_equal(box.len, text.len + GA2_SEAL_EXTRA);
    assert_memory_equal(box.data, "\1\x5e\x31\x8f\x8c", 5);
    assert_true(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, box, *state));
    assert_true(ga2_bytes_equal(plain, text));
    assert_int_equal(plain.data[plain.len], 0);
    T_OK(ga2_seal(&box, ring, GA2_FOR_STATE, GA2_NO_BYTES, GA2_NO_BYTES, *state));
    assert_true(ga2_unseal(&plain, ring, GA2_FOR_STATE, GA2_NO_BYTES, box, *state));
    assert_int_equal(plain.len, 0);
    assert_non_null(plain.data);
}

static void the_same_text_never_makes_the_same_box(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_bytes_t a, b;

    T_OK(ga2_seal(&a, ring, GA2_FOR_STATE, place, text, *state));
    T_OK(ga2_seal(&b, ring, GA2_FOR_STATE, place, text, *state));
    assert_false(ga2_bytes_equal(a, b));
}

static void a_box_can_have_a_name(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    static const unsigned char name[12] = "twelve bytes";
    ga2_bytes_t plain, box = ga2_seal_named(name, ring, GA2_FOR_STATE, place, text, *state);

    assert_true(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, box, *state));
    assert_true(ga2_bytes_equal(plain, text));
    assert_memory_equal(ga2_seal_name(box), name, 12);
}

static void does_not_open_for_another_purpose_or_place(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_bytes_t box, plain;

    T_OK(ga2_seal(&box, ring, GA2_FOR_STATE, place, text, *state));
    for (ga2_purpose_t other = 0; other < GA2_PURPOSES; other++)
        assert_int_equal(ga2_unseal(&plain, ring, other, place, box, *state), other == GA2_FOR_STATE);
    assert_false(ga2_unseal(&plain, ring, GA2_FOR_STATE, ga2_bytes_of("a placf"), box, *state));
    assert_false(ga2_unseal(&plain, ring, GA2_FOR_STATE, GA2_NO_BYTES, box, *state));
    assert_null(plain.data);
}

static void any_changed_or_missing_byte_closes_it(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K "\n" LINE_L, *state);
    ga2_bytes_t box, plain;
    unsigned char *bytes;

    T_OK(ga2_seal(&box, ring, GA2_FOR_STATE, place, text, *state));
    bytes = (unsigned char *)box.data;
    for (apr_size_t i = 0; i < box.len; i++) {
        bytes[i] ^= 0x80;
        assert_false(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, box, *state));
        bytes[i] ^= 0x80;
    }
    for (apr_size_t len = 0; len < box.len; len++)
        assert_false(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, (ga2_bytes_t){ bytes, len }, *state));
    memcpy(bytes + 1, "\x79\x38\x56\xb2", 4);         /* the other key of the ring */
    assert_false(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, box, *state));
    assert_false(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, GA2_NO_BYTES, *state));
}

static void opens_as_long_as_its_key_is_kept(void **state)
{
    const ga2_keyring_t *old = ring_of(LINE_L, *state), *rotated = ring_of(LINE_K "\n" LINE_L, *state);
    const ga2_keyring_t *later = ring_of(LINE_K, *state);
    ga2_bytes_t box, plain;

    T_OK(ga2_seal(&box, old, GA2_FOR_DOCUMENT, place, text, *state));
    assert_true(ga2_unseal(&plain, rotated, GA2_FOR_DOCUMENT, place, box, *state));
    assert_false(ga2_unseal(&plain, later, GA2_FOR_DOCUMENT, place, box, *state));
    T_OK(ga2_seal(&box, rotated, GA2_FOR_DOCUMENT, place, text, *state));
    assert_true(ga2_unseal(&plain, later, GA2_FOR_DOCUMENT, place, box, *state));
}

static const struct CMUnitTest cases[] = {
    T("a box opens where it was sealed", opens_where_it_was_sealed),
    T("the same text never makes the same box", the_same_text_never_makes_the_same_box),
    T("a box can have a name, which is its nonce", a_box_can_have_a_name),
    T("a box does not open for another purpose or place", does_not_open_for_another_purpose_or_place),
    T("any changed or missing byte closes it", any_changed_or_missing_byte_closes_it),
    T("a box opens as long as its key is kept", opens_as_long_as_its_key_is_kept),
};
T_MAIN("crypto/seal", cases)
