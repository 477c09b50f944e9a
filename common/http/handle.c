/* SPDX-License-Identifier: Apache-2.0 */
#include "http/handle.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct thread_handle {
    CURL *easy;
    pid_t pid;                      /* whose connections it holds */
    struct thread_handle *next;
} thread_handle_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* for the four below */
static int starts;
static pthread_key_t key;
static thread_handle_t *handles;    /* every thread's, so that the last stop can close them */

/* A handle that came through fork holds the parent's connections: a goodbye on them would end them for the parent,
 * so it is left alone. */
static void drop(thread_handle_t *h)
{
    if (h->pid == getpid())
        curl_easy_cleanup(h->easy);
    free(h);
}

/* A thread ends. What is no longer in the list was dropped by stop. */
static void thread_ended(void *ended)
{
    thread_handle_t **at, *found = NULL;

    pthread_mutex_lock(&lock);
    for (at = &handles; *at; at = &(*at)->next)
        if (*at == ended) {
            found = *at;
            *at = found->next;
            break;
        }
    pthread_mutex_unlock(&lock);
    if (found)
        drop(found);
}

static apr_status_t stop(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    if (--starts == 0) {
        pthread_key_delete(key);
        while (handles) {
            thread_handle_t *h = handles;
            handles = h->next;
            drop(h);
        }
        curl_global_cleanup();
    }
    pthread_mutex_unlock(&lock);
    return APR_SUCCESS;
}

/* Told not to touch signals, as threads require, libcurl writes to TLS connections without a guard: one that the
 * server has ended would end this process. httpd and libfcgi have done this long before. */
static void ignore_broken_pipes(void)
{
    struct sigaction now;

    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
        (void)signal(SIGPIPE, SIG_IGN);
}

ga2_error_t *ga2_http_handles_start(apr_pool_t *p)
{
    const char *wrong = NULL;

    ignore_broken_pipes();
    pthread_mutex_lock(&lock);
    if (starts == 0 && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        wrong = "libcurl cannot start";
    } else if (starts == 0 && pthread_key_create(&key, thread_ended)) {
        curl_global_cleanup();
        wrong = "no thread-specific key is left";
    } else {
        starts++;
    }
    pthread_mutex_unlock(&lock);
    if (wrong)
        return ga2_fail(p, CONFIG, NULL, "%s", wrong);
    apr_pool_cleanup_register(p, NULL, stop, apr_pool_cleanup_null);
    return NULL;
}

static thread_handle_t *make(void)
{
    thread_handle_t *h = calloc(1, sizeof(*h));

    if (!h)
        return NULL;
    h->pid = getpid();
    h->easy = curl_easy_init();
    if (!h->easy || pthread_setspecific(key, h)) {
        drop(h);                    /* cleanup of NULL is allowed */
        return NULL;
    }
    pthread_mutex_lock(&lock);
    h->next = handles;
    handles = h;
    pthread_mutex_unlock(&lock);
    return h;
}

ga2_error_t *ga2_http_handle(CURL **out, apr_pool_t *p)
{
    thread_handle_t *h = pthread_getspecific(key);

    if (!h || h->pid != getpid())
        h = make();
    if (!h)
        return ga2_fail(p, HTTP_UNREACHABLE, NULL, "libcurl has no memory for another thread");
    *out = h->easy;
    return NULL;
}
