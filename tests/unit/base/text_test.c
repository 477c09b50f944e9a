/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "base/text.h"
#include <apr_strings.h>

static void makes_text_printable(void **state)
{
    static const struct { const char *text, *shown; } rows[] = {
        { NULL, "(none)" }, { "", "" }, { "plain ~ text!", "plain ~ text!" }, { "a\\b", "a\\x5cb" },
        { "a\nb\r", "a\\x0ab\\x0d" },
        { "\x1b[2J", "\\x1b[2J" }, { "\x7f\x80\xff", "\\x7f\\x80\\xff" }, { "\xc3\xa4", "\\xc3\\xa4" },
        { "\t\x01", "\\x09\\x01" },
    };
    apr_pool_t *p = *state;
    char *text = apr_pcalloc(p, 514);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_text_printable(rows[i].text, p), rows[i].shown);
    memset(text, '\n', 513);
    assert_int_equal(strlen(ga2_text_printable(text, p)), 4 * 512 + 3);
    assert_string_equal(ga2_text_printable(text, p) + 4 * 512, "...");
    text[512] = 0;
    assert_int_equal(strlen(ga2_text_printable(text, p)), 4 * 512);
}

static void compares_without_case(void **state)
{
    static const struct { const char *a, *b; int same; } rows[] = {
        { "", "", 1 }, { "Abc", "aBC", 1 }, { "abc", "abd", 0 }, { "abc", "ab", 0 }, { "ab", "abc", 0 }, { "", "a", 0 },
        { "@", "`", 0 }, { "[", "{", 0 }, { "\xc4", "\xe4", 0 }, { "a-z", "A-Z", 1 }, { "1", "1", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_text_same_nocase(rows[i].a, rows[i].b) == rows[i].same, rows[i].a);
}

static void knows_how_text_begins(void **state)
{
    (void)state;
    assert_true(ga2_text_begins("https://x", "https://"));
    assert_true(ga2_text_begins("x", "x"));
    assert_true(ga2_text_begins("x", ""));
    assert_false(ga2_text_begins("http", "https"));
    assert_false(ga2_text_begins("Http", "http"));
    assert_false(ga2_text_begins("", "x"));
}

static void finds_words(void **state)
{
    static const struct { const char *list, *word; int has; } rows[] = {
        { "openid email", "openid", 1 }, { "openid email", "email", 1 }, { "openid email", "mail", 0 },
        { "openid email", "open", 0 },
        { "openid email", "", 0 }, { "openid email", "openid email", 0 }, { "", "a", 0 }, { "a", "a", 1 },
        { " a  b ", "b", 1 },
        { "a  b", "", 0 }, { "Email", "email", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_text_has_word(rows[i].list, rows[i].word, strlen(rows[i].word)) == rows[i].has, rows[i].list);
    assert_true(ga2_text_has_word("a bc", "bcd", 2));
}

static void makes_word_sets(void **state)
{
    static const struct { const char *list, *set; } rows[] = {
        { NULL, "" }, { "", "" }, { " \t\r\n", "" }, { "b a", "a b" }, { "b  a\tb\na", "a b" },
        { "openid", "openid" }, { "B b a A", "A B a b" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_text_word_set(rows[i].list, *state), rows[i].set);
}

static void compares_word_sets(void **state)
{
    static const struct { const char *part, *whole; int within; } rows[] = {
        { "", "", 1 }, { "", "a", 1 }, { "a", "a", 1 }, { "b a", "a b c", 1 }, { "a a", "a", 1 }, { "a", "", 0 },
        { "a d", "a b c", 0 },
        { "ab", "a b", 0 }, { "  a  ", "b a", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_text_words_within(rows[i].part, rows[i].whole) == rows[i].within, rows[i].part);
}

/* Each value in <>. */
static const char *listed(const char *line, apr_pool_t *p)
{
    apr_array_header_t *values = ga2_text_arguments(line, p);
    const char *out = "";

    for (int i = 0; i < values->nelts; i++)
        out = apr_pstrcat(p, out, "<", APR_ARRAY_IDX(values, i, const char *), ">", NULL);
    return out;
}

static void splits_arguments(void **state)
{
    static const struct { const char *line, *values; } rows[] = {
        { "",                       "" },
        { " \t ",                   "" },
        { "a",                      "<a>" },
        { "  a  b\tc ",             "<a><b><c>" },
        { "\"a b\" 'c d'",          "<a b><c d>" },
        { "\"\" ''",                "<><>" },
        { "\"a'b\" 'a\"b'",         "<a'b><a\"b>" },
        { "\"a\\\"b\" 'a\\'b'",     "<a\"b><a'b>" },
        { "\"a\\'b\" 'a\\\"b'",     "<a\\'b><a\\\"b>" },
        { "\"a\\\\\" b",            "<a\\><b>" },
        { "\"a\\nb\"",              "<a\\nb>" },
        { "\"open",                 "<open>" },
        { "\"",                     "<>" },
        { "\"a\\",                  "<a\\>" },
        { "\"a\\\"",                "<a\">" },
        { "\"a\"b",                 "<a><b>" },
        { "a\"b c\"",               "<a\"b><c\">" },
        { "a\\ b",                  "<a\\><b>" },
        { "a\\\\b \\\"",            "<a\\b><\\\">" },       /* as httpd: one backslash keeps the other, quotes or not */
        { "^x\\.y$",                "<^x\\.y$>" },
        { "\\",                     "<\\>" },
        { "\xc3\xa4 \"\xc3\xb6 \"", "<\xc3\xa4><\xc3\xb6 >" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(listed(rows[i].line, *state), rows[i].values);
}

static const struct CMUnitTest cases[] = {
    T("text for a log is printable and short", makes_text_printable),
    T("ASCII letters are compared in any case", compares_without_case),
    T("the beginning of a text is known", knows_how_text_begins),
    T("a word is found whole", finds_words),
    T("words become a sorted set", makes_word_sets),
    T("a set is within another", compares_word_sets),
    T("a configuration line is split as httpd splits it", splits_arguments),
};

T_MAIN("text", cases)
