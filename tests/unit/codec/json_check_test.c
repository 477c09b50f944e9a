/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/json.h"
#include <apr_strings.h>
#include <apr_tables.h>
#include <time.h>

#define ROW(text) { text, sizeof(text) - 1 }

typedef struct row { const char *text; apr_size_t len; } row_t;

static const row_t accepted[] = {
    /* values on their own, white space */
    ROW("null"), ROW("true"), ROW("false"), ROW("0"), ROW("\"\""), ROW("[]"), ROW("{}"), ROW(" \t\r\n[] \t\r\n"),
    ROW("[ ]"), ROW("{ }"),
    /* arrays and objects */
    ROW("[1]"), ROW("[1,2]"), ROW("[ 1 , 2 ]"), ROW("[[],[[]],{}]"), ROW("[null,true,false,0,\"\",[],{}]"),
    ROW("{\"a\":1}"), ROW("{ \"a\" : 1 , \"b\" : 2 }"), ROW("{\"\":0}"), ROW("{\"a\":{\"a\":{\"a\":1}}}"),
    ROW("{\"a\":1,\"A\":2}"), ROW("[{\"a\":1},{\"a\":2}]"), ROW("{\"a\":{\"b\":1},\"b\":{\"a\":1}}"),
    ROW("{\"a b\":1,\"ab\":2}"), ROW("{\"a\":1,\"aa\":2,\"aaa\":3}"), ROW("{\"\xc3\xa4\":1,\"a\\u0308\":2}"),
    /* numbers */
    ROW("-0"), ROW("1"), ROW("-1"), ROW("10"), ROW("1234567890"), ROW("0.0"), ROW("0.5"), ROW("-0.5"), ROW("1.50"),
    ROW("1e5"), ROW("1E5"), ROW("1e+5"), ROW("1e-5"), ROW("1.5e005"), ROW("0e0"), ROW("0e9999"), ROW("-0e-0"),
    ROW("[0]"), ROW("[-0.0e+0]"), ROW("9007199254740993"), ROW("123456789012345678901234567890"),
    ROW("1.7976931348623157e308"), ROW("1.7976931348623158e308"), ROW("-1.7976931348623157E+308"), ROW("1e308"),
    ROW("0.00001e313"), ROW("17976931348623157e292"), ROW("5e-324"), ROW("1e-400"), ROW("1e-99999999999999999999"),
    ROW("0.0e99999999999999999999"), ROW("999999999999999999999999999999999999999999999999999999999999999"),
    ROW("0.1234567890123456789012345678901234567890123456789012345678901"),
    /* strings */
    ROW("\"plain\""), ROW("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), ROW("\"/\""), ROW("\"\x7f\""),
    ROW("\"\\u0001\\u001f\\u0020\""), ROW("\"\\u00e4\\u00E4\""), ROW("\"\\uD83D\\uDE00\""),
    ROW("\"\\ud800\\udc00\\udbff\\udfff\""), ROW("\"\\uE000\\uFFFF\\uD7FF\""), ROW("\"\xc2\x80\xdf\xbf\""),
    ROW("\"\xe0\xa0\x80\xef\xbf\xbf\""), ROW("\"\xed\x9f\xbf\xee\x80\x80\""),
    ROW("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""), ROW("\"\xef\xbb\xbf\""), ROW("\"\xe2\x80\xa8\xe2\x80\xa9\""),
    ROW("\"\\\\u0000\""), ROW("\"[,]{:}//\""), ROW("\"\\\\\""), ROW("{\"\\u0061\":1,\"b\":2}"),
    ROW("{\"\\\\u0061\":1,\"a\":2}"), ROW("{\"a\\n\":1,\"an\":2}"),
};

