/* SPDX-License-Identifier: Apache-2.0
 * "memory:": one process, and gone with it. For tests and for trying things out.
 *
 * Records and members of sets are entries of one hash table. An entry's home is its key or its set: all members of a
 * set share a chain, so a set is listed by walking one. Removal of what has expired follows a hand that each write
 * moves on, so that the table never holds much more than what lives. */
#include "store/driver.h"
#include <apr_hash.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHAINS = 64, CHAINS_PER_WRITE = 4 };

typedef struct entry {
    struct entry *next;
    int is_member;
    apr_time_t expires;
    apr_uint64_t generation;
    apr_size_t home_len, member_len, value_len;
    unsigned char bytes[];              /* home, member, value */
} entry_t;

typedef struct name { int is_member; ga2_key_t home, member; } name_t;

typedef struct memory {
    ga2_store_t base;
    pthread_mutex_t lock;               /* for everything below */
    entry_t **chains;
    apr_size_t chain_count, entry_count, hand;
    apr_uint64_t writes;                /* the last generation given */
} memory_t;

static memory_t *locked(ga2_store_t *s)
{
    memory_t *m = (memory_t *)s;

    pthread_mutex_lock(&m->lock);
    return m;
}

static ga2_error_t *unlocked(memory_t *m)
{
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

/* Keys are digests, so nobody outside chooses which chain they fall into. */
static apr_size_t chain_of(const memory_t *m, ga2_key_t home)
{
    apr_ssize_t len = (apr_ssize_t)home.len;

    return apr_hashfunc_default((const char *)home.data, &len) & (m->chain_count - 1);
}

static ga2_key_t home_of(const entry_t *e) { return (ga2_key_t){ e->bytes, e->home_len }; }
static ga2_key_t member_of(const entry_t *e) { return (ga2_key_t){ e->bytes + e->home_len, e->member_len }; }
static ga2_bytes_t value_of(const entry_t *e)
{
    return (ga2_bytes_t){ e->bytes + e->home_len + e->member_len, e->value_len };
}

/* Where the entry is linked, or the end of its chain. */
static entry_t **find(memory_t *m, const name_t *name)
{
    entry_t **at = &m->chains[chain_of(m, name->home)];

    for (; *at; at = &(*at)->next)
        if ((*at)->is_member == name->is_member && ga2_bytes_equal(home_of(*at), name->home)
            && ga2_bytes_equal(member_of(*at), name->member))
            break;
    return at;
}

static void unlink_entry(memory_t *m, entry_t **at)
{
    entry_t *gone = *at;

    *at = gone->next;
    free(gone);
    m->entry_count--;
}

static void sweep_chain(memory_t *m, apr_size_t chain, apr_time_t now, int *left)
{
    entry_t **at = &m->chains[chain];

    while (*at && *left > 0) {
        if ((*at)->expires > now) {
            at = &(*at)->next;
            continue;
        }
        unlink_entry(m, at);
        --*left;
    }
}

static void move_hand(memory_t *m, apr_time_t now)
{
    int left = 16;

    for (int i = 0; i < CHAINS_PER_WRITE; i++) {
        m->hand = (m->hand + 1) & (m->chain_count - 1);
        sweep_chain(m, m->hand, now, &left);
    }
}

static int grow(memory_t *m)
{
    entry_t **old = m->chains, **more;
    apr_size_t count = m->chain_count;

    if (m->entry_count < count)
        return 1;
    more = calloc(count * 2, sizeof(entry_t *));
    if (!more)
        return 0;
    m->chains = more;
    m->chain_count = count * 2;
    for (apr_size_t i = 0; i < count; i++)
        for (entry_t *e = old[i], *next; e; e = next) {
            entry_t **at = &m->chains[chain_of(m, home_of(e))];
            next = e->next;
            e->next = *at;
            *at = e;
        }
    free(old);
    return 1;
}

/* Put a new entry in the place of the old one of this name, if any. NULL: no memory. */
static entry_t *replace(memory_t *m, const name_t *name, ga2_bytes_t value, apr_time_t expires)
{
    apr_size_t names = name->home.len + name->member.len;
    entry_t *e = grow(m) ? malloc(sizeof(*e) + names + value.len) : NULL, **at;

    if (!e)
        return NULL;
    *e = (entry_t){ NULL, name->is_member, expires, ++m->writes, name->home.len, name->member.len, value.len };
    memcpy(e->bytes, name->home.data, name->home.len);
    if (name->member.len)
        memcpy(e->bytes + name->home.len, name->member.data, name->member.len);
    if (value.len)
        memcpy(e->bytes + names, value.data, value.len);
    at = find(m, name);
    if (*at)
        unlink_entry(m, at);
    e->next = *at;
    *at = e;
    m->entry_count++;
    return e;
}

static ga2_error_t *no_memory(apr_pool_t *p) { return ga2_fail(p, STORE, NULL, "there is no memory left"); }

static ga2_error_t *get(ga2_record_t *out, ga2_store_t *s, ga2_key_t key, apr_pool_t *p)
{
    memory_t *m = locked(s);
    const entry_t *e = *find(m, &(name_t){ 0, key, GA2_NO_BYTES });

    if (e)
        *out = (ga2_record_t){ ga2_bytes_copy(value_of(e), p), e->generation, e->expires };
    return unlocked(m);
}

static ga2_error_t *put(apr_uint64_t *generation, ga2_store_t *s, ga2_key_t key, const ga2_write_t *write,
                        apr_pool_t *p)
{
    name_t name = { 0, key, GA2_NO_BYTES };
    memory_t *m = locked(s);
    const entry_t *e = *find(m, &name);
    int wanted = ga2_write_fits(write, e != NULL, e ? e->generation : 0, e ? e->expires : 0);

    e = NULL;
    if (wanted) {
        move_hand(m, write->now);
        e = replace(m, &name, write->value, write->expires);
    }
    *generation = e ? e->generation : 0;
    (void)unlocked(m);
    return wanted && !e ? no_memory(p) : NULL;
}

static ga2_error_t *remove_record(int *removed, ga2_store_t *s, ga2_key_t key, apr_uint64_t expected, apr_pool_t *p)
{
    memory_t *m = locked(s);
    entry_t **at = find(m, &(name_t){ 0, key, GA2_NO_BYTES });

    (void)p;
    *removed = *at && (expected == GA2_ANY || (*at)->generation == expected);
    if (*removed)
        unlink_entry(m, at);
    return unlocked(m);
}

static ga2_error_t *set_add(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_time_t expires, apr_time_t now,
                            apr_pool_t *p)
{
    memory_t *m = locked(s);
    const entry_t *e;

    move_hand(m, now);
    e = replace(m, &(name_t){ 1, set, member }, GA2_NO_BYTES, expires);
    (void)unlocked(m);
    return e ? NULL : no_memory(p);
}

static ga2_error_t *set_remove(ga2_store_t *s, ga2_key_t set, ga2_key_t member, apr_pool_t *p)
{
    memory_t *m = locked(s);
    entry_t **at = find(m, &(name_t){ 1, set, member });

    (void)p;
    if (*at)
        unlink_entry(m, at);
    return unlocked(m);
}

static ga2_error_t *set_list(apr_array_header_t *out, ga2_store_t *s, ga2_key_t set, apr_time_t now, int limit,
                             apr_pool_t *p)
{
    memory_t *m = locked(s);

    for (const entry_t *e = m->chains[chain_of(m, set)]; e && out->nelts < limit; e = e->next)
        if (e->is_member && e->expires > now && ga2_bytes_equal(home_of(e), set))
            APR_ARRAY_PUSH(out, ga2_key_t) = ga2_bytes_copy(member_of(e), p);
    return unlocked(m);
}

static ga2_error_t *sweep(int *removed, ga2_store_t *s, apr_time_t now, int limit, apr_pool_t *p)
{
    memory_t *m = locked(s);
    int left = limit;

    (void)p;
    for (apr_size_t i = 0; i < m->chain_count && left > 0; i++)
        sweep_chain(m, i, now, &left);
    *removed = limit - left;
    return unlocked(m);
}

static ga2_error_t *ping(ga2_store_t *s, apr_pool_t *p)
{
    (void)s, (void)p;
    return NULL;
}

static const char *wrong(const char *rest, apr_pool_t *p)
{
    (void)p;
    return *rest ? "nothing may follow memory:" : NULL;
}

static apr_status_t close_memory(void *store)
{
    memory_t *m = store;

    for (apr_size_t i = 0; i < m->chain_count; i++)
        while (m->chains[i])
            unlink_entry(m, &m->chains[i]);
    free(m->chains);
    pthread_mutex_destroy(&m->lock);
    return APR_SUCCESS;
}

static ga2_error_t *open_memory(ga2_store_t **out, const char *rest, apr_pool_t *p)
{
    memory_t *m = apr_pcalloc(p, sizeof(*m));

    (void)rest;
    m->chains = calloc(FIRST_CHAINS, sizeof(entry_t *));
    if (!m->chains)
        return no_memory(p);
    m->chain_count = FIRST_CHAINS;
    pthread_mutex_init(&m->lock, NULL);
    apr_pool_cleanup_register(p, m, close_memory, apr_pool_cleanup_null);
    *out = &m->base;
    return NULL;
}

const ga2_store_driver_t ga2_store_memory_driver = {
    "memory", wrong, open_memory, get, put, remove_record, set_add, set_remove, set_list, sweep, ping, NULL
};
