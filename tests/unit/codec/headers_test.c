/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/headers.h"

static const struct { const char *value; apr_size_t len; int in_list; const char *encoded; } encodings[] = {
    { "alice",              5,  0, "alice" },
    { "",                   0,  0, "" },
    { "Ann Lee",            7,  0, "Ann Lee" },
    { "a,b",                3,  0, "a,b" },
    { "a,b",                3,  1, "a%2Cb" },
    { "CN=Admins,OU=x",     14, 1, "CN=Admins%2COU=x" },
    { "100%",               4,  0, "100%25" },
    { "%41",                3,  0, "%2541" },
    { "\xc3\xa4" "dmin",    6,  0, "%C3%A4dmin" },
    { "\xc3\xaf" "dmin",    6,  0, "%C3%AFdmin" },
    { "a\r\nX-Admin: 1",    13, 0, "a%0D%0AX-Admin: 1" },
    { "a\0b",               3,  0, "a%00b" },
    { "\t\x7f\xff\x1f",     4,  0, "%09%7F%FF%1F" },
    { " a b ",              5,  0, "%20a b%20" },      /* whoever reads a header takes its outer spaces off */
    { " ",                  1,  0, "%20" },
    { "  ",                 2,  1, "%20%20" },
    { "a ",                 2,  1, "a%20" },
    { "!\"#$&'()*+-./:;<=>?@[\\]^_`{|}~", 30, 1, "!\"#$&'()*+-./:;<=>?@[\\]^_`{|}~" },
};

static void encodes(void **state)
{
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        ga2_bytes_t value = { (const unsigned char *)encodings[i].value, encodings[i].len };
        const char *encoded = ga2_header_encode(value, encodings[i].in_list, *state);
        T_ROW(strcmp(encoded, encodings[i].encoded) == 0, encodings[i].encoded);
        T_ROW(ga2_header_is_plain(value, encodings[i].in_list) == ga2_bytes_equal(value, ga2_bytes_of(encoded)),
              encodings[i].encoded);
    }
    assert_string_equal(ga2_header_encode(GA2_NO_BYTES, 0, *state), "");
}

