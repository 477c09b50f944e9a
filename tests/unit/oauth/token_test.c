/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "peers.h"
#include "codec/form.h"
#include "oauth/token.h"

#define TOKEN ISSUER "/token"
#define REVOKE ISSUER "/revoke"
#define REPLY "{'access_token':'at','token_type':'Bearer','refresh_token':'rt','expires_in':60}"

/* What the newest request carried, as a form. */
static ga2_form_t *form_of(const fake_outside_t *o, apr_pool_t *p)
{
    ga2_form_t *form = NULL;

    if (ga2_form_parse(&form, ga2_bytes_of(fake_http_last(o->http)->form), p))
        fail();
    return form;
}

static int requests(fake_outside_t *o) { return fake_http_count(o->http, "") - fake_http_count(o->http, DISCOVERY); }

static void a_code_is_exchanged_with_its_verifier(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(OPENID "GOAuth2ClientAuth client_secret_post\n", o, *state);
    ga2_tokens_t t;
    ga2_form_t *form;

    fake_http_json(o->http, TOKEN, text_of(REPLY, *state));
    T_OK(ga2_token_exchange(&t, &peer, "co/de+1 &", "https://www.example/cb?x", ga2_secret_of("verifier", *state),
                            *state));
    assert_string_equal(ga2_secret_reveal_text(t.access_token), "at");
    assert_string_equal(fake_http_last(o->http)->url, TOKEN);
    form = form_of(o, *state);
    assert_int_equal(ga2_form_count(form), 6);
    assert_string_equal(ga2_form_get(form, "grant_type"), "authorization_code");
    assert_string_equal(ga2_form_get(form, "code"), "co/de+1 &");
    assert_string_equal(ga2_form_get(form, "redirect_uri"), "https://www.example/cb?x");
    assert_string_equal(ga2_form_get(form, "code_verifier"), "verifier");
    assert_string_equal(ga2_form_get(form, "client_id"), "our-client");
    assert_string_equal(ga2_form_get(form, "client_secret"), "our-secret");
    assert_int_equal(requests(o), 1);
}

static void a_refresh_sends_its_token_and_nothing_else(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(OPENID, o, *state);
    ga2_tokens_t t;

    fake_http_json(o->http, TOKEN, text_of(REPLY, *state));
    T_OK(ga2_token_refresh(&t, &peer, ga2_secret_of("old+rt", *state), *state));
    assert_string_equal(ga2_secret_reveal_text(t.refresh_token), "rt");
    assert_string_equal(fake_http_last(o->http)->form, "grant_type=refresh_token&refresh_token=old%2Brt");
    assert_string_equal(fake_http_last(o->http)->basic_user, "our-client");
    assert_int_equal(requests(o), 1);
}

/* A code and a rotated refresh token are good once: whoever asks again may end the user's grant. */
static void nothing_is_sent_twice(void **state)
{
    static const struct { int status; const char *body; ga2_code_t error, want; } rows[] = {
        { 0, NULL, GA2_E_HTTP_UNREACHABLE, GA2_E_PROVIDER_DOWN }, { 0, NULL, GA2_E_HTTP_LOST, GA2_E_PROVIDER_DOWN },
        { 0, NULL, GA2_E_HTTP_ANSWER, GA2_E_PROVIDER_DOWN }, { 0, NULL, GA2_E_CONFIG, GA2_E_CONFIG },
        { 503, "", GA2_E_COUNT, GA2_E_PROVIDER_DOWN }, { 429, "{}", GA2_E_COUNT, GA2_E_PROVIDER_DOWN },
        { 400, "{'error':'invalid_grant'}", GA2_E_COUNT, GA2_E_GRANT_ENDED },
        { 401, "{'error':'invalid_client'}", GA2_E_COUNT, GA2_E_TOKEN_REFUSED },
        { 307, "", GA2_E_COUNT, GA2_E_PROVIDER_BAD }, { 200, "<html>", GA2_E_COUNT, GA2_E_PROVIDER_BAD } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(OPENID, o, *state);
        const ga2_secret_t *secret = ga2_secret_of("Canary7f3a", *state);
        ga2_tokens_t t;
        ga2_error_t *err;
        const char *row = apr_psprintf(*state, "row %d", (int)i);
        if (rows[i].error != GA2_E_COUNT)
            fake_http_error(o->http, TOKEN, rows[i].error);
        else
            fake_http_answer(o->http, TOKEN, rows[i].status, "application/json", text_of(rows[i].body, *state));
        err = ga2_token_exchange(&t, &peer, "Canary7f3a", "https://www.example/cb", secret, *state);
        T_ROW(err && err->code == rows[i].want && !strstr(ga2_error_chain(err, *state), "Canary7f3a"), row);
        T_ROW(requests(o) == 1, row);
        err = ga2_token_refresh(&t, &peer, secret, *state);
        T_ROW(err && err->code == rows[i].want && !strstr(ga2_error_chain(err, *state), "Canary7f3a"), row);
        T_ROW(requests(o) == 2, row);
        if (rows[i].error == GA2_E_HTTP_LOST || rows[i].error == GA2_E_HTTP_UNREACHABLE)
            T_ROW(ga2_error_has(err, rows[i].error), row);      /* whether it left is still known */
    }
}

static void a_token_is_revoked_when_the_provider_says_so(void **state)
{
    static const struct { int status, ok; } rows[] = { { 200, 1 }, { 204, 1 }, { 400, 1 }, { 302, 0 }, { 401, 0 },
        { 404, 0 }, { 500, 0 }, { 503, 0 } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(OPENID, o, *state);
        ga2_error_t *err;
        fake_http_answer(o->http, REVOKE, rows[i].status, "text/html", "");
        err = ga2_token_revoke(&peer, ga2_secret_of("rt", *state), "refresh_token", *state);
        T_ROW((err == NULL) == rows[i].ok, apr_psprintf(*state, "%d", rows[i].status));
        assert_string_equal(fake_http_last(o->http)->url, REVOKE);
        assert_string_equal(fake_http_last(o->http)->form, "token=rt&token_type_hint=refresh_token");
        assert_string_equal(fake_http_last(o->http)->basic_password, "our-secret");
        assert_int_equal(requests(o), 1);
    }
}

static void revoking_may_have_nothing_to_do(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(OPENID, o, *state);
    ga2_metadata_t m = *peer.metadata;

    T_OK(ga2_token_revoke(&peer, NULL, "refresh_token", *state));
    fake_http_error(o->http, REVOKE, GA2_E_HTTP_LOST);
    T_FAILS(ga2_token_revoke(&peer, ga2_secret_of("rt", *state), "refresh_token", *state), PROVIDER_DOWN);
    assert_int_equal(requests(o), 1);
    m.revoke_uri = NULL;
    peer.metadata = &m;
    T_OK(ga2_token_revoke(&peer, ga2_secret_of("rt", *state), "refresh_token", *state));
    assert_int_equal(requests(o), 1);
}

static const struct CMUnitTest cases[] = {
    T("a code is exchanged with its verifier", a_code_is_exchanged_with_its_verifier),
    T("a refresh sends its token and nothing else", a_refresh_sends_its_token_and_nothing_else),
    T("nothing is sent twice", nothing_is_sent_twice),
    T("a token is revoked when the provider says so", a_token_is_revoked_when_the_provider_says_so),
    T("revoking may have nothing to do", revoking_may_have_nothing_to_do),
};

T_MAIN("token", cases)
