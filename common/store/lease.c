/* SPDX-License-Identifier: Apache-2.0
 * A lease is a record that only one put-if-absent can make. Its generation, which no other record of this key ever
 * has, tells its owner whether it is still the same. Its value is the owner, or empty when it is only kept closed. */
#include "base/rand.h"
#include "store/store.h"

enum { ROUNDS = 3 };

/* Make it ours where it is as expected: absent, or ours already. */
static ga2_error_t *write_owner(ga2_lease_t *lease, apr_uint64_t expected, ga2_store_t *s, apr_time_t now,
                                apr_time_t until, apr_pool_t *p)
{
    ga2_write_t write = { { lease->owner, sizeof(lease->owner) }, until, expected, now };

    GA2_TRY(ga2_store_put(&lease->generation, s, lease->key, &write, p));
    lease->taken = lease->generation != 0;
    lease->until = until;
    return NULL;
}

/* Looking comes first: fifty requests that wait for one refresh only read. */
ga2_error_t *ga2_lease_take(ga2_lease_t *lease, ga2_store_t *s, ga2_key_t key, apr_time_t now, apr_time_t until,
                            apr_pool_t *p)
{
    ga2_record_t held;

    *lease = (ga2_lease_t){ .key = ga2_bytes_copy(key, p) };
    GA2_TRY(ga2_random(lease->owner, sizeof(lease->owner), p));
    for (int round = 0; round < ROUNDS && !lease->taken; round++) {
        GA2_TRY(ga2_store_get(&held, s, key, now, p));
        if (held.value.data) {
            lease->until = held.expires;
            lease->paused = held.value.len == 0;
            return NULL;
        }
        GA2_TRY(write_owner(lease, GA2_ABSENT, s, now, until, p));
    }
    if (!lease->taken)
        lease->until = now;         /* it changes hands faster than we look: there is nothing to wait for */
    return NULL;
}

/* A store that does not answer leaves the lease as it was: it may answer when it is asked again. */
ga2_error_t *ga2_lease_renew(ga2_lease_t *lease, ga2_store_t *s, apr_time_t now, apr_time_t until, apr_pool_t *p)
{
    ga2_lease_t renewed = *lease;

    if (!lease->taken)
        return NULL;
    GA2_TRY(write_owner(&renewed, lease->generation, s, now, until, p));
    *lease = renewed;
    return NULL;
}

ga2_error_t *ga2_lease_end(const ga2_lease_t *lease, ga2_store_t *s, apr_time_t now, apr_time_t until, apr_pool_t *p)
{
    ga2_write_t pause = { { lease->owner, 0 }, until, lease->generation, now };
    apr_uint64_t generation;

    if (!lease->taken)
        return NULL;                /* it never was ours */
    if (until <= now)
        return ga2_store_remove(NULL, s, lease->key, lease->generation, p);
    return ga2_store_put(&generation, s, lease->key, &pause, p);
}
