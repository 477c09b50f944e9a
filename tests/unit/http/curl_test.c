/* SPDX-License-Identifier: Apache-2.0
 * The real client against small servers on loopback ports. */
#include "t.h"
#include "base/text.h"
#include "certificate.h"
#include "http/client.h"
#include "server.h"
#include <apr_strings.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/wait.h>
#include <time.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
#define HELLO HEAD "Content-Length: 2\r\n\r\n{}"

/* ---- names that resolve as the tests want: libcurl finds this function before the C library's ---- */

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    int is_slow = strcmp(node, "slow.test") == 0;
    const char *address = strcmp(node, "elsewhere.test") == 0 ? "192.0.2.1" : "127.0.0.1";
    struct addrinfo *info;
    struct sockaddr_in *in;

    (void)hints;
    if (is_slow)
        sleep(3);
    if (is_slow || strcmp(node, "absent.test") == 0)
        return EAI_NONAME;
    info = calloc(1, sizeof(*info) + sizeof(*in));
    in = (struct sockaddr_in *)(void *)(info + 1);
    in->sin_family = AF_INET;
    in->sin_port = htons((unsigned short)strtoul(service, NULL, 10));
    inet_pton(AF_INET, address, &in->sin_addr);
    *info = (struct addrinfo){ 0, AF_INET, SOCK_STREAM, IPPROTO_TCP, sizeof(*in), (struct sockaddr *)in, NULL, NULL };
    *out = info;
    return 0;
}

void freeaddrinfo(struct addrinfo *info) { free(info); }

/* ---- answers ---- */

static int say(server_t *s, connection_t *c, int n)
{
    (void)n;
    return server_say(c, s->text);
}

static int say_and_close(server_t *s, connection_t *c, int n)
{
    (void)n;
    (void)server_say(c, s->text);
    return 0;
}

static int close_silently(server_t *s, connection_t *c, int n)
{
    (void)s, (void)c, (void)n;
    return 0;
}

/* Answers all but the second request, whose connection it closes: a kept connection that dies under a request. */
static int drop_the_second(server_t *s, connection_t *c, int n)
{
    return n == 2 ? 0 : say(s, c, n);
}

static int keep_silent(server_t *s, connection_t *c, int n)
{
    (void)s, (void)c, (void)n;
    return 1;
}

static int endless(connection_t *c, const char *head, const char *piece)
{
    if (!server_say(c, head))
        return 0;
    for (int i = 0; i < 1000000; i++)
        if (!server_say(c, piece))
            return 0;
    return 0;
}

static int endless_body(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD "\r\n", "0123456789012345678901234567890123456789");
}

static int endless_headers(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD, "X-More: 0123456789012345678901234567890123456789\r\n");
}

static int endless_line(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD "X-Long: ", "0123456789012345678901234567890123456789");
}

static int endless_informational(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
}

static int endless_trailers(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "X-More: 0123456789012345678901\r\n");
}

/* ---- asking ---- */

static const ga2_http_settings_t brief = { .timeout = 400000, .connect_timeout = 200000 };
static const ga2_http_settings_t patient = { .timeout = 9000000, .connect_timeout = 200000 };

static const char *url_of(const server_t *s, const char *path, apr_pool_t *p)
{
    return apr_psprintf(p, "%s://127.0.0.1:%d%s", s->tls ? "https" : "http", s->port, path);
}

static ga2_error_t *ask(ga2_http_reply_t *reply, const server_t *s, const ga2_secret_t *form, apr_pool_t *p)
{
    ga2_http_request_t request = { .url = url_of(s, "/path?query=secret", p), .private_ok = 1, .form = form };

    return ga2_http_send(reply, ga2_http_curl(), &request, p);
}

static long milliseconds_since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static server_t *serve(int (*answer)(server_t *, connection_t *, int), const char *text, apr_pool_t *p)
{
    server_t *s = apr_pcalloc(p, sizeof(*s));

    s->answer = answer;
    s->text = text;
    server_start(s);
    return s;
}

/* ---- cases ---- */

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

static void received_and_dropped(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(close_silently, NULL, p);
    ga2_http_reply_t reply;

    T_FAILS(ask(&reply, s, ga2_secret_of("code=y", p), p), HTTP_LOST);
    assert_int_equal(s->requests, 1);
    server_stop(s);
}

static void connections_are_kept(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    ga2_http_reply_t reply;

    for (int i = 0; i < 3; i++)
        T_OK(ask(&reply, s, i == 1 ? ga2_secret_of("code=y", p) : NULL, p));
    assert_int_equal(s->requests, 3);
    assert_int_equal(s->connections, 1);
    server_stop(s);
}

