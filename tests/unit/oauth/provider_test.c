/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "folder.h"
#include "peers.h"

#define GOOGLE "https://accounts.google.com"
#define FILE_HEAD "'client_id':'file-client','client_secret':'file-secret','redirect_uris':['https://www.example/cb']"

/* The line that names a client file with this content. */
static const char *file_line(const char *json, apr_pool_t *p)
{
    ga2_bytes_t text = t_json(json, p);

    return apr_pstrcat(p, "GOAuth2ClientSecrets ",
                       folder_write(folder_make(p), "client.json", text.data, text.len, 0600, p), "\n", NULL);
}

static const char google_file[] = "{'web':{" FILE_HEAD ",'auth_uri':'" GOOGLE "/o/oauth2/auth',"
    "'token_uri':'https://oauth2.googleapis.com/token','revoke_uri':'https://oauth2.googleapis.com/revoke'}}";
static const char plain_file[] = "{'installed':{" FILE_HEAD ",'auth_uri':'https://f.example/auth',"
    "'token_uri':'https://f.example/token','userinfo_uri':'https://f.example/me'}}";

static void an_issuer_is_discovered(void **state)
{
    const ga2_provider_t *v = provider_of(OPENID "GOAuth2CAFile /ca\nGOAuth2Proxy http://p.example:1\n"
        "GOAuth2HTTPTimeout 7s\n", *state);

    assert_string_equal(v->issuer, ISSUER);
    assert_string_equal(v->name, ISSUER);
    assert_string_equal(v->client_id, "our-client");
    assert_string_equal(ga2_secret_reveal_text(v->client_secret), "our-secret");
    assert_true(v->discovers && !v->asks_offline && !v->auth_uri && !v->jwks_uri);
    assert_int_equal(v->client_auth, GA2_CLIENT_AUTH_AUTO);
    assert_string_equal(v->http.ca_file, "/ca");
    assert_string_equal(v->http.proxy, "http://p.example:1");
    assert_int_equal(v->http.timeout, apr_time_from_sec(7));
    assert_true(v->metadata && v->keys && v->metadata != v->keys);
    assert_null(v->redirect_uris);
}

static void without_an_issuer_every_endpoint_is_written(void **state)
{
    const ga2_provider_t *v = provider_of(PLAIN "GOAuth2RevokeURI https://plain.example/r\n", *state);

    assert_null(v->issuer);
    assert_string_equal(v->name, "https://plain.example");
    assert_false(v->discovers);
    assert_string_equal(v->revoke_uri, "https://plain.example/r");
}

static void what_is_missing_is_an_error(void **state)
{
    static const char *const rows[] = { "GOAuth2Issuer https://op.example\n", "",
        CLIENT "GOAuth2AuthURI https://plain.example/a\n",
        CLIENT "GOAuth2TokenURI https://plain.example/t\n", CLIENT "GOAuth2UserinfoURI https://plain.example/u\n",
        CLIENT "GOAuth2AuthURI https://plain.example/a\nGOAuth2TokenURI https://plain.example/t\n",
        "GOAuth2Issuer https://op.example\nGOAuth2ClientID c\nGOAuth2ClientAuth client_secret_basic\n",
        "GOAuth2Issuer https://op.example\nGOAuth2ClientID c\nGOAuth2ClientAuth client_secret_post\n",
        "GOAuth2ClientID c\nGOAuth2ClientSecrets /x\n", "GOAuth2ClientSecrets /nonexistent/client.json\n" };
    const ga2_provider_t *v;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = provider_try(&v, rows[i], *state);
        T_ROW(err && err->code == GA2_E_CONFIG, rows[i]);
        T_ROW(!strchr(ga2_error_sentence(err, *state), '\n'), rows[i]);
    }
    T_FAILS(provider_try(&v, apr_pstrcat(*state, file_line(google_file, *state), "GOAuth2ClientID c\n", NULL), *state),
            CONFIG);
    v = provider_of("GOAuth2Issuer https://op.example\nGOAuth2ClientID c\nGOAuth2ClientAuth none\n", *state);
    assert_null(v->client_secret);
    assert_int_equal(v->client_auth, GA2_CLIENT_AUTH_NONE);
}

static void googles_file_means_google_as_an_openid_provider(void **state)
{
    const ga2_provider_t *v = provider_of(file_line(google_file, *state), *state);

    assert_string_equal(v->issuer, GOOGLE);
    assert_true(v->discovers && v->asks_offline);
    assert_true(!v->auth_uri && !v->token_uri);             /* the file's are older than what is discovered */
    assert_string_equal(v->revoke_uri, "https://oauth2.googleapis.com/revoke");
    assert_string_equal(v->client_id, "file-client");
    assert_string_equal(ga2_secret_reveal_text(v->client_secret), "file-secret");
    assert_int_equal(v->redirect_uris->nelts, 1);
    assert_non_null(v->client_file);
    v = provider_of(CLIENT, *state);                        /* as oauth2client: nothing said is Google, too */
    assert_string_equal(v->issuer, GOOGLE);
    assert_true(v->asks_offline);
    v = provider_of(CLIENT "GOAuth2AuthURI " GOOGLE "/mine\n", *state);
    assert_string_equal(v->issuer, GOOGLE);
    assert_string_equal(v->auth_uri, GOOGLE "/mine");
    v = provider_of(PLAIN "GOAuth2Issuer " GOOGLE "\n", *state);
    assert_true(v->asks_offline);
}

