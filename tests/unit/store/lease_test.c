/* SPDX-License-Identifier: Apache-2.0 */
#include "t.h"
#include "store/store.h"
#include "scratch.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static ga2_store_t *memory(apr_pool_t *p)
{
    ga2_store_t *s = NULL;

    if (ga2_store_open(&s, "memory:", p))
        abort();
    return s;
}

static void one_at_a_time(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = memory(p);
    ga2_lease_t mine, other;

    T_OK(ga2_lease_take(&mine, s, KEY("L"), 10, 30, p));
    assert_true(mine.taken);
    assert_int_equal(mine.until, 30);
    T_OK(ga2_lease_take(&other, s, KEY("L"), 29, 60, p));
    assert_false(other.taken);
    assert_int_equal(other.until, 30);
    assert_false(other.paused);
    T_OK(ga2_lease_take(&other, s, KEY("M"), 29, 60, p));
    assert_true(other.taken);
    T_OK(ga2_lease_end(&mine, s, 29, 0, p));
    T_OK(ga2_lease_take(&other, s, KEY("L"), 29, 60, p));
    assert_true(other.taken);
}

static void whoever_is_late_has_lost_it(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = memory(p);
    ga2_lease_t late, next, other;

    T_OK(ga2_lease_take(&late, s, KEY("L"), 10, 30, p));
    T_OK(ga2_lease_take(&next, s, KEY("L"), 30, 60, p));
    assert_true(next.taken);
    T_OK(ga2_lease_end(&late, s, 31, 0, p));            /* gives nothing back that is another's */
    T_OK(ga2_lease_end(&late, s, 31, 500, p));          /* nor closes it */
    T_OK(ga2_lease_take(&other, s, KEY("L"), 32, 70, p));
    assert_false(other.taken);
    assert_int_equal(other.until, 60);
    assert_false(other.paused);
}

static void held_for_longer(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = memory(p);
    ga2_lease_t mine, other, before;

    T_OK(ga2_lease_take(&mine, s, KEY("L"), 10, 30, p));
    before = mine;
    T_OK(ga2_lease_renew(&mine, s, 29, 60, p));
    assert_true(mine.taken);
    assert_int_equal(mine.until, 60);
    T_OK(ga2_lease_end(&before, s, 31, 0, p));          /* the newest generation is the one that counts */
    T_OK(ga2_lease_take(&other, s, KEY("L"), 59, 90, p));
    assert_false(other.taken);
    assert_int_equal(other.until, 60);
    T_OK(ga2_lease_renew(&other, s, 59, 90, p));        /* it never was theirs */
    assert_false(other.taken);
    T_OK(ga2_lease_renew(&mine, s, 60, 90, p));         /* its end has come, though nobody else has it */
    assert_false(mine.taken);
    T_OK(ga2_lease_take(&other, s, KEY("L"), 60, 90, p));
    assert_true(other.taken);
    T_OK(ga2_lease_renew(&mine, s, 61, 99, p));
    T_OK(ga2_lease_end(&mine, s, 61, 0, p));
    T_OK(ga2_lease_renew(&other, s, 61, 95, p));
    assert_true(other.taken);
    T_OK(ga2_lease_end(&other, s, 62, 0, p));
    T_OK(ga2_lease_take(&mine, s, KEY("L"), 62, 90, p));
    assert_true(mine.taken);
}

static void pause_after_failure(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = memory(p);
    ga2_lease_t mine, other;

    T_OK(ga2_lease_take(&mine, s, KEY("L"), 10, 30, p));
    T_OK(ga2_lease_end(&mine, s, 11, 90, p));
    T_OK(ga2_lease_take(&other, s, KEY("L"), 89, 120, p));
    assert_false(other.taken);
    assert_int_equal(other.until, 90);
    assert_true(other.paused);
    T_OK(ga2_lease_end(&other, s, 89, 0, p));           /* it never was theirs */
    T_OK(ga2_lease_take(&other, s, KEY("L"), 89, 120, p));
    assert_false(other.taken);
    T_OK(ga2_lease_take(&other, s, KEY("L"), 90, 120, p));
    assert_true(other.taken);
}

