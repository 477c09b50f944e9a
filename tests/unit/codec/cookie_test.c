/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/cookie.h"
#include <apr_strings.h>

/* The values found, as "value|value"; "-" is one that is not given. */
static const char *found(int *count, const char *header, const char *name, apr_pool_t *p)
{
    ga2_bytes_t values[GA2_COOKIE_VALUES_MAX];
    const char *out = "";

    *count = ga2_cookie_find(values, header, name);
    for (int i = 0; i < *count && i < GA2_COOKIE_VALUES_MAX; i++)
        out = apr_pstrcat(p, out, i ? "|" : "", values[i].data ? ga2_bytes_text(values[i], p) : "-", NULL);
    return out;
}

static const struct { const char *header; int count; const char *values; } finds[] = {
    { "s=1",                    1, "1" },
    { "a=0; s=1; b=2",          1, "1" },
    { "a=0;s=1;b=2",            1, "1" },
    { "a=0;  \t s=1 \t;b=2",    1, "1" },
    { " s=1",                   1, "1" },
    { "s=",                     1, "" },
    { "s=; a=1",                1, "" },
    { "s=a=b==",                1, "a=b==" },
    { "s=\"1\"",                1, "\"1\"" },
    { "s=\"a;b\"",              1, "\"a" },         /* RFC 6265bis 5.8.3: quotes protect nothing */
    { "a=\"x; s=1\"",           1, "1\"" },
    { "s=1;",                   1, "1" },
    { ";;; ;s=1;;",             1, "1" },
    { "s=1; s=2",               2, "1|2" },
    { "s=1; s=1",               2, "1|1" },
    { "s=2; x=0; s=1",          2, "2|1" },
    { "s=1;s=2;s=3;s=4;s=5;s=6", 6, "1|2|3|4" },
    { "",                       0, "" },
    { ";",                      0, "" },
    { "s",                      0, "" },
    { "s; a=1",                 0, "" },
    { "S=1",                    0, "" },
    { "ss=1; xs=1; s.=1",       0, "" },
    { "s =1",                   0, "" },
    { "=s=1",                   0, "" },            /* a cookie without a name */
    { "a=s=1",                  0, "" },
    { "\xc2\xa0s=1",            0, "" },            /* a space that is none */
    { "\v" "s=1; \fs=1; \ns=1", 0, "" },
    { "$Version=1; s=1; $Path=/", 1, "1" },
    { "a=%3B%20s=1",            0, "" },
    { "a=1 s=2",                0, "" },
    /* two headers that a host joined */
    { "s=1, a=2",               1, "1" },
    { "s=1, s=2",               2, "1|-" },
    { "a=1, s=2",               1, "-" },
    { "a=1, b=2, s=3",          1, "-" },
    { "a=1,  s=2; b=1",         1, "-" },
    { "a=1, s=2; s=3",          2, "-|3" },
    { ", s=1",                  1, "-" },
    { "a=1,s=2",                0, "" },
    { "a=1,\ts=2",              0, "" },
    { "s=1,2",                  1, "1,2" },
    { "s=1,",                   1, "1," },
    { "s=1, ",                  1, "1" },
};

static void finds_values(void **state)
{
    int count;

    for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
        const char *values = found(&count, finds[i].header, "s", *state);
        T_ROW(count == finds[i].count && strcmp(values, finds[i].values) == 0, finds[i].header);
    }
    assert_string_equal(found(&count, NULL, "s", *state), "");
    assert_int_equal(count, 0);
}

static void finds_real_names(void **state)
{
    static const char header[] = "__Host-goauth2-bind=BIND; theme=dark; __Host-goauth2=SESSION; __Host-goauth20=x";
    int count;

    assert_string_equal(found(&count, header, "__Host-goauth2", *state), "SESSION");
    assert_string_equal(found(&count, header, "__Host-goauth2-bind", *state), "BIND");
    assert_string_equal(found(&count, header, "goauth2", *state), "");
    assert_string_equal(found(&count, header, "__host-goauth2", *state), "");
}

