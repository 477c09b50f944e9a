/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "codec/base64.h"

static ga2_bytes_t bytes(const char *text, apr_size_t len)
{
    return (ga2_bytes_t){ (const unsigned char *)text, len };
}

static const struct { const char *bytes; apr_size_t len; const char *url, *standard; } pairs[] = {
    { "",                   0, "",          ""          },
    { "\0",                 1, "AA",        "AA=="      },
    { "x",                  1, "eA",        "eA=="      },
    { "xy",                 2, "eHk",       "eHk="      },
    { "xyz",                3, "eHl6",      "eHl6"      },
    { "xyz!",               4, "eHl6IQ",    "eHl6IQ=="  },
    { "\xff",               1, "_w",        "/w=="      },
    { "\xff\xff\xff",       3, "____",      "////"      },
    { "\xfb\xef\xbe",       3, "----",      "++++"      },
    { "\x00\x10\x83\x10",   4, "ABCDEA",    "ABCDEA=="  },
};

static void encodes_and_decodes(void **state)
{
    apr_pool_t *p = *state;

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        ga2_bytes_t in = bytes(pairs[i].bytes, pairs[i].len), out;
        assert_string_equal(ga2_base64url(in, p), pairs[i].url);
        assert_string_equal(ga2_base64(in, p), pairs[i].standard);
        assert_int_equal(GA2_BASE64URL_LEN(in.len), strlen(pairs[i].url));
        T_ROW(ga2_base64url_decode(&out, pairs[i].url, strlen(pairs[i].url), p), pairs[i].url);
        assert_non_null(out.data);
        T_ROW(ga2_bytes_equal(in, out), pairs[i].url);
        assert_int_equal(out.data[out.len], 0);
        T_ROW(ga2_base64_decode(&out, pairs[i].standard, strlen(pairs[i].standard), 0, p), pairs[i].standard);
        assert_non_null(out.data);
        T_ROW(ga2_bytes_equal(in, out), pairs[i].standard);
    }
}

static void keeps_every_byte(void **state)
{
    apr_pool_t *p = *state;
    unsigned char all[256];

    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)(i * 7 + 3);
    for (apr_size_t len = 0; len <= sizeof(all); len++) {
        ga2_bytes_t in = { all, len }, out;
        const char *url = ga2_base64url(in, p), *standard = ga2_base64(in, p);
        assert_int_equal(strlen(url), GA2_BASE64URL_LEN(len));
        assert_true(ga2_base64url_decode(&out, url, strlen(url), p) && ga2_bytes_equal(in, out));
        assert_true(ga2_base64_decode(&out, standard, strlen(standard), 0, p) && ga2_bytes_equal(in, out));
    }
}

static void writes_and_reads_exactly_what_fits(void **state)
{
    char text[6] = "......";
    unsigned char out[4] = { 9, 9, 9, 9 };
    apr_size_t len = 77;

    (void)state;
    ga2_base64url_write(text, "xyz", 3);
    assert_memory_equal(text, "eHl6..", 6);
    ga2_base64url_write(text, "x", 1);
    assert_memory_equal(text, "eAl6..", 6);
    assert_true(ga2_base64url_read(out, &len, "eHk", 3));
    assert_int_equal(len, 2);
    assert_memory_equal(out, "xy\x09\x09", 4);
    assert_false(ga2_base64url_read(out, &len, "eHl", 3));
    assert_int_equal(len, 0);
    assert_true(ga2_base64url_read(out, &len, "", 0));
    assert_int_equal(len, 0);
}

