/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../crypto/lines.h"
#include "crypto/context.h"
#include "crypto/seal.h"
#include "codec/base64.h"
#include "session/attempt.h"
#include <apr_strings.h>

#define CALLBACK "https://good.example/oauth2callback"

static const ga2_keyring_t *ring_of(const char *lines, apr_pool_t *p)
{
    const ga2_keyring_t *ring = NULL;

    ga2_crypto_start(p);
    assert_null(ga2_keyring_parse(&ring, ga2_bytes_of(lines), "keys", p));
    return ring;
}

static ga2_binding_t binding_of(int c)
{
    ga2_binding_t b = { .rounds = 0 };

    memset(b.secret, c, sizeof b.secret);
    return b;
}

static ga2_attempt_t sample(int id)
{
    ga2_attempt_t a = { .started = 1000, .lifetime = 600, .scopes = "email openid", .return_path = "/app?x=1",
                        .max_age = 300, .acr_values = "mfa pwd" };
    ga2_binding_t binding = binding_of('b');

    memset(a.id, id, sizeof a.id);
    memset(a.provider, 'p', sizeof a.provider);
    ga2_attempt_bind(&a, &binding);
    return a;
}

static void all_comes_back(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_attempt_t in = sample(1), out;

    assert_true(ga2_attempt_open(&out, ga2_attempt_seal(&in, ring, CALLBACK, *state), ring, CALLBACK, *state));
    assert_memory_equal(out.id, in.id, sizeof in.id);
    assert_memory_equal(out.provider, in.provider, sizeof in.provider);
    assert_memory_equal(out.binding, in.binding, sizeof in.binding);
    assert_int_equal(out.started, 1000);
    assert_int_equal(out.lifetime, 600);
    assert_int_equal(out.max_age, 300);
    assert_string_equal(out.scopes, "email openid");
    assert_string_equal(out.return_path, "/app?x=1");
    assert_string_equal(out.acr_values, "mfa pwd");
    assert_false(out.restarted);
}

static void what_is_not_there_stays_away(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_attempt_t in = sample(1), out;

    in.scopes = "";
    in.return_path = in.acr_values = NULL;
    in.max_age = -1;
    in.restarted = 1;
    assert_true(ga2_attempt_open(&out, ga2_attempt_seal(&in, ring, CALLBACK, *state), ring, CALLBACK, *state));
    assert_string_equal(out.scopes, "");
    assert_null(out.return_path);
    assert_null(out.acr_values);
    assert_int_equal(out.max_age, -1);
    assert_true(out.restarted);
}

/* A request line that a web server takes has room for it, so it must come back. */
static void the_longest_comes_back(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_attempt_t in = sample(1), out;
    char *scopes = apr_pcalloc(*state, 3001), *path = apr_pcalloc(*state, GA2_RETURN_IN_STATE + 1);

    memset(scopes, 's', 3000);
    memset(path, 'p', GA2_RETURN_IN_STATE);
    path[0] = '/';
    in.scopes = scopes;
    in.return_path = path;
    assert_true(ga2_attempt_open(&out, ga2_attempt_seal(&in, ring, CALLBACK, *state), ring, CALLBACK, *state));
    assert_string_equal(out.scopes, scopes);
    assert_string_equal(out.return_path, path);
}

static void opens_where_it_began_alone(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state), *other = ring_of(LINE_L, *state);
    ga2_attempt_t in = sample(1), out;
    const char *state_text = ga2_attempt_seal(&in, ring, CALLBACK, *state);
    static const char *const elsewhere[] = { "https://good.example/oauth2callback2",
                                             "https://other.example/oauth2callback",
                                             "http://good.example/oauth2callback",
                                             "https://good.example:8443/oauth2callback", "" };

    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_false(ga2_attempt_open(&out, state_text, ring, elsewhere[i], *state));
    assert_false(ga2_attempt_open(&out, state_text, other, CALLBACK, *state));
    assert_true(ga2_attempt_open(&out, state_text, ring_of(LINE_L "\n" LINE_K, *state), CALLBACK, *state));
}

