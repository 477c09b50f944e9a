/* SPDX-License-Identifier: Apache-2.0
 * What is prepared before libcurl begins; what it does then is in curl_test.c. */
#include "t.h"
#include "http/call.h"
#include "server.h"
#include <apr_strings.h>

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

/* ---- what a handle does that has been set, whatever it is sent to then ---- */

static CURL *handle_for(void **state, const char *url)
{
    ga2_http_request_t *request = apr_pcalloc(*state, sizeof(*request));
    ga2_http_call_t *call;
    CURL *easy = curl_easy_init();

    *request = (ga2_http_request_t){ .url = url, .private_ok = 1 };
    T_OK(ga2_http_call_make(&call, request, *state));
    assert_true(ga2_http_call_set(easy, call));
    return easy;
}

static void schemes(void **state)
{
    static const struct { const char *made_for, *sent_to; } rows[] = {
        { "https://a.example/", "file:///etc/hostname" }, { "https://a.example/", "ftp://127.0.0.1/" },
        { "https://a.example/", "gopher://127.0.0.1/" }, { "https://a.example/", "http://127.0.0.1:1/" },
        { "http://127.0.0.1/", "file:///etc/hostname" }, { "http://127.0.0.1/", "dict://127.0.0.1/" },
        { "http://127.0.0.1/", "https://127.0.0.1:1/" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CURL *easy = handle_for(state, rows[i].made_for);
        curl_easy_setopt(easy, CURLOPT_URL, rows[i].sent_to);
        T_ROW(curl_easy_perform(easy) == CURLE_UNSUPPORTED_PROTOCOL, rows[i].sent_to);
        curl_easy_cleanup(easy);
    }
}

static long least_version;

static CURLcode look_at_tls(CURL *easy, void *context, void *data)
{
    (void)easy, (void)data;
    least_version = SSL_CTX_get_min_proto_version((SSL_CTX *)context);
    return CURLE_ABORTED_BY_CALLBACK;
}

static int say_nothing(server_t *s, connection_t *c, int n)
{
    (void)s, (void)c, (void)n;
    return 0;
}

static void tls_version(void **state)
{
    server_t s = { .answer = say_nothing };
    CURL *easy;

    server_start(&s);
    easy = handle_for(state, apr_psprintf(*state, "https://127.0.0.1:%d/", s.port));
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, look_at_tls);
    assert_int_equal(curl_easy_perform(easy), CURLE_ABORTED_BY_CALLBACK);
    assert_int_equal(least_version, TLS1_2_VERSION);
    curl_easy_cleanup(easy);
    server_stop(&s);
}

/* OpenSSL reads its configuration once, before it is used, and Debian's asks for TLS 1.2, too. */
static __attribute__((constructor)) void without_openssl_configuration(void)
{
    setenv("OPENSSL_CONF", "/dev/null", 1);
}

static const struct CMUnitTest cases[] = {
    T("headers say what the request is", headers),
    T("numbers that name this machine are not asked of a proxy", kinds),
    T("header lines are wiped with their pool", lines_are_wiped),
    T("libcurl knows every option", every_option_is_known),
    T("a handle speaks the scheme that it was made for and no other", schemes),
    T("TLS is 1.2 at least, whatever OpenSSL's configuration says", tls_version),
};
T_MAIN("call", cases)
