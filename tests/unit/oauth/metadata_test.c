/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "crypto/pem.h"
#include "peers.h"

static ga2_error_t *parse(const ga2_metadata_t **out, const char *lines, const char *json, apr_pool_t *p)
{
    ga2_document_t document = { .body = t_json(json, p) };

    return ga2_metadata_parse(out, provider_of(lines, p), &document, p);
}

/* The document of the tests with more members, or with other endpoints. */
#define WITH(members) "{'issuer':'" ISSUER "'," ENDPOINTS "," members "}"
#define WITHOUT_ENDPOINTS(members) "{'issuer':'" ISSUER "'," members "}"

static void a_document_is_read(void **state)
{
    const ga2_metadata_t *m = NULL;

    T_OK(parse(&m, OPENID, METADATA, *state));
    assert_string_equal(m->auth_uri, ISSUER "/auth");
    assert_string_equal(m->token_uri, ISSUER "/token");
    assert_string_equal(m->jwks_uri, ISSUER "/keys");
    assert_string_equal(m->userinfo_uri, ISSUER "/userinfo");
    assert_string_equal(m->revoke_uri, ISSUER "/revoke");
    assert_string_equal(m->end_session_uri, ISSUER "/end");
    assert_int_equal(m->id_token_algs, GA2_ALG_BIT(RS256) | GA2_ALG_BIT(ES256) | GA2_ALG_BIT(EdDSA));
    assert_int_equal(m->client_auth, GA2_CLIENT_SECRET_BASIC);
    assert_int_equal(m->names_issuer, 0);
    assert_int_equal(m->private_ok, 0);
    T_OK(parse(&m, OPENID, WITH("'authorization_response_iss_parameter_supported':true"), *state));
    assert_int_equal(m->names_issuer, 1);
    T_OK(parse(&m, OPENID, WITH("'authorization_response_iss_parameter_supported':'true'"), *state));
    assert_int_equal(m->names_issuer, 0);
}

/* OpenID Connect Discovery 4.3 */
static void the_issuer_is_the_configurations_byte_for_byte(void **state)
{
    static const struct { const char *configured, *named; int ok; } rows[] = {
        { ISSUER, "'" ISSUER "'", 1 }, { ISSUER, "'" ISSUER "/'", 0 }, { ISSUER "/", "'" ISSUER "'", 0 },
        { ISSUER "/", "'" ISSUER "/'", 1 }, { ISSUER, "'https://OP.example'", 0 },
        { ISSUER, "'https://op.example:443'", 0 },
        { ISSUER, "'http://op.example'", 0 }, { ISSUER, "'" ISSUER "INVALID'", 0 },
        { ISSUER, "'" ISSUER "/tenant'", 0 },
        { ISSUER "/a", "'" ISSUER "/b'", 0 }, { ISSUER, "['" ISSUER "']", 0 }, { ISSUER, "null", 0 },
        { ISSUER, "''", 0 } };
    const ga2_metadata_t *m;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *lines = apr_pstrcat(*state, CLIENT "GOAuth2Issuer ", rows[i].configured, "\n", NULL);
        const char *json = apr_pstrcat(*state, "{'issuer':", rows[i].named, "," ENDPOINTS "}", NULL);
        ga2_error_t *err = parse(&m, lines, json, *state);
        T_ROW(rows[i].ok ? !err : err && err->code == GA2_E_PROVIDER_BAD, json);
    }
    T_FAILS(parse(&m, OPENID, "{" ENDPOINTS "}", *state), PROVIDER_BAD);
}

static const char *const names[] = { "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint",
    "revocation_endpoint", "end_session_endpoint" };

/* All endpoints on https, but for one. */
static const char *with_endpoint(const char *issuer, const char *name, const char *url, apr_pool_t *p)
{
    const char *json = apr_pstrcat(p, "{'issuer':'", issuer, "'", NULL);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name))
            json = apr_pstrcat(p, json, ",'", names[i], "':'https://op.example/", names[i], "'", NULL);
    return apr_pstrcat(p, json, url ? ",'" : "", url ? name : "", url ? "':" : "", url ? url : "", "}", NULL);
}

