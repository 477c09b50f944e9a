/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "peers.h"
#include "jose/jws.h"
#include "oauth/userinfo.h"

#define USERINFO ISSUER "/userinfo"
#define ANY NULL

static void userinfo_is_judged(void **state)
{
    static const struct { int status; const char *type, *body, *subject; ga2_code_t want; } rows[] = {
        { 200, "application/json", "{'sub':'alice','email':'a@b.example'}", "alice", GA2_E_COUNT },
        { 200, "application/vnd.x+json", "{'sub':'alice'}", "alice", GA2_E_COUNT },
        { 200, "application/json", "{'id':5}", ANY, GA2_E_COUNT },
        { 200, "application/json", "{'sub':'mallory'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'sub':'aliceinvalid'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'sub':'Alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'email':'a@b.example'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'sub':['alice']}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'SUB':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'sub':'alice','sub':'mallory'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "{'sub':'alice\\u0000.evil'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "[{'sub':'alice'}]", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/json", "null", ANY, GA2_E_PROVIDER_BAD },
        { 200, "application/json", "<html>", ANY, GA2_E_PROVIDER_BAD },
        { 200, "text/html", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "text/plain", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "application/jwt", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.", "alice", GA2_E_PROVIDER_BAD },
        { 200, "+json", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 200, "", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 401, "application/json", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 302, "application/json", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 204, "application/json", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_BAD },
        { 500, "application/json", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_DOWN },
        { 429, "application/json", "{'sub':'alice'}", "alice", GA2_E_PROVIDER_DOWN },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(OPENID, o, *state);
        const ga2_json_t *claims = NULL;
        ga2_error_t *err;
        fake_http_answer(o->http, USERINFO, rows[i].status, rows[i].type, text_of(rows[i].body, *state));
        err = ga2_userinfo_get(&claims, &peer, ga2_secret_of("Canary7f3a", *state), rows[i].subject, *state);
        T_ROW(rows[i].want == GA2_E_COUNT ? !err && claims : err && err->code == rows[i].want, rows[i].body);
        T_ROW(!err || !strstr(ga2_error_chain(err, *state), "Canary7f3a"), rows[i].body);
    }
}

static void the_token_travels_in_the_header_once(void **state)
{
    static const struct { ga2_code_t error, want; } rows[] = { { GA2_E_COUNT, GA2_E_COUNT },
        { GA2_E_HTTP_UNREACHABLE, GA2_E_PROVIDER_DOWN }, { GA2_E_HTTP_LOST, GA2_E_PROVIDER_DOWN } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(OPENID, o, *state);
        const ga2_json_t *claims;
        const fake_request_t *r;
        ga2_error_t *err;
        fake_http_json(o->http, USERINFO, text_of("{'sub':'alice'}", *state))->error = rows[i].error;
        err = ga2_userinfo_get(&claims, &peer, ga2_secret_of("at", *state), "alice", *state);
        assert_true(rows[i].want == GA2_E_COUNT ? !err : err && err->code == rows[i].want);
        assert_int_equal(fake_http_count(o->http, USERINFO), 1);
        r = fake_http_last(o->http);
        assert_string_equal(r->url, USERINFO);
        assert_string_equal(r->bearer, "at");
        assert_true(!r->form && !r->basic_user && !r->basic_password);
    }
}

#define KEYS ISSUER "/keys"

static const char *signed_answer(const char *claims, ga2_alg_t alg, apr_pool_t *p)
{
    ga2_jwk_t jwk = key_of(alg == GA2_ALG_HS256 ? "{'kty':'oct','k':'" SECRET_K "'}" : "{" P256_PRIVATE "}", p);
    const char *token = NULL;

    if (ga2_jws_sign(&token, &jwk, alg, NULL, ga2_bytes_of(text_of(claims, p)), p))
        fail();
    return token;
}

/* Core 5.3.2: a signed answer is by the issuer and for us. */
static void a_signed_answer_is_verified(void **state)
{
    static const struct { const char *lines, *claims; ga2_alg_t alg; ga2_code_t want; } rows[] = {
        { OPENID, "{'iss':'" ISSUER "','aud':'our-client','sub':'alice'}", GA2_ALG_ES256, GA2_E_COUNT },
        { OPENID, "{'iss':'" ISSUER "','aud':'our-client','sub':'mallory'}", GA2_ALG_ES256, GA2_E_PROVIDER_BAD },
        { OPENID, "{'iss':'https://evil.example','aud':'our-client','sub':'alice'}", GA2_ALG_ES256,
          GA2_E_PROVIDER_BAD },
        { OPENID, "{'iss':'" ISSUER "','aud':'other','sub':'alice'}", GA2_ALG_ES256, GA2_E_PROVIDER_BAD },
        { OPENID, "{'sub':'alice'}", GA2_ALG_ES256, GA2_E_PROVIDER_BAD },
        { OPENID, "{'iss':'" ISSUER "','aud':'our-client','sub':'alice'}", GA2_ALG_HS256, GA2_E_PROVIDER_BAD },
        { PLAIN, "{'iss':'" ISSUER "','aud':'our-client','sub':'alice'}", GA2_ALG_ES256, GA2_E_PROVIDER_BAD },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(rows[i].lines, o, *state);
        const ga2_json_t *claims = NULL;
        ga2_error_t *err;
        fake_http_json(o->http, KEYS, text_of("{'keys':[{" P256_PUBLIC "}]}", *state));
        fake_http_answer(o->http, peer.metadata->userinfo_uri, 200, "application/jwt",
                         signed_answer(rows[i].claims, rows[i].alg, *state));
        err = ga2_userinfo_get(&claims, &peer, ga2_secret_of("at", *state), "alice", *state);
        T_ROW(rows[i].want == GA2_E_COUNT ? !err && claims : err && err->code == rows[i].want, rows[i].claims);
    }
}

static void keys_that_cannot_be_had_are_no_verdict(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(OPENID, o, *state);
    const ga2_json_t *claims;

    fake_http_answer(o->http, USERINFO, 200, "application/jwt",
                     signed_answer("{'iss':'" ISSUER "','aud':'our-client','sub':'alice'}", GA2_ALG_ES256, *state));
    T_FAILS(ga2_userinfo_get(&claims, &peer, ga2_secret_of("at", *state), "alice", *state), PROVIDER_DOWN);
}

static const struct CMUnitTest cases[] = {
    T("a signed answer is verified", a_signed_answer_is_verified),
    T("keys that cannot be had are no verdict", keys_that_cannot_be_had_are_no_verdict),
    T("userinfo is judged", userinfo_is_judged),
    T("the token travels in the header, once", the_token_travels_in_the_header_once),
};

T_MAIN("userinfo", cases)
