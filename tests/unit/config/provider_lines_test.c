/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "lines.h"

static void a_section_is_completed_from_its_server(void **state)
{
    ga2_config_t *server = lines_read("GOAuth2Issuer https://a.example\nGOAuth2CAFile /ca\nGOAuth2HTTPTimeout 20s\n"
        "GOAuth2User email\nGOAuth2ClientSecret theirs\n", *state);
    ga2_config_t *section = lines_read("GOAuth2ClientID b\nGOAuth2ClientSecret ours\n", *state);

    ga2_config_complete_provider(section, server);
    assert_string_equal(section->issuer, "https://a.example");
    assert_string_equal(section->ca_file, "/ca");
    assert_int_equal(section->http_timeout, apr_time_from_sec(20));
    assert_string_equal(section->client_id, "b");
    assert_string_equal(ga2_secret_reveal_text(section->client_secret), "ours");
    assert_string_equal(section->user_claim, "sub");
    assert_false(section->given[GA2_D_issuer]);             /* it wrote no such line */
}

#define OPENID "GOAuth2Issuer https://a.example\nGOAuth2ClientID a\nGOAuth2ClientSecret s\n"
#define PLAIN "GOAuth2AuthURI https://a.example/a\nGOAuth2TokenURI https://a.example/t\n" \
    "GOAuth2UserinfoURI https://a.example/u\nGOAuth2ClientID a\nGOAuth2ClientSecret s\n"

/* Of inner and outer, what becomes of the lines that name a provider: NULL is "not set". */
static const struct completed_row {
    const char *outer, *inner, *issuer, *client_id, *secret, *token_uri, *auth_uri;
} completed_rows[] = {
    { OPENID, "GOAuth2CAFile /ca\n", "https://a.example", "a", "s", NULL, NULL },
    { OPENID, "GOAuth2EndSessionURI https://a.example/e\n", "https://a.example", "a", "s", NULL, NULL },
    { OPENID, "GOAuth2ClientSecret new\n", "https://a.example", "a", "new", NULL, NULL },
    { OPENID, "GOAuth2ClientID b\n", "https://a.example", "b", NULL, NULL, NULL },
    { OPENID, "GOAuth2Issuer https://b.example\n", "https://b.example", NULL, NULL, NULL, NULL },
    { OPENID, "GOAuth2Issuer https://b.example\nGOAuth2ClientID b\n", "https://b.example", "b", NULL, NULL, NULL },
    { OPENID "GOAuth2TokenURI https://a.example/t\nGOAuth2AuthURI https://a.example/a\n",
      "GOAuth2Issuer https://b.example\nGOAuth2ClientID b\nGOAuth2ClientSecret t\n",
      "https://b.example", "b", "t", NULL, NULL },
    { OPENID, "GOAuth2ClientSecrets /b\n", NULL, NULL, NULL, NULL, NULL },
    { OPENID, "GOAuth2AuthURI https://b.example/a\nGOAuth2TokenURI https://b.example/t\nGOAuth2ClientID b\n",
      NULL, "b", NULL, "https://b.example/t", "https://b.example/a" },
    { OPENID, "GOAuth2TokenURI https://b.example/t\n", NULL, NULL, NULL, "https://b.example/t", NULL },
    { PLAIN, "GOAuth2UserinfoURI https://a.example/v\n", NULL, "a", "s", "https://a.example/t", "https://a.example/a" },
    { PLAIN, "GOAuth2ClientID b\n", NULL, "b", NULL, "https://a.example/t", "https://a.example/a" },
    { PLAIN, "GOAuth2Issuer https://b.example\nGOAuth2ClientID b\n", "https://b.example", "b", NULL, NULL, NULL },
    { "GOAuth2ClientSecrets /a\n", "GOAuth2ClientID b\n", NULL, "b", NULL, NULL, NULL },
};

