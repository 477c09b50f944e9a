/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "base/rand.h"
#include <sys/wait.h>
#include <unistd.h>

static void fills_exactly(void **state)
{
    unsigned char buffer[40];
    unsigned char seen = 0;

    memset(buffer, 0, sizeof(buffer));
    for (int i = 0; i < 64; i++) {          /* a byte that stays 0 in 64 draws is one that is not filled */
        T_OK(ga2_random(buffer + 4, 32, *state));
        for (int k = 4; k < 36; k++)
            seen |= (unsigned char)(buffer[k] != 0);
    }
    assert_int_equal(seen, 1);
    assert_memory_equal(buffer, "\0\0\0\0", 4);
    assert_memory_equal(buffer + 36, "\0\0\0\0", 4);
    T_OK(ga2_random(buffer, 0, *state));
}

static void does_not_repeat(void **state)
{
    unsigned char draws[256][16];

    for (int i = 0; i < 256; i++) {
        T_OK(ga2_random(draws[i], 16, *state));
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(draws[i], draws[k], 16);
    }
}

/* A child must not draw what its parent draws. */
static void differs_after_fork(void **state)
{
    unsigned char ours[16], theirs[16];
    int ends[2], status;
    pid_t child;

    T_OK(ga2_random(ours, 16, *state));
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        int ok = !ga2_random(theirs, 16, *state) && write(ends[1], theirs, 16) == 16;
        _exit(ok ? 0 : 1);
    }
    T_OK(ga2_random(ours, 16, *state));
    assert_int_equal(read(ends[0], theirs, 16), 16);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_memory_not_equal(ours, theirs, 16);
    close(ends[0]);
    close(ends[1]);
}

/* 2^32 would be no bytes at all once it is cut to an int; the buffer is never touched. */
static void refuses_more_than_openssl_counts(void **state)
{
    unsigned char buffer[1];

    T_FAILS(ga2_random(buffer, (apr_size_t)1 << 32, *state), RANDOM);
    T_FAILS(ga2_random(buffer, (apr_size_t)1 << 31, *state), RANDOM);
}

static const struct CMUnitTest cases[] = {
    T("exactly the bytes asked for are filled", fills_exactly),
    T("no draw comes twice", does_not_repeat),
    T("a forked child draws other bytes", differs_after_fork),
    T("a length that OpenSSL cannot count is refused", refuses_more_than_openssl_counts),
};

T_MAIN("rand", cases)
