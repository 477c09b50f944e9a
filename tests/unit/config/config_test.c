/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "folder.h"
#include "lines.h"

#define CANARY "Canary7f3a"

static void every_default_parses(void **state)
{
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        ga2_config_t *c = apr_pcalloc(*state, sizeof(*c));
        const char *wrong = dir->dflt ? ga2_config_set(c, d, dir->dflt, *state) : NULL;
        if (wrong)
            print_error("%s\n", wrong);
        T_ROW(!wrong, dir->name);
        T_ROW(c->given[d] == (dir->dflt != NULL), dir->name);
    }
}

static void the_defaults_are_nobodys_words_and_pass_the_check(void **state)
{
    const ga2_config_t *c = ga2_config_defaults(*state);
    static const unsigned char none[GA2_DIRECTIVES];

    assert_memory_equal(c->given, none, sizeof none);
    assert_null(ga2_config_check(c, *state));
    assert_false(ga2_config_names_provider(c));
    assert_null(c->provider);
    assert_int_equal(c->mode, GA2_MODE_REQUIRED);
    assert_int_equal(c->session_idle, apr_time_from_sec(8 * 3600));
    assert_int_equal(c->session_max, apr_time_from_sec(7 * 86400));
    assert_int_equal(c->http_timeout, apr_time_from_sec(10));
    assert_string_equal(c->scopes, "email openid profile");
    assert_string_equal(c->callback_path, "/oauth2callback");
    assert_int_equal(c->include_granted, 1);
    assert_null(c->issuer);
    assert_null(c->headers);
}

static void the_table_is_in_order(void **state)
{
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const ga2_directive_t *dir = &ga2_directives[d];
        T_ROW(ga2_text_begins(dir->name, "GOAuth2") && strlen(dir->name) > 7, dir->name);
        T_ROW(dir->help && dir->help[strlen(dir->help) - 1] == '.' && !strchr(dir->help, '\n'), dir->name);
        T_ROW(dir->offset + dir->size <= sizeof(ga2_config_t), dir->name);
        T_ROW(ga2_config_find(dir->name) == d, dir->name);
        T_ROW(ga2_config_find(apr_pstrcat(*state, "goAUTH2", dir->name + 7, NULL)) == d, dir->name);
    }
    assert_int_equal(ga2_config_find("GOAuth2"), -1);
    assert_int_equal(ga2_config_find(""), -1);
    assert_int_equal(ga2_config_find("GOAuth2Mode "), -1);
}

static void a_line_has_the_number_of_words_that_its_kind_wants(void **state)
{
    static const line_row_t rows[] = {
        { "GOAuth2Mode", NULL }, { "GOAuth2Mode aware off", NULL }, { "GOAuth2Mode  aware ", "GOAuth2Mode aware" },
        { "GOAuth2AuthParam prompt", NULL }, { "GOAuth2AuthParam prompt login now", NULL }, { "GOAuth2Header X", NULL },
        { "GOAuth2Scopes", NULL }, { "GOAuth2ClientSecret", NULL }, { "GOAuth2ClientSecret a b", NULL },
        { "GOAuth2Message two words", NULL }, { "GOAuth2Message \"two words\"", "GOAuth2Message \"two words\"" },
    };

    CHECK_LINES(rows, *state);
}

static void a_refused_line_changes_nothing(void **state)
{
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        ga2_config_t *c = ga2_config_defaults(*state), before = *c;
        const char *wrong = ga2_config_set(c, d, "", *state);
        T_ROW(wrong && is_sentence(wrong, *state), ga2_directives[d].name);
        wrong = ga2_config_set(c, d, "\"\"", *state);
        T_ROW(!wrong || is_sentence(wrong, *state), ga2_directives[d].name);
        if (wrong)
            T_ROW(!memcmp(&before, c, sizeof before), ga2_directives[d].name);
    }
}

/* A line that every kind refuses, with bytes that a terminal would obey. */
static void what_is_refused_is_shown_in_printable_characters(void **state)
{
    ga2_config_t *c = ga2_config_defaults(*state);

    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        const char *wrong = ga2_config_set(c, d, "\033[2J\177x", *state);
        T_ROW(!wrong || is_sentence(wrong, *state), ga2_directives[d].name);
    }
    assert_true(is_sentence(ga2_config_set(c, GA2_D_client_secret, "file:/\033[2J", *state), *state));
    assert_true(is_sentence(ga2_config_set(c, GA2_D_client_secret, "env:\033[2J", *state), *state));
}

