/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "lines.h"
#include "config/kinds.h"

static void a_choice_is_one_of_its_words_in_any_case(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Mode required", "GOAuth2Mode required" }, { "GOAuth2Mode AWARE", "GOAuth2Mode aware" },
        { "GOAuth2Mode off", "GOAuth2Mode off" }, { "GOAuth2Mode on", NULL }, { "GOAuth2Mode auto", NULL },
        { "GOAuth2Mode \"\"", NULL }, { "GOAuth2Mode require", NULL },
        { "GOAuth2OnStranger auto", "GOAuth2OnStranger auto" },
        { "GOAuth2OnStranger Redirect", "GOAuth2OnStranger redirect" },
        { "GOAuth2OnStranger 401", "GOAuth2OnStranger 401" }, { "GOAuth2OnStranger 403", NULL },
        { "GOAuth2Bearer none", "GOAuth2Bearer none" }, { "GOAuth2Bearer access", "GOAuth2Bearer access" },
        { "GOAuth2Bearer ID", "GOAuth2Bearer id" }, { "GOAuth2Bearer access_token", NULL },
        { "GOAuth2CookieSameSite lax", "GOAuth2CookieSameSite Lax" },
        { "GOAuth2CookieSameSite Strict", "GOAuth2CookieSameSite Strict" },
        { "GOAuth2CookieSameSite none", "GOAuth2CookieSameSite None" }, { "GOAuth2CookieSameSite off", NULL },
        { "GOAuth2ClientAuth auto", "GOAuth2ClientAuth auto" },
        { "GOAuth2ClientAuth client_secret_basic", "GOAuth2ClientAuth client_secret_basic" },
        { "GOAuth2ClientAuth client_secret_post", "GOAuth2ClientAuth client_secret_post" },
        { "GOAuth2ClientAuth none", "GOAuth2ClientAuth none" }, { "GOAuth2ClientAuth private_key_jwt", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_refused_choice_is_told_every_word(void **state)
{
    static const struct { int directive; const char *words[5]; } rows[] = {
        { GA2_D_mode, { "required", "aware", "off" } }, { GA2_D_on_stranger, { "auto", "redirect", "401" } },
        { GA2_D_bearer, { "none", "access", "id" } }, { GA2_D_cookie_samesite, { "Lax", "Strict", "None" } },
        { GA2_D_client_auth, { "auto", "client_secret_basic", "client_secret_post", "none" } } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *wrong = ga2_config_set(ga2_config_defaults(*state), rows[i].directive, "maybe", *state);
        for (int w = 0; rows[i].words[w]; w++)
            T_ROW(strstr(wrong, rows[i].words[w]), rows[i].words[w]);
    }
}

static void a_word_stands_for_its_constant(void **state)
{
    static const struct { const char *line; int client_auth; } rows[] = {
        { "GOAuth2ClientAuth auto\n", GA2_CLIENT_AUTH_AUTO }, { "GOAuth2ClientAuth none\n", GA2_CLIENT_AUTH_NONE },
        { "GOAuth2ClientAuth client_secret_basic\n", GA2_CLIENT_SECRET_BASIC },
        { "GOAuth2ClientAuth client_secret_post\n", GA2_CLIENT_SECRET_POST } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW((int)lines_read(rows[i].line, *state)->client_auth == rows[i].client_auth, rows[i].line);
    assert_int_equal(lines_read("GOAuth2Mode off\n", *state)->mode, GA2_MODE_OFF);
    assert_int_equal(lines_read("GOAuth2OnStranger 401\n", *state)->on_stranger, GA2_STRANGER_401);
    assert_int_equal(lines_read("GOAuth2CookieSameSite None\n", *state)->cookie_samesite, GA2_SAMESITE_NONE);
    assert_string_equal(ga2_choice_word(GA2_KIND_BEARER, GA2_BEARER_ACCESS), "access");
    assert_string_equal(ga2_choice_word(GA2_KIND_MODE, GA2_MODE_AWARE), "aware");
    assert_non_null(ga2_choice_word(GA2_KIND_MODE, 77));
}

static void a_flag_is_on_or_off(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2IncludeGrantedScopes on", "GOAuth2IncludeGrantedScopes On" },
        { "GOAuth2IncludeGrantedScopes OFF", "GOAuth2IncludeGrantedScopes Off" },
        { "GOAuth2IncludeGrantedScopes yes", NULL }, { "GOAuth2IncludeGrantedScopes 1", NULL },
        { "GOAuth2IncludeGrantedScopes o", NULL },
    };

    CHECK_LINES(rows, *state);
    assert_int_equal(lines_read("GOAuth2IncludeGrantedScopes off\n", *state)->include_granted, 0);
}

static void a_span_has_a_unit_and_bounds(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2SessionMax 1", "GOAuth2SessionMax 1s" }, { "GOAuth2SessionMax 59s", "GOAuth2SessionMax 59s" },
        { "GOAuth2SessionMax 60", "GOAuth2SessionMax 1min" }, { "GOAuth2SessionMax 90min", "GOAuth2SessionMax 90min" },
        { "GOAuth2SessionMax 24h", "GOAuth2SessionMax 1d" }, { "GOAuth2SessionMax 3660d", "GOAuth2SessionMax 3660d" },
        { "GOAuth2SessionMax 08h", "GOAuth2SessionMax 8h" },
        { "GOAuth2SessionMax 3661d", NULL }, { "GOAuth2SessionMax 0", NULL }, { "GOAuth2SessionMax 0d", NULL },
        { "GOAuth2SessionMax -1h", NULL }, { "GOAuth2SessionMax +1h", NULL }, { "GOAuth2SessionMax h", NULL },
        { "GOAuth2SessionMax 1.5h", NULL }, { "GOAuth2SessionMax 1H", NULL }, { "GOAuth2SessionMax 1m", NULL },
        { "GOAuth2SessionMax \"1 h\"", NULL }, { "GOAuth2SessionMax 1hh", NULL }, { "GOAuth2SessionMax soon", NULL },
        { "GOAuth2SessionMax 99999999999999999999d", NULL }, { "GOAuth2SessionMax 9223372036854775807s", NULL },
        { "GOAuth2SessionMax 213503982334601d", NULL }, { "GOAuth2SessionMax 18446744073709551617s", NULL },
    };

    CHECK_LINES(rows, *state);
    assert_int_equal(lines_read("GOAuth2SessionMax 2h\n", *state)->session_max, apr_time_from_sec(7200));
    assert_int_equal(lines_read("GOAuth2SessionMax 3min\n", *state)->session_max, apr_time_from_sec(180));
    assert_int_equal(lines_read("GOAuth2SessionMax 3660d\n", *state)->session_max,
                     3660 * apr_time_from_sec((apr_time_t)86400));
}

static void a_text_is_not_empty(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Message \"\"", NULL }, { "GOAuth2Message help", "GOAuth2Message help" },
        { "GOAuth2Message 'it \"is\" so'", "GOAuth2Message \"it \\\"is\\\" so\"" },
        { "GOAuth2Message \"a\\b\"", "GOAuth2Message \"a\\\\b\"" }, { "GOAuth2Message off", "GOAuth2Message off" },
        { "GOAuth2Message \"it's\"", "GOAuth2Message \"it's\"" },
        { "GOAuth2Message \"a\tb\"", "GOAuth2Message \"a\tb\"" },
    };

    CHECK_LINES(rows, *state);
}

