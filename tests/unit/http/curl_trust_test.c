/* SPDX-License-Identifier: Apache-2.0
 * Whom the real client asks, and whom it believes. */
#include "curl_server.h"

static void environment_is_ignored(void **state)
{
    apr_pool_t *p = *state;
    static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
    server_t *proxy = serve(say, HELLO, p), *s = serve(say, HELLO, p);
    char home[] = "/tmp/ga2-http-home-XXXXXX";
    const char *netrc;
    ga2_http_reply_t reply;
    FILE *f;

    assert_non_null(mkdtemp(home));
    netrc = apr_pstrcat(p, home, "/.netrc", NULL);
    f = fopen(netrc, "w");
    fputs("machine 127.0.0.1 login somebody password else\n", f);
    fclose(f);
    setenv("HOME", home, 1);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        setenv(names[i], apr_psprintf(p, "http://127.0.0.1:%d", proxy->port), 1);
    T_OK(ask(&reply, s, NULL, p));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
    assert_int_equal(proxy->connections, 0);
    assert_int_equal(s->requests, 1);
    assert_null(strstr(s->last, "Authorization"));
    unlink(netrc);
    rmdir(home);
    server_stop(proxy);
    server_stop(s);
}

static void proxy_is_the_configured_one(void **state)
{
    apr_pool_t *p = *state;
    server_t *proxy = serve(say, HELLO, p), *s = serve(say, HELLO, p);
    ga2_http_settings_t settings = { .proxy = apr_psprintf(p, "http://127.0.0.1:%d", proxy->port) };
    ga2_http_request_t request = { .url = url_of(s, "/a", p), .private_ok = 1, .settings = &settings };
    ga2_http_reply_t reply;

    setenv("no_proxy", "127.0.0.1", 1);
    T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
    unsetenv("no_proxy");
    assert_int_equal(proxy->requests, 1);
    assert_int_equal(s->connections, 0);
    assert_false(reply.peer_is_private);
    request.private_ok = 0;
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    assert_int_equal(proxy->requests, 1);
    /* A tunnel that is refused: the proxy heard of the host, nobody of the request. */
    proxy->text = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";
    request.url = "https://named.test/";
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    assert_true(ga2_text_begins(proxy->last, "CONNECT named.test:443 "));
    assert_null(strstr(proxy->last, "Accept-Encoding"));
    server_stop(proxy);
    server_stop(s);
}

static void urls_that_are_refused(void **state)
{
    apr_pool_t *p = *state;
    static const char *const rows[] = {
        "http://named.test/", "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "127.0.0.1", "",
        "https://user:password@127.0.0.1/", "https://127.0.0.1/#a", "https://127.0.0.1/\r\nX: y", "//127.0.0.1/",
        "javascript:alert(1)", "dict://127.0.0.1:11211/", "https://",
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ga2_http_request_t request = { .url = rows[i], .private_ok = 1 };
        ga2_http_reply_t reply;
        ga2_error_t *err = ga2_http_send(&reply, ga2_http_curl(), &request, p);
        T_ROW(err && err->code == GA2_E_CONFIG, rows[i]);
        T_ROW(!strstr(ga2_error_chain(err, p), "password@"), rows[i]);
    }
}

static void private_addresses(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    static const char *const hosts[] = { "127.0.0.1", "localhost" };
    ga2_http_reply_t reply;

    for (size_t i = 0; i < 2; i++) {
        ga2_http_request_t request = { .url = apr_psprintf(p, "http://%s:%d/", hosts[i], s->port) };
        T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
        assert_int_equal(s->connections, (int)i);
        request.private_ok = 1;
        T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
        request.private_ok = 0;             /* and not over the connection that is still open */
        T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
        assert_int_equal(s->requests, (int)i + 1);
    }
    server_stop(s);
}