static const row_t refused[] = {
    /* nothing, too little, too much */
    ROW(""), ROW(" "), ROW("\n\t"), ROW("["), ROW("{"), ROW("[1"), ROW("[1,"), ROW("[[]"), ROW("{\"a\""),
    ROW("{\"a\":"), ROW("{\"a\":1"), ROW("{\"a\":1,"), ROW("\""), ROW("\"a"), ROW("\"\\"), ROW("\"\\\""), ROW("]"),
    ROW("}"), ROW(","), ROW(":"), ROW("[]]"), ROW("{}}"), ROW("[] []"), ROW("1 2"), ROW("{}{}"), ROW("\"a\"\"b\""),
    ROW("null null"), ROW("[],"), ROW("true//x"), ROW("{}#"), ROW("nullx"), ROW("true1"), ROW("1x"), ROW("[]\0"),
    ROW("1\0"), ROW("\0"), ROW("[1\0]"), ROW("{}\0{}"), ROW("[]\x1a"), ROW("[]\xef\xbb\xbf"),
    /* other encodings */
    ROW("\xef\xbb\xbf{}"), ROW("\xef\xbb\xbf"), ROW("\xff\xfe[\0]\0"), ROW("\xfe\xff\0[\0]"), ROW("[\0]\0"),
    ROW("\0[\0]"), ROW("\xc2\xa0[]"), ROW("[\xe2\x80\xa8]"), ROW("[\v]"), ROW("[\f]"), ROW("[\xc2\xa0]"),
    /* words */
    ROW("Null"), ROW("TRUE"), ROW("nul"), ROW("tru"), ROW("fals"), ROW("undefined"), ROW("NaN"), ROW("Infinity"),
    ROW("-Infinity"), ROW("[nan]"), ROW("[-inf]"), ROW("abc"), ROW("'a'"), ROW("[t"), ROW("/**/1"), ROW("[1]//"),
    ROW("[1,/**/2]"),
    /* arrays */
    ROW("[,]"), ROW("[1,]"), ROW("[,1]"), ROW("[1,,2]"), ROW("[1 2]"), ROW("[1:2]"), ROW("[1}"), ROW("[\"a\" \"b\"]"),
    ROW("[1;2]"), ROW("(1)"), ROW("[\"a\":1]"),
    /* objects */
    ROW("{,}"), ROW("{\"a\":1,}"), ROW("{,\"a\":1}"), ROW("{\"a\":1,,\"b\":2}"), ROW("{\"a\":1 \"b\":2}"),
    ROW("{\"a\" 1}"), ROW("{\"a\",1}"), ROW("{\"a\"::1}"), ROW("{\"a\":}"), ROW("{:1}"), ROW("{a:1}"), ROW("{'a':1}"),
    ROW("{1:1}"), ROW("{null:1}"), ROW("{[]:1}"), ROW("{\"a\":1]"), ROW("{\"a\"}"), ROW("{\"a\":1:2}"),
    ROW("{\"a\"=1}"), ROW("{\"a\":1;\"b\":2}"),
    /* names that come twice, at any level, however they are written */
    ROW("{\"a\":1,\"a\":1}"), ROW("{\"a\":1,\"b\":2,\"a\":3}"), ROW("{\"\":1,\"\":2}"),
    ROW("{\"a\":1,\"\\u0061\":2}"), ROW("{\"\\u0061\":1,\"\\u0061\":2}"), ROW("{\"\\u00E4\":1,\"\xc3\xa4\":2}"),
    ROW("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"), ROW("{\"/\":1,\"\\/\":2}"),
    ROW("{\"\\n\":1,\"\\u000a\":2}"), ROW("[[{\"x\":{\"a\":1,\"a\":2}}]]"),
    ROW("{\"a\":{\"b\":1},\"c\":[{\"d\":0}],\"a\":2}"), ROW("{\"a\":{\"a\":1},\"a\":2}"),
    ROW("{\"a\":{\"b\":1,\"c\":2,\"b\":3}}"),
    /* numbers */
    ROW("-"), ROW("+1"), ROW("--1"), ROW("- 1"), ROW("00"), ROW("01"), ROW("-01"), ROW("0017"), ROW("00.5"),
    ROW("1."), ROW("-1."), ROW(".5"), ROW("-.5"), ROW("1.e5"), ROW("0.e1"), ROW("1e"), ROW("1e+"), ROW("1e-"),
    ROW("1E"), ROW("1e1.5"), ROW("1e+-5"), ROW("1ee5"), ROW("1.5.5"), ROW("0x10"), ROW("0b1"), ROW("1_000"),
    ROW("1,000"), ROW("1 000"), ROW("1d"), ROW("1f"), ROW("\xef\xbc\x91"), ROW("[1-2]"), ROW("1e400"), ROW("-1e400"),
    ROW("1.7976931348623159e308"), ROW("1.8e308"), ROW("1e309"), ROW("0.00001e315"), ROW("17976931348623159e292"),
    ROW("1e99999999999999999999"), ROW("10e308"),
    ROW("9999999999999999999999999999999999999999999999999999999999999999"),
    ROW("0.12345678901234567890123456789012345678901234567890123456789012"),
    /* strings */
    ROW("\"\n\""), ROW("\"\t\""), ROW("\"\r\""), ROW("\"\x01\""), ROW("\"\x1f\""), ROW("\"a\0b\""),
    ROW("\"\\u0000\""), ROW("\"admin\\u0000.evil\""), ROW("\"\\a\""), ROW("\"\\'\""), ROW("\"\\0\""),
    ROW("\"\\x41\""), ROW("\"\\U0041\""), ROW("\"\\\n\""), ROW("\"\\\xc3\xa4\""), ROW("\"\\ \""), ROW("\"\\\0\""),
    ROW("\"\\u\""), ROW("\"\\u1\""), ROW("\"\\u12\""), ROW("\"\\u123\""), ROW("\"\\u123g\""), ROW("\"\\u+123\""),
    ROW("\"\\u 123\""), ROW("\"\\u{41}\""), ROW("\"\\ud800\""), ROW("\"\\udbff\""), ROW("\"\\udc00\""),
    ROW("\"\\udfff\""), ROW("\"\\udc00\\udc00\""), ROW("\"\\ud800x\""), ROW("\"\\ud800\\n\""),
    ROW("\"\\ud800\\u0041\""), ROW("\"\\ud800\\ud800\""), ROW("\"\\ude00\\ud83d\""), ROW("\"\\ud83d\\u\""),
    ROW("\"\\ud83d\\ude0\""), ROW("\"\\ud83d"), ROW("\"\\ud83d\\ude"), ROW("\"\x80\""), ROW("\"\xc0\x80\""),
    ROW("\"\xc1\xbf\""), ROW("\"\xe0\x80\x80\""), ROW("\"\xf0\x80\x80\x80\""), ROW("\"\xed\xa0\x80\""),
    ROW("\"\xed\xa0\xbd\xed\xb8\x80\""), ROW("\"\xf4\x90\x80\x80\""), ROW("\"\xf8\x88\x80\x80\x80\""),
    ROW("\"\xff\""), ROW("\"\xc3\""), ROW("\"\xc3"), ROW("\"\xe2\x82\""), ROW("\"\xc3(\""), ROW("\"\xe4\""),
    ROW("{\"\xff\":1}"), ROW("{\"\n\":1}"), ROW("{\"a\\u0000\":1}"), ROW("{\"\\ud800\":1}"), ROW("{\"\\z\":1}"),
};

