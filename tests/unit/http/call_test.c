/* SPDX-License-Identifier: Apache-2.0
 * What is prepared before libcurl begins; what it does then is in curl_test.c. */
#include "t.h"
#include "http/call.h"
#include <stdlib.h>

static ga2_http_request_t to(const char *url) { return (ga2_http_request_t){ .url = url }; }

static const char *header(const ga2_http_call_t *call, const char *name)
{
    for (struct curl_slist *h = call->headers; h; h = h->next)
        if (strncmp(h->data, name, strlen(name)) == 0)
            return h->data + strlen(name);
    return NULL;
}

static void headers(void **state)
{
    apr_pool_t *p = *state;
    ga2_http_request_t request = to("https://a.example/");
    ga2_http_call_t *call;

    T_OK(ga2_http_call_make(&call, &request, p));
    assert_string_equal(header(call, "Accept: "), "application/json");
    assert_string_equal(header(call, "Accept-Encoding: "), "identity");
    assert_null(header(call, "Authorization"));
    assert_null(header(call, "Content-Type"));
    request.form = ga2_secret_of("a=b", p);
    request.basic_user = "Aladdin";
    request.basic_password = ga2_secret_of("open sesame", p);
    T_OK(ga2_http_call_make(&call, &request, p));
    assert_string_equal(header(call, "Authorization: "), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");   /* RFC 7617 2 */
    assert_string_equal(header(call, "Content-Type: "), "application/x-www-form-urlencoded");
    assert_string_equal(header(call, "Expect:"), "");
    request.basic_password = NULL;
    T_OK(ga2_http_call_make(&call, &request, p));
    assert_string_equal(header(call, "Authorization: "), "Basic QWxhZGRpbjo=");
    request.bearer = ga2_secret_of("t", p);
    T_OK(ga2_http_call_make(&call, &request, p));
    assert_string_equal(header(call, "Authorization: "), "Bearer t");
}

static void kinds(void **state)
{
    static const ga2_http_settings_t proxy = { .proxy = "http://proxy.example:3128" };
    static const struct { const char *url; const ga2_http_settings_t *settings; int private_ok, plain, proxied, good; }
    rows[] = {
        { "https://a.example/", NULL, 0, 0, 0, 1 }, { "http://127.0.0.1/", NULL, 0, 1, 0, 1 },
        { "https://a.example/", &proxy, 0, 0, 1, 1 }, { "https://10.0.0.1/", &proxy, 0, 0, 1, 0 },
        { "https://10.0.0.1/", &proxy, 1, 0, 1, 1 }, { "https://8.8.8.8/", &proxy, 0, 0, 1, 1 },
        { "https://[::ffff:127.0.0.1]/", &proxy, 0, 0, 1, 0 }, { "http://localhost/", &proxy, 0, 1, 1, 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_http_request_t request = { .url = rows[i].url, .settings = rows[i].settings,
                                       .private_ok = rows[i].private_ok };
        ga2_http_call_t *call;
        ga2_error_t *err = ga2_http_call_make(&call, &request, *state);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_HTTP_UNREACHABLE, rows[i].url);
        T_ROW(err || (call->plain == rows[i].plain && call->proxied == rows[i].proxied), rows[i].url);
    }
}

/* In the place of libcurl's: looks at the lines when they are given back. */
static int lines, wiped;

void curl_slist_free_all(struct curl_slist *list)
{
    while (list) {
        struct curl_slist *next = list->next;
        lines++;
        wiped += memcmp(list->data, "\0\0\0\0\0", 6) == 0;
        free(list->data);
        free(list);
        list = next;
    }
}

static void lines_are_wiped(void **state)
{
    ga2_http_request_t request = to("https://a.example/");
    ga2_http_call_t *call;
    apr_pool_t *p;

    apr_pool_create(&p, *state);
    request.bearer = ga2_secret_of("token", *state);
    T_OK(ga2_http_call_make(&call, &request, p));
    lines = wiped = 0;
    apr_pool_destroy(p);
    assert_int_equal(lines, 3);
    assert_int_equal(wiped, 3);
}

static void every_option_is_known(void **state)
{
    ga2_http_settings_t settings = { .ca_file = "/nowhere", .timeout = 1, .connect_timeout = 9999999999999 };
    ga2_http_request_t request = to("https://a.example/");
    ga2_http_call_t *call;
    CURL *easy = curl_easy_init();

    request.settings = &settings;
    request.form = ga2_secret_of("a=b", *state);
    T_OK(ga2_http_call_make(&call, &request, *state));
    assert_true(ga2_http_call_set(easy, call));
    curl_easy_cleanup(easy);
}

static const struct CMUnitTest cases[] = {
    T("headers say what the request is", headers),
    T("numbers that name this machine are not asked of a proxy", kinds),
    T("header lines are wiped with their pool", lines_are_wiped),
    T("libcurl knows every option", every_option_is_known),
};
T_MAIN("call", cases)
