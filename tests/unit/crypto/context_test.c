/* SPDX-License-Identifier: Apache-2.0 */
#include "../t.h"
#include "crypto/context.h"
#include "crypto/digest.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned char abc_start[4] = { 0xba, 0x78, 0x16, 0xbf };

static int digest_works(void)
{
    unsigned char digest[GA2_SHA256_LEN];

    ga2_sha256(digest, ga2_bytes_of("abc"));
    return memcmp(digest, abc_start, sizeof(abc_start)) == 0;
}

static void starts_again_after_it_was_undone(void **state)
{
    for (int round = 0; round < 3; round++) {
        apr_pool_t *p;
        apr_pool_create(&p, *state);
        ga2_crypto_start(p);
        assert_true(digest_works());
        apr_pool_destroy(p);
        assert_null(ga2_crypto()->sha256);
    }
}

static void lives_as_long_as_one_pool_wants_it(void **state)
{
    const ga2_crypto_thread_t *contexts;
    apr_pool_t *first, *second;

    apr_pool_create(&first, *state);
    apr_pool_create(&second, *state);
    ga2_crypto_start(first);
    contexts = ga2_crypto_thread();
    ga2_crypto_start(second);
    ga2_crypto_start(second);
    assert_ptr_equal(ga2_crypto_thread(), contexts);
    apr_pool_destroy(first);
    assert_true(digest_works());
    apr_pool_destroy(second);
    assert_null(ga2_crypto()->sha256);
}

static void *one_thread(void *unused)
{
    (void)unused;
    return digest_works() ? ga2_crypto_thread() : NULL;
}

static void gives_each_thread_contexts_of_its_own(void **state)
{
    const ga2_crypto_thread_t *mine;
    pthread_t threads[8];

    ga2_crypto_start(*state);
    mine = ga2_crypto_thread();
    assert_ptr_equal(mine, ga2_crypto_thread());
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, one_thread, NULL), 0);
    for (int i = 0; i < 8; i++) {
        void *theirs;
        assert_int_equal(pthread_join(threads[i], &theirs), 0);
        assert_non_null(theirs);
        assert_ptr_not_equal(mine, theirs);
    }
}

static int child_says(void (*run)(void))
{
    pid_t child = fork();
    int status = -1;

    if (child == 0) {
        run();
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void exit_well_if_digest_works(void) { _exit(digest_works() ? 0 : 1); }

static void works_in_a_forked_child_too(void **state)
{
    ga2_crypto_start(*state);
    assert_true(digest_works());
    assert_int_equal(child_says(exit_well_if_digest_works), 0);
    assert_true(digest_works());
}

static void ask_for_sha_1(void)
{
    unsigned char digest[64];

    (void)!freopen("/dev/null", "w", stderr);
    signal(SIGABRT, SIG_DFL);
    ga2_sha2(digest, 1, ga2_bytes_of("abc"));
}

static void a_failure_that_cannot_be_ends_the_process(void **state)
{
    int status;

    ga2_crypto_start(*state);
    status = child_says(ask_for_sha_1);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static const struct CMUnitTest cases[] = {
    T("crypto starts again after it was undone", starts_again_after_it_was_undone),
    T("crypto lives as long as one pool wants it", lives_as_long_as_one_pool_wants_it),
    T("each thread has contexts of its own", gives_each_thread_contexts_of_its_own),
    T("contexts work in a forked child, too", works_in_a_forked_child_too),
    T("a failure that cannot be ends the process", a_failure_that_cannot_be_ends_the_process),
};
T_MAIN("crypto/context", cases)
