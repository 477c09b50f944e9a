/* SPDX-License-Identifier: Apache-2.0
 * Requests and answers of the real client. */
#include "curl_server.h"

static void get_is_complete(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, "HTTP/1.1 401 No\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n"
                        "Cache-Control: public, max-age=600\r\nRetry-After: 7\r\n"
                        "WWW-Authenticate: Basic realm=\"x\"\r\n"
                        "www-authenticate: Bearer error=\"invalid_token\"\r\n\r\n{}", p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(reply.status, 401);
    assert_string_equal(reply.content_type, "application/json");
    assert_int_equal(reply.body.len, 2);
    assert_string_equal((const char *)reply.body.data, "{}");
    assert_int_equal(reply.max_age, 600);
    assert_int_equal(reply.retry_after, 7);
    assert_string_equal(reply.www_authenticate, "Basic realm=\"x\", Bearer error=\"invalid_token\"");
    assert_true(reply.peer_is_private);
    assert_true(ga2_text_begins(s->last, "GET /path?query=secret HTTP/1.1\r\n"));
    assert_non_null(strstr(s->last, "\r\nAccept: application/json\r\n"));
    assert_non_null(strstr(s->last, "\r\nAccept-Encoding: identity\r\n"));
    assert_non_null(strstr(s->last, "\r\nUser-Agent: mod_goauth2/"));
    assert_null(strstr(s->last, "Authorization"));
    server_stop(s);
}

static void silence_about_headers(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, "HTTP/1.1 204 Nothing\r\n\r\n", p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(reply.status, 204);
    assert_string_equal(reply.content_type, "");
    assert_int_equal(reply.body.len, 0);
    assert_non_null(reply.body.data);
    assert_int_equal(reply.max_age, -1);
    assert_int_equal(reply.retry_after, -1);
    assert_null(reply.www_authenticate);
    server_stop(s);
}

static void post_sends_the_form(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    ga2_http_request_t request = {
        .url = url_of(s, "/token", p), .private_ok = 1, .form = ga2_secret_of("grant_type=x&code=y", p),
        .basic_user = "me", .basic_password = ga2_secret_of("pass%3Aword", p), .accept = "text/plain" };
    ga2_http_reply_t reply;

    T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
    assert_true(ga2_text_begins(s->last, "POST /token HTTP/1.1\r\n"));
    assert_non_null(strstr(s->last, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    assert_non_null(strstr(s->last, "\r\nContent-Length: 19\r\n"));
    assert_non_null(strstr(s->last, "\r\nAuthorization: Basic bWU6cGFzcyUzQXdvcmQ=\r\n"));
    assert_non_null(strstr(s->last, "\r\nAccept: text/plain\r\n"));
    assert_non_null(strstr(s->last, "\r\n\r\ngrant_type=x&code=y"));
    assert_null(strstr(s->last, "Expect"));
    server_stop(s);
}

static void bearer_is_one_header(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    ga2_http_request_t request = { .url = url_of(s, "/me", p), .private_ok = 1, .bearer = ga2_secret_of("a.b-c", p) };
    ga2_http_reply_t reply;

    T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
    assert_non_null(strstr(s->last, "\r\nAuthorization: Bearer a.b-c\r\n"));
    request.bearer = ga2_secret_of("a\r\nX-Other: b", p);
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), CONFIG);
    assert_int_equal(s->requests, 1);
    server_stop(s);
}