/* In memory that ends where the text does, so that reading on is noticed. */
static const char *check(row_t row, apr_size_t *at, apr_pool_t *p)
{
    unsigned char *copy = malloc(row.len ? row.len : 1);
    const char *why;

    memcpy(copy, row.text, row.len);
    why = ga2_json_check((ga2_bytes_t){ copy, row.len }, at, p);
    free(copy);
    return why;
}

static void accepts(void **state)
{
    apr_size_t at;

    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
        const char *why = check(accepted[i], &at, *state);
        if (why)
            print_error("%s at %d\n", why, (int)at);
        T_ROW(!why, accepted[i].text);
        assert_int_equal(at, accepted[i].len);
    }
}

static void refuses(void **state)
{
    apr_size_t at;

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        T_ROW(check(refused[i], &at, *state), refused[i].text);
        T_ROW(at <= refused[i].len, refused[i].text);
    }
    assert_non_null(ga2_json_check(GA2_NO_BYTES, &at, *state));
}

static ga2_bytes_t bytes(row_t row) { return (ga2_bytes_t){ (const unsigned char *)row.text, row.len }; }

/* What the scanner accepts, cJSON reads; what the scanner refuses, cJSON is never asked. */
static void agrees_with_the_parser(void **state)
{
    const ga2_json_t *document;

    for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
        T_OK(ga2_json_parse(&document, bytes(accepted[i]), *state));
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        T_FAILS(ga2_json_parse(&document, bytes(refused[i]), *state), JSON);
        assert_null(document);
    }
}