static void secrets_are_in_no_sentence_and_no_dump(void **state)
{
    const char *folder = folder_make(*state);
    const char *open_to_all = folder_write(folder, "open", CANARY "\n", 11, 0644, *state);
    const char *ours = folder_write(folder, "ours", CANARY "\n", 11, 0600, *state);
    const char *binary = folder_write(folder, "binary", CANARY "\0\n", 12, 0600, *state);
    const char *const refused[] = { "GOAuth2ClientSecret " CANARY " " CANARY, "GOAuth2ClientSecret env:" "GA2_ABSENT",
        apr_pstrcat(*state, "GOAuth2ClientSecret file:", open_to_all, NULL),
        apr_pstrcat(*state, "GOAuth2ClientSecret file:", binary, NULL),
        "GOAuth2Proxy http://user:" CANARY "@proxy.example:3128", "GOAuth2Proxy ftp://user:" CANARY "@proxy.example",
        "GOAuth2AuthURI https://user:" CANARY "@op.example/auth", "GOAuth2Issuer https://" CANARY "@op.example",
        "GOAuth2BaseURL https://user:" CANARY "@www.example" };
    const char *const taken[] = { "GOAuth2ClientSecret " CANARY, "GOAuth2ClientSecret env:GA2_CANARY",
        apr_pstrcat(*state, "GOAuth2ClientSecret file:", ours, NULL) };

    setenv("GA2_CANARY", CANARY, 1);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *wrong = line_set(ga2_config_defaults(*state), refused[i], *state);
        T_ROW(wrong && !strstr(wrong, CANARY), refused[i]);
        T_ROW(is_sentence(wrong, *state) && !strchr(wrong, '"'), refused[i]);     /* nothing is quoted back */
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        ga2_config_t *c = ga2_config_defaults(*state);
        T_ROW(!line_set(c, taken[i], *state), taken[i]);
        assert_string_equal(ga2_secret_reveal_text(c->client_secret), CANARY);
        T_ROW(!strstr(ga2_config_dump(c, *state), CANARY), taken[i]);
        assert_string_equal(lines_of(c, "GOAuth2ClientSecret", *state), "GOAuth2ClientSecret (set)");
    }
}

static void a_dump_says_what_is_in_force(void **state)
{
    const ga2_config_t *c = lines_read("GOAuth2SessionIdle 90s\nGOAuth2LogoutPath off\nGOAuth2AuthParam prompt login\n"
        "GOAuth2AuthParam hd example.com\n", *state);

    assert_string_equal(lines_of(c, "GOAuth2SessionIdle", *state), "GOAuth2SessionIdle 90s");
    assert_string_equal(lines_of(c, "GOAuth2SessionMax", *state), "GOAuth2SessionMax 7d");
    assert_string_equal(lines_of(c, "GOAuth2LogoutPath", *state), "GOAuth2LogoutPath off");
    assert_non_null(strchr(lines_of(c, "GOAuth2AuthParam", *state), '\n'));
    assert_string_equal(lines_of(c, "GOAuth2Issuer", *state), "");
    assert_string_equal(lines_of(c, "GOAuth2Header", *state), "");
}