static void knows_aliases(void **state)
{
    static const char *const aliases[] = {
        "X-User", "x-user", "X_User", "X.User", "X!User", "X~User", "X+User", "X'User", "X|User", "X^User", "X User",
        "X\xa0User", "X:User", "x-USER", "X`User", "X@User", "X[User", "X{User",
    };
    static const char *const others[] = {
        "", "X", "X-", "X-Use", "X-Users", "X--User", "XUser", "-X-User", "X-User-", "X-User ", "X_User_", "Y-User",
        "x-us3r",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        T_ROW(ga2_header_is_alias(aliases[i], "x-user"), aliases[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        T_ROW(!ga2_header_is_alias(others[i], "x-user"), others[i]);
    assert_true(ga2_header_is_alias("P3p", "p3p"));
    assert_false(ga2_header_is_alias("Pxp", "p3p"));
    assert_true(ga2_header_is_alias("", ""));
}

static void makes_canonical_names(void **state)
{
    assert_string_equal(ga2_header_canonical("X_Auth.Request-USER", *state), "x-auth-request-user");
    assert_string_equal(ga2_header_canonical("Az09@[`{\xc3\xa4", *state), "az09------");
    assert_string_equal(ga2_header_canonical("", *state), "");
}

static void checks_names(void **state)
{
    static const char *const good[] = { "X-User", "x", "X-Auth-Request-Email", "P3P", "0", "-" };
    static const char *const bad[] = { "", "X_User", "X User", "X-User:", "X.User", "X-\xc3\xa4", "X-User\r\n", " X",
        "X\t" };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        T_ROW(ga2_header_name_ok(good[i]), good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        T_ROW(!ga2_header_name_ok(bad[i]), bad[i]);
}

static const char *const managed[] = { "x-user", "x-groups", NULL };

static void takes_tokens_out(void **state)
{
    static const struct { const char *text, *rest; } rows[] = {
        { "close, X-User",                  "close" },
        { "X-User, close",                  "close" },
        { "X-User",                         NULL },
        { " , X-User ,, x_groups,",         NULL },
        { "keep-alive, x_user, Upgrade",    "keep-alive, Upgrade" },
        { "close,X.User,te",                "close, te" },
        { "close X-User",                   "close" },      /* httpd's proxy splits here, too */
        { "close;X-User",                   "close" },
        { "close\tX-USER\v\fte",            "close, te" },
        { "a b x-user",                     "a, b" },
        { "\"close\", x-user",              "\"close\"" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *rest = ga2_header_without_tokens(rows[i].text, managed, *state);
        T_ROW(rest && rows[i].rest ? strcmp(rest, rows[i].rest) == 0 : rest == rows[i].rest, rows[i].text);
    }
}

static void leaves_other_tokens_alone(void **state)
{
    static const char *const rows[] = { "", "close", "Keep-Alive,  Upgrade ;x", "x-user-name", "x-userx, xx-user",
        ",," };
    static const char *const none[] = { NULL };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_header_without_tokens(rows[i], managed, *state) == rows[i], rows[i]);
    assert_ptr_equal(ga2_header_without_tokens(rows[1], none, *state), rows[1]);
    assert_null(ga2_header_without_tokens(NULL, managed, *state));
}

static void finds_tokens(void **state)
{
    static const char *const with[] = { "upgrade", "Upgrade", "keep-alive, UPGRADE", "upgrade,x",
        " ,,\tupgrade \t, x", "a,upgrade " };
    static const char *const without[] = { "", ",", "upgrades", "xupgrade", "up grade", "upgrade x", "x upgrade",
        "upgrade;q=1" };

    (void)state;
    for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
        T_ROW(ga2_header_has_token(with[i], "upgrade"), with[i]);
    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
        T_ROW(!ga2_header_has_token(without[i], "upgrade"), without[i]);
    assert_false(ga2_header_has_token(NULL, "upgrade"));
    assert_false(ga2_header_has_token("a,,b", ""));
}

static void reads_max_age(void **state)
{
    static const struct { const char *text; apr_int64_t age; } rows[] = {
        { "max-age=60",                             60 },
        { "public, max-age=19845, must-revalidate", 19845 },
        { "Public,MAX-AGE=5",                       5 },
        { "max-age=\"60\"",                         60 },      /* RFC 9111 5.2: both forms */
        { "max-age=0",                              0 },
        { "max-age=007",                            7 },
        { "no-store",                               0 },
        { "max-age=60, No-Store",                   0 },
        { "no-cache, max-age=60",                   0 },
        { "no-cache=\"Set-Cookie, X\", max-age=60", 0 },
        { "max-age=60, max-age=30",                 30 },
        { "max-age=30, max-age=60",                 30 },
        { "max-age=x, max-age=30",                  30 },
        { "max-age=2147483648",                     APR_INT64_C(2147483648) },
        { "max-age=2147483649",                     APR_INT64_C(2147483648) },
        { "max-age=99999999999999999999999999999",  APR_INT64_C(2147483648) },
        { "private;max-age=5",                      -1 },
        { "",                                       -1 },
        { ",,, ,",                                  -1 },
        { "public",                                 -1 },
        { "max-age",                                -1 },
        { "max-age=",                               -1 },
        { "max-age=\"\"",                           -1 },
        { "max-age=-1",                             -1 },
        { "max-age=+1",                             -1 },
        { "max-age=1.5",                            -1 },
        { "max-age=1e3",                            -1 },
        { "max-age =5",                             -1 },
        { "max-age= 5",                             -1 },
        { "s-maxage=60",                            -1 },
        { "x-max-age=60, max-ages=5",               -1 },
        { "ext=\"a, max-age=5, no-store\"",         -1 },
        { "ext=\"a\\\", max-age=5\"",               -1 },
        { "ext=\"a\\\", max-age=5, b\"",             -1 },
        { "ext=\"a, max-age=5",                     -1 },
        { "ext=\"a\\",                              -1 },
        { "ext=\"a\", max-age=5",                   5 },
        { "=5, max-age=5",                          5 },
        { "no-store=1, max-age=9",                  0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_header_max_age(rows[i].text) == rows[i].age, rows[i].text);
    assert_int_equal(ga2_header_max_age(NULL), -1);
}

static void reads_retry_after(void **state)
{
    static const struct { const char *text; apr_int64_t seconds; } rows[] = {
        { "0", 0 }, { "120", 120 }, { " 5 ", 5 }, { "86400", 86400 }, { "86401", 86400 },
        { "999999999999999999999999", 86400 }, { "", -1 }, { " ", -1 }, { "-1", -1 }, { "1.5", -1 }, { "5 5", -1 },
        { "5,5", -1 }, { "0x10", -1 }, { "Fri, 31 Dec 1999 23:59:59 GMT", -1 }, { "soon", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_header_retry_after(rows[i].text) == rows[i].seconds, rows[i].text);
    assert_int_equal(ga2_header_retry_after(NULL), -1);
}

static const struct CMUnitTest cases[] = {
    T("a value for a backend is printable and stays different from others", encodes),
    T("names that a server could take for each other are aliases", knows_aliases),
    T("a name's canonical form has folded letters, digits and hyphens", makes_canonical_names),
    T("a configured name has letters, digits and hyphens only", checks_names),
    T("tokens that name our headers are taken out of Connection", takes_tokens_out),
    T("other tokens stay as they were", leaves_other_tokens_alone),
    T("a token is found in a list in any case", finds_tokens),
    T("max-age is read, clamped or not said", reads_max_age),
    T("Retry-After is read as seconds up to a day", reads_retry_after),
};

T_MAIN("headers", cases)