static int same(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

static void check_completed(const struct completed_row *row, const ga2_config_t *c)
{
    T_ROW(same(c->issuer, row->issuer), row->inner);
    T_ROW(same(c->client_id, row->client_id), row->inner);
    T_ROW(same(c->client_secret ? ga2_secret_reveal_text(c->client_secret) : NULL, row->secret), row->inner);
    T_ROW(same(c->token_uri, row->token_uri), row->inner);
    T_ROW(same(c->auth_uri, row->auth_uri), row->inner);
    T_ROW((c->client_secrets != NULL) == (strstr(row->inner, "GOAuth2ClientSecrets") != NULL), row->inner);
}

/* A secret goes to the provider that it was written for. */
static void no_secret_goes_to_another_provider(void **state)
{
    for (size_t i = 0; i < sizeof completed_rows / sizeof *completed_rows; i++) {
        const struct completed_row *row = &completed_rows[i];
        ga2_config_t *inner = lines_read(row->inner, *state);
        ga2_config_complete_provider(inner, lines_read(row->outer, *state));
        check_completed(row, inner);
    }
}

/* A host merges these before any provider is made. */
static void a_virtual_host_is_completed_as_a_section_is(void **state)
{
    for (size_t i = 0; i < sizeof completed_rows / sizeof *completed_rows; i++) {
        const struct completed_row *row = &completed_rows[i];
        check_completed(row, ga2_config_merge(lines_read(row->outer, *state), lines_read(row->inner, *state), *state));
    }
}

static void only_provider_lines_name_a_provider(void **state)
{
    for (int d = 0; d < GA2_DIRECTIVES; d++) {
        ga2_config_t *c = ga2_config_defaults(*state);
        c->given[d] = 1;
        T_ROW(ga2_config_names_provider(c) == (ga2_directives[d].where == GA2_IN_PROVIDER), ga2_directives[d].name);
    }
    assert_int_equal(ga2_directives[GA2_D_client_secret].where, GA2_IN_PROVIDER);
    assert_int_equal(ga2_directives[GA2_D_proxy].where, GA2_IN_PROVIDER);
    assert_int_equal(ga2_directives[GA2_D_scopes].where, GA2_IN_DIR);
}

static void a_section_with_a_provider_line_has_a_client(void **state)
{
    static const char *const clients[] = { "GOAuth2ClientID b\n", "GOAuth2ClientSecrets /b\n" };
    static const char *const lines[] = { "GOAuth2HTTPTimeout 30s\n", "GOAuth2CAFile /ca\n",
        "GOAuth2Proxy http://proxy.example:3128\n", "GOAuth2ClientAuth none\n", "GOAuth2ClientSecret s\n",
        "GOAuth2Issuer https://b.example\n", "GOAuth2UserinfoURI https://b.example/u\n" };

    assert_null(ga2_config_check_section(lines_read("GOAuth2User email\nGOAuth2Scopes openid\n", *state), *state));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *wrong = ga2_config_check_section(lines_read(lines[i], *state), *state);
        T_ROW(wrong && is_sentence(wrong, *state) && ga2_text_begins(lines[i], apr_pstrmemdup(*state, wrong,
              strcspn(wrong, " "))), lines[i]);
        for (size_t k = 0; k < sizeof clients / sizeof *clients; k++) {
            const char *both = apr_pstrcat(*state, lines[i], clients[k], NULL);
            T_ROW(!ga2_config_check_section(lines_read(both, *state), *state), both);
        }
    }
}

static void who_and_where(void **state)
{
    static const struct { const char *line; int who, where; } rows[] = {
        { "GOAuth2Issuer https://b.example\n", 0, 1 }, { "GOAuth2ClientSecrets /b\n", 1, 1 },
        { "GOAuth2ClientID b\n", 1, 0 }, { "GOAuth2ClientSecret s\n", 0, 0 }, { "GOAuth2ClientAuth none\n", 0, 0 },
        { "GOAuth2AuthURI https://b.example/a\n", 0, 1 }, { "GOAuth2TokenURI https://b.example/t\n", 0, 1 },
        { "GOAuth2UserinfoURI https://b.example/u\n", 0, 0 }, { "GOAuth2HTTPTimeout 30s\n", 0, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ga2_config_t *c = lines_read(rows[i].line, *state);
        T_ROW(ga2_config_says_who(c) == rows[i].who, rows[i].line);
        T_ROW(ga2_config_says_where(c) == rows[i].where, rows[i].line);
    }
}

static const struct CMUnitTest cases[] = {
    T("a section is completed from its server", a_section_is_completed_from_its_server),
    T("no secret goes to another provider", no_secret_goes_to_another_provider),
    T("a virtual host is completed as a section is", a_virtual_host_is_completed_as_a_section_is),
    T("only provider lines name a provider", only_provider_lines_name_a_provider),
    T("a section with a provider line has a client", a_section_with_a_provider_line_has_a_client),
    T("which lines say who and where", who_and_where),
};

T_MAIN("provider_lines", cases)
