/* SPDX-License-Identifier: Apache-2.0 */
#include "../hex.h"
#include "../t.h"
#include "crypto/context.h"
#include "crypto/digest.h"

/* FIPS 180-4's own examples. */
static void sha2_of_abc(void **state)
{
    static const struct { int bits; const char *starts; } rows[] = {
        { 256, "ba7816bf8f01cfea414140de5dae2223" }, { 384, "cb00753f45a35e8bb5a03d699ac65007" },
        { 512, "ddaf35a193617abacc417349ae204131" }, { 256, "ba7816bf8f01cfea414140de5dae2223" } };

    ga2_crypto_start(*state);
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        unsigned char digest[64];
        T_ROW(ga2_sha2(digest, rows[i].bits, ga2_bytes_of("abc")) == (apr_size_t)rows[i].bits / 8, rows[i].starts);
        T_ROW(strncmp(t_hex(digest, 64, *state), rows[i].starts, 32) == 0, rows[i].starts);
    }
}

static void sha256_writes_32_bytes(void **state)
{
    unsigned char digest[GA2_SHA256_LEN + 1] = { 0 };

    ga2_crypto_start(*state);
    digest[GA2_SHA256_LEN] = 'x';
    ga2_sha256(digest, GA2_NO_BYTES);
    assert_string_equal(t_hex(digest, 32, *state), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(digest[GA2_SHA256_LEN], 'x');
}

/* RFC 4231 4.3: test case 2. */
static void hmac_of_jefe(void **state)
{
    static const struct { int bits; const char *starts; } rows[] = {
        { 256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        { 384, "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e" },
        { 512, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554" } };
    ga2_bytes_t key = ga2_bytes_of("Jefe"), data = ga2_bytes_of("what do ya want for nothing?");
    unsigned char mac[64];

    ga2_crypto_start(*state);
    for (apr_size_t i = 0; i < 3; i++) {
        T_ROW(ga2_hmac_sha2(mac, rows[i].bits, key, data) == (apr_size_t)rows[i].bits / 8, rows[i].starts);
        T_ROW(strcmp(t_hex(mac, 32, *state), rows[i].starts) == 0, rows[i].starts);
    }
    ga2_hmac_sha256(mac, key, data);
    assert_string_equal(t_hex(mac, 32, *state), rows[0].starts);
}

static void no_key_is_the_empty_key(void **state)
{
    unsigned char a[32], b[32];

    ga2_crypto_start(*state);
    ga2_hmac_sha256(a, ga2_bytes_of(""), ga2_bytes_of("x"));
    ga2_hmac_sha256(b, ga2_bytes_of("another key, used in between"), ga2_bytes_of("x"));
    assert_memory_not_equal(a, b, 32);
    ga2_hmac_sha256(b, GA2_NO_BYTES, ga2_bytes_of("x"));
    assert_memory_equal(a, b, 32);
}

static void hkdf_differs_by_key_and_label(void **state)
{
    unsigned char a[32], b[32];

    ga2_crypto_start(*state);
    ga2_hkdf_sha256(a, ga2_bytes_of("key"), "goauth2 state 1");
    ga2_hkdf_sha256(b, ga2_bytes_of("key"), "goauth2 state 2");
    assert_memory_not_equal(a, b, 32);
    ga2_hkdf_sha256(b, ga2_bytes_of("kez"), "goauth2 state 1");
    assert_memory_not_equal(a, b, 32);
    ga2_hkdf_sha256(b, ga2_bytes_of("key"), "goauth2 state 1");
    assert_memory_equal(a, b, 32);
}

static const struct CMUnitTest cases[] = {
    T("SHA-256, SHA-384 and SHA-512 of abc are the published ones", sha2_of_abc),
    T("SHA-256 writes 32 bytes, of nothing as well", sha256_writes_32_bytes),
    T("HMAC is RFC 4231's", hmac_of_jefe),
    T("no key is the empty key, not the last one", no_key_is_the_empty_key),
    T("HKDF differs by key and by label", hkdf_differs_by_key_and_label),
};
T_MAIN("crypto/digest", cases)