static void refuses_what_is_not_canonical_url(void **state)
{
    static const char *const bad[] = {
        "A", "AAAAA", "AAAAAAAAA",                          /* no length that bytes could have */
        "eA==", "eHk=", "eHl6====", "=", "==", "eA=", "e=A", /* padding */
        "eHk\n", "eH k", " eHk", "eHl6 ", "eH\tk", "\r\n",  /* space */
        "++++", "////", "_w/w", "-+--",                     /* the other alphabet */
        "eB", "e_", "_x", "eHl", "eHn", "___", "eHl6IR",    /* bits behind the last byte */
        "eH\x80k", "\xff\xff", "eA.", "e*k", "eHl\x7f", "@@@@", "[[[[", "````", "{{{{", "%41A", ",,,,", "::::",
    };
    unsigned char out[64];
    apr_size_t len;
    ga2_bytes_t decoded;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        T_ROW(!ga2_base64url_read(out, &len, bad[i], strlen(bad[i])), bad[i]);
        T_ROW(!ga2_base64url_decode(&decoded, bad[i], strlen(bad[i]), *state), bad[i]);
        assert_null(decoded.data);
    }
    assert_false(ga2_base64url_read(out, &len, "eH\0k", 4));
}

/* Counting all texts shows that no value has two spellings and none is without one. */
static void has_one_spelling_for_each_value(void **state)
{
    char text[3];
    unsigned char out[3];
    apr_size_t len;
    int one = 0, two = 0;

    (void)state;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            text[0] = (char)a;
            text[1] = (char)b;
            one += ga2_base64url_read(out, &len, text, 2);
            for (int c = 0; c < 256; c += 1) {
                text[2] = (char)c;
                two += ga2_base64url_read(out, &len, text, 3);
            }
        }
    assert_int_equal(one, 256);
    assert_int_equal(two, 65536);
}

static void refuses_what_is_not_canonical_standard(void **state)
{
    static const char *const bad[] = {
        "eA", "eHk", "eA=", "eHl6=", "e===", "====", "=", "eA==eA==", "eHk=eHk=", "=eHk", "e=Hk", "eB==", "eHl=",
        "____", "-w==", "eHk=\n", "eH\nk=", " eHk=", "eHl6\x80\x80\x80\x80", "eA= =",
    };
    ga2_bytes_t out;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        T_ROW(!ga2_base64_decode(&out, bad[i], strlen(bad[i]), 0, *state), bad[i]);
        assert_null(out.data);
    }
}

static void skips_white_space_when_loose(void **state)
{
    static const struct { const char *text, *bytes; } rows[] = {
        { "eHl6\r\neHl6\r\n", "xyzxyz" }, { " e\tH\nk = ", "xy" }, { "\n\n", "" }, { "eA= =", "x" },
        { "eHl\v6", NULL }, { "eHl6\f", NULL }, { "eH k", NULL }, { "e H l 6 =", NULL }, { "eHl=\n", NULL },
        { "__ __", NULL },
    };
    ga2_bytes_t out;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int ok = ga2_base64_decode(&out, rows[i].text, strlen(rows[i].text), 1, *state);
        T_ROW(ok == (rows[i].bytes != NULL), rows[i].text);
        T_ROW(!ok || ga2_bytes_equal(out, ga2_bytes_of(rows[i].bytes)), rows[i].text);
    }
}

static void takes_no_bytes_as_empty(void **state)
{
    ga2_bytes_t out;

    assert_string_equal(ga2_base64url(GA2_NO_BYTES, *state), "");
    assert_string_equal(ga2_base64(GA2_NO_BYTES, *state), "");
    assert_true(ga2_base64url_decode(&out, NULL, 0, *state));
    assert_int_equal(out.len, 0);
}

static const struct CMUnitTest cases[] = {
    T("both alphabets encode and decode", encodes_and_decodes),
    T("every byte at every length survives", keeps_every_byte),
    T("writing and reading touch only what they must", writes_and_reads_exactly_what_fits),
    T("base64url that is not canonical is refused", refuses_what_is_not_canonical_url),
    T("each value has exactly one spelling", has_one_spelling_for_each_value),
    T("base64 that is not canonical is refused", refuses_what_is_not_canonical_standard),
    T("loose decoding skips white space and nothing else", skips_white_space_when_loose),
    T("no bytes are an empty text", takes_no_bytes_as_empty),
};

T_MAIN("base64", cases)
