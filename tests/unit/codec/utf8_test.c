/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/hex.h"
#include "codec/utf8.h"

static void reads_and_writes_every_character(void **state)
{
    apr_uint32_t read;
    char bytes[4];

    (void)state;
    for (apr_uint32_t c = 0; c <= 0x10ffff; c++) {
        apr_size_t n = ga2_utf8_write(bytes, c);
        int surrogate = c >= 0xd800 && c <= 0xdfff;
        assert_int_equal(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        assert_int_equal(ga2_utf8_read(&read, (unsigned char *)bytes, n), surrogate ? 0 : n);
        assert_true(surrogate || read == c);
        assert_int_equal(ga2_utf8_read(&read, (unsigned char *)bytes, n - 1), 0);
    }
}

static void refuses_what_is_no_character(void **state)
{
    static const char *const bad[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff",
        "\xc3", "\xc3(", "\xe2\x82", "\xe2(\xa1", "\xe2\x82(", "\xf0\x9f\x98", "\xf0(\x98\x80", "\xf0\x9f\x98(",
    };
    apr_uint32_t read;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(ga2_utf8_read(&read, (const unsigned char *)bad[i], strlen(bad[i])), 0);
    assert_int_equal(ga2_utf8_read(&read, NULL, 0), 0);
}

static void reads_and_writes_percent_escapes(void **state)
{
    static const struct { const char *text; int value; } rows[] = {
        { "%00", 0 }, { "%41", 'A' }, { "%fF", 255 }, { "%2fx", '/' }, { "%", -1 }, { "%4", -1 }, { "%4g", -1 },
        { "%g4", -1 }, { "41", -1 }, { "", -1 }, { "%%41", -1 }, { "%:0", -1 }, { "%0@", -1 }, { "%\xff" "0", -1 },
    };
    char text[4] = "";

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_ROW(ga2_percent_value(rows[i].text) == rows[i].value, rows[i].text);
    for (int c = 0; c < 256; c++) {
        assert_ptr_equal(ga2_percent_write(text, (unsigned char)c), text + 3);
        assert_int_equal(ga2_percent_value(text), c);
    }
    assert_string_equal(text, "%FF");
}

static const struct CMUnitTest cases[] = {
    T("every character is written and read back, surrogates are not", reads_and_writes_every_character),
    T("what is no character is refused", refuses_what_is_no_character),
    T("percent escapes are written and read back", reads_and_writes_percent_escapes),
};

T_MAIN("utf8", cases)