static void redirects_are_answers(void **state)
{
    apr_pool_t *p = *state;
    server_t *other = serve(say, HELLO, p);
    server_t *s = serve(say, apr_psprintf(p, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n"
                                          "Content-Length: 0\r\n\r\n", other->port), p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(reply.status, 302);
    T_OK(ask(&reply, s, ga2_secret_of("code=y", p), p));
    assert_int_equal(reply.status, 302);
    assert_int_equal(other->connections, 0);
    server_stop(s);
    server_stop(other);
}

static void cookies_are_forgotten(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HEAD "Content-Length: 2\r\nSet-Cookie: a=b; Path=/\r\n\r\n{}", p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(s->requests, 2);
    assert_null(strstr(s->last, "Cookie"));
    server_stop(s);
}

static void bad_replies(void **state)
{
    apr_pool_t *p = *state;
    static const struct { const char *row, *text; ga2_code_t code; } rows[] = {
        { "shorter than it says", HEAD "Content-Length: 99\r\n\r\n{}", GA2_E_HTTP_LOST },
        { "a chunk is cut", HEAD "Transfer-Encoding: chunked\r\n\r\n50\r\n{}", GA2_E_HTTP_LOST },
        { "the last chunk is missing", HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", GA2_E_HTTP_LOST },
        { "headers are cut", "HTTP/1.1 200 OK\r\nContent-Ty", GA2_E_HTTP_LOST },
        { "nothing", "", GA2_E_HTTP_LOST },
        { "gzip", HEAD "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", GA2_E_HTTP_ANSWER },
        { "some codings", HEAD "content-encoding: identity, br\r\nContent-Length: 2\r\n\r\n{}", GA2_E_HTTP_ANSWER },
        { "gzip as transfer coding", HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", GA2_E_HTTP_ANSWER },
        { "HTTP/0.9", "{\"a\":1}\n", GA2_E_HTTP_ANSWER },
        { "a length that is none", HEAD "Content-Length: -5\r\n\r\n{}", GA2_E_HTTP_ANSWER },
        { "announced as too large", HEAD "Content-Length: 1048577\r\n\r\n{", GA2_E_HTTP_ANSWER },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        server_t *s = serve(say_and_close, rows[i].text, p);
        ga2_http_reply_t reply;
        ga2_error_t *err = ask(&reply, s, NULL, p);
        T_ROW(err && err->code == rows[i].code, rows[i].row);
        T_ROW(!strstr(ga2_error_chain(err, p), "secret"), rows[i].row);
        T_ROW(s->requests == 1, rows[i].row);
        server_stop(s);
    }
}

static void endings_that_are_fine(void **state)
{
    apr_pool_t *p = *state;
    static const struct { const char *row, *text; apr_size_t len; } rows[] = {
        { "identity", HEAD "Content-Encoding: Identity\r\nContent-Length: 2\r\n\r\n{}", 2 },
        { "chunks", HEAD "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 2 },
        { "the connection's end", HEAD "\r\n{\"a\":", 5 },
        { "a hundred hints", "HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\n\r\n" HELLO, 2 },
        { "trailers", HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Encoding: gzip\r\n\r\n", 2 },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        server_t *s = serve(say_and_close, rows[i].text, p);
        ga2_http_reply_t reply;
        T_OK(ask(&reply, s, NULL, p));
        T_ROW(reply.body.len == rows[i].len && !strcmp(reply.content_type, "application/json"), rows[i].row);
        server_stop(s);
    }
}

static void endless_replies(void **state)
{
    apr_pool_t *p = *state;
    static const struct { const char *row; int (*answer)(server_t *, connection_t *, int); } rows[] = {
        { "body", endless_body },
        { "headers", endless_headers },
        { "header line", endless_line },
        { "1xx replies", endless_informational },
        { "trailers", endless_trailers },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        server_t *s = serve(rows[i].answer, NULL, p);
        ga2_http_reply_t reply;
        ga2_error_t *err = ask(&reply, s, NULL, p);
        T_ROW(err && err->code == GA2_E_HTTP_ANSWER, rows[i].row);
        server_stop(s);
    }
}

static void body_limit_is_the_requests(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say_and_close, HEAD "\r\n0123456789", p);
    ga2_http_request_t request = { .url = url_of(s, "/", p), .private_ok = 1, .limit = 10 };
    ga2_http_reply_t reply;

    T_OK(ga2_http_send(&reply, ga2_http_curl(), &request, p));
    request.limit = 9;
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_ANSWER);
    server_stop(s);
}

static void slow_servers(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(keep_silent, NULL, p);
    int port, listener = server_listen(&port, 0), held[4];
    ga2_http_request_t request = { .url = url_of(s, "/", p), .private_ok = 1, .settings = &brief };
    ga2_http_reply_t reply;
    struct timespec then;

    clock_gettime(CLOCK_MONOTONIC, &then);
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_LOST);
    assert_int_equal(s->requests, 1);
    assert_in_range(milliseconds_since(&then), 300, 1500);
    server_stop(s);

    for (int i = 0; i < 4; i++) {           /* a backlog that is full: nobody completes a connection */
        struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        held[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(held[i], (struct sockaddr *)&at, sizeof(at));
    }
    request.url = apr_psprintf(p, "http://127.0.0.1:%d/", port);
    request.settings = &patient;
    clock_gettime(CLOCK_MONOTONIC, &then);
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    assert_in_range(milliseconds_since(&then), 100, 1000);
    for (int i = 0; i < 4; i++)
        close(held[i]);
    close(listener);

    request.url = "https://slow.test/";
    clock_gettime(CLOCK_MONOTONIC, &then);
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    assert_in_range(milliseconds_since(&then), 100, 1000);
}

typedef struct told { ga2_waiting_t base; int ticks; } told_t;

static void count_tick(ga2_waiting_t *self) { ((told_t *)self)->ticks++; }

/* Also when nothing moves. */
static void while_it_waits(void **state)
{
    apr_pool_t *p = *state;
    static const ga2_http_settings_t settings = { .timeout = 3500000, .connect_timeout = 3000000 };
    server_t *s = serve(keep_silent, NULL, p);
    told_t told = { { count_tick }, 0 };
    ga2_http_request_t request = { .url = url_of(s, "/", p), .private_ok = 1, .settings = &settings,
                                   .waiting = &told.base };
    ga2_http_reply_t reply;
    int ticks;

    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_LOST);
    assert_true(told.ticks >= 3);
    ticks = told.ticks;
    request.waiting = NULL;
    request.settings = &brief;
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_LOST);    /* on the same handle */
    assert_int_equal(told.ticks, ticks);
    server_stop(s);
}

static void nobody_there(void **state)
{
    apr_pool_t *p = *state;
    int port, listener = server_listen(&port, 1);
    ga2_http_request_t request = { .url = apr_psprintf(p, "http://127.0.0.1:%d/", port), .private_ok = 1 };
    ga2_http_reply_t reply;

    close(listener);
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
    request.url = "https://absent.test/";
    T_FAILS(ga2_http_send(&reply, ga2_http_curl(), &request, p), HTTP_UNREACHABLE);
}

static const struct CMUnitTest cases[] = {
    T("a GET gives status, type, body and the headers that matter", get_is_complete),
    T("headers that are not there are not said", silence_about_headers),
    T("a POST sends its form and basic credentials", post_sends_the_form),
    T("a bearer token cannot end its header", bearer_is_one_header),
    T("a redirect is an answer and is not followed", redirects_are_answers),
    T("a cookie is not kept", cookies_are_forgotten),
    T("cut, compressed and malformed replies are told apart", bad_replies),
    T("every good way to end a body is understood", endings_that_are_fine),
    T("endless replies are cut off", endless_replies),
    T("the body's limit is the request's", body_limit_is_the_requests),
    T("a server or a name server that hangs is left in time", slow_servers),
    T("who waits is told so about once a second", while_it_waits),
    T("a closed port or an unknown name is unreachable", nobody_there),
};

CURL_MAIN("curl", cases)
