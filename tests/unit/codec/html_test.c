/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/html.h"

static void escapes_html(void **state)
{
    static const struct { const char *text, *html; } rows[] = {
        { "",                                   "" },
        { "plain text, 1+1=2; ~`/\\",           "plain text, 1+1=2; ~`/\\" },
        { "<script>alert(1)</script>",          "&lt;script&gt;alert(1)&lt;/script&gt;" },
        { "\" onclick='x'",                     "&quot; onclick=&#39;x&#39;" },
        { "a & b &amp; c",                      "a &amp; b &amp;amp; c" },
        { "line\nline\ttab",                    "line\nline\ttab" },
        { "a\rb\x01" "c\x1b[31m\x7f" "d\b",     "abc[31md" },
        { "\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0",   "\xc2\xa0" },       /* U+0080 … U+009F are controls, too */
        { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
        { "\xe4" "dmin",                        "\xef\xbf\xbd" "dmin" },
        { "\xff\xfe",                           "\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xc0\xbcscript>",                    "\xef\xbf\xbd\xef\xbf\xbdscript&gt;" },     /* an overlong < */
        { "\xed\xa0\x80",                       "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xe2\x82<",                          "\xef\xbf\xbd\xef\xbf\xbd&lt;" },           /* no "<" is swallowed */
        { "\xf0\x9f\x98\"",                     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd&quot;" },
        { "\xf0\x9f",                           "\xef\xbf\xbd\xef\xbf\xbd" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_html_escape(rows[i].text, *state), rows[i].html);
    assert_string_equal(ga2_html_escape(NULL, *state), "");
}

static void escapes_json(void **state)
{
    static const struct { const char *text, *json; } rows[] = {
        { "",                               "" },
        { "plain text, it's /here/",        "plain text, it's /here/" },
        { "say \"hi\" \\o/",                "say \\\"hi\\\" \\\\o/" },
        { "</script><!-- & -->",            "\\u003c/script\\u003e\\u003c!-- \\u0026 --\\u003e" },
        { "\x01\b\t\n\f\r\x1f",             "\\u0001\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f" },
        { "\x7f",                           "\\u007f" },
        { "\xc3\xa4",                       "\\u00e4" },
        { "\xe2\x82\xac\xe2\x80\xa8",       "\\u20ac\\u2028" },
        { "\xf0\x9f\x98\x80",               "\\ud83d\\ude00" },
        { "\xf4\x8f\xbf\xbf",               "\\udbff\\udfff" },
        { "\xf0\x90\x80\x80",               "\\ud800\\udc00" },
        { "\xff\"",                         "\\ufffd\\\"" },
        { "\xe2\x82\"",                     "\\ufffd\\ufffd\\\"" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_json_escape(rows[i].text, *state), rows[i].json);
    assert_string_equal(ga2_json_escape(NULL, *state), "");
}

static const struct CMUnitTest cases[] = {
    T("text for HTML is escaped, repaired and freed of controls", escapes_html),
    T("text for JSON in a page is plain ASCII without markup", escapes_json),
};

T_MAIN("html", cases)
