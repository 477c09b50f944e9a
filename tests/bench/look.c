/* SPDX-License-Identifier: Apache-2.0
 * look STORE KEY_FILE COUNT: reads session cookies from standard input, a line each, and looks sessions up as a
 * request does, COUNT times in all, taking the cookies in turn. Prints the nanoseconds of one; fails when one is not
 * there. */
#include "open.h"
#include <apr_strings.h>
#include <string.h>
#include <time.h>

enum { LINE_LEN = 256 };

static apr_array_header_t *read_cookies(apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 1024, sizeof(ga2_bytes_t));
    char line[LINE_LEN];

    while (fgets(line, sizeof line, stdin))
        APR_ARRAY_PUSH(all, ga2_bytes_t) = ga2_bytes_of(apr_pstrmemdup(p, line, strcspn(line, "\n")));
    return all;
}

static double nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* How many were there. */
static apr_int64_t look(const ga2_sessions_t *in, const apr_array_header_t *cookies, apr_int64_t count, apr_pool_t *p)
{
    apr_time_t now = apr_time_now();
    apr_int64_t found = 0;
    apr_pool_t *own;

    apr_pool_create(&own, p);
    for (apr_int64_t i = 0; i < count; i++) {
        ga2_session_t *s;
        bench_must(ga2_session_find(&s, in, APR_ARRAY_IDX(cookies, i % cookies->nelts, ga2_bytes_t), now, own), own);
        found += s != NULL;
        apr_pool_clear(own);
    }
    return found;
}

int main(int argc, const char *const *argv)
{
    apr_pool_t *p = bench_start(argc, argv);
    const apr_array_header_t *cookies;
    apr_int64_t count;
    ga2_sessions_t in;
    double began;

    if (argc != 4) {
        fprintf(stderr, "look STORE KEY_FILE COUNT <cookies\n");
        return 2;
    }
    count = apr_atoi64(argv[3]);
    cookies = read_cookies(p);
    in = bench_open(argv[1], argv[2], p);
    if (cookies->nelts == 0 || look(&in, cookies, cookies->nelts, p) != cookies->nelts) {
        fprintf(stderr, "a session is not there\n");
        return 1;
    }
    began = nanoseconds();
    (void)look(&in, cookies, count, p);
    printf("%.0f\n", (nanoseconds() - began) / (double)count);
    return 0;
}
