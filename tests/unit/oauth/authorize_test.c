/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "folder.h"
#include "peers.h"
#include "codec/form.h"
#include "oauth/authorize.h"

/* RFC 7636, appendix B */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static ga2_authorization_t asked(apr_pool_t *p)
{
    return (ga2_authorization_t){ .redirect_uri = "https://www.example/oauth2callback", .scopes = "email openid",
        .state = "st 1&~", .nonce = "n0", .code_verifier = ga2_secret_of(VERIFIER, p) };
}

static const char *url_of(const ga2_peer_t *peer, const ga2_authorization_t *a, apr_pool_t *p)
{
    const char *url = NULL;
    ga2_error_t *err = ga2_authorize_url(&url, peer, a, p);

    if (err)
        fail_msg("%s", ga2_error_chain(err, p));
    return url;
}

static void the_challenge_is_the_rfcs(void **state)
{
    ga2_crypto_start(*state);
    assert_string_equal(ga2_code_challenge(ga2_secret_of(VERIFIER, *state), *state), CHALLENGE);
}

static void the_request_says_exactly_this(void **state)
{
    ga2_peer_t peer = peer_of(OPENID, fake_outside_make(*state), *state);
    ga2_authorization_t a = asked(*state);

    assert_string_equal(url_of(&peer, &a, *state), ISSUER "/auth?response_type=code&client_id=our-client"
        "&redirect_uri=https%3A%2F%2Fwww.example%2Foauth2callback&scope=email%20openid&state=st%201%26~&nonce=n0"
        "&code_challenge=" CHALLENGE "&code_challenge_method=S256");
    a.nonce = NULL;
    a.scopes = "";
    a.include_granted = 1;              /* only where oauth2client asked for it: at Google */
    assert_string_equal(url_of(&peer, &a, *state), ISSUER "/auth?response_type=code&client_id=our-client"
        "&redirect_uri=https%3A%2F%2Fwww.example%2Foauth2callback&state=st%201%26~"
        "&code_challenge=" CHALLENGE "&code_challenge_method=S256");
}

static void google_is_asked_for_offline_access(void **state)
{
    ga2_peer_t peer = peer_of(CLIENT "GOAuth2AuthURI https://accounts.google.com/auth\n"
        "GOAuth2TokenURI https://t.example/\nGOAuth2JWKSURI https://k.example/\n"
        "GOAuth2UserinfoURI https://u.example/\n", fake_outside_make(*state), *state);
    ga2_authorization_t a = asked(*state);
    const char *url = url_of(&peer, &a, *state);

    assert_non_null(strstr(url, "&access_type=offline"));
    assert_null(strstr(url, "include_granted_scopes"));
    a.include_granted = 1;
    assert_non_null(strstr(url_of(&peer, &a, *state), "&include_granted_scopes=true"));
    a.params = lines_read("GOAuth2AuthParam access_type online\nGOAuth2AuthParam include_granted_scopes false\n"
        "GOAuth2AuthParam hd \"a&b\"\n", *state)->auth_params;
    url = url_of(&peer, &a, *state);
    assert_null(strstr(url, "offline"));
    assert_null(strstr(url, "include_granted_scopes=true"));
    assert_non_null(strstr(url, "&access_type=online&include_granted_scopes=false&hd=a%26b"));
}

static void parameters_of_the_configuration_are_added(void **state)
{
    ga2_peer_t peer = peer_of(OPENID, fake_outside_make(*state), *state);
    ga2_authorization_t a = asked(*state);
    const char *url;
    ga2_form_t *form;

    a.params = lines_read("GOAuth2AuthParam prompt \"login consent\"\nGOAuth2AuthParam login_hint u@x.example#1\n"
        "GOAuth2AuthParam empty \"\"\n", *state)->auth_params;
    url = url_of(&peer, &a, *state);
    T_OK(ga2_form_parse(&form, ga2_bytes_of(strchr(url, '?') + 1), *state));
    assert_string_equal(ga2_form_get(form, "prompt"), "login consent");
    assert_string_equal(ga2_form_get(form, "login_hint"), "u@x.example#1");
    assert_string_equal(ga2_form_get(form, "empty"), "");
    assert_string_equal(ga2_form_get(form, "state"), "st 1&~");
}

