/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/json.h"
#include <locale.h>

static const char document[] =
    "{\"text\":\"a\\u00e4\\n\",\"empty\":\"\",\"Text\":\"other\",\"n\":1700000000,\"yes\":true,\"no\":false,"
    "\"nil\":null,\"list\":[\"a\",1,null,\"b\"],\"object\":{\"inner\":{\"x\":\"y\"}}}";

static const ga2_json_t *parsed(const char *text, void **state)
{
    const ga2_json_t *out = NULL;

    T_OK(ga2_json_parse(&out, ga2_bytes_of(text), *state));
    return out;
}

static void looks_up_by_exact_name_and_type(void **state)
{
    const ga2_json_t *d = parsed(document, state);

    assert_string_equal(ga2_json_string(d, "text"), "a\xc3\xa4\n");
    assert_string_equal(ga2_json_string(d, "Text"), "other");
    assert_string_equal(ga2_json_string(d, "empty"), "");
    assert_null(ga2_json_string(d, "TEXT"));
    assert_null(ga2_json_string(d, "tex"));
    assert_null(ga2_json_string(d, "n"));
    assert_null(ga2_json_string(d, "nil"));
    assert_null(ga2_json_string(d, "list"));
    assert_non_null(ga2_json_member(d, "nil"));
    assert_null(ga2_json_member(d, "nothing"));
    assert_non_null(ga2_json_array(d, "list"));
    assert_null(ga2_json_array(d, "object"));
    assert_non_null(ga2_json_object(d, "object"));
    assert_null(ga2_json_object(d, "list"));
    assert_string_equal(ga2_json_string(ga2_json_object(ga2_json_object(d, "object"), "inner"), "x"), "y");
    assert_true(ga2_json_true(d, "yes"));
    assert_false(ga2_json_true(d, "no"));
    assert_false(ga2_json_true(d, "n"));
    assert_false(ga2_json_true(d, "text"));
    assert_false(ga2_json_true(d, "nothing"));
}

static void looks_nothing_up_in_what_is_no_object(void **state)
{
    const ga2_json_t *others[] = { NULL, parsed("[{\"a\":1}]", state), parsed("\"a\"", state), parsed("1", state) };
    apr_int64_t n = 7;

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_null(ga2_json_member(others[i], "a"));
        assert_null(ga2_json_string(others[i], "a"));
        assert_null(ga2_json_array(others[i], "a"));
        assert_null(ga2_json_object(others[i], "a"));
        assert_false(ga2_json_true(others[i], "a"));
        assert_false(ga2_json_number(&n, others[i], "a"));
    }
    assert_int_equal(n, 7);
}

static void reads_numbers_in_range(void **state)
{
    static const struct { const char *text; int ok; apr_int64_t number; } rows[] = {
        { "0", 1, 0 }, { "-0", 1, 0 }, { "-0.0", 1, 0 }, { "1", 1, 1 }, { "1.5", 1, 1 }, { "1.999", 1, 1 },
        { "0.1", 1, 0 }, { "1e3", 1, 1000 },
        { "2147483648", 1, APR_INT64_C(2147483648) },           /* later than January 2038 */
        { "4294967296", 1, APR_INT64_C(4294967296) },
        { "9007199254740992", 1, APR_INT64_C(9007199254740992) },
        { "9007199254740994", 0, 0 }, { "9223372036854775808", 0, 0 }, { "1e300", 0, 0 }, { "-1", 0, 0 },
        { "-0.5", 0, 0 }, { "-1e300", 0, 0 },
        { "\"1700000000\"", 0, 0 }, { "true", 0, 0 }, { "null", 0, 0 }, { "[1]", 0, 0 }, { "{}", 0, 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[64];
        apr_int64_t n = -7;
        snprintf(text, sizeof(text), "{\"n\":%s}", rows[i].text);
        T_ROW(ga2_json_number(&n, parsed(text, state), "n") == rows[i].ok, rows[i].text);
        T_ROW(n == (rows[i].ok ? rows[i].number : -7), rows[i].text);
    }
}

static void wants_an_object(void **state)
{
    static const char *const others[] = { "[]", "\"a\"", "1", "null", "[{}]" };
    const ga2_json_t *out;

    T_OK(ga2_json_parse_object(&out, ga2_bytes_of(" {} "), *state));
    assert_int_equal(ga2_json_type(out), GA2_JSON_OBJECT);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        T_FAILS(ga2_json_parse_object(&out, ga2_bytes_of(others[i]), *state), JSON);
        assert_null(out);
    }
    T_FAILS(ga2_json_parse_object(&out, ga2_bytes_of("{"), *state), JSON);
    T_FAILS(ga2_json_parse_object(&out, GA2_NO_BYTES, *state), JSON);
    assert_null(out);
}

