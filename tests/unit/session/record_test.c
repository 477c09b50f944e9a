/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../crypto/lines.h"
#include "hot.h"
#include "crypto/context.h"
#include "session/claims.h"
#include "session/record.h"
#include <apr_strings.h>

static const ga2_keyring_t *ring_of(const char *lines, apr_pool_t *p)
{
    const ga2_keyring_t *ring = NULL;

    ga2_crypto_start(p);
    assert_null(ga2_keyring_parse(&ring, ga2_bytes_of(lines), "keys", p));
    return ring;
}

static ga2_bytes_t claims(apr_pool_t *p)
{
    const ga2_json_t *json;
    ga2_bytes_t run;

    assert_null(ga2_json_parse(&json, ga2_bytes_of("{\"email\":\"a@b.example\",\"groups\":[\"x\",\"y\"]}"), p));
    assert_null(ga2_claims_make(&run, json, NULL, p));
    return run;
}

static ga2_session_t sample(apr_pool_t *p)
{
    ga2_session_t s = { .created = 1000, .last_used = 2000, .auth_time = 900, .token_expires = 5000, .refresh_at = 4500,
        .ends = 7000, .can_refresh = 1, .subject = "alice", .asked = "email openid", .granted = "openid", .acr = "1",
        .sid = "", .claims = claims(p) };

    memset(s.id, 'i', sizeof s.id);
    memset(s.secret, 's', sizeof s.secret);
    memset(s.provider, 'p', sizeof s.provider);
    return s;
}

static ga2_session_tokens_t tokens(apr_pool_t *p)
{
    return (ga2_session_tokens_t){ ga2_secret_of("access", p), ga2_secret_of("refresh", p), NULL };
}

static ga2_bytes_t seal(ga2_session_t *s, const ga2_keyring_t *ring, void **state)
{
    ga2_session_tokens_t t = tokens(*state);
    ga2_bytes_t record;

    T_OK(ga2_record_seal(&record, s, &t, ring, *state));
    return record;
}

/* What a cookie gives: id and secret, and nothing else yet. */
static ga2_session_t from_cookie(const ga2_session_t *of)
{
    ga2_session_t s = { .generation = 0 };

    memcpy(s.id, of->id, sizeof s.id);
    memcpy(s.secret, of->secret, sizeof s.secret);
    return s;
}

static int opens(const ga2_session_t *of, ga2_bytes_t record, const ga2_keyring_t *ring, apr_pool_t *p)
{
    ga2_session_t s = from_cookie(of);

    return ga2_record_open(&s, record, ring, p);
}

static int opens_whole(const ga2_session_t *of, ga2_bytes_t record, const ga2_keyring_t *ring, apr_pool_t *p)
{
    ga2_session_t s = from_cookie(of);
    ga2_session_tokens_t t;

    return ga2_record_open(&s, record, ring, p) && ga2_record_tokens(&t, &s, ring, p);
}

static void all_comes_back(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t in = sample(*state), out = from_cookie(&in);
    ga2_bytes_t record = seal(&in, ring, state);
    ga2_session_tokens_t t;

    assert_true(ga2_record_open(&out, record, ring, *state));
    assert_int_equal(out.created, 1000);
    assert_int_equal(out.last_used, 2000);
    assert_int_equal(out.auth_time, 900);
    assert_int_equal(out.token_expires, 5000);
    assert_int_equal(out.refresh_at, 4500);
    assert_int_equal(out.ends, 7000);
    assert_true(out.can_refresh);
    assert_string_equal(out.subject, "alice");
    assert_string_equal(out.asked, "email openid");
    assert_string_equal(out.granted, "openid");
    assert_string_equal(out.acr, "1");
    assert_string_equal(out.sid, "");
    assert_memory_equal(out.provider, in.provider, sizeof in.provider);
    assert_true(ga2_bytes_equal(out.claims, in.claims));
    assert_int_equal(out.key, 0);
    assert_true(ga2_record_tokens(&t, &out, ring, *state));
    assert_string_equal(ga2_secret_reveal_text(t.access_token), "access");
    assert_string_equal(ga2_secret_reveal_text(t.refresh_token), "refresh");
    assert_null(t.id_token);
}

static void an_empty_session_comes_back(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t in = { .subject = "", .asked = "", .granted = "", .acr = "", .sid = "" }, out = from_cookie(&in);
    ga2_session_tokens_t none = { NULL, NULL, NULL }, t;
    ga2_bytes_t record;

    T_OK(ga2_record_seal(&record, &in, &none, ring, *state));
    assert_true(ga2_record_open(&out, record, ring, *state));
    assert_int_equal(out.claims.len, 0);
    assert_false(out.can_refresh);
    assert_true(ga2_record_tokens(&t, &out, ring, *state));
    assert_null(t.access_token);
    T_OK(ga2_record_seal(&record, &in, NULL, ring, *state));    /* the cold part stays */
    assert_true(opens_whole(&in, record, ring, *state));
}