static void key_is_kept_with_the_lease(void **state)
{
    apr_pool_t *p = *state;
    ga2_store_t *s = memory(p);
    char key[] = "L";
    ga2_lease_t mine, other;

    T_OK(ga2_lease_take(&mine, s, KEY(key), 10, 30, p));
    key[0] = 'X';
    T_OK(ga2_lease_end(&mine, s, 11, 0, p));
    T_OK(ga2_lease_take(&other, s, KEY("L"), 12, 30, p));
    assert_true(other.taken);
}

/* ---- races ---- */

enum { THREADS = 8, TURNS = 100 };

typedef struct race { ga2_store_t *store; atomic_int taken, inside, failed; } race_t;

/* Each key is taken by one; then one more key is passed around, with never two inside. */
static void *take_all(void *data)
{
    race_t *race = data;
    apr_pool_t *p;
    ga2_lease_t lease;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < TURNS; i++) {
        if (ga2_lease_take(&lease, race->store, KEY(apr_psprintf(p, "L%d", i)), 1, 99, p))
            race->failed++;
        race->taken += lease.taken;
        if (ga2_lease_take(&lease, race->store, KEY("one"), 1, 99, p))
            race->failed++;
        if (!lease.taken)
            continue;
        if (race->inside++)
            race->failed++;
        race->inside--;
        if (ga2_lease_end(&lease, race->store, 1, 0, p))
            race->failed++;
    }
    apr_pool_destroy(p);
    return NULL;
}

static void threads_race(void **state)
{
    static const char *const schemes[] = { "memory", "lmdb" };

    for (int i = 0; i < 2; i++) {
        race_t race = { .inside = 0 };
        pthread_t threads[THREADS];
        T_OK(ga2_store_open(&race.store, scratch_url(schemes[i], *state), *state));
        for (int t = 0; t < THREADS; t++)
            assert_int_equal(pthread_create(&threads[t], NULL, take_all, &race), 0);
        for (int t = 0; t < THREADS; t++)
            pthread_join(threads[t], NULL);
        assert_int_equal(race.failed, 0);
        assert_int_equal(race.taken, TURNS);
    }
}

/* How many of TURNS leases this process took; 255 is an error. */
static int take_in_process(const char *url)
{
    apr_pool_t *p;
    ga2_store_t *s;
    ga2_lease_t lease;
    int count = 0;

    apr_pool_create(&p, NULL);
    if (ga2_store_open(&s, url, p))
        return 255;
    for (int i = 0; i < TURNS; i++) {
        if (ga2_lease_take(&lease, s, KEY(apr_psprintf(p, "L%d", i)), 1, 99, p))
            return 255;
        count += lease.taken;
    }
    return count;
}

static void processes_race(void **state)
{
    const char *url = scratch_url("lmdb", *state);
    pid_t children[4];
    int count = 0;

    for (int i = 0; i < 4; i++)
        if ((children[i] = fork()) == 0)
            _exit(take_in_process(url));
    for (int i = 0; i < 4; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_not_equal(WEXITSTATUS(status), 255);
        count += WEXITSTATUS(status);
    }
    assert_int_equal(count, TURNS);
}

static const struct CMUnitTest cases[] = {
    T("a lease is one holder's until it is given back", one_at_a_time),
    T("who holds it past its end has lost it", whoever_is_late_has_lost_it),
    T("it can be held for longer, until it is lost", held_for_longer),
    T("it may stay closed after a failure, and says so", pause_after_failure),
    T("a lease keeps its key", key_is_kept_with_the_lease),
    T("of eight threads one takes it", threads_race),
    T("of four processes one takes it", processes_race),
};
T_MAIN("lease", cases)