static void quotes_nothing_in_errors(void **state)
{
    const ga2_json_t *out;
    ga2_error_t *err = ga2_json_parse(&out, ga2_bytes_of("{\"token\":\"hunter2\",}"), *state);

    assert_non_null(err);
    assert_null(strstr(ga2_error_chain(err, *state), "hunter2"));
    assert_null(strstr(ga2_error_chain(err, *state), "token"));
    assert_non_null(strstr(ga2_error_chain(err, *state), "19"));
}

static void needs_no_end_mark(void **state)
{
    const ga2_json_t *out;

    T_OK(ga2_json_parse(&out, (ga2_bytes_t){ (const unsigned char *)"[1]2", 3 }, *state));
    T_OK(ga2_json_parse(&out, (ga2_bytes_t){ (const unsigned char *)"123", 2 }, *state));
    assert_string_equal(ga2_json_number_text(out, *state), "12");
}

static void walks(void **state)
{
    const ga2_json_t *d = parsed("{\"a\":[true,false,null,1,\"x\",[],{}],\"b\":2}", state);
    static const ga2_json_type_t types[] = { GA2_JSON_TRUE, GA2_JSON_FALSE, GA2_JSON_NULL, GA2_JSON_NUMBER,
                                             GA2_JSON_STRING, GA2_JSON_ARRAY, GA2_JSON_OBJECT };
    const ga2_json_t *a = ga2_json_first(d), *item = ga2_json_first(a);

    assert_string_equal(ga2_json_name(a), "a");
    assert_string_equal(ga2_json_name(ga2_json_next(a)), "b");
    assert_null(ga2_json_next(ga2_json_next(a)));
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++, item = ga2_json_next(item)) {
        assert_int_equal(ga2_json_type(item), types[i]);
        assert_null(ga2_json_name(item));
        assert_true((ga2_json_text(item) != NULL) == (types[i] == GA2_JSON_STRING));
    }
    assert_null(item);
    assert_null(ga2_json_first(ga2_json_next(a)));
    assert_null(ga2_json_first(NULL));
    assert_null(ga2_json_next(NULL));
    assert_null(ga2_json_name(NULL));
    assert_null(ga2_json_text(NULL));
    assert_int_equal(ga2_json_type(NULL), GA2_JSON_NULL);
}

static void finds_strings_in_arrays(void **state)
{
    const ga2_json_t *d = parsed(document, state), *list = ga2_json_array(d, "list");

    assert_true(ga2_json_array_has(list, "a"));
    assert_true(ga2_json_array_has(list, "b"));
    assert_false(ga2_json_array_has(list, "A"));
    assert_false(ga2_json_array_has(list, "1"));
    assert_false(ga2_json_array_has(list, ""));
    assert_false(ga2_json_array_has(d, "other"));
    assert_false(ga2_json_array_has(NULL, "a"));
}

static const struct { const char *json, *text; } numbers[] = {
    { "0", "0" }, { "-0", "0" }, { "1", "1" }, { "-1", "-1" }, { "1.0", "1" }, { "1e3", "1000" },
    { "1700000000", "1700000000" },
    { "1.5", "1.5" }, { "-0.1", "-0.1" }, { "0.30000000000000004", "0.30000000000000004" }, { "1e300", "1e+300" },
    { "1.5e-7", "1.5e-07" },
    { "5000000000000001", "5000000000000001" }, { "9007199254740991", "9007199254740991" },
    { "9007199254740992", "9007199254740992" },
    { "-9007199254740992", "-9007199254740992" }, { "1000000000000000", "1000000000000000" },
    { "1e15", "1000000000000000" },
    { "1e16", "1e+16" }, { "123456789012345678901234567890", "1.2345678901234568e+29" },
};

static void writes_numbers(void **state)
{
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        const ga2_json_t *item = parsed(numbers[i].json, state);
        assert_string_equal(ga2_json_number_text(item, *state), numbers[i].text);
        assert_string_equal(ga2_json_print(item, *state), numbers[i].text);
    }
    assert_null(ga2_json_number_text(parsed("\"1\"", state), *state));
    assert_null(ga2_json_number_text(NULL, *state));
}