/* Every directive at once, with what is hard to write. */
static const char full[] =
    "GOAuth2Mode aware\nGOAuth2Issuer https://op.example/tenant\nGOAuth2ClientSecrets \"/etc/with space/c.json\"\n"
    "GOAuth2ClientID \"a \\\"b\\\" \\\\ 'c'\"\nGOAuth2ClientSecret secret\nGOAuth2ClientAuth client_secret_post\n"
    "GOAuth2AuthURI https://op.example/a?x=1\nGOAuth2TokenURI https://op.example/t\n"
    "GOAuth2UserinfoURI https://op.example/u\nGOAuth2JWKSURI https://op.example/k\n"
    "GOAuth2RevokeURI https://op.example/r\n"
    "GOAuth2EndSessionURI https://op.example/e\nGOAuth2CAFile /etc/ca.pem\nGOAuth2Proxy http://proxy.example:3128\n"
    "GOAuth2HTTPTimeout 90s\nGOAuth2Scopes openid \"b'c\" a\nGOAuth2IncludeGrantedScopes Off\n"
    "GOAuth2AuthParam prompt \"select_account consent\"\n"
    "GOAuth2AuthParam odd \"a\\\\\\\"b\"\nGOAuth2AuthParam empty \"\"\n"
    "GOAuth2OnStranger 401\nGOAuth2SignInTimeout 5min\nGOAuth2User email\nGOAuth2Header X-User claim:email\n"
    "GOAuth2Header X-Text \"say \\\"hi\\\" 100% c:\\\\dir\\\\\"\nGOAuth2Bearer id\nGOAuth2SessionIdle 90min\n"
    "GOAuth2SessionMax 30d\nGOAuth2LoggedOutURL /bye?a='b'\nGOAuth2ErrorPage /etc/error.html\n"
    "GOAuth2Message \"Ask b\303\274ro: it's 'us' \\\\ \\\"them\\\"\"\nGOAuth2Store memory:\nGOAuth2KeyFile /etc/keys\n"
    "GOAuth2BaseURL https://www.example:8443\nGOAuth2CookieName mine\nGOAuth2CookieDomain example.com\n"
    "GOAuth2CookieSameSite Strict\nGOAuth2CallbackPath /cb\nGOAuth2AuthorizePath off\nGOAuth2LogoutPath /out\n"
    "GOAuth2UserinfoPath off\n";

static void a_dump_read_again_is_the_same_configuration(void **state)
{
    ga2_config_t *c = lines_read(full, *state), *again;
    const char *dump = ga2_config_dump(c, *state);

    for (int d = 0; d < GA2_DIRECTIVES; d++)
        T_ROW(c->given[d], ga2_directives[d].name);
    again = lines_read(dump, *state);
    assert_string_equal(ga2_config_dump(again, *state), dump);
    assert_string_equal(again->client_id, "a \"b\" \\ 'c'");
    assert_string_equal(again->client_id, c->client_id);
    assert_string_equal(again->message, "Ask b\303\274ro: it's 'us' \\ \"them\"");
    assert_string_equal(again->message, c->message);
    assert_string_equal(again->scopes, "a b'c openid");
    assert_string_equal(APR_ARRAY_IDX(again->auth_params, 1, ga2_param_t).value, "a\\\"b");
    assert_string_equal(APR_ARRAY_IDX(again->auth_params, 2, ga2_param_t).value, "");
    assert_string_equal(APR_ARRAY_IDX(again->headers, 1, ga2_header_rule_t).argument, "say \"hi\" 100% c:\\dir\\");
    assert_null(again->authorize_path);
    dump = ga2_config_dump(ga2_config_defaults(*state), *state);
    assert_string_equal(ga2_config_dump(lines_read(dump, *state), *state), dump);
}

static void an_inner_scope_changes_what_it_says_and_nothing_else(void **state)
{
    ga2_config_t *outer = lines_read("GOAuth2SessionIdle 1h\nGOAuth2Mode aware\nGOAuth2UserinfoPath off\n", *state);
    ga2_config_t *inner = lines_read("GOAuth2SessionIdle 8h\nGOAuth2User email\n", *state), *c;

    outer->place = "outer";
    c = ga2_config_merge(outer, inner, *state);
    assert_int_equal(c->session_idle, apr_time_from_sec(8 * 3600));     /* said, though it is the default */
    assert_int_equal(c->mode, GA2_MODE_AWARE);
    assert_string_equal(c->user_claim, "email");
    assert_null(c->userinfo_path);
    assert_true(c->given[GA2_D_session_idle] && c->given[GA2_D_mode] && c->given[GA2_D_user_claim]
                && c->given[GA2_D_userinfo_path]);
    assert_false(c->given[GA2_D_session_max]);
    assert_string_equal(c->place, "outer");
    inner->place = "inner";
    assert_string_equal(ga2_config_merge(outer, inner, *state)->place, "inner");
    assert_int_equal(outer->session_idle, apr_time_from_sec(3600));
    c = ga2_config_merge(c, ga2_config_defaults(*state), *state);       /* a third scope that says nothing */
    assert_string_equal(c->user_claim, "email");
    assert_true(c->given[GA2_D_mode]);
}

/* "prompt=login hd=b" of a list. */
static const char *params(const ga2_config_t *c, apr_pool_t *p)
{
    const char *text = "";

    for (int i = 0; c->auth_params && i < c->auth_params->nelts; i++) {
        ga2_param_t param = APR_ARRAY_IDX(c->auth_params, i, ga2_param_t);
        text = apr_pstrcat(p, text, *text ? " " : "", param.name, "=", param.value, NULL);
    }
    return text;
}