/* The promise of the file's head: neither the store's bytes nor, beside them, the key file open a session. */
static void every_changed_byte_closes_it(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K "\n" LINE_L, *state);
    ga2_session_t s = sample(*state);
    ga2_bytes_t record = seal(&s, ring, state);
    unsigned char *bytes = (unsigned char *)record.data;

    assert_true(opens_whole(&s, record, ring, *state));
    for (apr_size_t i = 0; i < record.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (unsigned char)(1 << bit);
            if (opens_whole(&s, record, ring, *state))
                fail_msg("bit %d of byte %d of %d may be changed", bit, (int)i, (int)record.len);
            bytes[i] ^= (unsigned char)(1 << bit);
        }
}

static void every_missing_byte_closes_it(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state);
    ga2_bytes_t record = seal(&s, ring, state), longer;

    for (apr_size_t len = 0; len < record.len; len++)
        assert_false(opens_whole(&s, ga2_bytes_copy((ga2_bytes_t){ record.data, len }, *state), ring, *state));
    longer = ga2_bytes_copy(record, *state);
    longer.len++;                   /* the NUL behind the copy */
    assert_false(opens_whole(&s, longer, ring, *state));
    assert_false(opens(&s, GA2_NO_BYTES, ring, *state));
}

static void opens_with_its_secret_alone(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state), other = s;
    ga2_bytes_t record = seal(&s, ring, state);

    for (int i = 0; i < GA2_SESSION_SECRET; i++) {
        other.secret[i] ^= 1;
        assert_false(opens(&other, record, ring, *state));
        other.secret[i] ^= 1;
    }
    assert_true(opens(&other, record, ring, *state));
}

static void opens_with_its_key_file_alone(void **state)
{
    const ga2_keyring_t *mine = ring_of(LINE_K, *state), *other = ring_of(LINE_L, *state);
    ga2_session_t s = sample(*state);
    ga2_bytes_t record = seal(&s, mine, state);
    unsigned char *bytes = (unsigned char *)record.data;
    apr_uint32_t id = ga2_keyring_id(other, 0);

    assert_false(opens(&s, record, other, *state));
    memcpy(bytes + 4, &id, sizeof id);                          /* as if the other ring had made it */
    assert_false(opens(&s, record, other, *state));
}

static void keys_may_be_rotated(void **state)
{
    const ga2_keyring_t *before = ring_of(LINE_L, *state), *after = ring_of(LINE_K "\n" LINE_L, *state);
    const ga2_keyring_t *later = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state), read = from_cookie(&s);
    ga2_bytes_t record = seal(&s, before, state);
    ga2_session_tokens_t t;

    assert_false(opens(&s, record, later, *state));
    assert_true(ga2_record_open(&read, record, after, *state));
    assert_int_equal(read.key, 1);
    assert_true(ga2_record_tokens(&t, &read, after, *state));
    T_OK(ga2_record_seal(&record, &read, NULL, after, *state)); /* the next write, of whatever */
    assert_int_equal(read.key, 0);
    assert_true(opens_whole(&s, record, later, *state));
    assert_false(opens(&s, record, before, *state));
    assert_true(ga2_record_open(&read, record, later, *state));
    assert_true(ga2_record_tokens(&t, &read, later, *state));
    assert_string_equal(ga2_secret_reveal_text(t.access_token), "access");
    assert_string_equal(ga2_secret_reveal_text(t.refresh_token), "refresh");
}

static void tokens_that_do_not_open_are_not_sealed_anew(void **state)
{
    const ga2_keyring_t *before = ring_of(LINE_L, *state), *after = ring_of(LINE_K "\n" LINE_L, *state);
    ga2_session_t s = sample(*state), read = from_cookie(&s);
    ga2_bytes_t record = seal(&s, before, state);

    ((unsigned char *)record.data)[record.len - 1] ^= 1;
    assert_true(ga2_record_open(&read, record, after, *state));
    T_FAILS(ga2_record_seal(&record, &read, NULL, after, *state), CRYPTO);
}

static void a_write_without_tokens_keeps_them(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state);
    ga2_bytes_t first = seal(&s, ring, state), second, cold = s.cold;

    s.last_used = 3000;
    T_OK(ga2_record_seal(&second, &s, NULL, ring, *state));
    assert_true(opens_whole(&s, second, ring, *state));
    assert_int_equal(first.len, second.len);
    assert_memory_equal(second.data + second.len - cold.len, cold.data, cold.len);
    assert_memory_not_equal(first.data + 8, second.data + 8, 12);       /* a new nonce for each hot part */
}

/* Rotated tokens must not come back by joining the hot part of now with the cold part of before. */
static void a_cold_part_of_another_time_does_not_open(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state), read = from_cookie(&s);
    ga2_bytes_t first = seal(&s, ring, state), second = seal(&s, ring, state);
    apr_size_t cold = s.cold.len;
    unsigned char *mixed = apr_pmemdup(*state, second.data, second.len);
    ga2_session_tokens_t t;

    memcpy(mixed + second.len - cold, first.data + first.len - cold, cold);
    assert_true(ga2_record_open(&read, (ga2_bytes_t){ mixed, second.len }, ring, *state));
    assert_false(ga2_record_tokens(&t, &read, ring, *state));
    assert_null(t.access_token);
}

