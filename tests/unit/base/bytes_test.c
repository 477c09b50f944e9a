/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "base/bytes.h"

static ga2_bytes_t bytes(const char *data, apr_size_t len)
{
    return (ga2_bytes_t){ (const unsigned char *)data, len };
}

static void tells_none_from_empty(void **state)
{
    assert_null(ga2_bytes_of(NULL).data);
    assert_non_null(ga2_bytes_of("").data);
    assert_int_equal(ga2_bytes_of("").len, 0);
    assert_int_equal(ga2_bytes_of("abc").len, 3);
    assert_null(ga2_bytes_copy(GA2_NO_BYTES, *state).data);
    assert_non_null(ga2_bytes_copy(bytes("", 0), *state).data);
    assert_null(ga2_bytes_text(GA2_NO_BYTES, *state));
    assert_string_equal(ga2_bytes_text(bytes("", 0), *state), "");
}

static void copies_with_a_nul_behind(void **state)
{
    char source[] = "a\0bc";
    ga2_bytes_t copy = ga2_bytes_copy(bytes(source, 3), *state);

    source[0] = 'x';
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.data, "a\0b\0", 4);
}

static void compares(void **state)
{
    (void)state;
    assert_true(ga2_bytes_equal(bytes("a\0b", 3), bytes("a\0bc", 3)));
    assert_false(ga2_bytes_equal(bytes("a\0b", 3), bytes("a\0c", 3)));
    assert_false(ga2_bytes_equal(bytes("abc", 3), bytes("abc", 2)));
    assert_true(ga2_bytes_equal(bytes("", 0), bytes("x", 0)));
    assert_true(ga2_bytes_equal(GA2_NO_BYTES, GA2_NO_BYTES));
    assert_false(ga2_bytes_equal(GA2_NO_BYTES, bytes("a", 1)));
}

static void gives_text_without_nul_only(void **state)
{
    assert_string_equal(ga2_bytes_text(bytes("abcd", 3), *state), "abc");
    assert_null(ga2_bytes_text(bytes("a\0b", 3), *state));
    assert_null(ga2_bytes_text(bytes("ab\0", 3), *state));
    assert_null(ga2_bytes_text(bytes("\0", 1), *state));
}

static const struct CMUnitTest cases[] = {
    T("no bytes are not the same as none in a text", tells_none_from_empty),
    T("a copy is its own and has a NUL behind it", copies_with_a_nul_behind),
    T("length and content are compared", compares),
    T("bytes with a NUL among them are no text", gives_text_without_nul_only),
};

T_MAIN("bytes", cases)
