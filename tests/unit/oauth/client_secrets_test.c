/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "folder.h"
#include "keys.h"
#include "oauth/client_secrets.h"

#define FORMAT "Invalid file format. See " \
    "https://developers.google.com/api-client-library/python/guide/aaa_client_secrets"
#define EXPECTED " Expected a JSON object with a single property for a \"web\" or \"installed\" application"
#define REST "'redirect_uris':[],'auth_uri':'https://a.example/auth','token_uri':'https://a.example/token'"
#define GOOD "'client_id':'id','client_secret':'Canary7f3a'," REST

static ga2_error_t *parse(ga2_client_secrets_t *out, const char *json, apr_pool_t *p)
{
    return ga2_client_secrets_parse(out, t_json(json, p), "/etc/client.json", p);
}

/* oauth2client's sentences are what people search for: here the text is the contract. */
static void complaints_are_oauth2clients_own(void **state)
{
    static const struct { const char *json, *sentence; } rows[] = {
        { "null", FORMAT },
        { "[]", FORMAT EXPECTED }, { "'web'", FORMAT EXPECTED }, { "1", FORMAT EXPECTED }, { "true", FORMAT EXPECTED },
        { "{}", FORMAT EXPECTED }, { "{'web':{" GOOD "},'installed':{" GOOD "}}", FORMAT EXPECTED },
        { "{'web':{" GOOD "},'x':1}", FORMAT EXPECTED }, { "['web']", FORMAT EXPECTED },
        { "{'foobar':{" GOOD "}}", "Unknown client type: foobar." },
        { "{'Web':{" GOOD "}}", "Unknown client type: Web." },
        { "{'service_account':null}", "Unknown client type: service_account." },
        { "{'':{}}", "Unknown client type: ." },
        { "{'web':{}}", "Missing property \"client_id\" in a client type of \"web\"." },
        { "{'installed':{}}", "Missing property \"client_id\" in a client type of \"installed\"." },
        { "{'web':{'client_id':'i'}}", "Missing property \"client_secret\" in a client type of \"web\"." },
        { "{'web':{'client_id':'i','client_secret':'s'}}",
          "Missing property \"redirect_uris\" in a client type of \"web\"." },
        { "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[]}}",
          "Missing property \"auth_uri\" in a client type of \"web\"." },
        { "{'installed':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':'https://a.example'}}",
          "Missing property \"token_uri\" in a client type of \"installed\"." },
        { "{'web':{'Client_id':'i','client_secret':'s'," REST "}}",
          "Missing property \"client_id\" in a client type of \"web\"." },
        { "{'web':{'client_id':'[[INSERT CLIENT ID HERE]]','client_secret':'[[INSERT CLIENT SECRET HERE]]'," REST "}}",
          "Property \"client_id\" is not configured." },
        { "{'web':{'client_id':'i','client_secret':'[[x'," REST "}}", "Property \"client_secret\" is not configured." },
        { "{'web':{'client_id':'[[x','client_secret':'s','redirect_uris':[]}}",
          "Missing property \"auth_uri\" in a client type of \"web\"." },
    };
    ga2_client_secrets_t out;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = parse(&out, rows[i].json, *state);
        const char *at = err ? strstr(err->message, rows[i].sentence) : NULL;
        T_ROW(err && err->code == GA2_E_CONFIG, rows[i].json);
        T_ROW(at && !at[strlen(rows[i].sentence)], rows[i].json);
        T_ROW(!strncmp(err->message, "/etc/client.json", 16), rows[i].json);
    }
}

/* Where oauth2client ended with an exception of Python's, or let a value pass that fails later. */
static void wrong_types_and_values_are_errors(void **state)
{
    static const char *const rows[] = { "{'web':null}", "{'web':[]}", "{'web':'x'}", "{'web':5}",
        "{'web':{'client_id':5,'client_secret':'s'," REST "}}",
        "{'web':{'client_id':null,'client_secret':'s'," REST "}}",
        "{'web':{'client_id':'i','client_secret':['s']," REST "}}",
        "{'web':{'client_id':{},'client_secret':'s'," REST "}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':'x','auth_uri':'https://a.example',"
        "'token_uri':'https://a.example'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[1],'auth_uri':'https://a.example',"
        "'token_uri':'https://a.example'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':null,"
        "'token_uri':'https://a.example'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':'',"
        "'token_uri':'https://a.example'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':'http://a.example',"
        "'token_uri':'https://a.example'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':'https://a.example',"
        "'token_uri':'file:///etc/passwd'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':'https://u:p@a.example',"
        "'token_uri':'https://a.example'}}",
        "{'web':{'client_id':'i','client_secret':'s','redirect_uris':[],'auth_uri':'https://a.example/#f',"
        "'token_uri':'https://a.example'}}",
        "{'web':{" GOOD ",'revoke_uri':5}}", "{'web':{" GOOD ",'revoke_uri':'http://a.example'}}",
        "{'web':{" GOOD ",'token_uri2':'','userinfo_uri':'javascript:x'}}", "{'web':{" GOOD ",'jwks_uri':''}}",
        "{'web':{" GOOD ",'issuer':'a.example'}}", "{'web':{" GOOD ",'issuer':'https://a.example?x'}}",
        "{'web':{" GOOD ",'issuer':'https://a.example/#x'}}", "{'web':{" GOOD ",'client_id':'again'}}",
        "{'web':{" GOOD "}", "{'web':{" GOOD "}}}", "", "\357\273\277{'web':{" GOOD "}}",
        "{'web':{" GOOD ",'x':'\\u0000'}}" };
    ga2_client_secrets_t out;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ga2_error_t *err = parse(&out, rows[i], *state);
        T_ROW(err && err->code == GA2_E_CONFIG, rows[i]);
        T_ROW(!strstr(ga2_error_chain(err, *state), "Canary7f3a"), rows[i]);
    }
}