static void a_name_is_short_and_plain(void **state)
{
#define LONG16 "aaaaaaaaaaaaaaaa"
    static const line_row_t rows[] = {
        { "GOAuth2User preferred_username", "GOAuth2User preferred_username" },
        { "GOAuth2User urn:x-y.Z9", "GOAuth2User urn:x-y.Z9" }, { "GOAuth2CookieName s", "GOAuth2CookieName s" },
        { "GOAuth2CookieName " LONG16 LONG16 LONG16 LONG16, "GOAuth2CookieName " LONG16 LONG16 LONG16 LONG16 },
        { "GOAuth2CookieName " LONG16 LONG16 LONG16 LONG16 "a", NULL }, { "GOAuth2CookieName \"\"", NULL },
        { "GOAuth2CookieName __Host-a", NULL },
        { "GOAuth2CookieName a=b", NULL }, { "GOAuth2CookieName a;b", NULL }, { "GOAuth2CookieName \"a b\"", NULL },
        { "GOAuth2CookieName a,b", NULL }, { "GOAuth2CookieName a/b", NULL }, { "GOAuth2CookieName \303\274", NULL },
        { "GOAuth2CookieName a\rb", NULL }, { "GOAuth2CookieName a\"b", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void every_kind_is_complete(void **state)
{
    (void)state;
    for (int k = 0; k < GA2_KINDS; k++) {
        assert_non_null(ga2_kinds[k].parse);
        assert_non_null(ga2_kinds[k].print);
        assert_true(ga2_kinds[k].least >= 1 && ga2_kinds[k].most >= ga2_kinds[k].least);
    }
}

static const struct CMUnitTest cases[] = {
    T("a choice is one of its words, in any case", a_choice_is_one_of_its_words_in_any_case),
    T("a refused choice is told every word", a_refused_choice_is_told_every_word),
    T("a word stands for its constant", a_word_stands_for_its_constant),
    T("a flag is on or off", a_flag_is_on_or_off),
    T("a span has a unit and bounds", a_span_has_a_unit_and_bounds),
    T("a text is not empty", a_text_is_not_empty),
    T("a name is short and plain", a_name_is_short_and_plain),
    T("every kind is complete", every_kind_is_complete),
};

T_MAIN("kinds", cases)