static void any_change_closes_it(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_attempt_t in = sample(1), out;
    const char *good = ga2_attempt_seal(&in, ring, CALLBACK, *state);
    char *text = apr_pstrdup(*state, good);

    for (size_t i = 0; i < strlen(good); i++) {
        text[i] = good[i] == 'A' ? 'B' : 'A';
        assert_false(ga2_attempt_open(&out, text, ring, CALLBACK, *state));
        text[i] = 0;
        assert_false(ga2_attempt_open(&out, text, ring, CALLBACK, *state));
        text[i] = good[i];
    }
    assert_false(ga2_attempt_open(&out, apr_pstrcat(*state, good, "A", NULL), ring, CALLBACK, *state));
    memset(text = apr_pcalloc(*state, 100001), 'A', 100000);
    assert_false(ga2_attempt_open(&out, text, ring, CALLBACK, *state));
}

/* Security row 8: what was sealed for something else, or holds something else, is no attempt. */
static void nothing_else_is_an_attempt(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    const ga2_bytes_t place = ga2_bytes_of(CALLBACK);
    ga2_attempt_t in = sample(1), out;
    ga2_bytes_t box, plain;
    unsigned char *bytes;

    assert_true(ga2_base64url_decode(&box, ga2_attempt_seal(&in, ring, CALLBACK, *state),
                                     strlen(ga2_attempt_seal(&in, ring, CALLBACK, *state)), *state));
    assert_true(ga2_unseal(&plain, ring, GA2_FOR_STATE, place, box, *state));
    bytes = apr_pmemdup(*state, plain.data, plain.len);
    for (apr_size_t len = 0; len <= plain.len; len++) {         /* cut before it was sealed */
        T_OK(ga2_seal(&box, ring, GA2_FOR_STATE, place, (ga2_bytes_t){ bytes, len }, *state));
        assert_int_equal(ga2_attempt_open(&out, ga2_base64url(box, *state), ring, CALLBACK, *state), len == plain.len);
    }
    for (ga2_purpose_t other = 0; other < GA2_PURPOSES; other++) {
        T_OK(ga2_seal(&box, ring, other, place, plain, *state));
        assert_int_equal(ga2_attempt_open(&out, ga2_base64url(box, *state), ring, CALLBACK, *state),
                         other == GA2_FOR_STATE);
    }
    bytes[56]++;                                                /* another version */
    T_OK(ga2_seal(&box, ring, GA2_FOR_STATE, place, (ga2_bytes_t){ bytes, plain.len }, *state));
    assert_false(ga2_attempt_open(&out, ga2_base64url(box, *state), ring, CALLBACK, *state));
}

static void belongs_to_one_browser(void **state)
{
    ga2_binding_t mine = binding_of('b'), other;
    ga2_attempt_t a;

    ga2_crypto_start(*state);
    a = sample(1);
    assert_true(ga2_attempt_is_bound(&a, &mine));
    mine.rounds = 3;
    assert_true(ga2_attempt_is_bound(&a, &mine));
    for (size_t i = 0; i < sizeof other.secret; i++) {
        other = binding_of('b');
        other.secret[i] ^= 1;
        assert_false(ga2_attempt_is_bound(&a, &other));
    }
}

/* Of four browsers with four attempts each, all are different, and none is the mark that state carries. */
static void verifier_and_nonce_are_the_browsers_and_the_attempts(void **state)
{
    const char *seen[4 * (2 * 4 + 1)];
    int n = 0;

    ga2_crypto_start(*state);
    for (int browser = 'a'; browser < 'e'; browser++) {
        const ga2_binding_t b = binding_of(browser);
        ga2_attempt_t a;
        for (int id = 0; id < 4; id++) {
            a = sample(id);
            ga2_attempt_bind(&a, &b);
            seen[n++] = ga2_secret_reveal_text(ga2_attempt_verifier(&a, &b, *state));
            seen[n++] = ga2_attempt_nonce(&a, &b, *state);
            assert_string_equal(seen[n - 1], ga2_attempt_nonce(&a, &b, *state));    /* the same the next time */
        }
        seen[n++] = ga2_base64url((ga2_bytes_t){ a.binding, sizeof a.binding }, *state);
    }
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(seen[i], seen[k], 22);
}