static void every_endpoint_is_https(void **state)
{
    static const char *const refused[] = { "'http://op.example/x'", "'http://localhost/x'", "'http://127.0.0.1/x'",
        "'file:///etc/passwd'", "'gopher://op.example/'", "'dict://op.example/'", "'javascript:alert(1)'",
        "'/relative'",
        "''", "'https://'", "'https://u:p@op.example/'", "'https://op.example/#f'", "'https://op.example/ x'", "5",
        "null",
        "['https://op.example/']", "{}" };
    const ga2_metadata_t *m;

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            const char *json = with_endpoint(ISSUER, names[n], refused[i], *state);
            ga2_error_t *err = parse(&m, OPENID, json, *state);
            T_ROW(err && err->code == GA2_E_PROVIDER_BAD, json);
        }
        T_OK(parse(&m, OPENID, with_endpoint(ISSUER, names[n], "'HTTPS://other.example:8443/?tenant=1'", *state),
                   *state));
    }
}

static void http_is_for_an_issuer_on_this_machine(void **state)
{
    const char *lines = CLIENT "GOAuth2Issuer http://localhost:9000\n";
    static const struct { const char *url; int ok; } rows[] = { { "'http://localhost:9000/x'", 1 },
        { "'http://127.0.0.1/x'", 1 }, { "'http://[::1]/x'", 1 }, { "'https://op.example/x'", 1 },
        { "'http://op.example/x'", 0 }, { "'http://10.0.0.1/x'", 0 }, { "'file:///x'", 0 } };
    const ga2_metadata_t *m;

    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const char *json = with_endpoint("http://localhost:9000", names[n], rows[i].url, *state);
            T_ROW((parse(&m, lines, json, *state) == NULL) == rows[i].ok, json);
        }
}

static void what_a_sign_in_needs_is_there(void **state)
{
    const ga2_metadata_t *m = NULL;

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        ga2_error_t *err = parse(&m, OPENID, with_endpoint(ISSUER, names[n], NULL, *state), *state);
        T_ROW(n < 3 ? err && err->code == GA2_E_PROVIDER_BAD : !err, names[n]);
    }
    assert_null(m->end_session_uri);
}

static void a_line_wins_over_the_document(void **state)
{
    const ga2_metadata_t *m = NULL;

    T_OK(parse(&m, OPENID "GOAuth2TokenURI https://mine.example/t\nGOAuth2JWKSURI http://localhost/k\n",
               WITHOUT_ENDPOINTS("'authorization_endpoint':'" ISSUER "/auth','token_endpoint':'gopher://x'"), *state));
    assert_string_equal(m->auth_uri, ISSUER "/auth");
    assert_string_equal(m->token_uri, "https://mine.example/t");
    assert_string_equal(m->jwks_uri, "http://localhost/k");
}

static void only_known_asymmetric_algorithms_are_allowed(void **state)
{
    static const struct { const char *list; ga2_algs_t algs; } rows[] = {
        { "['RS256']", GA2_ALG_BIT(RS256) }, { "['PS256','HS256']", GA2_ALG_BIT(PS256) },
        { "['none','ES384',5,null]", GA2_ALG_BIT(ES384) }, { "['rs256','RS512']", GA2_ALG_BIT(RS512) },
        { "[]", 0 }, { "['HS256','HS384','HS512']", 0 }, { "['none']", 0 }, { "['RS257']", 0 } };
    const ga2_metadata_t *m;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *json = apr_pstrcat(*state, "{'issuer':'" ISSUER "'," ENDPOINTS
                                       ",'id_token_signing_alg_values_supported':", rows[i].list, "}", NULL);
        ga2_error_t *err = parse(&m, OPENID, json, *state);
        T_ROW(rows[i].algs ? !err && m->id_token_algs == rows[i].algs : err && err->code == GA2_E_PROVIDER_BAD, json);
    }
    T_OK(parse(&m, OPENID, WITH("'x':1"), *state));
    assert_int_equal(m->id_token_algs, GA2_ALG_BIT(RS256));
}