static void a_hot_part_is_no_cold_part(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state), read = from_cookie(&s);
    ga2_bytes_t record = seal(&s, ring, state);
    ga2_session_tokens_t t;

    assert_true(ga2_record_open(&read, record, ring, *state));
    read.cold = (ga2_bytes_t){ record.data + 24, record.len - 24 - read.cold.len };
    memcpy(read.cold_nonce, record.data + 8, sizeof read.cold_nonce);
    assert_false(ga2_record_tokens(&t, &read, ring, *state));
    read.cold = GA2_NO_BYTES;
    assert_false(ga2_record_tokens(&t, &read, ring, *state));
}

static void nothing_is_sealed_twice_alike(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state);
    ga2_bytes_t a = seal(&s, ring, state), b = seal(&s, ring, state);

    assert_memory_not_equal(a.data + 8, b.data + 8, 12);
    assert_memory_not_equal(a.data + a.len - s.cold.len, b.data + b.len - s.cold.len, s.cold.len);
    assert_null(memmem(a.data, a.len, "alice", 5));
    assert_null(memmem(a.data, a.len, "access", 6));
}

static void takes_little_room(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state);
    apr_size_t content = s.claims.len + strlen("alice" "email openid" "openid" "1" "access" "refresh");

    assert_in_range(seal(&s, ring, state).len, content, content + 200);
}

/* Sealed by our own key, and still looked at: lengths that do not add up, texts without an end. */
static void damaged_lengths_are_refused(void **state)
{
    static const apr_uint32_t values[] = { 0, 1, 6, 0x7fffffff, 0x80000000, 0xffffffff };
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_session_t s = sample(*state);
    ga2_bytes_t plain = hot_open(&s, seal(&s, ring, state), ring, *state);
    unsigned char *bytes = (unsigned char *)plain.data;

    assert_true(opens(&s, hot_seal(&s, plain, ring, *state), ring, *state));
    for (int at = HOT_TEXT_LENS; at <= HOT_CLAIMS_LEN; at += 4) {
        apr_uint32_t was, now;
        memcpy(&was, bytes + at, sizeof was);
        for (size_t i = 0; i < sizeof values / sizeof *values + 2; i++) {
            now = i < 6 ? values[i] : i == 6 ? was + 1 : was - 1;
            memcpy(bytes + at, &now, sizeof now);
            if (opens(&s, hot_seal(&s, plain, ring, *state), ring, *state) && now != was)
                fail_msg("the length at %d may be %u instead of %u", at, now, was);
        }
        memcpy(bytes + at, &was, sizeof was);
    }
    for (int at = HOT_TEXT_LENS; at + 4 < HOT_CLAIMS_LEN; at += 4)      /* one byte from one text to the next */
        for (int step = -1; step <= 1; step += 2) {
            bytes[at] = (unsigned char)(bytes[at] + step);
            bytes[at + 4] = (unsigned char)(bytes[at + 4] - step);
            assert_false(opens(&s, hot_seal(&s, plain, ring, *state), ring, *state));
            bytes[at] = (unsigned char)(bytes[at] - step);
            bytes[at + 4] = (unsigned char)(bytes[at + 4] + step);
        }
    for (apr_size_t len = 0; len < plain.len; len++)
        assert_false(opens(&s, hot_seal(&s, (ga2_bytes_t){ bytes, len }, ring, *state), ring, *state));
    bytes[plain.len] = 0;
    assert_false(opens(&s, hot_seal(&s, (ga2_bytes_t){ bytes, plain.len + 1 }, ring, *state), ring, *state));
    bytes[0] ^= 1;                                              /* the layout of another kind of machine */
    assert_false(opens(&s, hot_seal(&s, plain, ring, *state), ring, *state));
}

static const struct CMUnitTest cases[] = {
    T("all of a session comes back", all_comes_back),
    T("so does one with nothing in it", an_empty_session_comes_back),
    T("every changed bit closes a record", every_changed_byte_closes_it),
    T("every missing byte does, and one too many", every_missing_byte_closes_it),
    T("a record opens with its cookie's secret alone", opens_with_its_secret_alone),
    T("a record opens with its key file alone", opens_with_its_key_file_alone),
    T("an old key opens, and the next write seals with the new one", keys_may_be_rotated),
    T("tokens that do not open are not sealed anew", tokens_that_do_not_open_are_not_sealed_anew),
    T("a write without tokens keeps the old ones", a_write_without_tokens_keeps_them),
    T("a cold part of another time does not open", a_cold_part_of_another_time_does_not_open),
    T("a hot part does not pass for a cold one", a_hot_part_is_no_cold_part),
    T("lengths that do not add up are refused", damaged_lengths_are_refused),
    T("nothing is sealed twice alike, nor readable", nothing_is_sealed_twice_alike),
    T("a record adds less than 200 bytes to its content", takes_little_room),
};
T_MAIN("session/record", cases)