static void lists_add_and_the_same_name_replaces(void **state)
{
    ga2_config_t *outer = lines_read("GOAuth2AuthParam hd a\nGOAuth2AuthParam prompt login\nGOAuth2AuthParam hd b\n"
        "GOAuth2Header X-User claim:sub\nGOAuth2Header X-Other text\n", *state);
    ga2_config_t *inner = lines_read("GOAuth2AuthParam prompt none\nGOAuth2AuthParam max_age 5\n"
        "GOAuth2Header x-USER claim:email\n", *state), *c;

    assert_string_equal(params(outer, *state), "prompt=login hd=b");
    c = ga2_config_merge(outer, inner, *state);
    assert_string_equal(params(c, *state), "hd=b prompt=none max_age=5");
    assert_string_equal(params(outer, *state), "prompt=login hd=b");
    assert_string_equal(params(inner, *state), "prompt=none max_age=5");
    assert_int_equal(c->headers->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(c->headers, 0, ga2_header_rule_t).name, "X-Other");
    assert_string_equal(APR_ARRAY_IDX(c->headers, 1, ga2_header_rule_t).argument, "email");
    c = ga2_config_merge(ga2_config_defaults(*state), inner, *state);
    assert_string_equal(params(c, *state), "prompt=none max_age=5");
    c = ga2_config_merge(outer, ga2_config_defaults(*state), *state);
    assert_string_equal(params(c, *state), "prompt=login hd=b");
}

static void provider_lines_are_taken_together(void **state)
{
    ga2_config_t *outer = lines_read("GOAuth2Issuer https://a.example\nGOAuth2ClientID a\nGOAuth2ClientSecret s\n"
        "GOAuth2HTTPTimeout 20s\nGOAuth2User email\n", *state);
    ga2_config_t *inner = lines_read("GOAuth2Issuer https://b.example\nGOAuth2ClientID b\n", *state), *c;
    const struct ga2_provider *theirs = (const struct ga2_provider *)(void *)outer;
    const struct ga2_provider *own = (const struct ga2_provider *)(void *)inner;

    outer->provider = theirs;
    c = ga2_config_merge(outer, inner, *state);
    assert_null(c->provider);                               /* it has yet to be made */
    assert_string_equal(c->issuer, "https://b.example");
    assert_null(c->client_secret);                          /* of another provider's client */
    assert_int_equal(c->http_timeout, apr_time_from_sec(20));   /* until it is made, lines are filled in */
    assert_int_equal(inner->http_timeout, apr_time_from_sec(10));
    inner->provider = own;
    c = ga2_config_merge(outer, inner, *state);
    assert_ptr_equal(c->provider, own);
    assert_string_equal(c->client_id, "b");
    assert_null(c->client_secret);
    assert_int_equal(c->http_timeout, apr_time_from_sec(10));
    assert_string_equal(c->user_claim, "email");            /* not one of the provider's lines */
    c = ga2_config_merge(outer, lines_read("GOAuth2User sub\n", *state), *state);
    assert_ptr_equal(c->provider, theirs);
    assert_non_null(c->client_secret);
}

static const struct CMUnitTest cases[] = {
    T("every default parses", every_default_parses),
    T("the defaults are nobody's words and pass the check", the_defaults_are_nobodys_words_and_pass_the_check),
    T("the table is in order, and names are found in any case", the_table_is_in_order),
    T("a line has the number of words that its kind wants", a_line_has_the_number_of_words_that_its_kind_wants),
    T("a refused line changes nothing", a_refused_line_changes_nothing),
    T("what is refused is shown in printable characters", what_is_refused_is_shown_in_printable_characters),
    T("secrets are in no sentence and no dump", secrets_are_in_no_sentence_and_no_dump),
    T("a dump says what is in force", a_dump_says_what_is_in_force),
    T("a dump read again is the same configuration", a_dump_read_again_is_the_same_configuration),
    T("an inner scope changes what it says and nothing else", an_inner_scope_changes_what_it_says_and_nothing_else),
    T("lists add, and the same name replaces", lists_add_and_the_same_name_replaces),
    T("provider lines are taken together", provider_lines_are_taken_together),
};

T_MAIN("config", cases)