static void says_where(void **state)
{
    static const struct { row_t row; apr_size_t at; } rows[] = {
        { ROW("[1,x]"), 3 }, { ROW("[1] x"), 4 }, { ROW("{\"a\":1,\"b\":2,\"a\":3}"), 13 },
        { ROW("{\"a\":1,\"\\u0061\":3}"), 7 },
        { ROW("[\"abc\xff\"]"), 5 }, { ROW("[1"), 2 }, { ROW("\xef\xbb\xbf{}"), 0 }, { ROW("\"a\nb\""), 2 },
    };
    apr_size_t at;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_ROW(check(rows[i].row, &at, *state), rows[i].row.text);
        T_ROW(at == rows[i].at, rows[i].row.text);
    }
}

static const char *repeated(const char *before, const char *each, int times, const char *after, apr_pool_t *p)
{
    apr_size_t b = strlen(before), e = strlen(each);
    char *out = apr_palloc(p, b + e * (apr_size_t)times + strlen(after) + 1);

    memcpy(out, before, b);
    for (int i = 0; i < times; i++)
        memcpy(out + b + e * (apr_size_t)i, each, e);
    memcpy(out + b + e * (apr_size_t)times, after, strlen(after) + 1);
    return out;
}

static void limits_depth(void **state)
{
    apr_pool_t *p = *state;
    apr_size_t at;
    const char *closing[] = { repeated("", "]", GA2_JSON_DEPTH, "", p), repeated("", "]", GA2_JSON_DEPTH + 1, "", p) };
    const char *braces[] = { repeated("1", "}", GA2_JSON_DEPTH, "", p), repeated("1", "}", GA2_JSON_DEPTH + 1, "", p) };

    assert_null(ga2_json_check(ga2_bytes_of(repeated("", "[", GA2_JSON_DEPTH, closing[0], p)), &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("", "[", GA2_JSON_DEPTH + 1, closing[1], p)), &at, p));
    assert_int_equal(at, GA2_JSON_DEPTH);
    assert_null(ga2_json_check(ga2_bytes_of(repeated("", "{\"a\":", GA2_JSON_DEPTH, braces[0], p)), &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("", "{\"a\":", GA2_JSON_DEPTH + 1, braces[1], p)), &at, p));
    /* Depth is how deep, not how often. */
    assert_null(ga2_json_check(ga2_bytes_of(repeated("[[]", ",[[]]", 100, ",{}]", p)), &at, p));
}

