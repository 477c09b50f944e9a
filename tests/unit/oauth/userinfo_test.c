/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "peers.h"
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

static const struct CMUnitTest cases[] = {
    T("userinfo is judged", userinfo_is_judged),
    T("the token travels in the header, once", the_token_travels_in_the_header_once),
};

T_MAIN("userinfo", cases)
