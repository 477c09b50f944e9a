/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "http/handle.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static CURL *handle(apr_pool_t *p)
{
    CURL *easy = NULL;

    return ga2_http_handle(&easy, p) ? NULL : easy;
}

static void *handle_of_thread(void *unused)
{
    apr_pool_t *p;
    CURL *easy;

    (void)unused;
    apr_pool_create(&p, NULL);
    easy = handle(p) == handle(p) ? handle(p) : NULL;
    apr_pool_destroy(p);
    return easy;
}

static void one_for_a_thread(void **state)
{
    apr_pool_t *p = *state;
    CURL *mine;

    T_OK(ga2_http_handles_start(p));
    mine = handle(p);
    assert_non_null(mine);
    assert_ptr_equal(handle(p), mine);
    for (int i = 0; i < 20; i++) {
        pthread_t thread;
        void *theirs;
        assert_int_equal(pthread_create(&thread, NULL, handle_of_thread, NULL), 0);
        pthread_join(thread, &theirs);
        assert_non_null(theirs);
        assert_ptr_not_equal(theirs, mine);
    }
}

static void one_for_a_process(void **state)
{
    apr_pool_t *p = *state;
    int status = 1;
    CURL *mine;
    pid_t child;

    T_OK(ga2_http_handles_start(p));
    mine = handle(p);
    child = fork();
    if (child == 0)
        _exit(!handle(p) || handle(p) == mine);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_ptr_equal(handle(p), mine);
}

static void counted(void **state)
{
    apr_pool_t *p = *state, *first, *second;
    CURL *mine;

    for (int i = 0; i < 3; i++) {
        apr_pool_create(&first, p);
        apr_pool_create(&second, p);
        T_OK(ga2_http_handles_start(first));
        T_OK(ga2_http_handles_start(second));
        mine = handle(p);
        apr_pool_destroy(first);
        assert_ptr_equal(handle(p), mine);
        apr_pool_destroy(second);
    }
}

static void broken_pipes(void **state)
{
    struct sigaction now;

    signal(SIGPIPE, SIG_DFL);
    T_OK(ga2_http_handles_start(*state));
    assert_int_equal(sigaction(SIGPIPE, NULL, &now), 0);
    assert_ptr_equal(now.sa_handler, SIG_IGN);
}

static const struct CMUnitTest cases[] = {
    T("a thread has one handle, its own", one_for_a_thread),
    T("a forked child leaves the parent's handle alone", one_for_a_process),
    T("the last stop is the end, and a new start a new beginning", counted),
    T("a connection that the server ended does not end the process", broken_pipes),
};
T_MAIN("handle", cases)
