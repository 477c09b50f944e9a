/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "lines.h"

static void rules_between_settings(void **state)
{
    static const struct { const char *lines, *about; } rows[] = {
        { "", NULL },
        { "GOAuth2SessionIdle 8h\nGOAuth2SessionMax 8h\n", NULL },
        { "GOAuth2SessionIdle 8h\nGOAuth2SessionMax 7h\n", "GOAuth2SessionIdle" },
        { "GOAuth2SignInTimeout 1h\n", NULL },
        { "GOAuth2SignInTimeout 3601s\n", "GOAuth2SignInTimeout" },
        { "GOAuth2HTTPTimeout 2min\n", NULL },
        { "GOAuth2HTTPTimeout 121s\n", "GOAuth2HTTPTimeout" },
        { "GOAuth2CookieSameSite None\n", NULL },
        { "GOAuth2CookieSameSite None\nGOAuth2BaseURL https://www.example\n", NULL },
        { "GOAuth2CookieSameSite None\nGOAuth2BaseURL http://localhost\n", "GOAuth2CookieSameSite" },
        { "GOAuth2CookieSameSite Lax\nGOAuth2BaseURL http://localhost\n", NULL },
        { "GOAuth2CallbackPath off\n", "GOAuth2CallbackPath" },
        { "GOAuth2AuthorizePath off\nGOAuth2LogoutPath off\nGOAuth2UserinfoPath off\n", NULL },
        { "GOAuth2CallbackPath /a\nGOAuth2AuthorizePath /a\n", "GOAuth2CallbackPath" },
        { "GOAuth2CallbackPath /a\nGOAuth2LogoutPath /a\n", "GOAuth2CallbackPath" },
        { "GOAuth2CallbackPath /a\nGOAuth2UserinfoPath /a\n", "GOAuth2CallbackPath" },
        { "GOAuth2AuthorizePath /a\nGOAuth2LogoutPath /a\n", "GOAuth2AuthorizePath" },
        { "GOAuth2AuthorizePath /a\nGOAuth2UserinfoPath /a\n", "GOAuth2AuthorizePath" },
        { "GOAuth2LogoutPath /a\nGOAuth2UserinfoPath /a\n", "GOAuth2LogoutPath" },
        { "GOAuth2CallbackPath /a\nGOAuth2LogoutPath /a/b\n", NULL },
        { "GOAuth2BaseURL http://www.example\n", "GOAuth2BaseURL" },
        { "GOAuth2BaseURL http://127.0.0.1:8080\n", NULL },
        { "GOAuth2BaseURL http://[::1]:8080\n", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *wrong = ga2_config_check(lines_read(rows[i].lines, *state), *state);
        T_ROW(!wrong == !rows[i].about, rows[i].lines);
        if (wrong)
            T_ROW(is_sentence(wrong, *state) && ga2_text_begins(wrong, rows[i].about), rows[i].lines);
    }
}

static const struct CMUnitTest cases[] = { T("the rules between settings", rules_between_settings) };

T_MAIN("check", cases)