/* RFC 7636 4.1: 43 to 128 of the unreserved characters. */
static void verifier_has_the_form_of_one(void **state)
{
    ga2_binding_t b = binding_of(0);
    ga2_attempt_t a;

    ga2_crypto_start(*state);
    a = sample(0);
    for (int i = 0; i < 256; i++) {
        const char *verifier;
        a.id[3] = (unsigned char)i;
        verifier = ga2_secret_reveal_text(ga2_attempt_verifier(&a, &b, *state));
        assert_int_equal(strlen(verifier), 43);
        assert_int_equal(strspn(verifier, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
        assert_string_not_equal(verifier, ga2_attempt_nonce(&a, &b, *state));
    }
}

static void a_return_cookie_belongs_to_its_attempt(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_attempt_t mine = sample(1), other = sample(2);
    const char *value;

    T_OK(ga2_return_seal(&value, &mine, "/long?address", ring, *state));
    assert_string_equal(ga2_return_open(&mine, ga2_bytes_of(value), ring, *state), "/long?address");
    assert_null(ga2_return_open(&other, ga2_bytes_of(value), ring, *state));
    assert_null(ga2_return_open(&mine, ga2_bytes_of(value), ring_of(LINE_L, *state), *state));
    assert_null(ga2_return_open(&mine, GA2_NO_BYTES, ring, *state));
    assert_null(ga2_return_open(&mine, ga2_bytes_of(""), ring, *state));
    assert_null(ga2_return_open(&mine, ga2_bytes_of(apr_pstrcat(*state, value, "A", NULL)), ring, *state));
    assert_null(ga2_return_open(&mine, ga2_bytes_of(ga2_attempt_seal(&mine, ring, CALLBACK, *state)), ring, *state));
    for (size_t i = 0; i < strlen(value); i++) {
        char *text = apr_pstrdup(*state, value);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_null(ga2_return_open(&mine, ga2_bytes_of(text), ring, *state));
    }
}

static void the_longest_return_fits_a_cookie(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    ga2_attempt_t a = sample(1);
    char *path = apr_pcalloc(*state, GA2_RETURN_MAX + 1);
    const char *value;

    memset(path, 'p', GA2_RETURN_MAX);
    T_OK(ga2_return_seal(&value, &a, path, ring, *state));
    assert_true(strlen(value) + strlen("__Host-goauth2-return=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=3600")
                < 4096);
    assert_string_equal(ga2_return_open(&a, ga2_bytes_of(value), ring, *state), path);
}

static const struct CMUnitTest cases[] = {
    T("all of an attempt comes back", all_comes_back),
    T("what is not there stays away", what_is_not_there_stays_away),
    T("an attempt with many scopes and a long path comes back", the_longest_comes_back),
    T("an attempt opens where it began alone", opens_where_it_began_alone),
    T("any change closes it", any_change_closes_it),
    T("nothing else is an attempt", nothing_else_is_an_attempt),
    T("an attempt belongs to one browser", belongs_to_one_browser),
    T("verifier and nonce are of one browser and one attempt", verifier_and_nonce_are_the_browsers_and_the_attempts),
    T("a verifier has the form of one, and is not the nonce", verifier_has_the_form_of_one),
    T("a return cookie belongs to its attempt", a_return_cookie_belongs_to_its_attempt),
    T("the longest return address fits a cookie", the_longest_return_fits_a_cookie),
};
T_MAIN("session/attempt", cases)