static void limits_members(void **state)
{
    apr_pool_t *p = *state;
    apr_size_t at;

    assert_null(ga2_json_check(ga2_bytes_of(repeated("[0", ",0", GA2_JSON_MEMBERS - 1, "]", p)), &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("[0", ",0", GA2_JSON_MEMBERS, "]", p)), &at, p));
    assert_null(ga2_json_check(ga2_bytes_of(repeated("[[]", ",[0]", GA2_JSON_MEMBERS / 2 - 1, ",[]]", p)), &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("[[]", ",{\"a\":0}", GA2_JSON_MEMBERS / 2, "]", p)), &at, p));
}

static void limits_names(void **state)
{
    apr_pool_t *p = *state;
    apr_size_t at;

    assert_null(ga2_json_check(ga2_bytes_of(repeated("{\"", "a", GA2_JSON_NAME, "\":1}", p)), &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("{\"", "a", GA2_JSON_NAME + 1, "\":1}", p)), &at, p));
    assert_null(ga2_json_check(ga2_bytes_of(repeated("{\"", "\\u0061", GA2_JSON_NAME, "\":1}", p)), &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("{\"", "\\ud83d\\ude00", GA2_JSON_NAME / 4 + 1, "\":1}", p)),
        &at, p));
    assert_non_null(ga2_json_check(ga2_bytes_of(repeated("{\"", "\xf0\x9f\x98\x80", 1000, "\":1}", p)), &at, p));
    /* Only names have this limit. */
    assert_null(ga2_json_check(ga2_bytes_of(repeated("[\"", "a", 100000, "\"]", p)), &at, p));
}

/* One object with as many members as may be; their names differ only at their ends. */
static const char *wide(int members, int last, apr_pool_t *p)
{
    apr_pool_t *scratch;
    apr_array_header_t *parts = apr_array_make(p, members, sizeof(const char *));
    const char *filler = repeated("", "n", 200, "", p), *out;

    apr_pool_create(&scratch, p);
    for (int i = 0; i < members; i++)
        APR_ARRAY_PUSH(parts, const char *) = apr_psprintf(scratch, "\"%s%06d\":0", filler,
            i == members - 1 ? last : i);
    out = apr_pstrcat(p, "{", apr_array_pstrcat(scratch, parts, ','), "}", NULL);
    apr_pool_destroy(scratch);
    return out;
}

static double seconds_for(const char **why, const char *text, apr_pool_t *p)
{
    clock_t start = clock();
    apr_size_t at;

    *why = ga2_json_check(ga2_bytes_of(text), &at, p);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Generous for slow machines and sanitizers; quadratic or deep work would take far longer. */
static void is_fast_on_hostile_texts(void **state)
{
    apr_pool_t *p = *state;
    const char *why;

    assert_true(seconds_for(&why, wide(GA2_JSON_MEMBERS, 5000, p), p) < 1.0);
    assert_null(why);
    assert_true(seconds_for(&why, wide(GA2_JSON_MEMBERS, 0, p), p) < 1.0);
    assert_non_null(why);
    assert_true(seconds_for(&why, repeated("", "[", 1 << 20, "", p), p) < 0.1);
    assert_non_null(why);
    assert_true(seconds_for(&why, repeated("", "{\"\":", 1 << 18, "", p), p) < 0.1);
    assert_non_null(why);
    assert_true(seconds_for(&why, repeated("[0", ",0", 1 << 20, "]", p), p) < 0.5);
    assert_non_null(why);
    assert_true(seconds_for(&why, repeated("", "9", 1 << 20, "", p), p) < 0.5);
    assert_non_null(why);
}

static const struct CMUnitTest cases[] = {
    T("what RFC 8259 and I-JSON allow is accepted", accepts),
    T("everything else is refused", refuses),
    T("what is accepted can be parsed", agrees_with_the_parser),
    T("the place of a fault is told", says_where),
    T("too many levels are refused", limits_depth),
    T("too many members are refused", limits_members),
    T("names that are too long are refused", limits_names),
    T("hostile texts take no long time", is_fast_on_hostile_texts),
};

T_MAIN("json_check", cases)