static void the_client_proves_itself_as_the_provider_likes(void **state)
{
    static const struct { const char *lines, *list; int auth; } rows[] = {      /* auth -1: refused */
        { OPENID, NULL, GA2_CLIENT_SECRET_BASIC }, { OPENID, "['client_secret_basic']", GA2_CLIENT_SECRET_BASIC },
        { OPENID, "['client_secret_post','client_secret_basic']", GA2_CLIENT_SECRET_BASIC },
        { OPENID, "['client_secret_post']", GA2_CLIENT_SECRET_POST },
        { OPENID, "['private_key_jwt']", -1 }, { OPENID, "['none']", -1 }, { OPENID, "[]", -1 },
        { OPENID "GOAuth2ClientAuth client_secret_post\n", "['client_secret_basic']", GA2_CLIENT_SECRET_POST },
        { OPENID "GOAuth2ClientAuth none\n", "['client_secret_basic']", GA2_CLIENT_AUTH_NONE },
        { "GOAuth2Issuer " ISSUER "\nGOAuth2ClientID c\n", "['client_secret_basic']", GA2_CLIENT_AUTH_NONE },
    };
    const ga2_metadata_t *m;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *json = apr_pstrcat(*state, "{'issuer':'" ISSUER "'," ENDPOINTS,
            rows[i].list ? ",'token_endpoint_auth_methods_supported':" : "", rows[i].list ? rows[i].list : "", "}",
            NULL);
        ga2_error_t *err = parse(&m, rows[i].lines, json, *state);
        T_ROW(rows[i].auth >= 0 ? !err && (int)m->client_auth == rows[i].auth : err && err->code == GA2_E_PROVIDER_BAD,
              json);
    }
}

/* RFC 9700 2.1.1 and the code flow */
static void a_provider_that_cannot_do_the_flow_is_refused(void **state)
{
    static const struct { const char *member; int ok; } rows[] = {
        { "'response_types_supported':['code','id_token']", 1 }, { "'response_types_supported':['id_token']", 0 },
        { "'response_types_supported':['code id_token']", 0 }, { "'response_types_supported':[]", 0 },
        { "'code_challenge_methods_supported':['plain','S256']", 1 },
        { "'code_challenge_methods_supported':['plain']", 0 },
        { "'code_challenge_methods_supported':['s256']", 0 }, { "'code_challenge_methods_supported':[]", 0 } };
    const ga2_metadata_t *m;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *json = apr_pstrcat(*state, "{'issuer':'" ISSUER "'," ENDPOINTS ",", rows[i].member, "}", NULL);
        ga2_error_t *err = parse(&m, OPENID, json, *state);
        T_ROW(rows[i].ok ? !err : err && err->code == GA2_E_PROVIDER_BAD, json);
    }
}

static void what_is_no_document_is_refused(void **state)
{
    static const char *const rows[] = { "", "null", "[]", "'" ISSUER "'", "<!DOCTYPE html><html></html>",
        "{'issuer':'" ISSUER "','issuer':'" ISSUER "'," ENDPOINTS "}", "{'issuer':'" ISSUER "'," ENDPOINTS "} {}",
        "{'issuer':'" ISSUER "'," ENDPOINTS };
    const ga2_metadata_t *m;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        T_ROW(parse(&m, OPENID, rows[i], *state), rows[i]);
}

