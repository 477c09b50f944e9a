/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "../../fake/incoming.h"
#include "codec/base64.h"
#include "session/cookie_jar.h"
#include <apr_strings.h>

static ga2_cookie_jar_t jar_of(int secure, const char *line, apr_pool_t *p)
{
    ga2_cookie_jar_t jar;

    ga2_cookie_jar_make(&jar, fake_config((const char *const[]){ line, NULL }, p), secure, p);
    return jar;
}

static void names(void **state)
{
    static const struct { int secure; const char *line, *session, *binding, *returning; } rows[] = {
        { 1, NULL, "__Host-goauth2", "__Host-goauth2-bind", "__Host-goauth2-return" },
        { 0, NULL, "goauth2", "goauth2-bind", "goauth2-return" },
        { 1, "GOAuth2CookieName app", "__Host-app", "__Host-app-bind", "__Host-app-return" },
        { 1, "GOAuth2CookieDomain good.example", "__Secure-goauth2", "__Host-goauth2-bind", "__Host-goauth2-return" },
        { 0, "GOAuth2CookieDomain good.example", "goauth2", "goauth2-bind", "goauth2-return" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_cookie_jar_t jar = jar_of(rows[i].secure, rows[i].line, *state);
        assert_string_equal(jar.session, rows[i].session);
        assert_string_equal(jar.binding, rows[i].binding);
        assert_string_equal(jar.returning, rows[i].returning);
        assert_ptr_equal(jar.ours[0], jar.session);
        assert_ptr_equal(jar.ours[1], jar.binding);
        assert_ptr_equal(jar.ours[2], jar.returning);
        assert_null(jar.ours[3]);
    }
}

static void attributes(void **state)
{
    static const struct { int secure; const char *line, *set, *clear; } rows[] = {
        { 1, NULL, "__Host-goauth2=v; Path=/; HttpOnly; Secure; SameSite=Lax",
          "__Host-goauth2=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0" },
        { 0, NULL, "goauth2=v; Path=/; HttpOnly; SameSite=Lax", "goauth2=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" },
        { 1, "GOAuth2CookieSameSite Strict", "__Host-goauth2=v; Path=/; HttpOnly; Secure; SameSite=Strict",
          "__Host-goauth2=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0" },
        { 1, "GOAuth2CookieSameSite None", "__Host-goauth2=v; Path=/; HttpOnly; Secure; SameSite=None",
          "__Host-goauth2=; Path=/; HttpOnly; Secure; SameSite=None; Max-Age=0" },
        { 1, "GOAuth2CookieDomain good.example",
          "__Secure-goauth2=v; Path=/; HttpOnly; Secure; SameSite=Lax; Domain=good.example",
          "__Secure-goauth2=; Path=/; HttpOnly; Secure; SameSite=Lax; Domain=good.example; Max-Age=0" },
        { 0, "GOAuth2CookieDomain good.example", "goauth2=v; Path=/; HttpOnly; SameSite=Lax; Domain=good.example",
          "goauth2=; Path=/; HttpOnly; SameSite=Lax; Domain=good.example; Max-Age=0" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_cookie_jar_t jar = jar_of(rows[i].secure, rows[i].line, *state);
        assert_string_equal(ga2_set_session_cookie(&jar, "v", *state), rows[i].set);
        assert_string_equal(ga2_clear_session_cookie(&jar, *state), rows[i].clear);
    }
}

/* They never leave this host, and a provider's redirect must bring them back: Lax, whatever the session's cookie is. */
static void attributes_of_the_others(void **state)
{
    static const char *const lines[] = { NULL, "GOAuth2CookieSameSite Strict", "GOAuth2CookieSameSite None",
                                         "GOAuth2CookieDomain good.example" };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ga2_cookie_jar_t jar = jar_of(1, lines[i], *state), plain = jar_of(0, lines[i], *state);
        assert_string_equal(ga2_set_binding_cookie(&jar, "v", *state),
                            "__Host-goauth2-bind=v; Path=/; HttpOnly; Secure; SameSite=Lax");
        assert_string_equal(ga2_set_binding_cookie(&plain, "v", *state),
                            "goauth2-bind=v; Path=/; HttpOnly; SameSite=Lax");
        assert_string_equal(ga2_set_return_cookie(&jar, "v", apr_time_from_sec(600), *state),
                            "__Host-goauth2-return=v; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600");
        assert_string_equal(ga2_clear_return_cookie(&jar, *state),
                            "__Host-goauth2-return=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0");
    }
}

/* RFC 6265bis 8.6: whoever can set one cookie of a name cannot choose which one counts. */
static void one_value_or_none(void **state)
{
    static const struct { const char *header, *want; } rows[] = {
        { NULL, NULL }, { "", NULL }, { "a=1", NULL }, { "n=1", "1" }, { "a=0; n=1; b=2", "1" }, { "n=", "" },
        { "n=1; n=1", "1" }, { "n=1; n=2", NULL }, { "n=2; n=1", NULL }, { "n=1; n=1; n=2", NULL }, { "n=; n=1", NULL },
        { "n=1; n=1; n=1; n=1", "1" }, { "n=1; n=1; n=1; n=1; n=1", NULL }, { "n=1; n=1; n=1; n=1; n=2", NULL },
        { "N=1", NULL }, { "nn=1", NULL }, { "n =1", NULL }, { "n=\"1\"", "\"1\"" }, { "n=1;n=1", "1" },
        { "a=x, n=1", NULL }, { "n=1, n=1", NULL }, { "n=1; a=x, n=2", NULL }, { "=n=1", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_bytes_t got = ga2_cookie_value(rows[i].header, "n");
        const char *text = ga2_bytes_text(got, *state);
        T_ROW(text ? rows[i].want && !strcmp(text, rows[i].want) : !rows[i].want,
              rows[i].header ? rows[i].header : "NULL");
    }
}

static void a_session_cookie_comes_back(void **state)
{
    ga2_session_t in = { .generation = 0 }, out = { .generation = 0 };
    const char *text;

    for (int i = 0; i < GA2_SESSION_ID; i++)
        in.id[i] = (unsigned char)(255 - i);
    for (int i = 0; i < GA2_SESSION_SECRET; i++)
        in.secret[i] = (unsigned char)(7 * i);
    text = ga2_session_cookie_write(&in, *state);
    assert_int_equal(strlen(text), 66);
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 66);
    assert_true(ga2_session_cookie_read(&out, ga2_bytes_of(text)));
    assert_memory_equal(in.id, out.id, sizeof in.id);
    assert_memory_equal(in.secret, out.secret, sizeof in.secret);
}

static void nothing_else_is_a_session_cookie(void **state)
{
    ga2_session_t s = { .generation = 0 };
    const char *good = ga2_session_cookie_write(&s, *state);
    char *text = apr_pstrdup(*state, good);

    assert_false(ga2_session_cookie_read(&s, GA2_NO_BYTES));
    assert_false(ga2_session_cookie_read(&s, ga2_bytes_of("")));
    for (apr_size_t len = 0; len < strlen(good); len++)
        assert_false(ga2_session_cookie_read(&s, (ga2_bytes_t){ (const unsigned char *)good, len }));
    assert_false(ga2_session_cookie_read(&s, ga2_bytes_of(apr_pstrcat(*state, good, "A", NULL))));
    assert_false(ga2_session_cookie_read(&s, ga2_bytes_of(apr_pstrcat(*state, good, "=", NULL))));
    for (int i = 0; i < 66; i++) {
        text[i] = '+';
        assert_false(ga2_session_cookie_read(&s, ga2_bytes_of(text)));
        text[i] = good[i];
    }
    text[65] = 'B';                         /* stray bits */
    assert_false(ga2_session_cookie_read(&s, ga2_bytes_of(text)));
    assert_true(ga2_session_cookie_read(&s, ga2_bytes_of(good)));
    text[65] = good[65];
    text[1] = 'g';                          /* version 2 */
    assert_false(ga2_session_cookie_read(&s, ga2_bytes_of(text)));
}

static void a_binding_comes_back(void **state)
{
    static const struct { int rounds; apr_int64_t since; } rows[] = { { 0, 0 }, { 1, 1800000000 }, { 1000, 1 } };
    ga2_binding_t in, out;

    memset(in.secret, 0xb1, sizeof in.secret);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        in.rounds = rows[i].rounds;
        in.since = apr_time_from_sec(rows[i].since);
        assert_true(ga2_binding_read(&out, ga2_bytes_of(ga2_binding_write(&in, *state))));
        assert_memory_equal(in.secret, out.secret, sizeof in.secret);
        assert_int_equal(in.rounds, out.rounds);
        assert_int_equal(in.since, out.since);
    }
}

