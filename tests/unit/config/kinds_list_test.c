/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "folder.h"
#include "lines.h"

static void scopes_are_a_set(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Scopes openid", "GOAuth2Scopes openid" }, { "GOAuth2Scopes b a b", "GOAuth2Scopes a b" },
        { "GOAuth2Scopes \"b a\" c", "GOAuth2Scopes a b c" },
        { "GOAuth2Scopes https://www.example/auth/x.y", "GOAuth2Scopes https://www.example/auth/x.y" },
        { "GOAuth2Scopes \"\"", "GOAuth2Scopes \"\"" }, { "GOAuth2Scopes \"it's\"", "GOAuth2Scopes \"it's\"" },
        { "GOAuth2Scopes a\\b", NULL }, { "GOAuth2Scopes 'a\"b'", NULL }, { "GOAuth2Scopes \303\274", NULL },
        { "GOAuth2Scopes \"a\rb\"", NULL }, { "GOAuth2Scopes a\177", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void at_most_64_words(void **state)
{
    const char *line = "GOAuth2Scopes";

    for (int i = 0; i < 64; i++)
        line = apr_psprintf(*state, "%s s%d", line, i);
    assert_null(line_set(ga2_config_defaults(*state), line, *state));
    line = apr_pstrcat(*state, line, " more", NULL);
    assert_non_null(line_set(ga2_config_defaults(*state), line, *state));
}

static const char *secret_of(const char *word, apr_pool_t *p)
{
    ga2_config_t *c = ga2_config_defaults(p);

    return ga2_config_set(c, GA2_D_client_secret, word, p) ? NULL : ga2_secret_reveal_text(c->client_secret);
}

static void a_secret_comes_from_a_file_the_environment_or_the_line(void **state)
{
    const char *folder = folder_make(*state);
    const struct { const char *text; size_t len; int mode; const char *secret; } files[] = {
        { "s3cret\n", 7, 0600, "s3cret" }, { "s3cret\r\nmore\n", 13, 0640, "s3cret" }, { "s3cret", 6, 0400, "s3cret" },
        { " with space \n", 13, 0600, " with space " }, { "", 0, 0600, NULL }, { "\ns3cret\n", 8, 0600, NULL },
        { "s3\0cret\n", 8, 0600, NULL }, { "s3cret\n", 7, 0644, NULL }, { "s3cret\n", 7, 0604, NULL },
        { "s3cret\n", 7, 0662, NULL } };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *name = apr_psprintf(*state, "secret%d", (int)i), *found;
        name = folder_write(folder, name, files[i].text, files[i].len, files[i].mode, *state);
        found = secret_of(apr_pstrcat(*state, "file:", name, NULL), *state);
        T_ROW(files[i].secret ? found && !strcmp(found, files[i].secret) : !found, name);
    }
    assert_null(secret_of(apr_pstrcat(*state, "file:", folder, "/absent", NULL), *state));
    assert_null(secret_of(apr_pstrcat(*state, "file:", folder, NULL), *state));
    assert_null(secret_of("file:", *state));
    setenv("GA2_TEST_SECRET", "from here", 1);
    setenv("GA2_TEST_EMPTY", "", 1);
    assert_string_equal(secret_of("env:GA2_TEST_SECRET", *state), "from here");
    assert_null(secret_of("env:GA2_TEST_EMPTY", *state));
    assert_null(secret_of("env:GA2_TEST_ABSENT", *state));
    assert_null(secret_of("env:", *state));
    assert_string_equal(secret_of("\"the secret\"", *state), "the secret");
    assert_string_equal(secret_of("File:x", *state), "File:x");
    assert_null(secret_of("\"\"", *state));
}

static void a_parameter_may_not_be_the_sign_ins_own(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2AuthParam prompt \"login consent\"", "GOAuth2AuthParam prompt \"login consent\"" },
        { "GOAuth2AuthParam access_type offline", "GOAuth2AuthParam access_type \"offline\"" },
        { "GOAuth2AuthParam include_granted_scopes true", "GOAuth2AuthParam include_granted_scopes \"true\"" },
        { "GOAuth2AuthParam x-y.z \"\"", "GOAuth2AuthParam x-y.z \"\"" },
        { "GOAuth2AuthParam q \"a\\\\\\\"b\"", "GOAuth2AuthParam q \"a\\\\\\\"b\"" },
        { "GOAuth2AuthParam response_type token", NULL }, { "GOAuth2AuthParam response_mode fragment", NULL },
        { "GOAuth2AuthParam client_id x", NULL }, { "GOAuth2AuthParam client_secret x", NULL },
        { "GOAuth2AuthParam redirect_uri https://x.example", NULL }, { "GOAuth2AuthParam scope x", NULL },
        { "GOAuth2AuthParam state x", NULL }, { "GOAuth2AuthParam NONCE x", NULL },
        { "GOAuth2AuthParam code_challenge x", NULL }, { "GOAuth2AuthParam code_challenge_method plain", NULL },
        { "GOAuth2AuthParam request x", NULL }, { "GOAuth2AuthParam request_uri https://x.example", NULL },
        { "GOAuth2AuthParam \"\" value", NULL }, { "GOAuth2AuthParam a&b c", NULL }, { "GOAuth2AuthParam a=b c", NULL },
        { "GOAuth2AuthParam \"a b\" c", NULL }, { "GOAuth2AuthParam sta%74e c", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void a_header_has_a_name_and_a_source(void **state)
{
    static const struct { const char *line; ga2_source_t source; const char *argument; } rows[] = {
        { "GOAuth2Header X-User claim:email\n", GA2_FROM_CLAIM, "email" },
        { "GOAuth2Header X-Token access_token\n", GA2_FROM_ACCESS_TOKEN, NULL },
        { "GOAuth2Header X-Token id_token\n", GA2_FROM_ID_TOKEN, NULL },
        { "GOAuth2Header X-Scopes scopes\n", GA2_FROM_SCOPES, NULL },
        { "GOAuth2Header X-Expires expires\n", GA2_FROM_EXPIRES, NULL },
        { "GOAuth2Header X-XSRF xsrf\n", GA2_FROM_XSRF, NULL },
        { "GOAuth2Header X-Text \"Access_token 50%\"\n", GA2_FROM_TEXT, "Access_token 50%" },
        { "GOAuth2Header X-Text \"\"\n", GA2_FROM_TEXT, "" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ga2_config_t *c = lines_read(rows[i].line, *state);
        ga2_header_rule_t rule = APR_ARRAY_IDX(c->headers, 0, ga2_header_rule_t);
        T_ROW(rule.source == rows[i].source, rows[i].line);
        T_ROW(rows[i].argument ? rule.argument && !strcmp(rule.argument, rows[i].argument) : !rule.argument,
              rows[i].line);
        T_ROW(!strncmp(rule.name, "X-", 2) && !strncmp(rule.canonical, "x-", 2), rows[i].line);
    }
}

static void a_header_may_not_steer_http(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Header Remote-User claim:sub", "GOAuth2Header Remote-User \"claim:sub\"" },
        { "GOAuth2Header X-Text \"a b\"", "GOAuth2Header X-Text \"a b\"" },
        { "GOAuth2Header X-Text \"\"", "GOAuth2Header X-Text \"\"" },
        { "GOAuth2Header Host claim:sub", NULL }, { "GOAuth2Header Connection x", NULL },
        { "GOAuth2Header content-LENGTH 0", NULL }, { "GOAuth2Header Content-Type x", NULL },
        { "GOAuth2Header Cookie x", NULL }, { "GOAuth2Header Transfer-Encoding x", NULL },
        { "GOAuth2Header TE x", NULL },
        { "GOAuth2Header Trailer x", NULL }, { "GOAuth2Header Upgrade x", NULL }, { "GOAuth2Header Expect x", NULL },
        { "GOAuth2Header Range x", NULL }, { "GOAuth2Header Authorization access_token", NULL },
        { "GOAuth2Header Proxy-Authorization x", NULL }, { "GOAuth2Header Proxy x", NULL },
        { "GOAuth2Header X_User claim:sub", NULL }, { "GOAuth2Header \"X User\" claim:sub", NULL },
        { "GOAuth2Header X:User claim:sub", NULL }, { "GOAuth2Header \"\" claim:sub", NULL },
        { "GOAuth2Header X-User claim:", NULL }, { "GOAuth2Header X-Text b\303\274ro", NULL },
        { "GOAuth2Header X-Text \"b\303\274ro 5%\"", NULL }, { "GOAuth2Header X-Text \"a\rX-Admin: 1%\"", NULL },
    };

    CHECK_LINES(rows, *state);
}

static void the_last_line_for_a_name_counts(void **state)
{
    const ga2_config_t *c = lines_read("GOAuth2Header X-User claim:sub\nGOAuth2Header X-Two b\nGOAuth2Header x-user a\n"
        "GOAuth2AuthParam a 1\nGOAuth2AuthParam A 2\nGOAuth2AuthParam a 3\n", *state);

    assert_int_equal(c->headers->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(c->headers, 1, ga2_header_rule_t).argument, "a");
    assert_int_equal(c->auth_params->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(c->auth_params, 1, ga2_param_t).value, "3");
}

static const struct CMUnitTest cases[] = {
    T("scopes are a set", scopes_are_a_set),
    T("at most 64 words", at_most_64_words),
    T("a secret comes from a file, the environment or the line",
      a_secret_comes_from_a_file_the_environment_or_the_line),
    T("a parameter may not be the sign-in's own", a_parameter_may_not_be_the_sign_ins_own),
    T("a header has a name and a source", a_header_has_a_name_and_a_source),
    T("a header may not steer HTTP", a_header_may_not_steer_http),
    T("the last line for a name counts", the_last_line_for_a_name_counts),
};

T_MAIN("kinds_list", cases)
