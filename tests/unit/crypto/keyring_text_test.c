/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "lines.h"
#include "crypto/context.h"
#include "crypto/keyring_text.h"
#include <apr_strings.h>

static void reads_and_writes_the_same_text(void **state)
{
    static const char text[] = "# mod_goauth2 keys: the first seals, all open. Keep this file secret.\n"
                               LINE_K "\n" LINE_L "\n";
    ga2_key_lines_t *lines;

    ga2_crypto_start(*state);
    T_OK(ga2_key_lines_parse(&lines, ga2_bytes_of(text), "keys", *state));
    assert_int_equal(lines->count, 2);
    assert_int_equal(lines->at[0].id, 0x5e318f8c);
    assert_string_equal(lines->at[1].made, "2026-10-01T00:00:00Z");
    assert_memory_equal(lines->at[0].key, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 32);
    assert_string_equal((const char *)ga2_key_lines_print(lines, *state).data, text);
}

static void takes_comments_and_empty_lines(void **state)
{
    static const char *const rows[] = { LINE_K, LINE_K "\n", "\n\n#\n# x\r\n" LINE_K "\n\n#", "#" LINE_L "\n" LINE_K };
    ga2_key_lines_t *lines;

    ga2_crypto_start(*state);
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        T_OK(ga2_key_lines_parse(&lines, ga2_bytes_of(rows[i]), "keys", *state));
        T_ROW(lines->count == 1 && lines->at[0].id == 0x5e318f8c, rows[i]);
    }
}

static void refuses_whatever_is_not_exactly_a_line(void **state)
{
    static const char *const rows[] = {
        "", "\n", "# nothing\n", " " LINE_K, LINE_K " ", LINE_K "\r\n", LINE_K " x", "x", "  ", " ",
        "5e318f8c", "5e318f8c 2026-11-24T09:30:00Z", "5e318f8c 2026-11-24T09:30:00Z ",
        "5e318f8c  2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5E318F8C 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c0 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8g 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f84 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",      /* not this key's id */
        "5e318f8c 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2t",      /* stray bits at the end */
        "5e318f8c 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2",
        "5e318f8c 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        "5e318f8c 2026-11-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2+",
        "5e318f8c 2026-11-24T09:30:00 a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c 2026-11-24 09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c 2026-13-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c 2026-11-32T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c 2026-11-00T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c 2026-00-24T09:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        "5e318f8c 2026-11-24T24:30:00Z a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
        LINE_K "\n" LINE_K, LINE_K "\n" LINE_L "\n" LINE_K, LINE_K "\nx\n" LINE_L,
    };
    ga2_key_lines_t *lines;

    ga2_crypto_start(*state);
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ga2_error_t *err = ga2_key_lines_parse(&lines, ga2_bytes_of(rows[i]), "keys", *state);
        T_ROW(err && err->code == GA2_E_KEYS, rows[i]);
    }
}

static void refuses_a_zero_byte(void **state)
{
    static const char text[] = LINE_K "\n\0" LINE_L;
    ga2_key_lines_t *lines;

    ga2_crypto_start(*state);
    T_FAILS(ga2_key_lines_parse(&lines, (ga2_bytes_t){ (const void *)text, sizeof(text) - 1 }, "keys", *state), KEYS);
}

static void a_sentence_names_file_and_line_and_no_key(void **state)
{
    ga2_key_lines_t *lines;
    ga2_error_t *err;

    ga2_crypto_start(*state);
    err = ga2_key_lines_parse(&lines, ga2_bytes_of("# x\n" LINE_K "\n" LINE_L "=\n"), "/etc/keys", *state);
    assert_non_null(err);
    assert_non_null(strstr(err->message, "/etc/keys:3:"));
    assert_null(strstr(err->message, "bGxs"));
}

static void a_new_key_comes_first(void **state)
{
    ga2_key_lines_t *lines;

    ga2_crypto_start(*state);
    T_OK(ga2_key_lines_parse(&lines, ga2_bytes_of(LINE_K "\n" LINE_L), "keys", *state));
    T_OK(ga2_key_lines_renew(lines, 1, apr_time_from_sec(1795512600), *state));
    assert_int_equal(lines->count, 2);
    assert_string_equal(lines->at[0].made, "2026-11-24T09:30:00Z");
    assert_int_equal(lines->at[1].id, 0x5e318f8c);
    T_OK(ga2_key_lines_parse(&lines, ga2_key_lines_print(lines, *state), "keys", *state));
    assert_int_equal(lines->count, 2);
}

static void keeps_sixteen_keys_at_most(void **state)
{
    ga2_key_lines_t *lines = apr_pcalloc(*state, sizeof(*lines));
    ga2_bytes_t text;

    ga2_crypto_start(*state);
    for (int i = 0; i < 20; i++)
        T_OK(ga2_key_lines_renew(lines, 1000, 0, *state));
    assert_int_equal(lines->count, GA2_KEYS_MAX);
    text = ga2_key_lines_print(lines, *state);
    T_OK(ga2_key_lines_parse(&lines, text, "keys", *state));
    text = ga2_bytes_of(apr_pstrcat(*state, (const char *)text.data, LINE_K, NULL));
    T_FAILS(ga2_key_lines_parse(&lines, text, "keys", *state), KEYS);
    T_OK(ga2_key_lines_renew(lines, -1, 0, *state));
    assert_int_equal(lines->count, 1);
}

static const struct CMUnitTest cases[] = {
    T("what is read is written the same", reads_and_writes_the_same_text),
    T("comments and empty lines are skipped", takes_comments_and_empty_lines),
    T("whatever is not exactly a line is refused", refuses_whatever_is_not_exactly_a_line),
    T("a zero byte is refused", refuses_a_zero_byte),
    T("the sentence names file and line, and no key", a_sentence_names_file_and_line_and_no_key),
    T("a new key comes first", a_new_key_comes_first),
    T("sixteen keys are kept at most", keeps_sixteen_keys_at_most),
};
T_MAIN("crypto/keyring_text", cases)
