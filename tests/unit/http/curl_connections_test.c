/* SPDX-License-Identifier: Apache-2.0
 * Connections of the real client: kept, broken, forked, shared by threads. */
#include "curl_server.h"

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
    T("a request that was received and dropped is lost", received_and_dropped),
    T("a connection is used again", connections_are_kept),
    T("a POST that the server received is never sent again", post_is_never_sent_twice),
    T("a GET on a dead kept connection is sent again", get_may_be_sent_again),
    T("a POST takes no connection that was idle for two seconds", post_takes_no_old_connection),
    T("a connection that was closed while idle is seen as such", closed_while_idle),
    T("a forked child has connections of its own", fork_takes_new_connections),
    T("threads have connections of their own", threads_have_their_own),
    T("sockets are closed on exec", sockets_do_not_reach_programs),
    T("starting twice and stopping once leaves it running", start_and_stop),
};

CURL_MAIN("curl: connections", cases)