static void a_host_that_looks_like_googles_is_not(void **state)
{
    static const char *const hosts[] = { "https://accounts.google.com.evil.example/a",
        "http://localhost/accounts.google.com",
        "https://evil.example/?https://accounts.google.com", "https://xaccounts.google.com/" };

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const char *lines = apr_pstrcat(*state, PLAIN "GOAuth2AuthURI ", hosts[i], "\n", NULL);
        T_ROW(!provider_of(lines, *state)->issuer, hosts[i]);
    }
}

static void lines_win_over_the_file(void **state)
{
    const char *file = file_line(plain_file, *state);
    const ga2_provider_t *v = provider_of(file, *state);

    assert_null(v->issuer);
    assert_string_equal(v->auth_uri, "https://f.example/auth");
    assert_string_equal(v->userinfo_uri, "https://f.example/me");
    assert_null(v->redirect_uris);                          /* of an installed application: they are loopback's */
    v = provider_of(apr_pstrcat(*state, file, "GOAuth2UserinfoURI https://l.example/me\nGOAuth2ClientSecret line\n"
        "GOAuth2TokenURI https://l.example/token\n", NULL), *state);
    assert_string_equal(v->userinfo_uri, "https://l.example/me");
    assert_string_equal(v->token_uri, "https://l.example/token");
    assert_string_equal(v->auth_uri, "https://f.example/auth");
    assert_string_equal(ga2_secret_reveal_text(v->client_secret), "line");
    v = provider_of(apr_pstrcat(*state, file, "GOAuth2Issuer https://op.example\n", NULL), *state);
    assert_true(!v->auth_uri && !v->token_uri && v->discovers);
    v = provider_of(file_line("{'web':{" FILE_HEAD ",'auth_uri':'https://f.example/auth',"
        "'token_uri':'https://f.example/token','issuer':'https://f.example','jwks_uri':'https://f.example/keys',"
        "'userinfo_uri':'https://f.example/me'}}", *state), *state);
    assert_string_equal(v->issuer, "https://f.example");
    assert_string_equal(v->auth_uri, "https://f.example/auth");
    assert_false(v->discovers);
}

static void a_realm_is_issuer_and_client(void **state)
{
    const ga2_provider_t *a = provider_of(OPENID, *state), *b = provider_of(OPENID "GOAuth2HTTPTimeout 3s\n"
        "GOAuth2ClientSecret new\nGOAuth2TokenURI https://other.example/t\n", *state);

    assert_true(ga2_provider_same(a, b) && ga2_provider_same(a, a));
    assert_false(ga2_provider_same(a, provider_of(OPENID "GOAuth2ClientID other\n", *state)));
    assert_false(ga2_provider_same(a, provider_of(OPENID "GOAuth2Issuer https://op.example/\n", *state)));
    assert_false(ga2_provider_same(a, provider_of(PLAIN, *state)));
    assert_true(ga2_provider_same(provider_of(PLAIN, *state), provider_of(PLAIN, *state)));
    assert_false(ga2_provider_same(provider_of(PLAIN, *state),
                                   provider_of(PLAIN "GOAuth2AuthURI https://plain.example/other\n", *state)));
}

static void a_place_is_where_users_sign_in(void **state)
{
    const ga2_provider_t *a = provider_of(OPENID, *state), *plain = provider_of(PLAIN, *state);

    assert_true(ga2_provider_is_at(a, provider_of(OPENID "GOAuth2ClientID other\n", *state)));
    assert_false(ga2_provider_is_at(a, provider_of(OPENID "GOAuth2Issuer https://op.example/\n", *state)));
    assert_false(ga2_provider_is_at(a, plain));
    assert_true(ga2_provider_is_at(plain, provider_of(PLAIN "GOAuth2ClientID other\n", *state)));
    assert_false(ga2_provider_is_at(plain, provider_of(PLAIN "GOAuth2AuthURI https://plain.example/o\n", *state)));
}

static void a_host_is_named_when_a_line_has_it(void **state)
{
    const ga2_provider_t *v = provider_of(OPENID "GOAuth2TokenURI https://token.example:8443/t\n"
        "GOAuth2JWKSURI https://keys.example/k\nGOAuth2RevokeURI https://revoke.example/\n"
        "GOAuth2EndSessionURI https://end.example/\nGOAuth2UserinfoURI https://me.example/\n", *state);
    static const struct { const char *url; int named; } rows[] = {
        { "https://op.example/anything", 1 }, { "https://OP.example:9999/", 1 }, { "https://token.example/x", 1 },
        { "https://keys.example/other", 1 }, { "https://revoke.example/x", 1 }, { "https://end.example/x", 1 },
        { "https://me.example/x", 1 }, { "https://sub.op.example/", 0 }, { "https://op.example.evil.example/", 0 },
        { "https://127.0.0.1/", 0 }, { "https://evil.example/?op.example", 0 }, { "not a url", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW(ga2_provider_names_host(v, rows[i].url, *state) == rows[i].named, rows[i].url);
    assert_false(ga2_provider_names_host(v, NULL, *state));
}

static const struct CMUnitTest cases[] = {
    T("an issuer is discovered", an_issuer_is_discovered),
    T("without an issuer every endpoint is written", without_an_issuer_every_endpoint_is_written),
    T("what is missing is an error", what_is_missing_is_an_error),
    T("Google's file means Google as an OpenID provider", googles_file_means_google_as_an_openid_provider),
    T("a host that looks like Google's is not", a_host_that_looks_like_googles_is_not),
    T("lines win over the file", lines_win_over_the_file),
    T("a realm is issuer and client", a_realm_is_issuer_and_client),
    T("a place is where users sign in, whoever the client is", a_place_is_where_users_sign_in),
    T("a host is named when a line has it", a_host_is_named_when_a_line_has_it),
};

T_MAIN("provider", cases)
