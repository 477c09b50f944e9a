/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TEST_CURL_SERVER_H
#define GA2_TEST_CURL_SERVER_H
/* The real client against small servers on loopback ports. */
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

static inline int say(server_t *s, connection_t *c, int n)
{
    (void)n;
    return server_say(c, s->text);
}

static inline int say_and_close(server_t *s, connection_t *c, int n)
{
    (void)n;
    (void)server_say(c, s->text);
    return 0;
}

static inline int close_silently(server_t *s, connection_t *c, int n)
{
    (void)s, (void)c, (void)n;
    return 0;
}

/* Answers all but the second request, whose connection it closes: a kept connection that dies under a request. */
static inline int drop_the_second(server_t *s, connection_t *c, int n)
{
    return n == 2 ? 0 : say(s, c, n);
}

static inline int keep_silent(server_t *s, connection_t *c, int n)
{
    (void)s, (void)c, (void)n;
    return 1;
}

static inline int endless(connection_t *c, const char *head, const char *piece)
{
    if (!server_say(c, head))
        return 0;
    for (int i = 0; i < 1000000; i++)
        if (!server_say(c, piece))
            return 0;
    return 0;
}

static inline int endless_body(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD "\r\n", "0123456789012345678901234567890123456789");
}

static inline int endless_headers(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD, "X-More: 0123456789012345678901234567890123456789\r\n");
}

static inline int endless_line(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD "X-Long: ", "0123456789012345678901234567890123456789");
}

static inline int endless_informational(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
}

static inline int endless_trailers(server_t *s, connection_t *c, int n)
{
    (void)s, (void)n;
    return endless(c, HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "X-More: 0123456789012345678901\r\n");
}

/* ---- asking ---- */

static const ga2_http_settings_t brief = { .timeout = 400000, .connect_timeout = 200000 };
static const ga2_http_settings_t patient = { .timeout = 9000000, .connect_timeout = 200000 };

static inline const char *url_of(const server_t *s, const char *path, apr_pool_t *p)
{
    return apr_psprintf(p, "%s://127.0.0.1:%d%s", s->tls ? "https" : "http", s->port, path);
}

static inline ga2_error_t *ask(ga2_http_reply_t *reply, const server_t *s, const ga2_secret_t *form, apr_pool_t *p)
{
    ga2_http_request_t request = { .url = url_of(s, "/path?query=secret", p), .private_ok = 1, .form = form };

    return ga2_http_send(reply, ga2_http_curl(), &request, p);
}

static inline long milliseconds_since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static inline server_t *serve(int (*answer)(server_t *, connection_t *, int), const char *text, apr_pool_t *p)
{
    server_t *s = apr_pcalloc(p, sizeof(*s));

    s->answer = answer;
    s->text = text;
    server_start(s);
    return s;
}

/* As T_MAIN, within the life of the client. */
#define CURL_MAIN(name, cases) \
    int main(void) \
    { \
        apr_pool_t *p; \
        int bad; \
        apr_initialize(); \
        apr_pool_create(&p, NULL); \
        bad = ga2_http_curl_start(p) != NULL || cmocka_run_group_tests_name(name, cases, NULL, NULL); \
        apr_pool_destroy(p); \
        apr_terminate(); \
        return bad; \
    }
#endif