/* Asked of the transport itself, as if the URL's host had been taken for a loopback one. */
static void plain_http_stays_on_this_machine(void **state)
{
    apr_pool_t *p = *state;
    ga2_http_request_t request = { .url = "http://elsewhere.test:9/", .private_ok = 1, .settings = &brief };
    ga2_http_reply_t reply;
    ga2_error_t *err = ga2_http_curl()->send(&reply, ga2_http_curl(), &request, p);

    assert_non_null(err);
    assert_string_equal(ga2_error_name(err->code), "HTTP_UNREACHABLE");
    assert_non_null(strstr(err->message, "administrator"));     /* ours, before a packet left */
}

static void tls_is_verified(void **state)
{
    apr_pool_t *p = *state;
    static const struct { const char *row, *names, *host; long days; int trusted, max_version, good; } rows[] = {
        { "good", "DNS:named.test", "named.test", 9, 1, 0, 1 },
        { "by address", "IP:127.0.0.1", "127.0.0.1", 9, 1, 0, 1 },
        { "unknown issuer", "DNS:named.test", "named.test", 9, 0, 0, 0 },
        { "another name", "DNS:other.test", "named.test", 9, 1, 0, 0 },
        { "expired", "DNS:named.test", "named.test", -1, 1, 0, 0 },
        { "TLS 1.2", "DNS:named.test", "named.test", 9, 1, TLS1_2_VERSION, 1 },
        { "TLS 1.1", "DNS:named.test", "named.test", 9, 1, TLS1_1_VERSION, 0 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        server_t *s = apr_pcalloc(p, sizeof(*s));
        certificate_t certificate;
        ga2_http_settings_t settings = { 0 };
        ga2_http_request_t request = { .private_ok = 1, .settings = &settings };
        ga2_http_reply_t reply;
        ga2_error_t *err;

        certificate_make(&certificate, rows[i].names, rows[i].days);
        if (rows[i].max_version == TLS1_1_VERSION)
            SSL_CTX_set_security_level(certificate.context, 0);
        SSL_CTX_set_min_proto_version(certificate.context, 0);
        SSL_CTX_set_max_proto_version(certificate.context, rows[i].max_version);
        *s = (server_t){ .answer = say, .text = HELLO, .tls = certificate.context };
        server_start(s);
        settings.ca_file = rows[i].trusted ? certificate.file : NULL;
        request.url = apr_psprintf(p, "https://%s:%d/", rows[i].host, s->port);
        err = ga2_http_send(&reply, ga2_http_curl(), &request, p);
        T_ROW(rows[i].good ? !err : err && err->code == GA2_E_HTTP_UNREACHABLE, rows[i].row);
        T_ROW(s->requests == rows[i].good, rows[i].row);
        server_stop(s);
        certificate_drop(&certificate);
    }
}

static void trust_is_not_carried_over(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = apr_pcalloc(p, sizeof(*s));
    certificate_t certificate;
    ga2_http_settings_t settings = { .ca_file = certificate.file };
    ga2_http_request_t request = { .private_ok = 1, .settings = &settings };
    ga2_http_reply_t reply;

    certificate_make(&certificate, "DNS:named.test", 9);
    *s = (server_t){ .answer = say, .text = HELLO, .tls = certificate.context };
    server_start(s);
    request.url = apr_psprintf(p, "https://named.test:%d/", s->port);
    T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
    T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
    assert_int_equal(s->connections, 1);
    request.settings = NULL;                /* the same server, seen by a provider that does not trust it */
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    assert_int_equal(s->requests, 2);
    request.settings = &settings;
    request.private_ok = 0;
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    assert_int_equal(s->requests, 2);
    server_stop(s);
    certificate_drop(&certificate);
}

static const struct CMUnitTest cases[] = {
    T("proxies and .netrc of the environment are ignored", environment_is_ignored),
    T("a configured proxy is used, and sees none of our headers", proxy_is_the_configured_one),
    T("only https, or http to this machine, is asked", urls_that_are_refused),
    T("private addresses are refused, also on a kept connection", private_addresses),
    T("http does not leave the machine, whatever its name resolves to", plain_http_stays_on_this_machine),
    T("TLS is verified and 1.2 at least", tls_is_verified),
    T("a connection that one provider trusts is not another's", trust_is_not_carried_over),
};

CURL_MAIN("curl: trust", cases)