static void post_is_never_sent_twice(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(drop_the_second, HELLO, p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    T_FAILS(ask(&reply, s, ga2_secret_of("code=y", p), p), HTTP_LOST);
    assert_int_equal(s->requests, 2);       /* the server had it, once */
    T_OK(ask(&reply, s, ga2_secret_of("code=z", p), p));
    server_stop(s);
}

static void get_may_be_sent_again(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(drop_the_second, HELLO, p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(s->requests, 3);
    assert_int_equal(s->connections, 2);
    server_stop(s);
}

static void post_takes_no_old_connection(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    ga2_http_reply_t reply;

    T_OK(ask(&reply, s, NULL, p));
    usleep(2100000);
    T_OK(ask(&reply, s, ga2_secret_of("code=y", p), p));
    assert_int_equal(s->connections, 2);
    server_stop(s);
}

static void closed_while_idle(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say_and_close, HELLO, p);
    ga2_http_reply_t reply;

    for (int i = 0; i < 3; i++) {
        T_OK(ask(&reply, s, ga2_secret_of("code=y", p), p));
        usleep(50000);                      /* until the end has arrived */
    }
    assert_int_equal(s->requests, 3);
    server_stop(s);
}

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

static void fork_takes_new_connections(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    ga2_http_reply_t reply;
    int status = 1;
    pid_t child;

    T_OK(ask(&reply, s, NULL, p));
    child = fork();
    if (child == 0)
        _exit(ask(&reply, s, NULL, p) || ask(&reply, s, NULL, p));
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(s->connections, 2);    /* the child's own */
    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(s->connections, 2);    /* the parent's is whole */
    server_stop(s);
}

static void *ask_often(void *server)
{
    apr_pool_t *p;
    ga2_http_reply_t reply;
    long bad = 0;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < 20; i++)
        bad += ask(&reply, server, i & 1 ? ga2_secret_of("code=y", p) : NULL, p) != NULL;
    apr_pool_destroy(p);
    return (void *)bad;
}

static void threads_have_their_own(void **state)
{
    server_t *s = serve(say, HELLO, *state);
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, s), 0);
    for (int i = 0; i < 4; i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        assert_null(bad);
    }
    assert_int_equal(s->requests, 80);
    assert_int_equal(s->connections, 4);
    server_stop(s);
}

static void sockets_do_not_reach_programs(void **state)
{
    apr_pool_t *p = *state;
    server_t *s = serve(say, HELLO, p);
    ga2_http_reply_t reply;
    struct sockaddr_in peer;

    T_OK(ask(&reply, s, NULL, p));
    for (int fd = 0; fd < 256; fd++) {
        socklen_t len = sizeof(peer);
        if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 && ntohs(peer.sin_port) == s->port)
            assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    }
    server_stop(s);
}

static void start_and_stop(void **state)
{
    apr_pool_t *p = *state, *again;
    server_t *s = serve(say, HELLO, p);
    ga2_http_reply_t reply;

    for (int i = 0; i < 2; i++) {
        apr_pool_create(&again, p);
        T_OK(ga2_http_curl_start(again));
        T_OK(ask(&reply, s, NULL, p));
        apr_pool_destroy(again);
    }
    T_OK(ask(&reply, s, NULL, p));
    assert_int_equal(s->connections, 1);
    server_stop(s);
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
    T("a request that was received and dropped is lost", received_and_dropped),
    T("a connection is used again", connections_are_kept),
    T("a POST that the server received is never sent again", post_is_never_sent_twice),
    T("a GET on a dead kept connection is sent again", get_may_be_sent_again),
    T("a POST takes no connection that was idle for two seconds", post_takes_no_old_connection),
    T("a connection that was closed while idle is seen as such", closed_while_idle),
    T("proxies and .netrc of the environment are ignored", environment_is_ignored),
    T("a configured proxy is used, and sees none of our headers", proxy_is_the_configured_one),
    T("only https, or http to this machine, is asked", urls_that_are_refused),
    T("private addresses are refused, also on a kept connection", private_addresses),
    T("http does not leave the machine, whatever its name resolves to", plain_http_stays_on_this_machine),
    T("TLS is verified and 1.2 at least", tls_is_verified),
    T("a connection that one provider trusts is not another's", trust_is_not_carried_over),
    T("a forked child has connections of its own", fork_takes_new_connections),
    T("threads have connections of their own", threads_have_their_own),
    T("sockets are closed on exec", sockets_do_not_reach_programs),
    T("starting twice and stopping once leaves it running", start_and_stop),
};

/* As T_MAIN, within the life of the client. */
int main(void)
{
    apr_pool_t *p;
    int bad;

    apr_initialize();
    apr_pool_create(&p, NULL);
    bad = ga2_http_curl_start(p) != NULL || cmocka_run_group_tests_name("curl", cases, NULL, NULL);
    apr_pool_destroy(p);
    apr_terminate();
    return bad;
}
