/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/form.h"
#include <apr_strings.h>

/* The fields as "name:value|name:value". */
static const char *listed(const ga2_form_t *form, apr_pool_t *p)
{
    const char *out = "", *name, *value;

    for (int i = 0; i < ga2_form_count(form); i++) {
        ga2_form_at(form, i, &name, &value);
        out = apr_pstrcat(p, out, i ? "|" : "", name, ":", value, NULL);
    }
    return out;
}

static void parses(void **state)
{
    static const struct { const char *text, *fields; } rows[] = {
        { "",                           "" },
        { "&",                          "" },
        { "&&&",                        "" },
        { "code=abc&state=xyz",         "code:abc|state:xyz" },
        { "&&a=1&&b=2&",                "a:1|b:2" },
        { "a",                          "a:" },
        { "a=",                         "a:" },
        { "=b",                         ":b" },
        { "=",                          ":" },
        { "a=b=c==",                    "a:b=c==" },
        { "a+b=c+d",                    "a b:c d" },
        { "a%20b=c%2Bd",                "a b:c+d" },
        { "%61=1&b=%26%3D%25",          "a:1|b:&=%" },
        { "u=%C3%A4\xc3\xb6",           "u:\xc3\xa4\xc3\xb6" },
        { "a=1;b=2",                    "a:1;b=2" },
        { "A=1&a=2",                    "A:1|a:2" },
        { "x=%ff",                      "x:\xff" },
        { "x=%0d%0a",                   "x:\r\n" },
    };
    ga2_form_t *form;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_OK(ga2_form_parse(&form, ga2_bytes_of(rows[i].text), *state));
        assert_string_equal(listed(form, *state), rows[i].fields);
    }
}

static void refuses(void **state)
{
    static const struct { const char *text; apr_size_t len; } rows[] = {
        { "a=%", 3 }, { "a=%4", 4 }, { "a=%4g", 5 }, { "%zz=1", 5 }, { "a=100%", 6 }, { "a=%%41", 6 },
        { "a=1\0b", 5 }, { "\0", 1 }, { "a=%00", 5 }, { "%00=1", 5 }, { "b=2&a=x%00y", 11 },
        { "state=1&state=1", 15 }, { "state=1&state=2", 15 }, { "code=1&x=2&%63ode=3", 19 }, { "a&a", 3 },
        { "=1&=2", 5 }, { "a+b=1&a%20b=2", 13 },
    };
    ga2_form_t *form;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_FAILS(ga2_form_parse(&form, (ga2_bytes_t){ (const unsigned char *)rows[i].text, rows[i].len }, *state),
                BAD_REQUEST);
}

static void has_limits(void **state)
{
    apr_pool_t *p = *state;
    ga2_form_t *form;
    char *big = apr_palloc(p, GA2_FORM_BYTES_MAX + 1);
    const char *many = "";

    memset(big, 'a', GA2_FORM_BYTES_MAX + 1);
    T_OK(ga2_form_parse(&form, (ga2_bytes_t){ (unsigned char *)big, GA2_FORM_BYTES_MAX }, p));
    T_FAILS(ga2_form_parse(&form, (ga2_bytes_t){ (unsigned char *)big, GA2_FORM_BYTES_MAX + 1 }, p), BAD_REQUEST);
    for (int i = 0; i < GA2_FORM_FIELDS_MAX; i++)
        many = apr_psprintf(p, "%s&f%d=%d", many, i, i);
    T_OK(ga2_form_parse(&form, ga2_bytes_of(many), p));
    assert_int_equal(ga2_form_count(form), GA2_FORM_FIELDS_MAX);
    assert_string_equal(ga2_form_get(form, "f63"), "63");
    T_FAILS(ga2_form_parse(&form, ga2_bytes_of(apr_pstrcat(p, many, "&x", NULL)), p), BAD_REQUEST);
}

static void gets_by_exact_name(void **state)
{
    ga2_form_t *form;

    T_OK(ga2_form_parse(&form, ga2_bytes_of("Code=1&code=2&x"), *state));
    assert_string_equal(ga2_form_get(form, "code"), "2");
    assert_string_equal(ga2_form_get(form, "Code"), "1");
    assert_string_equal(ga2_form_get(form, "x"), "");
    assert_null(ga2_form_get(form, "cod"));
    assert_null(ga2_form_get(form, "codes"));
    T_OK(ga2_form_parse(&form, GA2_NO_BYTES, *state));
    assert_int_equal(ga2_form_count(form), 0);
    assert_null(ga2_form_get(form, ""));
}

static void does_not_need_an_end_mark(void **state)
{
    static const unsigned char text[] = { 'a', '=', '%', '4', '1', '1' };
    ga2_form_t *form;

    T_OK(ga2_form_parse(&form, (ga2_bytes_t){ text, 5 }, *state));
    assert_string_equal(ga2_form_get(form, "a"), "A");
    T_FAILS(ga2_form_parse(&form, (ga2_bytes_t){ text, 4 }, *state), BAD_REQUEST);
}

static void builds_what_it_parses(void **state)
{
    apr_pool_t *p = *state;
    const char *form = NULL;
    ga2_form_t *parsed;

    assert_null(ga2_form_add(NULL, "none", NULL, p));
    form = ga2_form_add(form, "grant_type", "authorization_code", p);
    assert_string_equal(form, "grant_type=authorization_code");
    assert_string_equal(ga2_form_add(form, "none", NULL, p), form);
    form = ga2_form_add(form, "a b", "c&d=e+f g%\r\n\xc3\xa4~", p);
    assert_string_equal(form, "grant_type=authorization_code&a%20b=c%26d%3De%2Bf%20g%25%0D%0A%C3%A4~");
    form = ga2_form_add(form, "empty", "", p);
    T_OK(ga2_form_parse(&parsed, ga2_bytes_of(form), p));
    assert_string_equal(ga2_form_get(parsed, "a b"), "c&d=e+f g%\r\n\xc3\xa4~");
    assert_string_equal(ga2_form_get(parsed, "empty"), "");
}

static const struct CMUnitTest cases[] = {
    T("fields are split and decoded", parses),
    T("broken escapes, NUL and repeated names are refused", refuses),
    T("too many bytes or fields are refused", has_limits),
    T("a field is found by its exact name", gets_by_exact_name),
    T("the text needs no NUL behind it", does_not_need_an_end_mark),
    T("what is built parses to the same", builds_what_it_parses),
};

T_MAIN("form", cases)
