/* SPDX-License-Identifier: Apache-2.0 */
#include "oauth/client_secrets.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/url.h"
#include <apr_strings.h>
#include <string.h>

static const char format_page[] = "Invalid file format. See "
    "https://developers.google.com/api-client-library/python/guide/aaa_client_secrets";

#define WRONG(...) ga2_fail(p, CONFIG, NULL, __VA_ARGS__)

/* The one member of the top level, and its name. */
static ga2_error_t *client_type(const ga2_json_t **client, const char **type, const ga2_json_t *top,
                                const char *where, apr_pool_t *p)
{
    if (ga2_json_type(top) == GA2_JSON_NULL)
        return WRONG("%s: %s", where, format_page);
    *client = ga2_json_type(top) == GA2_JSON_OBJECT ? ga2_json_first(top) : NULL;
    if (!*client || ga2_json_next(*client))
        return WRONG("%s: %s Expected a JSON object with a single property for a \"web\" or \"installed\" application",
                     where, format_page);
    *type = apr_pstrdup(p, ga2_json_name(*client));
    if (strcmp(*type, "web") && strcmp(*type, "installed"))
        return WRONG("%s: Unknown client type: %s.", where, ga2_text_printable(*type, p));
    if (ga2_json_type(*client) != GA2_JSON_OBJECT)
        return WRONG("%s: The client type \"%s\" must be a JSON object.", where, *type);
    return NULL;
}

/* The order is oauth2client's, so that the first complaint is the same. */
static const char *const required[] = { "client_id", "client_secret", "redirect_uris", "auth_uri", "token_uri" };
enum { REQUIRED = sizeof required / sizeof *required };

static ga2_error_t *all_there(const ga2_json_t *client, const char *type, const char *where, apr_pool_t *p)
{
    for (int i = 0; i < REQUIRED; i++)
        if (!ga2_json_member(client, required[i]))
            return WRONG("%s: Missing property \"%s\" in a client type of \"%s\".", where, required[i], type);
    for (int i = 0; i < REQUIRED; i++)
        if (strcmp(required[i], "redirect_uris") && !ga2_json_string(client, required[i]))
            return WRONG("%s: Property \"%s\" must be a string.", where, required[i]);
    for (int i = 0; i < 2; i++)
        if (ga2_text_begins(ga2_json_string(client, required[i]), "[["))
            return WRONG("%s: Property \"%s\" is not configured.", where, required[i]);
    return NULL;
}

static ga2_error_t *address(const char **out, const ga2_json_t *client, const char *name, const char *where,
                            apr_pool_t *p)
{
    const char *text = ga2_json_string(client, name);
    ga2_url_t url;

    *out = NULL;
    if (!text && !ga2_json_member(client, name))
        return NULL;
    if (!text || !ga2_url_parse(&url, text, p) || !ga2_url_is_safe(&url) || url.has_userinfo)
        return WRONG("%s: Property \"%s\" must be a URL that begins with https:// (http:// is for this machine).",
                     where, name);
    /* RFC 6749 3.1, 3.2; OpenID Connect Discovery 4.1: an issuer has no query either. */
    if (url.has_fragment || (url.query && !strcmp(name, "issuer")))
        return WRONG("%s: Property \"%s\" must not have a %s.", where, name, url.has_fragment ? "fragment" : "query");
    *out = apr_pstrdup(p, text);
    return NULL;
}

static ga2_error_t *redirect_uris(ga2_client_secrets_t *out, const ga2_json_t *client, const char *where, apr_pool_t *p)
{
    const ga2_json_t *list = ga2_json_array(client, "redirect_uris");
    apr_array_header_t *uris = apr_array_make(p, 4, sizeof(const char *));

    if (!list && ga2_json_type(ga2_json_member(client, "redirect_uris")) != GA2_JSON_NULL)
        return WRONG("%s: Property \"redirect_uris\" must be a list.", where);
    for (const ga2_json_t *uri = list ? ga2_json_first(list) : NULL; uri; uri = ga2_json_next(uri)) {
        if (!ga2_json_text(uri))
            return WRONG("%s: Property \"redirect_uris\" must be a list of strings.", where);
        APR_ARRAY_PUSH(uris, const char *) = apr_pstrdup(p, ga2_json_text(uri));
    }
    out->redirect_uris = uris;
    return NULL;
}

ga2_error_t *ga2_client_secrets_parse(ga2_client_secrets_t *out, ga2_bytes_t json, const char *where, apr_pool_t *p)
{
    const ga2_json_t *top, *client = NULL;
    ga2_error_t *err = ga2_json_parse(&top, json, p);
    const struct { const char *name, **field; } addresses[] = {
        { "auth_uri", &out->auth_uri }, { "token_uri", &out->token_uri }, { "revoke_uri", &out->revoke_uri },
        { "issuer", &out->issuer }, { "userinfo_uri", &out->userinfo_uri }, { "jwks_uri", &out->jwks_uri } };

    *out = (ga2_client_secrets_t){ 0 };
    if (err)
        return ga2_fail(p, CONFIG, err, "%s is not valid JSON", where);
    GA2_TRY(client_type(&client, &out->type, top, where, p));
    GA2_TRY(all_there(client, out->type, where, p));
    out->client_id = apr_pstrdup(p, ga2_json_string(client, "client_id"));
    out->client_secret = ga2_secret_of(ga2_json_string(client, "client_secret"), p);
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        GA2_TRY(address(addresses[i].field, client, addresses[i].name, where, p));
    return redirect_uris(out, client, where, p);
}

ga2_error_t *ga2_client_secrets_load(ga2_client_secrets_t *out, const char *path, apr_pool_t *p)
{
    ga2_bytes_t json;
    ga2_error_t *err = ga2_file_read(&json, path, GA2_CLIENT_SECRETS_MAX, p);

    if (err)
        return ga2_fail(p, CONFIG, err, "Error opening file");
    if (!json.data)
        return WRONG("Error opening file %s: No such file or directory", path);
    ga2_wipe_with(p, (void *)json.data, json.len);
    return ga2_client_secrets_parse(out, json, path, p);
}