static void it_is_discovered_once_and_kept(void **state)
{
    static const struct { const char *issuer, *url; } rows[] = {
        { ISSUER, ISSUER "/.well-known/openid-configuration" },
        { ISSUER "/", ISSUER "/.well-known/openid-configuration" },
        { ISSUER "/tenant/v2.0", ISSUER "/tenant/v2.0/.well-known/openid-configuration" },
        { ISSUER "/tenant//", ISSUER "/tenant//.well-known/openid-configuration" } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        const char *lines = apr_pstrcat(*state, CLIENT "GOAuth2Issuer ", rows[i].issuer, "\n", NULL);
        const ga2_provider_t *v = provider_of(lines, *state);
        const ga2_metadata_t *m, *again;
        fake_http_json(o->http, rows[i].url, text_of(with_endpoint(rows[i].issuer, "", NULL, *state), *state));
        T_OK(ga2_metadata_get(&m, v, &o->outside, *state));
        T_OK(ga2_metadata_get(&again, v, &o->outside, *state));
        assert_ptr_equal(m, again);
        assert_int_equal(fake_http_count(o->http, ""), 1);
        T_ROW(!strcmp(fake_http_last(o->http)->url, rows[i].url), rows[i].url);
        assert_int_equal(fake_http_last(o->http)->private_ok, 1);      /* the administrator named the issuer */
        assert_int_equal(fake_http_last(o->http)->limit, GA2_METADATA_MAX);
    }
}

static void nothing_is_asked_when_everything_is_written(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(PLAIN, o, *state);

    assert_int_equal(fake_http_count(o->http, ""), 0);
    assert_string_equal(peer.metadata->auth_uri, "https://plain.example/auth");
    assert_string_equal(peer.metadata->userinfo_uri, "https://plain.example/user");
    assert_int_equal(peer.metadata->client_auth, GA2_CLIENT_SECRET_POST);
    assert_int_equal(peer.metadata->private_ok, 0);
    peer = peer_of(PLAIN "GOAuth2ClientAuth client_secret_basic\n", o, *state);
    assert_int_equal(peer.metadata->client_auth, GA2_CLIENT_SECRET_BASIC);
    peer = peer_of(OPENID "GOAuth2AuthURI https://op.example/a\nGOAuth2TokenURI https://op.example/t\n"
        "GOAuth2UserinfoURI https://op.example/u\nGOAuth2JWKSURI https://op.example/k\n", o, *state);
    assert_int_equal(fake_http_count(o->http, ""), 0);
    assert_int_equal(peer.metadata->id_token_algs, GA2_ALGS_ASYMMETRIC);
}

static void endpoints_may_be_private_when_the_issuer_is(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer;

    fake_http_json(o->http, DISCOVERY, text_of(METADATA, *state))->reply.peer_is_private = 1;
    T_OK(ga2_metadata_get(&peer.metadata, provider_of(OPENID, *state), &o->outside, *state));
    assert_int_equal(peer.metadata->private_ok, 1);
}

#define RSA_KEY "{" RSA_PUBLIC ",'kid':'r','use':'sig'}"

static void keys_are_asked_for_with_the_policy_of_their_host(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(OPENID, o, *state);
    ga2_metadata_t m = *peer.metadata;
    const ga2_jwks_t *keys;

    fake_http_json(o->http, ISSUER "/keys", text_of("{'keys':[" RSA_KEY ",{'kty':'EC','crv':'secp256k1'},5]}", *state));
    T_OK(ga2_metadata_keys(&keys, peer.provider, &m, 0, &o->outside, *state));
    assert_int_equal(ga2_jwks_count(keys), 1);
    assert_int_equal(fake_http_last(o->http)->private_ok, 1);
    assert_int_equal(fake_http_last(o->http)->limit, GA2_JWKS_BYTES_MAX);
    fake_http_json(o->http, "https://keys.example/", text_of("{'keys':[" RSA_KEY "]}", *state));
    m.jwks_uri = "https://keys.example/k";
    T_OK(ga2_metadata_keys(&keys, peer.provider, &m, 0, &o->outside, *state));
    assert_int_equal(fake_http_last(o->http)->private_ok, 0);
    m.jwks_uri = "https://keys.example/k2";
    m.private_ok = 1;
    T_OK(ga2_metadata_keys(&keys, peer.provider, &m, 0, &o->outside, *state));
    assert_int_equal(fake_http_last(o->http)->private_ok, 1);
}