static void what_a_binding_may_be(void **state)
{
    static const struct { const char *more; int ok, rounds; apr_int64_t since; } rows[] = {
        { "", 1, 0, 0 },
        { ".3.5", 1, 3, 5 },
        { ".0.0", 1, 0, 0 },
        { ".999999.5", 1, 1000, 5 },
        { ".999999999999999999.9000000000000", 1, 1000, APR_INT64_C(9000000000000) },
        { ".1.999999999999999999", 1, 1, 0 },
        { ".1.9999999999999999999", 0, 0, 0 },
        { ".9999999999999999999.1", 0, 0, 0 },
        { ".", 0, 0, 0 },
        { ".3", 0, 0, 0 },
        { ".3.", 0, 0, 0 },
        { "..", 0, 0, 0 },
        { ".3.5.", 0, 0, 0 },
        { ".3.5.1", 0, 0, 0 },
        { ".-3.5", 0, 0, 0 },
        { ".3.-5", 0, 0, 0 },
        { ".+3.5", 0, 0, 0 },
        { ". 3.5", 0, 0, 0 },
        { ".3.5 ", 0, 0, 0 },
        { "A", 0, 0, 0 },
        { "=", 0, 0, 0 },
        { ".a.b", 0, 0, 0 },
        { "3.5", 0, 0, 0 },
    };
    ga2_binding_t b = { .rounds = 0 };
    const char *secret = ga2_binding_write(&b, *state);

    assert_int_equal(strlen(secret), 43);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = apr_pstrcat(*state, secret, rows[i].more, NULL);
        T_ROW(ga2_binding_read(&b, ga2_bytes_of(text)) == rows[i].ok, rows[i].more);
        T_ROW(!rows[i].ok || (b.rounds == rows[i].rounds && b.since == apr_time_from_sec(rows[i].since)), rows[i].more);
    }
    for (apr_size_t len = 0; len < 43; len++)
        assert_false(ga2_binding_read(&b, ga2_bytes_copy((ga2_bytes_t){ (const unsigned char *)secret, len }, *state)));
    assert_false(ga2_binding_read(&b, GA2_NO_BYTES));
}

/* Security row 8: no cookie of ours passes for another one. */
static void one_cookie_is_not_another(void **state)
{
    ga2_session_t s = { .generation = 0 };
    ga2_binding_t b = { .rounds = 0 };

    assert_false(ga2_binding_read(&b, ga2_bytes_of(ga2_session_cookie_write(&s, *state))));
    assert_false(ga2_session_cookie_read(&s, ga2_bytes_of(ga2_binding_write(&b, *state))));
}

static const struct CMUnitTest cases[] = {
    T("names have the strongest prefix that fits", names),
    T("the session's cookie has its attributes", attributes),
    T("binding and return cookies are of this host alone, and Lax", attributes_of_the_others),
    T("a cookie counts when all of its name say the same", one_value_or_none),
    T("a session cookie comes back", a_session_cookie_comes_back),
    T("nothing else is a session cookie", nothing_else_is_a_session_cookie),
    T("a binding comes back", a_binding_comes_back),
    T("what a binding may be", what_a_binding_may_be),
    T("one cookie does not pass for another", one_cookie_is_not_another),
};
T_MAIN("session/cookie_jar", cases)
