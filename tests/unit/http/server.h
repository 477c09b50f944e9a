/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GA2_TESTS_HTTP_SERVER_H
#define GA2_TESTS_HTTP_SERVER_H
/* A small server on a loopback port, in a thread: it reads whole requests, counts them, and lets the test's function
 * answer each. With a TLS context it speaks TLS. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVER_CONNECTIONS = 8, SERVER_REQUEST = 16384 };

typedef struct connection { int fd; SSL *tls; } connection_t;

typedef struct server {
    /* Answers request n (from 1, over all connections). 1 keeps the connection open. */
    int (*answer)(struct server *s, connection_t *c, int n);
    const char *text;                   /* for answers that say always the same */
    SSL_CTX *tls;
    int listener, port, stop[2];
    pthread_t thread;
    atomic_int connections, requests;
    char last[SERVER_REQUEST];          /* the latest request; read it when the reply is there */
} server_t;

static inline ssize_t server_read(connection_t *c, char *to, size_t room)
{
    return c->tls ? SSL_read(c->tls, to, (int)room) : read(c->fd, to, room);
}

static inline int server_write(connection_t *c, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = c->tls ? SSL_write(c->tls, bytes, (int)len) : send(c->fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return 0;
        bytes += n;
        len -= (size_t)n;
    }
    return 1;
}

static inline int server_say(connection_t *c, const char *text) { return server_write(c, text, strlen(text)); }

/* One request with its body. 0: the client went away. */
static inline int server_request(server_t *s, connection_t *c)
{
    char buf[SERVER_REQUEST];
    size_t have = 0;

    for (;;) {
        ssize_t n = server_read(c, buf + have, sizeof(buf) - 1 - have);
        char *end, *length;
        if (n <= 0)
            return 0;
        have += (size_t)n;
        buf[have] = 0;
        end = strstr(buf, "\r\n\r\n");
        length = strstr(buf, "Content-Length: ");
        if (end && have >= (size_t)(end + 4 - buf) + (length ? strtoul(length + 16, NULL, 10) : 0))
            break;
    }
    memcpy(s->last, buf, have + 1);
    return 1;
}

static inline void server_close(connection_t *c)
{
    if (c->tls) {
        SSL_shutdown(c->tls);
        SSL_free(c->tls);
    }
    close(c->fd);
    *c = (connection_t){ -1, NULL };
}

static inline void server_accept(server_t *s, connection_t *c)
{
    c->fd = accept(s->listener, NULL, NULL);
    s->connections++;
    if (!s->tls)
        return;
    c->tls = SSL_new(s->tls);
    SSL_set_fd(c->tls, c->fd);
    if (SSL_accept(c->tls) != 1)
        server_close(c);
}

static inline void *server_run(void *self)
{
    server_t *s = self;
    connection_t open[SERVER_CONNECTIONS];

    for (int i = 0; i < SERVER_CONNECTIONS; i++)
        open[i] = (connection_t){ -1, NULL };
    for (;;) {
        struct pollfd fds[SERVER_CONNECTIONS + 2] = { { s->stop[0], POLLIN, 0 }, { s->listener, POLLIN, 0 } };
        for (int i = 0; i < SERVER_CONNECTIONS; i++)
            fds[i + 2] = (struct pollfd){ open[i].fd, POLLIN, 0 };
        poll(fds, SERVER_CONNECTIONS + 2, -1);
        if (fds[0].revents)
            break;
        for (int i = 0; i < SERVER_CONNECTIONS; i++)
            if (open[i].fd >= 0 && fds[i + 2].revents
                && (!server_request(s, &open[i]) || !s->answer(s, &open[i], ++s->requests)))
                server_close(&open[i]);
        for (int i = 0; fds[1].revents && i < SERVER_CONNECTIONS; i++)
            if (open[i].fd < 0) {
                server_accept(s, &open[i]);
                break;
            }
    }
    for (int i = 0; i < SERVER_CONNECTIONS; i++)
        if (open[i].fd >= 0)
            server_close(&open[i]);
    return NULL;
}

static inline int server_listen(int *port, int backlog)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, backlog)
        || getsockname(fd, (struct sockaddr *)&at, &len))
        abort();
    *port = ntohs(at.sin_port);
    return fd;
}

static inline void server_start(server_t *s)
{
    s->listener = server_listen(&s->port, 16);
    if (pipe(s->stop) || pthread_create(&s->thread, NULL, server_run, s))
        abort();
}

static inline void server_stop(server_t *s)
{
    if (write(s->stop[1], "x", 1) != 1)
        abort();
    pthread_join(s->thread, NULL);
    close(s->listener);
    close(s->stop[0]);
    close(s->stop[1]);
}
#endif