static void bad_key_sets_are_refused_and_secret_keys_left_out(void **state)
{
    static const struct { const char *json; int count; } rows[] = {         /* 0: refused */
        { "{'keys':[" RSA_KEY "]}", 1 }, { "{'keys':[]}", 0 }, { "{}", 0 }, { "[]", 0 }, { "", 0 }, { "<html>", 0 },
        { "{'keys':[{" SECRET ",'kid':'s'}]}", 0 }, { "{'keys':[{" RSA_PRIVATE ",'kid':'p'}]}", 0 },
        { "{'keys':[{" SECRET ",'kid':'s'}," RSA_KEY "]}", 1 }, { "{'kid':'not a certificate'}", 0 } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fake_outside_t *o = fake_outside_make(*state);
        ga2_peer_t peer = peer_of(OPENID, o, *state);
        const ga2_jwks_t *keys;
        ga2_error_t *err;
        fake_http_json(o->http, ISSUER "/keys", text_of(rows[i].json, *state));
        err = ga2_metadata_keys(&keys, peer.provider, peer.metadata, 0, &o->outside, *state);
        T_ROW(rows[i].count ? !err && ga2_jwks_count(keys) == rows[i].count : err && err->code == GA2_E_PROVIDER_BAD,
              rows[i].json);
    }
}

/* As Google serves its keys for those who want certificates. */
static void a_map_of_certificates_is_a_key_set(void **state)
{
    fake_outside_t *o = fake_outside_make(*state);
    ga2_peer_t peer = peer_of(OPENID, o, *state);
    ga2_json_t *map = ga2_json_new_object(*state);
    const ga2_jwks_t *keys;

    ga2_json_add_string(map, "one", pem_certificate_rsa);
    ga2_json_add_string(map, "two", pem_certificate_p256);
    fake_http_json(o->http, ISSUER "/keys", ga2_json_print(map, *state));
    T_OK(ga2_metadata_keys(&keys, peer.provider, peer.metadata, 0, &o->outside, *state));
    assert_int_equal(ga2_jwks_count(keys), 2);
    assert_true(ga2_jwks_has_kid(keys, "one") && ga2_jwks_has_kid(keys, "two"));
}

static const struct CMUnitTest cases[] = {
    T("a document is read", a_document_is_read),
    T("the issuer is the configuration's, byte for byte", the_issuer_is_the_configurations_byte_for_byte),
    T("every endpoint is https", every_endpoint_is_https),
    T("http is for an issuer on this machine", http_is_for_an_issuer_on_this_machine),
    T("what a sign-in needs is there", what_a_sign_in_needs_is_there),
    T("a line wins over the document", a_line_wins_over_the_document),
    T("only known asymmetric algorithms are allowed", only_known_asymmetric_algorithms_are_allowed),
    T("the client proves itself as the provider likes", the_client_proves_itself_as_the_provider_likes),
    T("a provider that cannot do the flow is refused", a_provider_that_cannot_do_the_flow_is_refused),
    T("what is no document is refused", what_is_no_document_is_refused),
    T("it is discovered once and kept", it_is_discovered_once_and_kept),
    T("nothing is asked when everything is written", nothing_is_asked_when_everything_is_written),
    T("endpoints may be private when the issuer is", endpoints_may_be_private_when_the_issuer_is),
    T("keys are asked for with the policy of their host", keys_are_asked_for_with_the_policy_of_their_host),
    T("bad key sets are refused and secret keys left out", bad_key_sets_are_refused_and_secret_keys_left_out),
    T("a map of certificates is a key set", a_map_of_certificates_is_a_key_set),
};

T_MAIN("metadata", cases)