static void the_endpoints_own_query_stays(void **state)
{
    static const struct { const char *endpoint, *begins, *ends; } rows[] = {
        { "https://op.example/a?tenant=1", "https://op.example/a?tenant=1&response_type=code&", "=S256" },
        { "https://op.example/a?tenant=1&", "https://op.example/a?tenant=1&response_type=code&", "=S256" },
        { "https://op.example/a?", "https://op.example/a?response_type=code&", "=S256" },
        { "https://op.example/a?x=1#frag", "https://op.example/a?x=1&response_type=code&", "=S256#frag" },
        { "https://op.example/a#f?x", "https://op.example/a?response_type=code&", "=S256#f?x" } };
    ga2_peer_t peer = peer_of(OPENID, fake_outside_make(*state), *state);
    ga2_metadata_t m = *peer.metadata;
    ga2_authorization_t a = asked(*state);

    peer.metadata = &m;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *url;
        m.auth_uri = rows[i].endpoint;
        url = url_of(&peer, &a, *state);
        T_ROW(ga2_text_begins(url, rows[i].begins), url);
        T_ROW(!strcmp(url + strlen(url) - strlen(rows[i].ends), rows[i].ends), url);
    }
}

static void a_callback_that_the_file_does_not_register_is_an_error(void **state)
{
    static const struct { const char *uris; int ok; } rows[] = {
        { "['https://www.example/oauth2callback']", 1 },
        { "['https://x.example','https://www.example/oauth2callback']", 1 },
        { "[]", 1 }, { "null", 1 }, { "['https://www.example/oauth2callback/']", 0 },
        { "['http://www.example/oauth2callback']", 0 }, { "['https://www.example']", 0 }, { "['']", 0 } };
    ga2_authorization_t a = asked(*state);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_bytes_t json = t_json(apr_pstrcat(*state, "{'web':{'client_id':'i','client_secret':'s','auth_uri':"
            "'https://f.example/a','token_uri':'https://f.example/t','userinfo_uri':'https://f.example/u',"
            "'redirect_uris':",
            rows[i].uris, "}}", NULL), *state);
        const char *file = folder_write(folder_make(*state), "client.json", json.data, json.len, 0600, *state), *url;
        ga2_peer_t peer = peer_of(apr_pstrcat(*state, "GOAuth2ClientSecrets ", file, "\n", NULL),
                                  fake_outside_make(*state), *state);
        ga2_error_t *err = ga2_authorize_url(&url, &peer, &a, *state);
        T_ROW(rows[i].ok ? !err : err && err->code == GA2_E_CONFIG, rows[i].uris);
    }
}

static void signing_out_at_the_provider(void **state)
{
    ga2_peer_t peer = peer_of(OPENID, fake_outside_make(*state), *state);
    ga2_metadata_t m = *peer.metadata;

    assert_string_equal(ga2_end_session_url(&peer, ga2_secret_of("a.b.c", *state), "https://www.example/bye?x", *state),
        ISSUER "/end?id_token_hint=a.b.c&client_id=our-client"
        "&post_logout_redirect_uri=https%3A%2F%2Fwww.example%2Fbye%3Fx");
    assert_string_equal(ga2_end_session_url(&peer, NULL, NULL, *state), ISSUER "/end?client_id=our-client");
    m.end_session_uri = "https://op.example/end?a=1";
    peer.metadata = &m;
    assert_string_equal(ga2_end_session_url(&peer, NULL, NULL, *state), ISSUER "/end?a=1&client_id=our-client");
    m.end_session_uri = NULL;
    assert_null(ga2_end_session_url(&peer, NULL, "https://www.example/", *state));
}

static const struct CMUnitTest cases[] = {
    T("the challenge is the RFC's", the_challenge_is_the_rfcs),
    T("the request says exactly this", the_request_says_exactly_this),
    T("Google is asked for offline access", google_is_asked_for_offline_access),
    T("parameters of the configuration are added", parameters_of_the_configuration_are_added),
    T("the endpoint's own query stays", the_endpoints_own_query_stays),
    T("a callback that the file does not register is an error", a_callback_that_the_file_does_not_register_is_an_error),
    T("signing out at the provider", signing_out_at_the_provider),
};

T_MAIN("authorize", cases)
