/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "peers.h"
#include "codec/form.h"

#define TOKEN "https://plain.example/token"

/* A configuration of a plain provider with this client. */
static const char *client(const char *id, const char *secret, const char *auth, apr_pool_t *p)
{
    return apr_psprintf(p, "GOAuth2AuthURI https://plain.example/auth\nGOAuth2TokenURI " TOKEN "\n"
        "GOAuth2UserinfoURI https://plain.example/user\nGOAuth2ClientID \"%s\"\n%s%s%sGOAuth2ClientAuth %s\n", id,
        secret ? "GOAuth2ClientSecret \"" : "", secret ? secret : "", secret ? "\"\n" : "", auth);
}

static const fake_request_t *posted(const char *lines, const char *form, apr_pool_t *p)
{
    fake_outside_t *o = fake_outside_make(p);
    ga2_peer_t peer = peer_of(lines, o, p);
    ga2_http_reply_t reply;

    fake_http_json(o->http, TOKEN, "{}");
    if (ga2_peer_post(&reply, &peer, TOKEN, form, p))
        fail();
    assert_int_equal(fake_http_count(o->http, ""), 1);
    return fake_http_last(o->http);
}

/* RFC 6749 2.3.1 and appendix B: both halves are form-encoded before they are joined. */
static void basic_encodes_odd_characters(void **state)
{
    static const struct { const char *id, *secret, *user, *password; } rows[] = {
        { "id", "secret", "id", "secret" }, { "a:b", "c:d", "a%3Ab", "c%3Ad" }, { "a b", "c d", "a%20b", "c%20d" },
        { "100%", "%41", "100%25", "%2541" }, { "a+b", "c+d", "a%2Bb", "c%2Bd" },
        { "\303\274", "\342\202\254", "%C3%BC", "%E2%82%AC" }, { "a&b=c", "/?#", "a%26b%3Dc", "%2F%3F%23" },
        { "-._~", "aZ09-._~", "-._~", "aZ09-._~" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const fake_request_t *r =
            posted(client(rows[i].id, rows[i].secret, "client_secret_basic", *state), "grant_type=x", *state);
        ga2_form_t *back;
        T_ROW(!strcmp(r->basic_user, rows[i].user) && !strcmp(r->basic_password, rows[i].password), rows[i].id);
        assert_string_equal(r->form, "grant_type=x");       /* RFC 6749 2.3: one method for each request */
        assert_null(r->bearer);
        T_OK(ga2_form_parse(&back, ga2_bytes_of(apr_pstrcat(*state, "s=", r->basic_password, NULL)), *state));
        T_ROW(!strcmp(ga2_form_get(back, "s"), rows[i].secret), rows[i].id);
    }
}

static void post_puts_the_client_into_the_body(void **state)
{
    const fake_request_t *r = posted(client("a:b &c", "s+%=\303\274", "client_secret_post", *state), "grant_type=x",
                                     *state);
    ga2_form_t *form;

    assert_true(!r->basic_user && !r->basic_password && !r->bearer);
    T_OK(ga2_form_parse(&form, ga2_bytes_of(r->form), *state));
    assert_int_equal(ga2_form_count(form), 3);
    assert_string_equal(ga2_form_get(form, "grant_type"), "x");
    assert_string_equal(ga2_form_get(form, "client_id"), "a:b &c");
    assert_string_equal(ga2_form_get(form, "client_secret"), "s+%=\303\274");
}

static void a_public_client_only_says_who_it_is(void **state)
{
    static const char *const secrets[] = { NULL, "unused" };

    for (int i = 0; i < 2; i++) {
        const fake_request_t *r = posted(client("me", secrets[i], "none", *state), "grant_type=x", *state);
        assert_true(!r->basic_user && !r->basic_password);
        assert_string_equal(r->form, "grant_type=x&client_id=me");
    }
}

static void a_request_has_its_providers_settings(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(PLAIN "GOAuth2CAFile /ca\nGOAuth2Proxy http://p.example:1\nGOAuth2HTTPTimeout 3s\n", o,
                              *state);
    ga2_metadata_t m = *peer.metadata;
    ga2_http_request_t r = ga2_peer_request(&peer, TOKEN, *state);

    assert_string_equal(r.url, TOKEN);
    assert_string_equal(r.settings->ca_file, "/ca");
    assert_string_equal(r.settings->proxy, "http://p.example:1");
    assert_int_equal(r.settings->timeout, apr_time_from_sec(3));
    assert_int_equal(r.private_ok, 1);                      /* written by the administrator */
    assert_true(!r.bearer && !r.basic_user && !r.form);
    r = ga2_peer_request(&peer, "https://discovered.example/", *state);
    assert_int_equal(r.private_ok, 0);
    m.private_ok = 1;
    peer.metadata = &m;
    assert_int_equal(ga2_peer_request(&peer, "https://discovered.example/", *state).private_ok, 1);
}

/* A code or a refresh token may have been used by a request that got no answer. */
static void nothing_is_sent_twice(void **state)
{
    static const ga2_code_t codes[] = { GA2_E_HTTP_UNREACHABLE, GA2_E_HTTP_LOST, GA2_E_HTTP_ANSWER };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(PLAIN, o, *state);
        ga2_http_reply_t reply;
        ga2_error_t *err;
        fake_http_error(o->http, TOKEN, codes[i]);
        err = ga2_peer_post(&reply, &peer, TOKEN, "grant_type=x", *state);
        assert_true(err && err->code == codes[i]);
        assert_null(strstr(ga2_error_chain(err, *state), "our-secret"));
        assert_int_equal(fake_http_count(o->http, ""), 1);
    }
}

static const struct CMUnitTest cases[] = {
    T("client_secret_basic encodes odd characters", basic_encodes_odd_characters),
    T("client_secret_post puts the client into the body", post_puts_the_client_into_the_body),
    T("a public client only says who it is", a_public_client_only_says_who_it_is),
    T("a request has its provider's settings", a_request_has_its_providers_settings),
    T("nothing is sent twice", nothing_is_sent_twice),
};

T_MAIN("peer", cases)
