/* SPDX-License-Identifier: Apache-2.0
 * What only the LMDB backend promises: it outlives its processes, however they end, and being full. */
#include "t.h"
#include "base/rand.h"
#include "scratch.h"
#include <fcntl.h>
#include <signal.h>
#include <time.h>

static void reopening(void **state)
{
    apr_pool_t *p = *state, *life;
    const char *dir = folder_make(p);
    apr_uint64_t generation, before = 0;
    ga2_store_t *s;

    for (int i = 0; i < 3; i++) {
        apr_pool_create(&life, p);
        s = open_at(dir, "", life);
        assert_string_equal(get(s, "k", life), i ? "v" : "(absent)");
        T_OK(write_text(&generation, s, "k", "v", before, 1000, 1, life));
        assert_true(generation > before);
        before = generation;
        apr_pool_destroy(life);
    }
}

/* A store that is full says so, loses nothing, renews what it holds, lets people sign out, and takes new records once
 * old ones expire. */
static void full(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = open_at(folder_make(p), "?size=1m", p);
    char *value = apr_palloc(p, 2001);
    apr_uint64_t generation;
    ga2_error_t *err = NULL;
    int count = 0, removed;

    memset(value, 'v', 2000);
    value[2000] = 0;
    while (!err && ++count < 10000)
        err = write_text(&generation, s, apr_psprintf(p, "k%d", count), value, GA2_ABSENT, 100 + count, 1, p);
    assert_non_null(err);
    assert_string_equal(ga2_error_name(err->code), "STORE");
    assert_non_null(strstr(ga2_error_sentence(err, p), "?size="));
    assert_in_range(count, 100, 1000);
    for (int i = 1; i < count; i++)
        assert_string_equal(get(s, apr_psprintf(p, "k%d", i), p), value);
    for (int i = 1; i < count; i++)
        T_OK(write_text(&generation, s, apr_psprintf(p, "k%d", i), value, GA2_ANY, 200 + i, 1, p));
    T_FAILS(write_text(&generation, s, "new", value, GA2_ABSENT, 9000, 1, p), STORE);
    for (int i = 1; i < count; i += 2) {
        T_OK(ga2_store_remove(&removed, s, KEY(apr_psprintf(p, "k%d", i)), GA2_ANY, p));
        assert_int_equal(removed, 1);
    }
    for (int i = 0; i < 500; i++)           /* each ends before the fiftieth after it begins */
        T_OK(write_text(&generation, s, apr_psprintf(p, "n%d", i), value, GA2_ABSENT, 5050 + i, 5000 + i, p));
}

/* ---- many processes ---- */

static int write_and_read(const char *dir, int who)
{
    apr_pool_t *p;
    ga2_store_t *s;
    int bad = 0;

    apr_pool_create(&p, NULL);
    s = open_at(dir, "", p);
    for (int i = 0; s && i < 100; i++) {
        const char *key = apr_psprintf(p, "%d-%d", who, i);
        bad |= !put(s, key, key, p) || strcmp(get(s, key, p), key) != 0;
        key = apr_psprintf(p, "%d-%d", (who + 1) % 4, i);
        bad |= strcmp(get(s, key, p), "(absent)") != 0 && strcmp(get(s, key, p), key) != 0;
    }
    return bad || !s;
}

static void processes_share(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = apr_pstrcat(p, folder_make(p), "/s", NULL);     /* whoever comes first makes it */
    ga2_store_t *s;
    pid_t children[4];

    for (int i = 0; i < 4; i++)
        if ((children[i] = fork()) == 0)
            _exit(write_and_read(dir, i));
    for (int i = 0; i < 4; i++) {
        int status = 1;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    s = open_at(dir, "", p);
    for (int i = 0; i < 400; i++) {
        const char *key = apr_psprintf(p, "%d-%d", i / 100, i % 100);
        assert_string_equal(get(s, key, p), key);
    }
}

static long milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum { WRITERS = 4, KILLS = 100, EACH = 2000, MOST = (WRITERS + KILLS) * EACH };

/* Writes until it is killed, and says so on the pipe after each record. */
static void write_until_killed(const char *dir, int first, int acknowledged)
{
    apr_pool_t *p;
    ga2_store_t *s;

    apr_pool_create(&p, NULL);
    s = open_at(dir, "", p);
    for (int n = first; s && n < first + EACH; n++) {
        const char *key = apr_psprintf(p, "k%d", n);
        if (!put(s, key, key, p) || write(acknowledged, &n, sizeof(n)) != sizeof(n))
            break;
        (void)get(s, key, p);
    }
    _exit(1);
}

static int drain(int fd, unsigned char *known)
{
    int n, count = 0;

    while (read(fd, &n, sizeof(n)) == sizeof(n)) {
        known[n] = 1;
        count++;
    }
    return count;
}

static void kill_at_any_moment(void **state)
{
    apr_pool_t *p = *state;
    const char *dir = folder_make(p);
    unsigned char *known = apr_pcalloc(p, MOST);
    int ends[2], next = 0, kills = 0, count = 0;
    long longest = 0;
    pid_t children[WRITERS];
    apr_pool_t *life;
    ga2_store_t *s;

    assert_int_equal(pipe(ends), 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    apr_pool_create(&life, p);
    for (int i = 0; i < WRITERS; i++, next += EACH)
        if ((children[i] = fork()) == 0)
            write_until_killed(dir, next, ends[1]);
    s = open_at(dir, "", life);
    for (; kills < KILLS; kills++, next += EACH) {
        unsigned char chance[2];
        int victim;
        long began;

        T_OK(ga2_random(chance, sizeof(chance), p));
        victim = chance[0] % WRITERS;
        usleep(chance[1] * 80U);
        kill(children[victim], SIGKILL);
        waitpid(children[victim], NULL, 0);
        began = milliseconds();
        assert_true(put(s, "mine", "v", p));
        if (milliseconds() - began > longest)
            longest = milliseconds() - began;
        count += drain(ends[0], known);
        if ((children[victim] = fork()) == 0)
            write_until_killed(dir, next, ends[1]);
    }
    for (int i = 0; i < WRITERS; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    count += drain(ends[0], known);
    apr_pool_destroy(life);
    s = open_at(dir, "", p);
    for (int n = 0; n < MOST; n++)
        if (known[n])
            assert_string_equal(get(s, apr_psprintf(p, "k%d", n), p), apr_psprintf(p, "k%d", n));
    print_message("%d kills, %d records acknowledged and found, longest wait %ld ms\n", kills, count, longest);
    assert_true(count > KILLS);
    assert_in_range(longest, 0, 5000);
    close(ends[0]);
    close(ends[1]);
}

static const struct CMUnitTest cases[] = {
    T("records and generations outlive the process", reopening),
    T("a full store says so, loses nothing and recovers", full),
    T("four processes write and read at once", processes_share),
    T("kill -9 loses nothing that was acknowledged and leaves no lock", kill_at_any_moment),
};
T_MAIN("lmdb", cases)