static void writes_numbers_in_any_locale(void **state)
{
    static const char *const comma[] = { "de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "ps_AF.UTF-8" };
    apr_size_t at;

    for (size_t i = 0; i < sizeof(comma) / sizeof(comma[0]); i++) {
        if (!setlocale(LC_NUMERIC, comma[i]))
            continue;
        assert_string_equal(ga2_json_number_text(parsed("15e-1", state), *state), "1.5");
        assert_string_equal(ga2_json_print(parsed("[25e-2]", state), *state), "[0.25]");
        assert_non_null(ga2_json_check(ga2_bytes_of("1.8e308"), &at, *state));
        assert_null(ga2_json_check(ga2_bytes_of("1.7e308"), &at, *state));
    }
    setlocale(LC_NUMERIC, "C");
}

static void prints_compactly(void **state)
{
    static const struct { const char *text, *printed; } rows[] = {
        { " { \"a\" : [ 1 , 2.50 ] } ", "{\"a\":[1,2.5]}" },
        { "[]", "[]" }, { "{}", "{}" }, { "null", "null" },
        { "\"\\u003c\\/\\\"\\\\\\u0001\\u007f\"", "\"</\\\"\\\\\\u0001\x7f\"" },
        { "[\"\\ud83d\\ude00\"]", "[\"\xf0\x9f\x98\x80\"]" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *printed = ga2_json_print(parsed(rows[i].text, state), *state);
        assert_string_equal(printed, rows[i].printed);
        assert_string_equal(ga2_json_print(parsed(printed, state), *state), printed);
    }
    /* An item inside a document is printed alone, and the document stays what it was. */
    const ga2_json_t *d = parsed("{\"a\":[1],\"b\":5000000000000001}", state);
    assert_string_equal(ga2_json_print(ga2_json_member(d, "a"), *state), "[1]");
    assert_string_equal(ga2_json_print(ga2_json_member(d, "b"), *state), "5000000000000001");
    assert_string_equal(ga2_json_print(d, *state), "{\"a\":[1],\"b\":5000000000000001}");
    assert_int_equal(ga2_json_type(ga2_json_member(d, "b")), GA2_JSON_NUMBER);
}

static void builds(void **state)
{
    ga2_json_t *o = ga2_json_new_object(*state);
    const ga2_json_t *d = parsed("{\"aud\":[\"x\",{\"y\":1}]}", state);

    assert_string_equal(ga2_json_print(o, *state), "{}");
    ga2_json_add_string(o, "iss", "https://op.example/\"\xc3\xa4");
    ga2_json_add_string(o, "none", NULL);
    ga2_json_add_number(o, "exp", APR_INT64_C(2147483648));
    ga2_json_add_number(o, "big", APR_INT64_C(5000000000000001));
    ga2_json_add_number(o, "low", -1);
    ga2_json_add_bool(o, "yes", 256);
    ga2_json_add_bool(o, "no", 0);
    ga2_json_add_copy(o, "aud", ga2_json_member(d, "aud"));
    ga2_json_add_copy(o, "none", NULL);
    assert_string_equal(ga2_json_print(o, *state),
        "{\"iss\":\"https://op.example/\\\"\xc3\xa4\",\"exp\":2147483648,\"big\":5000000000000001,\"low\":-1,"
        "\"yes\":true,\"no\":false,\"aud\":[\"x\",{\"y\":1}]}");
    assert_string_equal(ga2_json_print(d, *state), "{\"aud\":[\"x\",{\"y\":1}]}");
}

/* With a leak checker: documents and objects go with their pool, also on the way of an error. */
static void belongs_to_the_pool(void **state)
{
    apr_pool_t *inner;
    const ga2_json_t *d;

    for (int i = 0; i < 3; i++) {
        apr_pool_create(&inner, *state);
        T_OK(ga2_json_parse(&d, ga2_bytes_of(document), inner));
        ga2_json_add_copy(ga2_json_new_object(inner), "d", d);
        T_FAILS(ga2_json_parse_object(&d, ga2_bytes_of("[\"secret\"]"), inner), JSON);
        apr_pool_destroy(inner);
    }
}

static const struct CMUnitTest cases[] = {
    T("a member is found by its exact name and type", looks_up_by_exact_name_and_type),
    T("what is no object has no members", looks_nothing_up_in_what_is_no_object),
    T("a number is read when it is between 0 and 2^53", reads_numbers_in_range),
    T("an object is asked for", wants_an_object),
    T("errors do not quote the text", quotes_nothing_in_errors),
    T("the text needs no NUL behind it", needs_no_end_mark),
    T("arrays and objects can be walked", walks),
    T("an array is searched for a string", finds_strings_in_arrays),
    T("numbers are written exactly", writes_numbers),
    T("the locale does not change numbers", writes_numbers_in_any_locale),
    T("what is printed is compact and stable", prints_compactly),
    T("an object is built", builds),
    T("documents go with their pool", belongs_to_the_pool),
};

T_MAIN("json", cases)