/* The shape of a file from Google's console, with members that nobody here needs. */
static void a_console_file_is_read(void **state)
{
    ga2_client_secrets_t out;

    T_OK(parse(&out,
               "{'web':{'client_id':'123.apps.example','project_id':'p','auth_uri':'https://accounts.example/auth',"
        "'token_uri':'https://accounts.example/token','auth_provider_x509_cert_url':'https://www.example/certs',"
        "'client_secret':'GOCSPX','redirect_uris':['https://www.example/oauth2callback','http://localhost/cb'],"
        "'javascript_origins':['https://www.example'],'client_email':'x@example'}}", *state));
    assert_string_equal(out.type, "web");
    assert_string_equal(out.client_id, "123.apps.example");
    assert_string_equal(ga2_secret_reveal_text(out.client_secret), "GOCSPX");
    assert_string_equal(out.auth_uri, "https://accounts.example/auth");
    assert_string_equal(out.token_uri, "https://accounts.example/token");
    assert_int_equal(out.redirect_uris->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(out.redirect_uris, 1, const char *), "http://localhost/cb");
    assert_true(!out.revoke_uri && !out.issuer && !out.userinfo_uri && !out.jwks_uri);
}

/* The shape of oauth2client's own example: no redirect URIs, but where to revoke. */
static void optional_members_are_read(void **state)
{
    ga2_client_secrets_t out;

    T_OK(parse(&out, "{'installed':{'client_id':'foo_client_id','client_secret':'foo_client_secret','redirect_uris':[],"
        "'auth_uri':'https://accounts.example/o/auth','token_uri':'https://accounts.example/o/token',"
        "'revoke_uri':'https://accounts.example/o/revoke','issuer':'https://accounts.example',"
        "'userinfo_uri':'https://accounts.example/me','jwks_uri':'http://[::1]:8080/keys'}}", *state));
    assert_string_equal(out.type, "installed");
    assert_int_equal(out.redirect_uris->nelts, 0);
    assert_string_equal(out.revoke_uri, "https://accounts.example/o/revoke");
    assert_string_equal(out.issuer, "https://accounts.example");
    assert_string_equal(out.userinfo_uri, "https://accounts.example/me");
    assert_string_equal(out.jwks_uri, "http://[::1]:8080/keys");
    T_OK(parse(&out,
               "{'web':{'client_id':'','client_secret':'','redirect_uris':null,'auth_uri':'https://a.example/a?b=c',"
        "'token_uri':'http://localhost:1/t'}}", *state));
    assert_string_equal(out.client_id, "");
    assert_int_equal(out.redirect_uris->nelts, 0);
}

static void a_file_is_loaded_or_says_why_not(void **state)
{
    const char *folder = folder_make(*state), *path;
    ga2_bytes_t good = t_json("{'web':{" GOOD "}}", *state);
    ga2_client_secrets_t out;
    ga2_error_t *err;

    path = folder_write(folder, "client.json", good.data, good.len, 0600, *state);
    T_OK(ga2_client_secrets_load(&out, path, *state));
    assert_string_equal(out.client_id, "id");
    path = apr_pstrcat(*state, folder, "/absent.json", NULL);
    err = ga2_client_secrets_load(&out, path, *state);
    assert_true(err && err->code == GA2_E_CONFIG);
    assert_non_null(strstr(err->message, "Error opening file"));
    assert_non_null(strstr(ga2_error_sentence(err, *state), path));
    err = ga2_client_secrets_load(&out, folder, *state);
    assert_true(err && err->code == GA2_E_CONFIG);
    assert_non_null(strstr(err->message, "Error opening file"));
    path = folder_write(folder, "large.json", memset(apr_pcalloc(*state, 65537), ' ', 65537), 65537, 0600, *state);
    T_FAILS(ga2_client_secrets_load(&out, path, *state), CONFIG);
    path = folder_write(folder, "bad.json", "{\"web\":Canary7f3a", 17, 0600, *state);
    err = ga2_client_secrets_load(&out, path, *state);
    assert_true(err && err->code == GA2_E_CONFIG && !strstr(ga2_error_sentence(err, *state), "Canary7f3a"));
}

static const struct CMUnitTest cases[] = {
    T("complaints are oauth2client's own", complaints_are_oauth2clients_own),
    T("wrong types and values are errors", wrong_types_and_values_are_errors),
    T("a console's file is read", a_console_file_is_read),
    T("optional members are read", optional_members_are_read),
    T("a file is loaded, or says why not", a_file_is_loaded_or_says_why_not),
};

T_MAIN("client_secrets", cases)
