/* SPDX-License-Identifier: Apache-2.0
 * What is refused before any transport is asked. */
#include "t.h"
#include "http/client.h"

static int asked;

static ga2_error_t *answer(ga2_http_reply_t *out, const ga2_http_t *self, const ga2_http_request_t *request,
                           apr_pool_t *p)
{
    (void)self, (void)request, (void)p;
    out->status = 200;
    asked++;
    return NULL;
}

static const ga2_http_t scripted = { answer };

static void urls(void **state)
{
    static const struct { const char *url; int good; } rows[] = {
        { "https://issuer.example/", 1 }, { "https://issuer.example:8443/a?b=c", 1 }, { "https://10.0.0.1/", 1 },
        { "http://localhost:8080/x", 1 }, { "http://127.0.0.1/", 1 }, { "http://[::1]:99/", 1 },
        { "http://issuer.example/", 0 }, { "http://10.0.0.1/", 0 }, { "http://localhost.example/", 0 },
        { "https://issuer.example/#a", 0 }, { "https://user@issuer.example/", 0 }, { "https://a:b@issuer.example/", 0 },
        { "https://issuer.example\r\nX: y/", 0 }, { "https:///", 0 }, { "file:///etc/passwd", 0 }, { "ftp://a/", 0 },
        { "issuer.example", 0 }, { "", 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_http_request_t request = { .url = rows[i].url };
        ga2_http_reply_t reply;
        ga2_error_t *err;

        asked = 0;
        err = ga2_http_send(&reply, &scripted, &request, *state);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_CONFIG, rows[i].url);
        T_ROW(asked == rows[i].good && (reply.status == 200) == rows[i].good, rows[i].url);
    }
}

static void tokens(void **state)
{
    static const struct { const char *token; int good; } rows[] = {
        { "abc.DEF-_~+/=", 1 }, { "{\"odd\":1}", 1 }, { "a b", 0 }, { "a\r\nX-Other: y", 0 }, { "a\tb", 0 },
        { "a\x7f", 0 }, { "caf\xc3\xa9", 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_http_request_t request = { .url = "https://a.example/", .bearer = ga2_secret_of(rows[i].token, *state) };
        ga2_http_reply_t reply;
        ga2_error_t *err = ga2_http_send(&reply, &scripted, &request, *state);

        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_CONFIG, rows[i].token);
        T_ROW(!err || !strstr(err->message, rows[i].token), rows[i].token);
    }
}

static void shown(void **state)
{
    static const struct { const char *url, *shown; } rows[] = {
        { "https://a.example/path?code=x#y", "https://a.example/path" },
        { "https://a.example?code=x", "https://a.example" },
        { "https://user:password@a.example:8/p@q", "https://a.example:8/p@q" },
        { "https://a.example/p#x@y", "https://a.example/p" },
        { "a\nb", "a\\x0ab" },
        { "", "" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ga2_http_url_shown(rows[i].url, *state), rows[i].shown);
}

static const struct CMUnitTest cases[] = {
    T("only https, or http to this machine, is asked", urls),
    T("a token cannot end its header, and is not quoted", tokens),
    T("neither query nor user of a URL is shown", shown),
};
T_MAIN("client", cases)
