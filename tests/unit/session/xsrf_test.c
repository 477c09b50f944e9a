/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../crypto/lines.h"
#include "codec/base64.h"
#include "crypto/context.h"
#include "session/xsrf.h"
#include <apr_strings.h>

#define SECONDS(n) apr_time_from_sec((apr_time_t)(n))
static const apr_time_t now = SECONDS(1800000000), life = SECONDS(3600);

static const ga2_keyring_t *ring_of(const char *lines, apr_pool_t *p)
{
    const ga2_keyring_t *ring = NULL;

    ga2_crypto_start(p);
    assert_null(ga2_keyring_parse(&ring, ga2_bytes_of(lines), "keys", p));
    return ring;
}

static int ok(const char *token, const ga2_keyring_t *ring, const char *user, const char *action)
{
    return ga2_xsrf_ok(token, ring, ga2_bytes_of(user), action, now, life);
}

static void good_for_its_user_and_action(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    const char *token = ga2_xsrf_make(ring, ga2_bytes_of("user"), "logout", now, *state);

    assert_int_equal(strlen(token), 54);
    assert_true(ok(token, ring, "user", "logout"));
    assert_false(ok(token, ring, "usee", "logout"));
    assert_false(ok(token, ring, "", "logout"));
    assert_false(ok(token, ring, "user", "login"));
    assert_false(ok(token, ring, "user", ""));
    assert_false(ga2_xsrf_ok(token, ring, GA2_NO_BYTES, "logout", now, life));
}

/* "ab" for "c" and "a" for "bc" are different, whatever the bytes next to each other are. */
static void fields_do_not_run_together(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    const char *token = ga2_xsrf_make(ring, ga2_bytes_of("ab"), "c", now, *state);

    assert_true(ok(token, ring, "ab", "c"));
    assert_false(ok(token, ring, "a", "bc"));
    assert_false(ok(token, ring, "abc", ""));
    assert_false(ok(token, ring, "", "abc"));
}

static void good_for_its_time(void **state)
{
    static const struct { int seconds, want; const char *what; } rows[] = {
        { 0, 1, "at once" }, { 3600, 1, "at its end" }, { 3601, 0, "after it" }, { 86400, 0, "a day later" },
        { -60, 1, "by a clock a minute behind" }, { -61, 0, "by one further behind" }, { -86400, 0, "from tomorrow" },
    };
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    const char *token = ga2_xsrf_make(ring, ga2_bytes_of("user"), "logout", now, *state);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW(ga2_xsrf_ok(token, ring, ga2_bytes_of("user"), "logout", now + SECONDS(rows[i].seconds), life)
                  == rows[i].want,
              rows[i].what);
    assert_false(ga2_xsrf_ok(token, ring, ga2_bytes_of("user"), "logout", now + SECONDS(1), 0));
}

static void good_while_its_key_is_kept(void **state)
{
    const ga2_keyring_t *old = ring_of(LINE_L, *state), *rotated = ring_of(LINE_K "\n" LINE_L, *state);
    const ga2_keyring_t *later = ring_of(LINE_K, *state);
    const char *token = ga2_xsrf_make(old, ga2_bytes_of("user"), "logout", now, *state);

    assert_true(ok(token, old, "user", "logout"));
    assert_true(ok(token, rotated, "user", "logout"));
    assert_false(ok(token, later, "user", "logout"));
    token = ga2_xsrf_make(rotated, ga2_bytes_of("user"), "logout", now, *state);
    assert_true(ok(token, later, "user", "logout"));
    assert_false(ok(token, old, "user", "logout"));
}

static void any_change_spoils_it(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    const char *good = ga2_xsrf_make(ring, ga2_bytes_of("user"), "logout", now, *state);
    char *text = apr_pstrdup(*state, good);

    for (size_t i = 0; i < strlen(good); i++) {
        text[i] = good[i] == 'A' ? 'B' : 'A';
        assert_false(ok(text, ring, "user", "logout"));
        text[i] = '.';
        assert_false(ok(text, ring, "user", "logout"));
        text[i] = 0;
        assert_false(ok(text, ring, "user", "logout"));
        text[i] = good[i];
    }
    assert_false(ok(apr_pstrcat(*state, good, "A", NULL), ring, "user", "logout"));
    assert_false(ok(NULL, ring, "user", "logout"));
    assert_true(ok(text, ring, "user", "logout"));
}

/* 512 bytes with the lengths are the most; what does not fit is good for nothing. */
static void long_fields_are_refused(void **state)
{
    const ga2_keyring_t *ring = ring_of(LINE_K, *state);
    char *user = apr_pcalloc(*state, 1001);
    const char *token;

    for (int len = 450; len <= 1000; len++) {
        int fits = 8 + len + 8 + 6 + 8 + 8 <= 512;
        memset(user, 'u', (size_t)len);
        token = ga2_xsrf_make(ring, ga2_bytes_of(user), "logout", now, *state);
        assert_int_equal(ok(token, ring, user, "logout"), fits);
        token = ga2_xsrf_make(ring, ga2_bytes_of("logout"), user, now, *state);
        assert_int_equal(ok(token, ring, "logout", user), fits);
        assert_false(ok(token, ring, "", ""));
    }
}

static const struct CMUnitTest cases[] = {
    T("a token is good for its user and action", good_for_its_user_and_action),
    T("fields do not run together", fields_do_not_run_together),
    T("a token is good for its time, and not before", good_for_its_time),
    T("a token is good while its key is kept", good_while_its_key_is_kept),
    T("any change spoils it", any_change_spoils_it),
    T("fields that are too long make no token that is good", long_fields_are_refused),
};
T_MAIN("session/xsrf", cases)