/* What a neighbouring site can set is a whole cookie, and that must not smuggle another one in. */
static void believes_no_value_inside_another_cookie(void **state)
{
    ga2_bytes_t values[GA2_COOKIE_VALUES_MAX];

    (void)state;
    assert_int_equal(ga2_cookie_find(values, "x=1, __Host-goauth2=EVIL", "__Host-goauth2"), 1);
    assert_null(values[0].data);
    assert_int_equal(values[0].len, 0);
}

static void points_into_the_header(void **state)
{
    static const char header[] = "a=1; s=value; b=2";
    ga2_bytes_t values[GA2_COOKIE_VALUES_MAX];

    (void)state;
    assert_int_equal(ga2_cookie_find(values, header, "s"), 1);
    assert_ptr_equal(values[0].data, header + 7);
    assert_int_equal(values[0].len, 5);
}

static void strips(void **state)
{
    static const char *const names[] = { "s", "t-1", NULL };
    static const struct { const char *header, *rest; } rows[] = {
        { "s=1",                    NULL },
        { "s=1; t-1=2",             NULL },
        { " s=1 ; ;",               NULL },
        { "a=1; s=2; b=3",          "a=1; b=3" },
        { "s=2; a=1",               "a=1" },
        { "a=1; s=2",               "a=1" },
        { "a=1;s=2;b=3;t-1=4",      "a=1;b=3" },
        { "s=1; a=\"x, y\"; s=2",   "a=\"x, y\"" },
        { "s=1;   a=  1  ;b=2",     "a=  1  ;b=2" },
        { "s=; a; =b; s",           "a; =b; s" },
        { "a=1, s=2; b=3",          "a=1; b=3" },
        { "a=1, s=2, b=3",          "a=1, b=3" },
        { "s=1, a=2",               "a=2" },
        { "a=1,s=2; s=3",           "a=1,s=2" },
        { "s=1; a=1,   b=2",        "a=1,   b=2" },
        { "s=1;;;a=1;;",            "a=1" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *rest = ga2_cookie_strip(rows[i].header, names, *state);
        T_ROW(rest && rows[i].rest ? strcmp(rest, rows[i].rest) == 0 : rest == rows[i].rest, rows[i].header);
    }
}

static void leaves_other_headers_alone(void **state)
{
    static const char *const names[] = { "s", "t-1", NULL }, *const none[] = { NULL };
    static const char *const rows[] = { "", ";;", "a=1", "a=1; S=2; ss=3;  x=s=1", "s", "t-1", "a=1,s=2" };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_cookie_strip(rows[i], names, *state) == rows[i], rows[i]);
    assert_ptr_equal(ga2_cookie_strip(rows[2], none, *state), rows[2]);
    assert_null(ga2_cookie_strip(NULL, names, *state));
}

/* A megabyte of anything is read in one pass. */
static void takes_long_headers(void **state)
{
    static const char *const fillers[] = { "x", ";", ", ", ",", " ", "s", "s=", "s=1;", "s=1, " };
    static const char *const names[] = { "s", NULL };
    apr_size_t most = 1 << 20, len = 0;
    char *header = apr_palloc(*state, most + 8);
    ga2_bytes_t values[GA2_COOKIE_VALUES_MAX];

    for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
        for (len = 0; len < most; len += strlen(fillers[i]))
            memcpy(header + len, fillers[i], strlen(fillers[i]));
        header[len] = 0;
        ga2_cookie_find(values, header, "s");
        (void)ga2_cookie_strip(header, names, *state);
    }
    assert_int_equal(ga2_cookie_find(values, header, "s"), (most + 4) / 5);
}

static const struct CMUnitTest cases[] = {
    T("a cookie is found by its exact name, with all its values", finds_values),
    T("names with a prefix in common are told apart", finds_real_names),
    T("a value inside another cookie is counted but not given", believes_no_value_inside_another_cookie),
    T("a value points into the header", points_into_the_header),
    T("our cookies are stripped and the others stay as they were", strips),
    T("a header without our cookies stays itself", leaves_other_headers_alone),
    T("long headers are no trouble", takes_long_headers),
};

T_MAIN("cookie", cases)
